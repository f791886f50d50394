"""Scored sentences become quotes: disjoint, joined where they touch, without copies."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag import quotes
from rag.copies import are_copies
from rag.types import Article, Passage, ScoredSpan
from rag.verdict import ENOUGH
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


def side(name: str, text: str, scores: list[float], day: int | None = None) -> list[ScoredSpan]:
    """Score the sentences of an article of a day in March."""
    published = date(2020, 3, day) if day else None
    (whole,) = making.cut(making.article(text, name=name, published=published))
    return [
        ScoredSpan(whole, span, each)
        for span, each in zip(whole.sentences, scores, strict=True)
        if each
    ]


def show(*sides: list[ScoredSpan], limit: int = 5, several: bool = True) -> list[str]:
    """Return the articles of the cards, each with those of its copies."""
    scored = sorted((each for side in sides for each in side), key=lambda each: -each.score)
    chosen = quotes.choose(scored, limit=limit, several=several)
    return ["".join([each.source.id, *(copy.id for copy in each.copies)]) for each in chosen]


LOUD = "Boats came. Rain fell. Nobody slept. Snow fell. Winds rose."


def test_of_several_sides_each_article_has_its_say_before_any_speaks_twice() -> None:
    loud = side("a", LOUD, [0.9, 0, 0.89, 0, 0.88], 4)
    soft = side("b", "Two boats were lost.", [0.5], 3)
    assert show(loud, soft, limit=2) == ["b", "a"]
    assert show(loud, soft, limit=2, several=False) == ["a", "a"]


def test_several_sides_are_shown_by_date_the_undated_last_and_the_better_first() -> None:
    given = (
        side("a", "Rain fell.", [0.9]),
        side("b", "Boats came.", [0.6], 9),
        side("c", "Nobody slept.", [0.5], 2),
        side("d", "Snow fell.", [0.7], 9),
    )
    assert show(*given) == ["c", "d", "b", "a"]


def test_another_article_is_shown_from_a_quarter_of_the_score_that_would_be_shown_alone() -> None:
    best, low = side("a", "Rain fell.", [0.9], 1), ENOUGH / 4
    assert show(best, side("b", "Boats came.", [low], 2)) == ["a", "b"]
    assert show(best, side("b", "Boats came.", [low * 0.99], 2)) == ["a"]
    assert show(best, side("b", "Boats came.", [low], 2), several=False) == ["a"]


def test_a_second_sentence_of_an_article_needs_the_score_of_a_good_answer() -> None:
    assert show(side("a", LOUD, [0.9, 0, 0.44, 0, 0.46], 1)) == ["a", "a"]


def test_of_articles_nearly_as_good_one_of_another_day_comes_first() -> None:
    given = [
        side("a", "Rain fell.", [0.6], 1),
        side("b", "Boats came.", [0.5], 1),
        side("c", "Nobody slept.", [0.5 / quotes.NEW_DAY + 0.01], 2),
    ]
    assert show(*given, limit=2) == ["a", "c"]
    given[2] = side("c", "Nobody slept.", [0.5 / quotes.NEW_DAY - 0.01], 2)
    assert show(*given, limit=2) == ["a", "b"]


WIRE = "The dam broke at night."


@pytest.mark.parametrize("several", [True, False])
def test_copies_are_one_card_that_names_the_articles_of_all(several: bool) -> None:
    given = (
        side("a", WIRE, [0.9], 1),
        side("b", "The dam broke at night, the police said.", [0.8], 2),
        side("c", f"Snow fell. {WIRE}", [0.7, 0], 3),
        side("d", "The dam did not break at night.", [0.6], 4),
    )
    assert show(*given, several=several) == ["abc", "c", "d"]


def test_a_copy_too_poor_to_be_quoted_is_named_all_the_same() -> None:
    assert show(side("a", WIRE, [0.9], 1), side("b", WIRE, [0.01], 2), several=False) == ["ab"]


def test_what_an_article_says_in_the_words_of_another_that_is_quoted_is_no_further_side() -> None:
    first = side("a", f"{WIRE} Forty cows drowned.", [0.9, 0.2], 1)
    copy = side("b", f"{WIRE} Forty cows drowned.", [0.8, 0.7], 2)
    own = side("c", f"{WIRE} Later a horse was saved.", [0.8, 0.6], 3)
    assert show(first, copy) == ["ab"]
    assert show(first, own) == ["ac", "c"]


@given(st.data())
def test_of_several_sides_no_quote_copies_another_and_all_are_in_order(data: st.DataObject) -> None:
    sentences = (WIRE, "Boats came.", "Nobody slept.", "Nine cows drowned.", "Ten cows drowned.")
    scores = st.floats(0.01, 1)
    scored: list[ScoredSpan] = []
    for name in "abcde"[: data.draw(st.integers(1, 5))]:
        text = " ".join(data.draw(st.lists(st.sampled_from(sentences), min_size=1, max_size=4)))
        day = data.draw(st.none() | st.integers(1, 3))
        given_scores = [data.draw(scores) for _ in making.cut(making.article(text))[0].sentences]
        scored += side(name, text, given_scores, day)
    scored.sort(key=lambda each: -each.score)
    limit = data.draw(st.integers(1, 5))
    chosen = quotes.choose(scored, limit=limit, several=True)
    assert 1 <= len(chosen) <= limit
    assert any(each.span.covers(scored[0].span) for each in chosen)
    days = [each.source.published for each in chosen]
    assert days == sorted(days, key=lambda day: day or date.max)
    for place, quote in enumerate(chosen):
        for other in chosen[:place]:
            assert not are_copies(quote.text, other.text)
            apart = quote.source.id != other.source.id or not quote.span.overlaps(other.span)
            assert apart
        for copy in quote.copies:
            assert any(
                are_copies(quote.passage.cut(span), each.passage.cut(each.span))
                for span in quote.passage.sentences
                if quote.span.covers(span)
                for each in scored
                if each.passage.source.id == copy.id
            )


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
