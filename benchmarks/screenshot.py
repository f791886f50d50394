"""Start the chat over the corpus and take the pictures in docs/: `python -m benchmarks.screenshot`.

Needs Chromium on the path; the store is made in a temporary folder.
"""

from __future__ import annotations

import queue
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
LEADER = "Who leads the Aleppo Army?"
DATED = "How many people have been displaced since 2 December 2016?"
QUIET = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of an answered question; `opened` is the quote to open, 0 for none."""

    name: str
    width: int
    height: int
    question: str = LEADER
    opened: int = 0
    dark: bool = False


PICTURES = (
    Picture("chat.png", 1280, 800, opened=3),
    Picture("chat-dark.png", 1280, 800, question=DATED, opened=1, dark=True),
    Picture("chat-phone.png", 390, 844),
    Picture("chat-phone-evidence.png", 390, 844, opened=3),
)


def main() -> int:
    """Take every picture; the exit code."""
    program = shutil.which("chromium") or shutil.which("google-chrome")
    if not program:
        print("chromium is not on the path", file=sys.stderr)
        return 2
    DOCS.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as store, served(store) as address, sync_playwright() as p:
        browser = p.chromium.launch(executable_path=program, args=QUIET)
        for picture in PICTURES:
            take(browser, address, picture)
            print(DOCS / picture.name)
        browser.close()
    return 0


@contextmanager
def served(store: str) -> Iterator[str]:
    """Serve the chat over a new default store, as a user does; gives its address."""
    command = [sys.executable, "app.py", "--port", "0"]
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment(store), stdout=subprocess.PIPE, text=True
    )
    try:
        lines: queue.Queue[str] = queue.Queue()
        assert process.stdout
        output = process.stdout
        threading.Thread(target=lambda: lines.put(output.readline()), daemon=True).start()
        yield lines.get(timeout=180).split()[-1]
    finally:
        process.terminate()
        process.wait(timeout=20)


def environment(store: str) -> dict[str, str]:
    """Return this environment with another store."""
    import os

    return os.environ | {"RAG_STORE": f"{store}/store"}


def take(browser: Browser, address: str, picture: Picture) -> None:
    """Ask the question, open a citation, and save what is seen."""
    page = browser.new_page(
        viewport={"width": picture.width, "height": picture.height},
        color_scheme="dark" if picture.dark else "light",
    )
    page.goto(address)
    page.get_by_label("Question", exact=True).fill(picture.question)
    page.get_by_role("button", name="Ask", exact=True).click()
    page.locator(".rag-actions").wait_for(timeout=60_000)
    page.wait_for_timeout(1_000)
    if picture.opened:
        page.locator("#rag-chat a.rag-cite").nth(picture.opened - 1).click()
        page.locator("#cited").wait_for()
    page.wait_for_timeout(1_000)
    page.screenshot(path=DOCS / picture.name)
    page.close()


if __name__ == "__main__":
    sys.exit(main())
