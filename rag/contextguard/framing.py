"""A quote never misleads by its cut: what a sentence must not be shown without.

Two bonds hold neighbouring sentences together. What would change the claim is bound: who says it,
that it was denied or doubted, that it is rumour, supposition, or the answer to a question. It
becomes part of the quote; what does not fit there and stands before it becomes the lead-in. And
what only makes the words understood (who "he" is, which "group") is the lead-in. A sentence that
stands by itself stays bare.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.contextguard import claims
from rag.contextguard.anaphora import Lean, leans, names_somebody
from rag.contextguard.speech import listen
from rag.types import Passage, Span

# How many sentences back a pronoun is followed. Beyond two it is a story, no longer a lead-in.
FURTHEST = 2

_ITEM = re.compile(
    r"\s*(?:[-–—•*·▪◦‣]\s|\(?\d{1,3}[.)]\s|\(?[a-z]\)\s"
    r"|(?:first|second|third|fourth|fifth|sixth|seventh|last|final)(?:ly)?,\s)",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Framing:
    """What is to be shown of a passage so that the words chosen do not mislead.

    Attributes:
        span: The words chosen with what is bound to them.
        lead: What they lean on, before them.
        complete: Whether all that is bound to them behind them found room.
    """

    span: Span
    lead: Span | None
    complete: bool


def frame(passage: Passage, chosen: Span, *, longest: int) -> Framing:
    """Widen a span, and find its lead-in, so that it can be shown.

    Args:
        passage: The passage.
        chosen: One or a few neighbouring sentences of it.
        longest: Sentences that the widened span may have; it never has fewer than were chosen.

    Returns:
        The framing. Its span covers the chosen one; its lead stands before its span.
    """
    at = places(passage, chosen)
    if not at:
        return Framing(chosen, None, complete=True)
    bonds = _Bonds(passage)
    first, last = bonds.widen(at.start, at.stop - 1, longest)
    spans, lead = passage.sentences, bonds.lead(first, last)
    return Framing(
        Span(min(spans[first].start, chosen.start), max(spans[last].end, chosen.end)),
        Span(spans[lead[0]].start, spans[lead[1]].end) if lead else None,
        complete=bonds.after(first, last) <= last,
    )


def places(passage: Passage, span: Span) -> range:
    """Return the places of the sentences that a span shares a code point with."""
    touched = [at for at, each in enumerate(passage.sentences) if each.overlaps(span)]
    return range(touched[0], touched[-1] + 1) if touched else range(0)


class _Bonds:
    """The bonds between the sentences of one passage; sentences go by their places in it."""

    def __init__(self, passage: Passage) -> None:
        self._texts = [passage.cut(each) for each in passage.sentences]
        self._voices = listen(passage)

    def widen(self, first: int, last: int, longest: int) -> tuple[int, int]:
        """Take along what is bound, as far as there is room; first what stands behind."""
        while True:
            room = longest - (last - first + 1)
            before, after = self.before(first, last), self.after(first, last)
            if room > 0 and after > last:
                last += 1
            elif before < first and first - before <= room:
                first = before
            else:
                return first, last

    def before(self, first: int, last: int) -> int:
        """Return the first place that sentences are bound to; `first` if to none before it."""
        return min(first, *(self._bound(place) for place in range(first, last + 1)))

    def after(self, first: int, last: int) -> int:
        """Return the last place that sentences are bound to; `last` if to none behind it."""
        follows = last + 1 < len(self._texts) and (
            self._takes_back(last + 1) or claims.promises(self._texts[last])
        )
        return max(last + follows, *(self._speaker(place) for place in range(first, last + 1)))

    def lead(self, first: int, last: int) -> tuple[int, int] | None:
        """Return the first and the last place of the lead-in of some sentences."""
        bound = self.before(first, last)
        if bound < first:
            start = self._trace(bound, self._lean(bound, bound), FURTHEST - 1)
            return start, bound if first - start > FURTHEST else first - 1
        start = self._trace(first, self._lean(first, last), FURTHEST)
        return (start, first - 1) if start < first else None

    def _bound(self, place: int) -> int:
        """Return the first place that a sentence is bound to; its own if to none before it."""
        text, told = self._texts[place], self._voices[place].names_speaker
        bound = min(place, self._speaker(place))
        if _ITEM.match(text):
            bound = min(bound, self._introduction(place))
        if place >= 1:
            before = self._texts[place - 1]
            if (
                self._takes_back(place)
                or claims.asks(before)
                or claims.introduces(before)
                or claims.tells_hearsay(before)
                or claims.supposes(before, text, told=told)
            ):
                bound = min(bound, place - 1)
        if place >= 2 and claims.tells_hearsay(self._texts[place - 2], further=True):
            bound = min(bound, place - 2)
        return bound

    def _takes_back(self, place: int) -> bool:
        """Tell whether a sentence denies or doubts the one before it."""
        before, text = self._texts[place - 1 : place + 1]
        return claims.comments(text) or claims.contradicts(text, before)

    def _introduction(self, place: int) -> int:
        """Return the place of the sentence that a list item is an item of."""
        items = [at for at in range(place) if _ITEM.match(self._texts[at])]
        return max(0, min(items, default=place) - 1)

    def _speaker(self, place: int) -> int:
        """Return the place of the sentence that says who speaks in one; its own if none needs to.

        The sentences of the same quotation come first; then who spoke just before, unless the next
        sentence only says who spoke.
        """
        voices = self._voices
        if not voices[place].lacks_speaker:
            return place
        back = ahead = place
        while voices[back].continues and back > 0:
            back -= 1
            if voices[back].names_speaker:
                return back
        while voices[ahead].goes_on and ahead + 1 < len(voices):
            ahead += 1
            if voices[ahead].names_speaker:
                return ahead
        if voices[ahead].goes_on:
            return place  # who spoke stands behind the passage
        if ahead + 1 < len(voices) and voices[ahead + 1].is_tag:
            return ahead + 1
        while back > 0 and voices[back].lacks_speaker:
            back -= 1
        return back

    def _trace(self, place: int, lean: Lean, steps: int) -> int:
        """Follow what a sentence leans on back to a sentence that leans on none."""
        while lean is not Lean.NOTHING and steps > 0 and place > 0:
            place, steps = place - 1, steps - 1
            if lean is not Lean.SOMEBODY or names_somebody(self._voices[place].narration):
                lean = self._lean(place, place)
        return place

    def _lean(self, first: int, last: int) -> Lean:
        """Tell what sentences shown together need of those before them."""
        voices = self._voices
        lean = leans(self._texts[first], voices[first])
        for place in range(first + 1, last + 1):
            named = any(names_somebody(each.narration) for each in voices[first:place])
            if leans(self._texts[place], voices[place]) is Lean.SOMEBODY and not named:
                lean = Lean.SOMEBODY
        return lean
