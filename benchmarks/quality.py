"""Measure how well questions are answered: every quality figure of the README, in one command.

    python -m benchmarks.quality --data FOLDER

The folder holds xquad.en.json, hard_news.json and hard_wiki.json in the SQuAD layout; of the last
two only what was kept out of training is asked. The golden questions are those of tests/data;
benchmarks/archives holds archives that the program was not made on. Of XQuAD the half is asked that
the weights were not fitted on. Intervals are 95 % by bootstrap over questions.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

from benchmarks import picture
from benchmarks.squad import filled, opened
from rag import evaluation
from rag.answering import Archive
from rag.settings import Settings
from tests import tables

GOLDEN = tables.FOLDER / "golden.jsonl"
ARCHIVES = Path(__file__).with_name("archives")
# Of another archive's questions so many are one asked.
ELSEWHERE = 5
CONVERSATIONS = tables.FOLDER / "conversations.jsonl"
RESAMPLES = 1_000
SEED = 20_161_201
# Passages that are read where the time of an answer is measured.
READING = 8
# Quotes within which several sides are to be covered.
SIDES = 5

# A confidence, and whether the first quote was right.
Judged = tuple[float, bool]


def measure_xquad(file: Path) -> tuple[dict[str, Any], Sequence[Judged]]:
    """Return the figures on XQuAD (paragraph given, open, refusal), and judged confidences."""
    given, first, three, own, other, judged = [], [], [], [], [], []
    with opened(file) as bench:
        # The others were fitted on.
        for asked in tqdm(bench.asked[1::2], desc=file.name):
            best = bench.read_given(asked)[0]
            given.append(asked.is_right(best.passage, best.span))
            found = bench.read_open(asked)
            right = [asked.is_right(each.passage, each.span) for each in found[:3]]
            first.append(right[0])
            three.append(any(right))
            wrong = [each for each in found if each.passage.source.id not in asked.articles]
            own.append(best.score)
            other.append(wrong[0].score if wrong else 0.0)
            judged += [(found[0].score, right[0]), (other[-1], False)]
    figures = {
        "XQuAD, paragraph given, right first": interval(given),
        "XQuAD, open over all paragraphs, right first": interval(first),
        "XQuAD, open over all paragraphs, right in three": interval(three),
        "XQuAD, own paragraph against the best wrong one, AUROC": rank(own, other),
    }
    return figures, judged


def measure_held_out(file: Path) -> tuple[dict[str, Any], Sequence[Judged]]:
    """Return the figures on what was kept out of training of one of the project's own sets."""
    right: list[bool] = []
    reworded: list[bool] = []
    known: list[float] = []
    tempting: list[float] = []
    judged: list[Judged] = []
    with opened(file) as bench:
        for asked in tqdm(bench.asked, desc=file.name):
            best = bench.read_given(asked)[0]
            hit = asked.is_right(best.passage, best.span)
            (known if asked.answers else tempting).append(best.score)
            judged.append((best.score, hit))
            if asked.answers:
                right.append(hit)
                if asked.kind in ("", "paraphrase"):
                    reworded.append(hit)
    figures = {
        f"{file.stem}, held out, paragraph given, right first": interval(right),
        f"{file.stem}, held out, reworded only, right first": interval(reworded),
        f"{file.stem}, held out, answerable against tempting, AUROC": rank(known, tempting),
    }
    return figures, judged


def measure_golden() -> dict[str, Any]:
    """Return the figures on the golden questions of the corpus, and the time an answer takes."""
    asked = evaluation.read_questions(GOLDEN)
    first, three = [], []
    with tempfile.TemporaryDirectory() as folder:
        store = Path(folder) / "store"
        with Archive.open(store) as archive:
            archive.ingest(archive.settings.corpus)
            outcomes, seconds = ask(archive, asked)
        for each, outcome in zip(asked, outcomes, strict=True):
            if each.answers:
                first.append(bool(outcome.right_first))
                three.append(bool(outcome.right_in_three))
        with Archive.open(store, settings=replace(Settings.load(), reading=READING)) as archive:
            _, fewer = ask(archive, asked)
    total = evaluation.add(outcomes)
    return {
        "golden, right first": interval(first),
        "golden, right in three": interval(three),
        "golden, abstention F1": round(total.abstention_f1, 3),
        "golden, offset violations": total.offset_violations,
        "median seconds of an answer": round(statistics.median(seconds), 3),
        f"median seconds, {READING} passages read": round(statistics.median(fewer), 3),
    }


def measure_archives() -> dict[str, Any]:
    """Return the figures on archives that the program was not made on.

    Each is asked its own questions, and some of another's, which it says nothing of.
    """
    files = sorted(ARCHIVES.glob("*/questions.jsonl"))
    every = [evaluation.read_questions(file) for file in files]
    outcomes: list[evaluation.Figures] = []
    answered: list[bool] = []
    for place, file in enumerate(files):
        with tempfile.TemporaryDirectory() as store, Archive.open(store) as archive:
            report = archive.ingest(file.with_name("articles"))
            if report.failed:
                raise SystemExit(f"not read: {report.failed}")
            outcomes += ask(archive, every[place])[0]
            elsewhere = every[place - 1][::ELSEWHERE]
            answered += [archive.ask(each.question).found for each in elsewhere]
    total, known = evaluation.add(outcomes), [each for each in outcomes if each.answerable]
    return {
        "other archives, right first": interval([bool(each.right_first) for each in known]),
        "other archives, right in three": interval([bool(each.right_in_three) for each in known]),
        "other archives, abstention F1": round(total.abstention_f1, 3),
        "other archives, offset violations": total.offset_violations,
        "asked what only another archive tells, answered all the same": interval(answered),
    }


def measure_tables() -> dict[str, Any]:
    """Return how far the golden tables of questions, cuts and quotations come out as they must."""
    cuts = [row for row in tables.read("misleading_cuts") if row["needs"]]
    checks = tables.read("altered_quotes")
    asked = evaluation.read_questions(CONVERSATIONS)
    by_hand = [
        replace(each, question=row["alone"], history=())
        for each, row in zip(asked, tables.read(CONVERSATIONS.stem), strict=True)
    ]
    with tempfile.TemporaryDirectory() as folder, Archive.open(folder) as archive:
        archive.ingest(archive.settings.corpus)
        altered: dict[str, list[bool]] = {}
        for row in tqdm(checks, desc="quotations"):
            found = archive.check(row["quotation"]).status == "altered"
            altered.setdefault(row["status"], []).append(found)
        outcomes, _ = ask(archive, asked)
        alone, _ = ask(archive, by_hand)
    return {
        "follow-ups, worded as they must be": share("follow_ups", tables.is_worded),
        "follow-ups, right first": interval([bool(each.right_first) for each in outcomes]),
        "follow-ups worded by hand, right first": interval(
            [bool(each.right_first) for each in alone]
        ),
        "date phrases, read as they must be": share("date_phrases", tables.is_dated),
        "misleading cuts, shown bare": sum(not tables.is_framed(row) for row in cuts),
        "altered quotations, recognised": interval(altered["altered"]),
        "true quotations, called altered": sum(altered["exact"]),
    }


def measure_sides() -> dict[str, Any]:
    """Return how far several sides are covered, of all rows' articles in one archive."""
    rows = tables.read("several_sides")
    articles = (
        each | {"id": f"{row['id']} {each['id']}"} for row in rows for each in row["articles"]
    )
    covered = []
    with filled(articles) as archive:
        for row in tqdm(rows, desc="several sides"):
            quotes = archive.ask(row["question"], limit=SIDES).quotes
            shown = {each.id for quote in quotes for each in (quote.source, *quote.copies)}
            covered.append(shown >= {f"{row['id']} {name}" for name in row["covers"]})
    return {f"several sides, all covered in {SIDES} quotes": interval(covered)}


def share(table: str, holds: Callable[[tables.Row], bool]) -> list[float]:
    """Return the share of a table's rows that come out as they must, with its interval."""
    return interval([holds(row) for row in tables.read(table)])


def ask(
    archive: Archive, asked: Sequence[evaluation.GoldenQuestion]
) -> tuple[Sequence[evaluation.Figures], Sequence[float]]:
    """Ask questions of a warm archive; return what came of each and the seconds it took."""
    archive.ask("Is everything loaded?")
    outcomes, seconds = [], []
    for each in tqdm(asked, desc="golden"):
        begun = time.perf_counter()
        answer = archive.ask(each.question, history=each.history)
        seconds.append(time.perf_counter() - begun)
        outcomes.append(evaluation.score(each, answer, archive))
    return outcomes, seconds


def interval(outcomes: Sequence[bool]) -> list[float]:
    """Return a mean with its 95 % bootstrap interval."""
    values = np.array(outcomes, dtype=float)
    drawn = np.random.default_rng(SEED).choice(values, (RESAMPLES, len(values))).mean(axis=1)
    low, high = np.quantile(drawn, [0.025, 0.975])
    return [round(float(each), 3) for each in (values.mean(), low, high)]


def rank(above: Sequence[float], below: Sequence[float]) -> float:
    """Return the share of pairs in which the one that should be above is; ties count half."""
    high, low = np.array(above)[:, None], np.array(below)[None, :]
    return round(float(((high > low) + 0.5 * (high == low)).mean()), 3)


def calibrate(judged: Sequence[Judged]) -> float:
    """Return the expected calibration error over bins of equal width (Naeini et al. 2015)."""
    error = sum(
        abs(each.confidence - each.right) * each.share for each in picture.bin_confidences(judged)
    )
    return round(error, 3)


def main() -> None:
    """Measure everything and print it; write figures and picture where that is asked for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, help="a file for the figures as JSON")
    parser.add_argument("--picture", type=Path, help="a file for calibration and risk, as SVG")
    options = parser.parse_args()
    figures = measure_golden() | measure_archives() | measure_tables() | measure_sides()
    more, judged = measure_xquad(options.data / "xquad.en.json")
    figures |= more | {
        "XQuAD, with and without its paragraph, calibration error": calibrate(judged)
    }
    for name in ("hard_news.json", "hard_wiki.json"):
        more, held_out = measure_held_out(options.data / name)
        figures |= more | {f"{Path(name).stem}, held out, calibration error": calibrate(held_out)}
    for name, figure in figures.items():
        shown = "{:.3f} ({:.3f} to {:.3f})".format(*figure) if isinstance(figure, list) else figure
        print(f"{name:60} {shown}")
    if options.out:
        options.out.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    if options.picture:
        picture.draw(judged, options.picture)


if __name__ == "__main__":
    main()
