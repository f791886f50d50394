"""Whether a quotation stands in an article: exactly, altered, or not at all.

Everywhere else text is cut and never found. Here a text is looked for in articles, as that is what
the user asks: the quotation comes from outside, and where it stands is the answer. What is shown of
the article is a span of it again, and cut.

Exact is a run of whole words of an article in their order; what `wording` folds may differ, and
a final full stop or comma. An ellipsis joins such runs of one article. Anything else that is near
enough is altered, down to a single word.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from rag import sentences
from rag.checking.alignment import Step
from rag.checking.likeness import Likeness, compare
from rag.checking.quotation import Coded, Quotation
from rag.types import Article, Passage, Quote, Span
from rag.wording import ELLIPSIS, QUOTE

# Below this similarity a quotation is not found. Of the 254 sentences of the corpus with five words
# or more, 22 reach it in the fifteen other articles, many of which tell the same; none falls below
# it with two words in five changed, added or left out, 8 do with every second one; nor does any of
# 74 runs of three sentences in reversed order. A name of two words still reaches it by one of them.
ENOUGH = 0.5

# What turns a statement round where it stands right before it, beside words in "n't".
NEGATIONS = frozenset(
    "no not never neither nor none nobody nothing without hardly scarcely barely cannot".split()
)
# Characters around the nearest words in which the sentences are looked for that hold them.
AROUND = 2_000


class Status(StrEnum):
    """What became of a quotation."""

    EXACT = "exact"
    ALTERED = "altered"
    NOT_FOUND = "not found"


@dataclass(frozen=True, slots=True)
class Difference:
    """Where a quotation departs from an article.

    Attributes:
        start: Where the article's words begin, counted from its start.
        end: Where they end; the same, if the article has nothing there.
        words: The quotation's words; empty, if it leaves the article's out.
    """

    start: int
    end: int
    words: str

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.end or not (self.words or self.start < self.end):
            raise ValueError(f"{self.start}-{self.end} and {self.words!r} are no difference")

    @property
    def kind(self) -> str:
        """Whether the article's words are "changed" or "left out", or others "added"."""
        if self.start == self.end:
            return "added"
        return "changed" if self.words else "left out"


@dataclass(frozen=True, slots=True)
class Check:
    """What the archive says to a quotation.

    Attributes:
        quotation: The quotation, as it was given.
        status: Whether it stands in the archive.
        similarity: From 0 to 1, which is exact: the share of the words that are the article's.
        quote: Where it stands, exact or altered.
        differences: Where it departs from that, in order.
        omissions: What its ellipses leave out of that.
        varying: What differs though the words do not: case, quotation marks and the like.
        negation: A "not" or the like that stands right before what is quoted exactly.
        also_in: Where else it stands exactly.
        nearest: What comes nearest to a quotation that was not found.
    """

    quotation: str
    status: Status
    similarity: float
    quote: Quote | None = None
    differences: tuple[Difference, ...] = ()
    omissions: tuple[Span, ...] = ()
    varying: tuple[str, ...] = ()
    negation: Span | None = None
    also_in: tuple[Quote, ...] = ()
    nearest: Quote | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.similarity <= 1:
            raise ValueError(f"similarity must be within 0 and 1, not {self.similarity}")
        if (self.status is Status.NOT_FOUND) == bool(self.quote):
            raise ValueError("a quotation has a place if and only if it was found")
        if (self.status is Status.ALTERED) != bool(self.differences):
            raise ValueError("a quotation has differences if and only if it was altered")


def check(text: str, articles: Iterable[Article]) -> Check:
    """Tell whether a quotation stands in one of some articles.

    Args:
        text: The quotation.
        articles: The articles, the likeliest first; none is asked for before the quotation is read.

    Returns:
        The check; among several articles that hold the quotation exactly, the first that differs in
        the least is `quote`, the others are `also_in`.

    Raises:
        QuestionError: The quotation is too long, or holds no word.
    """
    quotation = Quotation(text)
    coded = [quotation.code(article) for article in articles]
    exact = [found for each in coded if (found := _locate(quotation, each))]
    if exact:
        exact.sort(key=lambda each: (bool(each.omissions), len(each.varying)))
        others = (each.quote for each in exact[1:])
        return replace(exact[0], also_in=tuple(quote for quote in others if quote))
    return _approach(quotation, coded)


def _locate(quotation: Quotation, coded: Coded) -> Check | None:
    """Return the check of a quotation that an article holds exactly."""
    found = quotation.locate(coded)
    if not found:
        return None
    runs, places = found
    ends = [place + run.end - run.start for run, place in zip(runs, places, strict=True)]
    gaps = zip(ends[:-1], places[1:], strict=True)
    end = ends[-1] + quotation.stops_alike(runs[-1], coded, ends[-1])
    return Check(
        quotation.text,
        Status.EXACT,
        1.0,
        _quote(coded.article, _span_own(coded, places[0], end), score=1.0),
        omissions=_span_omissions(coded, gaps),
        varying=quotation.list_varying(coded, runs, places),
        negation=next(filter(None, (_find_negation(coded, place) for place in places)), None),
    )


def _approach(quotation: Quotation, coded: Sequence[Coded]) -> Check:
    """Return the check of a quotation that no article holds exactly."""
    best = _choose_likest(quotation, coded)
    if not best:
        return Check(quotation.text, Status.NOT_FOUND, 0.0)
    if best.similarity < ENOUGH:
        near = _span(best.coded, *compare(quotation, best.coded, far=False).reach)
        return Check(
            quotation.text,
            Status.NOT_FOUND,
            best.similarity,
            nearest=_quote_sentences(best.coded.article, near, score=best.similarity),
        )
    gaps = ((step.other_start, step.other_end) for step in best.steps if step.shown)
    return Check(
        quotation.text,
        Status.ALTERED,
        best.similarity,
        _quote(best.coded.article, _span(best.coded, *best.reach), score=best.similarity),
        tuple(_name_difference(best, step) for step in best.differences),
        omissions=_span_omissions(best.coded, gaps),
    )


def _choose_likest(quotation: Quotation, coded: Sequence[Coded]) -> Likeness | None:
    """Return the likeness of the article that is most like a quotation."""
    size = sum(run.end - run.start for run in quotation.runs)
    wanted = Counter(quotation.codes)
    shared = [sum((wanted & Counter(each.text)).values()) for each in coded]
    likest: Likeness | None = None
    for place in sorted(range(len(coded)), key=lambda place: -shared[place]):
        if not shared[place] or (likest and shared[place] / size <= likest.similarity):
            break  # it could not be more alike, whatever the order of its words
        likeness = compare(quotation, coded[place])
        if not likest or likeness.similarity > likest.similarity:
            likest = likeness
    return likest


def _name_difference(likeness: Likeness, step: Step) -> Difference:
    words = likeness.quotation.wording.cut(step.start, step.end)
    places = likeness.coded.wording.places
    if step.other_start < step.other_end:
        span = _span(likeness.coded, step.other_start, step.other_end)
        return Difference(span.start, span.end, words)
    first, _ = likeness.reach
    at = places[first][0] if step.other_start == first else places[step.other_start - 1][1]
    return Difference(at, at, words)


def _quote_sentences(article: Article, span: Span, *, score: float) -> Quote:
    """Cut the sentences of the story that a span touches; the span itself, if it touches none."""
    found = [span]
    for run in article.body:
        if run.overlaps(span):
            start, end = max(run.start, span.start - AROUND), min(run.end, span.end + AROUND)
            split = sentences.split(article.text, Span(start, end))
            found += [each for each in split if each.overlaps(span)]
    whole = Span(min(each.start for each in found), max(each.end for each in found))
    return _quote(article, whole, score=score)


def _quote(article: Article, span: Span, *, score: float) -> Quote:
    return Quote(Passage.of(article, [span], number=0), span, score)


def _span(coded: Coded, start: int, end: int) -> Span:
    places = coded.wording.places
    return Span(places[start][0], places[end - 1][1])


def _span_own(coded: Coded, start: int, end: int) -> Span:
    """Return a span without quotation marks of the sentence before it, or of the one behind."""
    keys, places, text = coded.wording.keys, coded.wording.places, coded.article.text
    span = _span(coded, start, end)
    first, last = span.start, span.end
    if keys[start] == QUOTE:
        first = places[start + 1][0]
        first -= len(_split(text[span.start : first])[-1])
    if keys[end - 1] == QUOTE:
        last = places[end - 2][1]
        last += len(_split(text[last : span.end])[0])
    return Span(first, last)


def _split(text: str) -> list[str]:
    return re.split(r"\s", text)


def _find_negation(coded: Coded, start: int) -> Span | None:
    """Return a negation that stands right before a word."""
    for key in coded.wording.keys[max(0, start - 1) : start]:
        if key in NEGATIONS or key.endswith("n't"):
            return _span(coded, start - 1, start)
    return None


def _span_omissions(coded: Coded, gaps: Iterable[tuple[int, int]]) -> tuple[Span, ...]:
    """Return what is left out between runs; an ellipsis of the article's own is not."""
    keys = coded.wording.keys
    return tuple(
        _span(coded, start, end)
        for start, end in gaps
        if start < end and keys[start:end] != (ELLIPSIS,)
    )
