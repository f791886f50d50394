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
# On a page of no more lines, each may be a paragraph.
_FEW_LINES = 3
# A line that, with the next line's first word, would fill no more than this share of the usual
# width had room for it. Letters differ in width, so the share is well below 1; less so where a
# sentence ends with the line, and a break parts none.
_FULL = 0.75
_FULL_ENDED = 0.85
# Not the full stop of "Gen." or "U.S.".
_ENDED = re.compile(r"(?:[^\W\d_]{5,}|\d)[.!?…][\"'”’»)\]]*$")
# Room for the last letters of a line, and quotation marks.
_TAIL = 12
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
        # What stands about the top of a page parts nothing, nor does the space around it.
        top = True
        for at, line in enumerate(lines):
            if _is_running(lines, at, number, heads):
                waiting.append(line.words)
                continue
            if paragraph and _breaks(paragraph[-1], line, after_blank=line.after_blank and not top):
                pieces.append((_join(paragraph, known), False))
                pieces.extend((words, True) for words in waiting)
                paragraph, waiting = [], []
            paragraph.append(line)
            top = False
    if paragraph:
        pieces.append((_join(paragraph, known), False))
    pieces.extend((words, True) for words in waiting)
    text = "\n\n".join(words for words, _ in pieces)
    return Reflowed(text, tuple(_find_spans(pieces)))


def _cut_lines(page: str) -> list[_Line]:
    rows = [re.sub(r"[ \t]+", " ", row).strip() for row in page.split("\n")]
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
    if len(lines) > _FEW_LINES and all(line.after_blank for line in lines[1:]):
        lines = [line._replace(after_blank=False) for line in lines]
    return lines


def _find_running(pages: Sequence[Sequence[_Line]]) -> set[str]:
    """Return the lines, without their numbers, that stand at the edges of many pages."""
    counts: Counter[str] = Counter()
    for lines in pages:
        counts.update({_fold(line.words) for line in (*lines[:_EDGE], *lines[-_EDGE:])})
    least = max(_MIN_PAGES, _PAGES_SHARE * len(pages))
    return {words for words, count in counts.items() if count >= least}


def _is_running(lines: Sequence[_Line], at: int, number: int, heads: set[str]) -> bool:
    words = lines[at].words
    if at in {0, len(lines) - 1} and _is_number(words, number):
        return True
    return (at < _EDGE or at >= len(lines) - _EDGE) and _fold(words) in heads


def _fold(words: str) -> str:
    return re.sub(r"\d+", "#", words.casefold())


def _is_number(words: str, number: int) -> bool:
    found = _PAGE_NUMBER.fullmatch(words)
    return found is not None and int(found[1]) == number


def _breaks(above: _Line, below: _Line, *, after_blank: bool) -> bool:
    """Tell whether a line begins something new."""
    goes_on = below.words[0].islower()
    if after_blank or _BULLET.match(below.words):
        return not goes_on
    share = _FULL_ENDED if _ENDED.search(above.words[-_TAIL:]) else _FULL
    filled = len(above.words) + 1 + len(below.words.split(" ", 1)[0])
    return filled <= share * above.width and not goes_on


def _join(lines: Sequence[_Line], known: Counter[str]) -> str:
    pieces = [lines[0].words]
    for line in lines[1:]:
        kept, between = _part(pieces[-1], line.words, known)
        pieces[-1] = kept
        pieces.append(between + line.words)
    return "".join(pieces)


def _part(above: str, below: str, known: Counter[str]) -> tuple[str, str]:
    """Return what is kept of a line when another is joined to it, and what comes between."""
    if above.endswith(_SOFT):
        return above[:-1], ""
    left, right = _last_word(above[:-1]), _WORD.match(below)
    if above[-1] not in _HYPHENS or not below[0].islower() or not left or not right:
        return above, " "
    whole, parted = (f"{left}{mark}{right[0]}".casefold() for mark in ("", "-"))
    if known[whole] and not known[parted]:
        return above[:-1], ""
    if known[parted] and not known[whole]:
        return above, ""
    return above, "\n"  # it could be either: as it is printed


def _last_word(text: str) -> str:
    """Return the word that a text ends in."""
    last = text[text.rfind(" ") + 1 :]
    found = [word for word in _WORD.findall(last) if last.endswith(word)]
    return found[-1] if found else ""


def _find_spans(pieces: Sequence[tuple[str, bool]]) -> Iterator[Span]:
    start = 0
    for words, running in pieces:
        if running:
            yield Span(start, start + len(words))
        start += len(words) + len("\n\n")
