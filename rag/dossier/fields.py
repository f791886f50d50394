"""Values that were read from a file and may be anything, taken as what they must be."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NoReturn

from rag.errors import EvidenceError

# No article is longer than its file, which has 2^31 bytes at most (`Settings.max_article_bytes`).
LAST_OFFSET = 2**31
# No score is near it: they are probabilities, or the logarithms of odds.
LARGEST_NUMBER = 1e9


@dataclass(frozen=True, slots=True)
class Node:
    """A value with where it stands in its file."""

    where: str
    value: Any

    def fields(self, *names: str, optional: Sequence[str] = ()) -> dict[str, Node]:
        """Return the fields of an object that has exactly these; an optional one may be absent."""
        if not isinstance(self.value, dict) or set(self.value) - set(optional) != set(names):
            self.fail(f"is not an object of {', '.join(names)}")
        every = (*names, *optional)
        return {name: Node(f"{self.where}: {name}", self.value.get(name)) for name in every}

    def items(self) -> Iterator[Node]:
        """Yield what is in a list."""
        if not isinstance(self.value, list):
            self.fail("is not a list")
        for number, item in enumerate(self.value, start=1):
            yield Node(f"{self.where} {number}", item)

    def texts(self) -> tuple[str, ...]:
        """Return the strings of a list."""
        return tuple(each.text() for each in self.items())

    def text(self) -> str:
        """Return a string that can be encoded."""
        if not isinstance(self.value, str) or re.search("[\ud800-\udfff]", self.value):
            self.fail("is not a text")
        return str(self.value)

    def offset(self) -> int:
        """Return a place in a text."""
        if type(self.value) is not int or not 0 <= self.value <= LAST_OFFSET:
            self.fail("is not a place in a text")
        return int(self.value)

    def truth(self) -> bool:
        """Return true or false."""
        if type(self.value) is not bool:
            self.fail("is neither true nor false")
        return bool(self.value)

    def number(self) -> float:
        """Return a number."""
        if type(self.value) not in (int, float) or not abs(self.value) <= LARGEST_NUMBER:
            self.fail("is not a number")
        return float(self.value)

    def share(self) -> float:
        """Return a number from 0 to 1."""
        if not 0 <= self.number() <= 1:
            self.fail("is not a number from 0 to 1")
        return self.number()

    def day(self) -> date | None:
        """Return a day, or none."""
        if self.value is None:
            return None
        try:
            return date.fromisoformat(self.text())
        except ValueError:
            self.fail("is not a day")

    def time(self) -> datetime:
        """Return a time with its zone."""
        try:
            time = datetime.fromisoformat(self.text())
        except ValueError:
            self.fail("is not a time")
        if time.utcoffset() is None:
            self.fail("has no time zone")
        return time

    def fail(self, reason: str) -> NoReturn:
        """Say what is wrong with the value."""
        raise EvidenceError(f"no evidence file: {self.where} {reason}")
