"""Cuts a saved page into units: lines, with hard-wrapped lines joined to their paragraph."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from rag.types import Span

# Mail and wire texts are wrapped at 60 to 80 columns; a browser saves paragraphs whole.
_WRAP_WIDTHS = range(50, 101)
# Below three full lines a fit is chance.
_MIN_WRAPPED = 3
# Of the lines that are followed by another, this many must be full; the rest end paragraphs.
_WRAPPED_SHARE = 0.6
# A sentence needs this many words; shorter lines are labels, names and sub-headings.
_MIN_PROSE_WORDS = 4
# The full stop of "U.S." ends no sentence.
_PROSE_END = re.compile(r"(?:(?<!\.[A-Z])\.|[!?…。！？؟।])[\"'”’»)\]」]{0,4}$")
# Scripts that end sentences so put no spaces between words.
_UNSPACED_END = ("。", "！", "？", "。”", "。」")
# Long lines are prose even when they end in a colon or a reference.
_LONG = 200


@dataclass(frozen=True, slots=True)
class Unit:
    """A line or a paragraph; `words` are its words on one line."""

    span: Span
    words: str
    after_blank: bool

    @property
    def is_prose(self) -> bool:
        """Whether it reads as a sentence or more."""
        if len(self.words) >= _LONG:
            return True
        spaced = len(self.words.split()) >= _MIN_PROSE_WORDS
        return (spaced or self.words.endswith(_UNSPACED_END)) and bool(
            _PROSE_END.search(self.words[-8:])
        )

    @property
    def is_title(self) -> bool:
        """Whether it could be a headline: one short line that is no statement."""
        if len(self.words) >= _LONG or not any(char.isalpha() for char in self.words):
            return False
        return not self.is_prose or self.words.rstrip("\"'”’»").endswith(("?", "!"))


def cut_units(text: str) -> list[Unit]:
    """Cut a text into its units, in order; blank lines belong to none."""
    lines = list(_cut_lines(text))
    width = _find_wrap(lines)
    units: list[Unit] = []
    previous: Unit | None = None
    for line in lines:
        if previous and width and _continues(text, previous, line, width=width):
            last = units[-1]
            span = Span(last.span.start, line.span.end)
            units[-1] = Unit(span, f"{last.words} {line.words}", last.after_blank)
        else:
            units.append(line)
        previous = line
    return units


def _cut_lines(text: str) -> Iterator[Unit]:
    start = 0
    after_blank = True
    for line in text.split("\n"):
        words = " ".join(line.split())
        # A line of zero-width characters only is as blank as one of spaces.
        if all(unicodedata.category(char) in {"Cf", "Zs"} for char in words):
            after_blank = True
        else:
            left = start + len(line) - len(line.lstrip())
            yield Unit(Span(left, start + len(line.rstrip())), words, after_blank)
            after_blank = False
        start += len(line) + 1


def _find_wrap(lines: list[Unit]) -> int:
    """Return the column at which a text was hard-wrapped, 0 if it was not."""
    pairs = [(one, two) for one, two in pairwise(lines) if not two.after_blank]
    if len(pairs) < _MIN_WRAPPED:
        return 0
    # Not the longest: a single heading may stick out.
    lengths = sorted(len(one.span) for one, _ in pairs)
    width = lengths[len(lengths) * 9 // 10]
    full = sum(_is_full(one, two, width=width) for one, two in pairs)
    fits = width in _WRAP_WIDTHS and full >= max(_MIN_WRAPPED, _WRAPPED_SHARE * len(pairs))
    return width if fits else 0


def _continues(text: str, line: Unit, below: Unit, *, width: int) -> bool:
    indented = text[below.span.start - 1] != "\n"
    return not below.after_blank and not indented and _is_full(line, below, width=width)


def _is_full(line: Unit, below: Unit, *, width: int) -> bool:
    """Tell whether the next line's first word had no room on a line."""
    return len(line.span) + 1 + len(below.words.split(" ", 1)[0]) >= width
