"""Scored sentences become the quotes that are shown, none cut so that it misleads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rag.contextguard import frame, places
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
        Quotes, best first, disjoint. Each holds what is bound to its words, and has what they lean
        on as its lead; sentences that stand side by side are joined, and of the same words in
        several articles only the best-placed is kept. A sentence that cannot be shown with what is
        bound to it beside a better quote is left out.
    """
    if not scored:
        return ()
    floor = scored[0].score * SHARE_OF_BEST
    quotes: list[Quote] = []
    seen: set[str] = set()
    for each in scored:
        words = _words(each)
        if each.score >= floor and words not in seen:
            seen.add(words)
            _add(quotes, each, limit)
    return tuple(quotes)


def nearest(scored: Sequence[ScoredSpan], *, limit: int) -> tuple[Quote, ...]:
    """Return the best sentence of each of the passages nearest to a question, best first.

    Each is framed like the quotes of an answer.
    """
    best: dict[tuple[str, int], ScoredSpan] = {}
    for each in scored:
        best.setdefault((each.passage.source.id, each.passage.number), each)
    return tuple(_quote(each) for each in list(best.values())[:limit])


def _add(quotes: list[Quote], scored: ScoredSpan, limit: int) -> None:
    """Add a sentence to the quote that it touches, or as one of its own; or leave it out."""
    alone = _quote(scored)
    touched = [at for at, quote in enumerate(quotes) if _touch(quote, alone)]
    for place in touched:
        joined = _join(quotes[place], alone)
        others = (quotes[at] for at in touched if at != place)
        if joined and not any(joined.span.overlaps(other.span) for other in others):
            quotes[place] = joined
            return
    free = not any(alone.span.overlaps(quotes[place].span) for place in touched)
    if free and len(quotes) < limit:
        quotes.append(alone)


def _quote(scored: ScoredSpan) -> Quote:
    framing = frame(scored.passage, scored.span, longest=LONGEST)
    return Quote(scored.passage, framing.span, scored.score, scored.answer, framing.lead)


def _touch(left: Quote, right: Quote) -> bool:
    """Tell whether two quotes of one passage overlap or stand side by side."""
    if left.passage != right.passage:
        return False
    one, other = places(left.passage, left.span), places(right.passage, right.span)
    return one.start <= other.stop and other.start <= one.stop


def _join(quote: Quote, beside: Quote) -> Quote | None:
    """Return both as one quote, where all that is bound to them finds room in it."""
    both = Span(min(quote.span.start, beside.span.start), max(quote.span.end, beside.span.end))
    framing = frame(quote.passage, both, longest=LONGEST)
    if not framing.complete or len(places(quote.passage, framing.span)) > LONGEST:
        return None
    return replace(quote, span=framing.span, lead=framing.lead)


def _words(scored: ScoredSpan) -> str:
    return " ".join(scored.passage.cut(scored.span).casefold().split())
