"""What a file of evidence says; whether it is so is not known before an archive has been asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Self

from rag.types import Answer, Query, Quote, Source, Span


@dataclass(frozen=True, slots=True)
class Claim:
    """Words that a file says stand in an article, and where."""

    start: int
    end: int
    text: str

    @classmethod
    def of(cls, span: Span, text: str) -> Self:
        """Return words as they are saved."""
        return cls(span.start, span.end, text)


@dataclass(frozen=True, slots=True)
class SavedQuote:
    """A quote as a file holds it.

    Attributes:
        id: The permalink.
        words: What is quoted.
        lead: What was shown before it.
        source: The article, and the version of it, that they are said to be from.
        score: The quote's score; 1 where a file does not tell.
        answer: The part of the quote that answers.
        copies: The other articles that are said to print the same.
    """

    id: str
    words: Claim
    lead: Claim | None
    source: Source
    score: float = 1.0
    answer: Span | None = None
    copies: tuple[Source, ...] = ()

    @classmethod
    def of(cls, quote: Quote) -> Self:
        """Return a quote as it is saved."""
        return cls(
            id=quote.id,
            words=Claim.of(quote.span, quote.text),
            lead=Claim.of(quote.lead, quote.lead_text) if quote.lead else None,
            source=quote.source,
            score=round(float(quote.score), 4),
            answer=quote.answer,
            copies=quote.copies,
        )


@dataclass(frozen=True, slots=True)
class SavedAnswer:
    """An answer as a file holds it; its question is the query's."""

    query: Query
    reason: str
    confidence: float
    several: bool
    quotes: tuple[SavedQuote, ...]
    nearest: tuple[SavedQuote, ...]

    @property
    def shown(self) -> tuple[SavedQuote, ...]:
        """The passages that were shown: the quotes, or else the nearest."""
        return self.quotes or self.nearest

    @classmethod
    def of(cls, answer: Answer) -> Self:
        """Return an answer as it is saved."""
        return cls(
            query=answer.query,
            reason=answer.reason,
            confidence=round(float(answer.confidence), 4),
            several=answer.several,
            quotes=tuple(SavedQuote.of(quote) for quote in answer.quotes),
            nearest=tuple(SavedQuote.of(quote) for quote in answer.nearest),
        )


@dataclass(frozen=True, slots=True)
class Dossier:
    """What a file of evidence holds.

    Attributes:
        saved: When it was saved, with its time zone.
        answers: The answers, oldest first.
        intact: Whether the checksum is that of the content.
    """

    saved: datetime
    answers: tuple[SavedAnswer, ...]
    intact: bool
