"""Measure how well questions are answered: every quality figure of the README, in one command.

    python benchmarks/quality.py --data FOLDER

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
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

from rag import evaluation, passages, questions
from rag.answering import Archive
from rag.lexical import analyze
from rag.types import ScoredSpan, Span, Tokens

ROOT = Path(__file__).resolve().parent.parent
GOLDEN = ROOT / "tests" / "data" / "golden.jsonl"
# As in training/train_reader.py: every tenth article of the project's own sets.
HELD_OUT = 10
RESAMPLES = 1_000
SEED = 20_161_201
BINS = 10

LONGEST = 10_000


@dataclass(frozen=True)
class Asked:
    """A question of a paragraph, with the spans that answer it; none if it does not."""

    article: str
    text: str
    answers: tuple[Span, ...]
    kind: str

    def is_right(self, scored: ScoredSpan) -> bool:
        """Tell whether a sentence answers."""
        return scored.passage.source.id == self.article and any(
            scored.span.overlaps(answer) for answer in self.answers
        )


class Bench:
    """Questions and an archive of their paragraphs, in which every passage is encoded once."""

    def __init__(self, archive: Archive, asked: Sequence[Asked]) -> None:
        """Take an archive that holds the paragraphs of all the questions."""
        self.archive, self.asked = archive, asked
        self._known: dict[str, Tokens] = {}
        self._reader = archive.reader(encode_passages=self._encode)

    def read_given(self, asked: Asked) -> tuple[ScoredSpan, ...]:
        """Return the sentences of the question's own paragraph, scored, best first."""
        article = self.archive.article(asked.article)
        cuts = passages.cut(
            article,
            count_tokens=self.archive.embedder.count_tokens,
            budget=self.archive.settings.passage_tokens,
        )
        words = " ".join(questions.content_words(asked.text))
        return self._reader.read(asked.text, list(dict.fromkeys(analyze(words))), cuts)

    def read_open(self, asked: Asked) -> tuple[ScoredSpan, ...]:
        """Return the sentences of the passages that are found in the whole archive."""
        hits, stems = self.archive.retrieve(questions.read(asked.text, max_chars=LONGEST))
        return self._reader.read(asked.text, stems, [hit.passage for hit in hits])

    def _encode(self, texts: Sequence[str]) -> Sequence[Tokens]:
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        self._known.update(zip(new, self.archive.encoder.encode_passages(new), strict=True))
        return [self._known[text] for text in texts]


@contextmanager
def opened(file: Path, *, held_out: bool) -> Iterator[Bench]:
    """Open an archive of a file's paragraphs, with its questions.

    Args:
        file: The file, in the SQuAD layout.
        held_out: Whether only what was kept out of training is asked.
    """
    articles: list[dict[str, str]] = []
    asked: list[Asked] = []
    for number, entry in enumerate(json.loads(file.read_text(encoding="utf-8"))["data"]):
        for paragraph in entry["paragraphs"]:
            name = f"p{len(articles)}"
            articles.append({"id": name, "text": paragraph["context"]})
            if not held_out or number % HELD_OUT == 0:
                asked += [read_question(name, row) for row in paragraph["qas"]]
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "articles.jsonl"
        source.write_text("\n".join(json.dumps(each) for each in articles), encoding="utf-8")
        with Archive.open(Path(folder) / "store") as archive:
            archive.ingest(source)
            yield Bench(archive, asked)


def read_question(article: str, row: dict[str, Any]) -> Asked:
    """Return a question of a paragraph."""
    answers = [] if row.get("is_impossible") else row["answers"]
    spans = {
        Span(each["answer_start"], each["answer_start"] + len(each["text"])) for each in answers
    }
    return Asked(article, row["question"], tuple(sorted(spans)), row.get("kind", ""))


def measure_xquad(file: Path) -> dict[str, Any]:
    """Return the figures on XQuAD: paragraph given, open, refusal, calibration."""
    given, first, three, own, other, confidences = [], [], [], [], [], []
    with opened(file, held_out=False) as bench:
        for asked in tqdm(bench.asked, desc=file.name):
            best = bench.read_given(asked)[0]
            given.append(asked.is_right(best))
            found = bench.read_open(asked)
            right = [asked.is_right(each) for each in found[:3]]
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
    with opened(file, held_out=True) as bench:
        for asked in tqdm(bench.asked, desc=file.name):
            best = bench.read_given(asked)[0]
            (known if asked.answers else tempting).append(best.score)
            if asked.answers:
                right.append(asked.is_right(best))
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
