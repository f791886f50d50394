"""Measure how well questions are answered: every quality figure of the README, in one command.

    python -m benchmarks.quality --data FOLDER

The folder holds xquad.en.json, hard_news.json and hard_wiki.json in the SQuAD layout; of the last
two only what was kept out of training is asked. The golden questions are those of tests/data.
Intervals are 95 % by bootstrap over questions.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

from benchmarks.squad import opened
from rag import evaluation
from rag.answering import Archive

ROOT = Path(__file__).resolve().parent.parent
GOLDEN = ROOT / "tests" / "data" / "golden.jsonl"
RESAMPLES = 1_000
SEED = 20_161_201
BINS = 10


def measure_xquad(file: Path) -> dict[str, Any]:
    """Return the figures on XQuAD: paragraph given, open, refusal, calibration."""
    given, first, three, own, other, confidences = [], [], [], [], [], []
    with opened(file) as bench:
        for asked in tqdm(bench.asked, desc=file.name):
            best = bench.read_given(asked)[0]
            given.append(asked.is_right(best.passage, best.span))
            found = bench.read_open(asked)
            right = [asked.is_right(each.passage, each.span) for each in found[:3]]
            first.append(right[0])
            three.append(any(right))
            wrong = [each for each in found if each.passage.source.id != asked.article]
            own.append(max(best.score, found[0].score))
            other.append(wrong[0].score if wrong else 0.0)
            confidences += [(found[0].score, right[0]), (other[-1], False)]
    return {
        "XQuAD, paragraph given, right first": interval(given),
        "XQuAD, open over all paragraphs, right first": interval(first),
        "XQuAD, open over all paragraphs, right in three": interval(three),
        "XQuAD, against the best wrong passage, AUROC": rank(own, other),
        "XQuAD, with and without its paragraph, calibration error": calibrate(confidences),
    }


def measure_held_out(file: Path) -> dict[str, Any]:
    """Return the figures on what was kept out of training of one of the project's own sets."""
    right: list[bool] = []
    reworded: list[bool] = []
    known: list[float] = []
    tempting: list[float] = []
    with opened(file) as bench:
        for asked in tqdm(bench.asked, desc=file.name):
            best = bench.read_given(asked)[0]
            (known if asked.answers else tempting).append(best.score)
            if asked.answers:
                right.append(asked.is_right(best.passage, best.span))
                if asked.kind in ("", "paraphrase"):
                    reworded.append(right[-1])
    return {
        f"{file.stem}, held out, paragraph given, right first": interval(right),
        f"{file.stem}, held out, reworded only, right first": interval(reworded),
        f"{file.stem}, held out, answerable against tempting, AUROC": rank(known, tempting),
    }


def measure_golden() -> dict[str, Any]:
    """Return the figures on the golden questions of the corpus, and the time an answer takes."""
    asked = evaluation.read_questions(GOLDEN)
    first, three, seconds = [], [], []
    with tempfile.TemporaryDirectory() as folder, Archive.open(Path(folder) / "store") as archive:
        archive.ingest(archive.settings.corpus)
        archive.ask("Is everything loaded?")
        outcomes = []
        for each in tqdm(asked, desc="golden"):
            begun = time.perf_counter()
            answer = archive.ask(each.question)
            seconds.append(time.perf_counter() - begun)
            outcomes.append(evaluation.score(each, answer, archive))
            if each.answers:
                first.append(bool(outcomes[-1].right_first))
                three.append(bool(outcomes[-1].right_in_three))
        total = evaluation.add(outcomes)
    return {
        "golden, right first": interval(first),
        "golden, right in three": interval(three),
        "golden, abstention F1": round(total.abstention_f1, 3),
        "golden, offset violations": total.offset_violations,
        "median seconds of an answer": round(statistics.median(seconds), 3),
    }


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


def calibrate(confidences: Sequence[tuple[float, bool]]) -> float:
    """Return the expected calibration error over bins of equal width (Naeini et al. 2015)."""
    values = np.array(confidences, dtype=float)
    bins = np.minimum((values[:, 0] * BINS).astype(int), BINS - 1)
    gaps = [
        abs(values[bins == each, 0].mean() - values[bins == each, 1].mean()) * (bins == each).mean()
        for each in np.unique(bins)
    ]
    return round(float(sum(gaps)), 3)


def main() -> None:
    """Measure everything and print it; write it as JSON where that is asked for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, help="a file for the figures as JSON")
    options = parser.parse_args()
    figures = measure_golden() | measure_xquad(options.data / "xquad.en.json")
    for name in ("hard_news.json", "hard_wiki.json"):
        figures |= measure_held_out(options.data / name)
    for name, figure in figures.items():
        shown = "{:.3f} ({:.3f} to {:.3f})".format(*figure) if isinstance(figure, list) else figure
        print(f"{name:58} {shown}")
    if options.out:
        options.out.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
