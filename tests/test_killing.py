"""Kill -9 at a few random points of everything that writes; benchmarks.reliability tries 100."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks import killing
from tests.processes import Forks, forks

POINTS = 2


@pytest.fixture(scope="module")
def forking() -> Iterator[Forks]:
    with forks(RAG_PASSAGE_TOKENS=str(killing.TOKENS)) as running:
        yield running


@pytest.mark.parametrize("operation", killing.OPERATIONS)
def test_nothing_is_lost_doubled_or_half_there_after_a_kill(
    operation: str, forking: Forks, tmp_path: Path
) -> None:
    killed = killing.Scene(tmp_path, operation, forking, seed=9).kill(POINTS)
    assert killed.points == POINTS
    assert killed.faults == []
    assert killed.residue == 0
