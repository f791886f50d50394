"""A connection to Chroma that can be renewed while other threads search over it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

from rag import room
from rag.vectors import memory, soundness

FOLDER = "chroma"
COLLECTION = "passages"


class Client:
    """A client of Chroma with one collection, which is made if it is not there.

    Clients that Chroma makes itself share what they hold in memory with every other client of the
    same folder in the process, also what has gone stale; this one shares nothing.
    """

    def __init__(
        self,
        collection: str,
        *,
        tenant: str = "default_tenant",
        database: str = "default_database",
        prepare: Callable[[Any], None] = lambda _: None,
        **settings: Any,
    ) -> None:
        """Open a client.

        Args:
            collection: The collection's name.
            tenant: The tenant that the database is of.
            database: The database that the collection is in.
            prepare: Called with what asks a server, before it first does.
            settings: Chroma's own settings.
        """
        from chromadb.api import ServerAPI
        from chromadb.api.models.Collection import Collection
        from chromadb.config import Settings, System

        self._system = System(Settings(anonymized_telemetry=False, **settings))
        self._api: Any = self._system.instance(ServerAPI)  # type: ignore[type-abstract]
        self._system.start()
        try:
            prepare(getattr(self._api, "_session", None))
            refusal = _refusal()
            model = self._api.get_or_create_collection(
                collection,
                configuration={"hnsw": {"space": "cosine"}, "embedding_function": refusal},
                tenant=tenant,
                database=database,
            )
            self.collection = Collection(client=self._api, model=model, embedding_function=refusal)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Let go of the files, or of the server."""
        self._system.stop()
        if session := getattr(self._api, "_session", None):
            session.close()


@dataclass(frozen=True, slots=True)
class Folder:
    """Where a collection lies in a local folder."""

    path: Path

    def open(self) -> Client:
        """Open a client, and read the vectors into memory."""
        soundness.check(self.path)
        client = Client(COLLECTION, is_persistent=True, persist_directory=str(self.path))
        # Chroma reads them when the first of them is needed.
        client.collection.get(limit=1, include=["embeddings"])
        return client

    def blame(self, error: Exception) -> str:
        """Say what an error means, and what to do."""
        advice = room.advise(self.path, error, otherwise=room.REPAIR)
        return f"the vector index {self.path} cannot be used ({error}); {advice}"


class Connection:
    """The client in use; the one before it is closed when the last thread has left it."""

    def __init__(self, connect: Callable[[], Client]) -> None:
        """Connect.

        Args:
            connect: Opens a client.
        """
        self._connect = connect
        self._lock = Lock()
        self._client = connect()
        self._users: dict[Client, int] = {self._client: 0}

    @contextmanager
    def collection(self) -> Iterator[Any]:
        """Give the collection, which stays open for as long as the block runs."""
        with self._lock:
            client = self._client
            if client not in self._users:
                raise RuntimeError("it is closed")
            self._users[client] += 1
        try:
            yield client.collection
        finally:
            with self._lock:
                if client in self._users:
                    self._users[client] -= 1
            self._close_left()

    def renew(self) -> None:
        """Use a new client from now on."""
        client = self._connect()
        with self._lock:
            self._client = client
            self._users[client] = 0
        self._close_left()

    def close(self) -> None:
        """Close every client."""
        with self._lock:
            clients = list(self._users)
            self._users.clear()
        for client in clients:
            client.close()

    def _close_left(self) -> None:
        with self._lock:
            left = [each for each, users in self._users.items() if not users]
            left = [each for each in left if each is not self._client]
            for client in left:
                del self._users[client]
        for client in left:
            client.close()
            memory.give_back()


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
