"""Quoted speech in the sentences of a passage: where a quotation is open, what is told around it.

Quotation marks are read in the order of the text. A quotation may run over several sentences, and
over paragraphs as newspapers set them: each begins with an opening mark, only the last has a
closing one. So a quotation ends with its paragraph unless the next one opens with a mark.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.types import Passage
from rag.wordlists import SAYING, any_of

# What closes a quotation, by the mark that opens it.
_CLOSERS = {"“": "”»", "„": "“”", "«": "»", "‘": "’", '"': '"', "'": "'"}
_SURE = "“„«"  # these open wherever they stand; the others may close, or be an apostrophe
_SINGLE = "‘'"

# A quotation shorter than this is a word used with reserve: “terrorists”, “a success”.
SHORTEST_SPEECH = 3
# A sentence with more words around its quotation tells on whose word it stands, whatever its verb.
FEWEST_TOLD = 4

WORD = re.compile(r"[^\W_](?:[\w’'-]*\w)?")
_CREDIT = re.compile(
    r"\baccording to\b|\bin \w+(?:[’']s)? (?:view|words|account|opinion)\b", re.IGNORECASE
)

# A sentence that does nothing but say who spoke in the one before: Ana Ruiz wrote this in May.
_NAME = r"(?-i:[A-Z])[\w’'-]+"
_SPEAKER = rf"(?:he|she|they|it|{_NAME}(?: {_NAME}){{0,3}}|the [\w ’'-]{{3,30}})"
_TAG = re.compile(
    rf"(?:so |thus )?(?:{_SPEAKER} )?"
    r"(?:said|says|asked|added|wrote|told|replied|warned|insisted|declared|announced|read|ran)\b"
    + any_of(
        r"""
        (?=[.,;]|$) / (?= (?:this|so|it|these|in|on|at|from|after|before|during|later|again)\b) /
        \sthe (?:leaflet|letter|note|banner|sign|slogan|headline|poster|message|statement)\b
        """
    )
    + r"|.*\b(?:the|these|those|such) (?:words|remarks?|lines?|slogans?)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Voice:
    """Whose words a sentence is made of.

    Attributes:
        narration: What stands outside quotation marks; a “ in place of every quotation.
        spoken: How many words stand inside quotation marks.
        continues: Whether a quotation is open already where the sentence begins.
        goes_on: Whether one is still open where it ends.
    """

    narration: str
    spoken: int
    continues: bool
    goes_on: bool

    @property
    def names_speaker(self) -> bool:
        """Whether the narration says that somebody says something."""
        told = {word.casefold() for word in WORD.findall(self.narration)}
        return bool(told & SAYING) or _CREDIT.search(self.narration) is not None

    @property
    def lacks_speaker(self) -> bool:
        """Whether somebody speaks here and it is not said who."""
        told = len(WORD.findall(self.narration))
        return self.spoken >= SHORTEST_SPEECH and told < FEWEST_TOLD and not self.names_speaker

    @property
    def is_tag(self) -> bool:
        """Whether the sentence does nothing but say who spoke in the one before."""
        return _TAG.match(self.narration) is not None


def listen(passage: Passage) -> tuple[Voice, ...]:
    """Tell whose words the sentences of a passage are made of.

    Args:
        passage: The passage; it may begin in the middle of a quotation.

    Returns:
        A voice for every sentence, in order.
    """
    marks = [mark for mark in passage.text if mark in "“”"]
    opened = "“" if marks[:1] == ["”"] else ""
    voices: list[Voice] = []
    end = 0
    for span in passage.sentences:
        start = span.start - passage.span.start
        sentence = passage.cut(span)
        if "\n" in passage.text[end:start] and sentence[0] not in _CLOSERS:
            opened = ""
        voice, opened = _hear(sentence, opened)
        voices.append(voice)
        end = start + len(span)
    return tuple(voices)


def _hear(sentence: str, opened: str) -> tuple[Voice, str]:
    """Read a sentence after the mark of a quotation still open; return the one open behind it."""
    continues = bool(opened)
    narration = ["“"] if opened else []
    spoken: list[str] = []
    for before, mark, after in zip(" " + sentence, sentence, sentence[1:] + " ", strict=False):
        if opened and _closes(opened, before, mark, after):
            opened = ""
            spoken.append(" ")
        elif not opened and _opens(before, mark, after):
            opened = mark
            narration.append("“")
        else:
            (spoken if opened else narration).append(mark)
    words = len(WORD.findall("".join(spoken)))
    return Voice("".join(narration).strip(), words, continues, bool(opened)), opened


def _opens(before: str, mark: str, after: str) -> bool:
    if mark in _SURE:
        return True
    free = not before.isalnum() and before not in ".,!?" and not after.isspace()
    return mark in _CLOSERS and free


def _closes(opened: str, before: str, mark: str, after: str) -> bool:
    if mark not in _CLOSERS[opened] or (before.isspace() and opened not in _SURE):
        return False
    if opened in _SINGLE:  # not an apostrophe: don’t, the rebels’ guns
        return not after.isalnum() and (before != "s" or not after.isspace())
    return True
