"""A question, with those before it, becomes a query that stands alone."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from datetime import date

from rag import followups
from rag.errors import QuestionError
from rag.types import Query
from rag.words import STOP_WORDS, WORD


def read(
    question: str,
    *,
    history: Sequence[str] = (),
    shown: Sequence[Sequence[str]] = (),
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
        since: The first day an article may be published on.
        until: The last day.
        publishers: The publishers an article may be from; none means any.
        max_chars: Characters a question may have.

    Returns:
        The query; its `wording` is the question itself, or the question with the words that it
        leaves out.

    Raises:
        QuestionError: The question is blank, without a word, too long, or holds control
            characters; or the range of days is empty; or a text stands for a list.
    """
    if isinstance(history, str) or isinstance(publishers, str):
        raise QuestionError("history and publishers are lists of texts; put the text into a list")
    if any(isinstance(each, str) for each in (shown, *shown)):
        raise QuestionError("shown is a list of lists of texts; put the text into lists")
    asked, quoted = [], []
    for number, each in enumerate(history):
        try:
            asked.append(_clean(each, max_chars))
        except QuestionError:
            continue  # it was refused when it was asked, and nothing follows it up
        quoted.append(shown[number] if number < len(shown) else ())
    wording = followups.resolve(_clean(question, max_chars), history=asked, shown=quoted).wording
    try:
        return Query(question, wording, since, until, tuple(publishers))
    except ValueError as error:
        raise QuestionError(f"{error}; swap the two days") from error


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
