"""The vector index: passages by meaning, in local Chroma. The only importer of Chroma."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.errors import StoreError
from rag.settings import quiet_libraries
from rag.types import Passage, Query

if TYPE_CHECKING:
    from rag.types import Vector, Vectors

FOLDER = "chroma"
COLLECTION = "passages"

# Chroma refuses more than 5,461 rows in one call and pages of more than 32,766.
PAGE = 5_000


class VectorIndex:
    """Passage vectors under integer keys, with the fields that a search can be narrowed by."""

    def __init__(self, store: Path) -> None:
        """Open the index of a store, or make an empty one.

        Raises:
            StoreError: Chroma cannot open it.
        """
        quiet_libraries()
        import chromadb
        from chromadb.config import Settings as ChromaSettings

        self._where = store / FOLDER
        with self._errors():
            self._client: Any = chromadb.PersistentClient(
                str(self._where), settings=ChromaSettings(anonymized_telemetry=False)
            )
            self._collection: Any = self._client.get_or_create_collection(
                COLLECTION,
                embedding_function=_refusal(),
                configuration={"hnsw": {"space": "cosine"}},
            )

    def close(self) -> None:
        """Let go of the files."""
        self._client.close()

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
        self.remove(list(passages))
        with self._errors():
            for begin in range(0, len(ids), PAGE):
                some = slice(begin, begin + PAGE)
                self._collection.add(ids[some], embeddings=vectors[some], metadatas=fields[some])

    def remove(self, keys: Sequence[int]) -> None:
        """Delete what stands under some keys; a key that is not there is no error."""
        with self._errors():
            for begin in range(0, len(keys), PAGE):
                self._collection.delete([str(key) for key in keys[begin : begin + PAGE]])

    def keys(self) -> Sequence[int]:
        """Return every key."""
        keys: list[int] = []
        with self._errors():
            while page := self._collection.get(limit=PAGE, offset=len(keys), include=[])["ids"]:
                keys.extend(int(key) for key in page)
        return keys

    def count(self) -> int:
        """Return the number of passages."""
        with self._errors():
            return int(self._collection.count())

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
        with self._errors():
            found = self._collection.query(
                query_embeddings=[vector],
                n_results=count,
                where=_where(within),
                include=["distances"],
            )
            distances = (found["distances"] or [[]])[0]
            # Chroma's cosine distance is one less the similarity; from here on higher is better.
            return [
                (int(key), 1.0 - float(distance))
                for key, distance in zip(found["ids"][0], distances, strict=True)
            ]

    @contextmanager
    def _errors(self) -> Iterator[None]:
        from chromadb.errors import ChromaError

        try:
            yield
        except (ChromaError, OSError, RuntimeError, ValueError, TypeError) as error:
            raise StoreError(
                f"the vector index {self._where} cannot be used ({error}); delete that folder, "
                "and it is made again from the catalog"
            ) from error


def _refusal() -> Any:
    """Return an embedding function that never embeds.

    Without one, Chroma fetches a model of its own from the network as soon as a text comes without
    its vector.
    """
    from chromadb import EmbeddingFunction

    class Refusal(EmbeddingFunction[Any]):
        def __init__(self) -> None:
            pass

        def __call__(self, input: Any) -> Any:  # noqa: A002, ARG002 - Chroma's name
            raise ValueError("vectors are always passed in")

        @staticmethod
        def name() -> str:
            return "rag-refusal"

        def get_config(self) -> dict[str, Any]:
            return {}

        @staticmethod
        def build_from_config(config: dict[str, Any]) -> Any:  # noqa: ARG004 - Chroma's name
            return Refusal()

    return Refusal()


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
