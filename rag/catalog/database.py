"""The catalog's file: opened, brought up to date, and written in transactions."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import RLock, Thread, current_thread, local
from typing import Any
from uuid import uuid4

from rag import room
from rag.errors import StoreError
from rag.schema import APPLICATION_ID, SCHEMA, SCHEMA_VERSION, UPGRADES

FILE = "catalog.sqlite3"

# The fact that says which generation of passages is searched; see `rag.generations`.
GENERATION = "generation"

# The fact that counts the transactions.
REVISION = "revision"
RAISE = (
    f"INSERT INTO facts VALUES ('{REVISION}', 1) "
    "ON CONFLICT (name) DO UPDATE SET value = CAST(value AS INTEGER) + 1"
)

# The fact that tells this store from every other.
NAME = "name"

# Seconds to wait for another process's commit, which takes milliseconds.
PATIENCE = 10


class Database:
    """An open catalog file; close it when done."""

    def __init__(self, store: Path, *, create: bool) -> None:
        """Open the catalog of a store.

        Args:
            store: The store's folder.
            create: Whether to make the catalog if there is none.

        Raises:
            StoreError: There is none, or it is not a catalog that this version can read.
        """
        self._path = store / FILE
        if not create and not self._path.is_file():
            raise StoreError(f"there is no store at {store}; make one with: rag ingest PATH...")
        self._local = local()
        self._opened: dict[Thread, tuple[sqlite3.Connection, RLock]] = {}
        try:
            with self._errors():
                self._prepare(create=create)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Close the file, once what other threads are in the middle of is done."""
        while self._opened:
            connection, turn = self._opened.popitem()[1]
            # SQLite takes the process down where a connection is closed that is in use.
            with turn:
                connection.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Make what is written inside count together, or not at all.

        Raises:
            StoreError: The catalog cannot be written.
        """
        with self._turn:
            with self._errors():
                self._database.execute("BEGIN IMMEDIATE")
            try:
                yield
                with self._errors():
                    self._database.execute(RAISE)
            except BaseException:
                self._database.execute("ROLLBACK")
                raise
            with self._errors():
                self._database.execute("COMMIT")

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Read inside as everything stands at the first look, whatever is written meanwhile.

        Raises:
            StoreError: The catalog cannot be read.
        """
        with self._errors():
            self._database.execute("BEGIN")
        try:
            yield
        finally:
            self._database.execute("ROLLBACK")

    def revision(self) -> int:
        """Return a number that every transaction raises, whichever process makes it."""
        rows = self._rows("SELECT value FROM facts WHERE name = ?", (REVISION,))
        return int(rows[0][0]) if rows else 0

    def name(self) -> str:
        """Return a name that no other store has, made when it is first asked for."""
        if NAME not in self.facts():
            with self._errors():
                self._database.execute(
                    "INSERT OR IGNORE INTO facts VALUES (?, ?)", (NAME, uuid4().hex)
                )
        return self.facts()[NAME]

    def facts(self) -> Mapping[str, str]:
        """Return what is written down about the store as a whole."""
        return dict(self._rows("SELECT name, value FROM facts"))

    def generation(self) -> int:
        """Return the generation of passages that is searched."""
        return int(self.facts().get(GENERATION, 0))

    def write_facts(self, facts: Mapping[str, str]) -> None:
        """Write facts about the store as a whole down, over those of the same name."""
        with self._errors():
            self._database.executemany("REPLACE INTO facts VALUES (?, ?)", facts.items())

    def compact(self) -> None:
        """Write the file anew without what was deleted from it, and empty its log.

        Raises:
            StoreError: Another process is in the middle of reading for long.
        """
        with self._errors():
            self._database.execute("VACUUM")
            # What an open reader still needs stays in the log.
            (busy, _, _) = self._database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if busy:
            raise StoreError(
                f"the log of {self._path} cannot be emptied while another program reads it; end "
                "that, and run the command again"
            )

    @property
    def _database(self) -> sqlite3.Connection:
        """This thread's connection: a thread that asks never sees what another is still writing."""
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = sqlite3.connect(
                self._path, isolation_level=None, check_same_thread=False, timeout=PATIENCE
            )
            connection.execute("PRAGMA foreign_keys = ON")
            self._local.connection = connection
            self._close_left()
            self._opened[current_thread()] = connection, self._turn
        return connection

    def _close_left(self) -> None:
        """Close the connections of threads that have ended."""
        for thread in [each for each in list(self._opened) if not each.is_alive()]:
            if left := self._opened.pop(thread, None):
                left[0].close()

    @property
    def _turn(self) -> RLock:
        """What this thread holds while it uses its connection."""
        if not hasattr(self._local, "turn"):
            self._local.turn = RLock()
        turn: RLock = self._local.turn
        return turn

    def _prepare(self, *, create: bool) -> None:
        application, version = self._pragma("application_id"), self._pragma("user_version")
        tables = self._database.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]
        if not tables and create:
            # With a write-ahead log readers go on while one process writes.
            self._database.execute("PRAGMA journal_mode = WAL")
            self._database.executescript(
                f"BEGIN; {SCHEMA} PRAGMA application_id = {APPLICATION_ID}; "
                f"PRAGMA user_version = {SCHEMA_VERSION}; COMMIT;"
            )
        elif application != APPLICATION_ID:
            raise StoreError(f"{self._path} is not a catalog of this program; name another store")
        elif version in UPGRADES:
            self._upgrade()
        elif version != SCHEMA_VERSION:
            raise StoreError(
                f"{self._path} has schema {version}, this program reads {SCHEMA_VERSION} and "
                "earlier ones; use a newer version of the program, or ingest into a new store"
            )

    def _upgrade(self) -> None:
        """Bring a catalog of an earlier schema up to this one, wholly or not at all."""
        with self.transaction():
            # Read anew: another process may have done it while this one waited its turn.
            for version in range(self._pragma("user_version"), SCHEMA_VERSION):
                for statement in UPGRADES[version]:
                    self._database.execute(statement)
            self._database.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")

    def _pragma(self, name: str) -> int:
        return int(self._database.execute(f"PRAGMA {name}").fetchone()[0])

    def _rows(self, statement: str, parameters: Sequence[object] = ()) -> list[Any]:
        with self._errors():
            return self._database.execute(statement, parameters).fetchall()

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            with self._turn:
                yield
        except sqlite3.Error as error:
            advice = "check that the folder is writable, or restore it from a copy"
            raise StoreError(
                f"the catalog {self._path} cannot be used ({error}); "
                f"{room.advise(self._path, error, otherwise=advice)}"
            ) from error
