"""Scored sentences become the quotes that are shown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rag.types import Quote, ScoredSpan, Span

# A further quote is shown while its score is at least this share of the best one's; a judgement,
# not fitted: half as probable is still worth a look, less is noise below a good answer.
SHARE_OF_BEST = 0.5
# A quote is joined from at most this many neighbouring sentences.
LONGEST = 3


def choose(scored: Sequence[ScoredSpan], *, limit: int) -> tuple[Quote, ...]:
    """Choose the quotes of an answer.

    Args:
        scored: Sentences, best first.
        limit: Quotes wanted at most.

    Returns:
        Quotes, best first, disjoint; sentences that stand side by side are joined, and of the same
        words in several articles only the best-placed is kept.
    """
    if not scored:
        return ()
    floor = scored[0].score * SHARE_OF_BEST
    taken: list[ScoredSpan] = []
    seen: set[str] = set()
    for each in scored:
        words = _words(each)
        if each.score >= floor and words not in seen:
            seen.add(words)
            taken.append(each)
    return tuple(_join(taken, limit))


def nearest(scored: Sequence[ScoredSpan], *, limit: int) -> tuple[Quote, ...]:
    """Return the best sentence of each of the passages nearest to a question, best first."""
    best: dict[tuple[str, int], ScoredSpan] = {}
    for each in scored:
        best.setdefault((each.passage.source.id, each.passage.number), each)
    return tuple(Quote(each.passage, each.span, each.score) for each in list(best.values())[:limit])


def _join(taken: Iterable[ScoredSpan], limit: int) -> list[Quote]:
    quotes: list[Quote] = []
    for each in taken:
        for place, quote in enumerate(quotes):
            joined = _neighbours(quote, each)
            if joined:
                quotes[place] = Quote(quote.passage, joined, quote.score, quote.answer)
                break
        else:
            if len(quotes) < limit:
                quotes.append(Quote(each.passage, each.span, each.score, each.answer))
    return quotes


def _neighbours(quote: Quote, scored: ScoredSpan) -> Span | None:
    """Return the span of both where the sentence stands right beside the quote."""
    if quote.passage != scored.passage:
        return None
    sentences = quote.passage.sentences
    inside = [place for place, each in enumerate(sentences) if quote.span.covers(each)]
    place = sentences.index(scored.span)
    if len(inside) == LONGEST or place not in (inside[0] - 1, inside[-1] + 1):
        return None
    return Span(min(quote.span.start, scored.span.start), max(quote.span.end, scored.span.end))


def _words(scored: ScoredSpan) -> str:
    return " ".join(scored.passage.cut(scored.span).casefold().split())
