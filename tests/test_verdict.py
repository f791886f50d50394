"""The verdict: answered or not, how sure, and why."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.types import Query, ScoredSpan
from rag.verdict import ENOUGH, decide
from tests import making

(PASSAGE,) = making.cut(making.article("Rain fell. The river rose."))


def scored(*scores: float) -> list[ScoredSpan]:
    return [
        ScoredSpan(PASSAGE, span, each)
        for span, each in zip(PASSAGE.sentences, scores, strict=False)
    ]


@pytest.mark.parametrize(
    "filters", [{"since": date(2020, 1, 1)}, {"until": date(2020, 1, 1)}, {"publishers": ("a",)}]
)
def test_when_the_filters_leave_nothing_the_reason_is_the_filters(filters: Any) -> None:
    verdict = decide(Query("Who?", "Who?", **filters), [], unknown=[])
    assert (verdict.found, verdict.confidence) == (False, 0.0)
    assert "filters" in verdict.reason


def test_when_nothing_is_there_the_reason_does_not_blame_filters() -> None:
    verdict = decide(Query("Who?", "Who?"), [], unknown=[])
    assert not verdict.found
    assert "filter" not in verdict.reason


def test_a_best_sentence_that_is_just_enough_answers() -> None:
    assert decide(Query("Who?", "Who?"), scored(ENOUGH), unknown=[]).found
    assert not decide(Query("Who?", "Who?"), scored(ENOUGH - 1e-6), unknown=[]).found


def test_an_abstention_names_the_words_that_no_article_holds() -> None:
    verdict = decide(Query("Who?", "Who?"), scored(0.1), unknown=["marmalade", "zebra"])
    assert "“marmalade”" in verdict.reason
    assert "“zebra”" in verdict.reason


@given(st.floats(0, 1), st.lists(st.text(max_size=5), max_size=2))
def test_confidence_is_a_probability_and_a_reason_is_always_given(
    best: float, unknown: list[str]
) -> None:
    verdict = decide(Query("Who?", "Who?"), scored(best, best / 2), unknown=unknown)
    assert 0 <= verdict.confidence <= 1
    assert verdict.reason


@given(st.floats(0, 1), st.floats(0, 1))
def test_a_better_best_sentence_never_lowers_confidence(one: float, other: float) -> None:
    low, high = sorted((one, other))
    less, more = (decide(Query("Who?", "Who?"), scored(each), unknown=[]) for each in (low, high))
    assert less.confidence <= more.confidence
    assert less.found <= more.found
