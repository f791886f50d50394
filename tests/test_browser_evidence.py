"""The evidence beside the chat, in Chromium."""

from __future__ import annotations

from playwright.sync_api import Browser, Page, expect

from rag.answering import Archive
from tests.browsing import LEADER, ask, in_view, opened


def test_choosing_a_number_opens_the_whole_article_at_the_marked_passage(
    page: Page, corpus_archive: Archive
) -> None:
    quotes = corpus_archive.ask(LEADER).quotes
    answer = ask(page, LEADER)
    for number, quote in enumerate(quotes, start=1):
        answer.get_by_role("link", name=f"[{number}]", exact=True).click()
        page.locator(f"[data-shown=cite-1-{number}]").wait_for()
        article = corpus_archive.article(quote.source.id)
        assert page.locator(".rag-article-text").text_content() == article.text
        cited = page.locator("#cited")
        assert cited.text_content() == article.text[quote.span.start : quote.span.end]
        expect(cited).to_be_focused()
        assert in_view(page, "#cited", "#rag-evidence")
        expect(page.locator(".rag-article-title")).to_have_text(article.source.title)


def test_the_evidence_works_by_keyboard_and_gives_the_focus_back(page: Page) -> None:
    answer = ask(page, LEADER)
    link = answer.get_by_role("link", name="[2]", exact=True)
    link.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#cited")).to_be_focused()
    page.get_by_role("button", name="Previous quote").press("Enter")
    page.locator("[data-shown=cite-1-1]").wait_for()
    expect(page.locator("#cited")).to_be_focused()
    expect(page.get_by_role("button", name="Previous quote")).to_be_disabled()
    page.keyboard.press("Escape")
    expect(page.locator(".rag-article")).to_have_count(0)
    expect(answer.get_by_role("link", name="[1]", exact=True)).to_be_focused()


def test_on_a_phone_the_focus_stays_in_the_evidence_until_it_is_closed(
    browser: Browser, address: str
) -> None:
    with opened(browser, address, viewport={"width": 390, "height": 844}) as page:
        number = ask(page, LEADER).get_by_role("link", name="[1]", exact=True)
        number.press("Enter")
        evidence = page.get_by_role("dialog", name="Evidence")
        expect(page.locator("#cited")).to_be_focused()
        inside = "document.querySelector('#rag-evidence').contains(document.activeElement)"
        outside = "document.activeElement === document.body"  # the browser's own controls
        for _ in range(8):
            page.keyboard.press("Tab")
            assert page.evaluate(f"{inside} || {outside}")
        page.keyboard.press("Escape")
        expect(evidence).to_have_count(0)
        expect(number).to_be_focused()


def test_everything_is_done_by_keyboard_alone(page: Page) -> None:
    def press(*keys: str) -> None:
        for key in keys:
            page.keyboard.press(key)

    def focused() -> str:
        return str(page.evaluate("document.activeElement.textContent.trim()"))

    page.get_by_label("Question", exact=True).press_sequentially(LEADER)
    press("Enter")
    page.locator(".rag-actions").wait_for()
    expect(page.get_by_label("Question", exact=True)).to_be_focused()
    order = []
    for _ in range(40):
        press("Shift+Tab")
        order.append(focused())
        if order[-1] == "[1]":
            break
    wanted = ["Not useful", "Useful", "Ask again", "Edit question", "Cite", "[2]", "Cite", "[1]"]
    assert [each for each in order if each in wanted][:4] == wanted[:4]
    assert order[-2:] == ["Cite", "[1]"]
    press("Enter")
    expect(page.locator("#cited")).to_be_focused()
    press("Escape", "Tab", "Enter", "Tab")
    assert focused() == "Text"
    press("Escape")
    assert focused() == "Cite"
