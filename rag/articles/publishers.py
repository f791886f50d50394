"""Finds who published a saved page, in its furniture and in a wire's dateline."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

_NAME = (
    r"(?P<name>(?:[Tt]he )?[A-Z0-9][\w&.'’-]*(?: (?:of|the|and|&|for|in|[A-Z0-9][\w&.'’-]*)){0,6})"
)
_YEARS = r"(?:\d{4}(?:\s*[-–]\s*\d{4})?)"
# The surest first.
_PATTERNS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_NAME} delivers? (?:independent|unrivall?ed|trusted|original|in-depth|the latest)\b",
        r"(?i:this|the) (?:article|story|post|piece) (?:was |has been )?(?:first|originally) "
        rf"(?:appeared|published|posted) (?:in|on|by|at) {_NAME}",
        rf"(?:Published by|Publisher|Source|Courtesy of):? {_NAME}\.?$",
        rf"(?:©|\([cC]\)|(?i:copyright)(?: ?©| ?\([cC]\))?) ?{_YEARS},? (?:by )?{_NAME}",
        rf"(?:©|\([cC]\)|(?i:copyright)(?: ?©| ?\([cC]\))?) (?:by )?{_NAME}",
        rf"[Mm]ore about {_NAME} can be found",
    )
)
_RIGHTS = re.compile(r"(?:[,.]? (?:All|Limited|Ltd|Inc|LLC|GmbH|PLC|plc)\b.*|\.| \d{4}.*)$")
# ALEPPO, Syria, Dec 1 (Reuters) - or: BEIRUT (AP) —
_WIRE = re.compile(
    r"[A-Z][A-Z.'’ /-]{1,60}[^()]{0,60}\((?P<name>[A-Z][\w.& -]{1,30})\)\s{1,3}[-–—_]{1,2}\s"
)
# A notice has a few hundred characters; the patterns are slow on what is much longer.
_MAX_LINE = 1_000


def find_publisher(furniture: Sequence[str], *, story: Iterable[str]) -> str:
    """Return a publisher's name as the page writes it, or nothing.

    Args:
        furniture: What stands outside the story.
        story: Its first paragraphs.
    """
    for pattern in _PATTERNS:
        for line in furniture:
            found = pattern.search(line) if len(line) <= _MAX_LINE else None
            name = _RIGHTS.sub("", found["name"]) if found else ""
            # "Source: News Agencies" names nobody.
            if name and not name.isdigit() and not name.endswith("Agencies"):
                return name
    return next((found["name"] for found in map(_WIRE.match, story) if found), "")


def find_wire(paragraph: str) -> str:
    """Return the place, day and agency before a wire story's first sentence, or nothing.

    >>> find_wire("ALEPPO, Syria, Dec 1 (Reuters) - Rebels said they had left.")
    'ALEPPO, Syria, Dec 1 (Reuters) - '
    """
    found = _WIRE.match(paragraph)
    return found[0] if found else ""
