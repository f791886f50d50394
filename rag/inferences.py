"""What is read into a question: the words it leaves out, and the days it names."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from rag.types import Span

Days = tuple[date | None, date | None]

# Days after an event within which articles report it: the next day's paper, and one for the time
# zone or the hour.
TELLING = 2


class Reason(StrEnum):
    """Why words are added to a question."""

    REFERENT = "a pronoun stands for them"
    PLACE = "“there” stands for them"
    EVENT = "what was asked before is meant as a whole"
    CONTRAST = "the same is asked of something else"
    NOUN = "they described the same noun before"
    TOPIC = "the topic is left out"


@dataclass(frozen=True, slots=True)
class Added:
    """A word that was added to a question, and why.

    Attributes:
        word: The word as it was written.
        turn: The earlier question it came from, counted from 0.
        quote: Which of the quotes shown for that question it came from; None if from its own words.
        reason: Why it was added.
    """

    word: str
    turn: int
    quote: int | None
    reason: Reason


@dataclass(frozen=True, slots=True)
class DateRange:
    """A phrase of a question that names days.

    Attributes:
        span: Where the phrase stands in the question.
        text: The phrase.
        first: The first day it names, by a generous reading; None if it has only a last.
        last: The last day it names; None if it has only a first.
        hard: Whether an article from outside the range cannot be meant; else it is a preference.
        published: Whether the days are those an article was published on, not of an event.
        ambiguous: Whether day and month may be meant the other way around.
        removable: Whether the question reads on without the phrase.
    """

    span: Span
    text: str
    first: date | None
    last: date | None
    hard: bool
    published: bool = False
    ambiguous: bool = False
    removable: bool = False

    def __post_init__(self) -> None:
        if self.first is None and self.last is None:
            raise ValueError("a range of days needs a first or a last day")
        if self.first and self.last and self.first > self.last:
            raise ValueError(f"the range ends ({self.last}) before it begins ({self.first})")

    @property
    def since(self) -> date | None:
        """The first day an article that is meant may be from."""
        return self.first

    @property
    def until(self) -> date | None:
        """The last day an article that is meant may be from."""
        if self.published or self.last is None:
            return self.last
        return self.last + timedelta(min(TELLING, (date.max - self.last).days))


def intersect(ranges: Iterable[Days]) -> Days:
    """Return the first and the last day that lie in all ranges; None for no limit.

    >>> intersect([(date(2016, 12, 1), None), (None, date(2016, 12, 3))])
    (datetime.date(2016, 12, 1), datetime.date(2016, 12, 3))
    """
    firsts, lasts = zip(*ranges, strict=True)
    return (
        max((day for day in firsts if day), default=None),
        min((day for day in lasts if day), default=None),
    )
