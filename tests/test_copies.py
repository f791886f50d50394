"""Copies of one wire text are told from other claims: the pairs of data/copies.jsonl.

The pairs are invented. Those marked `aside` were written first and looked at last. Then 17 of the
20 came out right, and all ten that make another claim; rules that were wrong in general were mended
since. A word in the place of one that means the same still makes two of a text.
"""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.copies import are_copies
from tests import tables
from tests.strategies import texts

ROWS = tables.read("copies")
ASIDE = [row for row in ROWS if row.get("aside")]
USED = [row for row in ROWS if not row.get("aside")]

SENTENCES = (
    *("The army took the eastern bank on Monday", "Farmers lost the harvest to the flood"),
    *("Police shut the road to the border", "The mayor opened the new hospital in Sarn"),
)
numbers = st.integers(2, 99_999)


def is_right(row: dict[str, Any]) -> bool:
    return are_copies(row["first"], row["second"]) == bool(row["copy"])


def test_the_table_is_large_has_both_and_is_partly_kept_aside() -> None:
    assert len(ROWS) == len({row["id"] for row in ROWS}) >= 60
    assert len(ROWS) / 3 <= sum(row["copy"] for row in ROWS) <= 2 * len(ROWS) / 3
    assert len(ASIDE) >= len(ROWS) / 4


@pytest.mark.parametrize("row", USED, ids=lambda row: row["id"])
def test_a_copy_is_told_from_another_claim(row: dict[str, Any]) -> None:
    assert is_right(row)


def test_of_the_pairs_kept_aside_most_are_told_and_no_other_claim_is_taken_for_a_copy() -> None:
    assert sum(map(is_right, ASIDE)) >= 0.85 * len(ASIDE)
    assert all(is_right(row) for row in ASIDE if not row["copy"])


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["id"])
def test_it_does_not_matter_which_comes_first(row: dict[str, Any]) -> None:
    assert are_copies(row["first"], row["second"]) == are_copies(row["second"], row["first"])


@given(texts)
def test_every_text_is_a_copy_of_itself_whatever_its_case_and_spaces(text: str) -> None:
    assert are_copies(text, text)
    assert are_copies(text, f"  {text}\n")


@given(st.sampled_from(SENTENCES), numbers, numbers)
def test_sentences_with_other_numbers_are_never_copies(text: str, one: int, other: int) -> None:
    same = are_copies(f"{text}, killing {one} people.", f"{text}, killing {other:,} people.")
    assert same == (one == other)


@pytest.mark.parametrize("text", SENTENCES)
@pytest.mark.parametrize("turn", ["Nobody said: {}", "It is not true that {}", "{}, or may have"])
def test_a_sentence_is_no_copy_of_its_denial_or_doubt(text: str, turn: str) -> None:
    assert not are_copies(text, turn.format(text))


@given(texts, texts)
def test_any_texts_can_be_compared(one: str, other: str) -> None:
    assert are_copies(one, other) == are_copies(other, one)
