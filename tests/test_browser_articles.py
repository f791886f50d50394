"""The page of the archive's articles, in Chromium."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from rag import listing
from rag.answering import Archive
from rag.settings import Settings
from tests import making
from tests.browsing import filled, fits, opened, served
from tests.hashing_embedder import HashingEmbedder

READY = ".rag-result"


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    """More articles than are on a page, one of them hostile."""
    folder = making.write_trio(tmp_path_factory.mktemp("articles"))
    gales = (
        {"title": f"Gale {number:02}", "publisher": "Coast Post", "text": f"Gale {number} blew."}
        | {"published": f"2021-01-{number % 28 + 1:02}"}
        for number in range(listing.SIZE)
    )
    lines = "\n".join(map(json.dumps, gales))
    (folder / "gales.jsonl").write_text(lines, encoding="utf-8")
    attack = "'<img src=x onerror=alert(1)> ${alert(2)}'"
    making.write(folder, "wall.md", "A clerk wrote.", title=attack, publisher=attack)
    with filled(tmp_path_factory.mktemp("store"), folder) as archive:
        yield archive


@pytest.fixture(scope="module")
def at(shelf: Archive, _gradio: None) -> Iterator[str]:
    with served(shelf) as address:
        yield address


@pytest.fixture
def page(browser: Browser, at: str) -> Iterator[Page]:
    with opened(browser, at, "articles", ready=READY) as shown:
        yield shown


def search(page: Page, words: str) -> None:
    page.get_by_label("Words in title or outlet").fill(words)
    page.get_by_label("Words in title or outlet").press("Enter")


def test_the_articles_are_paged_searched_and_sorted(page: Page) -> None:
    heading = page.locator(".rag-result h2")
    total = listing.SIZE + 4
    expect(heading).to_have_text(f"Articles 1 to {listing.SIZE} of {total}")
    page.get_by_role("button", name="Next").press("Enter")
    expect(heading).to_have_text(f"Articles {listing.SIZE + 1} to {total} of {total}")
    expect(heading).to_be_focused()
    assert page.get_by_role("button", name="Next").count() == 0
    search(page, "hill COURIER")
    expect(heading).to_have_text("Articles 1 to 2 of 2")
    expect(page.locator(".rag-list .rag-open")).to_have_text(["Gates", "Girders"])
    page.get_by_label("Order").select_option("Oldest first")
    search(page, "")
    expect(page.locator(".rag-list .rag-open").first).to_have_text("Smoke")
    search(page, "nowhere")
    expect(heading).to_have_text("No article has these words in title or outlet")


def test_an_article_opens_beside_the_list(page: Page) -> None:
    search(page, "smoke")
    page.get_by_role("link", name="Smoke").click()
    expect(page.locator(".rag-article-text")).to_have_text(making.FERRY.strip())
    expect(page.get_by_role("button", name="Close")).to_be_focused()


def test_the_charts_are_told_in_words_and_tables(page: Page) -> None:
    chart = page.get_by_role("img")
    expect(chart).to_have_accessible_name(
        "Articles from March 2020 to January 2021; at most 50 at one time. A table follows."
    )
    page.get_by_text("Dates as a table").click()
    rows = page.get_by_role("table").first.get_by_role("row")
    expect(rows).to_have_text(["FromArticles", "March 20202", "January 202150"])
    outlets = page.locator(".rag-bars tbody tr")
    assert [each.locator("td").first.text_content() for each in outlets.all()] == ["51", "2", "1"]


def test_hostile_titles_are_shown_as_they_stand(page: Page) -> None:
    search(page, "onerror")
    link = page.locator(".rag-list .rag-open")
    expect(link).to_have_text(["<img src=x onerror=alert(1)> ${alert(2)}"])
    assert page.locator("#rag-sheet img").count() == 0


def test_nothing_can_be_removed_unless_the_operator_allows_it(page: Page, shelf: Archive) -> None:
    assert page.locator(".rag-remove").count() == 0
    # Sent all the same, as by a page that was tampered with.
    page.locator(".rag-list").evaluate(
        """list => { const sent = list.closest("form").appendChild(document.createElement("input"));
        [sent.name, sent.value] = ["remove", list.querySelector("[data-open]").dataset.open];
        sent.form.requestSubmit(); }"""
    )
    expect(page.locator(".rag-notice")).to_contain_text("does not let readers remove articles")
    assert len(shelf.articles()) == listing.SIZE + 4


def test_an_article_is_removed_by_keyboard_after_a_second_step(
    browser: Browser, tmp_path: Path
) -> None:
    folder = making.write_trio(tmp_path / "articles")
    model = HashingEmbedder()
    with Archive.open(
        tmp_path / "store",
        settings=Settings(allow_remove=True),
        embedder=model,
        reading_model=model,
    ) as archive:
        archive.ingest(folder)
        size = {"width": 320, "height": 640}
        with (
            served(archive) as address,
            opened(browser, address, "articles", ready=READY, viewport=size) as page,
        ):
            assert fits(page)
            for left in (2, 1, 0):
                page.locator(".rag-remove summary").first.press("Enter")
                assert len(archive.articles()) == left + 1
                page.get_by_role("button", name="Remove it").press("Enter")
                expect(page.locator(".rag-done")).to_be_focused()
                expect(page.locator(".rag-remove")).to_have_count(left)
                assert len(archive.articles()) == left
            expect(page.locator("#rag-sheet")).to_contain_text("This archive is empty")
