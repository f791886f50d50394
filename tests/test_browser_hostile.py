"""Hostile articles in the chat, in Chromium: shown word for word, and inert."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from rag import rendering
from rag.answering import Archive
from rag.settings import Settings
from tests import making
from tests.browsing import ask, fits, opened, served, words
from tests.hashing_embedder import HashingEmbedder

# What an article may hold to be run, to call out, or to take over the page.
ATTACKS = (
    "<script>alert(1)</script>",
    '<img src="http://192.0.2.1/pixel.png" onerror="alert(2)">',
    '<svg><a href="javascript:alert(3)"><text y="9">press</text></a></svg>',
    "<style>body { display: none !important }</style>",
    "![spy](http://192.0.2.1/spy.png)",
    "[press](javascript:alert(4))",
    "</p></blockquote></div><h1>taken over</h1>",
    '"><iframe src="http://192.0.2.1/"></iframe>',
    "{{constructor.constructor('alert(5)')()}} ${alert(6)} $$x^2$$ \\(y\\)",
    "&lt;b&gt; &amp;amp; &#60;",
    "`code` *stars* _lines_ ~~gone~~ | a | b |",
    "\u202edesrever\u2066 \u2067",
)
WORDS = f"The zeppelin Quillon burned over Marsh Tarn and {' '.join(ATTACKS)} was shouted there."


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    """An archive whose articles attack the page with text, title, publisher and author."""
    folder = tmp_path_factory.mktemp("hostile")
    fields = {
        "title": " ".join(ATTACKS[:3]),
        "publisher": " ".join(ATTACKS[1:4]),
        "author": " ".join(ATTACKS[4:8]),
        "url": 'https://example.org/"><script>alert(7)</script>',
    }
    quoted = {name: "'" + value.replace("'", "''") + "'" for name, value in fields.items()}
    around = f"A clerk wrote {' '.join(ATTACKS)} on a wall."
    # So often that not all of them are quoted: some stand before and after the marks.
    text = "\n\n".join((*[around] * 4, WORDS, *[around] * 4, ""))
    making.write(folder, "attack.md", text, **quoted, published="2020-01-02")
    line = "Pangolin Obermere " + "x" * 1_000_000 + " stood on one line."
    making.write(folder, "long.md", line + "\n", title="Long", publisher="Other")
    store = tmp_path_factory.mktemp("hostile-store")
    with Archive.open(
        store, settings=Settings(), embedder=HashingEmbedder(), reading_model=HashingEmbedder()
    ) as archive:
        report = archive.ingest(folder)
        assert len(report.added) == 2, report
        yield archive


def test_a_hostile_article_is_shown_word_for_word_and_does_nothing(
    browser: Browser, hostile: Archive
) -> None:
    question = "What burned over Marsh Tarn, the zeppelin Quillon?"
    expected = hostile.ask(question)
    shown = expected.quotes or expected.nearest
    assert any("<script>" in quote.text for quote in shown)
    with served(hostile) as address, opened(browser, address) as page:
        answer = ask(page, question)
        assert words(answer) == [quote.text for quote in shown]
        for number, quote in enumerate(shown, start=1):
            answer.get_by_role("link", name=f"[{number}]", exact=True).click()
            page.locator(f"[data-shown=cite-1-{number}]").wait_for()
            article = hostile.article(quote.source.id)
            assert page.locator(".rag-article-text").text_content() == article.text
            assert page.locator("#cited").text_content() == quote.text
            title = rendering.cite_parts(article.source)[0]
            assert page.locator(".rag-article-title").text_content() == title
        planted = "script, img, svg, style, iframe, h1, [onerror], [href^='javascript']"
        for place in (".rag-answer", ".rag-article"):
            assert page.locator(place).locator(planted).count() == 0
        assert fits(page)


def test_a_line_of_a_million_characters_wraps(browser: Browser, hostile: Archive) -> None:
    with (
        served(hostile) as address,
        opened(browser, address, viewport={"width": 320, "height": 640}) as page,
    ):
        answer = ask(page, "Where is Pangolin Obermere?")
        answer.get_by_role("link", name="[1]", exact=True).click()
        page.locator("#cited").wait_for()
        assert fits(page)
