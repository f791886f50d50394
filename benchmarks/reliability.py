"""Measure how the archive stands faults and load: one table, one command.

    python -m benchmarks.reliability [--only load] [--minutes 10] [--points 100]

Each subject is measured by a module of its own and gives rows of the table. The figures are kept in
benchmarks/reliability.json; those of a subject that is not measured stay as they were.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path

from benchmarks import fuzzing, killing, load
from benchmarks.newsroom import Newsroom
from rag.answering import Archive
from rag.errors import StoreBusyError
from rag.settings import Settings
from tests.processes import forks, held_elsewhere

RESULTS = Path(__file__).with_name("reliability.json")

# Articles that are there when the load begins.
ARTICLES = 300
# Times that a second writer tries.
TRIES = 20

# What is measured, what was measured, and what is wanted.
Row = tuple[str, str, str]


def measure_refusal(_: argparse.Namespace) -> Sequence[Row]:
    """Return how soon a second writer is refused, by a process that has the archive open."""
    seconds = list[float]()
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(store=Path(folder) / "store")
        newsroom = Newsroom(Path(folder) / "articles")
        newsroom.write(1)
        with Archive.open(settings=settings) as archive, held_elsewhere(settings.store) as holder:
            for _try in range(TRIES):
                begun = time.perf_counter()
                try:
                    archive.ingest(newsroom.folder)
                except StoreBusyError as error:
                    if str(holder) in error.holder:
                        seconds.append(time.perf_counter() - begun)
    what = "a second writer is refused and told the holder's id"
    return [
        (what, f"{len(seconds)} of {TRIES}", f"{TRIES} of {TRIES}"),
        ("of these, worst", f"{max(seconds):.3f} s", "1 s"),
    ]


def measure_load(options: argparse.Namespace) -> Sequence[Row]:
    """Return what fails where many ask while another process writes, with the model that ships."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(store=Path(folder) / "store")
        newsroom = Newsroom(Path(folder) / "articles")
        newsroom.write(ARTICLES)
        command = [sys.executable, "-m", "rag", "ingest", str(newsroom.folder)]
        command += ["--store", str(settings.store)]
        with Archive.open(settings=settings) as archive:
            archive.ingest(newsroom.folder)
            archive.ask(newsroom.questions[0])
            done = load.measure(
                archive,
                newsroom,
                lambda: subprocess.run(command, check=True, capture_output=True),
                seconds=60 * options.minutes,
            )
    for error in dict.fromkeys(done.errors):
        print(error)
    what = f"{load.QUESTIONERS} ask for {options.minutes} minutes while another process writes"
    return [
        (f"{what}: questions, times written", f"{len(done.asked)}, {done.rounds}", ""),
        ("of these, seconds of an answer, median", f"{statistics.median(done.asked):.2f}", ""),
        ("of these, errors", str(len(done.errors)), "0"),
        (f"of {done.quotes} quotes, not what they cite", str(len(done.wrong)), "0"),
        ("memory, growth from the second tenth to the last", f"{done.growth(0.1):+.0f} MB", "0"),
        ("of this, in the second half", f"{done.growth(0.5):+.0f} MB", "0"),
        ("memory at the end", f"{done.megabytes[-1]:.0f} MB", ""),
    ]


def measure_kills(options: argparse.Namespace) -> Sequence[Row]:
    """Return what is wrong after a process was killed in the middle of all that writes."""
    each, faults = -(-options.points // len(killing.OPERATIONS)), list[str]()
    points = residue = 0
    with forks(RAG_PASSAGE_TOKENS=str(killing.TOKENS)) as running:
        for operation in killing.OPERATIONS:
            with tempfile.TemporaryDirectory() as folder:
                killed = killing.Scene(Path(folder), operation, running).kill(each)
            points += killed.points
            residue += killed.residue
            faults += [f"{operation}: {fault}" for fault in killed.faults]
    for fault in dict.fromkeys(faults):
        print(fault)
    what = (
        f"killed at {points} random points of {', '.join(killing.OPERATIONS)}: lost, doubled, half"
    )
    left = (
        "residue: bytes of erased sentences and vectors in files, after these kills and once more"
    )
    return [(what, str(len(faults)), "0"), (left, str(residue), "0")]


def measure_fuzzed(options: argparse.Namespace) -> Sequence[Row]:
    """Return what reading damaged and hostile files of every format does."""
    with tempfile.TemporaryDirectory() as folder:
        paths = fuzzing.write(Path(folder), options.files, seed=1)
        figures = fuzzing.measure(Path(folder))
    slowest = max((each.seconds for each in figures.outcomes), default=0.0)
    return [
        (
            f"of {len(paths)} fuzzed files, read through",
            str(len(figures.outcomes)),
            str(len(paths)),
        ),
        ("of these, neither an article nor a reason", str(len(figures.silent)), "0"),
        (
            "of these, slowest, and the most memory",
            f"{slowest:.1f} s, {figures.memory / 1e6:.0f} MB",
            "",
        ),
    ]


MEASURES: Mapping[str, Callable[[argparse.Namespace], Sequence[Row]]] = {
    "refusal": measure_refusal,
    "fuzzed": measure_fuzzed,
    "kills": measure_kills,
    "load": measure_load,
}


def main() -> None:
    """Measure, print the table, and keep the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=MEASURES, action="append", help="measure this only")
    parser.add_argument("--minutes", type=float, default=10, help="how long the load lasts")
    parser.add_argument("--points", type=int, default=100, help="points at which is killed")
    parser.add_argument("--files", type=int, default=1_000, help="fuzzed files")
    options = parser.parse_args()
    known = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.is_file() else {}
    for name in options.only or MEASURES:
        known[name] = {"day": str(date.today()), "rows": MEASURES[name](options)}
        print_table({name: known[name]["rows"]})
        RESULTS.write_text(json.dumps(known, indent=1) + "\n", encoding="utf-8")
    print()
    print_table({name: each["rows"] for name, each in known.items()})


def print_table(rows: Mapping[str, Sequence[Row]]) -> None:
    """Print rows as a Markdown table."""
    print("| | measured | wanted |\n|---|---|---|")
    for subject in rows.values():
        for row in subject:
            print("| " + " | ".join(row) + " |")


if __name__ == "__main__":
    main()
