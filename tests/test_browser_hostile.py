"""Hostile articles in the chat, in Chromium: shown word for word, and inert.

Each row of the data is an attack that stands in the text, title, publisher, author, address and
file name of an article. The pages are opened without their content security policy: escaping alone
has to hold. That the policy would hold too is tested for itself.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from rag import rendering
from rag.answering import Archive
from rag.settings import Settings
from tests import making
from tests.browsing import ask, fits, opened, served, words
from tests.hashing_embedder import HashingEmbedder

ROWS = [
    json.loads(line)
    for line in (Path(__file__).parent / "data" / "hostile.jsonl").read_text().splitlines()
]
# An answer reads eight passages at first; each group of articles is asked for by its own word.
GROUP = 5
TOWNS = "Quillon Obermere Tarnmoor Kestrelby Sallowick Wendle Ostrava Brinmouth".split()
# What no article brings in, wherever it is shown.
PLANTED = (
    "script, style, img, picture, video, audio, svg, math, iframe, object, embed, base, meta, link,"
    "marquee, table, h1, [style], [onerror], [onload], [onfocus], [href^='javascript' i],"
    "[href^='data' i], [src]"
)
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
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
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    """An archive of forty articles that attack the page, and one with a very long line."""
    folder, model = tmp_path_factory.mktemp("hostile"), HashingEmbedder()
    write_attacks(folder)
    line = f"Pangolin Tarnwick {'x' * 1_000_000} stood on one line."
    making.write(folder, "long.md", line + "\n", title="Long", publisher="Other")
    with Archive.open(
        tmp_path_factory.mktemp("hostile-store"),
        settings=Settings(limit=20),
        embedder=model,
        reading_model=model,
    ) as archive:
        report = archive.ingest(folder)
        assert len(report.added) == len(ROWS) + 1, report
        yield archive


@contextmanager
def unguarded(browser: Browser, address: str, **options: Any) -> Iterator[Page]:
    """Open the chat without its policy; nothing may call out, and the canary must live."""
    with opened(browser, address, bypass_csp=True, **options) as page:
        page.evaluate(CANARY)
        yield page
        assert page.evaluate("window.hits") == []


def is_clean(page: Page, place: str) -> bool:
    """Tell whether nothing of an article has become a part of the page."""
    return page.locator(place).locator(PLANTED).count() == 0


def test_hostile_articles_are_shown_word_for_word_and_do_nothing(
    browser: Browser, hostile: Archive
) -> None:
    seen = set()
    with served(hostile) as address, unguarded(browser, address) as page:
        for turn, town in enumerate(TOWNS, start=1):
            question = f"What of {town}?"
            expected = hostile.ask(question)
            shown = expected.quotes or expected.nearest
            answer = ask(page, question)
            assert words(answer) == [quote.text for quote in shown]
            assert is_clean(page, "#rag-chat .rag-turn")
            for number, quote in enumerate(shown, start=1):
                seen.add(quote.source.id)
                answer.get_by_role("link", name=f"[{number}]", exact=True).click()
                page.locator(f"[data-shown=cite-{turn}-{number}]").wait_for()
                article = hostile.article(quote.source.id)
                assert page.locator(".rag-article-text").text_content() == article.text
                assert page.locator("#cited").text_content() == quote.text
                title = rendering.cite_parts(article.source)[0]
                assert page.locator(".rag-article-title").text_content() == title
                facts = page.locator(".rag-facts dd").all_text_contents()
                for fact in (article.source.publisher, article.source.author, article.source.path):
                    assert fact in facts
                assert is_clean(page, "#rag-evidence .rag-article")
        assert fits(page)
    # These answers quote 36 of the articles; which sentences they take is not what is tried here.
    assert len(seen) >= 36


def test_a_line_of_a_million_characters_wraps(browser: Browser, hostile: Archive) -> None:
    with (
        served(hostile) as address,
        unguarded(browser, address, viewport={"width": 320, "height": 640}) as page,
    ):
        answer = ask(page, "Where is Pangolin Tarnwick?")
        answer.get_by_role("link", name="[1]", exact=True).click()
        page.locator("#cited").wait_for()
        assert fits(page)


def test_what_got_into_the_page_would_not_run_under_its_policy(
    browser: Browser, hostile: Archive
) -> None:
    """Plants what escaping keeps out, as its failure would."""
    with served(hostile) as address:
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
