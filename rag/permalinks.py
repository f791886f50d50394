"""A quote's id as a permalink: it names the version quoted, which is kept when another comes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from rag.errors import QuestionError
from rag.types import Article, Quote, Source, Span

# As `Quote.id` writes it; more digits of the digest are taken, too. An article's id may hold any
# character, so that what is behind it is read from the right.
PATTERN = re.compile(
    r"(?P<article>[^\ud800-\udfff]+)@(?P<digest>[0-9a-f]{12,64}):(?P<start>0|[1-9]\d{0,9})-(?P<end>[1-9]\d{0,9})",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Permalink:
    """What the id of a quote names.

    Attributes:
        article: The article's id.
        digest: The first digits of the digest of the version quoted.
        span: Where the quote stands in it.
    """

    article: str
    digest: str
    span: Span

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a permalink.

        >>> Permalink.parse("a@b:c@0123456789ab:5-9")
        Permalink(article='a@b:c', digest='0123456789ab', span=Span(start=5, end=9))

        Raises:
            QuestionError: The text is not the id of a quote.
        """
        match = PATTERN.fullmatch(text)
        if not match or not int(match["start"]) < int(match["end"]):
            raise QuestionError(
                f"{text[:80]!r} is not the id of a quote, such as story@0123456789ab:120-184"
            )
        return cls(match["article"], match["digest"], Span(int(match["start"]), int(match["end"])))


@dataclass(frozen=True, slots=True)
class Cited:
    """What a permalink opens.

    Attributes:
        quote: The quote, cut from the version that was quoted.
        article: That version.
        latest: The source of the version that is searched now; None if the article was withdrawn.
        noticed: When it was noticed that it was changed or withdrawn, in UTC; None if it was not,
            or the time was not written down.
    """

    quote: Quote
    article: Article
    latest: Source | None
    noticed: datetime | None = None

    def __post_init__(self) -> None:
        if self.quote.source != self.article.source:
            raise ValueError(f"{self.quote.id} is not from {self.article.source.id}")
        if self.latest and self.latest.id != self.article.source.id:
            raise ValueError(f"{self.latest.id} is no version of {self.article.source.id}")

    @property
    def current(self) -> bool:
        """Whether the article still has the text that was quoted from."""
        return self.latest is not None and self.latest.digest == self.article.source.digest

    @property
    def changed(self) -> bool:
        """Whether the article has another text now."""
        return self.latest is not None and self.latest.digest != self.article.source.digest

    @property
    def withdrawn(self) -> bool:
        """Whether the article is no longer searched, though the version quoted is kept."""
        return self.latest is None
