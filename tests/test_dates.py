"""Dates in the words of a question: a golden table of phrasings, and laws that hold for any day."""

from collections.abc import Callable
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rag import daterange
from rag.daterange.words import ORDINALS
from rag.inferences import DateRange
from rag.types import Span
from tests import tables

# `since` and `until` are the days an article may be from; `rest` is the question without its
# dates. The rows that are held out were written before the rules, or after them, and looked at
# only when they stood: of the first 61 they read 59 at once, of the 30 written last 28.
GOLDEN = tables.read("date_phrases")
MONDAY = date(2016, 12, 12)

SUFFIXES = {1: "st", 2: "nd", 3: "rd", 21: "st", 22: "nd", 23: "rd", 31: "st"}
# Usual ways to write a day; the first seven do without a year as well.
FORMATS: list[Callable[[date], str]] = [
    lambda day: f"{day.day} {day:%B %Y}",
    lambda day: f"{day:%B} {day.day}, {day:%Y}",
    lambda day: f"{day.day}{SUFFIXES.get(day.day, 'th')} {day:%B %Y}",
    lambda day: f"the {day.day}{SUFFIXES.get(day.day, 'th')} of {day:%B, %Y}",
    lambda day: f"the {ORDINALS[day.day - 1]} of {day:%B %Y}",
    lambda day: f"{day:%a} {day.day:02} {day:%b %Y}",
    lambda day: f"{day:%b}. {day.day}{SUFFIXES.get(day.day, 'th')}, {day:%Y}",
    lambda day: f"{day:%A, %B} {day.day}, {day:%Y}",
    lambda day: f"{day:%A} the {day.day}{SUFFIXES.get(day.day, 'th')} of {day:%B %Y}",
    lambda day: f"{day.day}-{day:%b-%Y}",
    lambda day: f"{day.day} {day:%B %Y}".lower(),
    lambda day: f"{day:%d.%m.%Y}",
    lambda day: f"{day.day}.{day.month}.{day.year}",
    lambda day: f"{day:%Y-%m-%d}",
    lambda day: f"{day:%Y/%m/%d}",
]
days = st.dates(date(1950, 1, 1), date(2040, 12, 31))
formats = st.sampled_from(FORMATS)

PIECES = (
    *("on", "in", "at", "of", "by", "for", "from", "since", "between", "and", "to", "until", "or"),
    *("before", "after", "the", "early", "mid-", "the end of", "the first week of", "last", "this"),
    *("next", "ago", "past", "recent", "not", "will", "published", "born", "articles", "week"),
    *("year", "days", "weekend", "yesterday", "today", "Tuesday", "December", "may", "May"),
    *("march", "Feb.", "29", "30", "31", "1", "3rd", "third", "second", "2016", "'16", "16"),
    *("1990s", "90s", "2016-12-03", "3/12/2016", "12/13/2016", "2012–14", "Q3", "H2", "spring"),
    *("winter", "-", "–", ",", "?", ":", "(", ")", "'s", "’s", ".", "a few", "two", "999"),
    *("years", "now", "onwards", "Aleppo", "rebels", "水", "é", "İ", "ſ", "٣", "\u00a0"),
    *("\u200b", "🙂", "e\u0301", "K"),
)
texts = st.one_of(
    st.text(),
    st.lists(st.sampled_from(PIECES), max_size=14).map(" ".join),
    st.lists(st.sampled_from(PIECES), max_size=14).map("".join),
)


def read_one(question: str, *, today: date = MONDAY) -> DateRange:
    (found,) = daterange.read(question, today=today)
    return found


@pytest.mark.parametrize("row", GOLDEN, ids=lambda row: row["question"])
def test_the_dates_of_a_question_are_read(row: dict[str, Any]) -> None:
    assert tables.is_dated(row)


@pytest.mark.parametrize("row", GOLDEN, ids=lambda row: row["question"])
def test_what_stands_before_a_question_only_moves_its_dates(row: dict[str, Any]) -> None:
    today, before = date.fromisoformat(row["today"]), "👩\u200d🚒 e\u0301 “水”. "
    alone = daterange.read(row["question"], today=today)
    behind = daterange.read(before + row["question"], today=today)
    assert [each.span.shifted(len(before)) for each in alone] == [each.span for each in behind]
    assert [(each.since, each.until) for each in alone] == [
        (each.since, each.until) for each in behind
    ]


@pytest.mark.parametrize(
    "row", [row for row in GOLDEN if "rest" in row], ids=lambda row: row["question"]
)
def test_a_question_reads_on_without_its_dates(row: dict[str, Any]) -> None:
    dates = daterange.read(row["question"], today=date.fromisoformat(row["today"]))
    assert daterange.strip(row["question"], dates) == row["rest"]


@pytest.mark.parametrize(
    ("question", "rest"),
    [
        ("Who, on 3 December, left the city?", "Who left the city?"),
        ("Who left on December 3, 2016, in a bus?", "Who left in a bus?"),
        ("When rebels left on 3 December, who cheered?", "When rebels left, who cheered?"),
        ("Who broke in last week?", "Who broke in last week?"),
        ("What came the day before 3 December?", "What came the day before 3 December?"),
        ("On 3 December?", "On 3 December?"),
        ("  ", "  "),
    ],
)
def test_only_what_can_be_left_out_is_left_out(question: str, rest: str) -> None:
    assert daterange.strip(question, daterange.read(question, today=MONDAY)) == rest


@given(days, formats, st.sampled_from(["Who left on {}?", "On {}, who left?", "Who left ({})?"]))
def test_a_day_is_read_back_however_it_is_written(
    day: date, write: Callable[[date], str], question: str
) -> None:
    found = read_one(question.format(write(day)))
    assert (found.first, found.last, found.hard, found.ambiguous) == (day, day, True, False)
    assert write(day) in found.span.cut(question.format(write(day)))


@given(days, days, st.sampled_from(FORMATS[:6]))
@example(date(2000, 2, 29), date(2007, 12, 31), FORMATS[0])
def test_a_day_without_a_year_is_the_last_that_has_come(
    day: date, today: date, write: Callable[[date], str]
) -> None:
    written = write(day).replace(f"{day:%Y}", "").rstrip(" ,")
    found = read_one(f"Who left on {written}?", today=today)
    assert found.first
    assert found.first == found.last
    assert (found.first.month, found.first.day) == (day.month, day.day)
    assert timedelta(0) <= today - found.first
    if (day.month, day.day) != (2, 29):
        assert today - found.first < timedelta(366)


@given(days, days, formats, formats)
def test_a_range_reaches_from_its_first_day_to_its_last(
    one: date, other: date, write: Callable[[date], str], write_other: Callable[[date], str]
) -> None:
    first, last = sorted((one, other))
    for words in ("between {} and {}", "from {} to {}", "from {} until {}"):
        question = f"Who left {words.format(write(first), write_other(last))}?"
        found = read_one(question)
        assert (found.first, found.last, found.hard) == (first, last, True)
        assert daterange.strip(question, [found]) == "Who left?"


@given(days)
def test_a_day_that_can_be_two_is_said_to_be_so(day: date) -> None:
    found = read_one(f"Who left on {day:%d/%m/%Y}?")
    assert found.ambiguous == (day.day <= 12 and day.day != day.month)
    assert found.hard != found.ambiguous
    assert found.first == day


@given(days, formats)
def test_what_happened_may_be_told_two_days_later_but_not_what_was_published(
    day: date, write: Callable[[date], str]
) -> None:
    happened = read_one(f"Who left on {write(day)}?")
    reported = read_one(f"What was reported on {write(day)}?")
    assert happened.until == day + timedelta(2)
    assert reported.until == day
    assert (happened.published, reported.published) == (False, True)


@given(st.dates())
def test_relative_words_count_from_the_day_given(today: date) -> None:
    yesterday = read_one("Who left yesterday?", today=today)
    week = read_one("Who left last week?", today=today)
    weekday = read_one("Who left on Friday?", today=today)
    assert yesterday.first
    assert week.first
    assert week.last
    assert weekday.first
    assert weekday.last
    if today > date(1, 2, 1):
        assert today - yesterday.first == timedelta(1)
        assert (week.first.weekday(), week.last.weekday()) == (0, 6)
        assert timedelta(1) <= today - week.last <= timedelta(7)
        assert weekday.first.weekday() == 4
        assert timedelta(0) <= today - weekday.first < timedelta(7)


@given(texts, st.dates())
@example("in winter", date.max)
@example("999 years ago or in the past 999 decades", date.min)
@example("3 ſeptember", MONDAY)
def test_whatever_is_asked_its_ranges_are_sound(question: str, today: date) -> None:
    found = daterange.read(question, today=today)
    for each in found:
        assert each.span.cut(question) == each.span.cut(question).strip()
        assert not (each.since and each.until) or each.since <= each.until
        assert not each.ambiguous or not each.hard
    assert all(left.span.end <= right.span.start for left, right in pairwise(found))
    hard = [each for each in found if each.hard]
    since = max((each.since or date.min for each in hard), default=date.min)
    until = min((each.until or date.max for each in hard), default=date.max)
    assert since <= until
    _check_rest(question, found)


def _check_rest(question: str, found: tuple[DateRange, ...]) -> None:
    """Check that what is left of a question is the question but for its dates and marks."""
    rest = daterange.strip(question, found)
    if not any(each.hard and each.removable for each in found):
        assert rest == question
    if rest != question:
        kept = list(question)
        for each in found:
            if each.hard and each.removable:
                kept[each.span.start : each.span.end] = " " * len(each.span)
        letters = [letter.casefold() for letter in kept if letter.isalnum()]
        assert [letter.casefold() for letter in rest if letter.isalnum()] == letters


def test_a_range_needs_a_day_and_an_order() -> None:
    with pytest.raises(ValueError, match="first or a last"):
        DateRange(Span(0, 1), "a", None, None, hard=True)
    with pytest.raises(ValueError, match="before it begins"):
        DateRange(Span(0, 1), "a", MONDAY, date(2016, 12, 1), hard=True)
