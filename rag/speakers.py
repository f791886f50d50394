"""Whether a question asks what somebody by name says, and whether a sentence tells it."""

from __future__ import annotations

import re

from rag.wordlists import SAYING, any_of

_SAYS = any_of(
    """
    say / said / saying / think / thought / tell / told / claim / claimed / argue / argued / warn /
    warned / announce / announced / write / written / add / respond / responded / reply / replied /
    answer / answered / comment / commented / react / reacted
    """
)
_ASKS_SPEAKER = re.compile(
    r"\b(?:what|how) (?:else )?(?:did|does|do|has|have|had|is|was)\s+"
    rf"(?P<who>\S.{{0,80}}?)\s+{_SAYS}\b",
    re.IGNORECASE,
)
_NAME = re.compile(r"\b[A-Z][\w’'-]*\w")
_WORD = re.compile(r"[^\W_]+(?:[’'-][^\W_]+)*")
_QUOTED = re.compile(r"[“”„«»\"]")


def match_speaker(question: str, sentence: str) -> float:
    """Tell whether a sentence tells what the one asked about says.

    Args:
        question: The question.
        sentence: The sentence.

    Returns:
        1 where somebody's words by name are asked for and the sentence has the name and a word for
        saying or a quotation; 0 where it has not, or nobody's words are asked for.

    >>> match_speaker("What did Ada Brandt say about fares?", "Fares must rise, Brandt said.")
    1.0
    >>> match_speaker("What did Ada Brandt say about fares?", "Fares must rise, Odile Lund said.")
    0.0
    """
    asked = _ASKS_SPEAKER.search(question)
    names = _NAME.findall(asked["who"]) if asked else []
    words = set(_WORD.findall(sentence))
    if not names or names[-1] not in words:
        return 0.0
    said = not SAYING.isdisjoint(map(str.casefold, words)) or _QUOTED.search(sentence)
    return 1.0 if said else 0.0
