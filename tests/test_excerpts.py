"""Passages that follow on each other become excerpts, in which every offset stays what it was."""

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from rag.excerpts import LONGEST, join_neighbours
from rag.types import Article, Hit, Passage, Span
from tests import making
from tests.strategies import quotable

TEXT = "The tide rose. Nobody slept. Rain fell. The river rose. A dam broke. Boats came."


def find(*passages: Passage) -> list[Hit]:
    return [Hit(each, 1.0) for each in passages]


def numbers(hits: list[Hit]) -> list[list[int]]:
    return [[hit.passage.number for hit in each.hits] for each in join_neighbours(hits)]


@given(quotable, st.randoms())
def test_every_passage_is_in_one_excerpt_where_its_offsets_say(
    article: Article, order: Random
) -> None:
    hits = find(*making.cut(article, budget=12))
    order.shuffle(hits)
    excerpts = join_neighbours(hits)
    assert sorted(hit.passage.number for each in excerpts for hit in each.hits) == list(
        range(len(hits))
    )
    for each in excerpts:
        for hit in each.hits:
            start = hit.passage.span.start - each.origin
            assert each.text[start:].startswith(hit.passage.text)


def test_only_what_follows_without_a_gap_is_joined() -> None:
    passages = making.cut(making.article(TEXT), budget=6)
    assert len(passages) == 3
    assert numbers(find(*passages)) == [[0, 1, 2]]
    assert numbers(find(passages[2], passages[0])) == [[2], [0]]
    assert numbers(find(passages[2], passages[0], passages[1])) == [[0, 1, 2]]


def test_what_is_not_body_is_not_read_across() -> None:
    body = (Span(0, 28), Span(40, len(TEXT)))
    passages = making.cut(making.article(TEXT, body=body), budget=40)
    assert numbers(find(*passages)) == [[0], [1]]


def test_passages_of_different_articles_are_not_joined() -> None:
    (first,) = making.cut(making.article("The tide rose."))
    (second,) = making.cut(making.article("Nobody slept.", name="b"))
    assert numbers(find(second, first)) == [[0], [0]]


def test_an_excerpt_has_a_limit() -> None:
    passages = making.cut(making.article("The tide rose. " * 300), budget=40)
    excerpts = join_neighbours(find(*passages))
    assert all(len(each.text) <= LONGEST for each in excerpts)
    assert all(len(each.hits) > 1 for each in excerpts[:-1])


def test_the_title_stands_before_the_first_passage_alone() -> None:
    passages = making.cut(making.article(TEXT, title="A tide"), budget=6)
    (excerpt,) = join_neighbours(find(*passages))
    assert excerpt.text == f"A tide\n{TEXT}"
