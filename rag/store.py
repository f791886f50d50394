"""An opened store: the catalog and its indexes, the model that they are made with, one writer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from threading import Lock, RLock

from rag import ingestion, lock
from rag.catalog import Catalog
from rag.embedding import Embedder, SentenceEmbedder
from rag.errors import StoreBusyError, StoreError
from rag.ingestion import Indexes
from rag.lexical import LexicalIndex
from rag.origin import Origin
from rag.settings import Settings
from rag.vectors import Server, VectorIndex


class Store:
    """An opened store; close it when done. Safe to read from several threads."""

    def __init__(self, settings: Settings, *, create: bool, embedder: Embedder | None) -> None:
        """Open the store that the settings name.

        Args:
            settings: Where it is, and what it is made with.
            create: Whether to make the store if there is none.
            embedder: The embedding model; else the one that the settings name, loaded when needed.

        Raises:
            StoreError: The store is not there, cannot be used, or was made with another model.
        """
        self.settings = settings
        self._embedder = embedder
        self._loading, self._writing = RLock(), Lock()
        folder = settings.store
        if create:
            _make_folder(folder)
        with ExitStack() as opened:
            self.catalog = Catalog(folder, create=create)
            opened.callback(self.catalog.close)
            self._check_origin()
            vectors = VectorIndex(
                folder,
                server=_find_server(settings, self.catalog),
                revision=self.catalog.revision(),
                alone=partial(lock.hold_index, folder),
            )
            opened.callback(vectors.close)
            self._indexes = Indexes(self.catalog, vectors, LexicalIndex(folder))
            self._mend()
            self._opened = opened.pop_all()

    def close(self) -> None:
        """Let go of the store's files."""
        self._opened.close()

    @property
    def indexes(self) -> Indexes:
        """The catalog and its indexes, as whichever process wrote last has left them.

        Raises:
            StoreError: An index cannot be opened anew.
        """
        self._indexes.vectors.follow(self.catalog.revision())
        return self._indexes

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

    @contextmanager
    def written(self) -> Iterator[None]:
        """Hold the writing lock, over indexes that hold what the catalog does.

        Raises:
            StoreBusyError: Another process, or another thread's archive, is writing.
            StoreError: The store cannot be written to.
        """
        vectors, revision = self._indexes.vectors, self.catalog.revision
        with self._writing, lock.hold(self.settings.store), vectors.written(revision):
            if not ingestion.is_settled(self.indexes):
                ingestion.settle(indexes=self.indexes, embedder=lambda: self.embedder)
            yield

    def sign(self) -> None:
        """Write down what the store is made with; inside `written`, before passages are."""
        self.catalog.write_facts(self._check_origin(weights=self.embedder.digest).facts())

    def count(self) -> Mapping[str, int]:
        """Return how many articles, passages, vectors and lexical entries the store holds."""
        return {
            "articles": len(self.catalog.sources()),
            "passages": self.catalog.count_passages(),
            "vectors": self.indexes.vectors.count(),
            "lexical entries": self.indexes.lexical.count(),
        }

    def _check_origin(self, *, weights: str = "") -> Origin:
        """Return what this program would make, once that is what the store was made with."""
        origin = Origin(self.settings.model, self.settings.passage_tokens, weights=weights)
        origin.check(str(self.settings.store), Origin.read(self.catalog.facts()))
        return origin

    def _mend(self) -> None:
        if ingestion.is_settled(self.indexes):
            return
        try:
            with self.written():
                pass
        except StoreBusyError:
            return  # another process is in the middle of writing, which is why it looks so


def _find_server(settings: Settings, catalog: Catalog) -> Server | None:
    """Return where a store's vectors are on a Chroma server; None if they are in its folder."""
    if not settings.chroma_url:
        return None
    return Server(
        settings.chroma_url,
        f"rag-{catalog.name()}",
        headers=dict(each.split("=", 1) for each in settings.chroma_headers),
        tenant=settings.chroma_tenant,
        database=settings.chroma_database,
        timeout=settings.chroma_timeout,
    )


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(
            f"the store {folder} cannot be made ({error.strerror}); name another folder"
        ) from error
