"""Fit how the reader's evidence counts.

    python -m training.fit_weights FILE... [--check FILE...]

Each FILE is question-answering data that the reading model was not trained on; of the project's own
sets only what was kept out is asked, and of every file every second question at most. A file's
paragraphs become an archive. Every question is asked of its own paragraph alone, which is where the
tempting ones tempt; of all the paragraphs; and, if its own answers it, of all the others. The
evidence for the sentences that are read is weighed so that the right one comes first, or none where
none is right: a softmax over the sentences and "nothing here". Then the weights are scaled so that
the score of the first sentence is the probability of its being right (Platt 1999). What the weights
reach is printed for the files that they were fitted on and for those that they are only checked on.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass, fields, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from tqdm import tqdm

from benchmarks.squad import Asked, opened
from rag.reader import Evidence
from rag.types import Passage, Span
from training.datasets import is_own

Matrix = NDArray[np.float64]
Row = tuple[Passage, Span, Evidence]


@dataclass(frozen=True)
class Candidates:
    """The sentences read for a question: their evidence, (sentences, features), which are right."""

    evidence: Matrix
    right: NDArray[np.bool_]


@dataclass(frozen=True)
class Cases:
    """The questions of a file, asked of their own paragraph, of all, and of all but their own."""

    given: tuple[Candidates, ...]
    open: tuple[Candidates, ...]
    others: tuple[Candidates, ...]

    @property
    def all(self) -> tuple[Candidates, ...]:
        """All of them."""
        return (*self.given, *self.open, *self.others)


def main() -> None:
    """Fit on some files, print the weights and what they reach there and on others."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--check", nargs="*", type=Path, default=[])
    parser.add_argument("--every", type=int, default=2, help="an even number: ask every so many")
    options = parser.parse_args()
    fitted = {file: collect(file, every=options.every) for file in options.files}
    # What tempts is told from what answers in the own paragraph: that is counted three times.
    own = [each for file, found in fitted.items() if is_own(file) for each in found.given]
    cases = [*own, *own, *(each for found in fitted.values() for each in found.all)]
    weights = scale(fit(cases), cases)
    names = [*(each.name for each in fields(Evidence)), "bias"]
    print({name: round(float(each), 2) for name, each in zip(names, weights, strict=True)})
    for file in (*options.files, *options.check):
        found = fitted.get(file) or collect(file, every=options.every)
        for name in ("given", "open", "others"):
            report(f"{file.name}, {name}", getattr(found, name), weights)
        report(f"{file.name}, together", found.all, weights)


def collect(file: Path, *, every: int) -> Cases:
    """Return the evidence for some questions of a file; the others are for measuring."""
    given, found, others = [], [], []
    with opened(file) as bench:
        for asked in tqdm(bench.asked[::every], desc=file.name):
            given.append(as_candidates(asked, bench.collect_given(asked)))
            rows = list(bench.collect_open(asked))
            case = as_candidates(asked, rows)
            # One whose answer was not found says nothing of reading.
            if case.right.any() or not asked.answers:
                found.append(case)
            rest = [row for row in rows if row[0].source.id not in asked.articles]
            if asked.answers and rest:
                others.append(as_candidates(asked, move_up(rest)))
    return Cases(tuple(given), tuple(found), tuple(others))


def move_up(rows: Sequence[Row]) -> Sequence[Row]:
    """Return sentences as if the best-placed of their passages had been found first."""
    highest = max(evidence.retrieval for _, _, evidence in rows)
    return [
        (passage, span, replace(evidence, retrieval=evidence.retrieval / highest))
        for passage, span, evidence in rows
    ]


def as_candidates(asked: Asked, rows: Iterable[Row]) -> Candidates:
    """Return the evidence for the sentences read, as arrays."""
    read = [(astuple(evidence), asked.is_right(passage, span)) for passage, span, evidence in rows]
    evidence, right = zip(*read, strict=True)
    return Candidates(np.array(evidence), np.array(right))


def fit(read: Sequence[Candidates]) -> Matrix:
    """Return weights with the bias last, by the softmax over sentences and nothing."""
    size = max(len(each.evidence) for each in read)
    evidence = np.stack([pad(each.evidence, size, 0.0) for each in read])
    there = np.stack([pad(np.ones(len(each.right)), size, 0.0) for each in read]) > 0
    right = np.stack([pad(each.right, size, False) for each in read])
    answerable = right.any(axis=1)

    def loss(weights: Matrix) -> float:
        scores = np.where(there, evidence @ weights[:-1] + weights[-1], -np.inf)
        zeros = np.zeros((len(scores), 1))
        every = np.logaddexp.reduce(np.hstack([scores, zeros]), axis=1)
        best = np.logaddexp.reduce(np.where(right, scores, -np.inf), axis=1)
        return float((every - np.where(answerable, best, 0.0)).mean() + 1e-3 * weights @ weights)

    with np.errstate(invalid="ignore"):
        return np.asarray(minimize(loss, np.zeros(evidence.shape[2] + 1), method="L-BFGS-B").x)


def scale(weights: Matrix, read: Sequence[Candidates]) -> Matrix:
    """Scale weights so that the first sentence's score is its probability of being right."""
    firsts = [first(each, weights) for each in read]
    scores = np.array([score for score, _ in firsts])
    right = np.array([hit for _, hit in firsts])

    def loss(line: Matrix) -> float:
        logits = line[0] * scores + line[1]
        return float(np.logaddexp(0, np.where(right, -logits, logits)).mean())

    slope, shift = minimize(loss, np.array([1.0, 0.0]), method="L-BFGS-B").x
    scaled: Matrix = weights * slope
    scaled[-1] += shift
    return scaled


def first(read: Candidates, weights: Matrix) -> tuple[float, bool]:
    """Return the best sentence's score, and whether it is right."""
    scores = read.evidence @ weights[:-1] + weights[-1]
    best = int(np.argmax(scores))
    return float(scores[best]), bool(read.right[best])


def report(name: str, cases: Sequence[Candidates], weights: Matrix) -> None:
    """Print what weights reach on some questions, answerable or not from what was read."""
    firsts = [first(each, weights) for each in cases]
    scores = np.array([score for score, _ in firsts])
    right = np.array([hit for _, hit in firsts])
    known = np.array([bool(each.right.any()) for each in cases])
    print(f"{name}: {known.sum()} with, {(~known).sum()} without an answer in what is read")
    if known.any():
        print(f"  right first {right[known].mean():.3f}")
    if known.all() or not known.any():
        return
    above = (scores[known][:, None] > scores[~known][None, :]).mean()
    print(f"  AUROC of refusing {above:.3f}")
    for threshold in (0.2, 0.3, 0.4, 0.5, 0.6):
        silent = scores < np.log(threshold / (1 - threshold))
        f1 = 2 * (silent & ~known).sum() / max(1, silent.sum() + (~known).sum())
        kept = (right & ~silent)[known].mean()
        print(f"  silent below {threshold}: abstention F1 {f1:.3f}, right and shown {kept:.3f}")


def pad(values: Any, size: int, filler: float) -> Any:
    """Fill an array up to a number of rows."""
    rest = [(0, size - len(values))] + [(0, 0)] * (np.ndim(values) - 1)
    return np.pad(values, rest, constant_values=filler)


if __name__ == "__main__":
    main()
