"""Scored sentences become quotes: disjoint, joined where they touch, without copies."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag import quotes
from rag.types import Article, Passage, ScoredSpan
from tests import making
from tests.strategies import quotable

TEXT = "Rain fell. The river rose. Nobody slept. Boats came. Morning broke."


def passage(text: str = TEXT, name: str = "a") -> Passage:
    (cut,) = making.cut(making.article(text, name=name))
    return cut


def score(scores: list[float], text: str = TEXT, name: str = "a") -> list[ScoredSpan]:
    whole = passage(text, name)
    return [
        ScoredSpan(whole, span, each)
        for span, each in zip(whole.sentences, scores, strict=False)
        if each
    ]


def choose(*scored: ScoredSpan, limit: int = 5) -> list[str]:
    ordered = sorted(scored, key=lambda each: -each.score)
    return [quote.text for quote in quotes.choose(ordered, limit=limit)]


def test_of_nothing_scored_nothing_is_quoted() -> None:
    assert quotes.choose([], limit=5) == quotes.nearest([], limit=5) == ()


def test_the_best_sentence_is_quoted_first_as_it_stands() -> None:
    assert choose(*score([0.7, 0, 0.9])) == ["Nobody slept.", "Rain fell."]


def test_a_sentence_far_below_the_best_is_not_quoted() -> None:
    assert choose(*score([0.9, 0, 0.9 * quotes.SHARE_OF_BEST * 0.99])) == ["Rain fell."]


def test_neighbours_are_joined_in_the_order_of_the_text() -> None:
    assert choose(*score([0.8, 0.9])) == ["Rain fell. The river rose."]


def test_a_sentence_that_lies_between_two_quotes_joins_the_better() -> None:
    scored = score([0.9, 0.7, 0.8])
    assert choose(*scored) == ["Rain fell. The river rose.", "Nobody slept."]


def test_no_quote_is_joined_of_more_sentences_than_are_allowed() -> None:
    counts = [text.count(".") for text in choose(*score([0.9, 0.89, 0.88, 0.87, 0.86]))]
    assert max(counts) == quotes.LONGEST
    assert sum(counts) == 5


def test_the_same_words_are_quoted_once_whatever_their_case_and_spaces() -> None:
    first, second = score([0.9], name="a"), score([0.8], "RAIN  fell. It poured.", "b")
    assert choose(*first, *second) == ["Rain fell."]


def test_sentences_of_two_articles_are_never_joined() -> None:
    first, second = score([0.9], name="a"), score([0, 0.8], name="b")
    assert choose(*first, *second) == ["Rain fell.", "The river rose."]


@pytest.mark.parametrize("limit", [1, 2])
def test_no_more_quotes_are_chosen_than_are_wanted(limit: int) -> None:
    assert len(choose(*score([0.9, 0, 0.8, 0, 0.7]), limit=limit)) == limit


DENIED = "Rain fell. Boats came. Rebels took the fort, they said. The army denied this. Dawn broke."


def test_a_quote_takes_along_that_its_claim_was_denied() -> None:
    assert choose(*score([0, 0, 0.9], DENIED)) == [
        "Rebels took the fort, they said. The army denied this."
    ]


def test_no_quote_is_joined_that_would_leave_a_denial_no_room() -> None:
    assert choose(*score([0.9, 0.88, 0.86], DENIED)) == [
        "Rain fell. Boats came.",
        "Rebels took the fort, they said. The army denied this.",
    ]


def test_a_sentence_whose_bond_is_part_of_a_full_quote_is_left_out() -> None:
    text = "Rain fell. Boats came. Rumours ran through the camp. The border was open."
    assert choose(*score([0.9, 0.88, 0.86, 0.84], text)) == [
        "Rain fell. Boats came. Rumours ran through the camp."
    ]


def test_a_sentence_that_a_better_quote_took_along_is_not_quoted_again() -> None:
    (quote,) = choose(*score([0, 0, 0.9, 0.8], DENIED))
    assert quote.endswith("The army denied this.")


LEANING = "Ana Ruiz leads the council. She will not stand again. The river rose."


def test_a_sentence_that_leans_on_another_has_it_as_its_lead() -> None:
    (quote,) = quotes.choose(score([0, 0.9], LEANING), limit=5)
    assert (quote.text, quote.lead_text) == (
        "She will not stand again.",
        "Ana Ruiz leads the council.",
    )


def test_a_quote_that_is_joined_with_its_lead_has_none() -> None:
    (quote,) = quotes.choose(score([0.8, 0.9], LEANING)[::-1], limit=5)
    assert (quote.text, quote.lead) == (
        "Ana Ruiz leads the council. She will not stand again.",
        None,
    )


def test_the_nearest_do_not_mislead_either() -> None:
    (quote,) = quotes.nearest(score([0, 0, 0.1], DENIED), limit=1)
    assert quote.text.endswith("The army denied this.")


def test_the_nearest_are_the_best_sentence_of_each_passage() -> None:
    scored = sorted(
        [*score([0.2, 0.3], name="a"), *score([0.1, 0.25], name="b")], key=lambda each: -each.score
    )
    near = quotes.nearest(scored, limit=5)
    assert [(quote.source.id, quote.text) for quote in near] == [
        ("a", "The river rose."),
        ("b", "The river rose."),
    ]
    assert len(quotes.nearest(scored, limit=1)) == 1


@given(quotable, st.data())
def test_quotes_are_cut_from_the_article_disjoint_and_best_first(
    article: Article, data: st.DataObject
) -> None:
    spans = [(each, span) for each in making.cut(article, budget=12) for span in each.sentences]
    picked = data.draw(st.lists(st.sampled_from(spans), unique=True, min_size=1))
    scores = data.draw(st.lists(st.floats(0.01, 1), min_size=len(picked), max_size=len(picked)))
    scored = [
        ScoredSpan(whole, span, each)
        for (whole, span), each in zip(picked, sorted(scores, reverse=True), strict=True)
    ]
    limit = data.draw(st.integers(1, 6))
    chosen = quotes.choose(scored, limit=limit)
    assert 1 <= len(chosen) <= limit
    assert chosen[0].span.covers(scored[0].span)
    assert chosen[0].score == scored[0].score
    assert [each.score for each in chosen] == sorted((e.score for e in chosen), reverse=True)
    for place, quote in enumerate(chosen):
        assert quote.text == article.text[quote.span.start : quote.span.end]
        assert not any(quote.span.overlaps(other.span) for other in chosen[:place])
        inside = [each for each in quote.passage.sentences if quote.span.covers(each)]
        assert len(inside) <= quotes.LONGEST
    for quote in quotes.nearest(scored, limit=limit):
        assert quote.text == article.text[quote.span.start : quote.span.end]
