"""Which articles are meant: by id, path, publisher and day; all that is given must fit."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase

from rag.errors import ArticleError, SelectionError
from rag.types import Source

# What makes a pattern of a path.
WILD = re.compile(r"[*?[]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What an article must be to be meant; a field that is empty asks nothing.

    Attributes:
        articles: Ids, one of which it must have.
        paths: Where it must have been read, as listed: a file, a folder above it, or a pattern
            such as `reports/2016-*.md`, in which `*` also stands for slashes.
        publishers: Publishers, one of which it must be from.
        since: The first day it may be published on; with it or `until`, one without a date is not
            meant.
        until: The last day.
    """

    articles: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    publishers: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None

    def __post_init__(self) -> None:
        if not (self.articles or self.paths or self.publishers or self.since or self.until):
            raise SelectionError(
                "no article is named; give an id, or select by path, publisher or date"
            )
        if "" in self.paths:
            raise SelectionError("a path to select by is empty; name a file or folder")
        if self.since and self.until and self.since > self.until:
            raise SelectionError(
                f"the range ends ({self.until}) before it begins ({self.since}); swap the days"
            )

    def choose(self, sources: Iterable[Source]) -> tuple[Source, ...]:
        """Return those of some articles that are meant, in their order.

        Raises:
            ArticleError: An id is named that none of them has.
        """
        held = tuple(sources)
        known = {source.id for source in held}
        for article in self.articles:
            if article not in known:
                reason = "the archive does not hold it; see: rag articles list"
                raise ArticleError(article, reason)
        return tuple(source for source in held if self._admits(source))

    def _admits(self, source: Source) -> bool:
        if self.articles and source.id not in self.articles:
            return False
        if self.paths and not any(_fits(source.path, each) for each in self.paths):
            return False
        if self.publishers and source.publisher not in self.publishers:
            return False
        if self.since is None and self.until is None:
            return True
        first, last = self.since or date.min, self.until or date.max
        return source.published is not None and first <= source.published <= last


def _fits(path: str, wanted: str) -> bool:
    """Tell whether a path is, or is below, what is wanted, or fits it as a pattern.

    >>> _fits("reports/may/a.md", "reports"), _fits("reports-old/a.md", "reports")
    (True, False)
    >>> _fits("reports/may/a.md", "reports/*.md"), _fits("a[1].md", "a[1].md")
    (True, True)
    """
    plain = wanted.rstrip("/") or "/"
    if path == plain or path.startswith(plain.rstrip("/") + "/"):
        return True
    return bool(WILD.search(wanted)) and fnmatchcase(path, wanted)
