"""Web pages and feeds in an archive, through `Archive.ingest` and the command."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from rag import cli
from rag.answering import Archive
from tests import formats, making
from tests.formats import LEFT
from tests.hashing_embedder import HashingEmbedder
from tests.serving_pages import Page, Site, serve


@pytest.fixture
def site() -> Iterator[Site]:
    with serve() as running:
        yield running


@pytest.fixture
def empty(store: Path, embedder: HashingEmbedder) -> Iterator[Archive]:
    with Archive.open(store, embedder=embedder, reading_model=embedder) as opened:
        yield opened


def test_a_page_is_added_kept_and_updated_as_one_article(site: Site, empty: Archive) -> None:
    url = site.article("/smoke")
    [added] = empty.ingest(url, allow_private=True).added
    quotes = empty.ask("When did the ferry Halcyon leave Sarn harbour?").quotes
    assert LEFT in [quote.text for quote in quotes]
    assert quotes[0].source.url == url
    assert empty.ingest(url, allow_private=True).unchanged == (added,)
    site.article("/smoke", *["The ferry Halcyon never left Sarn harbour that Monday."] * 5)
    assert empty.ingest(url, allow_private=True).updated == (added,)


def test_no_file_replaces_the_article_of_a_page(site: Site, empty: Archive, tmp_path: Path) -> None:
    url = site.article("/smoke")
    [added] = empty.ingest(url, allow_private=True).added
    [failure] = empty.ingest(making.write(tmp_path, "dam.md", making.DAM, id=added)).failed
    assert failure.reason == f"has the id {added!r} of {url}; give it another"


def test_an_address_that_is_not_public_is_refused_unless_allowed(
    site: Site, empty: Archive
) -> None:
    [failure] = empty.ingest(site.article("/smoke")).failed
    assert "no public address" in failure.reason
    assert site.asked == []


def test_the_next_run_of_a_feed_fetches_and_adds_what_is_new(site: Site, empty: Archive) -> None:
    kept = formats.RSS.replace("https://post.example", site.address)
    feed = site.add("/feed", Page(kept.encode(), "application/rss+xml"))
    site.article("/second")
    report = empty.ingest(feed, allow_private=True)
    assert len(report.added) == 2
    assert len(report.failed) == 1  # which has a title and nothing else
    site.asked.clear()
    again = empty.ingest(feed, allow_private=True)
    assert set(again.unchanged) == set(report.added)
    assert again.added == again.updated == ()
    assert site.asked == ["/robots.txt", "/feed"]
    site.article("/third")
    item = f"<item><link>{site.url('/third')}</link></item>"
    site.add("/feed", Page(kept.replace("<item>", f"{item}<item>", 1).encode(), "text/xml"))
    assert len(empty.ingest(feed, allow_private=True).added) == 1


def test_the_command_takes_a_list_of_addresses_and_paths(
    site: Site,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = making.write(tmp_path, "dam.md", making.DAM)
    store = tmp_path / "store"

    def run(listed: str, *options: str) -> tuple[int, str]:
        lines = io.TextIOWrapper(io.BytesIO(listed.encode()), encoding="utf-8")
        monkeypatch.setattr(sys, "stdin", lines)
        return cli.main(["ingest", "-", "--store", str(store), *options]), capsys.readouterr().out

    listed = f"{site.article('/smoke')}\n\n  {path}\r\n"
    code, out = run(listed, "--allow-private")
    assert (code, out.split(";")[0]) == (0, "2 added")
    code, out = run(f"{site.url('/missing')}\n{listed}", "--allow-private")
    assert (code, out.split(";")[0]) == (2, "2 unchanged, 1 failed")
    assert f"{site.url('/missing')}: answers 404 (Not Found)" in out
    code, out = run(site.url("/smoke"))
    assert code == 2
    assert "--allow-private allows it" in out
    assert run("")[0] == 0
