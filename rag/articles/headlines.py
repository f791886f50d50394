"""Chooses a page's headline among the lines above its story."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence

# Words this short are articles and prepositions; of longer ones the stem is enough.
_MIN_WORD = 4
_STEM = 5
_COMMON = frozenset(
    {"about", "after", "also", "been", "from", "have", "into", "more", "over", "said", "since"}
    | {"that", "their", "they", "this", "were", "what", "when", "which", "will", "with", "your"}
)
# Three words in common with the story say that a line is about it; more say only that it is long.
_ENOUGH = 3
# A deck is longer than the headline above it, and longer than most headlines.
_DECK_LENGTH = 90
_SLOGAN = re.compile(r"(?:\S+ ){1,7}since \d{4}", re.IGNORECASE)
# "Headline | Outlet", as the title of a page puts it.
_OUTLET = re.compile(r"(?P<headline>.{15,}?)\s+(?:[|–—-]|::)\s+(?P<outlet>[A-Z][\w.&'’ ]{1,40})")


def choose_headline(lines: Sequence[str], *, story: Iterable[str], dated: bool) -> int:
    """Return the position of the headline.

    The first line that is about the story is it: slogans and section names come before it and
    are about something else, the deck comes after it.

    Args:
        lines: What could be a headline, from above; at least one.
        story: The story's paragraphs.
        dated: Whether a dateline follows the lines; then the last is the likeliest if none is
            about the story.
    """
    stems = set().union(*(_stem(paragraph) for paragraph in story))
    scores = [_score(line, stems, alone=len(lines) == 1) for line in lines]
    best = max(scores)
    if best == 0:
        return len(lines) - 1 if dated else 0
    position = scores.index(best)
    above = position - 1
    deck = len(lines[position]) > _DECK_LENGTH
    # A headline with a play on words shares less with the story than its deck does.
    if deck and above >= 0 and scores[above] == _ENOUGH - 1:
        return above
    return position


def split_outlet(line: str, others: Collection[str]) -> tuple[str, str]:
    """Split `Headline | Outlet`; the outlet is empty where the line is only a headline.

    A bar always divides; a dash, which headlines use too, only where the headline stands alone
    on another line.

    >>> split_outlet("Rebels leave the old city | The Courier", ())
    ('Rebels leave the old city', 'The Courier')
    """
    found = _OUTLET.fullmatch(line)
    if not found:
        return line, ""
    barred = line[found.end("headline") : found.start("outlet")].strip() in {"|", "::"}
    if barred or found["headline"] in others:
        return found["headline"], found["outlet"].strip()
    return line, ""


def _score(line: str, stems: set[str], *, alone: bool) -> int:
    if _SLOGAN.fullmatch(line) and not alone:
        return 0
    return min(len(_stem(line) & stems), _ENOUGH)


def _stem(text: str) -> set[str]:
    words = re.findall(rf"[^\W\d_]{{{_MIN_WORD},}}", text.lower())
    return {word[:_STEM] for word in words if word not in _COMMON}
