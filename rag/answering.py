"""The archive: an opened store with its models, and the one-shot functions over it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from threading import Lock, RLock
from types import TracebackType
from typing import Self

from rag import fusion, ingestion, lock, questions, quotes, verdict
from rag.catalog import Catalog
from rag.embedding import Embedder, SentenceEmbedder
from rag.errors import StoreBusyError, StoreError, StoreMismatchError
from rag.ingestion import Indexes, Progress
from rag.lexical import LexicalIndex, analyze
from rag.reader import Reader
from rag.settings import Settings
from rag.types import Answer, Article, Hit, Query, Report, Source
from rag.vectors import VectorIndex

# Raised whenever the rules for sentences or passages change, so that old indexes are told apart.
PASSAGE_RULES = 1
# How many times more passages are asked for, at first, where a filter will drop some.
OVERSAMPLING = 4
# The fact that says how far the default store is filled from the corpus.
CORPUS = "corpus"


class Archive:
    """An opened store with its models; a context manager. Safe to ask from several threads."""

    def __init__(self, settings: Settings, *, create: bool, embedder: Embedder | None) -> None:
        """Use `Archive.open`."""
        self.settings = settings
        self._embedder = embedder
        self._loading, self._writing = RLock(), Lock()
        store = settings.store
        if create:
            _make_folder(store)
        self._catalog = Catalog(store, create=create)
        try:
            self._check_origin()
            self._indexes = Indexes(self._catalog, VectorIndex(store), LexicalIndex(store))
            self._mend()
        except BaseException:
            self._catalog.close()
            raise

    @classmethod
    def open(
        cls,
        store: str | Path | None = None,
        *,
        settings: Settings | None = None,
        create: bool = True,
        embedder: Embedder | None = None,
    ) -> Self:
        """Open a store.

        Args:
            store: The store's folder; else the one of the settings.
            settings: Everything else that can be chosen; else from the environment.
            create: Whether to make the store if there is none.
            embedder: The embedding model; else the one that the settings name, loaded when needed.

        Returns:
            The archive; close it, or use it in a `with` statement.

        Raises:
            StoreError: The store is not there, cannot be used, or was made with another model.
            SettingsError: A setting cannot work.
        """
        chosen = settings or Settings.load()
        if store is not None:
            chosen = replace(chosen, store=Path(store))
        return cls(chosen, create=create, embedder=embedder)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the store's files."""
        self._indexes.vectors.close()
        self._catalog.close()

    @property
    def embedder(self) -> Embedder:
        """The embedding model, loaded on first use.

        Raises:
            ModelError: It cannot be loaded.
            StoreMismatchError: Its weights are not those that the store was made with.
        """
        with self._loading:
            if self._embedder is None:
                self._embedder = SentenceEmbedder(
                    self.settings.model,
                    threads=self.settings.threads,
                    download=self.settings.download,
                )
            self._check_weights(self._embedder)
            return self._embedder

    def ingest(
        self, paths: Iterable[str | Path] | str | Path, *, progress: Progress | None = None
    ) -> Report:
        """Bring the articles of files and folders into the archive.

        Args:
            paths: Files and folders; .txt, .md, .html and .jsonl are read.
            progress: Called with articles done and articles in all.

        Returns:
            What was added, updated, unchanged, and what failed and why.

        Raises:
            StoreBusyError: Another process is writing to the store.
            StoreError: The store cannot be written to.
            ModelError: The embedding model cannot be loaded.
        """
        named = [paths] if isinstance(paths, str | Path) else list(paths)
        with self._written():
            embedder = self.embedder
            self._catalog.write_facts(self._origin() | {"weights": embedder.digest})
            return ingestion.ingest(
                named,
                indexes=self._indexes,
                embedder=embedder,
                budget=self.settings.passage_tokens,
                max_bytes=self.settings.max_article_bytes,
                progress=progress,
            )

    def ask(
        self,
        question: str,
        *,
        history: Sequence[str] = (),
        since: date | None = None,
        until: date | None = None,
        publishers: Sequence[str] = (),
        limit: int | None = None,
    ) -> Answer:
        """Answer a question in the articles' own words, or say that the archive does not.

        Args:
            question: The question.
            history: The user's earlier questions, oldest first.
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
        query = questions.read(
            question,
            history=history,
            since=since,
            until=until,
            publishers=publishers,
            max_chars=self.settings.max_question_chars,
        )
        limit = self.settings.limit if limit is None else limit
        words = questions.content_words(query.wording)
        stems = list(dict.fromkeys(analyze(" ".join(words))))
        hits = self.retrieve(query)[: self.settings.reading]
        scored = self._reader().read(query.wording, stems, [hit.passage for hit in hits])
        unknown = [word for word in words if not self._is_known(word)]
        decided = verdict.decide(query, scored, unknown=unknown)
        return Answer(
            question=question,
            query=query,
            quotes=quotes.choose(scored, limit=limit) if decided.found else (),
            nearest=() if decided.found else quotes.nearest(scored, limit=limit),
            confidence=decided.confidence,
            reason=decided.reason,
        )

    def retrieve(self, query: Query) -> tuple[Hit, ...]:
        """Return the passages nearest to a query by meaning and by words, best first."""
        count = self.settings.candidates
        vector = self.embedder.encode([query.wording])[0]
        stems = analyze(" ".join(questions.content_words(query.wording)))
        found: dict[str, Sequence[int]] = {}
        ...

    def article(self, article: str, *, digest: str = "") -> Article:
        """Return an article by its id.

        Args:
            article: The id.
            digest: The first characters of a version's digest; else the current version.

        Raises:
            ArticleError: There is no such article or version.
        """
        return self._catalog.article(article, digest=digest)

    def articles(self) -> tuple[Source, ...]:
        """Return the source of every article, ordered by date."""
        return self._catalog.sources()

    def remove(self, article: str) -> None:
        """Delete an article with all its versions.

        Raises:
            ArticleError: There is no such article.
            StoreBusyError: Another process is writing to the store.
        """
        with self._written():
            ingestion.remove(article, indexes=self._indexes)
