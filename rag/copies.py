"""Whether two sentences are copies of one text, as newspapers print what an agency sends them.

Their words are the same, or nearly: one adds who said it, a title or a day, or leaves an end off.
How much of the shorter is in the longer is measured by shingles, runs of neighbouring words, after
Broder (1997), "On the resemblance and containment of documents". But what makes another claim of a
sentence may be one word of it: a number, a "not", a name. Sentences that differ in these are no
copies, however alike, and where it is in doubt they are two: to hide that reports differ would be
worse than to show the same twice.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rag import wording
from rag.figures import numerals
from rag.wording import DASH, Wording, is_word
from rag.wordlists import SAYING
from rag.words import DAYS, FUNCTION_WORDS, MONTHS, SPANS_OF_TIME, find_verb, fold

# Words to a shingle, and the share of the shorter sentence's that the longer must hold. With two
# words any share from 0.70 to 0.80 parts the rows of tests/data/copies.jsonl that were looked at;
# with longer shingles, of which a short sentence has few, hardly one does.
SHINGLE = 2
CONTAINED = 0.75
# Of the words of the longer sentence that say something, those that the shorter has at least; of
# fewer, the longer tells more than a copy would. From 0.5 to 0.7 the same rows come out right.
TOLD = 0.6

# What turns a claim round, or makes a supposition of it: of these a copy has as many.
_TURNS = dict.fromkeys(
    """
    no not never neither nor none nobody nothing nowhere without hardly scarcely barely cannot fail
    deny refuse lack unable
    """.split(),
    "not",
)
_TURNS |= {"might": "may", "could": "can"}
_TURNS |= {
    word: word
    for word in """
    allegedly almost apparently believe can doubt expect fear few hope if likely may must only
    perhaps possibly probably should suppose supposedly suspect think unless whether
    """.split()
}
# Small words that mean something: one in the place of another makes another claim.
_SMALL = frozenset(
    """
    above after against all any before behind below beside between both during each every inside
    many most off outside over several since some under until with
    """.split()
)
_SHORTENED = {"wo": "will", "ca": "can", "sha": "shall"}
_MARKS_OF_SAYING = frozenset(",:" + '"')
# Words that an agency's name is made of, and what only says how something was said.
_AGENCIES = frozenset(
    """
    afp agence agency anadolu ansa ap associated bloomberg dpa efe france interfax itar kyodo news
    newswire presse press reuters spokesman spokesperson spokeswoman tass upi wire xinhua
    interview letter message statement telephone reporter
    """.split()
)
_TIMES = frozenset(map(str.casefold, MONTHS | DAYS)) | SPANS_OF_TIME | {"today", "tonight"}
_TIMES |= frozenset("hour minute noon midnight yesterday tomorrow week month".split())
# Letters of British and of American spelling.
_SPELLINGS = (
    *(("our", "or"), ("ys", "yz"), ("is", "iz"), ("tre", "ter"), ("mme", "m")),
    *(("enc", "ens"), ("ll", "l"), ("ogue", "og")),
)
_DATELINE = re.compile(r"\s*[A-Z][A-Z .,’'-]{2,}(?:\([^()]{0,40}\)|,[^,–—-]{0,40})?\s*[-–—]\s+")
# Words in which who says something is told, at most.
_LONGEST_SAYING = 9


def are_copies(first: str, second: str) -> bool:
    """Tell whether two sentences are copies of one text.

    >>> are_copies("The ferry left at dawn.", "“The ferry left at dawn,” the owner said.")
    True
    >>> are_copies("Nine boats were lost in the storm.", "Ten boats were lost in the storm.")
    False
    """
    one, other = _read(first), _read(second)
    if one.words == other.words:
        return True
    if one.numbers != other.numbers or one.turns != other.turns:
        return False
    if _are_others(one.speakers, other.speakers):
        return False
    return _are_alike(one, other)


@dataclass(frozen=True, slots=True)
class _Sentence:
    """What of a sentence is compared.

    Attributes:
        words: All its words, as they are compared; numbers by their value.
        body: Those that do not tell who says it.
        speakers: The words that do, as far as they say something.
        numbers: Its numbers.
        turns: What turns its claim round, or makes a supposition of it.
        telling: The words of its body that say something, in order.
        shingles: The runs of neighbouring words of its body.
    """

    words: tuple[str, ...]
    body: tuple[str, ...]
    speakers: frozenset[str]
    numbers: Counter[tuple[float, float, str, str]]
    turns: Counter[str]
    telling: tuple[str, ...]
    shingles: frozenset[tuple[str, ...]]


def _are_alike(one: _Sentence, other: _Sentence) -> bool:
    """Tell whether the words of one are those of the other but for light edits."""
    shorter, longer = sorted((one, other), key=lambda each: (len(each.body), each.body))
    shingles = shorter.shingles
    if not shingles or len(shingles & longer.shingles) < CONTAINED * len(shingles):
        return False
    told, all_told = (frozenset(each.telling) for each in (shorter, longer))
    if len(told & all_told) < TOLD * len(all_told):
        return False
    shared = told & all_told - _TIMES
    first, second = (dict.fromkeys(each.telling) for each in (one, other))
    if [word for word in first if word in shared] != [word for word in second if word in shared]:
        return False  # who did it to whom
    times, small = told & _TIMES, _SMALL.intersection(shorter.body)
    return not (
        _are_others(times, all_told & _TIMES)
        or _are_others(small, _SMALL.intersection(longer.body))
        or _are_others(told - _TIMES, all_told - _TIMES)
    )


def _are_others(one: frozenset[str], other: frozenset[str]) -> bool:
    """Tell whether words stand in the place of others, and are not merely added."""
    return bool(one - other) and bool(other - one)


@lru_cache(maxsize=4096)
def _read(text: str) -> _Sentence:
    """Read a sentence; kept, as each is compared with many."""
    words = wording.read(_DATELINE.sub("", text, count=1) if _DATELINE.match(text) else text)
    numbers = numerals.read(words)
    keys = tuple(_join(words, numbers))
    said = _find_saying(keys)
    body = tuple(key for place, key in enumerate(keys) if place not in said and is_word(key))
    plain = tuple(key for key in keys if is_word(key))
    return _Sentence(
        words=plain,
        body=body,
        speakers=frozenset(_tell([keys[place] for place in sorted(said)])),
        numbers=Counter(each.value for each in numbers),
        turns=Counter(
            _TURNS.get(key) or _TURNS[find_verb(key)]
            for key in plain
            if key in _TURNS or find_verb(key) in _TURNS
        ),
        telling=_tell(body),
        shingles=_shingle(body),
    )


def _shingle(words: Sequence[str]) -> frozenset[tuple[str, ...]]:
    """Return the runs of neighbouring words; of a text that is shorter, itself."""
    spelt = tuple(_americanise(word) for word in words)
    starts = range(max(1, len(words) - SHINGLE + 1) if words else 0)
    return frozenset(spelt[at : at + SHINGLE] for at in starts)


def _join(words: Wording, numbers: Sequence[numerals.Number]) -> Iterator[str]:
    """Yield words and marks, a number as one, without the marks inside "cease-fire" and "U.S."."""
    starts = {number.start: number for number in numbers}
    held, at = "", 0
    while at < len(words.keys):
        if at in starts:
            yield f"#{starts[at].value}"
            at = starts[at].end
            continue
        held += words.keys[at]
        if _is_joint(words, at + 1) and at + 2 not in starts:
            at += 2
            continue
        yield from _part(held)
        held, at = "", at + 1


def _is_joint(words: Wording, at: int) -> bool:
    """Tell whether the mark at a place joins the words on either side to one."""
    if at + 1 >= len(words.keys):
        return False
    before, mark, behind = words.keys[at - 1 : at + 2]
    (_, left), (start, end), (right, _) = words.places[at - 1 : at + 2]
    joins = mark == DASH or (mark == "." and len(before) == len(behind) == 1)
    return joins and is_word(before) and is_word(behind) and left == start and end == right


def _part(word: str) -> Iterator[str]:
    """Yield "will" and "not" of "won't", and a word without its ending of the possessive."""
    if word.endswith("n't"):
        stem = word.removesuffix("n't")
        yield _SHORTENED.get(stem, stem)
        yield "not"
    else:
        yield word.removesuffix("'s").rstrip("'")


def _find_saying(keys: Sequence[str]) -> set[int]:
    """Return the places of the words that tell who says a sentence, at its start or end."""
    found: set[int] = set()
    ends = [place for place, key in enumerate(keys) if key in _MARKS_OF_SAYING]
    first = next((place for place in ends if place > 0), len(keys))
    if keys[:1] == ("according",) and first <= _LONGEST_SAYING:
        found |= set(range(first))
    else:
        found |= set(range(_end_of_opening(keys)))
    last = max((place for place in ends if any(map(is_word, keys[place:]))), default=len(keys))
    tail, places = keys[last:], set(range(last, len(keys)))
    told = "according" in tail or not SAYING.isdisjoint(tail)
    if told and sum(map(is_word, tail)) <= _LONGEST_SAYING and found.isdisjoint(places):
        found |= places
    return found


def _end_of_opening(keys: Sequence[str]) -> int:
    """Return the end of an opening such as "The police said on Monday that"."""
    for place, key in enumerate(keys[:_LONGEST_SAYING]):
        if place and key in _MARKS_OF_SAYING:
            return 0
        if place and key in SAYING and find_verb(key) not in _TURNS:
            behind = keys[place + 1 : place + 4]
            that = next((at for at, each in enumerate(behind) if each == "that"), -1)
            return place + 2 + that
    return 0


def _tell(words: Sequence[str]) -> tuple[str, ...]:
    """Return the words that say something, in the form in which they are compared."""
    return tuple(
        _americanise(find_verb(word) or fold(word))
        for word in words
        if is_word(word)
        and word not in FUNCTION_WORDS
        and word not in SAYING
        and word not in _AGENCIES
        and not word.startswith("#")
    )


def _americanise(word: str) -> str:
    """Return a word so that its British and American spellings are one; it may become none.

    >>> _americanise("labour") == _americanise("labor")
    True
    >>> _americanise("centre") == _americanise("center")
    True
    """
    for british, american in _SPELLINGS:
        word = word.replace(british, american)
    return word
