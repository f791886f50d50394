"""Question-answering data to train on: paragraphs with their sentences and questions."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from rag import sentences
from rag.lexical import analyze
from rag.types import Span

Matrix = NDArray[np.float32]

# Of the project's own sets every tenth article is kept out of training, and of this one all are.
HELD_OUT = 10
DEVELOPMENT = "development.jsonl"
STORIES = {"entries.jsonl", "retold.jsonl", "sequels.jsonl", "stories.jsonl", DEVELOPMENT}
OWN = {"newswire.jsonl"} | STORIES
# Okapi BM25's usual constants (Robertson and Zaragoza 2009).
SATURATION, LENGTH_SHARE = 1.2, 0.75
# Titles that only number what they stand over.
UNTITLED = re.compile(r"Reddit_Comments|Amazon_Reviews")


@dataclass(frozen=True)
class Asked:
    """A question of a paragraph.

    Attributes:
        text: The question.
        right: The numbers of the sentences that answer it; none if the paragraph does not.
        answers: The few words that answer, where they are known, as often as they were given.
        kind: Of the project's own sets, what sort of question it is.
    """

    text: str
    right: frozenset[int]
    answers: tuple[Span, ...] = ()
    kind: str = ""


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of an article, with its sentences and its questions.

    `id` is that of its first question; what was written over it elsewhere names it so. `story` is
    shared by the reports of the same events, of which every one has all the story's questions.
    """

    id: str
    title: str
    text: str
    spans: tuple[Span, ...]
    asked: tuple[Asked, ...]
    story: str = ""


def read(files: Sequence[Path], *, held_out: bool = False) -> list[Paragraph]:
    """Return the paragraphs of some files.

    Args:
        files: Files in the SQuAD layout, and files of `training/data`.
        held_out: Whether to return those kept for evaluation instead of those to train on. What
            is kept out of one file is kept out of all: by article, since the questions of one set
            were written over paragraphs of another.
    """
    kept = {title for file in files if is_own(file) for title in kept_out(file)}
    known: dict[str, Paragraph] = {}
    every: list[Paragraph] = []
    for file in sorted(files, key=lambda each: each.suffix == ".jsonl"):
        found = list(read_lines(file, known) if file.suffix == ".jsonl" else read_squad(file))
        known.update((each.id, each) for each in found)
        if is_own(file) or not held_out:
            every += found
    return [each for each in every if (each.title in kept) is held_out]


def is_own(file: Path) -> bool:
    """Tell whether a set was written for this project; most of it is trained on."""
    return file.name.startswith("hard_") or file.name in OWN


def kept_out(file: Path) -> list[str]:
    """Return the titles of the articles of a set that are kept out of training.

    In the SQuAD layout every tenth; of JSON lines those that a checksum of the first title chooses,
    so that adding lines changes nothing; of the development set all.
    """
    text = file.read_text(encoding="utf-8")
    if file.suffix == ".jsonl":
        rows = [json.loads(line) for line in text.splitlines()]
        every = [[each["title"] for each in row.get("reports", [row])] for row in rows]
        share = 1 if file.name == DEVELOPMENT else HELD_OUT
        chosen = (titles for titles in every if crc32(titles[0].encode()) % share == 0)
        return list(itertools.chain.from_iterable(chosen))
    titles = [each["title"].replace("_", " ") for each in json.loads(text)["data"]]
    return titles[::HELD_OUT]


def read_squad(file: Path) -> Iterator[Paragraph]:
    """Yield the paragraphs of a file in the SQuAD layout."""
    for article in json.loads(file.read_text(encoding="utf-8"))["data"]:
        for paragraph in article["paragraphs"]:
            text = paragraph["context"]
            spans = sentences.split(text)
            asked = tuple(read_question(row, spans) for row in paragraph["qas"])
            title = "" if UNTITLED.search(article["title"]) else article["title"]
            name = paragraph["qas"][0]["id"]
            yield Paragraph(name, title.replace("_", " "), text, spans, asked)


def read_question(row: dict[str, Any], spans: Sequence[Span]) -> Asked:
    """Return a question with the sentences that its answers lie in."""
    rows = [] if row.get("is_impossible") else row["answers"]
    found = tuple(
        Span(each["answer_start"], each["answer_start"] + len(each["text"])) for each in rows
    )
    right = {number for number, span in enumerate(spans) if any(map(span.overlaps, found))}
    # An answer of a whole sentence does not tell which of its words answer.
    few = (each for each in found if not any(map(each.covers, spans)))
    return Asked(row["question"], frozenset(right), tuple(few), row.get("kind", ""))


def read_lines(file: Path, known: Mapping[str, Paragraph]) -> Iterator[Paragraph]:
    """Yield the paragraphs of a file of `training/data`; see the README there.

    Args:
        file: The file.
        known: Paragraphs by their ids, for the questions that were written over them.

    Raises:
        KeyError: A paragraph is not known; name the file it is in, too.
    """
    for line in file.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if "paragraph" in row:
            paragraph = known[row["paragraph"]]
            asked = tuple(read_written(each, paragraph.spans) for each in row["questions"])
            yield replace(paragraph, asked=asked)
            continue
        if "reports" in row:
            yield from read_story(row)
            continue
        asked = tuple(
            Asked(each["question"], frozenset(each["answers"]), kind=each["kind"])
            for each in row["questions"]
        )
        yield join_sentences(row, asked)


def read_story(row: Mapping[str, Any]) -> Iterator[Paragraph]:
    """Yield the reports of a story, each with what of the story's questions it answers."""
    for number, report in enumerate(row["reports"]):
        asked = tuple(
            Asked(
                each["question"],
                frozenset(sentence for place, sentence in each["answers"] if place == number),
                kind=each["kind"],
            )
            for each in row["questions"]
        )
        yield join_sentences(report, asked, story=row["reports"][0]["title"])


def join_sentences(
    row: Mapping[str, Any], asked: tuple[Asked, ...], *, story: str = ""
) -> Paragraph:
    """Return a paragraph whose sentences are given one by one."""
    starts = [0]
    for sentence in row["sentences"]:
        starts.append(starts[-1] + len(sentence) + 1)
    spans = tuple(Span(start, after - 1) for start, after in itertools.pairwise(starts))
    return Paragraph("", row["title"], " ".join(row["sentences"]), spans, asked, story)


def read_written(row: Mapping[str, Any], spans: Sequence[Span]) -> Asked:
    """Return a question whose answers are ranges of its paragraph."""
    found = [Span(*each) for each in row["answers"]]
    right = {number for number, span in enumerate(spans) if any(map(span.overlaps, found))}
    return Asked(row["question"], frozenset(right), kind=row["kind"])


def put_title(paragraph: Paragraph) -> Paragraph:
    """Return a paragraph with its article's title before it, as the reader gets it."""
    shift = len(paragraph.title) + 1
    return replace(
        paragraph,
        text=f"{paragraph.title}\n{paragraph.text}",
        spans=tuple(each.shifted(shift) for each in paragraph.spans),
        asked=tuple(
            replace(each, answers=tuple(one.shifted(shift) for one in each.answers))
            for each in paragraph.asked
        ),
    )


class Neighbours:
    """Finds paragraphs near a question, by words and by meaning, that do not answer it."""

    def __init__(self, paragraphs: Sequence[Paragraph], vectors: Matrix) -> None:
        """Index some paragraphs.

        Args:
            paragraphs: The paragraphs.
            vectors: Their unit vectors, (paragraphs, dimension).
        """
        self._paragraphs, self._vectors = paragraphs, vectors
        self._numbers: dict[str, int] = {}
        rows, columns, counts = [], [], []
        for row, paragraph in enumerate(paragraphs):
            stems = analyze(paragraph.text)
            for stem in set(stems):
                rows.append(row)
                columns.append(self._numbers.setdefault(stem, len(self._numbers)))
                counts.append(stems.count(stem))
        shape = (len(paragraphs), len(self._numbers))
        matrix = csr_array((np.array(counts, dtype=np.float32), (rows, columns)), shape=shape)
        lengths = matrix.sum(axis=1)
        row_of = np.repeat(np.arange(shape[0]), np.diff(matrix.indptr))
        norm = 1 - LENGTH_SHARE + LENGTH_SHARE * lengths[row_of] / lengths.mean()
        seen = np.bincount(matrix.indices, minlength=shape[1])
        rarity = np.log1p((shape[0] - seen + 0.5) / (seen + 0.5))
        matrix.data *= (SATURATION + 1) / (matrix.data + SATURATION * norm)
        matrix.data *= rarity[matrix.indices]
        self._columns = matrix.tocsc()

    def find(self, question: Asked, own: Paragraph, vector: Matrix, *, limit: int) -> list[int]:
        """Return the numbers of some paragraphs, half of them nearest by words, half by meaning.

        Args:
            question: The question.
            own: Its paragraph.
            vector: The question's unit vector, (dimension,).
            limit: How many are wanted; fewer come where both ways find the same.
        """
        stems = {self._numbers[stem] for stem in analyze(question.text) if stem in self._numbers}
        by_words = np.asarray(self._columns[:, sorted(stems)].sum(axis=1)).ravel()
        answers = {own.text[each.start : each.end].casefold() for each in question.answers}
        found: list[int] = []
        for scores in (by_words, self._vectors @ vector):
            order = map(int, np.argsort(-scores)[: limit * 3])
            fit = (each for each in order if self._is_silent(each, own, answers))
            found += itertools.islice(fit, limit // 2)
        return list(dict.fromkeys(found))

    def _is_silent(self, number: int, own: Paragraph, answers: Iterable[str]) -> bool:
        each = self._paragraphs[number]
        if each.text == own.text or (own.story and each.story == own.story):
            return False
        return not any(answer in each.text.casefold() for answer in answers)


def fold(paragraphs: Iterable[Paragraph]) -> list[Paragraph]:
    """Return paragraphs with those of the same text made one, with all their questions."""
    folded: dict[str, Paragraph] = {}
    for each in paragraphs:
        known = folded.setdefault(each.text, each)
        if known is not each:
            folded[each.text] = replace(known, asked=known.asked + each.asked)
    return list(folded.values())
