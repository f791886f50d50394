"""The archive: an opened store with its models."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from threading import Lock
from typing import Self, Unpack

from rag import (
    checking,
    dossier,
    questions,
    quotes,
    restoration,
    sides,
    verdict,
    verification,
)
from rag.checking import Check, Status
from rag.crossencoder import CrossEncoder, ReadingModel
from rag.embedding import Embedder, find_shipped
from rag.holdings import Holdings, choose
from rag.ingestion import Indexes
from rag.lexical import analyze
from rag.permalinks import Cited
from rag.reader import Reader
from rag.retrieval import retrieve, retrieve_articles
from rag.settings import Settings
from rag.types import Answer, Article, Hit, Query, ScoredSpan


class Archive(Holdings):
    """An opened store with its models; a context manager. Safe to ask from several threads."""

    def __init__(
        self,
        settings: Settings,
        *,
        create: bool,
        embedder: Embedder | None,
        reading_model: ReadingModel | None,
    ) -> None:
        """Use `Archive.open`."""
        self._reading_model, self._loading = reading_model, Lock()
        super().__init__(settings, create=create, embedder=embedder)

    @classmethod
    def open(
        cls,
        store: str | Path | None = None,
        *,
        settings: Settings | None = None,
        create: bool = True,
        embedder: Embedder | None = None,
        reading_model: ReadingModel | None = None,
    ) -> Self:
        """Open a store.

        Args:
            store: The store's folder; else the one of the settings.
            settings: Everything else that can be chosen; else from the environment.
            create: Whether to make the store if there is none.
            embedder: The embedding model; else the one that the settings name, loaded when needed.
            reading_model: The reading model; else the one that ships, loaded when needed.

        Returns:
            The archive; close it, or use it in a `with` statement.

        Raises:
            StoreError: The store is not there, cannot be used, or was made with another model.
            SettingsError: A setting cannot work.
        """
        chosen = choose(store, settings)
        return cls(chosen, create=create, embedder=embedder, reading_model=reading_model)

    @property
    def reading_model(self) -> ReadingModel:
        """The reading model, loaded on first use.

        Raises:
            ModelError: It cannot be loaded.
        """
        with self._loading:
            if self._reading_model is None:
                self._reading_model = CrossEncoder(find_shipped(), threads=self.settings.threads)
            return self._reading_model

    def ask(
        self,
        question: str,
        *,
        history: Sequence[str] = (),
        shown: Sequence[Sequence[str]] = (),
        wording: str | None = None,
        today: date | None = None,
        drop: Sequence[str] = (),
        since: date | None = None,
        until: date | None = None,
        publishers: Sequence[str] = (),
        limit: int | None = None,
    ) -> Answer:
        """Answer a question in the articles' own words, or say that the archive does not.

        Args:
            question: The question.
            history: The user's earlier questions, oldest first.
            shown: The texts of the quotes shown for each of them; a follow-up may mean a name
                in these.
            wording: The wording to search for, in place of one made with `history`.
            today: The day that "yesterday" counts from; else today, or the day of the newest
                article if that is earlier.
            drop: Phrases of the question that are not to be read as dates.
            since: The first day of publication to search.
            until: The last day of publication to search.
            publishers: The publishers to search; none means all.
            limit: Quotes wanted at most.

        Returns:
            The answer. Every quote's text is the article's text at the quote's span.

        Raises:
            QuestionError: The question cannot be asked as it stands.
            StoreError: The store cannot be read.
        """
        query = self.read_question(
            question,
            history=history,
            shown=shown,
            wording=wording,
            today=today,
            drop=drop,
            since=since,
            until=until,
            publishers=publishers,
        )
        *_, answer = self.answers(query, self.retrieve(query), limit=limit)
        return answer

    def read_question(self, question: str, **options: Unpack[questions.Asked]) -> Query:
        """Return how a question is searched for: the first of the three steps of `ask`.

        Args:
            question: The question.
            options: Those of `ask`.

        Raises:
            QuestionError: The question cannot be asked as it stands.
        """
        oldest, newest = self._store.catalog.days()
        stated, today = options.get("today"), date.today()
        ended = min(today, newest or today)
        options["today"] = stated or ended
        return questions.read(
            question,
            max_chars=self.settings.max_question_chars,
            guessed=not stated and ended < today,
            oldest=oldest,
            **options,
        )

    def check(self, quotation: str) -> Check:
        """Tell whether a quotation stands in the archive: exactly, altered, or not.

        Args:
            quotation: The quotation; an ellipsis stands for words that it leaves out.

        Returns:
            The check, with where the quotation stands and how it departs from that.

        Raises:
            QuestionError: The quotation is too long, or holds no word.
            StoreError: The store cannot be read.
            ModelError: The quotation is not there exactly, and the embedding model to look further
                cannot be loaded.
        """
        checked = checking.check(quotation, self._offer(quotation))
        if checked.status is Status.EXACT:
            return checked
        return checking.check(quotation, self._offer(quotation, by_meaning=True))

    def cited(self, permalink: str) -> Cited:
        """Return what the id of a quote names: the words, in the very version quoted.

        Args:
            permalink: The id of a quote, `Quote.id`.

        Raises:
            QuestionError: It is not the id of a quote.
            ArticleError: The archive does not hold that article, version or place.
        """
        return verification.open_permalink(permalink, self._store.catalog)

    def verify(self, content: str | bytes) -> verification.Verification:
        """Tell whether every quote of a file of evidence stands in the archive as it says.

        Args:
            content: The content of the file, as `rag.dossier.compose` made it.

        Raises:
            EvidenceError: It is no such file.
        """
        return verification.verify(dossier.read(content), self._store.catalog)

    def restore(self, content: str | bytes) -> restoration.Restoration:
        """Return the answers of a file of evidence, their quotes cut anew from the archive.

        Args:
            content: The content of the file, as `rag.dossier.compose` made it.

        Raises:
            EvidenceError: It is no such file.
        """
        return restoration.restore(dossier.read(content), self._store.catalog)

    def retrieve(self, query: Query) -> tuple[Hit, ...]:
        """Return the passages to read for a query, best first: the second step of `ask`."""
        words = questions.content_words(query.wording)
        stems = list(dict.fromkeys(analyze(" ".join(words))))
        count = self.settings.candidates

        def look(indexes: Indexes) -> Sequence[Hit]:
            vector = self.embedder.encode([query.wording])[0]
            return retrieve(query, stems, vector, indexes=indexes, count=count)

        return tuple(self._store.read(look)[: self.settings.reading])

    def answers(
        self, query: Query, hits: Sequence[Hit], *, limit: int | None = None
    ) -> Iterator[Answer]:
        """Answer a query from the passages found for it: the last step of `ask`.

        Args:
            query: The query.
            hits: The passages to read, best first.
            limit: Quotes wanted at most; else as the settings say.

        Yields:
            The answer by what is read so far; the last one counts.
        """
        chosen = self.settings if limit is None else replace(self.settings, limit=limit)
        several = sides.asks_several(query.wording)
        words = questions.content_words(query.wording)
        unknown = self._find_unknown(words)
        for scored in self.reader().read_on(query.wording, hits, to_the_end=several):
            decided = verdict.decide(query, scored, words=words, unknown=unknown)
            yield _answer(query, scored, decided, several=several, limit=chosen.limit)

    def warm(self) -> None:
        """Load the models and use each once, so that the first question need not wait for it.

        Raises:
            ModelError: One cannot be loaded.
        """
        self.embedder.encode(["Is it warm?"])
        self.reading_model.read("Is it warm?", ["It is warm."])

    def reader(self) -> Reader:
        """Return the reader over this archive's models."""
        return Reader(read_texts=self.reading_model.read, encode=self.embedder.encode)

    def _offer(self, quotation: str, *, by_meaning: bool = False) -> Iterator[Article]:
        """Yield the articles that a quotation may be from, the likeliest first."""
        stems, count = analyze(quotation), self.settings.candidates

        def look(indexes: Indexes) -> Sequence[Article]:
            vector = self.embedder.encode([quotation])[0] if by_meaning else None
            return retrieve_articles(stems, vector, indexes=indexes, count=count)

        yield from self._store.read(look)

    def _find_unknown(self, words: Sequence[str]) -> Sequence[str]:
        """Return the words that no article has."""

        def look(indexes: Indexes) -> Sequence[str]:
            holds = indexes.lexical.holds
            return [word for word in words if not any(map(holds, analyze(word)))]

        return self._store.read(look)


def _answer(
    query: Query,
    scored: Sequence[ScoredSpan],
    decided: verdict.Verdict,
    *,
    several: bool,
    limit: int,
) -> Answer:
    count = sides.asks_count(query.wording)
    return Answer(
        question=query.question,
        query=query,
        quotes=(
            quotes.choose(scored, limit=limit, several=several, best_first=count)
            if decided.found
            else ()
        ),
        nearest=() if decided.found else quotes.nearest(scored, limit=limit),
        confidence=decided.confidence,
        reason=decided.reason,
        several=several,
    )
