"""How a source is named on one line."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from rag.types import Quote, Source, Span

# Before the words that lead in to a quote, which are shown apart from it.
BEFORE = "Before this:"
# Before the other articles that print the text of a quote.
ALSO = "Also in:"


def cite(source: Source, *, outlet_first: bool = False) -> str:
    """Return title, publisher and date on one line; what is unknown is left out.

    Args:
        source: The source.
        outlet_first: Whether publisher and date come before the title.

    >>> from datetime import date
    >>> cite(Source("a", "Truce holds", "Daily", "", date(2016, 12, 3), "", "a.txt", ""))
    'Truce holds · Daily · 3 December 2016'
    """
    return " · ".join(cite_parts(source, outlet_first=outlet_first))


def cite_parts(source: Source, *, outlet_first: bool = False) -> tuple[str, ...]:
    """Return title, publisher and date, each on one line; what is unknown is left out.

    There is always a title, first or, behind publisher and date, last.
    """
    title = source.title.strip() or source.path or source.id
    outlet = (source.publisher, show_day(source.published) if source.published else "")
    parts = (*outlet, title) if outlet_first else (title, *outlet)
    return tuple(" ".join(part.split()) for part in parts if part.strip())


def show_day(day: date) -> str:
    """Return a day as newspapers write it.

    >>> show_day(date(2016, 12, 3))
    '3 December 2016'
    """
    return f"{day.day} {day:%B %Y}"


def name_copies(quote: Quote) -> str:
    """Return the other articles that print the text of a quote, on one line; empty if none does."""
    return "; ".join(cite(each, outlet_first=True) for each in quote.copies)


def name_differing(quote: Quote, differing: Sequence[Span]) -> str:
    """Return that a quote's figures are given differently elsewhere; empty if none is."""
    if not differing:
        return ""
    named = ", ".join(f"“{' '.join(quote.passage.cut(each).split())}”" for each in differing)
    return f"Reports differ in {'this figure' if len(differing) == 1 else 'these figures'}: {named}"
