"""A quotation as runs of words between ellipses, and where these stand in an article exactly."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

from rag import wording
from rag.errors import QuestionError
from rag.types import Article
from rag.wording import DASH, ELLIPSIS, QUOTE, Wording

# Two pages; a longer text is checked in parts.
MAX_CHARS = 5_000
# Places where a quotation begins that are tried for the one that it fits best.
BEGINNINGS = 100
# Marks at the end of a quotation that are tried as the article's before they are left out.
ENDINGS = 8

STOPS = frozenset(".,")
ASKING = frozenset("?!")
_LOOSE = STOPS | {QUOTE, ELLIPSIS}

# What can differ in a word or in what is between two, with what takes the difference away.
_FOLDS: dict[str, Callable[[str], str]] = {
    "spacing": wording.drop_weightless,
    "quotation marks": wording.fold_apostrophes,
    "case": wording.fold_case,
}
_KINDS = {QUOTE: "quotation marks", DASH: "dashes", ELLIPSIS: "ellipses"}


class Run(NamedTuple):
    """A run of a quotation's words.

    Attributes:
        start: Its first word.
        end: Where it ends.
        stop: The stop or comma that the quotation sets behind it; -1 if there is none.
    """

    start: int
    end: int
    stop: int = -1


@dataclass(frozen=True, slots=True)
class Coded:
    """An article's wording in the codes of a quotation, a character for a word."""

    article: Article
    wording: Wording
    text: str

    def asks(self, end: int) -> bool:
        """Tell whether a question or exclamation mark stands behind a run."""
        return not ASKING.isdisjoint(self.wording.keys[end : end + 1])


class Quotation:
    """A quotation's wording, its runs, and the codes it gives to words."""

    def __init__(self, text: str) -> None:
        """Read a quotation.

        Raises:
            QuestionError: It is too long, holds no word, or holds what is no text.
        """
        if len(text) > MAX_CHARS:
            raise QuestionError(
                f"the quotation has {len(text):,} characters, {MAX_CHARS:,} is the most; "
                "check it in parts"
            )
        if any("\ud800" <= each <= "\udfff" for each in text):
            raise QuestionError(
                "the quotation holds half a character, which is no text; copy it again"
            )
        self.text = text
        self.wording = wording.read(text)
        keys = self.wording.keys
        if not any(map(wording.is_word, keys)):
            raise QuestionError("the quotation has no word in it; give the words to check")
        self._codes = {key: chr(code) for code, key in enumerate(dict.fromkeys(keys), start=1)}
        self.codes = "".join(map(self._codes.__getitem__, keys))
        shown = [place for place, key in enumerate(keys) if key == ELLIPSIS]
        bounds = zip([-1, *shown], [*shown, len(keys)], strict=True)
        trimmed = [self._trim(before + 1, end) for before, end in bounds]
        self.runs = tuple(run for run in trimmed if run.start < run.end)

    def code(self, article: Article) -> Coded:
        """Read an article in the codes of this quotation; other words are all U+0000."""
        read, codes = wording.read(article.text), self._codes
        return Coded(article, read, "".join([codes.get(key, "\0") for key in read.keys]))

    def readings(self) -> Iterator[tuple[Run, ...]]:
        """Yield the ways to take the quotation, the most literal first.

        An ellipsis may be the article's own. Marks at the ends may be the quoter's own.
        """
        count = len(self.wording.keys)
        yield (Run(0, count),)
        whole = self._trim(0, count)
        for end in range(min(count, whole.end + ENDINGS), whole.end, -1):
            yield (Run(whole.start, end),)
        yield (whole,)
        if len(self.runs) > 1:
            yield self.runs

    def locate(self, coded: Coded) -> tuple[tuple[Run, ...], tuple[int, ...]] | None:
        """Return the runs and where each begins in an article that holds them all, in order.

        Of several places it is the one where least is left out, and least differs.
        """
        for runs in self.readings():
            chains = islice(self._chains(coded, runs), BEGINNINGS)
            ranked = (
                (chain[-1] - chain[0], len(self.list_varying(coded, runs, chain)), chain)
                for chain in chains
            )
            best = min(ranked, default=None)
            if best:
                return runs, best[-1]
        return None

    def list_varying(
        self, coded: Coded, runs: Sequence[Run], places: Sequence[int]
    ) -> tuple[str, ...]:
        """Return what differs though the words do not, between runs and where they stand."""
        found: dict[str, None] = {}
        for run, place in zip(runs, places, strict=True):
            found |= dict.fromkeys(self._compare(run, coded.wording, place))
        behind = places[-1] + runs[-1].end - runs[-1].start
        if runs[-1].stop >= 0 and not self.stops_alike(runs[-1], coded, behind):
            found["the final mark"] = None
        return tuple(found)

    def stops_alike(self, run: Run, coded: Coded, end: int) -> bool:
        """Tell whether the article has the same stop behind a run as the quotation."""
        return run.stop >= 0 and coded.wording.keys[end : end + 1] == (self.wording.keys[run.stop],)

    def _trim(self, start: int, end: int) -> Run:
        """Leave quotation marks, stops and commas at the ends of a run out."""
        keys = self.wording.keys
        while start < end and keys[start] in _LOOSE:
            start += 1
        close = end
        while start < close and keys[close - 1] in _LOOSE:
            close -= 1
        stops = (place for place in range(close, end) if keys[place] in STOPS)
        return Run(start, close, next(stops, -1))

    def _chains(self, coded: Coded, runs: Sequence[Run]) -> Iterator[tuple[int, ...]]:
        """Yield where the runs stand one behind the other, each time from a later beginning."""
        start = 0
        while True:
            chain: list[int] = []
            at = start
            for run in runs:
                found = self._look_on(coded, run, at)
                if found < 0:
                    return
                chain.append(found)
                at = found + run.end - run.start
            yield tuple(chain)
            start = chain[0] + 1

    def _look_on(self, coded: Coded, run: Run, start: int) -> int:
        """Return where a run stands next as whole words, and asks no question there; else -1."""
        codes = self.codes[run.start : run.end]
        at = coded.text.find(codes, start)
        while at >= 0:
            end = at + len(codes)
            if coded.wording.is_whole(at, end) and not (run.stop >= 0 and coded.asks(end)):
                return at
            at = coded.text.find(codes, at + 1)
        return at

    def _compare(self, run: Run, other: Wording, place: int) -> Iterator[str]:
        mine = self.wording
        shift = place - run.start
        for word in range(run.start, run.end):
            start, end = mine.places[word]
            other_start, other_end = other.places[word + shift]
            left, right = mine.text[start:end], other.text[other_start:other_end]
            if left != right:
                kind = _KINDS.get(mine.keys[word])
                yield from [kind] if kind else _name_folds(left, right)
            if word > run.start:
                before, other_before = mine.places[word - 1][1], other.places[word + shift - 1][1]
                if mine.text[before:start] != other.text[other_before:other_start]:
                    yield "spacing"


def _name_folds(left: str, right: str) -> Iterator[str]:
    """Yield what differs in two words that are the same but for it."""
    for name in _FOLDS:
        one, two = left, right
        for other, fold in _FOLDS.items():
            if other != name:
                one, two = fold(one), fold(two)
        if one != two:
            yield name
