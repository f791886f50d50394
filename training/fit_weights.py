"""Fit how the reader's evidence counts.

    python -m training.fit_weights FILE...

Each file is question-answering data in the SQuAD layout that the reading model was not trained on;
of the project's own sets, hard_*.json, only what was kept out is asked. A file's paragraphs become
an archive and its questions are asked of all of them, those with an answer also as if their own
paragraph were not there, and those of the project's own sets also of their paragraph alone, which
is where the tempting ones tempt. The evidence for the sentences that are read is weighed so that
the right one comes first, or none where none is right: a softmax over the sentences and "nothing
here". Then the weights are scaled so that a score is the probability of being right (Platt 1999),
measured on the first sentence of every question.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from tqdm import tqdm

from benchmarks.squad import is_own, opened

Matrix = NDArray[np.float64]

# The project's own sets are a tenth the size of XQuAD, and the only ones with reworded and with
# tempting questions: counted eight times, they and it have about the same say.
OWN_COUNT = 8


@dataclass(frozen=True)
class Candidates:
    """The sentences read for one question: their evidence, (sentences, features), which are right.

    `own` marks those of the paragraph that the question was asked about; `answerable` tells
    whether that answers it.
    """

    evidence: Matrix
    right: NDArray[np.bool_]
    own: NDArray[np.bool_]
    answerable: bool

    def without_own(self) -> Candidates:
        """Return the question as an archive without its paragraph is asked it."""
        rest = ~self.own
        return Candidates(self.evidence[rest], self.right[rest], self.own[rest], False)

    def only_own(self) -> Candidates:
        """Return the question as its paragraph alone is asked it."""
        own = self.own
        return Candidates(self.evidence[own], self.right[own], own[own], self.answerable)


def main() -> None:
    """Fit on some files, check on others, print the weights and what they reach."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("files", nargs="+", type=Path)
    options = parser.parse_args()
    sets = {file: list(collect(file)) for file in options.files}
    cases = [each for file, read in sets.items() for each in make_cases(file, read)]
    weights = scale(fit(cases), cases)
    print("weights", np.round(weights, 2).tolist())
    for file, read in sets.items():
        report(file.name, double(read), weights)


def make_cases(file: Path, read: Sequence[Candidates]) -> list[Candidates]:
    """Return the cases of a file to fit on; those of the project's own sets count more."""
    if not is_own(file):
        return double(read)
    alone = [each.only_own() for each in read if each.own.any()]
    return OWN_COUNT * [*double(read), *(each for each in alone if is_plain(each))]


def is_plain(read: Candidates) -> bool:
    """Tell whether a question's answer was read, or there is none."""
    return bool(read.right.any()) or not read.answerable


def double(read: Sequence[Candidates]) -> list[Candidates]:
    """Return every question whose answer was read, with and without its paragraph.

    A question that its paragraph does not answer is kept as it is; one whose answer was not found
    says nothing of reading, and is left out.
    """
    known = [each for each in read if each.right.any()]
    return [
        *known,
        *(each.without_own() for each in known if not each.own.all()),
        *(each for each in read if not each.answerable),
    ]


def collect(file: Path) -> Iterator[Candidates]:
    """Yield the evidence for the questions of a file; but for the own sets, for every second."""
    with opened(file) as bench:
        for asked in tqdm(bench.asked[:: 1 if is_own(file) else 2], desc=file.name):
            rows = [
                (
                    astuple(evidence),
                    asked.is_right(passage, span),
                    passage.source.id == asked.article,
                )
                for passage, span, evidence in bench.collect(asked)
            ]
            evidence, right, own = (np.array(column) for column in zip(*rows, strict=True))
            yield Candidates(evidence, right, own, answerable=bool(asked.answers))


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
    above = (scores[known][:, None] > scores[~known][None, :]).mean()
    print(
        f"{name}: {known.sum()} questions with, {(~known).sum()} without an answer in what is read"
    )
    print(f"  right first {right[known].mean():.3f}, AUROC of refusing {above:.3f}")
    for threshold in (0.1, 0.2, 0.3, 0.4, 0.5, 0.6):
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
