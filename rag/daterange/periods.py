"""Periods of days: one that comes once or again and again, its parts, and which one is meant."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum, Flag, auto

from rag.types import Span

Days = tuple[date, date]

# Years on either side in which a day without a year is looked for: 29 February can be eight away.
REACH = 8
# A yearly period is kept in a leap year, so that none of its days is lost.
LEAP_YEAR = 2000
# Days by which "early", "mid", "late" and "the first week of" may be off.
SLACK = 2
# "the end of December" is its last third; so are early, mid and late.
THIRDS = 3


class Cycle(Enum):
    """How often a period comes."""

    ONCE = auto()
    WEEKLY = auto()
    YEARLY = auto()


class Lean(Enum):
    """Which one of a period that comes again is meant, seen from a day."""

    BACK = auto()
    NEAR = auto()
    AHEAD = auto()


class Mark(Flag):
    """What a phrase for a period is like."""

    NONE = 0
    OWN = auto()  # stands in a sentence by itself: "yesterday", "last week"
    BARE = auto()  # is a date only behind a preposition: "2016", "December", "Tuesday"
    ENDING = auto()  # and only where no noun follows: "in the spring"
    NAME = auto()  # can be a person or a verb: "May", "Jan", "march"
    SOFT = auto()  # too vague to filter by
    SWAPPED = auto()  # day and month may be meant the other way around
    COUNTED = auto()  # counted from the day it is asked
    NOW = auto()  # can mean these days: "today"
    SPANNING = auto()  # from one day to another: "1 and 5 December"
    PARTED = auto()  # is a date only as a part: "the end of the year"


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a period: the `number`-th, from 0, of `count` equal ones.

    A count of 0 means weeks, counted from the first day, or from the last if `number` is negative.
    `edge` says that a limit set to it ("by the end of") is the outermost day.
    """

    number: int
    count: int
    edge: bool = False

    @property
    def slack(self) -> int:
        """Days by which the part may begin earlier or end later than said."""
        return SLACK if self.count in (0, THIRDS) else 0

    def cut(self, days: Days) -> Days:
        """Return the part of a period, in whole months where that comes out even."""
        first, last = days
        months = (last.year - first.year) * 12 + last.month - first.month + 1
        if self.count == 0:
            return self._cut_week(days)
        whole = first.day == 1 and move(last, 1).day == 1 and months % self.count == 0
        if whole and last < date.max:
            size = months // self.count
            first = move_months(first, self.number * size)
            return first, move(move_months(first, size), -1)
        return self._cut_days(days)

    def _cut_week(self, days: Days) -> Days:
        first, last = days
        if self.number < 0:
            return max(first, move(last, -6)), last
        start = min(move(first, 7 * self.number), last)
        return start, min(move(start, 6), last)

    def _cut_days(self, days: Days) -> Days:
        first, last = days
        size = (last - first).days + 1
        start, end = (round(size * each / self.count) for each in (self.number, self.number + 1))
        return move(first, start), move(first, end - 1)


@dataclass(frozen=True, slots=True)
class Period:
    """A period as a phrase names it.

    `first` and `last` are its days, in any one of its weeks or years if it comes again. `part`
    says that only a part of it is meant.
    """

    span: Span
    first: date
    last: date
    cycle: Cycle = Cycle.ONCE
    marks: Mark = Mark.NONE
    part: Part | None = None

    def occasions(self, near: date) -> tuple[Days, ...]:
        """Return when the period comes around a day, in order; its one time if it is no cycle."""
        if self.cycle is Cycle.ONCE:
            return ((self.first, self.last),)
        if self.cycle is Cycle.WEEKLY:
            start = move(near, self.first.weekday() - near.weekday())
            return tuple((move(start, by), move(start, by)) for by in (-7, 0, 7))
        years = range(max(2, near.year - REACH), min(9998, near.year + REACH) + 1)
        moved = (self._move_to(year) for year in years)
        return tuple(days for days in moved if days)

    def place(self, today: date, lean: Lean = Lean.BACK) -> Days:
        """Return when the period is, as it is meant on a day."""
        every = self.occasions(today)
        if lean is Lean.NEAR:
            return min(every, key=lambda days: abs((days[0] - today).days))
        if lean is Lean.AHEAD:
            return next((days for days in every if days[1] >= today), every[-1])
        return next((days for days in reversed(every) if days[0] <= today), every[0])

    def narrow(self, days: Days, *, limit: bool = False) -> Days:
        """Return the part that is meant of the placed period, with its slack.

        Args:
            days: Where the period was placed.
            limit: Whether the phrase is only a limit ("by the end of May"), not a time.
        """
        if not self.part:
            return days
        if limit and self.part.edge:
            edge = days[0] if self.part.number == 0 else days[1]
            return edge, edge
        first, last = self.part.cut(days)
        return move(first, -self.part.slack), move(last, self.part.slack)

    def _move_to(self, year: int) -> Days | None:
        by = year - self.first.year
        try:
            first = self.first.replace(year=year)
        except ValueError:  # 29 February
            return None
        if self.last == month_of(self.last)[1] and self.last.month == 2:
            return first, month_of(date(self.last.year + by, 2, 1))[1]
        return first, self.last.replace(year=self.last.year + by)


def move(day: date, by: int) -> date:
    """Return the day so many days later, at most the last there is, at least the first."""
    return date.fromordinal(min(max(day.toordinal() + by, 1), date.max.toordinal()))


def move_months(day: date, by: int) -> date:
    """Return the day so many months later, or the last of that month if it is shorter."""
    month = min(max(day.year * 12 + day.month - 1 + by, 12), 9999 * 12 + 11)
    first = date(month // 12, month % 12 + 1, 1)
    return min(move(first, day.day - 1), month_of(first)[1])


def month_of(day: date) -> Days:
    """Return the first and the last day of a day's month."""
    first = day.replace(day=1)
    if (day.year, day.month) == (9999, 12):
        return first, date.max
    return first, move(move(first, 31).replace(day=1), -1)


def year_of(year: int) -> Days:
    """Return the first and the last day of a year."""
    return date(year, 1, 1), date(year, 12, 31)


def week_of(day: date) -> Days:
    """Return the Monday and the Sunday around a day."""
    first = move(day, -day.weekday())
    return first, move(first, 6)


def decade_of(year: int) -> Days:
    """Return the first and the last day of a year's decade."""
    first = max(year // 10 * 10, 1)
    return date(first, 1, 1), date(year // 10 * 10 + 9, 12, 31)
