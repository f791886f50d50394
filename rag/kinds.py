"""What kind of thing a question asks for, and whether a sentence holds one."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

_MONTHS = (
    "January February March April May June July August September October November December"
).replace(" ", "|")
_DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".replace(" ", "|")
_NUMBERS = (
    "one two three four five six seven eight nine ten eleven twelve twenty thirty forty fifty "
    "dozens? hundreds? thousands? millions? billions? half thirds? quarters? tens scores twice"
).replace(" ", "|")

# A capitalised run with one of these words names a body or a place, hardly ever a person.
_BODIES = frozenset(
    """
    Academy Agency Air Alliance Army Assembly Association Authority Bank Battalion Board Brigade
    Bureau Cabinet Center Central Centre Charter Church City Club College Commission Committee
    Company Conference Congress Convention Corporation Corps Council Country County Court Defence
    Defense Department District East Eastern Europe European Eye Federation Force Forces Foreign
    Foundation Free Front Fund General Global Government Group High Hospital House Human Inc
    Initiative Institute International Island Islands Journal League Liberation Ltd Mail Middle
    Ministry Monitor Mountain Movement Museum National Nations Navy New News North Northern Office
    Old Organisation Organization Parliament Party Police Post Press Province Red Region Relief
    Republic Rights River Road School Sea Security Senate Service Society South Southern Square
    State States Station Street Supreme Syndicate Team Times Treaty Tribunal Union United University
    Valley War Watch West Western White World
    """.split()
)
_RUN = re.compile(
    r"\b[A-Z][\w’'-]*(?:\s+(?:(?:al|el|bin|ibn|de|da|di|del|der|den|van|von|la|le)[\s-])?"
    r"(?:al-|el-)?[A-Z][\w’'-]*\.?)+"
)
_WORD = re.compile(r"[\w’'-]+")

_ASKS_NUMBER = re.compile(
    r"\bhow (?:many|much|long|old|far|large|big|high|often)\b"
    r"|\bwhat (?:share|number|part|proportion|percentage)\b",
    re.I,
)
_NUMBER = re.compile(rf"\d|\b(?:{_NUMBERS})\b", re.I)
_ASKS_DAY = re.compile(r"\bwhen\b|\b(?:what|which) (?:day|date|month|year|time)\b", re.I)
_DAY = re.compile(
    rf"\b(?:{_MONTHS}|{_DAYS}|yesterday|today|tonight|overnight|weeks?|months?|years?|[12]\d{{3}})\b"
)
_ASKS_PERSON = re.compile(r"\bwho(?:m|se)?\b", re.I)
_ASKS_CAUSE = re.compile(r"\bwhy\b|\bwhat (?:reason|caused)\b", re.I)
_CAUSE = re.compile(r"\b(?:because|since|as|due|so|to|for|after|over|fear\w*|reason\w*)\b", re.I)
_END = re.compile(r"[.!?…。！？؟।][\"'”’»)\]]*\Z")


@dataclass(frozen=True, slots=True)
class Kinds:
    """By kind of thing: 1 where it is asked for and held, -1 where it lacks, 0 where not asked."""

    number: float
    day: float
    person: float
    cause: float


def match_kinds(question: str, sentence: str) -> Kinds:
    """Tell whether a sentence holds the kinds of things that a question asks for.

    >>> match_kinds("How many left on Friday?", "Some 500 people left.")
    Kinds(number=1.0, day=0.0, person=0.0, cause=0.0)
    >>> match_kinds("Who left?", "Some 500 people left.")
    Kinds(number=0.0, day=0.0, person=-1.0, cause=0.0)
    """

    def match(asks: re.Pattern[str], holds: Callable[[str, str], bool]) -> float:
        if not asks.search(question):
            return 0.0
        return 1.0 if holds(question, sentence) else -1.0

    return Kinds(
        number=match(_ASKS_NUMBER, lambda _, text: bool(_NUMBER.search(text))),
        day=match(_ASKS_DAY, lambda _, text: bool(_DAY.search(text))),
        person=match(_ASKS_PERSON, names_person),
        cause=match(_ASKS_CAUSE, lambda _, text: bool(_CAUSE.search(text))),
    )


def is_complete(sentence: str) -> bool:
    """Tell whether a sentence ends as one, and not as a headline, a deck or a caption does.

    >>> is_complete("“It held,” she said."), is_complete("Truce holds in Sarn")
    (True, False)
    """
    return bool(_END.search(sentence))


def names_person(question: str, sentence: str) -> bool:
    """Tell whether a sentence has what may be a person's full name that the question lacks.

    >>> names_person("Who runs the port?", "Ada Brandt runs the Sarn Port Authority.")
    True
    >>> names_person("Who runs the port?", "The Sarn Port Authority runs it.")
    False
    """
    asked = set(_WORD.findall(question))
    runs = (set(_WORD.findall(run)) for run in _RUN.findall(sentence))
    return any(not run & _BODIES and not run & asked for run in runs)
