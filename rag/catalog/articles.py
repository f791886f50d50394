"""The catalog: articles, their versions and passage spans in SQLite. It is the truth.

Chroma and the lexical index hold nothing that cannot be made again from here. A passage's key is
its row here, never used twice; what the indexes return under a key that is not current is dropped.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from datetime import UTC, date, datetime

from rag.catalog.database import GENERATION, Database
from rag.errors import ArticleError, StoreError
from rag.types import Article, Passage, Place, Source, Span
from rag.versions import Version

SOURCE_COLUMNS = "id, title, publisher, author, published, url, path, digest, language"

# The generation of passages that is searched, inside a statement.
SERVING = f"coalesce((SELECT value FROM facts WHERE name = '{GENERATION}'), 0)"

MEND = "run: rag doctor --repair"

# SQLite takes 32,766 parameters in one statement; a round number below it.
MOST_PARAMETERS = 30_000


class Catalog(Database):
    """An open catalog file; close it when done."""

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

    def versions(self, article: str | None = None) -> tuple[Source, ...]:
        """Return the source of every version of an article, or of all, current or not."""
        rows = self._rows(
            f"SELECT {SOURCE_COLUMNS} FROM versions WHERE ?1 IS NULL OR id = ?1 ORDER BY key",
            (article,),
        )
        return tuple(_source(row) for row in rows)

    def history(self) -> Iterator[Version]:
        """Yield every version of every article, an article's one after the other, oldest first.

        Inside `snapshot`; the articles come in the order in which they were last written.

        Raises:
            StoreError: A version is damaged.
        """
        keys = self._rows(
            "SELECT key FROM versions JOIN (SELECT id, max(key) AS last FROM versions GROUP BY id) "
            "USING (id) ORDER BY last, current, key"
        )
        columns = ", ".join(f"versions.{name}" for name in SOURCE_COLUMNS.split(", "))
        for key in keys:
            ((*source, text, body, current, retired, name, path),) = self._rows(
                f"SELECT {columns}, text, body, current, retired, name, places.path "
                "FROM versions LEFT JOIN places ON article = id WHERE key = ?",
                key,
            )
            try:
                article = Article(_source(source), text, _spans(body))
            except ValueError as error:
                raise StoreError(f"{error}; ingest it again, or restore a copy") from error
            noticed = None if retired is None else datetime.fromtimestamp(retired, UTC)
            place = None if name is None else Place(name, path)
            yield Version(article, bool(current), noticed, place)

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

    def ids(self) -> Set[str]:
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
            "ORDER BY retired DESC, key DESC LIMIT 1",
            (article, digest),
        )
        found = (datetime.fromtimestamp(when, UTC) for (when,) in rows if when is not None)
        return next(found, None)

    def add(
        self, article: Article, passages: Sequence[Passage], *, generation: int | None = None
    ) -> Sequence[int]:
        """Write an article as the current version, with its passages; inside a transaction.

        An earlier version stays, but is no longer searched. The same text with other metadata
        is the same version.

        Args:
            article: The article.
            passages: What it is cut into.
            generation: The generation of the passages; else the one that is searched.

        Returns:
            The keys of the passages, in their order.
        """
        source = article.source
        self.retire(source.id)
        with self._errors():
            self._database.execute(
                "DELETE FROM versions WHERE id = ? AND digest = ?", (source.id, source.digest)
            )
        self._insert(article, current=True)
        return self.add_passages(source.id, passages, generation=generation)

    def add_passages(
        self, article: str, passages: Sequence[Passage], *, generation: int | None = None
    ) -> Sequence[int]:
        """Write the passages of an article's current version; inside a transaction.

        Args:
            article: The article's id.
            passages: What the current version is cut into.
            generation: The generation of the passages; else the one that is searched.

        Returns:
            The keys of the passages, in their order.
        """
        insert = (
            "INSERT INTO passages (version, number, sentences, generation) VALUES "
            f"((SELECT key FROM versions WHERE id = ? AND current), ?, ?, coalesce(?, {SERVING}))"
        )
        with self._errors():
            rows = [(article, each.number, _json(each.sentences), generation) for each in passages]
            return [self._database.execute(insert, row).lastrowid or 0 for row in rows]

    def lacking(self, generation: int) -> Sequence[str]:
        """Return the ids of the current articles that have no passages of a generation."""
        rows = self._rows(
            "SELECT id FROM versions WHERE current AND NOT EXISTS (SELECT 1 FROM passages "
            "WHERE version = versions.key AND generation = ?) ORDER BY key",
            (generation,),
        )
        return [article for (article,) in rows]

    def drop_passages(self, *, but: int) -> None:
        """Delete the passages of all generations but one; inside a transaction."""
        with self._errors():
            self._database.execute("DELETE FROM passages WHERE generation <> ?", (but,))

    def place(self, article: str, place: Place, *, path: str) -> None:
        """Write down where an article stands, and its path as it is listed."""
        with self._errors():
            self._database.execute(
                "REPLACE INTO places VALUES (?, ?, ?)", (article, place.name, place.path)
            )
            self._database.execute(
                "UPDATE versions SET path = ? WHERE id = ? AND current", (path, article)
            )

    def keep(self, version: Version) -> None:
        """Write a version that is not current and not held yet; inside a transaction."""
        self._insert(version.article, current=False, retired=version.noticed)

    def retire(self, article: str, *, noticed: datetime | None = None) -> None:
        """Take an article's current version out of the search; inside a transaction.

        Args:
            article: The article's id.
            noticed: When it was noticed that the version ended; else now.
        """
        with self._errors():
            self._database.execute(
                "DELETE FROM passages WHERE version IN "
                "(SELECT key FROM versions WHERE id = ? AND current)",
                (article,),
            )
            self._database.execute(
                "UPDATE versions SET current = 0, retired = coalesce(?, strftime('%s', 'now')) "
                "WHERE id = ? AND current",
                (_seconds(noticed), article),
            )

    def _insert(self, article: Article, *, current: bool, retired: datetime | None = None) -> None:
        source = article.source
        published = source.published.toordinal() if source.published else None
        named = (source.id, source.title, source.publisher, source.author)
        rest = (source.url, source.path, source.digest, source.language)
        text = (article.text, _json(article.body))
        with self._errors():
            self._database.execute(
                f"INSERT INTO versions ({SOURCE_COLUMNS}, current, retired, text, body) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (*named, published, *rest, current, _seconds(retired), *text),
            )

    def remove(self, article: str) -> None:
        """Delete an article with all its versions and passages; inside a transaction."""
        with self._errors():
            self._database.execute("DELETE FROM versions WHERE id = ?", (article,))
            self._database.execute("DELETE FROM places WHERE article = ?", (article,))

    def keys(self, article: str | None = None, *, generation: int | None = None) -> Sequence[int]:
        """Return the keys of an article's current passages, or of all, in order.

        Args:
            article: The article's id; else all articles.
            generation: The generation of the passages; else the one that is searched.
        """
        rows = self._rows(
            "SELECT passages.key FROM passages JOIN versions ON versions.key = version "
            f"WHERE generation = coalesce(?1, {SERVING}) AND (?2 IS NULL OR id = ?2) "
            "ORDER BY passages.key",
            (generation, article),
        )
        return [key for (key,) in rows]

    def days(self) -> tuple[date | None, date | None]:
        """Return the first and the last day that an article is from; None if none has a date."""
        (found,) = self._rows("SELECT min(published), max(published) FROM versions WHERE current")
        oldest, newest = (date.fromordinal(day) if day else None for day in found)
        return oldest, newest

    def count_passages(self) -> int:
        """Return the number of passages that are searched."""
        ((count,),) = self._rows(f"SELECT count(*) FROM passages WHERE generation = {SERVING}")
        return int(count)

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

    def faults(self) -> Iterator[str]:
        """Yield what is wrong with the file and with what it holds; reads all of it."""
        for (fault,) in self._rows("PRAGMA integrity_check"):
            if fault != "ok":
                yield f"the catalog's file is damaged ({fault}); restore it from a copy"
        if broken := self._rows("PRAGMA foreign_key_check"):
            yield f"{len(broken)} passages are of no article"
        for key, *source in self._rows(f"SELECT key, {SOURCE_COLUMNS} FROM versions"):
            ((text, body),) = self._rows("SELECT text, body FROM versions WHERE key = ?", (key,))
            try:
                Article(_source(source), text, _spans(body))
            except ValueError as error:
                yield f"{error}; ingest it again"
        for key in self.keys():
            try:
                self.passages([key])
            except ValueError as error:
                yield f"passage {key} is damaged ({error}); {MEND}"


def _source(row: Sequence[object]) -> Source:
    article, title, publisher, author, published, *rest = row
    day = date.fromordinal(published) if isinstance(published, int) else None
    strings = [str(each) for each in rest]
    return Source(str(article), str(title), str(publisher), str(author), day, *strings)


def _seconds(time: datetime | None) -> int | None:
    return None if time is None else int(time.timestamp())


def _json(spans: Iterable[Span]) -> str:
    return json.dumps([(span.start, span.end) for span in spans], separators=(",", ":"))


def _spans(text: str) -> tuple[Span, ...]:
    return tuple(Span(start, end) for start, end in json.loads(text))
