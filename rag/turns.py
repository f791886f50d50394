"""Whose question is next: so many are worked on at once, others wait, and more are refused.

The chat's page, its HTTP interface and its tools share one `Turns`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from anyio import CapacityLimiter, to_thread

from rag.errors import BusyError

T = TypeVar("T")


class Turns:
    """Lets so many calls run at once, and so many wait."""

    def __init__(self, at_once: int, *, waiting: int) -> None:
        self._limiter, self._waiting = CapacityLimiter(at_once), waiting

    def enter(self) -> Turn:
        """Return the place of one who came just now.

        Raises:
            BusyError: Too many are waiting.
        """
        if self._limiter.statistics().tasks_waiting >= self._waiting:
            raise BusyError("the archive is busy with other questions; ask again in a moment")
        return Turn(self._limiter)


@dataclass(frozen=True, slots=True)
class Turn:
    """One's place among others; between two calls it is free, so that nobody holds it for good."""

    _limiter: CapacityLimiter

    @property
    def waits(self) -> bool:
        """Whether a call made now would wait for others."""
        return self._limiter.available_tokens == 0

    async def call(self, function: Callable[..., T], /, *args: Any, **options: Any) -> T:
        """Call a function in a thread when the turn comes."""
        return await to_thread.run_sync(partial(function, *args, **options), limiter=self._limiter)

    async def follow(self, steps: Iterator[T]) -> AsyncIterator[T]:
        """Yield what an iterator gives, each step in a thread when the turn comes."""
        end = object()
        while (step := await self.call(next, steps, end)) is not end:
            yield step
