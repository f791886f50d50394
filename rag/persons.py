"""Whether a question asks for a person by name, and whether a sentence names one."""

from __future__ import annotations

import re
from collections.abc import Set

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
# What stands behind these is a place or a body, even if it is named like a person: "the commander
# of Jabha Shamiya", "spoke in San Marino".
_NO_PERSON = re.compile(r"\b(?:of|in|at|near|from|inside)(?: the)?\s+$")
_WORD = re.compile(r"[\w’'-]+")

# Other questions with "who" are as often answered by a group.
_ASKS_PERSON = re.compile(
    r"\bwho (?:is|was|leads?|led|heads?|headed|runs|ran|commands?|commanded|chairs?|chaired)\b"
    r"|\bname of the (?:man|woman|person|leader|head|chief|director|commander)\b",
    re.I,
)
# A person who is named is not asked for, but about: "Who is Ada Brandt?".
_ASKS_ABOUT = re.compile(
    r"\W*who (?:is|was)(?-i: (?:[A-Z][\w.-]*|al|bin|da|de|del|der|el|ibn|la|van|von))+\W*$", re.I
)
# What somebody who is asked for holds or does.
_ROLE = re.compile(
    r"\b(?:lead(?:s|er|ers|ing)?|led|head(?:s|ed)?|command(?:s|ed|er|ers)?|chiefs?|chair(?:s|ed|man|"
    r"woman)?|runs?|ran|directors?|presidents?|governors?|ministers?|mayors?|captains?|generals?)\b",
    re.I,
)


def completes(question: str, sentence: str, following: str) -> bool:
    """Tell whether the person a question asks for is told of in a sentence and named in the next.

    Args:
        question: The question.
        sentence: The sentence, which names the role but nobody.
        following: The sentence behind it.

    >>> completes("Who runs the port?", "Its captain runs it.", "Ada Brandt was made captain.")
    True
    >>> completes("Who runs the port?", "Its captain runs it.", "Ada Brandt was born in Sarn.")
    False
    """
    return (
        bool(_ASKS_PERSON.search(question))
        and bool(_ROLE.search(sentence) and _ROLE.search(following))
        and not names_person(question, sentence)
        and names_person(question, following)
    )


def match_person(question: str, sentence: str) -> float:
    """Tell whether a sentence names the person a question asks for.

    Args:
        question: The question.
        sentence: The sentence.

    Returns:
        1 where it names somebody, -1 where it does not, 0 where no person is asked for.

    >>> match_person("Who runs the port?", "Ada Brandt runs it.")
    1.0
    >>> match_person("Who runs the port?", "Its captain runs it.")
    -1.0
    >>> match_person("Who closed the port?", "The council closed it.")
    0.0
    >>> match_person("Who is Ada Brandt?", "Its captain, Ada Brandt, is from Sarn.")
    0.0
    """
    if not _ASKS_PERSON.search(question) or _ASKS_ABOUT.match(question):
        return 0.0
    return 1.0 if names_person(question, sentence) else -1.0


def names_person(question: str, sentence: str) -> bool:
    """Tell whether a sentence has what may be a person's full name that the question lacks.

    >>> names_person("Who runs the port?", "Ada Brandt runs the Sarn Port Authority.")
    True
    >>> names_person("Who runs the port?", "The Sarn Port Authority runs it.")
    False
    >>> names_person("Who runs the port?", "It is run by the harbour master of Sarn Bahar.")
    False
    """
    asked = set(_WORD.findall(question))
    runs = (
        set(_WORD.findall(run[0]))
        for run in _RUN.finditer(sentence)
        if not _NO_PERSON.search(sentence[: run.start()])
    )
    return any(may_be_person(run) and not run & asked for run in runs)


def may_be_person(words: Set[str]) -> bool:
    """Tell whether capitalised words may name a person, as none says that they name a body.

    >>> may_be_person({"Ada", "Brandt"}), may_be_person({"Sarn", "Authority"})
    (True, False)
    """
    return not words & _BODIES
