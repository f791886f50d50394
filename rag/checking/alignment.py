"""Two sequences of words become one alignment: which stand for which, which are added or left out.

Global in the shorter sequence, with free ends in the longer one; affine gaps after Gotoh (1982),
"An improved algorithm for matching biological sequences". Here a run left out costs no more from
some length on, so that two sentences from opposite ends of an article still align with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Codes = NDArray[np.int32]

# What matches nothing, and what stands for any run of words, none included.
FOREIGN, ANYTHING = 0, -1

# Two equal words outweigh two changed ones; a word hardly ever stands for a mark. Judgements: the
# golden table comes out the same with any of them a third higher or lower, but for LEFT_OUT, the
# unit: without it, or with twice as much, one or two differences are cut elsewhere.
SAME_WORD, SAME_MARK, CHANGED, UNLIKE = 8, 4, -4, -12
OPEN, ADDED, LEFT_OUT = 8, 2, 1
FARTHEST = 24  # words left out, from which on no more is paid

_DIAGONAL, _ADDED, _LEFT_OUT, _ANY, _EXTENDS = 0, 1, 2, 3, 4
_NEVER = -(2**30)


@dataclass(frozen=True, slots=True)
class Step:
    """A run of the first sequence and the run of the second that it stands beside.

    Attributes:
        start: The first of the run's words in the first sequence.
        end: The end of the run.
        other_start: The same in the second sequence.
        other_end: The end there.
        same: Whether the two runs are equal.
        shown: Whether the run is `ANYTHING`.
    """

    start: int
    end: int
    other_start: int
    other_end: int
    same: bool = False
    shown: bool = False


@dataclass(frozen=True, slots=True)
class Alignment:
    """Steps in order, disjoint, over the whole first sequence; a higher score is better."""

    score: int
    steps: tuple[Step, ...]


def align(
    first: Sequence[int], second: Codes, words: Sequence[bool], other_words: NDArray[np.bool_],
    *, far: bool = True,
) -> Alignment:  # fmt: skip
    """Align all of a sequence with the part of another that it fits best.

    Args:
        first: Codes, above `FOREIGN` or `ANYTHING`.
        second: Codes; `FOREIGN` equals nothing.
        words: Which of the first are words, not marks.
        other_words: Which of the second are.
        far: Whether a long run that is left out costs no more than a shorter one.

    Returns:
        The best alignment.
    """
    table = _Table(len(first), len(second), far=far)
    for row, code in enumerate(first, start=1):
        table.fill(row, code, second, other_words, word=words[row - 1])
    at = int(np.argmax(table.scores[-1]))
    steps = list(table.walk(at))[::-1]
    return Alignment(int(table.scores[-1, at]), tuple(_merge(steps)))


class _Table:
    """Scores of the best alignments of all beginnings, and how each was come by."""

    def __init__(self, rows: int, columns: int, *, far: bool) -> None:
        self.scores = np.zeros((rows + 1, columns + 1), dtype=np.int32)
        self.ways = np.zeros((rows + 1, columns + 1), dtype=np.uint8)
        self._adding = np.full(columns + 1, _NEVER, dtype=np.int32)
        self._columns = np.arange(columns + 1, dtype=np.int32)
        self._most = OPEN + LEFT_OUT * (FARTHEST if far else columns + 1)
        self._equal: dict[int, NDArray[np.bool_]] = {}

    def fill(
        self, row: int, code: int, second: Codes, other_words: NDArray[np.bool_], *, word: bool
    ) -> None:
        """Work out a row from the one before."""
        before = self.scores[row - 1]
        if code == ANYTHING:
            self.scores[row] = np.maximum.accumulate(before)
            self.ways[row] = _ANY
            self._adding.fill(_NEVER)
            return
        if code not in self._equal:
            self._equal[code] = second == code
        best = np.full_like(before, _NEVER)
        best[1:] = before[:-1] + np.where(other_words == word, CHANGED, UNLIKE)
        best[1:][self._equal[code]] += (SAME_WORD if word else SAME_MARK) - CHANGED
        extends = self._adding >= before - OPEN
        self._adding = np.maximum(self._adding, before - OPEN) - ADDED
        way = np.where(self._adding >= best, _ADDED, _DIAGONAL).astype(np.uint8)
        best = np.maximum(best, self._adding)
        near = np.maximum.accumulate(best + LEFT_OUT * self._columns)
        leaving = np.full_like(best, _NEVER)
        leaving[1:] = np.maximum(
            near[:-1] - LEFT_OUT * self._columns[1:] - OPEN,
            np.maximum.accumulate(best)[:-1] - self._most,
        )
        way[leaving >= best] = _LEFT_OUT
        self.scores[row] = np.maximum(best, leaving)
        self.ways[row] = way | (extends.astype(np.uint8) * _EXTENDS)

    def walk(self, column: int) -> Iterator[Step]:
        """Yield the steps of the best alignment from the end of the last row, last first."""
        row, adding = len(self.scores) - 1, False
        while row:
            way = int(self.ways[row, column])
            kind = _ADDED if adding else way & ~_EXTENDS
            if kind == _LEFT_OUT:
                start = self._origin(row, column)
                yield Step(row, row, start, column)
                column = start
                continue
            if kind == _ANY:
                level = self.scores[row - 1, : column + 1]
                start = int(np.flatnonzero(level == self.scores[row, column])[-1])
                yield Step(row - 1, row, start, column, shown=True)
                column = start
            elif kind == _ADDED:
                yield Step(row - 1, row, column, column)
                adding = bool(way & _EXTENDS)
            else:
                gained = int(self.scores[row, column]) - int(self.scores[row - 1, column - 1])
                yield Step(row - 1, row, column - 1, column, same=gained > 0)
                column -= 1
            row -= 1

    def _origin(self, row: int, column: int) -> int:
        """Return where the run begins that is left out right before a column."""
        lengths = column - self._columns[:column]
        paid = np.minimum(OPEN + LEFT_OUT * lengths, self._most)
        kept = (self.ways[row, :column] & ~np.uint8(_EXTENDS)) != _LEFT_OUT
        fits = kept & (self.scores[row, :column] - paid == self.scores[row, column])
        return int(np.flatnonzero(fits)[-1])


def _merge(steps: Sequence[Step]) -> Iterator[Step]:
    """Join neighbouring steps that are alike; what is changed, added and left out is."""
    held: Step | None = None
    for step in steps:
        if held and not held.shown and not step.shown and held.same == step.same:
            held = Step(held.start, step.end, held.other_start, step.other_end, held.same)
            continue
        if held:
            yield held
        held = step
    if held:
        yield held
