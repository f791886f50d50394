"""Passages by meaning under integer keys; distance becomes similarity here, once."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import date
from functools import partial
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeVar
from weakref import finalize

from rag.errors import StoreError
from rag.settings import quiet_libraries
from rag.types import Passage, Query
from rag.vectors.connection import FOLDER, Client, Connection, Folder
from rag.vectors.memory import blank_lengths, blanked
from rag.vectors.server import Server

if TYPE_CHECKING:
    from rag.types import Vector, Vectors

# Chroma refuses more than 5,461 rows in one call and pages of more than 32,766.
PAGE = 5_000

# Seconds for which an index that was opened anew is good enough while another process writes.
# Opening takes a tenth of a second with 20,000 passages.
REST = 1.0

# What Chroma raises besides its own errors, also over what a server that is none answers.
BROKEN = (OSError, RuntimeError, ValueError, TypeError, KeyError)

Alone = Callable[[], AbstractContextManager[None]]
Result = TypeVar("Result")


class VectorIndex:
    """Passage vectors under integer keys, with the fields that a search can be narrowed by.

    Chroma keeps in memory what it read when it was opened, and never sees what another process
    writes later. What it holds is therefore of a revision of the store, and opened anew for a
    later one.
    """

    def __init__(
        self,
        store: Path,
        *,
        server: Server | None = None,
        revision: int = 0,
        alone: Alone = nullcontext,
    ) -> None:
        """Open the index of a store, or make an empty one.

        Args:
            store: The store's folder.
            server: Where the vectors are instead, if they are on a Chroma server.
            revision: The store's revision, taken before.
            alone: Keeps other processes out while files are read or written. One that opens the
                index while another writes its files would read them half written.

        Raises:
            StoreError: Chroma cannot open it.
        """
        quiet_libraries()
        self._place: Folder | Server = server or Folder(store / FOLDER)
        # A server shows every process the same, and keeps them out of its files itself.
        self._shared = server is not None
        self._alone = nullcontext if self._shared else partial(_blanked, alone, store / FOLDER)
        self._revision, self._rested, self._writing = revision, 0.0, False
        self._renewing = Lock()
        with self._errors():
            self._connection = Connection(partial(_open, self._place, self._alone))
        self._close = finalize(self, self._connection.close)

    def close(self) -> None:
        """Let go of the files, or of the server; also done when nothing refers to it any more."""
        self._close()

    def follow(self, revision: int) -> None:
        """See what was written up to a revision of the store, now or within about a second.

        Args:
            revision: The store's revision.

        Raises:
            StoreError: Chroma cannot open it anew.
        """
        if revision <= self._revision or time.monotonic() < self._rested:
            return
        # One thread opens the index; the others go on with the one they have.
        if self._renewing.acquire(blocking=False):
            try:
                self._renew(revision)
            finally:
                self._renewing.release()

    @contextmanager
    def written(self, revision: Callable[[], int]) -> Iterator[None]:
        """Write inside, over what others have written; the caller holds the store's lock.

        Chroma would write files that lack what it has not seen.

        Args:
            revision: Returns the store's revision.
        """
        with self._renewing:
            self._renew(revision())
            self._writing = True
        try:
            yield
        finally:
            with self._renewing:
                self._writing = False
                self._revision = revision()

    def add(
        self,
        passages: Mapping[int, Passage],
        vectors: Vectors,
    ) -> None:
        """Write passages with their vectors, over what stands under the same keys.

        Args:
            passages: The passages by key.
            vectors: One unit vector a passage, in the same order, (passages, dimension).
        """
        ids = [str(key) for key in passages]
        fields = [_fields(passage) for passage in passages.values()]

        def write(collection: Any) -> None:
            for begin in range(0, len(ids), PAGE):
                some = slice(begin, begin + PAGE)
                collection.delete(ids[some])
                collection.add(ids[some], embeddings=vectors[some], metadatas=fields[some])

        self._do(write, alone=self._alone)

    def remove(self, keys: Sequence[int]) -> None:
        """Delete what stands under some keys; a key that is not there is no error."""

        def write(collection: Any) -> None:
            for begin in range(0, len(keys), PAGE):
                collection.delete([str(key) for key in keys[begin : begin + PAGE]])

        self._do(write, alone=self._alone)

    def keys(self) -> Sequence[int]:
        """Return every key."""

        def read(collection: Any) -> list[int]:
            keys: list[int] = []
            while page := collection.get(limit=PAGE, offset=len(keys), include=[])["ids"]:
                keys.extend(int(key) for key in page)
            return keys

        return self._do(read)

    def read(self, keys: Sequence[int]) -> Mapping[int, Vector]:
        """Return the vectors that stand under some keys; a key that is not there has none."""

        def read(collection: Any) -> dict[int, Vector]:
            found: dict[int, Vector] = {}
            for begin in range(0, len(keys), PAGE):
                some = [str(key) for key in keys[begin : begin + PAGE]]
                page = collection.get(some, include=["embeddings"])
                found |= zip(map(int, page["ids"]), page["embeddings"], strict=True)
            return found

        return self._do(read)

    def drop(self) -> None:
        """Delete the index from the server that it is on."""

        def drop(collection: Any) -> None:
            place = {"tenant": collection.tenant, "database": collection.database}
            collection._client.delete_collection(collection.name, **place)

        self._do(drop)

    def count(self) -> int:
        """Return the number of passages."""
        return self._do(lambda collection: int(collection.count()))

    def search(
        self,
        vector: Vector,
        *,
        count: int,
        within: Query | None = None,
    ) -> Sequence[tuple[int, float]]:
        """Return the passages nearest to a vector.

        Args:
            vector: A unit vector, (dimension,).
            count: Passages wanted.
            within: A query whose filters every passage must pass; a broad filter is slow (391 ms
                where half of 95,000 passages passed), so try without first.

        Returns:
            Keys with cosine similarity (-1 to 1), best first.
        """

        def read(collection: Any) -> Any:
            return collection.query(
                query_embeddings=[vector],
                n_results=count,
                where=_where(within),
                include=["distances"],
            )

        found = self._do(read)
        distances = (found["distances"] or [[]])[0]
        # Chroma's cosine distance is one less the similarity; from here on higher is better.
        return [
            (int(key), 1.0 - float(distance))
            for key, distance in zip(found["ids"][0], distances, strict=True)
        ]

    def _do(self, act: Callable[[Any], Result], *, alone: Alone = nullcontext) -> Result:
        """Act on the collection; once more over a new connection, as that may be all it lacks.

        Another process may have made the collection anew, and a server may have been started anew.
        What is done twice does no harm.
        """
        try:
            with self._errors(), alone(), self._connection.collection() as collection:
                return act(collection)
        except StoreError as error:
            if _is_late(error):
                raise
            with nullcontext() if self._shared else self._renewing:
                # Vectors that are being written here would not all be seen by another client.
                if self._writing and not self._shared:
                    raise
                self._connect_anew()
        with self._errors(), alone(), self._connection.collection() as collection:
            return act(collection)

    def _renew(self, revision: int) -> None:
        if revision > self._revision and not self._writing and not self._shared:
            self._connect_anew()
            self._revision, self._rested = revision, time.monotonic() + REST

    def _connect_anew(self) -> None:
        with self._errors():
            self._connection.renew()

    @contextmanager
    def _errors(self) -> Iterator[None]:
        import httpx
        from chromadb.errors import ChromaError

        try:
            yield
        except (ChromaError, httpx.HTTPError, *BROKEN) as error:
            raise StoreError(self._place.blame(error)) from error


def _is_late(error: StoreError) -> bool:
    import httpx

    return isinstance(error.__cause__, httpx.TimeoutException)


@contextmanager
def _blanked(alone: Alone, folder: Path) -> Iterator[None]:
    with alone(), blanked():
        yield
        blank_lengths(folder)


def _open(place: Folder | Server, alone: Alone) -> Client:
    with alone():
        return place.open()


def _fields(passage: Passage) -> dict[str, Any]:
    source = passage.source
    fields: dict[str, Any] = {
        "article": source.id,
        "publisher": source.publisher,
        "start": passage.span.start,
        "end": passage.span.end,
    }
    # Chroma compares numbers only, and takes no None: a day is its ordinal, an unknown one absent.
    return fields | ({"published": source.published.toordinal()} if source.published else {})


def _where(query: Query | None) -> Any:
    if query is None:
        return None
    terms: list[dict[str, Any]] = []
    if query.publishers:
        terms.append({"publisher": {"$in": list(query.publishers)}})
    if query.since or query.until:
        first = (query.since or date.min).toordinal()
        last = (query.until or date.max).toordinal()
        terms += [{"published": {"$gte": first}}, {"published": {"$lte": last}}]
    return terms[0] if len(terms) == 1 else {"$and": terms} if terms else None
