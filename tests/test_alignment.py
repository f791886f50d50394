"""Alignment: the best way to lay one sequence of words beside a part of another."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.checking.alignment import (
    ADDED,
    ANYTHING,
    CHANGED,
    FARTHEST,
    LEFT_OUT,
    OPEN,
    SAME_WORD,
    Alignment,
    align,
)

words = st.lists(st.integers(1, 4), min_size=1, max_size=7)


def lay(first: list[int], second: list[int], *, far: bool = True) -> Alignment:
    return align(
        first,
        np.array(second, dtype=np.int32),
        [True] * len(first),
        np.ones(len(second), dtype=np.bool_),
        far=far,
    )


def show(first: list[int], second: list[int], *, far: bool = True) -> str:
    shown = {(True, False): "=", (False, True): "~", (False, False): "!"}
    return " ".join(
        f"{shown[step.same, step.shown]}{step.start}-{step.end}:{step.other_start}-{step.other_end}"
        for step in lay(first, second, far=far).steps
    )


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ([1, 2, 3], [9, 1, 2, 3, 9], "=0-3:1-4"),
        ([1, 2, 3, 4], [1, 2, 8, 4], "=0-2:0-2 !2-3:2-3 =3-4:3-4"),
        ([1, 2, 3, 4], [1, 2, 4], "=0-2:0-2 !2-3:2-2 =3-4:2-3"),
        ([1, 2, 4, 5], [1, 2, 3, 4, 5], "=0-2:0-2 !2-2:2-3 =2-4:3-5"),
        ([1, 2, ANYTHING, 5, 6], [1, 2, 3, 4, 5, 6], "=0-2:0-2 ~2-3:2-4 =3-5:4-6"),
        ([1, 2, ANYTHING, 3], [1, 2, 3], "=0-2:0-2 ~2-3:2-2 =3-4:2-3"),
        ([1, 2, 7, 8], [1, 2, 1, 2, 7, 8], "=0-4:2-6"),
        ([7], [1, 2], "!0-1:0-1"),
    ],
)
def test_steps_say_what_stands_for_what(first: list[int], second: list[int], expected: str) -> None:
    assert show(first, second) == expected


def test_what_is_left_out_ends_where_it_can_end_latest() -> None:
    assert show([1, 9, 2], [1, 9, 5, 9, 2]) == "=0-2:0-2 !2-2:2-4 =2-3:4-5"


def test_words_far_apart_are_joined_only_if_wanted() -> None:
    first = [1, 2, 3, 4, 5, 6, 7, 8]
    second = [1, 2, 3, 4, *[9] * 500, 5, 6, 7, 8]
    assert show(first, second) == "=0-4:0-4 !4-4:4-504 =4-8:504-508"
    assert lay(first, second).score == 8 * SAME_WORD - OPEN - FARTHEST * LEFT_OUT
    assert "504" not in show(first, second, far=False)


def score_slowly(first: list[int], second: list[int]) -> int:
    """Try every way: the meaning of an alignment's score, written down as directly as can be."""

    def go(row: int, column: int, last: str) -> int:
        if row == len(first):
            return 0
        ways = []
        if first[row] == ANYTHING:
            return max(go(row + 1, place, "any") for place in range(column, len(second) + 1))
        if column < len(second):
            gain = SAME_WORD if first[row] == second[column] else CHANGED
            ways.append(gain + go(row + 1, column + 1, "pair"))
        ways.append(-ADDED - (0 if last == "added" else OPEN) + go(row + 1, column, "added"))
        if last in ("pair", "added"):
            ways += [
                -OPEN - LEFT_OUT * min(size, FARTHEST) + go(row, column + size, "left out")
                for size in range(1, len(second) - column + 1)
            ]
        return max(ways)

    return max(go(0, column, "start") for column in range(len(second) + 1))


@given(words.map(lambda each: each[:4]), words.map(lambda each: each[:5]))
def test_no_other_way_scores_higher(first: list[int], second: list[int]) -> None:
    assert lay(first, second).score == score_slowly(first, second)


@given(st.lists(st.integers(-1, 4).filter(bool), min_size=1, max_size=9), words)
def test_steps_cover_the_first_sequence_in_order(first: list[int], second: list[int]) -> None:
    steps = lay(first, second).steps
    assert (steps[0].start, steps[-1].end) == (0, len(first))
    for step, following in pairwise(steps):
        assert (step.end, step.other_end) == (following.start, following.other_start)
    for step in steps:
        mine, other = first[step.start : step.end], second[step.other_start : step.other_end]
        assert (mine == other) if step.same else (mine or other)
        assert (mine == [ANYTHING]) == step.shown
