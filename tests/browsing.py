"""Chromium, the chat served to it, and what a person does there: shared by the browser tests.

Every page must stay on its own host, open no dialog and raise no error.
"""

from __future__ import annotations

import asyncio
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Dialog, Locator, Page, sync_playwright

from rag.answering import Archive
from rag.settings import Settings
from tests.hashing_embedder import HashingEmbedder

LEADER = "Who leads the Aleppo Army?"
DATED = "What did Russia declare on 3 December 2016?"
DISPLACED = "How many people have been displaced?"
UNANSWERABLE = "Who won the football world cup?"
QUIET = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()
PATIENCE = 30_000


@pytest.fixture(scope="module")
def _gradio() -> Iterator[None]:
    """Close the event loops that Gradio makes, one for each of its locks, and leaves behind."""
    made: list[asyncio.AbstractEventLoop] = []
    make = asyncio.new_event_loop

    def remember() -> asyncio.AbstractEventLoop:
        made.append(make())
        return made[-1]

    with pytest.MonkeyPatch.context() as patch:
        # Its queue would sum up its own timings, with options of pandas that are going away.
        patch.setenv("GRADIO_ANALYTICS_CACHE_FREQUENCY", str(10**9))
        patch.setattr(asyncio, "new_event_loop", remember)
        yield
    for loop in made:
        if not loop.is_running():
            loop.close()


@pytest.fixture(scope="module")
def browser(_gradio: None) -> Iterator[Browser]:
    program = shutil.which("chromium") or shutil.which("google-chrome")
    if not program:
        if os.environ.get("CI"):
            pytest.fail("chromium is not on the path")
        pytest.skip("chromium is not on the path; apt-get install chromium")
    with sync_playwright() as driver:
        launched = driver.chromium.launch(executable_path=program, args=QUIET)
        yield launched
        launched.close()


@contextmanager
def filled(store: Path, articles: Path) -> Iterator[Archive]:
    """Open a new archive of a folder's articles, which matches words, not meaning."""
    model = HashingEmbedder()
    with Archive.open(store, settings=Settings(), embedder=model, reading_model=model) as archive:
        archive.ingest(articles)
        yield archive


@contextmanager
def served(archive: Archive, **options: Any) -> Iterator[str]:
    """Serve the chat at a free port; the options are those of `Settings`."""
    from rag.chat.server import served as serve
    from rag.settings import quiet_libraries

    quiet_libraries()
    with serve(archive, replace(archive.settings, **{"port": 0, **options})) as address:
        yield address


# What Gradio says where a page that is left breaks off what it was asking for.
BROKEN_OFF = ("AbortError", "Connection errored out")


@pytest.fixture(scope="module")
def address(corpus_archive: Archive, _gradio: None) -> Iterator[str]:
    with served(corpus_archive) as at:
        yield at


@contextmanager
def opened(
    browser: Browser, address: str, place: str = "", *, ready: str = ".rag-welcome", **options: Any
) -> Iterator[Page]:
    """Open a page of the chat; when done, check that it behaved."""
    context = browser.new_context(**options)
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    requested: list[str] = []
    wrong: list[str] = []

    def hear(said: ConsoleMessage) -> None:
        if said.type == "error" and not any(each in said.text for each in BROKEN_OFF):
            wrong.append(said.text)

    def dismiss(dialog: Dialog) -> None:
        wrong.append(dialog.message)
        dialog.dismiss()

    page.on("request", lambda request: requested.append(request.url))
    page.on("dialog", dismiss)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", hear)
    page.goto(address + place)
    page.locator(ready).wait_for()
    yield page
    context.close()
    assert requested
    assert [url for url in requested if not url.startswith((address, "data:", "blob:"))] == []
    assert wrong == []


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    with opened(browser, address, viewport={"width": 1280, "height": 800}) as at:
        yield at


def ask(page: Page, question: str) -> Locator:
    """Ask, wait for the answer, and return it."""
    said = page.locator("#rag-chat .rag-answer")
    before = said.count()
    page.get_by_label("Question", exact=True).fill(question)
    page.get_by_role("button", name="Ask", exact=True).click()
    answer = said.nth(before)
    answer.wait_for()
    page.locator("#rag-chat .rag-pending").wait_for(state="detached")
    return answer


def words(answer: Locator) -> list[str | None]:
    return [each.text_content() for each in answer.locator(".rag-words").all()]


def in_view(page: Page, inner: str, outer: str) -> bool:
    script = """([inner, outer]) => {
        const [a, b] = [inner, outer].map((s) => document.querySelector(s).getBoundingClientRect());
        return a.height > 0 && a.top >= b.top && a.top < b.bottom;
    }"""
    return bool(page.evaluate(script, [inner, outer]))


def fits(page: Page) -> bool:
    """Tell whether neither the page nor a part of it is wider than what is seen of it."""
    script = """() => [document.documentElement,
        ...document.querySelectorAll(`#rag-chat .panel-wrap, #rag-evidence, #rag-filters, #rag-ask,
            #rag-sheet, #rag-leaf`)
    ].every((part) => part.scrollWidth <= part.clientWidth)"""
    return bool(page.evaluate(script))


def contrast(page: Page, text: str, ground: str) -> float:
    """Return the contrast of WCAG 2 between a text and what it stands on."""
    style = "([s, name]) => getComputedStyle(document.querySelector(s))[name]"
    lights = []
    for selector, name in ((text, "color"), (ground, "backgroundColor")):
        shades = re.findall(r"[\d.]+", page.evaluate(style, [selector, name]))[:3]
        parts = [float(shade) / 255 for shade in shades]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        lights.append(0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2])
    low, high = sorted(lights)
    return (high + 0.05) / (low + 0.05)
