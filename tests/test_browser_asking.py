"""Asking in the chat, in Chromium: answers, silence, filters, follow-ups."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from rag import rendering
from rag.answering import Archive
from tests.browsing import DISPLACED, LEADER, UNANSWERABLE, ask, opened, served, words
from tests.hashing_embedder import HashingEmbedder


def test_asking_shows_numbered_quotes_with_title_publisher_and_date(
    page: Page, corpus_archive: Archive
) -> None:
    expected = corpus_archive.ask(LEADER).quotes
    answer = ask(page, LEADER)
    assert words(answer) == [quote.text for quote in expected]
    lines = [each.text_content() for each in answer.locator(".rag-source:has(.rag-cite)").all()]
    assert lines == [
        f"[{number}] {rendering.cite(quote.source)}" for number, quote in enumerate(expected, 1)
    ]
    expect(page.get_by_label("Question", exact=True)).to_have_value("")
    expect(page.locator("#rag-status")).to_contain_text(f"Answered with {len(expected)} quotes:")


def test_an_example_is_asked_by_choosing_it(page: Page) -> None:
    page.get_by_role("button", name=LEADER).click()
    page.locator("#rag-chat .rag-quote").first.wait_for()
    expect(page.locator("#rag-chat .rag-question")).to_have_text(LEADER)


def test_what_the_archive_does_not_say_is_said_with_the_nearest_passages_apart(
    page: Page, corpus_archive: Archive
) -> None:
    expected = corpus_archive.ask(UNANSWERABLE)
    answer = ask(page, UNANSWERABLE)
    expect(answer.locator(".rag-silent")).to_contain_text("The archive does not say.")
    expect(answer).to_contain_text("Nearest passages – not an answer")
    assert words(answer.locator(".rag-nearest")) == [quote.text for quote in expected.nearest]
    answer.get_by_role("link", name="[1]", exact=True).click()
    expect(page.locator("#cited")).to_have_text(expected.nearest[0].text)
    expect(page.locator(".rag-place")).to_contain_text("not an answer")


def test_a_date_range_narrows_the_answer(page: Page, corpus_archive: Archive) -> None:
    page.get_by_label("From").fill("2016-12-07")
    page.get_by_label("Until").fill("2016-12-12")
    answer = ask(page, DISPLACED)
    expected = corpus_archive.ask(DISPLACED, since=date(2016, 12, 7), until=date(2016, 12, 12))
    assert words(answer) == [each.text for each in expected.quotes or expected.nearest]
    expect(answer).to_contain_text("Published from 7 December 2016 until 12 December 2016")
    assert "1 December 2016" not in re.split("until 12 December", str(answer.text_content()))[1]


def test_bad_input_is_explained_and_the_question_kept(page: Page) -> None:
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.locator(".rag-notice")).to_contain_text("blank")
    page.get_by_label("From").fill("2016-13-01")
    page.get_by_label("Question", exact=True).fill(LEADER)
    page.get_by_label("Question", exact=True).press("Enter")
    expect(page.locator(".rag-notice")).to_contain_text("“2016-13-01” is not a day")
    expect(page.get_by_label("Question", exact=True)).to_have_value(LEADER)
    page.get_by_label("From").fill("")
    ask(page, LEADER)
    expect(page.locator(".rag-notice")).to_have_count(0)


def test_a_follow_up_leans_on_the_earlier_question_until_a_new_conversation(page: Page) -> None:
    ask(page, "What is the Aleppo Army?")
    answer = ask(page, "Who leads it?")
    expect(answer.locator(".rag-scope")).to_contain_text("Searched for: Who leads the Aleppo Army")
    page.get_by_role("button", name="New conversation").click()
    page.locator(".rag-welcome").wait_for()
    answer = ask(page, "Who leads it?")
    expect(answer.locator(".rag-scope")).to_have_count(0)


def test_an_empty_archive_says_how_to_fill_it(browser: Browser, tmp_path: Path) -> None:
    with (
        Archive.open(
            tmp_path / "empty", embedder=HashingEmbedder(), reading_model=HashingEmbedder()
        ) as empty,
        served(empty) as address,
        opened(browser, address) as page,
    ):
        expect(page.locator(".rag-welcome")).to_contain_text("rag ingest PATH")
