"""Lines of printed pages -> paragraphs. Pure: the lines of pages in, a text out.

A page has lines where its columns end, not where its sentences do. Two lines are joined unless
the second plainly begins something new; in doubt they are, as a sentence that is parted does more
harm than two paragraphs that are not. A word that is parted by a hyphen is made whole only where
the pages show it whole elsewhere. Running heads and page numbers are set after the paragraph that
they interrupt.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from rag.types import Span

# Of the lines at the top and at the bottom of a page, this many can be running ones.
_EDGE = 2
# A line that stands at this many page edges, and at two in five, is a running one: headers differ
# between left and right pages.
_MIN_PAGES = 3
_PAGES_SHARE = 0.4
_PAGE_NUMBER = re.compile(
    r"(?:page|p\.|seite|página)?\s*[-–—|]?\s*(\d{1,4})\s*[-–—|]?(?:\s*(?:/|of|von|de)\s*\d{1,4})?",
    re.I,
)
# A line up to this share of the usual width had room for the next line's first word. Letters
# differ in width: of justified lines of 60 letters, few have fewer than 48.
_FULL = 0.75
_BULLET = re.compile(r"[•·▪◦‣*]\s|[-–—]\s|\(?\d{1,3}[.)]\s")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_HYPHENS = "-\u2010"
_SOFT = "\u00ad"


@dataclass(frozen=True, slots=True)
class Reflowed:
    """The text of pages, paragraphs parted by blank lines; `running` are heads and numbers."""

    text: str
    running: tuple[Span, ...]


class _Line(NamedTuple):
    words: str
    after_blank: bool
    width: int  # the usual one of its page


def reflow(pages: Sequence[str]) -> Reflowed:
    r"""Make one text of the lines of pages.

    >>> reflow(["The bridge fell on\nMonday. Nobody was hurt.\n1"]).text
    'The bridge fell on Monday. Nobody was hurt.\n\n1'
    """
    cut = [_cut_lines(page) for page in pages]
    heads = _find_running(cut)
    known = Counter(
        word.casefold() for lines in cut for line in lines for word in _WORD.findall(line.words)
    )
    pieces: list[tuple[str, bool]] = []  # a paragraph or a running line, and whether the latter
    waiting: list[str] = []
    paragraph: list[_Line] = []
    for number, lines in enumerate(cut, start=1):
        for at, line in enumerate(lines):
            edge = at < _EDGE or at >= len(lines) - _EDGE
            if edge and (_fold(line.words) in heads or _is_number(line.words, number)):
                waiting.append(line.words)
                continue
            if paragraph and _breaks(paragraph[-1], line):
                pieces.append((_join(paragraph, known), False))
                pieces.extend((words, True) for words in waiting)
                paragraph, waiting = [], []
            paragraph.append(line)
    if paragraph:
        pieces.append((_join(paragraph, known), False))
    pieces.extend((words, True) for words in waiting)
    return _compose(pieces)


def _cut_lines(page: str) -> list[_Line]:
    rows = [" ".join(row.split(" ")).strip() for row in page.split("\n")]
    rows = [re.sub(" {2,}", " ", row) for row in rows]
    lengths = sorted(len(row) for row in rows if row)
    # Three in four lines of a page are no longer than a line of its columns.
    width = lengths[len(lengths) * 3 // 4] if lengths else 0
    lines: list[_Line] = []
    blank = True
    for row in rows:
        if row:
            lines.append(_Line(row, blank, width))
        blank = not row
    # Some writers set a blank line after every line: then it says nothing.
    if sum(line.after_blank for line in lines) > len(lines) / 2:
        lines = [line._replace(after_blank=False) for line in lines]
    return lines


def _find_running(pages: Sequence[Sequence[_Line]]) -> set[str]:
    """Return the lines, without their numbers, that stand at the edges of many pages."""
    counts: Counter[str] = Counter()
    for lines in pages:
        counts.update({_fold(line.words) for line in (*lines[:_EDGE], *lines[-_EDGE:])})
    least = max(_MIN_PAGES, _PAGES_SHARE * len(pages))
    return {words for words, count in counts.items() if count >= least}


def _fold(words: str) -> str:
    return re.sub(r"\d+", "#", words.casefold())


def _is_number(words: str, number: int) -> bool:
    found = _PAGE_NUMBER.fullmatch(words)
    return found is not None and int(found[1]) == number


def _breaks(above: _Line, below: _Line) -> bool:
    """Tell whether a line begins something new."""
    goes_on = below.words[0].islower()
    if below.after_blank or _BULLET.match(below.words):
        return not goes_on
    first = below.words.split(" ", 1)[0]
    room = len(above.words) + 1 + len(first) <= _FULL * above.width
    return room and not goes_on


def _join(lines: Sequence[_Line], known: Counter[str]) -> str:
    text = lines[0].words
    for line in lines[1:]:
        text = _append(text, line.words, known)
    return text


def _append(text: str, words: str, known: Counter[str]) -> str:
    if text.endswith(_SOFT):
        return text[:-1] + words
    if text[-1] not in _HYPHENS or not words[0].islower():
        return f"{text} {words}"
    left = _tail(text[:-1])
    right = _WORD.match(words)
    if not left or right is None:
        return f"{text} {words}" if not left else f"{text}\n{words}"
    whole, parted = (f"{left}{mark}{right[0]}".casefold() for mark in ("", "-"))
    if known[whole] and not known[parted]:
        return text[:-1] + words
    if known[parted] and not known[whole]:
        return text + words
    return f"{text}\n{words}"  # it could be either: as it is printed


def _tail(text: str) -> str:
    """Return the word that a text ends in."""
    last = text[text.rfind(" ") + 1 :]
    found = [word for word in _WORD.findall(last) if last.endswith(word)]
    return found[-1] if found else ""


def _compose(pieces: Sequence[tuple[str, bool]]) -> Reflowed:
    return Reflowed("\n\n".join(words for words, _ in pieces), tuple(_find_spans(pieces)))


def _find_spans(pieces: Sequence[tuple[str, bool]]) -> Iterator[Span]:
    start = 0
    for words, running in pieces:
        if running:
            yield Span(start, start + len(words))
        start += len(words) + len("\n\n")
