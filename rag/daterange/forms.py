"""A form is one way to write a period: a pattern, and what makes days of what it matched."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from rag.daterange.periods import Cycle, Days, Mark
from rag.daterange.words import START


@dataclass(frozen=True, slots=True)
class Draft:
    """The days that a form was read as, how often they come, and what the form is like."""

    days: Days
    cycle: Cycle
    marks: Mark


@dataclass(frozen=True, slots=True)
class Form:
    """A pattern for flattened text; `build` returns None where there is no such day."""

    pattern: re.Pattern[str]
    build: Callable[[re.Match[str], date], Draft | None]


def make_form(pattern: str, build: Callable[[re.Match[str], date], Draft | None]) -> Form:
    """Make the form of a pattern that may begin wherever a date can."""
    return Form(re.compile(START + rf"(?:{pattern})", re.IGNORECASE | re.ASCII), build)


def draft(first: date, last: date, marks: Mark = Mark.NONE, cycle: Cycle = Cycle.ONCE) -> Draft:
    """Make a draft of the days from one to another."""
    return Draft((first, last), cycle, marks)
