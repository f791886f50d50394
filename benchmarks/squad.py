"""Question-answering data as an archive that is asked."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rag import passages, questions
from rag.answering import Archive
from rag.reader import Evidence
from rag.types import Hit, Passage, ScoredSpan, Span
from training import datasets
from training.datasets import Paragraph

LONGEST = 10_000


@dataclass(frozen=True)
class Asked:
    """A question of an article or of a story's reports.

    Attributes:
        articles: The ids of the articles that it was written over.
        text: The question.
        answers: The sentences that answer it, each with its article's id; none if none does.
        kind: What sort of question it is, where that is known.
    """

    articles: tuple[str, ...]
    text: str
    answers: tuple[tuple[str, Span], ...]
    kind: str

    def is_right(self, passage: Passage, span: Span) -> bool:
        """Tell whether a sentence answers."""
        return any(
            passage.source.id == article and span.overlaps(answer)
            for article, answer in self.answers
        )


class Bench:
    """Questions and an archive of their paragraphs."""

    def __init__(self, archive: Archive, asked: Sequence[Asked]) -> None:
        """Take an archive that holds the paragraphs of all the questions."""
        self.archive, self.asked = archive, asked
        self._reader = archive.reader()

    def read_given(self, asked: Asked) -> tuple[ScoredSpan, ...]:
        """Return the sentences of the question's own articles, scored, best first."""
        return self._reader.read(asked.text, self._own(asked))

    def read_open(self, asked: Asked) -> tuple[ScoredSpan, ...]:
        """Return the sentences of the passages that are found in the whole archive."""
        return self._reader.read(asked.text, self._found(asked))

    def collect_given(self, asked: Asked) -> Iterator[tuple[Passage, Span, Evidence]]:
        """Yield the evidence for the sentences of the question's own articles."""
        for passage, span, evidence, _ in self._reader.collect(asked.text, self._own(asked)):
            yield passage, span, evidence

    def collect_open(self, asked: Asked) -> Iterator[tuple[Passage, Span, Evidence]]:
        """Yield the evidence for the sentences of the passages that are found."""
        for passage, span, evidence, _ in self._reader.collect(asked.text, self._found(asked)):
            yield passage, span, evidence

    def _own(self, asked: Asked) -> Sequence[Hit]:
        """Return the passages of a question's own articles, as if found first."""
        return [
            Hit(passage, 1.0)
            for article in asked.articles
            for passage in passages.cut(
                self.archive.article(article),
                count_tokens=self.archive.embedder.count_tokens,
                budget=self.archive.settings.passage_tokens,
            )
        ]

    def _found(self, asked: Asked) -> Sequence[Hit]:
        """Return the passages that are found for a question."""
        return self.archive.retrieve(questions.read(asked.text, max_chars=LONGEST))


@contextmanager
def opened(file: Path) -> Iterator[Bench]:
    """Open an archive of a file's paragraphs, with the questions that no model was trained on."""
    known = {each.text for each in datasets.read([file], held_out=True)}
    paragraphs = datasets.fold([*datasets.read([file]), *datasets.read([file], held_out=True)])
    fit = [
        number
        for number, paragraph in enumerate(paragraphs)
        if paragraph.text in known or not datasets.is_own(file)
    ]
    rows = (
        {"id": f"p{number}", "title": each.title, "text": each.text}
        for number, each in enumerate(paragraphs)
    )
    with filled(rows) as archive:
        yield Bench(archive, tuple(ask(paragraphs, fit)))


@contextmanager
def filled(articles: Iterable[Mapping[str, Any]]) -> Iterator[Archive]:
    """Open a temporary archive of articles, given as the objects of a JSON lines file."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "articles.jsonl"
        source.write_text("\n".join(map(json.dumps, articles)), encoding="utf-8")
        with Archive.open(Path(folder) / "store") as archive:
            archive.ingest(source)
            yield archive


def ask(paragraphs: Sequence[Paragraph], numbers: Sequence[int]) -> Iterator[Asked]:
    """Yield the questions of some paragraphs; those of a story once for all its reports."""
    stories: dict[str, list[int]] = {}
    for number in numbers:
        stories.setdefault(paragraphs[number].story or f"#{number}", []).append(number)
    for own in stories.values():
        for place, each in enumerate(paragraphs[own[0]].asked):
            answers = [
                (f"p{number}", paragraphs[number].spans[at])
                for number in own
                for at in sorted(paragraphs[number].asked[place].right)
            ]
            yield Asked(tuple(f"p{number}" for number in own), each.text, tuple(answers), each.kind)
