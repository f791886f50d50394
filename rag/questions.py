"""A question, with those before it, becomes a query that stands alone."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import date

from rag.errors import QuestionError
from rag.types import Query

# Words that ask or join but name nothing: the closed classes of English (articles, pronouns,
# prepositions, conjunctions, auxiliaries), with the ways a question or a request opens.
STOP_WORDS = frozenset(
    """
    a about after again against all also am an and any anybody anyone anything are as at be because
    been before being between both but by can could did do does doing done during each either else
    ever every for from give had has have having he her here hers him his how i if in into is it its
    itself just let like many may me might mine more most much must my no nor not of off on once one
    only onto or other our out over own per please shall she should show so some someone something
    still such tell than that the their theirs them then there these they this those through to
    too under until up upon us very was we were what whatever when where whether which while who
    whom whose why will with within without would yes you your
    d don doesn didn isn wasn weren won wouldn couldn shouldn hasn haven hadn aren ll m re s t ve
    article articles archive report reports according
    """.split()
)

# A question that opens so, or holds one of these words, leans on what was asked before.
LEANING_START = re.compile(r"(and|but|so|or|also|what about|how about|why not|since when)\b", re.I)
LEANING_WORD = re.compile(
    r"\b(it|its|he|him|his|she|her|hers|they|them|their|theirs|this|these|those|then"
    r"|(?<!is )(?<!are )(?<!was )(?<!were )(?<!be )there(?! (?:is|are|was|were)\b)"
    r"|the (?:same|former|latter)|that(?=[?.!]|$)|(?:did|does|is|was|about|of) that)\b",
    re.I,
)
WORD = re.compile(r"\w+(?:[’'.-]\w+)*")


def read(
    question: str,
    *,
    history: Sequence[str] = (),
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
        since: The first day an article may be published on.
        until: The last day.
        publishers: The publishers an article may be from; none means any.
        max_chars: Characters a question may have.

    Returns:
        The query; its `wording` is the question itself, or the question with the content words
        of the one it follows up.

    Raises:
        QuestionError: The question is blank, without a word, too long, or holds control
            characters; or the range of days is empty.
    """
    if isinstance(history, str) or isinstance(publishers, str):
        raise QuestionError("history and publishers are lists of texts; put the text into a list")
    earlier = ""
    for each in history:
        try:
            earlier = _stand_alone(_clean(each, max_chars), earlier)
        except QuestionError:
            continue  # it was refused when it was asked, and nothing follows it up
    wording = _stand_alone(_clean(question, max_chars), earlier)
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


def _stand_alone(wording: str, earlier: str) -> str:
    """Return a question with the content words of the one it leans on."""
    if not earlier or not _leans(wording):
        return wording
    known = {word.casefold() for word in content_words(wording)}
    missing = [word for word in content_words(earlier) if word.casefold() not in known]
    return f"{wording} ({' '.join(missing)})" if missing else wording


def _leans(wording: str) -> bool:
    return bool(LEANING_START.match(wording) or LEANING_WORD.search(wording))
