"""The verdict: answered or not, how sure, and why."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.types import Query, ScoredSpan
from rag.verdict import ENOUGH, Verdict, decide
from tests import making

(PASSAGE,) = making.cut(making.article("Rain fell. The river rose."))
FILTERS = [
    ({"since": date(2020, 1, 1)}, "in this date range"),
    ({"until": date(2020, 1, 1)}, "in this date range"),
    ({"publishers": ("a",)}, "by these publishers"),
]


def judge(
    *scores: float, words: Sequence[str] = (), unknown: Sequence[str] = (), **filters: Any
) -> Verdict:
    scored = [
        ScoredSpan(PASSAGE, span, each)
        for span, each in zip(PASSAGE.sentences, scores, strict=False)
    ]
    return decide(Query("Who?", "Who?", **filters), scored, words=words, unknown=unknown)


@pytest.mark.parametrize(("filters", "named"), FILTERS)
@pytest.mark.parametrize("scores", [(), (ENOUGH / 2,)])
def test_the_reason_names_the_filters_that_left_no_answer(
    filters: Any, named: str, scores: tuple[float, ...]
) -> None:
    verdict = judge(*scores, words=["rain"], **filters)
    assert not verdict.found
    assert named in verdict.reason


def test_when_nothing_is_there_the_reason_does_not_blame_filters() -> None:
    assert judge() == Verdict(False, 0.0, "the archive holds no article")


def test_a_best_sentence_that_is_just_enough_answers() -> None:
    assert judge(ENOUGH).found
    assert not judge(ENOUGH - 1e-6).found


def test_an_abstention_names_the_words_that_no_article_holds() -> None:
    reason = judge(0.1, words=["rain", "marmalade", "zebra"], unknown=["marmalade", "zebra"]).reason
    assert "“marmalade”" in reason
    assert "“zebra”" in reason


def test_an_abstention_says_whether_words_range_or_answer_are_missing() -> None:
    words = ["marmalade", "zebra"]
    assert judge(0.1, words=words, unknown=words).reason == (
        "the archive holds nothing about these words"
    )
    assert judge(words=words, since=date(2020, 1, 1)).reason == (
        "the archive holds no article in this date range"
    )
    assert judge(0.1, words=words).reason == (
        "passages are near the topic, but none answers the question"
    )


@given(st.floats(0, 1), st.lists(st.text(max_size=5), max_size=2))
def test_confidence_is_a_probability_and_a_reason_is_always_given(
    best: float, unknown: list[str]
) -> None:
    verdict = judge(best, best / 2, words=[*unknown, "rain"], unknown=unknown)
    assert 0 <= verdict.confidence <= 1
    assert verdict.reason


@given(st.floats(0, 1), st.floats(0, 1))
def test_a_better_best_sentence_never_lowers_confidence(one: float, other: float) -> None:
    less, more = (judge(each) for each in sorted((one, other)))
    assert less.confidence <= more.confidence
    assert less.found <= more.found
