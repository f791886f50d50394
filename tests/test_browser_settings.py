"""A reader's own settings, in Chromium."""

from __future__ import annotations

from playwright.sync_api import Browser, expect

from rag.answering import Archive
from tests.browsing import ask, fits, opened, served

SILENT = "What did the captain and the mayor say?"
SIZE = "getComputedStyle(document.documentElement).fontSize"


def test_settings_hold_on_every_page_until_they_are_reset(
    browser: Browser, archive: Archive
) -> None:
    assert len(archive.ask(SILENT).nearest) > 1
    phone = {"width": 320, "height": 640}
    with (
        served(archive) as address,
        opened(browser, address, "settings", ready="#rag-size", viewport=phone) as page,
    ):
        said = page.locator(".rag-form [role=status]")
        page.get_by_label("Text size").select_option("Very large")
        page.get_by_label("Light or dark").select_option("Dark")
        page.get_by_label("Search from").fill("2020-03-01")
        page.get_by_label("Quotes shown at most").select_option("1")
        expect(said).to_have_text("Kept.")
        assert page.evaluate(SIZE) == "24px"
        assert fits(page)
        visit = page.context.new_page()
        visit.goto(address)
        expect(visit.get_by_label("From")).to_have_value("2020-03-01")
        expect(visit.locator("body")).to_have_class("dark")
        assert visit.evaluate(SIZE) == "24px"
        visit.get_by_label("From").fill("")
        expect(ask(visit, SILENT).locator(".rag-words")).to_have_count(1)
        visit.close()
        page.get_by_role("button", name="Reset all").press("Enter")
        expect(said).to_have_text("All settings are as at first.")
        expect(page.get_by_label("Text size")).to_have_value("")
        assert page.evaluate(SIZE) == "16px"
        assert page.evaluate("localStorage.getItem('rag-since')") is None


def test_publishers_that_are_set_narrow_every_visit_while_the_archive_has_them(
    browser: Browser, archive: Archive
) -> None:
    with (
        served(archive) as address,
        opened(browser, address, "settings", ready="#rag-size") as page,
    ):
        page.get_by_label("Hill Courier").check()
        page.get_by_label("Coast Post").check()
        page.get_by_label("Coast Post").uncheck()
        page.reload()
        expect(page.get_by_label("Hill Courier")).to_be_checked()
        expect(page.get_by_label("Coast Post")).not_to_be_checked()
        page.goto(address)
        chips = page.locator("#rag-publishers .token")
        expect(chips).to_have_text(["Hill Courier"])
        answer = ask(page, SILENT)
        expect(answer.locator(".rag-scope")).to_contain_text("Published by Hill Courier")
        chips.get_by_role("button").click()
        expect(chips).to_have_count(0)
        page.evaluate("localStorage.setItem('rag-outlets', 'Gone Gazette\\nCoast Post')")
        page.goto(address)
        expect(chips).to_have_text(["Coast Post"])
        page.goto(f"{address}settings")
        page.get_by_role("button", name="Reset all").press("Enter")
        expect(page.get_by_label("Coast Post")).not_to_be_checked()
        assert page.evaluate("localStorage.getItem('rag-outlets')") is None
