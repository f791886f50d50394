"""Checking a quotation, verifying a file of evidence and opening permalinks, in Chromium."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from rag import dossier
from rag.answering import Archive
from tests import making
from tests.browsing import contrast, filled, fits, opened, served

FORM = ".rag-form[data-form=check]"
SMOKE = "A fisherman saw smoke above the stern an hour later."
HOSTILE = 'A clerk wrote <svg><a href="javascript:alert(1)">so</a></svg> & ${alert(2)} on a wall.'
# How often the page has asked the server for something.
ASKED = """() => performance.getEntriesByType("resource")
    .filter(({ name }) => name.includes("/queue/join")).length"""


@pytest.fixture(scope="module")
def newsroom(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    """Three articles, one of them corrected since, one withdrawn, and a hostile one."""
    folder = making.write_trio(tmp_path_factory.mktemp("articles"))
    making.write(folder, "wall.md", HOSTILE, title="'<b>Wall</b>'", id="a&b=c d")
    with filled(tmp_path_factory.mktemp("store"), folder) as archive:
        yield archive


@pytest.fixture(scope="module")
def at(newsroom: Archive, _gradio: None) -> Iterator[str]:
    with served(newsroom) as address:
        yield address


@pytest.fixture
def page(browser: Browser, at: str) -> Iterator[Page]:
    with opened(browser, at, "check", ready=FORM) as opened_page:
        yield opened_page


def check(page: Page, quotation: str) -> Locator:
    page.get_by_label("Quotation").fill(quotation)
    page.get_by_role("button", name="Check the quotation").click()
    page.locator(".rag-result h2").wait_for()
    return page.locator(".rag-result")


def test_an_exact_quotation_is_told_with_its_source_and_opens_the_article(page: Page) -> None:
    result = check(page, SMOKE)
    heading = result.get_by_role("heading", level=2)
    expect(heading).to_have_text("= Exact")
    expect(heading).to_be_focused()
    assert result.locator("del, ins").count() == 0
    link = result.get_by_role("link", name="Smoke · Coast Post · 2 March 2020")
    link.press("Enter")
    expect(page.locator("#cited")).to_have_text(SMOKE)
    expect(page.locator("#cited")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(".rag-article")).to_have_count(0)
    expect(link).to_be_focused()


def test_an_altered_quotation_shows_its_words_and_the_articles(page: Page) -> None:
    result = check(page, "A fisherman saw flames above the stern an hour later.")
    expect(result.get_by_role("heading", level=2)).to_have_text("≠ Altered")
    words = result.locator(".rag-words")
    assert words.locator("del").all_text_contents() == ["not in the article: flames"]
    assert words.locator("ins").all_text_contents() == ["in the article: smoke"]
    expect(result.get_by_role("listitem")).to_have_text(
        "Changed: “flames” is “smoke” in the article"
    )
    lines = "s => getComputedStyle(document.querySelector(s)).textDecorationLine"
    assert page.evaluate(lines, ".rag-words del") == "line-through"
    assert page.evaluate(lines, ".rag-words ins") == "underline"


def test_a_quotation_that_is_not_there_is_told_with_the_nearest_passage(page: Page) -> None:
    result = check(page, "Lorries carry sandbags to the ferry")
    expect(result.get_by_role("heading", level=2)).to_have_text("∅ Not found")
    expect(result).to_contain_text("Nearest passage – not the quotation")


def test_what_is_no_quotation_is_explained(page: Page) -> None:
    page.get_by_label("Quotation").fill("?!")
    page.get_by_label("Quotation").press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".rag-notice")).to_contain_text("Not checked.")
    expect(page.locator(".rag-notice")).to_be_focused()


def test_hostile_words_are_shown_as_they_stand(page: Page) -> None:
    result = check(page, HOSTILE)
    assert result.locator(".rag-words").text_content() == HOSTILE
    result.get_by_role("link", name="<b>Wall</b>").click()
    assert page.locator("#cited").text_content() == HOSTILE
    assert page.locator("svg a, .rag-article b").count() == 0


def test_a_file_of_evidence_is_verified_and_a_changed_one_is_not(
    page: Page, newsroom: Archive
) -> None:
    answer = newsroom.ask("When did the ferry Halcyon leave Sarn harbour?")
    content = dossier.compose([answer], saved=datetime(2026, 1, 2, tzinfo=UTC))

    def verify(text: str) -> Locator:
        page.get_by_label("File of evidence").set_input_files(
            {"name": "evidence.json", "mimeType": "application/json", "buffer": text.encode()}
        )
        page.get_by_role("button", name="Verify the file").click()
        return page.locator("#rag-sheet :is(.rag-result h2, .rag-notice)")

    page.get_by_text("Verify a file of evidence").click()
    expect(verify(content)).to_have_text("= Verified")
    expect(verify(content.replace("Halcyon left", "Halcyon kept"))).to_have_text("≠ Not verified")
    expect(page.locator(".rag-result")).to_contain_text("the words at this place are others")
    expect(verify("[]")).to_contain_text("No evidence file")


def test_a_permalink_opens_the_words_in_the_version_quoted(
    browser: Browser, newsroom: Archive, at: str
) -> None:
    kept = newsroom.check(HOSTILE).quote
    gone = newsroom.check("The reservoir held nine million litres.").quote
    corrected = newsroom.check(SMOKE).quote
    assert kept
    assert gone
    assert corrected
    path = Path(corrected.source.path)
    old = path.read_text(encoding="utf-8")
    path.write_text(old.replace("smoke", "steam"), encoding="utf-8")
    newsroom.ingest(path)
    newsroom.remove(gone.source.id)
    try:
        for quoted, said in ((kept, "has not changed since"), (corrected, "was corrected since")):
            with opened(browser, at, f"article?id={quote(quoted.id)}", ready="#cited") as page:
                assert page.locator("#cited").text_content() == quoted.text
                expect(page.locator("#cited")).to_be_in_viewport()
                expect(page.locator(".rag-standing")).to_contain_text(said)
                expect(page).to_have_title("Article – Ask the archive")
                assert page.evaluate(ASKED) == 1
        with opened(browser, at, f"article?id={quote(corrected.id)}", ready="#cited") as page:
            link = page.get_by_role("link", name="Open the article as it is now")
            place = str(link.get_attribute("href"))
        with opened(browser, at, place, ready=".rag-article-text") as page:
            expect(page.locator(".rag-article-text")).to_contain_text("saw steam above")
        with opened(browser, at, f"article?id={quote(gone.id)}", ready="#cited") as page:
            expect(page.locator(".rag-standing")).to_contain_text("withdrawn")
            assert page.locator("#cited").text_content() == gone.text
    finally:
        path.write_text(old, encoding="utf-8")
        newsroom.ingest(path)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("nothing", "the archive does not hold it"),
        ("x@0123456789ab:9-5", "is not the id of a quote"),
        ("<b>%00", "the archive does not hold it"),
        ("", "No article is named"),
    ],
)
def test_a_bad_permalink_gets_a_clear_message(
    browser: Browser, at: str, name: str, said: str
) -> None:
    with opened(
        browser, at, f"article?id={name}", ready="#rag-leaf :is(.rag-notice, .rag-evidence-title)"
    ) as page:
        expect(page.locator("#rag-leaf")).to_contain_text(said)
        assert page.locator("#rag-leaf b").count() == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_of_320_pixels_shows_a_check_with_contrast(
    browser: Browser, at: str, scheme: Any
) -> None:
    size = {"width": 320, "height": 640}
    with opened(browser, at, "check", ready=FORM, viewport=size, color_scheme=scheme) as page:
        check(page, "A fisherman saw flames above the stern an hour later.")
        assert fits(page)
        for text, ground in (
            (".rag-result h2", "body"),
            (".rag-words del", "body"),
            (".rag-words ins", ".rag-words ins"),
            (".rag-form button", ".rag-form button"),
            (".rag-pages a", "#rag-heading"),
        ):
            assert contrast(page, text, ground) >= 4.5, text
        page.locator(".rag-result .rag-open").click()
        expect(page.locator("#cited")).to_be_in_viewport()
        assert fits(page)
        page.get_by_role("button", name="Close").click()
        expect(page.locator("#rag-evidence")).to_be_hidden()


def test_the_pages_lead_to_each_other(browser: Browser, at: str) -> None:
    with opened(browser, at) as page:
        links = page.get_by_role("navigation", name="Pages").get_by_role("link").all()
        places = {str(each.get_attribute("href")): each.text_content() for each in links}
    assert len(places) > 1
    for place, name in places.items():
        with opened(browser, at, place, ready="h1") as page:
            current = page.get_by_role("navigation", name="Pages").locator("[aria-current=page]")
            expect(current).to_have_text(str(name))
