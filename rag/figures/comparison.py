"""Where the quotes of an answer give different figures for the same thing.

A figure counts something: people killed, tonnes of oil, a share of the voters. Two are of the same
thing where noun or unit and what is said of it agree; which of them is right is not ours to say.
Rules over words cannot know that two events are one, so where they are in doubt nothing is marked.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from rag.figures import counts
from rag.types import Quote, Span


def compare(quotes: Sequence[Quote]) -> tuple[tuple[Span, ...], ...]:
    """Find the figures that quotes of different articles give differently.

    Args:
        quotes: The quotes of an answer.

    Returns:
        For each quote the spans of such figures, ordered, disjoint and inside it; they count, like
        the quote's own, from the start of the article.
    """
    given = [tuple(counts.read(quote.text)) for quote in quotes]
    found: list[set[Span]] = [set() for _ in quotes]
    for one, other in combinations(range(len(quotes)), 2):
        if quotes[one].source.id == quotes[other].source.id:
            continue
        for left in given[one]:
            for right in given[other]:
                if left.number.differs(right.number) and left.is_of_same(right):
                    found[one].add(left.span)
                    found[other].add(right.span)
    return tuple(
        tuple(span.shifted(quote.span.start) for span in sorted(spans))
        for quote, spans in zip(quotes, found, strict=True)
    )
