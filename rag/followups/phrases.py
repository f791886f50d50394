"""A question as phrases: a shallow reading by word classes and word order, without a model."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag import words as classes
from rag.followups.verbs import find_verbs
from rag.words import CONTENT, Kind

_TOKEN = re.compile(rf"{classes.WORD.pattern}|[^\w\s]")
# What is joined to a function word: "what's", "doesn't", "they've".
_JOINED = re.compile(r"(\w+?)(?:n[’']t|[’'](?:s|re|ve|ll|d|m)?)$")
_ENDING = re.compile(r"[’']s?$")
# Small words inside names: "Staffan de Mistura", "Abu Bakr al-Baghdadi".
_PARTICLES = frozenset("al bin da de del den der di du el ibn la le van von".split())
# "3 December", "December 3rd", "the 3rd of December"; at the end "the 3rd" alone.
_DAY = re.compile(r"\d{1,2}(?:st|nd|rd|th)?")
_DAY_ALONE = re.compile(r"\d{1,2}(?:st|nd|rd|th)")
# Function words that are also names.
_NAMES_TOO = frozenset({"May", "Will"})
_FIRST_PERSON = frozenset({"I"})


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a question, at its place among the words and marks.

    `text` is as written, `low` in lower case; of a function word without what is joined to it.
    `start` counts code points of the question as it was read.
    """

    text: str
    low: str
    kind: Kind
    place: int
    start: int

    @property
    def end(self) -> int:
        """Where the word ends, in code points of the question as it was read."""
        return self.start + len(self.text)

    @property
    def bare(self) -> str:
        """The word as written, without the ending of the possessive."""
        return _ENDING.sub("", self.text)

    @property
    def owns(self) -> bool:
        """Whether the word is a possessive."""
        return self.bare != self.text

    @property
    def stem(self) -> str:
        """The word without case and number, to compare it by."""
        return classes.fold(self.text)


@dataclass(frozen=True, slots=True)
class Phrase:
    """Nouns and what describes them, with the determiner and preposition they stand behind.

    `linked` phrases hang on the one before ("the history of toilets", "trucks or trains").
    """

    words: tuple[Word, ...]
    determiner: str
    preposition: str
    linked: bool

    @property
    def topical(self) -> tuple[Word, ...]:
        """The words that say what is spoken of: names and nouns, and nouns these make special."""
        found: list[Word] = []
        for word in self.words:
            made_special = (
                word.kind is Kind.GENERIC
                and word.low not in classes.GENERIC_ADJECTIVES
                and bool(found)
                and found[-1].place == word.place - 1
                and not found[-1].owns
            )
            if word.kind in (Kind.NAME, Kind.NOUN) or made_special:
                found.append(word)
        return tuple(found)

    @property
    def head(self) -> Word:
        """The last noun, which says what kind of thing it is."""
        return (self.topical or self.words)[-1]

    @property
    def names(self) -> tuple[Word, ...]:
        """The names in it."""
        return tuple(word for word in self.words if word.kind is Kind.NAME)

    @property
    def owned(self) -> bool:
        """Whether it says whose something is."""
        return self.determiner in classes.POSSESSIVE or any(word.owns for word in self.words)

    @property
    def timely(self) -> bool:
        """Whether it says no more than when."""
        return all(word.kind is Kind.TIME for word in self.words)


@dataclass(frozen=True, slots=True)
class Reading:
    """The words and marks of a question, and its phrases, in order; `text` is what was read."""

    text: str
    words: tuple[Word, ...]
    phrases: tuple[Phrase, ...]

    @property
    def lows(self) -> tuple[str, ...]:
        """The words in lower case."""
        return tuple(word.low for word in self.words if word.kind is not Kind.MARK)

    @property
    def verbs(self) -> tuple[Word, ...]:
        """The verbs that say what is done."""
        return tuple(
            word
            for word in self.words
            if word.kind is Kind.VERB and classes.find_verb(word.low) not in classes.LIGHT_VERBS
        )

    @property
    def telling(self) -> tuple[Word, ...]:
        """The words that say something: nouns, names, times, and the verbs of `verbs`."""
        verbs = self.verbs
        return tuple(word for word in self.words if word.kind in CONTENT or word in verbs)

    @property
    def groups(self) -> tuple[tuple[Phrase, ...], ...]:
        """The phrases, each with those that hang on it."""
        found: list[list[Phrase]] = []
        for phrase in self.phrases:
            if phrase.linked and found:
                found[-1].append(phrase)
            else:
                found.append([phrase])
        return tuple(map(tuple, found))

    def is_completed(self, phrase: Phrase) -> bool:
        """Tell whether another phrase hangs on one: "the siege of Sarn"."""
        following = [each for each in self.phrases if each.head.place > phrase.head.place]
        return any(each.linked and each.preposition == "of" for each in following[:1])

    def asks(self, *words: str) -> bool:
        """Tell whether one of some question words, or any at all, is in it."""
        return not set(words or classes.ASKING).isdisjoint(self.lows)

    def is_clause(self) -> bool:
        """Tell whether it has a verb or a question word."""
        said = [word for word in self.words if word.kind is not Kind.TIME]  # "in May"
        verbal = any(each.kind is Kind.VERB or each.low in classes.AUXILIARIES for each in said)
        return verbal or self.asks()

    def before(self, place: int) -> str:
        """Return the word or mark before a place, in lower case."""
        return self.words[place - 1].low if place else ""

    def after(self, place: int) -> str:
        """Return the word or mark after a place, in lower case."""
        return "" if place + 1 >= len(self.words) else self.words[place + 1].low

    def ends(self, place: int) -> bool:
        """Tell whether nothing but a mark comes after a place."""
        return place + 1 >= len(self.words) or self.words[place + 1].kind is Kind.MARK


def read(text: str) -> Reading:
    """Read a question.

    >>> [phrase.head.text for phrase in read("Why did farmers block the old motorway?").phrases]
    ['farmers', 'motorway']
    """
    text = text.casefold() if text.isupper() else text
    found = list(_TOKEN.finditer(text))
    tokens = [each[0] for each in found]
    lows = [_lower(token) for token in tokens]
    kinds = [_classify(tokens, lows, place) for place in range(len(tokens))]
    for place in find_verbs(lows, kinds):
        kinds[place] = Kind.VERB
    words = tuple(
        Word(each[0], low, kind, place, each.start())
        for place, (each, low, kind) in enumerate(zip(found, lows, kinds, strict=True))
    )
    return Reading(text, words, tuple(_chunk(words)))


def _lower(token: str) -> str:
    low = token.casefold()
    joined = _JOINED.match(low)
    return joined[1] if joined and joined[1] in classes.FUNCTION_WORDS else low


def _classify(tokens: Sequence[str], lows: Sequence[str], place: int) -> Kind:
    """Return what a word is, verbs not yet told from nouns."""
    token, low = tokens[place], lows[place]
    if not any(each.isalnum() for each in token):
        return Kind.MARK
    name = _is_name(tokens, lows, place)
    before, after = _neighbours(tokens, place)
    if _is_day(tokens, place):
        return Kind.TIME
    if low == "may" and not place and after.isalpha():
        return Kind.FUNCTION  # "May children vote?"
    surname = name and before.istitle() and not classes.is_date(before)  # "Theresa May"
    if classes.is_date(token) and (not surname or before.casefold() in classes.FUNCTION_WORDS):
        return Kind.TIME
    if name:
        return Kind.NAME
    if low in classes.FUNCTION_WORDS or (low.endswith("ly") and len(low) > len("family")):
        return Kind.FUNCTION
    if low in classes.GENERIC_ADJECTIVES and before.casefold() == "how":
        return Kind.FUNCTION
    if classes.fold(low) in classes.SPANS_OF_TIME:
        return Kind.TIME
    counts = low.isdigit() and not after.isalpha()
    if counts or low in classes.GENERIC_ADJECTIVES or classes.fold(low) in classes.GENERIC_NOUNS:
        return Kind.GENERIC
    return Kind.NOUN


def _neighbours(tokens: Sequence[str], place: int) -> tuple[str, str]:
    """Return the words before and after a place, empty where there is none."""
    return "".join(tokens[max(place - 1, 0) : place]), "".join(tokens[place + 1 : place + 2])


def _is_day(tokens: Sequence[str], place: int) -> bool:
    """Tell whether a number is a day of a month."""
    before, after = tokens[max(place - 1, 0) : place], tokens[place + 1 : place + 3]
    behind = after[1:] if after[:1] == ["of"] else after[:1]
    if _DAY.fullmatch(tokens[place]) and not classes.MONTHS.isdisjoint((*before, *behind)):
        return True
    ends = not any(each.isalnum() for each in after[:1])
    return ends and before == ["the"] and bool(_DAY_ALONE.fullmatch(tokens[place]))


def _is_name(tokens: Sequence[str], lows: Sequence[str], place: int) -> bool:
    token = tokens[place]
    before, after = _neighbours(tokens, place)
    if not _is_capitalised(token) or token in _FIRST_PERSON:
        inside = _is_capitalised(before) and _is_capitalised(after)
        return inside and lows[place] in _PARTICLES
    if len(token) > 1 and token.isupper():
        return True
    if place and before[0].isalnum():
        return lows[place] not in classes.FUNCTION_WORDS or token in _NAMES_TOO
    # The first word of a sentence is capitalised whatever it is.
    if lows[place] in classes.FUNCTION_WORDS or classes.find_verb(token):
        return False
    return _is_capitalised(after) or bool(_ENDING.search(token))


def _is_capitalised(token: str) -> bool:
    return any(part[:1].isupper() for part in re.split("[’'-]", token))


def _chunk(words: Sequence[Word]) -> Iterator[Phrase]:
    """Yield the phrases: runs of nouns, names and what describes them."""
    run: list[Word] = []
    for word in (*words, None):
        inside = word is not None and word.kind in CONTENT
        # A time behind a noun is a phrase of its own.
        parted = run and word and run[-1].kind is not Kind.TIME and word.kind is Kind.TIME
        if run and (parted or not inside):
            yield _make_phrase(words, run)
            run = []
        if word and inside:
            run.append(word)


def _make_phrase(words: Sequence[Word], run: Sequence[Word]) -> Phrase:
    place = run[0].place
    determiner = preposition = ""
    gerund = place > 1 and words[place - 1].kind is Kind.VERB and words[place - 1].low[-3:] == "ing"
    if gerund and words[place - 2].low in classes.PREPOSITIONS:
        place -= 1  # "of losing weight"
    while place and words[place - 1].low in classes.DETERMINERS:
        place -= 1
        determiner = determiner or words[place].low
    if place and words[place - 1].low in classes.PREPOSITIONS | {"and", "or"}:
        place -= 1
        preposition = words[place].low if words[place].low in classes.PREPOSITIONS else ""
        linked = place > 0 and words[place - 1].kind in CONTENT
        return Phrase(tuple(run), determiner, preposition, linked)
    behind = words[place - 1] if place else None
    linked = behind is not None and behind.kind is Kind.NOUN and behind.low.endswith("ing")
    return Phrase(tuple(run), determiner, "", linked)  # linked: "learning a language"
