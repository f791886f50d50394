"""Scored sentences become the quotes that are shown, none cut so that it misleads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from rag.contextguard import frame, places
from rag.copies import are_copies
from rag.types import Quote, ScoredSpan, Source, Span
from rag.verdict import ENOUGH

# A further quote is shown while its score is at least this share of the best one's; a judgement,
# not fitted: half as probable is still worth a look, less is noise below a good answer.
SHARE_OF_BEST = 0.5
# Where several reports are asked for, another article's sentence need only be a quarter as probable
# as one that is shown alone: how far up a passage was found counts in the score, and the sides of a
# story cannot all be found first. Of the 54 questions of tests/data/several_sides.jsonl 0.96 have
# all their sides shown so, with 3.9 quotes in the mean; from a third on 0.89, and 3.7; from half as
# probable on 0.87, and 3.3. Of the quotes 0.14, 0.11 and 0.04 are then of other stories.
SIDE = ENOUGH / 4
# One of a day that is not yet quoted comes before one that is this much more probable, as things
# change from day to day; a judgement.
NEW_DAY = 1.25
# A quote is joined from at most this many neighbouring sentences.
LONGEST = 3


def choose(
    scored: Sequence[ScoredSpan], *, limit: int, several: bool = False, best_first: bool = False
) -> tuple[Quote, ...]:
    """Choose the quotes of an answer.

    Args:
        scored: Sentences, best first.
        limit: Quotes wanted at most.
        several: Whether the question asks what several reports say.
        best_first: Whether the best quote is to stand before those of several reports.

    Returns:
        Quotes, disjoint, best first; of several reports by their dates, the undated last. Each
        holds what is bound to its words, and has what they lean on as its lead; sentences that
        stand side by side are joined. Of copies of one text only the best-placed is quoted, and
        names the articles of the others. A sentence that cannot be shown with what is bound to it
        beside a better quote is left out.

        Of several reports the best sentence of each article comes before the second of any, and
        what an article says in the words of another that is quoted is not quoted from it.
    """
    if not scored:
        return ()
    shown = _Shown(scored, limit)
    if several:
        _add_sides(shown, scored)
    else:
        floor = scored[0].score * SHARE_OF_BEST
        for each in scored:
            if each.score >= floor:
                shown.add(each)
    chosen = shown.quotes()
    if not several:
        return chosen
    in_time = sorted(chosen, key=_place_in_time)
    if best_first:
        best = max(each.score for each in chosen)
        in_time.sort(key=lambda quote: quote.score < best)
    return tuple(in_time)


def nearest(scored: Sequence[ScoredSpan], *, limit: int) -> tuple[Quote, ...]:
    """Return the best sentence of each of the passages nearest to a question, best first.

    Each is framed like the quotes of an answer.
    """
    best: dict[tuple[str, int], ScoredSpan] = {}
    for each in scored:
        best.setdefault((each.passage.source.id, each.passage.number), each)
    return tuple(_quote(each) for each in list(best.values())[:limit])


def _add_sides(shown: _Shown, scored: Sequence[ScoredSpan]) -> None:
    """Add the best sentences of as many articles as can be, then the second ones."""
    floor = scored[0].score * SHARE_OF_BEST
    pool = [each for each in scored if each.score >= min(floor, SIDE)]
    days: set[date | None] = set()

    def rank(each: ScoredSpan) -> tuple[bool, float]:
        new_day = each.passage.source.published not in days
        return each.passage.source.id not in shown.sources, each.score * (NEW_DAY if new_day else 1)

    while pool:
        best = max(pool, key=rank)
        pool.remove(best)
        source = best.passage.source
        first = source.id not in shown.sources
        if (first or best.score >= floor) and shown.add(best) and first:
            days.add(source.published)
            pool = [each for each in pool if not shown.tells(source, each)]


def _place_in_time(quote: Quote) -> tuple[bool, date, float]:
    published = quote.source.published
    return published is None, published or date.max, -quote.score


@dataclass(frozen=True, slots=True)
class _Card:
    """A quote in the making, and the sentences that it was chosen for."""

    quote: Quote
    sentences: tuple[str, ...]


class _Shown:
    """The quotes chosen so far, among all that was read."""

    def __init__(self, scored: Sequence[ScoredSpan], limit: int) -> None:
        self._cards: list[_Card] = []
        self._limit = limit
        passages = dict.fromkeys(each.passage for each in scored)
        self._read = [
            (passage.source, passage.cut(span))
            for passage in passages
            for span in passage.sentences
        ]

    @property
    def sources(self) -> set[str]:
        """The articles that are quoted."""
        return {card.quote.source.id for card in self._cards}

    def tells(self, source: Source, scored: ScoredSpan) -> bool:
        """Tell whether an article has, as far as it was read, a sentence of another article."""
        if scored.passage.source.id == source.id:
            return False
        text = _text(scored)
        return any(are_copies(text, read) for each, read in self._read if each.id == source.id)

    def add(self, scored: ScoredSpan) -> bool:
        """Add a sentence to the quote that it touches, or as one of its own; or leave it out."""
        text, alone = _text(scored), _quote(scored)
        if any(are_copies(text, each) for card in self._cards for each in card.sentences):
            return False
        touched = [at for at, card in enumerate(self._cards) if _touch(card.quote, alone)]
        for place in touched:
            card = self._cards[place]
            joined = _join(card.quote, alone)
            others = (self._cards[at].quote.span for at in touched if at != place)
            if joined and not any(joined.span.overlaps(other) for other in others):
                self._cards[place] = _Card(joined, (*card.sentences, text))
                return True
        free = not any(alone.span.overlaps(self._cards[at].quote.span) for at in touched)
        if free and len(self._cards) < self._limit:
            self._cards.append(_Card(alone, (text,)))
            return True
        return False

    def quotes(self) -> tuple[Quote, ...]:
        """Return the quotes with the articles that print the same."""
        return tuple(replace(card.quote, copies=self._copies(card)) for card in self._cards)

    def _copies(self, card: _Card) -> tuple[Source, ...]:
        """Return the sources of the other articles that have a sentence of a quote."""
        found: dict[str, Source] = {}
        for source, read in self._read:
            if source.id == card.quote.source.id or source.id in found:
                continue
            if any(are_copies(read, each) for each in card.sentences):
                found[source.id] = source
        return tuple(found.values())


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


def _text(scored: ScoredSpan) -> str:
    return scored.passage.cut(scored.span)
