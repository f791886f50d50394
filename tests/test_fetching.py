"""Fetching from a real server on loopback: bounds, manners, formats, redirects."""

from __future__ import annotations

import gzip
import socket
import time
import zlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from threading import Event

import httpcore2
import pytest

from rag.articles import Fetcher, Known, read
from rag.articles.fetching import AGENT, Manners
from rag.types import Article, Failure
from tests import formats
from tests.formats import LEFT
from tests.serving_pages import HTML, Handler, Page, Site, serve, story

LIMIT = 1_000_000
QUICK = Manners(connect=2, read=1, whole=4, pause=0, tries=2)


@pytest.fixture(scope="module")
def _running() -> Iterator[Site]:
    with serve() as running:
        yield running


@pytest.fixture
def site(_running: Site) -> Site:
    _running.pages.clear()
    _running.asked.clear()
    return _running


def fetch(
    *urls: str,
    allow_private: bool = True,
    manners: Manners = QUICK,
    max_bytes: int = LIMIT,
    known: tuple[str, ...] = (),
) -> list[Article | Known | Failure]:
    fetcher = Fetcher(max_bytes=max_bytes, allow_private=allow_private, manners=manners)
    return list(read(urls, max_bytes=max_bytes, fetcher=fetcher, known=known))


def fetch_one(url: str) -> Article:
    [item] = fetch(url)
    assert isinstance(item, Article), item
    return item


def fail(url: str, *, manners: Manners = QUICK, max_bytes: int = LIMIT) -> str:
    [item] = fetch(url, manners=manners, max_bytes=max_bytes)
    assert isinstance(item, Failure), item
    assert item.path == url
    return item.reason


def test_a_page_is_an_article_with_its_address_and_an_id_that_stays(site: Site) -> None:
    url = site.article("/2020/smoke.html?id=7")
    first = fetch_one(url)
    assert LEFT in first.text
    assert (first.source.url, first.source.path) == (url, url)
    assert (first.source.title, first.source.language) == ("Smoke", "en")
    assert first.source.id.startswith("smoke-")
    site.article("/2020/smoke.html?id=7", *["Nobody was hurt when the ferry burned."] * 4)
    again = fetch_one(f"{url}&utm_source=feed#top")
    assert again.source.id == first.source.id
    assert again.text != first.text
    other = site.article("/2020/smoke.html?id=8")
    assert fetch_one(other).source.id != first.source.id


def test_a_page_named_in_two_ways_is_fetched_once(site: Site) -> None:
    url = site.article("/a")
    assert len(fetch(url, f"{url}#part", f"{url}?utm_medium=mail")) == 1
    assert site.asked == ["/robots.txt", "/a"]


def test_no_page_chooses_its_own_id_or_address(site: Site) -> None:
    front = f"---\nid: another\nurl: https://other.example/\n---\n\n{formats.TEXT}".encode()
    source = fetch_one(site.add("/a.md", Page(front, "text/markdown"))).source
    assert source.id.startswith("a-")
    assert source.url == site.url("/a.md")
    lines = b'{"id": "another", "url": "https://other.example/", "text": "It fell."}\n'
    source = fetch_one(site.add("/a.jsonl", Page(lines, "application/jsonl"))).source
    assert source.id.startswith("a-")


def test_one_bad_address_does_not_stop_the_others(site: Site) -> None:
    good = site.article("/good")
    items = fetch(site.url("/missing"), "http://[broken/", "ftp://a.example/x", good)
    assert [isinstance(item, Article) for item in items] == [False, False, False, True]
    reasons = [item.reason for item in items if isinstance(item, Failure)]
    assert "404 (Not Found)" in reasons[0]
    assert "cannot be" in reasons[1]
    assert "ftp:" in reasons[2]


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://reader:secret@news.example/", "name or password"),
        ("http://reader@news.example/", "name or password"),
        ("http:///a", "without a host"),
        ("file:///etc/passwd", "file:"),
        ("http://news.example:99999/", "cannot be"),
        ("http://a..b/", "cannot be"),
        ("http://a b.example/", "cannot be"),
        (f"http://news.example/{'x' * 3_000}", "more than 2,000"),
    ],
)
def test_an_address_that_is_not_fetched_is_a_failure(url: str, words: str) -> None:
    [item] = fetch(url)
    assert isinstance(item, Failure)
    assert words in item.reason


def test_an_address_as_a_path_is_a_failure() -> None:
    [item] = list(read([Path("https://news.example/a")], max_bytes=LIMIT))
    assert isinstance(item, Failure)
    assert "as a string" in item.reason


# Connecting


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::1]"])
def test_an_address_that_is_not_public_is_refused_before_anything_is_sent(
    host: str, site: Site
) -> None:
    port = site.address.rpartition(":")[2]
    [item] = fetch(f"http://{host}:{port}/", allow_private=False)
    assert isinstance(item, Failure)
    assert "no public address" in item.reason or host == "[::1]"
    assert site.asked == []


def test_a_redirect_to_an_address_that_is_not_public_is_refused(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    from rag.articles import connections

    # Loopback stands in for a public host: nothing else can be reached from a test.
    monkeypatch.setattr(connections, "is_public", lambda host: host == "127.0.0.1")
    secret = site.article("/secret").replace("127.0.0.1", "127.0.0.2")
    [item] = fetch(site.redirect("/open", secret), allow_private=False)
    assert isinstance(item, Failure)
    assert "leads to 127.0.0.2, which is no public address" in item.reason
    assert "/secret" not in site.asked


def test_the_host_that_is_connected_to_is_the_one_that_was_checked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    real, asked = socket.getaddrinfo, list[str]()

    def resolve(host: str, port: int, **options: int) -> list[object]:
        """Give a public address first, as a hostile server of names would, then loopback."""
        asked.append(host)
        given = "192.0.43.7" if asked.count(host) == 1 else "127.0.0.1"
        return list(real(given, port, **options))

    reached = list[str]()

    def connect(_: object, host: str, *_rest: object) -> object:
        reached.append(host)
        raise httpcore2.ConnectError("nothing else can be reached from a test")

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setattr(httpcore2.SyncBackend, "connect_tcp", connect)
    fetch("http://rebinding.example/", allow_private=False, manners=Manners(tries=1))
    assert asked == ["rebinding.example"]
    assert reached == ["192.0.43.7"]


def test_proxies_of_the_environment_are_not_used(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    assert fetch_one(site.article("/a"))


def test_a_server_that_is_away_is_a_failure() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    reason = fail(f"http://127.0.0.1:{port}/", manners=Manners(tries=1))
    assert "could not be reached" in reason


# Time


def drip(request: Handler) -> None:
    request.send_response(200)
    request.send_header("Content-Type", HTML)
    request.end_headers()
    for _ in range(200):
        request.wfile.write(b"x")
        time.sleep(0.05)


def drip_headers(request: Handler) -> None:
    request.wfile.write(b"HTTP/1.1 200 OK\r\n")
    for number in range(200):
        request.wfile.write(f"X-{number}: x\r\n".encode())
        time.sleep(0.05)


@pytest.mark.parametrize("slow", [drip, drip_headers])
def test_a_page_that_drips_is_given_up_when_its_time_is_over(
    slow: Callable[[Handler], None], site: Site
) -> None:
    manners = Manners(read=5, whole=1, pause=0)
    assert "took longer than 1 seconds" in fail(site.add("/slow", slow), manners=manners)


def test_a_server_that_says_nothing_is_given_up(site: Site) -> None:
    over = Event()

    def wait(_: Handler) -> None:
        over.wait(10)

    url = site.add("/silent", wait)
    reason = fail(url, manners=Manners(read=0.3, tries=1))
    over.set()
    assert "sent nothing for 0.3 seconds" in reason


def test_a_server_that_is_busy_is_asked_again_when_it_says(site: Site) -> None:
    def answer(request: Handler) -> None:
        busy = site.asked.count("/busy") == 1
        page = Page(status=429, headers={"Retry-After": "1"}) if busy else Page(story())
        page(request)

    began = time.monotonic()
    assert fetch_one(site.add("/busy", answer))
    assert time.monotonic() - began >= 1
    assert site.asked == ["/robots.txt", "/busy", "/busy"]


def test_a_server_that_stays_in_trouble_is_a_failure_after_a_few_tries(site: Site) -> None:
    url = site.add("/busy", Page(status=503))
    assert "answers 503 (Service Unavailable)" in fail(url)
    assert site.asked.count("/busy") == QUICK.tries


@pytest.mark.parametrize("until", ["3600", "date"])
def test_a_wait_that_is_too_long_is_not_waited_for(until: str, site: Site) -> None:
    if until == "date":
        until = format_datetime(datetime.now(UTC) + timedelta(seconds=3_600))
    url = site.add("/busy", Page(status=429, headers={"Retry-After": until}))
    assert "answers 429 (Too Many Requests), to be waited for 3," in fail(url)
    assert site.asked.count("/busy") == 1


def test_pages_of_one_host_are_asked_for_with_a_pause_between(site: Site) -> None:
    site.add("/robots.txt", Page(b"User-agent: *\nCrawl-delay: 1", "text/plain"))
    urls = [site.article(path) for path in ("/a", "/b")]
    began = time.monotonic()
    assert len(fetch(*urls)) == 2
    assert time.monotonic() - began >= 1


# Robots


def test_robots_txt_is_obeyed_under_our_own_name_and_read_once(site: Site) -> None:
    rules = f"User-agent: *\nDisallow: /\n\nUser-agent: {AGENT}\nDisallow: /*/private/\n"
    site.add("/robots.txt", Page(rules.encode(), "text/plain"))
    good, bad = site.article("/a/public/b"), site.article("/a/private/b")
    items = fetch(bad, good)
    assert isinstance(items[0], Failure)
    assert "robots.txt" in items[0].reason
    assert isinstance(items[1], Article)
    assert site.asked == ["/robots.txt", "/a/public/b"]


def test_a_redirect_to_what_robots_txt_forbids_is_not_followed(site: Site) -> None:
    site.add("/robots.txt", Page(b"User-agent: *\nDisallow: /private", "text/plain"))
    site.article("/private")
    assert "robots.txt" in fail(site.redirect("/a", "/private"))
    assert "/private" not in site.asked


def test_where_robots_txt_is_in_trouble_nothing_is_fetched(site: Site) -> None:
    site.add("/robots.txt", Page(status=503))
    urls = [site.article("/a"), site.article("/b")]
    for item in fetch(*urls):
        assert isinstance(item, Failure)
        assert "robots.txt of its host answers 503" in item.reason
    assert site.asked == ["/robots.txt"] * QUICK.tries


def test_every_request_says_who_asks(site: Site) -> None:
    agents = []
    url = site.add("/a", lambda request: agents.append(request.headers["User-Agent"]))
    fetch(url)
    assert set(agents) == {AGENT}


# Size


def flood(request: Handler) -> None:
    request.send_response(200)
    request.send_header("Content-Type", HTML)
    request.end_headers()
    while True:
        request.wfile.write(b"x" * 65_536)


def test_a_body_without_end_is_given_up(site: Site) -> None:
    assert "bigger than the 1,000,000 bytes" in fail(site.add("/flood", flood))


@pytest.mark.parametrize("name", ["gzip", "x-gzip"])
def test_a_packed_page_is_unpacked(name: str, site: Site) -> None:
    page = Page(gzip.compress(story()), headers={"Content-Encoding": name})
    assert LEFT in fetch_one(site.add("/packed", page)).text


def test_what_is_packed_too_tightly_or_wrongly_is_a_failure(site: Site) -> None:
    packed = gzip.compress(story())
    for body, encoding, words in (
        (gzip.compress(bytes(50_000_000)), "gzip", "bigger than the 1,000,000 bytes"),
        (packed[:-9], "gzip", "does not end"),
        (packed + packed, "gzip", "does not end"),
        (b"no gzip", "gzip", "packed wrongly"),
        (zlib.compress(story()), "deflate", "packed as 'deflate'"),
        (packed, "br, gzip", "packed as 'br, gzip'"),
    ):
        url = site.add("/packed", Page(body, headers={"Content-Encoding": encoding}))
        assert words in fail(url)


def test_a_page_that_breaks_off_is_a_failure(site: Site) -> None:
    page = Page(story(), headers={"Content-Length": "100000"})
    assert "broke off" in fail(site.add("/cut", page))


# Format and encoding


def test_every_format_is_read_by_its_type_whatever_its_name(site: Site) -> None:
    types = {
        "a.txt": "text/plain",
        "a.md": "text/markdown",
        "a.html": "application/xhtml+xml",
        "a.jsonl": "application/x-ndjson",
        "a.csv": "text/csv",
        "newsml.xml": "text/xml",
        "a.eml": "message/rfc822",
        "a.docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "a.epub": "application/epub+zip",
        "a.pdf": "application/pdf",
        "a.zip": "application/zip",
    }
    for name, kind in types.items():
        items = fetch(site.add("/download.php", Page(formats.SAMPLES[name], kind)))
        assert items, name
        assert all(isinstance(item, Article) for item in items), items


def test_where_the_type_says_nothing_the_name_does(site: Site) -> None:
    for kind in ("application/octet-stream", ""):
        assert fetch_one(site.add("/a.docx", Page(formats.docx(), kind)))
        assert "which is not read" in fail(site.add("/download", Page(formats.docx(), kind)))


def test_a_wrong_type_is_a_failure(site: Site) -> None:
    assert "is 'image/png', which is not read" in fail(site.add("/a", Page(b"x", "image/png")))
    assert "is not well-formed XML" in fail(site.add("/b", Page(b"x", "application/rss+xml")))


def test_the_charset_of_the_header_is_used_where_the_text_is_not_utf8(site: Site) -> None:
    words = "Жители покинули город на рассвете, сообщил мэр. " * 4
    page = f"<html><article><p>{words}</p></article></html>"
    kind = "text/html; charset=KOI8-R"
    assert words.strip() in fetch_one(site.add("/a", Page(page.encode("koi8-r"), kind))).text
    assert words.strip() in fetch_one(site.add("/b", Page(page.encode(), kind))).text
    plain = Page(words.encode("iso8859-5"), "text/plain; charset=iso-8859-5")
    assert fetch_one(site.add("/c", plain)).text == words
    # One that is not what it says, is no encoding of text or one without bounds, is found out.
    told = "Rauch über dem Hafen, sagte der Bürgermeister. Nächste Fähre fällt aus. "
    for charset in ("utf-8", "punycode", "zlib", "nonsense"):
        wrong = Page(told.encode("cp1252") * 9, f"text/plain; charset={charset}")
        assert told.strip() in fetch_one(site.add("/d", wrong)).text


# Redirects


def test_a_redirect_is_followed_and_the_article_stays_the_one_that_was_named(site: Site) -> None:
    site.article("/new/smoke")
    moved = fetch_one(site.redirect("/old", "/new/smoke", status=301))
    assert moved.source.url == site.url("/new/smoke")
    site.article("/old")
    assert fetch_one(site.url("/old")).source.id == moved.source.id


@pytest.mark.parametrize(
    ("to", "words"),
    [
        ("/a", "again and again"),
        ("ftp://a.example/", "ftp:"),
        ("http://reader:secret@a.example/", "name or password"),
        ("//[broken", "cannot be"),
    ],
)
def test_a_redirect_that_leads_nowhere_is_a_failure(to: str, words: str, site: Site) -> None:
    assert words in fail(site.redirect("/a", to))


# Feeds


def write_feed(site: Site, *paths: str, host: str = "") -> str:
    items = "".join(f"<item><link>{host or site.address}{path}</link></item>" for path in paths)
    feed = f'<rss version="2.0"><channel><title>Coast Post</title>{items}</channel></rss>'
    return site.add("/feed", Page(feed.encode(), "application/rss+xml"))


def test_a_feed_is_the_pages_that_it_links_to_and_known_ones_are_not_fetched(site: Site) -> None:
    paths = ("/a?utm_source=rss", "/b")
    for path in paths:
        site.article(path.partition("?")[0])
    items = fetch(write_feed(site, *paths))
    ids = tuple(item.source.id for item in items if isinstance(item, Article))
    assert len(ids) == 2
    assert ids[0] == fetch_one(site.url("/a")).source.id
    site.asked.clear()
    site.article("/c")
    items = fetch(write_feed(site, "/c", *paths), known=ids)
    assert [type(item) for item in items] == [Article, Known, Known]
    assert site.asked == ["/robots.txt", "/feed", "/c"]


def test_the_full_content_of_a_feed_is_read_without_its_page(site: Site) -> None:
    kept = formats.RSS.replace("https://post.example", site.address)
    site.article("/second")
    items = fetch(site.add("/feed", Page(kept.encode(), "application/rss+xml")))
    full, linked, bare = items
    assert isinstance(full, Article)
    assert (full.source.url, full.source.publisher) == (site.url("/smoke"), "Coast Post & Mail")
    assert isinstance(linked, Article)
    assert linked.source.path == site.url("/second")
    assert isinstance(bare, Failure)
    assert site.asked == ["/robots.txt", "/feed", "/second"]
    # The page is the same article.
    assert fetch_one(site.article("/smoke")).source.id == full.source.id


def test_a_feed_does_not_speak_for_the_pages_of_another_site(site: Site) -> None:
    with serve() as other:
        page = other.article("/smoke", *["The page says something else."] * 6)
        feed = formats.RSS.replace("https://post.example/smoke", page)
        [first, *_] = fetch(site.add("/feed", Page(feed.encode(), "application/rss+xml")))
        assert isinstance(first, Article)
        assert "something else" in first.text


def test_an_article_in_two_feeds_is_read_once_and_a_feed_in_a_feed_is_not(site: Site) -> None:
    site.article("/a")
    kept = formats.ATOM.replace("https://post.example", site.address)
    atom = site.add("/atom", Page(kept.encode(), "application/atom+xml"))
    again = site.add("/again", Page(kept.encode(), "application/atom+xml"))
    first = fetch(atom)
    assert fetch(atom, again)[: len(first)] == first
    assert [type(item) for item in fetch(atom, again)].count(Article) == 3
    site.article("/inner")
    inner = "<rss><channel><item><link>/inner</link></item></channel></rss>"
    site.add("/nested", Page(inner.encode(), "text/xml"))
    [item] = fetch(write_feed(site, "/nested"))
    assert isinstance(item, Failure)
    assert "feed in a feed" in item.reason


def test_links_of_a_feed_are_checked_as_any_address(site: Site) -> None:
    [item] = fetch(write_feed(site, "/", host="http://reader:secret@post.example"))
    assert isinstance(item, Failure)
    assert "name or password" in item.reason
