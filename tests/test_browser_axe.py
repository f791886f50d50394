"""The chat as axe judges it, in Chromium: no serious fault for who sees, hears or moves otherwise.

https://github.com/dequelabs/axe-core
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from rag.answering import Archive
from rag.settings import Settings
from tests import making
from tests.browsing import ask, fits, opened, served
from tests.hashing_embedder import HashingEmbedder

DAWN = "When did the ferry Halcyon leave Sarn harbour?"
ALTERED = "Forty-two passengers were on board."
SILENT = "Who won the football world cup?"
# What fades in has its colours only then.
LOOKED, PAUSE = 10, 300
LOOKS: dict[str, dict[str, Any]] = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "phone": {"viewport": {"width": 320, "height": 640}},
}


@pytest.fixture(scope="module")
def at(tmp_path_factory: pytest.TempPathFactory, _gradio: None) -> Iterator[str]:
    """The chat over three small articles."""
    folder, model = tmp_path_factory.mktemp("axe"), HashingEmbedder()
    with Archive.open(
        folder / "store", settings=Settings(), embedder=model, reading_model=model
    ) as archive:
        archive.ingest(making.write_trio(folder / "articles"))
        with served(archive) as address:
            yield address


def find_faults(page: Page) -> list[tuple[str, str]]:
    """Return what is serious or worse once the page is at rest, with where it stands."""
    for _ in range(LOOKED):
        faults = [
            (each["id"], node["html"])
            for each in Axe().run(page).response["violations"]
            if each["impact"] in ("serious", "critical")
            for node in each["nodes"]
        ]
        if not faults:
            break
        page.wait_for_timeout(PAUSE)
    return faults


@pytest.mark.parametrize("look", LOOKS)
def test_axe_finds_no_serious_fault(browser: Browser, at: str, look: str) -> None:
    with opened(browser, at, bypass_csp=True, **LOOKS[look]) as page:
        assert find_faults(page) == []
        answer = ask(page, DAWN)
        assert find_faults(page) == []
        ask(page, SILENT)
        assert find_faults(page) == []
        answer.get_by_role("link", name="[1]", exact=True).click()
        page.locator("#cited").wait_for()
        assert find_faults(page) == []
        page.get_by_label("Close the article").press("Enter")
        page.get_by_role("button", name="Conversations", exact=True).click()
        assert find_faults(page) == []


@pytest.mark.parametrize("look", LOOKS)
def test_axe_finds_no_serious_fault_on_the_further_pages(
    browser: Browser, at: str, look: str
) -> None:
    first = httpx.get(f"{at}api/articles").json()["articles"][0]["id"]
    places = {
        "check": "#rag-quotation",
        "articles": ".rag-list",
        "own": "#rag-files",
        "settings": "#rag-size",
        f"article?id={first}": ".rag-article-text",
        "article": ".rag-evidence-title",
    }
    for place, ready in places.items():
        with opened(browser, at, place, ready=ready, bypass_csp=True, **LOOKS[look]) as page:
            if place == "check":
                page.get_by_label("Quotation", exact=True).fill(ALTERED)
                page.get_by_role("button", name="Check the quotation").click()
                page.locator(".rag-result ins").first.wait_for()
            if place == "articles":
                page.get_by_text("Dates as a table").click()
                page.locator(".rag-open").first.click()
                page.locator(".rag-article").wait_for()
            assert (place, find_faults(page)) == (place, [])
            assert fits(page)


def test_axe_finds_a_fault_that_is_there(browser: Browser, at: str) -> None:
    with opened(browser, at, bypass_csp=True) as page:
        page.evaluate("document.querySelector('#rag-chat').innerHTML = '<button></button>'")
        assert find_faults(page) == [("button-name", "<button></button>")]
