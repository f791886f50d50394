"""What the numbers of a text count: how many of what, and what is said of them.

Told by the words around a number, without a parser: the noun behind it, the verbs of its clause,
the names that say where. Years, dates, times of day, ages, spans of time, and numbers that are a
name are no counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag import wording
from rag.figures import numerals
from rag.figures.numerals import Number
from rag.types import Span
from rag.wording import DASH, Wording
from rag.wordlists import SAYING
from rag.words import (
    CLAUSE_STARTS,
    DAYS,
    FUNCTION_WORDS,
    LIGHT_VERBS,
    MONTHS,
    PREPOSITIONS,
    find_verb,
    fold,
    is_plural,
)

PEOPLE = "people"

# What several words for people say of them; the first of each stands for all.
_FATES = {
    word: words[0]
    for words in (
        "kill die dead death deaths fatality fatalities dying toll".split(),
        "wound injure hurt injured injury injuries wounded".split(),
        "flee displace displaced uproot".split(),
        "arrest detain jail".split(),
        "miss missing".split(),
    )
    for word in words
}
_PEOPLE = frozenset("dead deaths fatalities wounded injured injuries missing displaced".split())
_SAME_NOUNS = {
    "person": PEOPLE,
    "persons": PEOPLE,
    "house": "home",
    "ton": "tonne",
    "metre": "meter",
    "kilometre": "kilometer",
    "kilometres": "kilometer",
}
# Units, and nouns for anybody: figures with the same one need not be of the same thing.
_MEASURES = frozenset(
    """
    people tonne kilo kilogram gram pound kilometer meter centimeter mile foot yard hectare acre
    litre liter gallon barrel degree watt megawatt crown dollar euro franc krone krona lira peso
    rand real rouble ruble rupee shekel yen yuan zloty cent man woman time case
    """.split()
)
_TIMES = frozenset(
    "second minute hour day night week weekend fortnight month year decade century time".split()
)
_UNCHANGED_PLURALS = frozenset(
    """
    aircraft cattle children crew dead deer displaced fish injured men missing people personnel
    police poultry sheep staff troops women wounded
    """.split()
)
# Before a number these make a name of it: Resolution 2254, Bus 14.
_LABELS = frozenset(
    """
    act airbus article boeing bus chapter channel figure flight floor highway line motorway no nos
    number page paragraph part phase platform resolution road room route section stage table tram
    train version volume
    """.split()
)
# Verbs that only say that a figure is given, or how it changed.
_GIVING = frozenset(
    """
    amount average change climb correct count decline decrease double drop estimate exceed expect
    fall figure grow increase jump list number pass point put range rank rate reach record reduce
    register remain report rise show stand stay sink tally total treble triple update
    """.split()
)
_COUNTS = frozenset("count number numbers share tally total".split())
_PLACING = frozenset("across around at in inside near outside".split())
_JOINS = CLAUSE_STARTS | {"and", "but", "or", "who", "which", "that"}
_STOPS = frozenset(",;:.()!?…" + '"' + DASH)
# A number of others than those already counted: "another 250", "12 more".
_OF_OTHERS = frozenset(
    """
    additional another extra final first further last latest more new newly next other remaining
    """.split()
)
_BEFORE_ONE = frozenset("any each every no that the this".split())
_BEFORE_CLOCK = frozenset("at around before after by from since to until".split())
_CLOCK = re.compile(r"\d{1,2}[:.]\d\d")
_BEHIND_CLOCK = frozenset("am pm a p gmt utc bst cet o'clock".split())
_MONTHS = frozenset(each[:length].casefold() for each in MONTHS for length in (3, 4, 20)) | {"sept"}
_DAYS = frozenset(map(str.casefold, DAYS))
# Words between a number and its noun, at most: "30 wounded Syrian army soldiers".
_REACH = 4


@dataclass(frozen=True, slots=True)
class Count:
    """A number that counts something.

    Attributes:
        span: Where it stands in the text.
        number: What it says.
        noun: What is counted, or the unit; a share's whole; empty if unknown.
        acts: What is said to be done or to happen.
        topics: All else that its clause names.
        places: The names that say where.
    """

    span: Span
    number: Number
    noun: str
    acts: frozenset[str]
    topics: frozenset[str]
    places: frozenset[str]

    def is_of_same(self, other: Count) -> bool:
        """Tell whether both count the same thing."""
        if self.number.unit != other.number.unit:
            return False
        if self.places - other.places and other.places - self.places:
            return False
        if self.noun and other.noun and self.noun != other.noun:
            return False
        if self.acts and other.acts:
            return not self.acts.isdisjoint(other.acts)
        named = self.noun == other.noun != "" and self.noun not in _MEASURES
        return named or not self.topics.isdisjoint(other.topics)


def read(text: str) -> Iterator[Count]:
    """Yield the counts of a text, in order.

    >>> [(count.noun, count.number.low) for count in read("Forty houses burned on 3 March 2016.")]
    [('home', 40.0)]
    """
    words = wording.read(text)
    numbers = numerals.read(words)
    for number in numbers:
        clause = _Clause(words, numbers, number)
        if not clause.is_no_count():
            count = clause.count()
            if count:
                yield count


class _Clause:
    """A number among the words around it."""

    def __init__(self, words: Wording, numbers: Sequence[Number], number: Number) -> None:
        self._words, self._number = words, number
        self._taken = {place for each in numbers for place in range(each.start, each.end)}

    def count(self) -> Count | None:
        """Return what the number counts; None if it counts time, or nothing that is said."""
        number = self._number
        noun, behind = self._noun(number.end)
        if noun in _TIMES or (self._key(number.end) in ("day", "time") and not noun):
            return None
        acts = self._said(behind) | self._fates(behind)
        before, ahead = self._before(joined=not acts), self._ahead(behind)
        if not noun and not number.unit:
            noun, said = self._counted()
            acts |= said
        acts |= self._acts(before)
        topics = self._topics([*before, *range(number.end, behind), *ahead])
        if noun in _PEOPLE or (not noun and not number.unit and acts & set(_FATES.values())):
            noun = PEOPLE
        if not noun and not number.unit:
            return None
        start, end = self._words.places[number.start][0], self._words.places[number.end - 1][1]
        places = self._places([*before[::-1], *ahead])
        return Count(
            Span(start, end), number, noun, frozenset(acts), frozenset(topics - {noun}), places
        )

    def is_no_count(self) -> bool:
        """Tell whether the number is part of something else: a date, a time, a name, a score."""
        number, before = self._number, self._key(self._number.start - 1)
        behind, text = self._key(number.end), self._key(number.core)
        if number.end < len(self._words.keys) and behind == DASH and not self._spaced(number.end):
            return True  # "34-year-old", "a 12-storey house", "3-1"
        if before == DASH and not self._spaced(number.start - 1):
            return True
        if before in _LABELS or behind in _MONTHS or behind in _BEHIND_CLOCK:
            return True
        if before in _MONTHS or (number.low == 1 and (before in _BEFORE_ONE or behind == "of")):
            return True
        if _CLOCK.fullmatch(text) and (":" in text or before in _BEFORE_CLOCK):
            return not number.unit
        if before in _OF_OTHERS or behind in _OF_OTHERS:
            return True
        if number.start - 1 in self._taken or number.end in self._taken:
            return True  # digits in groups: a telephone number
        noun, _ = self._noun(number.end)
        if noun or number.unit:
            return False
        return self._is_bare_name(before)

    def _is_bare_name(self, before: str) -> bool:
        """Tell whether a number without a noun is an age, a year or the end of a name."""
        number = self._number
        year = number.low == number.high and 1000 <= number.low < 3000 and number.low % 1 == 0
        if year and self._key(number.core).isdigit() and not number.hedge:
            return True
        if before == "," and self._key(number.end) == ",":
            return True
        if before in ("aged", "age", ",") and not number.hedge:
            return before != "," or number.start < 2
        noun = before.isalpha() and before not in FUNCTION_WORDS and not _is_verb(before)
        return noun and before not in _DAYS

    def _noun(self, at: int) -> tuple[str, int]:
        """Return the noun behind a number, folded, and where its words end."""
        if self._key(at) == "of":
            at += 1
        while self._key(at) in ("all", "a", "an", "the", "their", "its", "his", "her", "these"):
            at += 1
        fate, single = ("", self._number.end), ("", self._number.end)
        for place in range(at, at + _REACH):
            key = self._key(place)
            if place in self._taken or not key.isalpha() or key in FUNCTION_WORDS:
                break
            if key in _PEOPLE:
                fate = key, place + 1
            elif key in _UNCHANGED_PLURALS or (is_plural(key) and not _is_past(key)):
                return _fold_noun(key), place + 1
            elif _is_verb(key) and single[0]:
                break
            elif not _is_past(key):
                single = _fold_noun(key), place + 1
        if fate[0] or not (self._number.low == 1 or self._number.unit == numerals.SHARE):
            return fate
        return single

    def _before(self, *, joined: bool) -> list[int]:
        """Return the places of the clause before the number, the nearest first.

        Args:
            joined: Whether it goes on before an "and": "they killed nine men and [12 women]".
        """
        places: list[int] = []
        said = False
        for place in range(self._number.start - 1, -1, -1):
            key = self._key(place)
            stops = key in _STOPS and (key != DASH or self._spaced(place))
            if stops and (said or key not in (",", '"')):
                break
            if key in _JOINS and key not in PREPOSITIONS and (said or not joined):
                break
            places.append(place)
            said = said or (key.isalpha() and key not in FUNCTION_WORDS)
        return places

    def _ahead(self, at: int) -> list[int]:
        """Return the places of the clause behind the noun."""
        places: list[int] = []
        for place in range(at, len(self._words.keys)):
            key = self._key(place)
            if (key in _STOPS and (key != DASH or self._spaced(place))) or key in ("and", "but"):
                break
            places.append(place)
        return places

    def _acts(self, before: Sequence[int]) -> set[str]:
        """Return the verbs before the number."""
        verbs = (self._act(place) for place in before if place not in self._taken)
        return {verb for verb in verbs if verb}

    def _said(self, at: int) -> set[str]:
        """Return what is said right behind the noun: "30 wells [have run dry] in the north"."""
        found: set[str] = set()
        for place in range(at, len(self._words.keys)):
            key = self._key(place)
            if not key.isalpha() or key in PREPOSITIONS or place in self._taken:
                break
            if key in _JOINS and key not in ("who", "whom", "that", "which"):
                break
            if key not in FUNCTION_WORDS and not self._is_name(place):
                act = self._act(place) or ("" if _is_verb(key) else _stem(key))
                found |= {act} if act else set()
        return found

    def _fates(self, behind: int) -> set[str]:
        """Return what happened to those counted, by the words before the noun: "30 wounded men"."""
        keys = (self._key(place) for place in range(self._number.end, behind))
        return {_FATES[key] for key in keys if key in _FATES}

    def _act(self, place: int) -> str:
        """Return the verb at a place, if it says what happens; a few stand for one."""
        key = self._key(place)
        if key in _FATES and key != "hurt":
            return _FATES[key]
        verb = find_verb(key)
        if key in SAYING or verb in LIGHT_VERBS or verb in _GIVING or key in FUNCTION_WORDS:
            return ""
        if self._is_name(place) or key in _COUNTS:
            return ""
        stem = verb or (_stem(key) if _is_past(key) else "")
        if stem in _GIVING or stem + "e" in _GIVING:
            return ""
        return _FATES.get(stem, _FATES.get(stem + "e", stem))

    def _counted(self) -> tuple[str, set[str]]:
        """Return the noun of "the number of ..." before a number, and what is said of it."""
        for place in range(self._number.start - 1, -1, -1):
            if self._key(place) in _COUNTS and self._key(place + 1) == "of":
                noun, end = self._noun(place + 1)
                return noun, self._said(end)
        return "", set()

    def _topics(self, places: Sequence[int]) -> set[str]:
        """Return the nouns, and all else that is no verb, of some places."""
        keys = [
            self._key(place)
            for place in places
            if place not in self._taken and not self._is_name(place)
        ]
        return {
            _stem(key)
            for key in keys
            if key.isalpha()
            and key not in FUNCTION_WORDS
            and key not in SAYING
            and key not in _DAYS
            and not {find_verb(key), _stem(key)} & _GIVING
            and key not in _COUNTS
        }

    def _places(self, places: Sequence[int]) -> frozenset[str]:
        """Return the names behind "in", "near" and the like."""
        found: set[str] = set()
        names = False
        for place in places:
            key = self._key(place)
            if key in _PLACING:
                names = True
            elif names and self._is_name(place) and key not in _DAYS | _MONTHS:
                found.add(key)
            elif key not in ("the", "its", "of", "village", "town", "city", "district"):
                names = False
        return frozenset(found)

    def _is_name(self, place: int) -> bool:
        start, _ = self._words.places[place]
        return place > 0 and self._words.text[start].isupper()

    def _spaced(self, place: int) -> bool:
        """Tell whether a mark has a space on either side."""
        start, end = self._words.places[place]
        return (
            self._words.text[max(0, start - 1)].isspace()
            or (self._words.text[end : end + 1] or " ").isspace()
        )

    def _key(self, place: int) -> str:
        return self._words.keys[place] if 0 <= place < len(self._words.keys) else ""


def _is_verb(word: str) -> bool:
    return bool(find_verb(word)) or _is_past(word)


def _is_past(word: str) -> bool:
    return len(word) > len("aged") and word.endswith(("ed", "ing"))


def _stem(word: str) -> str:
    """Return a word without the endings that verbs and plurals have."""
    verb = find_verb(word)
    if verb:
        return verb
    for ending in ("ing", "ed"):
        if _is_past(word) and word.endswith(ending):
            return word.removesuffix(ending)
    return fold(word)


def _fold_noun(word: str) -> str:
    folded = fold(word)
    return _SAME_NOUNS.get(folded, folded)
