"""The articles of an archive as a list to look through, and how they lie over time and outlets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from rag.rendering import show_day
from rag.types import Source

# Articles on a page: some screens of them.
SIZE = 50
# Bars of a chart: more would be thinner than a pixel or two on a phone.
MOST_BARS = 62


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of the articles that were looked for.

    Attributes:
        sources: The articles on it.
        total: How many there are on all pages.
        page: Which page it is, from 1.
    """

    sources: tuple[Source, ...]
    total: int
    page: int

    @property
    def pages(self) -> int:
        """The number of pages; one, if there is nothing on it."""
        return max(1, -(-self.total // SIZE))

    @property
    def first(self) -> int:
        """The number of the first article on the page, from 1."""
        return (self.page - 1) * SIZE + 1


@dataclass(frozen=True, slots=True)
class Period:
    """A day, a month, or another stretch of time, and how many articles are from it."""

    label: str
    count: int


def choose(
    sources: Sequence[Source], *, words: str = "", newest_first: bool = False, page: int = 1
) -> Listing:
    """Return a page of the articles whose title and outlet hold some words.

    Args:
        sources: The articles, ordered by date.
        words: The words, all of which must be there, whatever their case; blank for all articles.
        newest_first: Whether the order is turned round; what has no date comes last either way.
        page: The page, from 1; the last, if there are not so many.
    """
    wanted = words.casefold().split()
    found = [source for source in sources if _holds(source, wanted)]
    dated = [source for source in found if source.published]
    undated = [source for source in found if not source.published]
    ordered = [*(reversed(dated) if newest_first else dated), *undated]
    last = max(1, -(-len(ordered) // SIZE))
    number = min(max(1, page), last)
    begin = (number - 1) * SIZE
    return Listing(tuple(ordered[begin : begin + SIZE]), len(ordered), number)


def name_outlets(sources: Sequence[Source]) -> list[str]:
    """Return the names of the outlets, in order."""
    return sorted({source.publisher for source in sources if source.publisher})


def count_outlets(sources: Sequence[Source]) -> tuple[tuple[str, int], ...]:
    """Return the outlets with the number of their articles, the largest first."""
    counts = Counter(source.publisher for source in sources)
    return tuple(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def count_periods(sources: Sequence[Source]) -> tuple[Period, ...]:
    """Return how many articles are from each day, month, year, decade or century.

    The periods follow each other without a gap, and are as short as fit on a chart.
    """
    days = [source.published for source in sources if source.published]
    if not days:
        return ()
    first, last = min(days), max(days)
    number, label = next(
        (unit for unit in UNITS if unit[0](last) - unit[0](first) < MOST_BARS), UNITS[-1]
    )
    counts = Counter(map(number, days))
    return tuple(
        Period(label(each), counts[each]) for each in range(number(first), number(last) + 1)
    )


def _holds(source: Source, words: Sequence[str]) -> bool:
    if not words:
        return True
    text = f"{source.title}\n{source.publisher}".casefold()
    return all(word in text for word in words)


def _name_month(number: int) -> str:
    return f"{date(number // 12, number % 12 + 1, 1):%B} {number // 12}"


# The lengths of a period, the shortest first: the number of the period that a day is in, and its
# name by that number.
UNITS: tuple[tuple[Callable[[date], int], Callable[[int], str]], ...] = (
    (date.toordinal, lambda number: show_day(date.fromordinal(number))),
    (lambda day: day.year * 12 + day.month - 1, _name_month),
    (lambda day: day.year, str),
    (lambda day: day.year // 10, lambda number: f"{number}0s"),
    (lambda day: day.year // 100, lambda number: f"{number}00s"),
)
