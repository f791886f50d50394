"""Citing a quote and seeing it in its place, in Chromium."""

from __future__ import annotations

import json
from collections.abc import Callable

from playwright.sync_api import Browser, expect

from rag import citations
from rag.answering import Archive
from tests.browsing import LEADER, ask, opened


def test_a_citation_is_copied_in_each_format_and_that_is_said(
    browser: Browser, address: str, corpus_archive: Archive
) -> None:
    quote = corpus_archive.ask(LEADER).quotes[1]
    expected = {
        "Text": citations.as_text(quote),
        "Markdown": citations.as_markdown(quote),
        "BibTeX": citations.as_bibtex(quote),
        "CSL-JSON": json.dumps([citations.as_csl(quote)], ensure_ascii=False, indent=2),
        "Permalink": f"{address}article?id={quote.id}",
    }
    allowed = ["clipboard-read", "clipboard-write"]
    with opened(browser, address, permissions=allowed) as page:
        answer = ask(page, LEADER)
        answer.get_by_label("Cite quote 2").press("Enter")
        menu = answer.get_by_role("group", name="Copy the citation of quote 2 as")
        for name, text in expected.items():
            menu.get_by_role("button", name=name).press("Enter")
            expect(page.locator("#rag-status")).to_have_text(f"Copied as {name}")
            assert page.evaluate("navigator.clipboard.readText()") == text
        page.keyboard.press("Escape")
        expect(menu).to_be_hidden()
        expect(answer.get_by_label("Cite quote 2")).to_be_focused()


def test_a_number_previews_its_quote_in_its_place(
    browser: Browser, address: str, corpus_archive: Archive
) -> None:
    quote = corpus_archive.ask(LEADER).quotes[1]
    article = corpus_archive.article(quote.source.id)
    with opened(browser, address) as page:
        answer = ask(page, LEADER)
        number = answer.get_by_role("link", name="[2]", exact=True)
        preview = page.locator("#preview-cite-1-2")
        keys = page.keyboard.press
        ways: list[tuple[Callable[[], None], Callable[[], None]]] = [
            (number.hover, lambda: page.mouse.move(0, 0)),
            (number.hover, lambda: keys("Escape")),
            (lambda: keys("Tab"), lambda: keys("Tab")),
        ]
        for show, hide in ways:
            answer.get_by_label("Cite quote 1").focus()
            expect(preview).to_be_hidden()
            show()
            expect(preview).to_be_in_viewport()
            expect(preview.locator("mark")).to_have_text(quote.text)
            around = preview.locator(".rag-around").text_content() or ""
            assert len(around) > len(quote.text)
            assert around in article.text
            expect(preview).to_contain_text(article.source.title)
            hide()
            expect(preview).to_be_hidden()
            page.mouse.move(0, 0)
