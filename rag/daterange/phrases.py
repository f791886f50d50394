"""Finds the phrases of a question that name a period, with the part of it that is meant."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from rag.daterange import counted, written
from rag.daterange.forms import Draft, Form
from rag.daterange.periods import THIRDS, Mark, Part, Period, move
from rag.types import Span

FORMS: tuple[Form, ...] = (*written.FORMS, *counted.FORMS)
_PART = re.compile(
    r"(?<!\w)(?:(?P<third>early|earlier|mid|middle|late|later)(?:\s+in)?"
    r"(?:\s*-\s*|\s+)(?:the\s+)?"
    r"|(?:the\s+)?(?P<time>(?:(?:early|late|small)\s+)?(?:hours|morning|afternoon|evening|night))"
    r"\s+of\s+"
    r"|(?:the\s+)?(?P<week>week|weekend)\s+(?:of|beginning|starting)\s+"
    r"|(?:the\s+)?(?:very\s+)?(?:(?P<edge>beginning|start|middle|end|close)"
    r"|(?P<number>first|second|third|fourth|last|final|opening|closing)\s+"
    r"(?P<unit>half|third|quarter|week|(?:few\s+)?(?:days|weeks|months)))\s+of\s+)$",
    re.IGNORECASE | re.ASCII,
)
# Characters before a period that are searched for its part; more than the longest has.
_WINDOW = 48
_THIRDS = {"early": 0, "mid": 1, "middle": 1, "late": 2}
_EDGES = {"beginning": 0, "start": 0, "middle": 1, "end": 2, "close": 2}
_PLACES = {"first": 0, "opening": 0, "second": 1, "third": 2, "fourth": 3}
# Days around one by which its week is meant, whichever day that begins on.
_WEEKS = {"week": 6, "weekend": 1}
_COUNTS = {"half": 2, "third": 3, "quarter": 4}


def find(text: str, today: date, forms: Sequence[Form] = FORMS) -> list[Period]:
    """Return the periods that a flattened question names, in order and apart.

    Args:
        text: The question, flattened.
        today: The day from which "yesterday" counts.
        forms: The forms to read.

    Returns:
        All that look like a date by themselves; whether a bare one is meant so is told by what
        stands around it.
    """
    periods, end = [], 0
    while found := [each for form in forms if (each := _read_next(form, text, end, today))]:
        span, period = min(found, key=lambda each: (each[0].start, -each[0].end))
        end = span.end
        # What is written like a date and is none is passed over, so that no part of it is read.
        if period and (period.part or Mark.PARTED not in period.marks):
            periods.append(period)
    return periods


def _read_next(form: Form, text: str, start: int, today: date) -> tuple[Span, Period | None] | None:
    """Return where a form comes next, and the period that it is read as there."""
    match = form.pattern.search(text, start)
    if not match:
        return None
    read = form.build(match, today)
    if not read:
        return Span(*match.span()), None
    period = _extend(text, start, Span(*match.span()), read)
    return period.span, period


def _extend(text: str, start: int, span: Span, read: Draft) -> Period:
    """Make the period of a draft, with the part of it that the words before it say."""
    found = _PART.search(text, max(start, span.start - _WINDOW), span.start)
    if not found or not _fits(found, read):
        return Period(span, *read.days, read.cycle, read.marks)
    (first, last), marks = read.days, read.marks & ~Mark.NAME
    if found["third"]:
        marks = marks & ~Mark.BARE | Mark.OWN
    if found["week"]:
        first, last = (
            move(day, by * _WEEKS[found["week"].lower()]) for day, by in ((first, -1), (last, 1))
        )
    return Period(Span(found.start(), span.end), first, last, read.cycle, marks, _read_part(found))


def _fits(found: re.Match[str], read: Draft) -> bool:
    """Tell whether there can be such a part: the morning of a day, the first week of a month."""
    if found["time"] or found["week"]:
        return read.days[0] == read.days[1]
    return bool(found["third"]) or _read_part(found) is not None


def _read_part(found: re.Match[str]) -> Part | None:
    """Return the part that is said; None for one that there is not, or no closer one ("later")."""
    if found["time"] or found["week"]:
        return None
    if found["third"]:
        third = _THIRDS.get(found["third"].lower())
        return None if third is None else Part(third, THIRDS)
    if found["edge"]:
        edge = _EDGES[found["edge"].lower()]
        return Part(edge, THIRDS, edge=edge != 1)
    place, unit = _PLACES.get(found["number"].lower(), -1), found["unit"].lower()
    if unit == "week":
        return Part(place, 0)
    count = _COUNTS.get(unit, THIRDS)
    place = count - 1 if place < 0 else place
    # "The second days of" is not said.
    return Part(place, count) if place < count and (unit in _COUNTS or place != 1) else None
