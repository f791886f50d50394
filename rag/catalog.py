"""The catalog: articles, their versions and passage spans in SQLite. It is the truth.

Chroma and the lexical index hold nothing that cannot be made again from here. A passage's key is
its row here, never used twice; what the indexes return under a key that is not current is dropped.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from threading import Thread, current_thread, local
from typing import Any
from uuid import uuid4

from rag.errors import ArticleError, StoreError
from rag.schema import APPLICATION_ID, SCHEMA, SCHEMA_VERSION, UPGRADES
from rag.types import Article, Passage, Place, Source, Span

FILE = "catalog.sqlite3"

SOURCE_COLUMNS = "id, title, publisher, author, published, url, path, digest, language"

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

# SQLite takes 32,766 parameters in one statement; a round number below it.
MOST_PARAMETERS = 30_000


class Catalog:
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
        self._opened: dict[Thread, sqlite3.Connection] = {}
        try:
            with self._errors():
                self._prepare(create=create)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Close the file."""
        while self._opened:
            self._opened.popitem()[1].close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Make what is written inside count together, or not at all.

        Raises:
            StoreError: The catalog cannot be written.
        """
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

    def write_facts(self, facts: Mapping[str, str]) -> None:
        """Write facts about the store as a whole down, over those of the same name."""
        with self._errors():
            self._database.executemany("REPLACE INTO facts VALUES (?, ?)", facts.items())

    def is_untouched(self) -> bool:
        """Tell whether no article was ever written here."""
        return not self._rows("SELECT 1 FROM sqlite_sequence WHERE name = 'versions'")

    def sources(self) -> tuple[Source, ...]:
        """Return the source of every article, ordered by date, then title, then id."""
        rows = self._rows(
            f"SELECT {SOURCE_COLUMNS} FROM versions WHERE current ORDER BY published, title, id"
        )
        return tuple(_source(row) for row in rows)

    def article(self, article: str, *, digest: str = "") -> Article:
        """Return an article by its id.

        Args:
            article: The id.
            digest: The first characters of the digest of a certain version; else the current one.

        Raises:
            ArticleError: There is no such article, or no such version of it.
        """
        rows = self._rows(
            f"SELECT {SOURCE_COLUMNS}, text, body FROM versions WHERE id = ?1 "
            "AND (current OR ?2 <> '') AND substr(digest, 1, length(?2)) = ?2 "
            "ORDER BY current DESC LIMIT 1",
            (article, digest),
        )
        for *source, text, body in rows:
            return Article(_source(source), text, _spans(body))
        if not digest and (noticed := self.noticed(article)):
            reason = f"was withdrawn on {noticed:%Y-%m-%d}; ingest it again to bring it back"
            raise ArticleError(article, reason)
        missing = f"version {digest} of it" if digest else "it"
        raise ArticleError(article, f"the archive does not hold {missing}; see: rag articles list")

    def versions(self, article: str) -> tuple[Source, ...]:
        """Return the source of every version of an article, current or not; none if unknown."""
        rows = self._rows(
            f"SELECT {SOURCE_COLUMNS} FROM versions WHERE id = ? ORDER BY key", (article,)
        )
        return tuple(_source(row) for row in rows)

    def current(self, article: str) -> Source | None:
        """Return the source of the version that is searched; None if there is none."""
        rows = self._rows(
            f"SELECT {SOURCE_COLUMNS} FROM versions WHERE id = ? AND current", (article,)
        )
        return next((_source(row) for row in rows), None)

    def places(self) -> Mapping[str, Place]:
        """Return where articles were last read, by id; also of those that were withdrawn."""
        rows = self._rows("SELECT article, name, path FROM places")
        return {article: Place(name, path) for article, name, path in rows}

    def ids(self) -> Collection[str]:
        """Return every id of which a version is kept."""
        return {article for (article,) in self._rows("SELECT DISTINCT id FROM versions")}

    def noticed(self, article: str, *, digest: str = "") -> datetime | None:
        """Return when it was noticed that an article was withdrawn, or a version of it replaced.

        Args:
            article: The article's id.
            digest: The digest of a version; else the last that is no longer current.

        Returns:
            The time in UTC; None if there is no such version, or the time was not written down.
        """
        rows = self._rows(
            "SELECT retired FROM versions WHERE id = ?1 AND NOT current AND ?2 IN (digest, '') "
            "ORDER BY key DESC LIMIT 1",
            (article, digest),
        )
        return next((datetime.fromtimestamp(when, UTC) for (when,) in rows if when), None)

    def add(self, article: Article, passages: Sequence[Passage]) -> Sequence[int]:
        """Write an article as the current version, with its passages; inside a transaction.

        An earlier version stays, but is no longer searched. The same text with other metadata
        is the same version.

        Returns:
            The keys of the passages, in their order.
        """
        self.retire(article.source.id)
        source = article.source
        published = source.published.toordinal() if source.published else None
        with self._errors():
            self._database.execute(
                "DELETE FROM versions WHERE id = ? AND digest = ?", (source.id, source.digest)
            )
            version = self._database.execute(
                f"INSERT INTO versions ({SOURCE_COLUMNS}, current, text, body) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?)",
                (
                    source.id,
                    source.title,
                    source.publisher,
                    source.author,
                    published,
                    source.url,
                    source.path,
                    source.digest,
                    source.language,
                    article.text,
                    _json(article.body),
                ),
            ).lastrowid
            insert = "INSERT INTO passages (version, number, sentences) VALUES (?, ?, ?)"
            return [
                self._database.execute(
                    insert, (version, each.number, _json(each.sentences))
                ).lastrowid
                or 0
                for each in passages
            ]

    def place(self, article: str, place: Place, *, path: str) -> None:
        """Write down where an article stands, and its path as it is listed."""
        with self._errors():
            self._database.execute(
                "REPLACE INTO places VALUES (?, ?, ?)", (article, place.name, place.path)
            )
            self._database.execute(
                "UPDATE versions SET path = ? WHERE id = ? AND current", (path, article)
            )

    def retire(self, article: str) -> None:
        """Take an article's current version out of the search; inside a transaction."""
        with self._errors():
            self._database.execute(
                "DELETE FROM passages WHERE version IN "
                "(SELECT key FROM versions WHERE id = ? AND current)",
                (article,),
            )
            self._database.execute(
                "UPDATE versions SET current = 0, retired = strftime('%s', 'now') "
                "WHERE id = ? AND current",
                (article,),
            )

    def remove(self, article: str) -> None:
        """Delete an article with all its versions and passages; inside a transaction."""
        with self._errors():
            self._database.execute("DELETE FROM versions WHERE id = ?", (article,))

    def keys(self, article: str | None = None) -> Sequence[int]:
        """Return the keys of an article's current passages, or of all, in order."""
        if article is None:
            return [key for (key,) in self._rows("SELECT key FROM passages ORDER BY key")]
        rows = self._rows(
            "SELECT passages.key FROM passages JOIN versions ON versions.key = version "
            "WHERE id = ? AND current ORDER BY passages.key",
            (article,),
        )
        return [key for (key,) in rows]

    def newest(self) -> date | None:
        """Return the last day that an article is from; None if none has a date."""
        ((day,),) = self._rows("SELECT max(published) FROM versions WHERE current")
        return date.fromordinal(day) if day else None

    def count_passages(self) -> int:
        """Return the number of passages that are searched."""
        return int(next(iter(self._rows("SELECT count(*) FROM passages")))[0])

    def passages(self, keys: Iterable[int]) -> Mapping[int, Passage]:
        """Return passages by key; a key that is not current is left out."""
        wanted = list(keys)
        found: dict[int, Passage] = {}
        columns = ", ".join(f"versions.{name}" for name in SOURCE_COLUMNS.split(", "))
        for begin in range(0, len(wanted), MOST_PARAMETERS):
            some = wanted[begin : begin + MOST_PARAMETERS]
            rows = self._rows(
                f"SELECT passages.key, number, sentences, text, {columns} "
                "FROM passages JOIN versions ON versions.key = version "
                f"WHERE passages.key IN ({', '.join('?' * len(some))})",
                some,
            )
            for key, number, sentences, text, *source in rows:
                spans = _spans(sentences)
                span = Span(spans[0].start, spans[-1].end)
                found[key] = Passage(_source(source), span, span.cut(text), number, spans)
        return found

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
            self._opened[current_thread()] = connection
        return connection

    def _close_left(self) -> None:
        """Close the connections of threads that have ended."""
        for thread in [each for each in list(self._opened) if not each.is_alive()]:
            if left := self._opened.pop(thread, None):
                left.close()

    def _prepare(self, *, create: bool) -> None:
        (application,) = self._database.execute("PRAGMA application_id").fetchone()
        (version,) = self._database.execute("PRAGMA user_version").fetchone()
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
                f"{self._path} has schema {version}, this program reads {SCHEMA_VERSION}; "
                "use the version of the program that made it, or ingest into a new store"
            )

    def _upgrade(self) -> None:
        """Bring a catalog of an earlier schema up to this one, wholly or not at all."""
        with self.transaction():
            # Read anew: another process may have done it while this one waited its turn.
            (version,) = self._database.execute("PRAGMA user_version").fetchone()
            for step in range(version, SCHEMA_VERSION):
                for statement in UPGRADES[step]:
                    self._database.execute(statement)
            self._database.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")

    def _rows(self, statement: str, parameters: Sequence[object] = ()) -> list[Any]:
        with self._errors():
            return self._database.execute(statement, parameters).fetchall()

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise StoreError(
                f"the catalog {self._path} cannot be used ({error}); check that the folder is "
                "writable and the disk not full, or restore it from a copy"
            ) from error


def _source(row: Sequence[object]) -> Source:
    article, title, publisher, author, published, *rest = row
    day = date.fromordinal(published) if isinstance(published, int) else None
    strings = [str(each) for each in rest]
    return Source(str(article), str(title), str(publisher), str(author), day, *strings)


def _json(spans: Iterable[Span]) -> str:
    return json.dumps([(span.start, span.end) for span in spans], separators=(",", ":"))


def _spans(text: str) -> tuple[Span, ...]:
    return tuple(Span(start, end) for start, end in json.loads(text))
