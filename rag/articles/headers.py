"""Reads the lines above a story that name its author, its day, or a field with a label."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.articles.dates import Dateline, read_dateline

# "By Jane Smith in Beirut and Ali Hassan, Special Correspondents" has 10 words.
_MAX_BYLINE_WORDS = 12
_JOINING = r"and|in|at|for|of|the|with|de|van|von|der|al|el|bin|ibn|la|le|special|to|staff|from|our"
_BETWEEN = r"(?:\s*[,;/&|–—]\s*|\s-\s|\s)"
_NAME = r"(?:al-|el-)?[^\W\d_a-z][\w.'’-]*"
_NAMES = rf"{_NAME}(?:{_BETWEEN}(?:{_NAME}|{_JOINING}))*"
_BYLINE = re.compile(
    rf"(?i:written by|words by|story by|posted by|by:?) (?P<names>{_NAMES})[ ,|.]*"
)
# Blogs print the name of an account, which need not be a person's: "by admin".
_BY_ACCOUNT = re.compile(r"by \S+", re.IGNORECASE)
_NAMES_ONLY = re.compile(_NAMES)
# Three people or more, each by two names at least: what stands behind a comma is a place, an office
# or an outlet otherwise.
_PERSON = (
    r"(?!(?:\S+\s+)?\S+\s+(?i:correspondent|editor|reporter|writer|staff|post|times|news)s?\b)"
    rf"{_NAME}(?:\s+{_NAME}){{1,3}}"
)
_SEVERAL = re.compile(rf"{_PERSON}(?:,\s+{_PERSON})+,?\s+(?:and|&)\s+{_PERSON}")
# Where a byline's names end and the place, the office or the outlet begins.
_AFTER_NAMES = re.compile(r"\s+(?:in|at)\s+(?!.*\band\b)[A-Z]|,\s|\s[|–—-]\s|\s+for\s|[ ,|.]+$")
# Between a name, or a place, and a date on one line; a comma also stands inside headlines.
_LINE_MARK = re.compile(r"[|•·–—]|\s-\s")
# A headline or an address at the longest.
_MAX_LABEL = 300
_LABEL = re.compile(
    r"(?P<label>title|headline|subject|date|published|sent|authors?|by|byline|source|publisher|"
    r"publication|from|to|url|link|section|language|copyright|id)\s*:\s*(?P<value>\S.*)",
    re.IGNORECASE,
)
_KINDS = {
    "headline": "title",
    "subject": "title",
    "date": "published",
    "sent": "published",
    "authors": "author",
    "by": "author",
    "byline": "author",
    "source": "publisher",
    "publication": "publisher",
    "from": "publisher",
    "link": "url",
}


@dataclass(frozen=True, slots=True)
class Label:
    """A line such as `Source: Reuters`; `kind` is the field it fills, if it is one of ours."""

    kind: str
    value: str


def read_label(words: str) -> Label | None:
    """Read a line that begins with the name of a field and a colon."""
    found = _LABEL.fullmatch(words)
    if not found or len(words) > _MAX_LABEL:
        return None
    label = found["label"].lower()
    kind = _KINDS.get(label, label)
    value = found["value"]
    # Mail writes a sender as: The Courier <news@courier.example>
    return Label(kind, re.sub(r"\s*<[^>]*>$", "", value) if kind == "publisher" else value)


def read_byline(words: str) -> str | None:
    """Return the names in a line such as `By Jane Smith in Beirut`, or None.

    >>> read_byline("By Jane Smith and Ali Hassan in Beirut")
    'Jane Smith and Ali Hassan'
    """
    if len(words.split()) > _MAX_BYLINE_WORDS:
        return None
    found = _BYLINE.fullmatch(words)
    if not found:
        return None
    several = _SEVERAL.match(found["names"])
    return several[0] if several else _AFTER_NAMES.split(found["names"], maxsplit=1)[0]


def is_names(words: str) -> bool:
    """Tell whether a line is capitalised words only, as a byline without its "By" is."""
    return len(words.split()) <= _MAX_BYLINE_WORDS and bool(_NAMES_ONLY.fullmatch(words))


def read_day(words: str) -> Dateline | None:
    """Read a line that is about a date, and at most says by whom or where; else None."""
    line = read_dateline(words)
    if line is None or not line.rest:
        return line
    beside = bool(_LINE_MARK.search(words)) and is_names(line.rest)
    by = read_byline(line.rest) is not None or bool(_BY_ACCOUNT.fullmatch(line.rest))
    return line if beside or by else None
