"""How like an article's wording a quotation is: what it keeps, changes, adds and leaves out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np

from rag.checking.alignment import ANYTHING, FOREIGN, Step, align
from rag.checking.quotation import ASKING, Coded, Quotation
from rag.wording import is_word

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Places = NDArray[np.int64]

# Words of one run left out that speak against a quotation. If all did, two sentences that do not
# stand together would be less alike the farther they are apart.
MOST_LEFT_OUT = 5
# Words of one run that count as moved; names have up to seven ("the Syrian Observatory for ...").
SHORTEST_MOVED = 8
# The cells of one alignment: 0.1 s and 20 MB. Of a longer article only the blocks are aligned that
# hold most of the quotation's rare words.
CELLS = 4_000_000
BLOCK = 256


@dataclass(frozen=True, slots=True)
class Likeness:
    """A quotation beside the words of an article that it fits best.

    Attributes:
        quotation: The quotation.
        coded: The article.
        steps: Runs of the quotation's words beside runs of the article's, in order.
        similarity: The share of words that are the same, from 0 to 1; one moved counts half.
    """

    quotation: Quotation
    coded: Coded
    steps: tuple[Step, ...]
    similarity: float

    @property
    def differences(self) -> tuple[Step, ...]:
        """The steps in which the quotation departs from the article."""
        return tuple(step for step in self.steps if not (step.same or step.shown))

    @property
    def reach(self) -> tuple[int, int]:
        """Where the article's words begin and end."""
        return self.steps[0].other_start, self.steps[-1].other_end


def compare(quotation: Quotation, coded: Coded, *, far: bool = True) -> Likeness:
    """Lay a quotation beside the words of an article that it fits best.

    Args:
        quotation: The quotation.
        coded: The article, in the quotation's codes; it holds at least one word.
        far: Whether the words may come from places far apart.
    """
    runs = ([-1, *range(run.start, run.end)] for run in quotation.runs)
    order = list(chain.from_iterable(runs))[1:]
    first = [ANYTHING if word < 0 else ord(quotation.codes[word]) for word in order]
    kept, codes = _narrow(coded, most=max(CELLS // len(order), 2 * len(order)))
    keys = coded.wording.keys
    known = {key: is_word(key) for key in set(keys)}
    words = [word >= 0 and is_word(quotation.wording.keys[word]) for word in order]
    other_words = np.array([known[keys[place]] for place in kept], dtype=np.bool_)
    aligned = align(first, codes, words, other_words, far=far)
    steps = list(_translate(aligned.steps, order, [*kept.tolist(), len(keys)]))
    mended = tuple(_mend_ends(quotation, coded, steps))
    return Likeness(quotation, coded, mended, _measure(quotation, coded, mended))


def _narrow(coded: Coded, *, most: int) -> tuple[Places, NDArray[np.int32]]:
    """Return the places of the words to align, and their codes."""
    codes = np.frombuffer(coded.text.encode("utf-32-le"), dtype="<u4").astype(np.int32)
    places = np.arange(len(codes))
    if len(codes) <= most:
        return places, codes
    counts = np.bincount(codes)
    rarity = np.where(codes == FOREIGN, 0.0, 1.0 / counts[codes])
    blocks = places // BLOCK
    held = np.bincount(blocks, rarity)
    held[1:-1] = held[1:-1] + held[:-2] + held[2:]  # a passage may lie across an edge
    best = np.argsort(-held, kind="stable")[: max(1, most // BLOCK)]
    inside = np.isin(blocks, best)
    # One foreign word stands for what is passed over, so that nothing is joined across it.
    edges = np.zeros_like(inside)
    edges[1:] = inside[:-1] & ~inside[1:]
    kept = np.flatnonzero(inside | edges)
    return kept, np.where(edges, FOREIGN, codes)[kept].astype(np.int32)


def _translate(steps: Sequence[Step], order: Sequence[int], kept: Sequence[int]) -> Iterator[Step]:
    """Say steps in the quotation's and the article's own words."""
    behind = kept[steps[0].other_start]
    for number, step in enumerate(steps):
        words = order[step.start : step.end]
        start, end = (words[0], words[-1] + 1) if words else (0, 0)
        other_start = behind
        if step.other_start < step.other_end:
            last = number == len(steps) - 1
            behind = kept[step.other_end - 1] + 1 if last else kept[step.other_end]
        yield Step(start, end, other_start, behind, step.same, step.shown)


def _mend_ends(quotation: Quotation, coded: Coded, steps: Sequence[Step]) -> Iterator[Step]:
    """Count what is broken off a word as left out, and a stop for a question mark as changed.

    Only where the quotation begins, ends or has an ellipsis can a word be broken.
    """
    stops = {run.end: run.stop for run in quotation.runs}
    keys = coded.wording.keys
    behind = 0  # what of the article is dealt with
    for place, step in enumerate(steps):
        if step.shown:
            continue  # given with the step behind it
        shown = steps[place - 1] if place and steps[place - 1].shown else None
        opens = step.same and (shown or not place)
        closes = place + 1 == len(steps) or steps[place + 1].shown
        low, high = step.other_start, step.other_end
        if step.same:
            low, high = coded.wording.widen(low, high)
        start = max(behind, low) if opens else step.other_start
        if shown:
            yield replace(shown, other_start=behind, other_end=start)
        if start < step.other_start:
            yield Step(step.start, step.start, start, step.other_start)
        yield step
        behind = step.other_end
        stop = stops.get(step.end, -1)
        if closes and high > behind:
            yield Step(step.end, step.end, behind, high)
            behind = high
        elif closes and stop >= 0 and behind < len(keys):
            last = place + 1 == len(steps)
            same = last and keys[behind] == quotation.wording.keys[stop]
            if same or keys[behind] in ASKING:
                yield Step(stop, stop + 1, behind, behind + 1, same=same)
                behind += 1


def _measure(quotation: Quotation, coded: Coded, steps: Sequence[Step]) -> float:
    """Return the share of words that are the same, half of those that were moved included."""
    same = {word for step in steps if step.same for word in range(step.start, step.end)}
    other = sum(
        max(step.end - step.start, min(step.other_end - step.other_start, MOST_LEFT_OUT))
        for step in steps
        if not (step.same or step.shown)
    )
    moved = set(_list_kept(quotation, coded)) - same
    return (len(same) + len(moved) / 2) / (len(same) + other)


def _list_kept(quotation: Quotation, coded: Coded) -> Iterator[int]:
    """Yield the words of long runs that the article has, too, wherever they stand in it."""
    for run in quotation.runs:
        start = run.start
        while start + SHORTEST_MOVED <= run.end:
            end = start + SHORTEST_MOVED
            if quotation.codes[start:end] not in coded.text:
                start += 1
                continue
            while end < run.end and quotation.codes[start : end + 1] in coded.text:
                end += 1
            yield from range(start, end)
            start = end
