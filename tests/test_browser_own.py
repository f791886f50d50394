"""A reader's own articles, brought along to the chat in Chromium."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from rag.answering import Archive
from rag.settings import Settings
from tests import making
from tests.browsing import fits, opened, served
from tests.hashing_embedder import HashingEmbedder

FORM = ".rag-form[data-form=add]"
MILL = "The storm <b>Ottilie</b> tore the roof off the mill at Quern on Sunday."


@pytest.fixture
def shared(tmp_path: Path) -> Iterator[Archive]:
    model = HashingEmbedder()
    settings = Settings(allow_upload=True)
    store = tmp_path / "store"
    with Archive.open(store, settings=settings, embedder=model, reading_model=model) as archive:
        archive.ingest(making.write_trio(tmp_path / "articles"))
        yield archive


def add(page: Page, *files: Path) -> None:
    page.get_by_label("Add articles of your own").set_input_files(files)
    page.get_by_role("button", name="Add the articles").press("Enter")


def test_own_articles_are_added_asked_opened_kept_and_deleted(
    browser: Browser, shared: Archive, tmp_path: Path
) -> None:
    mill = making.write(tmp_path, "mill.md", MILL, title="Mill", publisher="Own Desk")
    # More than one part of a file.
    large = making.write(tmp_path, "large.txt", "Rain fell on the roofs of Quern. " * 25_000)
    wrong = making.write(tmp_path, "run.exe", "x")
    size = {"width": 320, "height": 640}
    with (
        served(shared) as address,
        opened(browser, address, "own", ready=FORM, viewport=size) as page,
    ):
        add(page, mill, wrong, large)
        heading = page.locator(".rag-result h2")
        expect(heading).to_have_text("Articles for you alone: 2 added", timeout=30_000)
        expect(heading).to_be_focused()
        expect(page.locator("[aria-label=Report] li")).to_contain_text(
            "run.exe: has an unsupported"
        )
        assert fits(page)
        page.reload()
        page.get_by_text("Your articles: 2").wait_for()
        page.get_by_label("Ask your own articles").fill("What tore the roof off the mill at Quern?")
        page.get_by_label("Ask your own articles").press("Enter")
        expect(heading).to_have_text("From your own articles")
        assert page.locator(".rag-words").first.text_content() == MILL
        page.get_by_role("link", name="Mill · Own Desk").first.click()
        expect(page.locator("#cited")).to_have_text(MILL)
        expect(page.locator(".rag-facts")).not_to_contain_text(str(tmp_path))
        assert fits(page)
        page.get_by_role("button", name="Close").press("Enter")
        page.get_by_role("button", name="Delete them now").press("Enter")
        expect(page.locator(".rag-done")).to_have_text("Your articles are deleted.")
        page.get_by_label("Ask your own articles").press("Enter")
        expect(page.locator(".rag-notice")).to_contain_text("no articles of your own here")
    assert len(shared.articles()) == 3


def test_articles_go_into_the_archive_where_the_operator_allows_it(
    browser: Browser, shared: Archive, tmp_path: Path
) -> None:
    mill = making.write(tmp_path, "mill.md", MILL, title="Mill", publisher="Own Desk")
    with served(shared) as address, opened(browser, address, "own", ready=FORM) as page:
        page.get_by_label("Into the archive, for everybody").check()
        add(page, mill)
        heading = page.locator(".rag-result h2")
        expect(heading).to_have_text("Articles in the archive: 1 added", timeout=30_000)
    assert "Mill" in [source.title for source in shared.articles()]
