"""What kind of thing a question asks for, and whether a sentence holds one."""

from __future__ import annotations

import re
from collections.abc import Callable

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


def match_kind(question: str, sentence: str) -> float:
    """Tell whether a sentence holds the kind of thing a question asks for.

    Args:
        question: The question.
        sentence: The sentence.

    Returns:
        1 where it does, -1 where it does not, 0 where the question does not say.

    >>> match_kind("How many left?", "Some 500 people left."), match_kind("How many?", "Many.")
    (1.0, -1.0)
    """
    asked = [holds for asks, holds in _KINDS if asks.search(question)]
    if not asked:
        return 0.0
    return 1.0 if any(holds(question, sentence) for holds in asked) else -1.0


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


def _has(pattern: str, flags: int = 0) -> Callable[[str, str], bool]:
    compiled = re.compile(pattern, flags)
    return lambda _, sentence: bool(compiled.search(sentence))


_KINDS: tuple[tuple[re.Pattern[str], Callable[[str, str], bool]], ...] = (
    (
        re.compile(
            r"\bhow (?:many|much|long|old|far|large|big|high|often)\b"
            r"|\bwhat (?:share|number|part|proportion|percentage)\b",
            re.I,
        ),
        _has(rf"\d|\b(?:{_NUMBERS})\b", re.I),
    ),
    (
        re.compile(r"\bwhen\b|\b(?:what|which|on what) (?:day|date|month|year|time)\b", re.I),
        _has(
            rf"\b(?:{_MONTHS}|{_DAYS}|yesterday|today|tonight|overnight|weeks?|months?|years?"
            r"|[12]\d{3})\b"
        ),
    ),
    (re.compile(r"\bwho(?:m|se)?\b", re.I), names_person),
    (
        re.compile(r"\bwhy\b|\bwhat (?:reason|caused)\b", re.I),
        _has(r"\b(?:because|since|as|due|so|to|for|after|over|fear\w*|reason\w*)\b", re.I),
    ),
)
