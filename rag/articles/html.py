"""Saved web pages: trafilatura (the only importer) finds the story and its fields.

Nothing is fetched. The stored text is what was extracted; headings, and lines that furniture
rules know, are in the text and not in the body.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from typing import Any

from rag.articles.bodies import cut_body
from rag.articles.dates import parse as parse_date
from rag.articles.decoding import decode, decode_declared, decode_unicode, normalise
from rag.articles.files import File
from rag.articles.furniture import is_furniture
from rag.articles.sources import Fields, keep_web, make_article, tidy
from rag.articles.trees import Meter, feed_html
from rag.errors import ArticleError
from rag.types import Article, Span

# The HTML standard has a page declare its encoding in the first 1,024 bytes.
_DECLARED = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?([\w-]{1,40})", re.IGNORECASE)
_DECLARED_WITHIN = 1_024
_LANGUAGE = re.compile(
    r"<html\b[^<>]{0,500}?\slang\s*=\s*[\"']?([A-Za-z0-9-]{2,35})", re.IGNORECASE
)


def parse(file: File, raw: bytes) -> Article:
    """Read one article.

    Raises:
        ArticleError: The bytes are no text, or no article is found in them.
    """
    try:
        page = _decode(raw)
        feed_html(page, Meter())
        document = _extract(page)
        text = normalise(document.text) if document and document.text else ""
    except ValueError as error:
        raise ArticleError(file.path, str(error)) from error
    if document is None:
        raise ArticleError(file.path, "holds no article text; check that it was saved whole")
    fields = Fields(
        title=tidy(document.title),
        publisher=tidy(document.sitename),
        author=tidy(document.author),
        published=parse_date(document.date or ""),
        url=keep_web(document.url),
        language=_find_language(page),
    )
    body = cut_body(text, _find_furniture(text, document))
    return make_article(file, fields, text, body)


def _find_language(page: str) -> str:
    found = _LANGUAGE.search(page[:_DECLARED_WITHIN])
    return found[1] if found else ""


def _decode(raw: bytes) -> str:
    declared = _DECLARED.search(raw[:_DECLARED_WITHIN])
    try:
        return decode_unicode(raw)
    except UnicodeDecodeError:
        return decode_declared(raw, declared[1].decode()) if declared else decode(raw)


def _extract(page: str) -> Any:
    # Here, not above: importing it takes longer than reading a folder of text files.
    import trafilatura

    # What it warns of, this module reports as the article's failure.
    for name in ("trafilatura", "htmldate"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    try:
        return trafilatura.bare_extraction(
            page,
            fast=True,
            include_comments=False,
            include_tables=True,
            with_metadata=True,
            # A date the page declares, never one guessed from its footer or its other dates.
            date_extraction_params={
                "original_date": True,
                "extensive_search": False,
                "outputformat": "%Y-%m-%d",
            },
        )
    except Exception as error:
        # Of hostile pages, anything can come out of a parser; it must not stop the others.
        raise ValueError(f"cannot be read as HTML ({error}); save it again or as text") from error


def _find_furniture(text: str, document: Any) -> Iterator[Span]:
    headings = {tidy("".join(head.itertext())) for head in document.body.iter("head")}
    headings.add(tidy(document.title))
    start = 0
    for line in text.split("\n"):
        words = tidy(line)
        if words and (words in headings or is_furniture(words)):
            yield Span(start, start + len(line))
        start += len(line) + 1
