"""Asking again in Chromium: editing the wording or the question, taking chips away, stopping."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from rag.answering import Archive
from rag.errors import StoreError
from rag.types import Answer
from tests.browsing import DATED, DISPLACED, LEADER, ask, opened, served, words


def test_the_wording_searched_for_is_edited_in_its_place(
    page: Page, corpus_archive: Archive
) -> None:
    ask(page, "What is the Aleppo Army?")
    answer = ask(page, "Who leads it?")
    answer.get_by_role("button", name="Edit what is searched for").click()
    field = answer.get_by_label("Search for")
    expect(field).to_be_focused()
    assert field.input_value().startswith("Who leads the Aleppo Army")
    page.keyboard.press("Escape")
    expect(field).to_be_hidden()
    expect(answer.get_by_role("button", name="Edit what is searched for")).to_be_focused()
    page.keyboard.press("Enter")
    field.fill(LEADER)
    page.keyboard.press("Enter")
    page.locator(".rag-actions").nth(2).wait_for()
    again = page.locator(".rag-answer").nth(2)
    assert words(again) == [quote.text for quote in corpus_archive.ask(LEADER).quotes]


def test_a_date_that_was_read_is_taken_away(page: Page, corpus_archive: Archive) -> None:
    answer = ask(page, DATED)
    answer.get_by_role("button", name="Remove the date “on 3 December 2016”").click()
    page.locator(".rag-actions").nth(1).wait_for()
    again = page.locator(".rag-answer").nth(1)
    expected = corpus_archive.ask(DATED, drop=["on 3 December 2016"])
    assert words(again) == [each.text for each in expected.quotes or expected.nearest]
    expect(again.locator(".rag-chips")).to_have_count(0)


def test_a_filter_by_date_is_taken_away_from_its_field_too(page: Page) -> None:
    page.get_by_label("From").fill("2016-12-07")
    answer = ask(page, DISPLACED)
    answer.get_by_role("button", name="Remove the filter by date").click()
    page.locator(".rag-actions").nth(1).wait_for()
    expect(page.get_by_label("From")).to_have_value("")
    expect(page.locator(".rag-answer").nth(1).locator(".rag-chips")).to_have_count(0)


def test_a_filter_by_publisher_is_taken_away(browser: Browser, archive: Archive) -> None:
    with served(archive) as address, opened(browser, address) as page:
        page.get_by_label("Publishers").click()
        page.get_by_role("option", name="Hill Courier").click()
        answer = ask(page, "Who asked for sandbags?")
        answer.get_by_role("button", name="Remove the filter Hill Courier").click()
        page.locator(".rag-actions").nth(1).wait_for()
        expect(page.locator(".rag-answer").nth(1).locator(".rag-chips")).to_have_count(0)
        expect(page.locator("#rag-publishers")).not_to_contain_text("Hill Courier")


def test_the_last_question_is_edited_and_its_answer_replaced(page: Page) -> None:
    ask(page, DISPLACED)
    page.get_by_role("button", name="Edit the last question").click()
    page.get_by_label("Your question").fill(LEADER)
    page.get_by_role("button", name="Ask instead").click()
    expect(page.locator(".rag-question")).to_have_text(LEADER)
    page.locator("[data-link=again-1]").click()
    page.locator(".rag-actions").wait_for()
    expect(page.locator(".rag-question")).to_have_text(LEADER)


@pytest.fixture
def slow(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> Iterator[Archive]:
    """An archive that reads until the test is over, and then gives up."""
    over = threading.Event()

    def wait(*_: object, **__: object) -> Iterator[Answer]:
        yield from ()
        over.wait(timeout=60)
        # The archive is being closed: what was stopped must not go on to read it.
        raise StoreError("the test is over")

    monkeypatch.setattr(archive, "answers", wait)
    yield archive
    over.set()


def test_a_question_under_way_is_stopped_and_kept(browser: Browser, slow: Archive) -> None:
    with served(slow) as address, opened(browser, address) as page:
        field = page.get_by_label("Question", exact=True)
        field.fill("Who was on the bridge?")
        field.press("Enter")
        expect(page.locator(".rag-pending")).to_contain_text("Reading 3 passages of 3 articles")
        expect(page.locator("#rag-status")).to_have_text("Searching")
        expect(page.get_by_role("button", name="Ask", exact=True)).to_be_hidden()
        page.get_by_role("button", name="Stop").click()
        expect(page.locator(".rag-notice")).to_contain_text("Stopped")
        expect(field).to_have_value("Who was on the bridge?")
        expect(page.get_by_role("button", name="Ask", exact=True)).to_be_visible()


@pytest.mark.parametrize("motion", ["no-preference", "reduce"])
def test_nothing_moves_for_who_wants_no_motion(
    browser: Browser, slow: Archive, motion: Any
) -> None:
    with served(slow) as address, opened(browser, address, reduced_motion=motion) as page:
        page.get_by_label("Question", exact=True).fill("Who was on the bridge?")
        page.get_by_role("button", name="Ask", exact=True).click()
        page.locator(".rag-pending").wait_for()
        moving = page.evaluate("document.getAnimations().length > 0")
        assert moving == (motion == "no-preference")
        page.get_by_role("button", name="Stop").click()
        page.locator(".rag-notice").wait_for()


def test_a_verdict_is_shown_as_given(browser: Browser, archive: Archive) -> None:
    with served(archive) as address, opened(browser, address) as page:
        ask(page, "Who stood on the bridge of the ferry Halcyon?")
        useful = page.get_by_role("button", name="Useful", exact=True)
        useful.click()
        expect(useful).to_have_attribute("aria-pressed", "true")
        useful.click()
        expect(useful).to_have_attribute("aria-pressed", "false")
