"""The archive: an opened store with its models, and the one-shot functions over it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from threading import Lock, RLock
from types import TracebackType
from typing import Self

from rag import ingestion, lock, questions, quotes, verdict
from rag.catalog import FILE as CATALOG_FILE
from rag.catalog import Catalog
from rag.embedding import Embedder, SentenceEmbedder, find_shipped
from rag.errors import StoreBusyError, StoreError
from rag.ingestion import Indexes, Progress
from rag.interaction import InteractionModel, TokenEncoder
from rag.lexical import LexicalIndex, analyze
from rag.origin import Origin
from rag.reader import EncodePassages, Reader
from rag.retrieval import retrieve
from rag.settings import Settings
from rag.types import Answer, Article, Hit, Query, Report, Source
from rag.vectors import VectorIndex

# The fact that says how far the default store is filled from the corpus.
CORPUS = "corpus"


class Archive:
    """An opened store with its models; a context manager. Safe to ask from several threads."""

    def __init__(
        self,
        settings: Settings,
        *,
        create: bool,
        embedder: Embedder | None,
        encoder: TokenEncoder | None,
    ) -> None:
        """Use `Archive.open`."""
        self.settings = settings
        self._embedder, self._encoder = embedder, encoder
        self._loading, self._writing = RLock(), Lock()
        store = settings.store
        if create:
            _make_folder(store)
        with ExitStack() as opened:
            self._catalog = Catalog(store, create=create)
            opened.callback(self._catalog.close)
            self._check_origin()
            vectors = VectorIndex(store)
            opened.callback(vectors.close)
            self._indexes = Indexes(self._catalog, vectors, LexicalIndex(store))
            self._mend()
            self._opened = opened.pop_all()

    @classmethod
    def open(
        cls,
        store: str | Path | None = None,
        *,
        settings: Settings | None = None,
        create: bool = True,
        embedder: Embedder | None = None,
        encoder: TokenEncoder | None = None,
    ) -> Self:
        """Open a store.

        Args:
            store: The store's folder; else the one of the settings.
            settings: Everything else that can be chosen; else from the environment.
            create: Whether to make the store if there is none.
            embedder: The embedding model; else the one that the settings name, loaded when needed.
            encoder: The reading model; else the one that ships, loaded when needed.

        Returns:
            The archive; close it, or use it in a `with` statement.

        Raises:
            StoreError: The store is not there, cannot be used, or was made with another model.
            SettingsError: A setting cannot work.
        """
        chosen = settings or Settings.load()
        if store is not None:
            chosen = replace(chosen, store=Path(store))
        return cls(chosen, create=create, embedder=embedder, encoder=encoder)

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
        self._opened.close()

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
            self._check_origin(weights=self._embedder.digest)
            return self._embedder

    @property
    def encoder(self) -> TokenEncoder:
        """The reading model, loaded on first use.

        Raises:
            ModelError: It cannot be loaded.
        """
        with self._loading:
            if self._encoder is None:
                self._encoder = InteractionModel(find_shipped(), threads=self.settings.threads)
            return self._encoder

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
            self._catalog.write_facts(self._check_origin(weights=embedder.digest).facts())
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
        limit = (replace(self.settings, limit=limit) if limit is not None else self.settings).limit
        hits, stems = self.retrieve(query)
        scored = self.reader().read(query.wording, stems, [hit.passage for hit in hits])
        words = questions.content_words(query.wording)
        unknown = [word for word in words if not self._knows(word)]
        decided = verdict.decide(query, scored, words=words, unknown=unknown)
        return Answer(
            question=question,
            query=query,
            quotes=quotes.choose(scored, limit=limit) if decided.found else (),
            nearest=() if decided.found else quotes.nearest(scored, limit=limit),
            confidence=decided.confidence,
            reason=decided.reason,
        )

    def fill(self, *, progress: Progress | None = None) -> None:
        """Ingest the corpus that ships, if nothing was ever ingested or this broke off before.

        Args:
            progress: Called with articles done and articles in all.

        Raises:
            RagError: As `ingest`.
        """
        if self._catalog.is_untouched():
            self._catalog.write_facts({CORPUS: "pending"})
        if self._catalog.facts().get(CORPUS) == "pending":
            self.ingest(self.settings.corpus, progress=progress)
            self._catalog.write_facts({CORPUS: "done"})

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

    def count(self) -> Mapping[str, int]:
        """Return how many articles, passages, vectors and lexical entries the store holds."""
        return {
            "articles": len(self._catalog.sources()),
            "passages": self._catalog.count_passages(),
            "vectors": self._indexes.vectors.count(),
            "lexical entries": self._indexes.lexical.count(),
        }

    def remove(self, article: str) -> None:
        """Delete an article with all its versions.

        Raises:
            ArticleError: There is no such article.
            StoreBusyError: Another process is writing to the store.
        """
        with self._written():
            ingestion.remove(article, indexes=self._indexes)

    def retrieve(self, query: Query) -> tuple[tuple[Hit, ...], Sequence[str]]:
        """Return the passages to read for a query, best first, and the stems of its words."""
        words = questions.content_words(query.wording)
        stems = list(dict.fromkeys(analyze(" ".join(words))))
        vector = self.embedder.encode([query.wording])[0]
        count = self.settings.candidates
        hits = retrieve(query, stems, vector, indexes=self._indexes, count=count)
        return hits[: self.settings.reading], stems

    def reader(self, *, encode_passages: EncodePassages | None = None) -> Reader:
        """Return the reader over this archive's words.

        Args:
            encode_passages: Texts to their tokens with vectors; else as the reading model does.
        """
        return Reader(
            encode_question=self.encoder.encode_question,
            encode_passages=encode_passages or self.encoder.encode_passages,
            analyze=analyze,
            rarity=self._rarity,
        )

    def _knows(self, word: str) -> bool:
        lexical = self._indexes.lexical
        return any(lexical.count_passages_with(stem) for stem in analyze(word))

    def _rarity(self, stem: str) -> float:
        """Inverse document frequency as in BM25 (Robertson and Zaragoza 2009), never negative."""
        held = self._indexes.lexical.count_passages_with(stem)
        return math.log(1 + (self._catalog.count_passages() - held + 0.5) / (held + 0.5))

    def _check_origin(self, *, weights: str = "") -> Origin:
        """Return what this archive would make, once that is what the store was made with."""
        origin = Origin(self.settings.model, self.settings.passage_tokens, weights=weights)
        origin.check(str(self.settings.store), Origin.read(self._catalog.facts()))
        return origin

    def _mend(self) -> None:
        if ingestion.is_settled(self._indexes):
            return
        try:
            with self._written():
                pass
        except StoreBusyError:
            return  # another process is in the middle of writing, which is why it looks so

    @contextmanager
    def _written(self) -> Iterator[None]:
        """Hold the writing lock, over indexes that hold what the catalog does."""
        with self._writing, lock.hold(self.settings.store):
            if not ingestion.is_settled(self._indexes):
                ingestion.settle(indexes=self._indexes, embedder=lambda: self.embedder)
            yield


def open_default(settings: Settings | None = None, *, progress: Progress | None = None) -> Archive:
    """Open the default store; one that is not there yet is made from the corpus that ships.

    Args:
        settings: The settings; else from the environment.
        progress: Called with articles done and in all while the store is made.

    Raises:
        RagError: As `Archive.open` and `Archive.ingest`.
    """
    chosen = settings or Settings.load()
    if not (chosen.store / CATALOG_FILE).is_file() and not chosen.corpus.is_dir():
        raise StoreError(
            f"there is no store at {chosen.store} and no corpus at {chosen.corpus} to make it "
            "from; run: rag ingest PATH..."
        )
    archive = Archive.open(settings=chosen)
    try:
        archive.fill(progress=progress)
    except BaseException:
        archive.close()
        raise
    return archive


def ask(
    question: str,
    *,
    store: str | Path | None = None,
    history: Sequence[str] = (),
    since: date | None = None,
    until: date | None = None,
    publishers: Sequence[str] = (),
    limit: int | None = None,
) -> Answer:
    """Ask one question: open the store, ask, close. See `Archive.ask`.

    Args:
        question: The question.
        store: The store's folder; else the default store, made from the corpus on first use.
        history: The user's earlier questions, oldest first.
        since: The first day of publication to search.
        until: The last day of publication to search.
        publishers: The publishers to search; none means all.
        limit: Quotes wanted at most.

    Returns:
        The answer.

    Raises:
        RagError: As `Archive.open` and `Archive.ask`.
    """
    opened = open_default() if store is None else Archive.open(store, create=False)
    with opened as archive:
        return archive.ask(
            question,
            history=history,
            since=since,
            until=until,
            publishers=publishers,
            limit=limit,
        )


def _make_folder(store: Path) -> None:
    try:
        store.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(
            f"the store {store} cannot be made ({error.strerror}); name another folder"
        ) from error
