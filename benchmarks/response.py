"""Measure how soon the chat shows an answer: `python -m benchmarks.response`.

The chat is served over the corpus as a user serves it. Golden questions are typed into a new page
each; the time runs from the key to the first quote on the page, or to the word that the archive
does not say. Needs Chromium on the path.
"""

from __future__ import annotations

import shutil
import statistics
import sys
import tempfile
import time

from playwright.sync_api import Browser, sync_playwright
from tqdm import tqdm

from benchmarks.screenshot import QUIET, ROOT, served
from rag import evaluation

QUESTIONS = ROOT / "tests" / "data" / "golden.jsonl"
# Every so many of the golden questions is asked.
EVERY = 6
# Seconds that are let go by first, in which the models are loaded.
WARM_UP = 20
WANTED = 1.0


def main() -> int:
    """Ask, print what was measured, and return the exit code."""
    program = shutil.which("chromium") or shutil.which("google-chrome")
    if not program:
        print("chromium is not on the path", file=sys.stderr)
        return 2
    asked = [each.question for each in evaluation.read_questions(QUESTIONS)][::EVERY]
    with tempfile.TemporaryDirectory() as store, served(store) as address, sync_playwright() as p:
        browser = p.chromium.launch(executable_path=program, args=QUIET)
        time.sleep(WARM_UP)
        shown = [ask(browser, address, question) for question in tqdm(asked)]
        browser.close()
    for name, wanted in (("a quote", True), ("that the archive does not say", False)):
        seconds = [took for took, quoted in shown if quoted == wanted]
        within = sum(each <= WANTED for each in seconds)
        print(f"{name}: {len(seconds)}, within {WANTED:g} s {within}, ", end="")
        print(f"median {statistics.median(seconds):.2f} s, slowest {max(seconds):.2f} s")
    return 0


def ask(browser: Browser, address: str, question: str) -> tuple[float, bool]:
    """Return the seconds until a new page shows an answer, and whether that is a quote."""
    page = browser.new_page()
    page.goto(address)
    page.locator(".rag-welcome").wait_for()
    field = page.get_by_label("Question", exact=True)
    field.fill(question)
    begun = time.perf_counter()
    field.press("Enter")
    answer = page.locator("#rag-chat :is(.rag-quote, .rag-silent)").first
    answer.wait_for()
    took = time.perf_counter() - begun
    quoted = page.locator("#rag-chat .rag-silent").count() == 0
    page.close()
    return took, quoted


if __name__ == "__main__":
    sys.exit(main())
