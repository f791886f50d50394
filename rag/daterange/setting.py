"""What stands around a period in a question: "since", "between", a noun it describes, a plan."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto

from rag.daterange.words import FUNCTION_WORDS

_FLAGS = re.IGNORECASE | re.ASCII


class Relation(Enum):
    """What the words before a period make of it."""

    NONE = auto()
    WITHIN = auto()
    NEAR = auto()
    PLANNED = auto()
    FROM = auto()
    SINCE = auto()
    AFTER = auto()
    BEFORE = auto()
    BY = auto()
    UNTIL = auto()
    BETWEEN = auto()


class Joint(Enum):
    """How two periods hang together."""

    NONE = auto()
    RANGE = auto()  # "to", and "and" behind "between"
    LIST = auto()  # "and", "or"
    BEFORE = auto()  # "but before", behind "after"
    UNTIL = auto()


_LEADS = {
    "in": Relation.WITHIN,
    "on": Relation.WITHIN,
    "at": Relation.WITHIN,
    "early on": Relation.WITHIN,
    "late on": Relation.WITHIN,
    "of": Relation.WITHIN,
    "over": Relation.WITHIN,
    "during": Relation.WITHIN,
    "within": Relation.WITHIN,
    "throughout": Relation.WITHIN,
    "around": Relation.NEAR,
    "circa": Relation.NEAR,
    "near": Relation.NEAR,
    "for": Relation.PLANNED,
    "from": Relation.FROM,
    "since": Relation.SINCE,
    "starting on": Relation.SINCE,
    "starting in": Relation.SINCE,
    "starting from": Relation.SINCE,
    "on or after": Relation.SINCE,
    "after": Relation.AFTER,
    "following": Relation.AFTER,
    "later than": Relation.AFTER,
    "before": Relation.BEFORE,
    "prior to": Relation.BEFORE,
    "ahead of": Relation.BEFORE,
    "earlier than": Relation.BEFORE,
    "by": Relation.BY,
    "as of": Relation.BY,
    "no later than": Relation.BY,
    "on or before": Relation.BY,
    "up to and including": Relation.BY,
    "until": Relation.UNTIL,
    "till": Relation.UNTIL,
    "up to": Relation.UNTIL,
    "up until": Relation.UNTIL,
    "through": Relation.UNTIL,
    "between": Relation.BETWEEN,
}
# What can belong to the verb before it: "broke in last week".
_PARTICLES = {"at", "in", "on", "over"}
_LEAD = re.compile(
    r"(?<![\w'-])(?:(?P<lead>"
    + "|".join(each.replace(" ", r"\s+") for each in sorted(_LEADS, key=len, reverse=True))
    + r")\s+)?(?P<determiner>(?:an?|the|this|that|its|our|her|his|their|\w+'s|\w+s')\s+)?$",
    _FLAGS,
)
# Characters before a period that are searched for its lead; more than the longest has.
_WINDOW = 60
_EXCEPT = re.compile(
    r"\b(?:(?:on|before|after|since|until)\s+or|each|every|any|not|never|except|excluding|besides|"
    r"unlike|than|apart\s+from)\s*$",
    _FLAGS,
)
_ONWARDS = re.compile(
    r"\s+(?:onwards?|forwards?|on(?=\s*(?:[,.;:?!)]|$))|(?:and|to|until|till)\s+now)(?!\w)", _FLAGS
)
_NOUN = re.compile(r"\s+([A-Za-z][\w-]*)", re.ASCII)
_JOINTS = (
    (Joint.RANGE, re.compile(r"\s*[-–]\s*|,?\s+(?:(?:up\s+)?to|until|till|through)\s+", _FLAGS)),
    (
        Joint.LIST,
        re.compile(r"\s*(?:,|&|,?\s(?:and|or)\s)\s*(?:(?:on|in|during)\s+)?(?:the\s+)?", _FLAGS),
    ),
    (Joint.BEFORE, re.compile(r",?\s+(?:(?:and|but|yet)\s+)?before\s+", _FLAGS)),
    (Joint.UNTIL, re.compile(r",?\s+(?:(?:and|but)\s+)?(?:by|until|till|up\s+to)\s+", _FLAGS)),
)
_OPEN_ENDED = {Relation.FROM, Relation.SINCE, Relation.BETWEEN}
_FROM = {Relation.NONE, Relation.WITHIN, Relation.FROM, Relation.SINCE, Relation.BETWEEN}

_ARTICLE = (
    r"(?:articles?|stor(?:y|ies)|pieces?|coverage|headlines?|editions?|issues?|news|"
    r"dispatch(?:es)?)"
)
_ARTICLES = re.compile(rf"{_ARTICLE}|(?:news)?papers?|front", _FLAGS)
_BY_WHOM = r"(?:\s+(?:by|in)(?:\s+the)?(?:\s+[A-Z][\w.]*){1,5})?"
_REPORTED = re.compile(
    rf"\b(?i:reported|published|written|wrote|reports|{_ARTICLE})\b{_BY_WHOM}\s*$"
    rf"|\b(?i:did)\b[^,;:?]*\b(?i:report|publish|write|print)\s*$"
    rf"|\b(?i:{_ARTICLE})\b[^,;:?]*\b(?i:posted|printed|dated|ran|appeared)\b{_BY_WHOM}\s*$",
    re.ASCII,
)
# What is published or written and is no article: its date is that of an event.
_WORK = re.compile(
    r"\b(?:letter|book|video|photo|picture|poll|study|survey|statement|document|decree|report|map|"
    r"song|poem|note|memo)s?\b(?!\s+by)[^,;:?]*"
    r"\b(?:published|written|wrote)\b",
    _FLAGS,
)
_WILL = re.compile(
    r"\bgoing\s+to\b|\bwon't\b|(?<!\bthe )(?<!\bof )(?<!\bhis )(?<!\bher )(?<!\btheir )"
    r"(?<!\bfree )(?<!\bpolitical )\bwill\b|^\W*Will\s+(?=[a-z])",
    re.ASCII,
)
_PLAN = re.compile(
    r"\b(?:planned|scheduled|due|expected|slated|upcoming|set\s+(?:for|to))(?:\s+[\w'-]+){0,3}\s*$",
    _FLAGS,
)
# The other end of the range is no date: "between the truce and 5 December", "the run-up to".
_HALVED = re.compile(r"\b(?:between\b[^,;:?]*\band|to|into|towards?)\s*$", _FLAGS)
_ORIGIN = re.compile(r"\b(?:born|founded|established)\b[^,;:?.]*$", _FLAGS)
_PRESENT = re.compile(
    r"\b(?:is|are|does|do|can)\b|\bwho\s+(?!was\b|has\b)\w+s\b|"
    r"\bwhich\s+\w+[^s\W]\s+(?!was\b|has\b)\w+s\b",
    _FLAGS,
)
_HABIT = re.compile(r"\b(?:is|are)\b", _FLAGS)
_SAID_OF = re.compile(r"\b(?!(?:an?|one|some)\b)[a-z]+\s+$")
_TIME_NOUN = re.compile(r"\b(?:hour|day|night|week|weekend|month|year)s?\s*$", _FLAGS)
# Words that need something behind them.
_OPEN = re.compile(
    r"\b(?:a|an|the|of|about|than|to|for|from|with|and|or|as|at|in|on|by|over|is|was|were|are)"
    r"\s*$",
    _FLAGS,
)


@dataclass(frozen=True, slots=True)
class Setting:
    """What stands around a phrase.

    Attributes:
        start: Where the phrase starts, with its lead.
        end: Where it ends, with a possessive's ending.
        lead: The word or words that relate the period to the question, in small letters.
        relation: What they make of it.
        determiner: Whether "the", "its" or another such word stands before the period.
        noun: The word behind, if it can be a noun that the date describes.
        follower: The word behind, whichever it is.
        possessive: Whether the period ends in 's.
        onwards: Whether "onwards" or "on" follows.
        before: The question's text before the phrase.
        text: The question's text.
    """

    start: int
    end: int
    lead: str
    relation: Relation
    determiner: bool
    noun: str
    follower: str
    possessive: bool
    onwards: bool
    before: str
    text: str

    @property
    def describes(self) -> bool:
        """Whether the date only describes a noun: "the 3 December agreement"."""
        return self.possessive or (self.determiner and bool(self.noun))

    @property
    def excluded(self) -> bool:
        """Whether the question asks for all but the date."""
        return bool(_EXCEPT.search(self.before))

    @property
    def published(self) -> bool:
        """Whether the date is when an article was published, not when something happened."""
        if self.describes:
            return bool(_ARTICLES.fullmatch(self.noun))
        return bool(_REPORTED.search(self.before)) and not _WORK.search(self.before)

    @property
    def ahead(self) -> bool:
        """Whether the question is about what will be."""
        return bool(_WILL.search(self.text))

    @property
    def planned(self) -> bool:
        """Whether the date is one that something is planned for."""
        return self.ahead or self.relation is Relation.PLANNED or bool(_PLAN.search(self.before))

    @property
    def origin(self) -> bool:
        """Whether it says when somebody was born; articles tell that at any time."""
        return bool(_ORIGIN.search(self.before))

    @property
    def halved(self) -> bool:
        """Whether it ends a range that begins with no date."""
        return bool(_HALVED.search(self.before))

    @property
    def present(self) -> bool:
        """Whether the question speaks of what is, by which "today" means these days."""
        return bool(_PRESENT.search(self.text))

    @property
    def habitual(self) -> bool:
        """Whether the question may be about what is so every year."""
        return bool(_HABIT.search(self.text))

    @property
    def adverbial(self) -> bool:
        """Whether a weekday can stand here by itself: "who spoke Thursday?"."""
        return bool(_SAID_OF.search(self.before)) and not self.noun and not self.determiner

    @property
    def apart(self) -> bool:
        """Whether the question reads on without the phrase."""
        if self.describes or self.lead == "of" or _OPEN.search(self.before):
            return False
        if self.relation in {Relation.BEFORE, Relation.AFTER}:
            return not _TIME_NOUN.search(self.before)
        return True

    @property
    def set_off(self) -> bool:
        """Whether marks part the phrase from the question: "3 December: who spoke?"."""
        opening, rest = self.before.rstrip()[-1:], self.text[self.end :].lstrip()[:1]
        return opening in "(,;:–" and rest in "),;:–"


def read_setting(text: str, start: int, end: int, *, own: bool = False) -> Setting:
    """Read what stands around what reaches from a first to a last period.

    Args:
        text: The question, flattened.
        start: Where the first period starts.
        end: Where the last one ends.
        own: Whether it needs no lead; "what broke in last week?" is not about "in last week".
    """
    found = _LEAD.search(text, max(0, start - _WINDOW), start)
    lead = " ".join((found["lead"] or "").lower().split()) if found else ""
    lead = "" if own and lead in _PARTICLES else lead
    the = not lead and text[start : start + 4].lower() == "the "
    determiner = the or bool(found and found["determiner"])
    possessive = text[end : end + 2].lower() == "'s"
    end += 2 if possessive else 0
    onwards = _ONWARDS.match(text, end) if _LEADS.get(lead) in _OPEN_ENDED else None
    end = onwards.end() if onwards else end
    follower = _NOUN.match(text, end)
    word = follower[1] if follower else ""
    noun = "" if word.lower() in FUNCTION_WORDS else word
    if found and lead and not possessive and not (determiner and noun):
        start = found.start()
    return Setting(
        start=start,
        end=end,
        lead=lead,
        relation=_LEADS.get(lead, Relation.NONE),
        determiner=determiner,
        noun=noun,
        follower=word,
        possessive=possessive,
        onwards=bool(onwards),
        before=text[:start],
        text=text,
    )


def read_joint(gap: str, relation: Relation) -> Joint:
    """Tell how two periods hang together by what is between them and before the first."""
    joint = next((joint for joint, pattern in _JOINTS if pattern.fullmatch(gap)), Joint.NONE)
    if relation is Relation.BETWEEN:
        return Joint.RANGE if joint in {Joint.RANGE, Joint.LIST} else Joint.NONE
    if relation is Relation.AFTER:
        joint = Joint.UNTIL if joint is Joint.RANGE else joint
        return joint if joint in {Joint.BEFORE, Joint.UNTIL} else Joint.NONE
    if joint is Joint.LIST:
        return joint if relation is Relation.WITHIN else Joint.NONE
    return joint if relation in _FROM else Joint.NONE
