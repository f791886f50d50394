"""Whole sentences are packed into passages; nothing of the body is lost or cut in two."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag import sentences
from rag.passages import CHARS_A_TOKEN
from rag.types import Article, Span
from tests import making
from tests.strategies import articles

budgets = st.integers(4, 60)


def rows(count: int, words: int = 8) -> str:
    return " ".join(f"Row {number}{' oar' * (words - 2)}." for number in range(count))


def test_a_short_article_is_one_passage() -> None:
    (passage,) = making.cut(making.article("Rain fell. The river rose."))
    assert passage.text == "Rain fell. The river rose."
    assert passage.sentences == (Span(0, 10), Span(11, 26))


@pytest.mark.parametrize(("count", "sizes"), [(5, [5]), (6, [3, 3]), (9, [5, 4]), (11, [4, 4, 3])])
def test_sentences_are_shared_out_evenly(count: int, sizes: list[int]) -> None:
    cut = making.cut(making.article(rows(count)), budget=40)
    assert [len(passage.sentences) for passage in cut] == sizes


def test_a_sentence_that_would_just_exceed_the_budget_starts_the_next_passage() -> None:
    text = " ".join(f"Row{' oar' * (words - 1)}." for words in (9, 2, 9))
    cut = making.cut(making.article(text), budget=10)
    assert [making.count_words([passage.text]) for passage in cut] == [[9], [2], [9]]


def test_an_article_without_a_body_has_no_passages() -> None:
    assert making.cut(making.article("Rain fell.", body=())) == ()
    assert making.cut(making.article(" \n ")) == ()


def test_a_passage_never_reaches_across_what_is_not_body() -> None:
    text = "Rain fell. SHARE THIS The river rose."
    cut = making.cut(making.article(text, body=[Span(0, 10), Span(22, 37)]))
    assert [passage.text for passage in cut] == ["Rain fell.", "The river rose."]


@pytest.mark.parametrize("text", ["x" * 1000, "oar " * 250, "水" * 1000, "👩‍🚒" * 300])
def test_a_sentence_beyond_the_budget_is_split_so_that_every_part_fits_the_model(text: str) -> None:
    cut = making.cut(making.article(text), budget=10)
    assert len(cut) > 1
    assert all(len(each) <= 10 * CHARS_A_TOKEN for passage in cut for each in passage.sentences)


@given(articles(), budgets)
def test_a_passage_is_a_slice_of_its_article(article: Article, budget: int) -> None:
    for number, passage in enumerate(making.cut(article, budget=budget)):
        assert passage.number == number
        assert passage.source == article.source
        assert passage.text == article.text[passage.span.start : passage.span.end]
        for span in passage.sentences:
            assert passage.cut(span) == article.text[span.start : span.end]


@given(articles(), budgets)
def test_passages_are_ordered_disjoint_and_each_inside_one_run_of_the_body(
    article: Article, budget: int
) -> None:
    cut = making.cut(article, budget=budget)
    assert all(one.span.end <= other.span.start for one, other in pairwise(cut))
    for passage in cut:
        assert sum(run.covers(passage.span) for run in article.body) == 1
        pieces = passage.sentences
        assert all(one.end <= other.start for one, other in pairwise(pieces))
        assert (pieces[0].start, pieces[-1].end) == (passage.span.start, passage.span.end)


@given(articles(), budgets)
def test_every_sentence_of_the_body_is_in_the_passages_once(article: Article, budget: int) -> None:
    pieces = [span for each in making.cut(article, budget=budget) for span in each.sentences]
    split = [span for run in article.body for span in sentences.split(article.text, run)]
    assert all(sum(whole.covers(piece) for whole in split) == 1 for piece in pieces)
    for whole in split:
        inside = [piece for piece in pieces if whole.covers(piece)]
        assert (inside[0].start, inside[-1].end) == (whole.start, whole.end)
        assert all(
            not article.text[one.end : other.start].strip() for one, other in pairwise(inside)
        )


@given(articles(), budgets)
def test_a_passage_beyond_the_budget_is_a_single_piece(article: Article, budget: int) -> None:
    for passage in making.cut(article, budget=budget):
        counts = making.count_words([passage.cut(span) for span in passage.sentences])
        assert sum(counts) <= budget or len(passage.sentences) == 1
        assert all(len(span) <= budget * CHARS_A_TOKEN for span in passage.sentences)
