"""Titles in the properties of a document, which programs fill in where nobody does."""

from __future__ import annotations

import re

from rag.articles.sources import tidy

_UNNAMED = re.compile(
    r"(?:microsoft word|untitled|document ?\d*\b|dokument ?\d*\b).*", re.IGNORECASE
)
_FILE_NAME = re.compile(
    r".*\.(?:docx?|odt|rtf|pdf|indd|qxd|qxp|txt|html?|tmp|p65|dvi)", re.IGNORECASE
)


def keep_title(title: str) -> str:
    """Return a title from a document's properties, unless a program put it there.

    >>> keep_title("Microsoft Word - story.doc"), keep_title("Bridge falls")
    ('', 'Bridge falls')
    """
    line = tidy(title)
    return "" if _UNNAMED.fullmatch(line) or _FILE_NAME.fullmatch(line) else line
