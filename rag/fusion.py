"""Several rankings of passages become one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rag.types import Rank

# Reciprocal rank fusion and its constant: Cormack, Clarke and Buettcher, SIGIR 2009.
SMOOTHING = 60


@dataclass(frozen=True, slots=True)
class Fused:
    """A passage's key with its joined score and where each retriever put it."""

    key: int
    score: float
    ranks: tuple[Rank, ...]


def fuse(rankings: Mapping[str, Sequence[int]]) -> tuple[Fused, ...]:
    """Join rankings by the sum of reciprocal ranks.

    Args:
        rankings: By retriever, passage keys from best to worst, each at most once.

    Returns:
        Every key once, best first; ties go to the lower key, so that the order is always the same.

    >>> [each.key for each in fuse({"dense": [7, 8], "lexical": [8, 9]})]
    [8, 7, 9]
    """
    ranks: dict[int, list[Rank]] = {}
    for retriever, keys in rankings.items():
        for position, key in enumerate(keys, start=1):
            ranks.setdefault(key, []).append(Rank(retriever, position))
    fused = (
        Fused(key, sum(1 / (SMOOTHING + each.position) for each in places), tuple(places))
        for key, places in ranks.items()
    )
    return tuple(sorted(fused, key=lambda each: (-each.score, each.key)))
