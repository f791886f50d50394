"""What must hold of a value is checked when it is made."""

from dataclasses import FrozenInstanceError
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.types import Answer, Article, Passage, Query, Quote, ScoredSpan, Source, Span
from tests import making
from tests.strategies import days

TEXT = "Rain fell. The river rose. Nobody slept."
RAIN, RIVER, NOBODY = Span(0, 10), Span(11, 26), Span(27, 40)
QUERY = Query("Who slept?", "Who slept?")

spans = st.tuples(st.integers(0, 50), st.integers(1, 50)).map(lambda it: Span(it[0], it[0] + it[1]))


def passage(name: str = "a") -> Passage:
    return Passage.of(making.article(TEXT, name=name), [RAIN, RIVER, NOBODY], number=0)


def answer(*quotes: Quote, confidence: float = 0.5) -> Answer:
    return Answer("Who slept?", QUERY, quotes, (), confidence, "because")


@pytest.mark.parametrize(("start", "end"), [(0, 0), (3, 3), (4, 2), (-1, 2), (-3, -1)])
def test_a_span_that_is_empty_backward_or_negative_is_refused(start: int, end: int) -> None:
    with pytest.raises(ValueError, match="span"):
        Span(start, end)


@given(spans, st.text(max_size=120))
def test_a_span_cuts_exactly_its_range_or_refuses(span: Span, text: str) -> None:
    if span.end <= len(text):
        assert span.cut(text) == text[span.start : span.end]
        assert len(span.cut(text)) == len(span)
    else:
        with pytest.raises(ValueError, match="beyond"):
            span.cut(text)


@given(spans, spans)
def test_overlapping_and_covering_agree_with_the_sets_of_offsets(one: Span, other: Span) -> None:
    first, second = set(range(one.start, one.end)), set(range(other.start, other.end))
    assert one.overlaps(other) == other.overlaps(one) == bool(first & second)
    assert one.covers(other) == (second <= first)


@given(spans, st.integers(0, 100))
def test_a_shifted_span_keeps_its_length(span: Span, by: int) -> None:
    assert span.shifted(by) == Span(span.start + by, span.end + by)


def test_values_cannot_be_changed() -> None:
    quote = Quote(passage(), RAIN, 1.0)
    for value, name in ((RAIN, "start"), (quote, "span"), (quote.source, "id"), (QUERY, "wording")):
        with pytest.raises(FrozenInstanceError):
            setattr(value, name, 1)


def test_a_source_needs_an_id() -> None:
    with pytest.raises(ValueError, match="id"):
        making.source("")


def test_an_article_refuses_a_text_that_its_digest_does_not_match() -> None:
    with pytest.raises(ValueError, match="digest"):
        Article(making.source(text=TEXT), TEXT + " ", ())


@pytest.mark.parametrize(
    "body",
    [[Span(0, 41)], [Span(0, 20), Span(19, 30)], [Span(20, 30), Span(0, 10)], [Span(50, 51)]],
)
def test_an_article_refuses_a_body_that_is_not_ordered_disjoint_and_inside(body: Any) -> None:
    with pytest.raises(ValueError, match="body"):
        making.article(TEXT, body=body)


def test_a_passage_is_cut_from_the_first_to_the_last_of_its_sentences() -> None:
    cut = Passage.of(making.article(TEXT), [RIVER, NOBODY], number=3)
    assert (cut.span, cut.text, cut.number) == (Span(11, 40), TEXT[11:40], 3)
    assert cut.cut(NOBODY) == "Nobody slept."


def test_a_passage_refuses_a_span_outside_it() -> None:
    cut = Passage.of(making.article(TEXT), [RIVER], number=0)
    with pytest.raises(ValueError, match="inside"):
        cut.cut(RAIN)


@pytest.mark.parametrize(
    ("span", "sentences"), [(Span(0, 9), (RAIN,)), (RAIN, ()), (RAIN, (RIVER,))]
)
def test_a_passage_refuses_what_does_not_fit_its_span(span: Span, sentences: Any) -> None:
    with pytest.raises(ValueError, match="passage"):
        Passage(making.source(), span, "Rain fell.", 0, sentences)


@pytest.mark.parametrize(
    "make",
    [
        lambda: Quote(Passage.of(making.article(TEXT), [RAIN], number=0), RIVER, 1.0),
        lambda: Quote(passage(), RAIN, 1.0, answer=Span(5, 12)),
        lambda: Quote(passage(), RIVER, 1.0, lead=Span(30, 60)),
        lambda: ScoredSpan(passage(), Span(30, 41), 1.0),
        lambda: ScoredSpan(passage(), RAIN, 1.0, answer=RIVER),
    ],
)
def test_a_part_that_is_not_inside_its_whole_is_refused(make: Any) -> None:
    with pytest.raises(ValueError, match="inside"):
        make()


@pytest.mark.parametrize("lead", [NOBODY, RIVER, Span(0, 13)])
def test_a_lead_that_does_not_stand_before_its_quote_is_refused(lead: Span) -> None:
    with pytest.raises(ValueError, match="before its quote"):
        Quote(passage(), RIVER, 1.0, lead=lead)


def test_a_lead_is_cut_from_the_passage() -> None:
    assert Quote(passage(), RIVER, 1.0, lead=RAIN).lead_text == "Rain fell."
    assert Quote(passage(), RIVER, 1.0).lead_text == ""


@pytest.mark.parametrize("names", ["a", "ba", "bb"])
def test_a_copy_is_of_another_article_and_named_once(names: str) -> None:
    with pytest.raises(ValueError, match="other articles"):
        Quote(passage(), RAIN, 1.0, copies=tuple(making.source(name) for name in names))


def test_a_quote_derives_its_text_source_and_id_from_the_cut() -> None:
    made = making.article(TEXT)
    quote = Quote(Passage.of(made, [RIVER, NOBODY], number=0), NOBODY, 0.7, Span(27, 33))
    assert quote.text == made.text[27:40] == "Nobody slept."
    assert quote.source is made.source
    assert quote.id == f"a@{made.source.digest[:12]}:27-40"


def test_quotes_of_an_answer_never_overlap_within_an_article() -> None:
    with pytest.raises(ValueError, match="overlap"):
        answer(Quote(passage(), NOBODY, 0.9), Quote(passage(), Span(20, 28), 0.8))


def test_the_same_range_of_two_articles_may_be_quoted() -> None:
    quotes = (Quote(passage("b"), RAIN, 0.9), Quote(passage("a"), RAIN, 0.8))
    assert answer(*quotes).quotes == quotes


@pytest.mark.parametrize("confidence", [-0.01, 1.01, float("nan")])
def test_confidence_is_a_probability(confidence: float) -> None:
    with pytest.raises(ValueError, match="confidence"):
        answer(confidence=confidence)


def test_an_answer_is_found_when_it_has_quotes() -> None:
    assert not answer().found
    assert answer(Quote(passage(), RAIN, 0.9)).found


def test_a_query_refuses_a_range_that_ends_before_it_begins() -> None:
    with pytest.raises(ValueError, match="2020-03-02"):
        Query("a", "a", since=date(2020, 3, 2), until=date(2020, 3, 1))


@pytest.mark.parametrize(
    ("since", "until", "published", "admitted"),
    [
        (None, None, None, True),
        (date(2020, 3, 1), None, None, False),
        (None, date(2020, 3, 1), None, False),
        (date(2020, 3, 1), None, date(2020, 3, 1), True),
        (date(2020, 3, 1), None, date(2020, 2, 29), False),
        (None, date(2020, 3, 1), date(2020, 3, 1), True),
        (None, date(2020, 3, 1), date(2020, 3, 2), False),
        (date(2020, 3, 1), date(2020, 3, 1), date(2020, 3, 1), True),
    ],
)
def test_a_range_of_days_holds_both_its_ends_and_no_undated_article(
    since: date | None, until: date | None, published: date | None, admitted: bool
) -> None:
    assert Query("a", "a", since, until).admits(making.source(published=published)) is admitted


@given(days, st.sampled_from(["", "Coast Post"]), st.sampled_from([(), ("Coast Post",)]))
def test_a_query_that_does_not_narrow_admits_everything(
    day: date | None, publisher: str, publishers: tuple[str, ...]
) -> None:
    query = Query("a", "a", publishers=publishers)
    found: Source = making.source(publisher=publisher, published=day)
    assert query.narrows is bool(publishers)
    assert query.admits(found) is (not publishers or publisher in publishers)
