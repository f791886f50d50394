"""Damaged and hostile files of all formats: no crash, no hang, bounded memory, each reported."""

from __future__ import annotations

from pathlib import Path

from benchmarks import fuzzing
from rag.articles.files import SUFFIXES

# The short form of what `python -m benchmarks.fuzzing` does with 1,000 files.
COUNT = 200
LINE = 5_000_000
# The libraries take 120 MB; the largest file may have 20 MB, of which a tree takes ten times that.
MEMORY = 500_000_000


def test_no_file_crashes_hangs_takes_too_much_memory_or_is_passed_over(tmp_path: Path) -> None:
    paths = fuzzing.write(tmp_path, COUNT, seed=6, line=LINE)
    assert {path.suffix for path in paths} == set(SUFFIXES) - {".htm"}
    figures = fuzzing.measure(tmp_path)
    assert figures.exit_code == 0
    assert [each.name for each in figures.outcomes] == sorted(path.name for path in paths)
    assert figures.silent == ()
    assert figures.memory < MEMORY
    assert sum(bool(each.reasons) for each in figures.outcomes) > COUNT / 2


def test_the_same_seed_makes_the_same_files(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        fuzzing.write(tmp_path / folder, 60, seed=7, line=0)
    for path in (tmp_path / "a").iterdir():
        assert path.read_bytes() == (tmp_path / "b" / path.name).read_bytes()


def test_what_is_not_reported_is_told() -> None:
    told = fuzzing.Outcome("a", 0, ("is empty",), 0)
    silent = [fuzzing.Outcome("b", 0, (), 0), fuzzing.Outcome("c", 1, ("",), 0)]
    assert fuzzing.Figures((told, *silent), 0, 0).silent == ("b", "c")
