"""Hostile articles in the chat, in Chromium: shown word for word, and inert.

Each row of the data is an attack that stands in the text, title, publisher, author, address and
file name of an article. The pages are opened without their content security policy: escaping alone
has to hold. That the policy would hold too is tested for itself.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from rag import rendering
from rag.answering import Archive
from rag.chat import evidence
from rag.chat.pages.quotation import tell
from rag.checking import Status
from rag.settings import Settings
from rag.types import Article
from tests import making
from tests.browsing import ask, filled, fits, opened, served, words
from tests.hashing_embedder import HashingEmbedder

ROWS = [
    json.loads(line)
    for line in (Path(__file__).parent / "data" / "hostile.jsonl").read_text().splitlines()
]
# An answer reads eight passages at first, and no more if one of them surely answers; each group of
# articles is asked for by its own word, said thrice to outweigh what the embedder mixes up.
GROUP = 4
TOWNS = (
    "Quillon Obermere Tarnmoor Kestrelby Sallowick Wendle Ostrava Brinmouth Fennick Hollowdean"
).split()
# What no article brings in, wherever it is shown.
PLANTED = (
    "script, style, img, picture, video, audio, svg, math, iframe, object, embed, base, meta, link,"
    "marquee, table, h1, [style], [onerror], [onload], [onfocus], [href^='javascript' i],"
    "[href^='data' i], [src]"
)
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
WIDE = {"width": 1500, "height": 850}
# As the page keeps names of conversations.
KEEP = """async (names) => {
    const opening = indexedDB.open("rag-conversations", 1);
    await new Promise((resolve) => (opening.onsuccess = resolve));
    const made = opening.result.transaction("names", "readwrite");
    for (const name of names) made.objectStore("names").put(name);
    await new Promise((resolve) => (made.oncomplete = resolve));
    sessionStorage.setItem("rag-conversation", "");
}"""
CANARY = "() => { window.hits = []; window.hit = (number) => window.hits.push(number); }"


def write_attacks(folder: Path) -> None:
    for number, row in enumerate(ROWS):
        attack, town = row["attack"], TOWNS[number // GROUP]
        line = CONTROL.sub("_", attack)  # which are refused outside the text
        fields = {
            "title": f"{row['name']} {line}",
            "publisher": f"Post {number} {line}",
            "author": f"{line} of the {row['name']}",
            "url": "".join(f"https://news.example/{number}/{line}".split()),
        }
        front = {name: json.dumps(value) for name, value in fields.items()}
        # Each its own text, as of like ones only the first is quoted.
        own = " ".join(f"{word}{number}" for word in "heron barge mill quay lantern".split())
        text = f"A clerk of {own} wrote. In {town} they read {attack} there in {town}.\n"
        name = f"{number:02} {line}".replace("/", "_")[:80]
        making.write(folder, f"{name}.md", text, **front, published="2020-01-02")


@pytest.fixture(scope="module")
def attacks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of forty articles that attack the page."""
    folder = tmp_path_factory.mktemp("attacks")
    write_attacks(folder)
    return folder


@pytest.fixture(scope="module")
def hostile(attacks: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    """An archive of the forty articles."""
    model = HashingEmbedder()
    with Archive.open(
        tmp_path_factory.mktemp("hostile-store"),
        settings=Settings(limit=20),
        embedder=model,
        reading_model=model,
    ) as archive:
        report = archive.ingest(attacks)
        assert len(report.added) == len(ROWS), report
        yield archive


@pytest.fixture(scope="module")
def address(hostile: Archive, _gradio: None) -> Iterator[str]:
    with served(hostile) as at:
        yield at


@contextmanager
def unguarded(browser: Browser, address: str, place: str = "", **options: Any) -> Iterator[Page]:
    """Open the chat without its policy; nothing may call out, and the canary must live."""
    with opened(browser, address, place, bypass_csp=True, **options) as page:
        page.evaluate(CANARY)
        page.add_init_script(f"({CANARY})()")  # on the pages that are gone to from there
        yield page
        assert page.evaluate("window.hits") == []


def check_article(page: Page, article: Article, *, own: bool = False) -> None:
    """Check that the article that is open is shown word for word, and has become nothing else.

    Args:
        page: The page.
        article: The article.
        own: Whether it is the reader's own: signs of its file's name were left out on the way.
    """
    assert page.locator(".rag-article-text").text_content() == article.text
    title = rendering.cite_parts(article.source)[0]
    assert page.locator(".rag-article-title").text_content() == title
    facts = page.locator(".rag-facts dd").all_text_contents()
    source = article.source
    assert {source.publisher, source.author} <= set(facts)
    assert own or Path(source.path).name in facts
    assert is_clean(page, ".rag-article")


def is_clean(page: Page, place: str) -> bool:
    """Tell whether nothing of an article has become a part of the page."""
    return page.locator(place).locator(PLANTED).count() == 0


def check_opened(page: Page, link: Locator, article: Article, *, own: bool = False) -> None:
    """Open an article beside the page, and check it."""
    link.click()
    name = json.dumps(link.get_attribute("data-open"))
    page.locator(f"[data-shown={name}]").wait_for()
    check_article(page, article, own=own)


def test_hostile_articles_are_shown_word_for_word_and_do_nothing(
    browser: Browser, address: str, hostile: Archive
) -> None:
    seen = set()
    with unguarded(browser, address) as page:
        for turn, town in enumerate(TOWNS, start=1):
            question = f"What of {town}, {town} and {town}?"
            expected = hostile.ask(question)
            shown = expected.quotes or expected.nearest
            answer = ask(page, question)
            assert words(answer) == [each.text for each in shown]
            assert is_clean(page, "#rag-chat .rag-turn")
            for number, each in enumerate(shown, start=1):
                seen.add(each.source.id)
                answer.get_by_role("link", name=f"[{number}]", exact=True).click()
                page.locator(f"[data-shown=cite-{turn}-{number}]").wait_for()
                assert page.locator("#cited").text_content() == each.text
                check_article(page, hostile.article(each.source.id))
        assert fits(page)
    assert seen == {each.id for each in hostile.articles()}


def test_hostile_articles_are_listed_and_opened_word_for_word(
    browser: Browser, address: str, hostile: Archive
) -> None:
    titles = {each.id: rendering.cite_parts(each)[0] for each in hostile.articles()}
    with unguarded(browser, address, "articles", ready=".rag-list") as page:
        links = page.locator(".rag-list .rag-open")
        script = "all => all.map((each) => [each.dataset.open, each.textContent])"
        listed = links.evaluate_all(script)
        assert dict(listed) == titles
        assert is_clean(page, ".rag-list")
        for place, (name, _) in enumerate(listed):
            check_opened(page, links.nth(place), hostile.article(name))
        assert fits(page)


def test_hostile_articles_open_at_their_permalinks(
    browser: Browser, address: str, hostile: Archive
) -> None:
    with unguarded(browser, address, "article", ready=".rag-evidence-title") as page:
        for source in hostile.articles():
            page.goto(f"{address}article?id={quote(source.id)}", wait_until="commit")
            page.locator(".rag-article").wait_for()
            check_article(page, hostile.article(source.id))
            assert page.evaluate("window.hits") == []


def test_hostile_articles_of_a_reader_are_listed_and_opened_word_for_word(
    browser: Browser, address: str, hostile: Archive, attacks: Path
) -> None:
    known = {rendering.cite(each): hostile.article(each.id) for each in hostile.articles()}
    with unguarded(browser, address, "own", ready="[data-form=add]") as page:
        page.get_by_label("Add articles of your own").set_input_files(sorted(attacks.iterdir()))
        page.get_by_role("button", name="Add the articles").click()
        links = page.locator(".rag-list .rag-open")
        links.last.wait_for()
        listed = links.all_text_contents()
        assert sorted(listed) == sorted(known)
        assert is_clean(page, "#rag-sheet section")
        for place, title in enumerate(listed):
            check_opened(page, links.nth(place), known[title], own=True)
        assert fits(page)


def test_hostile_quotations_are_checked_compared_and_opened_word_for_word(
    browser: Browser, address: str, hostile: Archive
) -> None:
    seen, found = set(), set()
    with unguarded(browser, address, "check", ready="#rag-quotation") as page:
        for row in ROWS:
            quotation = f"they read {row['attack']} everywhere there in"
            page.get_by_label("Quotation", exact=True).fill(quotation)
            page.get_by_role("button", name="Check the quotation").click()
            check = hostile.check(quotation)
            found.add(check.status)
            shown = html.unescape(re.sub(r"<[^<>]*>", "", tell(check)))
            same = "shown => document.querySelector('.rag-result')?.textContent === shown"
            page.wait_for_function(same, arg=shown)
            assert is_clean(page, ".rag-result")
            near = check.quote or check.nearest
            assert near
            seen.add(near.source.id)
            article = hostile.article(near.source.id)
            check_opened(page, page.locator(".rag-result .rag-open").first, article)
            assert page.locator("#cited").text_content() == near.text
    assert Status.ALTERED in found
    assert seen == {each.id for each in hostile.articles()}


def test_hostile_names_of_conversations_are_shown_as_they_stand(
    browser: Browser, address: str
) -> None:
    names = [
        {"id": f"{number:016x}", "name": row["attack"], "changed": "2020-01-02T03:04:05.000Z"}
        for number, row in enumerate(ROWS)
    ]
    with unguarded(browser, address, viewport=WIDE) as page:
        page.evaluate(KEEP, names)
        page.reload()
        kept = page.locator(".rag-kept bdi")
        kept.last.wait_for()
        assert sorted(kept.all_text_contents()) == sorted(each["name"] for each in names)
        assert is_clean(page, "[data-role=list]")


def test_a_line_of_ten_million_characters_is_shown_in_parts_that_wrap(
    browser: Browser, tmp_path: Path
) -> None:
    attack, size = ROWS[4]["attack"], {"width": 320, "height": 640}
    line = f"Pangolin Tarnwick {'x' * 10_000_000} stood by {attack} on one line.\n"
    long = making.write(tmp_path, "long.md", line, title="Long")

    def check_part(start: int) -> None:
        shown = page.locator(".rag-article-text").text_content()
        assert shown == text[start : start + evidence.LONGEST]
        expect(page.locator(".rag-part")).to_contain_text(f" {start + 1:,} to ")
        assert is_clean(page, ".rag-article")
        assert fits(page)

    with filled(tmp_path / "store", long) as archive, served(archive) as address:
        (source,) = archive.articles()
        text = archive.article(source.id).text
        with unguarded(browser, address, viewport=size) as page:
            answer = ask(page, "Where is Pangolin Tarnwick?")
            answer.get_by_role("link", name="[1]", exact=True).click()
            page.locator("#cited").wait_for()
            check_part(0)
            later = page.get_by_role("link", name="Later part").get_attribute("href")
            page.get_by_role("button", name="Close").press("Enter")
            assert words(ask(page, "What stood on one line?"))
            for place, start in (
                (later, evidence.LONGEST),
                (f"article?id={source.id}", 0),
                (f"article?id={source.id}&from={len(text) - 100}", len(text) - 100),
            ):
                page.goto(f"{address}{place}")
                page.locator(".rag-article").wait_for()
                check_part(start)
            assert attack in (page.locator(".rag-article-text").text_content() or "")


def test_what_got_into_the_page_would_not_run_under_its_policy(
    browser: Browser, address: str
) -> None:
    """Plants what escaping keeps out, as its failure would."""
    requested = plant(browser, address)
    assert [url for url in requested if not url.startswith((address, "data:", "blob:"))] == []


def plant(browser: Browser, address: str) -> list[str]:
    """Make the attacks a part of the page; gives what it asked for."""
    context = browser.new_context()
    page = context.new_page()
    requested: list[str] = []
    # Only what was sent: one that the policy stops is told of, too, as failed.
    page.on("response", lambda response: requested.append(response.url))
    context.route(
        lambda url: not url.startswith(address),
        lambda route: route.fulfill(body="let out"),
    )
    page.goto(address)
    page.locator(".rag-welcome").wait_for()
    page.evaluate(CANARY)
    script = """(attacks) => {
        for (const attack of attacks) {
            const place = document.createElement("div");
            place.innerHTML = attack;
            document.querySelector("#rag-chat").append(place);
        }
        document.querySelectorAll("#rag-chat svg a").forEach((link) =>
            link.dispatchEvent(new MouseEvent("click", { bubbles: true })));
    }"""
    # Without what leads to another page, which an article's own link does, too.
    attacks = [row["attack"] for row in ROWS if row["name"] not in ("base", "refresh")]
    page.evaluate(script, attacks)
    page.wait_for_timeout(500)
    assert page.evaluate("window.hits") == []
    context.close()
    return requested
