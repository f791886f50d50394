"""The words of the domain as frozen values; what must hold is checked when one is made.

Offsets count code points of an article's stored text, from its start, half-open.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from rag.inferences import Added, DateRange

    Vector = np.ndarray[tuple[int], np.dtype[np.float32]]
    Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open range of code points, never empty.

    >>> Span(4, 9).cut("the truce held")
    'truce'
    """

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise ValueError(f"a span needs 0 <= start < end, not {self.start}, {self.end}")

    def __len__(self) -> int:
        return self.end - self.start

    def cut(self, text: str) -> str:
        """Return the part of `text` that this span covers.

        Raises:
            ValueError: The span reaches beyond the text.
        """
        if self.end > len(text):
            raise ValueError(f"span {self.start}-{self.end} ends beyond a text of {len(text)}")
        return text[self.start : self.end]

    def covers(self, other: Span) -> bool:
        """Tell whether `other` lies inside this span."""
        return self.start <= other.start and other.end <= self.end

    def overlaps(self, other: Span) -> bool:
        """Tell whether the two spans share a code point."""
        return self.start < other.end and other.start < self.end

    def shifted(self, by: int) -> Span:
        """Return the span moved by a number of code points."""
        return Span(self.start + by, self.end + by)


def digest_text(text: str) -> str:
    """Return the sha256 of a text's UTF-8 bytes, in hex."""
    return sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Source:
    """Who published an article, when and where.

    `id` stays the same over all versions of an article; `digest` is that of the exact text.
    `language` is a tag such as en or pt-BR, as the article's file gives it. Unknown fields are
    empty strings, an unknown date is None.
    """

    id: str
    title: str
    publisher: str
    author: str
    published: date | None
    url: str
    path: str
    digest: str
    language: str = ""

    def __post_init__(self) -> None:
        if not self.id:
            raise ValueError("a source needs an id")


@dataclass(frozen=True, slots=True)
class Article:
    """An article's source and its text, which is immutable from here on.

    `body` is where the story stands in the text: what is around and between it (navigation,
    headline, dateline, newsletter lines) is kept, as the text is the one that was saved, but is
    never quoted.
    """

    source: Source
    text: str = field(repr=False)
    body: tuple[Span, ...] = field(repr=False)

    def __post_init__(self) -> None:
        if digest_text(self.text) != self.source.digest:
            raise ValueError(f"the text of {self.source.id} does not match its digest")
        ends = [0, *(span.end for span in self.body)]
        starts = [*(span.start for span in self.body), len(self.text)]
        if any(end > start for end, start in zip(ends, starts, strict=True)):
            raise ValueError(
                f"the body of {self.source.id} is not ordered, disjoint and in its text"
            )


@dataclass(frozen=True, slots=True)
class Passage:
    """A slice of an article: what is embedded, stored and retrieved.

    `number` counts the passages of one article from 0; `sentences` are the spans that a quote may
    be made of, counted, like `span`, from the start of the article.
    """

    source: Source
    span: Span
    text: str = field(repr=False)
    number: int
    sentences: tuple[Span, ...] = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.text) != len(self.span):
            raise ValueError(
                f"passage {self.number} of {self.source.id} is not as long as its span"
            )
        if not self.sentences or not all(self.span.covers(each) for each in self.sentences):
            raise ValueError(f"passage {self.number} of {self.source.id} needs sentences inside it")

    @classmethod
    def of(cls, article: Article, sentences: Sequence[Span], *, number: int) -> Passage:
        """Cut the passage that reaches from the first to the last of some sentences."""
        span = Span(sentences[0].start, sentences[-1].end)
        return cls(article.source, span, span.cut(article.text), number, tuple(sentences))

    def cut(self, span: Span) -> str:
        """Return the text at a span of the article that lies inside this passage.

        Raises:
            ValueError: The span is not inside the passage.
        """
        if not self.span.covers(span):
            raise ValueError(f"{span} is not inside {self.span}")
        return self.text[span.start - self.span.start : span.end - self.span.start]


@dataclass(frozen=True, slots=True)
class Rank:
    """Where one retriever put a passage, counted from 1."""

    retriever: str
    position: int


@dataclass(frozen=True, slots=True)
class Hit:
    """A retrieved passage; a higher score is better."""

    passage: Passage
    score: float
    ranks: tuple[Rank, ...] = ()


@dataclass(frozen=True, slots=True)
class Query:
    """A question as it is searched for.

    Attributes:
        question: What was asked.
        wording: What stands alone and is searched for.
        since: The first day an article may be published on; with it or `until`, one without a date
            is left out.
        until: The last day.
        publishers: The publishers an article may be from; none means any.
        added: The words that were added to the question, and what each came from.
        dates: The days the question names: the hard ones are in `since` and `until`, the others
            are preferred.
        dropped: Phrases that were not to be read as dates.
        given: The user's own wording, in place of one made with earlier questions; None if there
            was none.
    """

    question: str
    wording: str
    since: date | None = None
    until: date | None = None
    publishers: tuple[str, ...] = ()
    added: tuple[Added, ...] = ()
    dates: tuple[DateRange, ...] = ()
    dropped: tuple[str, ...] = ()
    given: str | None = None

    def __post_init__(self) -> None:
        if self.since and self.until and self.since > self.until:
            raise ValueError(f"the range ends ({self.until}) before it begins ({self.since})")

    @property
    def narrows(self) -> bool:
        """Whether any article can fail the filters."""
        return bool(self.publishers or self.since or self.until)

    def admits(self, source: Source) -> bool:
        """Tell whether an article passes the filters."""
        if self.publishers and source.publisher not in self.publishers:
            return False
        if self.since is None and self.until is None:
            return True
        day = source.published
        return (
            day is not None
            and (self.since is None or self.since <= day)
            and (self.until is None or day <= self.until)
        )


@dataclass(frozen=True, slots=True)
class ScoredSpan:
    """A sentence that a reader scored against a question, and the answer it saw inside it."""

    passage: Passage
    span: Span
    score: float
    answer: Span | None = None

    def __post_init__(self) -> None:
        _check_inside(self.passage.span, self.span, "a scored span", "its passage")
        if self.answer:
            _check_inside(self.span, self.answer, "an answer", "its span")


@dataclass(frozen=True, slots=True)
class Quote:
    """A span of a passage that an answer shows; its text is always derived from the cut.

    `answer` is the part of the quote that answers; `lead` is what stands before it that it leans
    on, a sentence or a few, to be shown apart. Both count from the start of the article. `copies`
    are the other articles that print the same text: the quote, or a sentence of it, but for light
    edits. They are no sources of their own.
    """

    passage: Passage
    span: Span
    score: float
    answer: Span | None = None
    lead: Span | None = None
    copies: tuple[Source, ...] = ()

    def __post_init__(self) -> None:
        _check_inside(self.passage.span, self.span, "a quote", "its passage")
        named = [self.source.id, *(each.id for each in self.copies)]
        if len(set(named)) < len(named):
            raise ValueError(f"the copies of a quote from {named[0]} must be of other articles")
        if self.answer:
            _check_inside(self.span, self.answer, "an answer", "its quote")
        if self.lead:
            _check_inside(self.passage.span, self.lead, "a lead", "the quote's passage")
            if self.lead.end > self.span.start:
                raise ValueError(f"a lead ({self.lead}) must stand before its quote ({self.span})")

    @property
    def text(self) -> str:
        """The quoted words, cut from the passage."""
        return self.passage.cut(self.span)

    @property
    def lead_text(self) -> str:
        """The words of the lead, cut from the passage; empty where there is none."""
        return self.passage.cut(self.lead) if self.lead else ""

    @property
    def source(self) -> Source:
        """The article the quote is from."""
        return self.passage.source

    @property
    def id(self) -> str:
        """A citation that names the exact version quoted: article, digest, range."""
        return name_place(self.source, self.span.start, self.span.end)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the archive says to a question: quotes, or nothing and why.

    The citation number of a quote is its position plus one. `nearest` are passages near the topic
    that do not answer; they are filled only when there are no quotes. `confidence` (0 to 1) is the
    estimated probability that the best quote answers the question. `several` says that the question
    asks what several reports say; then the quotes are in the order of their dates, but for a count
    behind the best; else the best is first.
    """

    question: str
    query: Query
    quotes: tuple[Quote, ...]
    nearest: tuple[Quote, ...]
    confidence: float
    reason: str
    several: bool = False

    def __post_init__(self) -> None:
        if not 0.0 <= self.confidence <= 1.0:
            raise ValueError(f"confidence must be within 0 and 1, not {self.confidence}")
        _check_disjoint(self.quotes)

    @property
    def found(self) -> bool:
        """Whether the archive says something to the question."""
        return bool(self.quotes)


@dataclass(frozen=True, slots=True)
class TokenScores:
    """How a model that read a question with a text scores the text's tokens.

    Attributes:
        spans: Where the tokens stand, counted from the start of the text.
        answering: Log-odds of each token's being in a sentence that answers, above what speaks
            for no answer.
        first: What speaks for each token's being the first of the words that answer.
        last: What speaks for its being the last of them.
    """

    spans: tuple[Span, ...]
    answering: tuple[float, ...]
    first: tuple[float, ...]
    last: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Failure:
    """An article that was not ingested, and why."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where an article stands: an absolute path, and the id that is derived from it.

    The path is empty where an article stands in no file. The name is the article's own id until
    its file is renamed.
    """

    name: str
    path: str


def name_place(source: Source, start: int, end: int) -> str:
    """Return the id of a quote from a version of an article."""
    return f"{source.id}@{source.digest[:12]}:{start}-{end}"


def _check_inside(outer: Span, inner: Span, what: str, where: str) -> None:
    if not outer.covers(inner):
        raise ValueError(f"{what} ({inner}) must lie inside {where} ({outer})")


def _check_disjoint(quotes: Sequence[Quote]) -> None:
    ordered = sorted(quotes, key=lambda quote: (quote.source.id, quote.span))
    for left, right in itertools.pairwise(ordered):
        if left.source.id == right.source.id and left.span.overlaps(right.span):
            raise ValueError(f"quotes {left.id} and {right.id} overlap")
