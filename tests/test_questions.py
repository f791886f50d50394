"""A question is refused with advice, or becomes a query that stands alone."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag import questions
from rag.errors import QuestionError
from rag.types import Query


def read(question: str, history: Any = (), **filters: Any) -> Query:
    return questions.read(question, history=history, max_chars=2_000, **filters)


@pytest.mark.parametrize(
    ("question", "about"),
    [
        ("", "blank"),
        (" \t\n\u00a0\u3000", "blank"),
        ("\u200b\u200d\ufeff", "blank"),
        ("???", "no word"),
        ("🙂", "no word"),
        ("— … !", "no word"),
        ("Who\x00 left?", "U\\+0000"),
        ("Who \x1b[2J left?", "U\\+001B"),
        ("Who \ud800 left?", "U\\+D800"),
        ("a" * 2_001, "2,001 characters, 2,000 is the most"),
        ("Who left? " * 10_000, "100,000 characters"),
    ],
)
def test_a_question_that_cannot_be_asked_is_refused_with_a_next_step(
    question: str, about: str
) -> None:
    with pytest.raises(QuestionError, match=about) as caught:
        read(question)
    assert isinstance(caught.value, ValueError)
    _, _, advice = str(caught.value).partition("; ")
    assert advice


def test_a_question_may_have_as_many_characters_as_allowed() -> None:
    assert read("a" * 2_000).wording == "a" * 2_000


@pytest.mark.parametrize(
    ("question", "wording"),
    [
        ("  Who\n left\tthe  harbour? ", "Who left the harbour?"),
        ("Who\u00a0left?", "Who left?"),
        ("Cafe\u0301 prices?", "Café prices?"),
        ("Who\u200b left?", "Who left?"),
        ("Wer spricht Ελληνικά или 日本語?", "Wer spricht Ελληνικά или 日本語?"),
    ],
)
def test_the_wording_is_the_question_with_its_spelling_made_even(
    question: str, wording: str
) -> None:
    query = read(question)
    assert (query.question, query.wording) == (question, wording)


@pytest.mark.parametrize(
    "question",
    [
        "Who leads the Harbour Watch?",
        "How many lorries crossed the bridge on Monday?",
        "Is the island of Sarn inhabited?",
        "Which item did Itzel sell?",
        "What did Thessaly export?",
    ],
)
def test_a_question_that_stands_alone_is_searched_for_unchanged(question: str) -> None:
    assert read(question, ["What is the Morrow dam?"]).wording == question


@pytest.mark.parametrize(
    ("question", "history", "wording"),
    [
        ("Who leads it?", ["What is the Harbour Watch?"], "Who leads the Harbour Watch?"),
        ("And in Sarn?", ["How many boats sank in June?"], "How many boats sank in June in Sarn?"),
        ("What about Morrow?", ["Who runs Sarn?"], "Who runs Morrow?"),
        ("Why did they leave?", ["Did the crews leave Sarn?"], "Why did the crews leave? (Sarn)"),
        ("When was that?", ["Who closed the dam?"], "When was that? (closed dam)"),
        ("Who leads it?", [], "Who leads it?"),
        ("Who leads it?", ["Did you?"], "Who leads it?"),
    ],
)
def test_a_follow_up_is_worded_with_what_it_leans_on(
    question: str, history: list[str], wording: str
) -> None:
    assert read(question, history).wording == wording


def test_a_follow_up_of_a_follow_up_reaches_back_to_what_both_lean_on() -> None:
    wording = read("And why?", ["Who is Odile Farrant?", "What did she deny?"]).wording
    assert "Odile" in wording
    assert "Farrant" in wording


def test_only_the_questions_leaned_on_are_used() -> None:
    wording = read("Who leads it?", ["Where is Sarn?", "What is the Harbour Watch?"]).wording
    assert "Sarn" not in wording


def test_a_long_conversation_of_follow_ups_is_no_trouble() -> None:
    assert "Sarn" in read("And then?", ["Where is Sarn?", *["And then?"] * 3_000]).wording


def test_a_name_in_a_quote_that_was_shown_is_used() -> None:
    shown = [["Nobody knows."], ["Odile Farrant leads the Harbour Watch."]]
    wording = read("Is she old?", ["???", "Who leads the Watch?"], shown=shown).wording
    assert wording == "Is Odile Farrant old?"


def test_of_a_text_that_is_too_long_for_a_quote_only_the_beginning_is_read() -> None:
    for gap, named in (("", True), (" " * 2_000, False)):
        shown = [[f"The Watch is led{gap} by Odile Farrant."]]
        wording = read("Is she old?", ["Who leads the Watch?"], shown=shown).wording
        assert ("Odile Farrant" in wording) == named


@pytest.mark.parametrize("shown", ["Odile Farrant spoke.", ["Odile Farrant spoke."]])
def test_a_text_in_place_of_lists_is_refused(shown: Any) -> None:
    with pytest.raises(QuestionError, match="list of such lists"):
        read("Is she old?", ["Who leads the Watch?"], shown=shown)


TODAY = date(2020, 3, 10)


@pytest.mark.parametrize(
    ("question", "wording", "since", "until"),
    [
        ("Who left on 3 March?", "Who left?", date(2020, 3, 3), date(2020, 3, 5)),
        ("Who left last week?", "Who left?", date(2020, 3, 2), date(2020, 3, 10)),
        ("What was reported on 3 March?", None, date(2020, 3, 3), date(2020, 3, 3)),
        ("Who left since 3 March?", "Who left?", date(2020, 3, 3), None),
        ("Who left before the truce?", "Who left before the truce?", None, None),
    ],
)
def test_days_in_the_words_narrow_the_search(
    question: str, wording: str | None, since: date | None, until: date | None
) -> None:
    query = read(question, today=TODAY)
    assert (query.since, query.until) == (since, until)
    assert wording is None or query.wording == wording
    assert bool(query.dates) == bool(since)


SARN = "What happened in Sarn on 12 December 2016?"


@pytest.mark.parametrize(
    ("history", "question", "wording", "days"),
    [
        ((SARN,), "What happened the next day?", "What happened? (Sarn)", (13, 13)),
        ((SARN,), "Who left on the day before?", "Who left? (Sarn)", (11, 11)),
        ((SARN,), "And the day before that?", "And the day before that? (Sarn)", (11, 11)),
        ((SARN,), "Who was killed two days later?", "Who was killed? (Sarn)", (14, 14)),
        ((SARN,), "Who left the following week?", "Who left? (Sarn)", (19, 25)),
        ((SARN, "And two days later?"), "Who left the next morning?", "Who left? (Sarn)", (15, 15)),
    ],
)
def test_days_count_from_the_one_spoken_of_before(
    history: tuple[str, ...], question: str, wording: str, days: tuple[int, int]
) -> None:
    found = read(question, history, today=date(2016, 12, 30))
    assert found.wording == wording
    (range_,) = found.dates
    assert (range_.first, range_.last) == tuple(date(2016, 12, day) for day in days)
    assert range_.hard


@pytest.mark.parametrize(
    ("history", "question"),
    [
        ((), "What happened the next day?"),
        (("Who left Sarn in December 2016?",), "What happened the next day?"),
        ((SARN, "Let's switch to Aleppo."), "What happened the next day?"),
        ((SARN,), "What happened the day before the truce?"),
    ],
)
def test_without_such_a_day_none_is_counted(history: tuple[str, ...], question: str) -> None:
    found = read(question, history, today=date(2016, 12, 30))
    assert found.dates == ()


def test_the_day_after_one_that_nobody_stated_is_only_preferred() -> None:
    history = ("Who left Sarn on Monday?",)
    asked = {"today": date(2016, 12, 30), "history": history}
    (stated,) = read("Who left the next day?", **asked).dates
    (guessed,) = read("Who left the next day?", guessed=True, **asked).dates
    assert (stated.hard, guessed.hard) == (True, False)


def test_the_next_day_of_a_question_that_names_its_own_does_not_count_from_another() -> None:
    found = read("Who left on 3 December and the next day?", (SARN,), today=date(2016, 12, 30))
    assert [each.text for each in found.dates] == ["on 3 December"]


def test_a_vague_day_is_kept_in_the_wording_and_only_preferred() -> None:
    query = read("Who left around 3 March?", today=TODAY)
    assert (query.since, query.until, query.wording) == (None, None, "Who left around 3 March?")
    assert [each.hard for each in query.dates] == [False]


def test_days_before_the_first_article_are_only_preferred_as_later_ones_tell_of_them() -> None:
    first = date(2019, 5, 1)
    query = read("Who left in 2018?", today=TODAY, oldest=first)
    assert (query.since, query.until, query.wording) == (None, None, "Who left in 2018?")
    assert [each.hard for each in query.dates] == [False]
    for question in ("Who left in June 2019?", "What was reported in 2018?"):
        query = read(question, today=TODAY, oldest=first)
        assert [each.hard for each in query.dates] == [True]


@pytest.mark.parametrize(
    ("question", "hard"),
    [
        ("Who left yesterday?", False),
        ("Who left on Saturday?", False),
        ("What was reported last week?", False),
        ("Who left on 3 March?", True),
        ("Who left on Tuesday, 3 March 2020?", True),
        ("What was reported in early February?", True),
    ],
)
def test_days_that_count_from_a_day_nobody_stated_are_only_preferred(
    question: str, hard: bool
) -> None:
    (days,) = read(question, today=TODAY, guessed=True).dates
    assert days.hard == hard
    (days,) = read(question, today=TODAY).dates
    assert days.hard


def test_words_that_are_dropped_are_not_read_as_days() -> None:
    query = read("Who left on 3 March?", today=TODAY, drop=["on 3 March"])
    assert (query.since, query.dates, query.wording) == (None, (), "Who left on 3 March?")


def test_the_range_that_the_user_sets_is_narrowed_by_the_words_but_never_contradicted() -> None:
    query = read("Who left since 3 March?", today=TODAY, since=date(2020, 1, 1), until=TODAY)
    assert (query.since, query.until) == (date(2020, 3, 3), TODAY)
    query = read("Who left on 3 March?", today=TODAY, until=date(2020, 1, 1))
    assert (query.since, query.until) == (None, date(2020, 1, 1))
    assert [each.hard for each in query.dates] == [False]
    assert query.wording == "Who left on 3 March?"


def test_the_users_own_wording_takes_the_place_of_what_was_read() -> None:
    history = ["What is the Harbour Watch?"]
    query = read(
        "Who leads it?", history, wording="Who leads the Coast Watch on 3 March?", today=TODAY
    )
    assert (query.question, query.wording) == ("Who leads it?", "Who leads the Coast Watch?")
    assert query.added == ()
    assert query.since == date(2020, 3, 3)
    with pytest.raises(QuestionError, match="blank"):
        read("Who leads it?", history, wording=" ")


def test_every_word_that_is_added_says_where_it_came_from() -> None:
    added = read("Who leads it?", ["What is the Harbour Watch?"]).added
    assert [(each.word, each.turn, each.quote) for each in added] == [
        ("Harbour", 0, None),
        ("Watch", 0, None),
    ]


def test_filters_reach_the_query() -> None:
    query = read(
        "Who left?", since=date(2020, 1, 1), until=date(2020, 1, 1), publishers=["Coast Post"]
    )
    assert (query.since, query.until) == (date(2020, 1, 1), date(2020, 1, 1))
    assert query.publishers == ("Coast Post",)


def test_a_range_that_ends_before_it_begins_is_refused_with_a_next_step() -> None:
    with pytest.raises(QuestionError, match="swap"):
        read("Who left?", since=date(2020, 1, 2), until=date(2020, 1, 1))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Who leads the Harbour Watch?", ("leads", "Harbour", "Watch")),
        ("What is the mayor’s e-mail?", ("mayor’s", "e-mail")),
        ("Did the U.S. pay 3.5 million?", ("U.S", "pay", "3.5", "million")),
        ("what is it", ()),
    ],
)
def test_content_words_are_those_that_name_something(text: str, words: tuple[str, ...]) -> None:
    assert questions.content_words(text) == words


@given(st.text(), st.lists(st.text(), max_size=3))
def test_any_question_becomes_a_query_or_is_refused(question: str, history: list[str]) -> None:
    try:
        query = read(question, history)
    except QuestionError:
        return
    assert query.question == question
    assert any(each.isalnum() for each in query.wording)
    assert query.wording == " ".join(query.wording.split())
