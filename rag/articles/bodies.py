"""The body of an article: what is left of its text when everything else is taken away."""

from __future__ import annotations

from collections.abc import Iterable

from rag.types import Span


def cut_body(text: str, left_out: Iterable[Span]) -> tuple[Span, ...]:
    r"""Return the parts of a text between the spans that are left out.

    Args:
        text: The article's text.
        left_out: Ordered, disjoint spans that are not part of the story.

    Returns:
        Ordered, disjoint spans without outer white space, each with a letter or a digit.

    >>> cut_body("Menu\nIt fell.\n\nAll left.\nShare", [Span(0, 4), Span(25, 30)])
    (Span(start=5, end=24),)
    """
    body = []
    start = 0
    for hole in (*left_out, None):
        end = hole.start if hole else len(text)
        part = text[start:end]
        words = part.strip()
        if any(char.isalnum() for char in words):
            left = start + len(part) - len(part.lstrip())
            body.append(Span(left, left + len(words)))
        if hole:
            start = hole.end
    return tuple(body)
