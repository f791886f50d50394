"""The body of an article: what is left of its text when everything else is taken away."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

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


def leave_out(text: str, body: Sequence[Span], left_out: Iterable[Span]) -> tuple[Span, ...]:
    r"""Return what is left of a body when more is taken away.

    Args:
        text: The article's text.
        body: Ordered, disjoint spans of it.
        left_out: Spans that are not part of the story, in any order.

    >>> leave_out("It fell.\n2\nAll left.\nShare", [Span(0, 20)], [Span(9, 10), Span(21, 26)])
    (Span(start=0, end=8), Span(start=11, end=20))
    """
    ends = [0, *(span.end for span in body)]
    starts = [*(span.start for span in body), len(text)]
    gaps = [Span(*gap) for gap in zip(ends, starts, strict=True) if gap[0] < gap[1]]
    holes: list[Span] = []
    for hole in sorted([*gaps, *left_out]):
        if holes and hole.start <= holes[-1].end:
            holes[-1] = Span(holes[-1].start, max(holes[-1].end, hole.end))
        else:
            holes.append(hole)
    return cut_body(text, holes)
