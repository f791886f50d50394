"""An opened store: the catalog and its indexes, the model that they are made with, one writer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Lock, RLock
from typing import TYPE_CHECKING, TypeVar

from rag import embedding, generations, ingestion, lock, snapshots
from rag.catalog import FILE, GENERATION, Catalog
from rag.embedding import Embedder
from rag.errors import StoreBusyError, StoreError
from rag.ingestion import Indexes
from rag.origin import Origin
from rag.settings import Settings

if TYPE_CHECKING:
    from rag.types import Passage, Vectors

Found = TypeVar("Found")


class Store:
    """An opened store; close it when done. Safe to read from several threads.

    One that cannot be written to is read from a copy, as it was when it was opened.
    """

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
            if (folder / FILE).is_file():
                folder = opened.enter_context(snapshots.readable(folder))
            self._unwritable = settings.store if folder != settings.store else None
            self.settings = settings = replace(settings, store=folder)
            self.catalog = Catalog(folder, create=create)
            opened.callback(self.catalog.close)
            self._check_origin()
            self._indexes = generations.open_indexes(settings, self.catalog)
            try:
                self._mend()
            except BaseException:
                self._indexes.vectors.close()
                raise
            self._opened = opened.pop_all()

    def close(self) -> None:
        """Let go of the store's files."""
        self._indexes.vectors.close()
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
                self._embedder = embedding.load(self.settings)
            self._check_origin(weights=self._embedder.digest)
            return self._embedder

    @property
    def indexes(self) -> Indexes:
        """The indexes that serve now, as whichever process wrote last has left them.

        Raises:
            StoreError: They cannot be opened anew.
        """
        with self._loading:
            if self._indexes.generation != self.catalog.generation():
                self._follow()
            indexes = self._indexes
        indexes.vectors.follow(self.catalog.revision())
        return indexes

    def read(self, look: Callable[[Indexes], Found]) -> Found:
        """Return what is found in the indexes of one generation, wholly.

        Those that are replaced meanwhile may be gone in the middle: then it looks again.

        Args:
            look: Finds something; called once more where what it looked in serves no more.

        Raises:
            StoreError: The indexes that serve cannot be read.
        """
        while True:
            serving = self.catalog.generation()
            try:
                indexes = self.indexes
                found = look(indexes)
            except StoreError:
                if serving == self.catalog.generation():
                    raise
            else:
                if indexes.generation == self.catalog.generation():
                    return found

    @contextmanager
    def written(self) -> Iterator[None]:
        """Hold the writing lock, over indexes that hold what the catalog does.

        Raises:
            StoreBusyError: Another process, or another thread's archive, is writing.
            StoreError: The store cannot be written to.
        """
        if self._unwritable:
            raise StoreError(
                f"the store {self._unwritable} cannot be written to; it can be asked, checked and "
                "listed: to change it, change the permissions of its folder and its files"
            )
        with self._settled():
            yield

    @contextmanager
    def _settled(self) -> Iterator[None]:
        with self._writing, lock.hold(self.settings.store):
            generations.tidy(self.settings, self.catalog)
            vectors = self.indexes.vectors
            with vectors.written(self.catalog.revision):
                if not ingestion.is_settled(self.indexes):
                    ingestion.settle(indexes=self.indexes, embed=self._embed)
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

    def _follow(self) -> None:
        """Go over to the generation that serves now, and to what it is made with."""
        facts = self.catalog.facts()
        origin = Origin.read(facts)
        if origin:
            self.settings = replace(
                self.settings, model=origin.model, passage_tokens=origin.passage_tokens
            )
            if self._embedder and self._embedder.digest != origin.weights:
                self._embedder = None
        self._indexes = generations.open_indexes(
            self.settings, self.catalog, generation=int(facts.get(GENERATION, 0))
        )

    def _embed(self, cuts: Sequence[Passage]) -> Vectors:
        return ingestion.embed(cuts, self.embedder)

    def _mend(self) -> None:
        # What a copy lacks it lacks alone; vectors on a server are not of the copy.
        if (self._unwritable and self.settings.chroma_url) or ingestion.is_settled(self.indexes):
            return
        try:
            with self._settled():
                pass
        except StoreBusyError:
            return  # another process is in the middle of writing, which is why it looks so


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(
            f"the store {folder} cannot be made ({error.strerror}); name another folder"
        ) from error
