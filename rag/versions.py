"""A version of an article, with what the archive knows of its standing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from rag.types import Article, Place


@dataclass(frozen=True, slots=True)
class Version:
    """A version of an article as an archive keeps it.

    Attributes:
        article: What it says.
        current: Whether it is searched; of an article's versions one is, or none.
        noticed: When it was noticed that it was corrected or withdrawn, to the second; None if it
            is current, or if the time was not written down.
        place: Where the article stands; None if that was not written down.
    """

    article: Article
    current: bool
    noticed: datetime | None = None
    place: Place | None = None

    def __post_init__(self) -> None:
        if self.current and self.noticed:
            raise ValueError("a version cannot be current and have ended")
        if self.noticed and (self.noticed.utcoffset() is None or self.noticed.microsecond):
            raise ValueError("the time when a version ended needs a zone and whole seconds")
