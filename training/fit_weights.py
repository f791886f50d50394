"""Fit how the reader's evidence counts.

    python training/fit_weights.py --fit FILE... --scale FILE

Each file is question-answering data in the SQuAD layout. Its paragraphs become an archive and its
questions are asked of all of them, each also as if its own paragraph were not there. The evidence
for the sentences that are read is weighed so that the right one comes first, or none where none is
right: a softmax over the sentences and "nothing here". On the second file the weights are scaled so
that a score is the probability of being right (Platt 1999), measured on the first sentences.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from tqdm import tqdm

from rag import questions
from rag.answering import Archive
from rag.types import Span, Tokens

Matrix = NDArray[np.float64]


@dataclass(frozen=True)
class Asked:
    """One question's sentences: their evidence, (sentences, features), and which are right.

    `own` marks those of the paragraph that the question was asked about.
    """

    evidence: Matrix
    right: NDArray[np.bool_]
    own: NDArray[np.bool_]

    def without_own(self) -> Asked:
        """Return the question as an archive without its paragraph is asked it."""
        rest = ~self.own
        return Asked(self.evidence[rest], self.right[rest], self.own[rest])


def main() -> None:
    """Fit on some files, check on others, print the weights and what they reach."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--fit", nargs="+", type=Path, required=True)
    parser.add_argument("--scale", type=Path, required=True)
    parser.add_argument("--every", type=int, default=1, help="take only every n-th question")
    options = parser.parse_args()
    fitted = [each for file in options.fit for each in collect(file, every=options.every)]
    scaled = list(collect(options.scale, every=options.every))
    weights = scale(fit(double(fitted)), double(scaled))
    print("weights", np.round(weights, 2).tolist())
    report("fitted on", fitted, weights)
    report("scaled on", scaled, weights)


def double(asked: Sequence[Asked]) -> list[Asked]:
    """Return every question whose answer was read, and again as if its paragraph were not there."""
    known = [each for each in asked if each.right.any()]
    return known + [each.without_own() for each in known if not each.own.all()]


def collect(file: Path, *, every: int) -> Iterator[Asked]:
    """Yield the evidence for the questions of a file."""
    articles, asked = read_squad(file)
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "articles.jsonl"
        source.write_text("\n".join(json.dumps(each) for each in articles))
        with Archive.open(Path(folder) / "store") as archive:
            archive.ingest(source)
            reader = archive.reader(encode_passages=remember(archive.encoder.encode_passages))
            for article, question, answers in tqdm(asked[::every], desc=file.name):
                query = questions.read(question, max_chars=10_000)
                hits, stems = archive.retrieve(query)
                sentences = reader.collect(query.wording, stems, [hit.passage for hit in hits])
                rows = [
                    (
                        astuple(evidence),
                        passage.source.id == article and any(map(span.overlaps, answers)),
                        passage.source.id == article,
                    )
                    for passage, span, evidence in sentences
                ]
                yield Asked(*(np.array(column) for column in zip(*rows, strict=True)))


def read_squad(
    file: Path,
) -> tuple[list[dict[str, Any]], list[tuple[str, str, tuple[Span, ...]]]]:
    """Return paragraphs as articles, and questions with their paragraph's id and answers."""
    articles: list[dict[str, Any]] = []
    asked: list[tuple[str, str, tuple[Span, ...]]] = []
    for entry in json.loads(file.read_text(encoding="utf-8"))["data"]:
        for paragraph in entry["paragraphs"]:
            name = f"p{len(articles)}"
            articles.append({"id": name, "text": paragraph["context"]})
            for row in paragraph["qas"]:
                answers = () if row.get("is_impossible") else row["answers"]
                spans = {
                    Span(each["answer_start"], each["answer_start"] + len(each["text"]))
                    for each in answers
                }
                asked.append((name, row["question"], tuple(sorted(spans))))
    return articles, asked


def remember(
    encode: Callable[[Sequence[str]], Sequence[Tokens]],
) -> Callable[[Sequence[str]], Sequence[Tokens]]:
    """Return an encoder that encodes each text once."""
    known: dict[str, Tokens] = {}

    def encode_once(texts: Sequence[str]) -> Sequence[Tokens]:
        new = [text for text in dict.fromkeys(texts) if text not in known]
        known.update(zip(new, encode(new), strict=True) if new else ())
        return [known[text] for text in texts]

    return encode_once


def fit(asked: Sequence[Asked]) -> Matrix:
    """Return weights with the bias last, by the softmax over sentences and nothing."""
    size = max(len(each.evidence) for each in asked)
    evidence = np.stack([pad(each.evidence, size, 0.0) for each in asked])
    there = np.stack([pad(np.ones(len(each.right)), size, 0.0) for each in asked]) > 0
    right = np.stack([pad(each.right, size, False) for each in asked])
    answerable = right.any(axis=1)

    def loss(weights: Matrix) -> float:
        scores = np.where(there, evidence @ weights[:-1] + weights[-1], -np.inf)
        zeros = np.zeros((len(scores), 1))
        every = np.logaddexp.reduce(np.hstack([scores, zeros]), axis=1)
        best = np.logaddexp.reduce(np.where(right, scores, -np.inf), axis=1)
        return float((every - np.where(answerable, best, 0.0)).mean() + 1e-3 * weights @ weights)

    with np.errstate(invalid="ignore"):
        return np.asarray(minimize(loss, np.zeros(evidence.shape[2] + 1), method="L-BFGS-B").x)


def scale(weights: Matrix, asked: Sequence[Asked]) -> Matrix:
    """Scale weights so that the first sentence's score is its probability of being right."""
    firsts = [first(each, weights) for each in asked]
    scores = np.array([score for score, _ in firsts])
    right = np.array([hit for _, hit in firsts])

    def loss(line: Matrix) -> float:
        logits = line[0] * scores + line[1]
        return float(np.logaddexp(0, np.where(right, -logits, logits)).mean())

    slope, shift = minimize(loss, np.array([1.0, 0.0]), method="L-BFGS-B").x
    scaled: Matrix = weights * slope
    scaled[-1] += shift
    return scaled


def first(asked: Asked, weights: Matrix) -> tuple[float, bool]:
    """Return the best sentence's score, and whether it is right."""
    scores = asked.evidence @ weights[:-1] + weights[-1]
    best = int(np.argmax(scores))
    return float(scores[best]), bool(asked.right[best])


def report(name: str, asked: Sequence[Asked], weights: Matrix) -> None:
    """Print what weights reach on some questions, with and without their own paragraph."""
    cases = double(asked)
    firsts = [first(each, weights) for each in cases]
    scores = np.array([score for score, _ in firsts])
    right = np.array([hit for _, hit in firsts])
    known = np.array([bool(each.right.any()) for each in cases])
    above = (scores[known][:, None] > scores[~known][None, :]).mean()
    print(f"{name}: {known.sum()} questions of {len(asked)} had their answer among the read")
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
