"""PDF: the text that its pages hold, read by pypdf in a process of its own.

A scan holds pictures of text and none; it is reported, as nothing here recognises letters. The
process is ended when it takes too long, and has bounds of its own on memory and CPU time.
"""

from __future__ import annotations

import importlib.util
import json
import re
import subprocess
import sys
from datetime import date
from typing import Any

from rag.articles import pdfpages
from rag.articles.bodies import leave_out
from rag.articles.dates import parse as parse_date
from rag.articles.decoding import normalise
from rag.articles.files import File
from rag.articles.layout import read_layout
from rag.articles.reflow import reflow
from rag.articles.sources import Fields, keep_web, make_article, tidy
from rag.articles.titles import keep_title
from rag.errors import ArticleError
from rag.types import Article

# Judgements, not measurements: what a newspaper's whole issue should not need on a busy machine.
SECONDS = 120
MEMORY = 1 << 30
_MAX_PAGES = 1_000
# A page of small print has 10,000.
_MAX_CHARS = _MAX_PAGES * 10_000
_CREATED = re.compile(r"(?:D:)?(\d{4})(\d{2})(\d{2})")


def parse(file: File, raw: bytes) -> Article:
    """Read one article.

    Raises:
        ArticleError: It is no PDF, holds no text, is encrypted, or takes too much to read.
    """
    try:
        found = read_pages(raw)
        reflowed = reflow([_clean(page) for page in found["pages"]])
        if not any(char.isalnum() for char in reflowed.text):
            raise ValueError("holds no text: a scan? recognise its letters (OCR) first")
    except ValueError as error:
        raise ArticleError(file.path, str(error)) from error
    layout = read_layout(reflowed.text)
    fields = Fields(
        title=keep_title(found["title"]) or tidy(layout.title),
        publisher=tidy(layout.publisher),
        author=tidy(layout.author) or tidy(found["author"]),
        # A file can have been made on any day; a dateline is the outlet's.
        published=layout.published or _read_created(found["created"]),
        url=keep_web(layout.url),
        language=tidy(found["language"]),
    )
    body = leave_out(reflowed.text, layout.body, reflowed.running)
    return make_article(file, fields, reflowed.text, body)


def read_pages(raw: bytes, *, seconds: int = SECONDS, memory: int = MEMORY) -> dict[str, Any]:
    """Return a PDF's pages, and what it says about itself.

    Args:
        raw: The file.
        seconds: The most that reading may take.
        memory: The most bytes that it may take.

    Raises:
        ValueError: It cannot be read, or not within the bounds.
    """
    if importlib.util.find_spec("pypdf") is None:
        raise ValueError('needs pypdf to be read; install it with: pip install ".[pdf]"')
    bounds = (seconds, memory, _MAX_PAGES, _MAX_CHARS)
    # By its path and without the folder of it on the import path, where an html.py lies.
    command = [sys.executable, "-B", "-P", pdfpages.__file__, *map(str, bounds)]
    try:
        ran = subprocess.run(  # noqa: S603 (the command is our own)
            command, input=raw, capture_output=True, timeout=seconds, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise ValueError(f"took longer than {seconds} seconds; print it to a new PDF") from error
    try:
        found: dict[str, Any] = json.loads(ran.stdout)
    except ValueError as error:
        raise ValueError(
            f"took more time or memory than it may (exit {ran.returncode}); print it to a new PDF"
        ) from error
    if "error" in found:
        raise ValueError(found["error"])
    return found


def _clean(page: str) -> str:
    # Fonts without a table of their letters give NULs and halves of pairs; these are no letters.
    return normalise(page.encode("utf-8", "ignore").decode().replace("\0", ""))


def _read_created(created: str) -> date | None:
    found = _CREATED.match(created)
    return parse_date("-".join(found.groups())) if found else None
