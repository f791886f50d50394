"""Dates that count from a day spoken of before: "the next day", "two weeks earlier"."""

from __future__ import annotations

import re
from datetime import date

from rag.daterange.counted import SLACK, go_back
from rag.daterange.forms import Draft, Form, draft, make_form
from rag.daterange.periods import Mark, move, week_of
from rag.daterange.words import COUNT, UNIT, flatten, number_count
from rag.types import Span

_BACK = {"before", "earlier", "previous", "preceding"}
# What the count is from is said elsewhere; "the day before the truce" says it itself.
_ENDS = r"(?:\s+that)?(?=\s*(?:[.,;:?!)]|$))"


def leave_out(question: str) -> str:
    """Return a question without the dates that count from one spoken of before.

    >>> leave_out("Who left two days later?"), leave_out("Who left the day before the truce?")
    ('Who left?', 'Who left the day before the truce?')
    """
    text = flatten(question)
    spans = [Span(*found.span()) for form in FORMS for found in form.pattern.finditer(text)]
    for span in sorted(spans, reverse=True):
        question = question[: span.start].rstrip() + question[span.end :]
    return question


def _read_next(found: re.Match[str], day: date) -> Draft:
    """Read "the following day", "the previous week", "the day after"."""
    by = -1 if found["which"].lower() in _BACK else 1
    if found["unit"].lower() == "week":
        return draft(*week_of(move(day, 7 * by)), Mark.OWN)
    return draft(move(day, by), move(day, by), Mark.OWN)


def _read_count(found: re.Match[str], day: date) -> Draft:
    """Read "two days later", "a month earlier"; of what is counted in weeks or more, about then."""
    unit, count = found["unit"].lower(), number_count(found["count"])
    there = go_back(day, -count if found["which"].lower() not in _BACK else count, unit)
    return draft(move(there, -SLACK[unit]), move(there, SLACK[unit]), Mark.OWN)


FORMS: tuple[Form, ...] = (
    make_form(
        r"(?:on\s+)?the\s+(?:very\s+)?(?P<which>next|following|previous|preceding)\s+(?P<unit>day|week)\b",
        _read_next,
    ),
    make_form(
        r"(?:on\s+)?the\s+(?:very\s+)?(?P<which>next|following)\s+(?P<unit>morning|afternoon|evening|night)\b",
        _read_next,
    ),
    make_form(rf"(?:on\s+)?the\s+(?P<unit>day|week)\s+(?P<which>before|after){_ENDS}", _read_next),
    make_form(
        rf"{COUNT}\s+{UNIT}\s+(?P<which>later|earlier|before|after|afterwards){_ENDS}", _read_count
    ),
)
