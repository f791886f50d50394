"""Question-answering data in the SQuAD layout as an archive that is asked."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rag import passages, questions
from rag.answering import Archive
from rag.lexical import analyze
from rag.reader import Evidence
from rag.types import Passage, ScoredSpan, Span, Tokens

# Of the project's own sets, hard_*.json, every tenth article is kept out of training.
HELD_OUT = 10
LONGEST = 10_000


@dataclass(frozen=True)
class Asked:
    """A question of a paragraph, with the spans that answer it; none if it does not."""

    article: str
    text: str
    answers: tuple[Span, ...]
    kind: str

    def is_right(self, passage: Passage, span: Span) -> bool:
        """Tell whether a sentence answers."""
        return passage.source.id == self.article and any(map(span.overlaps, self.answers))


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

    def collect(self, asked: Asked) -> Iterator[tuple[Passage, Span, Evidence]]:
        """Yield the evidence for the sentences of the passages that are found."""
        hits, stems = self.archive.retrieve(questions.read(asked.text, max_chars=LONGEST))
        yield from self._reader.collect(asked.text, stems, [hit.passage for hit in hits])

    def _encode(self, texts: Sequence[str]) -> Sequence[Tokens]:
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        self._known.update(zip(new, self.archive.encoder.encode_passages(new), strict=True))
        return [self._known[text] for text in texts]


def is_own(file: Path) -> bool:
    """Tell whether a set was written for this project; most of it was trained on."""
    return file.name.startswith("hard_")


@contextmanager
def opened(file: Path) -> Iterator[Bench]:
    """Open an archive of a file's paragraphs, with the questions that no model was trained on."""
    held_out = is_own(file)
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
