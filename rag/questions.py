"""A question, with those before it, becomes a query that stands alone."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import TypedDict

from rag import daterange, followups
from rag.errors import QuestionError
from rag.followups import FollowUp
from rag.inferences import DateRange, intersect
from rag.types import Query
from rag.words import STOP_WORDS, WORD

WEEK = timedelta(weeks=1)


class Asked(TypedDict, total=False):
    """What can be said of a question besides its words; see `read`."""

    history: Sequence[str]
    shown: Sequence[Sequence[str]]
    wording: str | None
    today: date | None
    drop: Sequence[str]
    since: date | None
    until: date | None
    publishers: Sequence[str]


def read(
    question: str,
    *,
    history: Sequence[str] = (),
    shown: Sequence[Sequence[str]] = (),
    wording: str | None = None,
    today: date | None = None,
    guessed: bool = False,
    oldest: date | None = None,
    drop: Sequence[str] = (),
    since: date | None = None,
    until: date | None = None,
    publishers: Sequence[str] = (),
    max_chars: int,
) -> Query:
    """Make the query for a question.

    Args:
        question: What the user asked.
        history: The user's earlier questions, oldest first; used only where the question leans
            on them.
        shown: The texts of the quotes shown for each of these, in the same order; may be shorter.
        wording: The user's own wording to search for, in place of one made with `history`.
        today: The day that "yesterday" counts from; None to read no dates in the words.
        guessed: Whether nobody said so, and `today` is the day of the newest article. Days that
            count from it ("on Saturday", "last week") are then preferred, and filter nothing.
        oldest: The first day that an article is from. Of days before it only later articles can
            tell, so that they are preferred, and filter nothing.
        drop: Phrases of the question that are not to be read as dates.
        since: The first day an article may be published on.
        until: The last day.
        publishers: The publishers an article may be from; none means any.
        max_chars: Characters a question may have.

    Returns:
        The query; its `wording` is the question itself, or the question with the words that it
        leaves out, and without the dates that narrow the search.

    Raises:
        QuestionError: The question is blank, without a word, too long, or holds control
            characters; or the range of days is empty; or a text stands for a list.
    """
    if any(isinstance(each, str) for each in (history, publishers, drop, shown, *shown)):
        raise QuestionError(
            "history, publishers and drop are lists of texts, shown is a list of such lists; "
            "put the text into a list"
        )
    if since and until and since > until:
        raise QuestionError(f"the range ends ({until}) before it begins ({since}); swap the days")
    asked, quoted = _clean_history(history, shown, max_chars)
    alone = followups.resolve(_clean(question, max_chars), history=asked, shown=quoted)
    if wording is not None:
        alone = FollowUp(_clean(wording, max_chars), ())
    dates = _read_dates(alone.wording, asked, today, guessed, oldest, drop)
    since, until, dates = _narrow(since, until, dates)
    return Query(
        question=question,
        wording=daterange.strip(alone.wording, dates),
        since=since,
        until=until,
        publishers=tuple(publishers),
        added=alone.added,
        dates=dates,
        dropped=tuple(drop),
        given=wording,
    )


def _clean_history(
    history: Sequence[str], shown: Sequence[Sequence[str]], max_chars: int
) -> tuple[Sequence[str], Sequence[Sequence[str]]]:
    """Return the earlier questions that were not refused, and the beginnings of their quotes."""
    asked: list[str] = []
    quoted: list[Sequence[str]] = []
    for number, each in enumerate(history):
        try:
            asked.append(_clean(each, max_chars))
        except QuestionError:
            continue  # it was refused when it was asked, and nothing follows it up
        texts = shown[number] if number < len(shown) else ()
        # A quote has a few sentences; a longer text is none, and would take long to read.
        quoted.append([text[:max_chars] for text in texts])
    return asked, quoted


def _find_spoken(wording: str, history: Sequence[str], today: date) -> date | None:
    """Return the day spoken of last in the questions that one may follow, if it was not dropped."""
    asked = [*history[-followups.REACH :], wording]
    topic = max((at for at, each in enumerate(asked) if followups.switches(each)), default=0)
    return daterange.find_spoken(asked[topic:-1], today=today)


def _read_dates(
    wording: str,
    history: Sequence[str],
    today: date | None,
    guessed: bool,
    oldest: date | None,
    drop: Sequence[str],
) -> tuple[DateRange, ...]:
    if today is None:
        return ()

    def read_on(day: date) -> Sequence[DateRange]:
        return daterange.read(wording, today=day, spoken=_find_spoken(wording, history, day))

    # What moves with the day of asking counts from it.
    later = read_on(today + WEEK) if guessed else ()
    return tuple(
        replace(each, hard=False)
        if _is_background(each, oldest) or (guessed and each not in later)
        else each
        for each in read_on(today)
        if each.text not in drop
    )


def _is_background(days: DateRange, oldest: date | None) -> bool:
    """Tell whether only articles from after some days can tell what happened then."""
    return bool(oldest and days.until and days.until < oldest and not days.published)


def _narrow(
    since: date | None, until: date | None, dates: tuple[DateRange, ...]
) -> tuple[date | None, date | None, tuple[DateRange, ...]]:
    """Join the user's own range with the hard ones of the words, which give way to it."""
    hard = [(each.since, each.until) for each in dates if each.hard]
    first, last = intersect([(since, until), *hard])
    if first and last and first > last:
        return since, until, tuple(replace(each, hard=False) for each in dates)
    return first, last, dates


def content_words(text: str) -> tuple[str, ...]:
    """Return the words of a text that name something, as written, in order.

    >>> content_words("Who leads the Aleppo Army?")
    ('leads', 'Aleppo', 'Army')
    """
    return tuple(word for word in WORD.findall(text) if word.casefold() not in STOP_WORDS)


def _clean(question: str, max_chars: int) -> str:
    if len(question) > max_chars:
        raise QuestionError(
            f"the question has {len(question):,} characters, {max_chars:,} is the most; shorten it"
        )
    kinds = {unicodedata.category(each): each for each in question if not each.isspace()}
    for kind in ("Cc", "Cs"):
        if kind in kinds:
            raise QuestionError(
                f"the question holds U+{ord(kinds[kind]):04X}, which is no text; type it again"
            )
    visible = "".join(each for each in question if unicodedata.category(each) != "Cf")
    wording = " ".join(unicodedata.normalize("NFC", visible).split())
    if not wording:
        raise QuestionError("the question is blank; ask something")
    if not any(each.isalnum() for each in wording):
        raise QuestionError("the question has no word in it; ask with words")
    return wording
