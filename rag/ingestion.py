"""Articles into the store: compare with what is there, then act, article by article.

An article counts once the catalog's transaction commits; its passages are in both indexes before
that, under keys nobody searches for yet. What an interrupted run leaves in an index is mended at
the next opening, and running it again finishes it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

from rag import articles, passages
from rag.catalog import Catalog
from rag.embedding import Embedder
from rag.identities import Identities
from rag.lexical import LexicalIndex
from rag.reports import Copy, Report
from rag.reprints import find_copies
from rag.types import Article, Failure, Passage, Place, Source
from rag.vectors import VectorIndex

if TYPE_CHECKING:
    from rag.types import Vectors

# A title's characters that are embedded with a passage: more would crowd the passage out.
TITLE_CHARS = 200

# Passages that are embedded and written together: enough to sort into batches of even length,
# few enough that an interruption loses seconds.
GROUP = 128
# The fact that says the indexes may lag behind the catalog.
UNSETTLED = "unsettled"

NO_SENTENCE = "holds no sentence that can be quoted"

Progress = Callable[[int, int], None]


class Change(Enum):
    """What ingesting an article does to the archive."""

    ADD = "added"
    UPDATE = "updated"
    RENAME = "renamed"
    KEEP = "unchanged"


@dataclass(frozen=True, slots=True)
class Indexes:
    """The catalog of an open store and the two indexes over one generation of its passages."""

    catalog: Catalog
    vectors: VectorIndex
    lexical: LexicalIndex
    generation: int = 0


def plan(found: Source, stored: Source | None) -> Change:
    """Compare an article found with the one stored under its id.

    The path alone makes no change: the same file may be named in more than one way.
    """
    if stored is None:
        return Change.ADD
    same = all(
        getattr(found, name) == getattr(stored, name)
        for name in ("title", "publisher", "author", "published", "url", "language", "digest")
    )
    return Change.KEEP if same else Change.UPDATE


def ingest(
    paths: Iterable[str | Path],
    *,
    indexes: Indexes,
    embedder: Embedder,
    budget: int,
    max_bytes: int,
    fields: Mapping[str, str] | None = None,
    allow_private: bool = False,
    progress: Progress | None = None,
) -> Report:
    """Bring the articles that paths name into a store; the caller holds its lock.

    Args:
        paths: Files, folders, and addresses of pages and feeds.
        indexes: The open store.
        embedder: The model that the store is made with.
        budget: Tokens a passage may have.
        max_bytes: Bytes a file may have.
        fields: The columns or keys of .csv and .jsonl that give fields, by field.
        allow_private: Whether pages may be fetched from hosts that are not public.
        progress: Called with articles done and in all, as far as that can be told before.

    Returns:
        What was done. A bad article is a failure in it, never a stop.
    """
    run = Run(indexes, embedder, budget)
    fetcher = articles.Fetcher(max_bytes=max_bytes, allow_private=allow_private)
    run.read(paths, max_bytes=max_bytes, fields=fields, fetcher=fetcher, progress=progress)
    return run.report()


def locate(path: str) -> str:
    """Return the absolute path of where an article was read; nothing for a web address.

    >>> locate("HTTPS://news.example/a")
    ''
    """
    return "" if path.lower().startswith(("http:", "https:")) else os.path.realpath(path)


def find_file(place: str) -> str:
    """Return the file at an absolute path, or the zip that it is in; nothing if it is gone."""
    for path in (Path(place), *Path(place).parents):
        if os.path.lexists(path):
            return "" if path.is_dir() else os.path.realpath(path)
    return ""


class Run:
    """One run of an ingest: what it found, what waits to be written, what it did."""

    def __init__(
        self,
        indexes: Indexes,
        embedder: Embedder,
        budget: int,
        *,
        vanished: Mapping[str, Sequence[str]] | None = None,
        dry_run: bool = False,
    ) -> None:
        """Begin a run.

        Args:
            indexes: The open store.
            embedder: The model that the store is made with.
            budget: Tokens a passage may have.
            vanished: The ids of articles whose files are gone, by the digest of the text: an
                article with that text that is found elsewhere is one of them.
            dry_run: Whether to write nothing.
        """
        self.seen: set[str] = set()
        self._waiting: list[tuple[Article, Sequence[Passage], Change]] = []
        self._standing: list[tuple[str, Place, str]] = []
        self._vanished = {digest: list(ids) for digest, ids in (vanished or {}).items()}
        self._dry_run = dry_run
        self._places = indexes.catalog.places()
        self._identities = Identities.of(self._places, indexes.catalog.ids())
        self._indexes = indexes
        self._embedder = embedder
        self._budget = budget
        self._stored = {source.id: source for source in indexes.catalog.sources()}
        self._ids: dict[Change, list[str]] = {change: [] for change in Change}
        self._failed: list[Failure] = []
        self._copies: list[Copy] = []
        self._passages = 0

    def read(
        self,
        paths: Iterable[str | Path],
        *,
        max_bytes: int,
        fields: Mapping[str, str] | None,
        fetcher: articles.Fetcher | None = None,
        progress: Progress | None,
    ) -> None:
        """Read the articles of some files and folders, and write those that are new or changed."""
        paths = list(paths)
        total, done = articles.count(paths), 0
        for item in articles.read(
            paths, max_bytes=max_bytes, fields=fields, known=self._stored, fetcher=fetcher
        ):
            self._take(item)
            done += 1
            if progress:
                progress(done - len(self._waiting), max(total, done))
        self._write()
        if progress:
            progress(done, done)

    def _take(self, item: Article | articles.Known | Failure) -> None:
        """Take what was read; an article that is new or changed waits for its group."""
        if isinstance(item, Failure):
            self._failed.append(item)
            return
        if isinstance(item, articles.Known):
            self._ids[Change.KEEP].append(item.id)
            return
        found = Place(item.source.id, locate(item.source.path))
        item, renamed = self._identify(item, found)
        stored = self._stored.get(item.source.id)
        change = plan(item.source, stored)
        if stored and self._is_of_another(stored, item.source, found):
            if change is Change.UPDATE:
                self._failed.append(
                    articles.refuse_id(found.name, item.source.path, holder=stored.path)
                )
                return
        elif self._places.get(item.source.id) != found:
            self._standing.append((item.source.id, found, item.source.path))
        self.seen.add(item.source.id)
        if change is Change.KEEP:
            self._ids[Change.RENAME if renamed else change].append(item.source.id)
            return
        change = Change.RENAME if renamed else change
        cuts = passages.cut(item, count_tokens=self._embedder.count_tokens, budget=self._budget)
        if not cuts:
            self._failed.append(Failure(item.source.path, NO_SENTENCE))
            return
        self._waiting.append((item, cuts, change))
        if sum(len(each) for _, each, _ in self._waiting) >= GROUP:
            self._write()

    def _identify(self, item: Article, found: Place) -> tuple[Article, bool]:
        """Return an article under the id that it has, and whether its file was renamed."""
        source = item.source
        article, renamed = self._identities.identify(found), False
        if article not in self._stored and (same := self._vanished.get(source.digest)):
            article, renamed = same.pop(0), True
        if article == source.id:
            return item, renamed
        return replace(item, source=replace(source, id=article)), renamed

    def _is_of_another(self, stored: Source, source: Source, found: Place) -> bool:
        """Tell whether an id is that of an article of another file, which is still there.

        At one address there is one article, in whichever files it is.
        """
        place = self._places.get(stored.id)
        held = place.path if place else locate(stored.path)
        if held == found.path or (source.url and source.url == stored.url):
            return False
        return not held or find_file(held) not in {"", find_file(found.path)}

    def _write(self) -> None:
        """Write what waits, but in a dry run, and count it."""
        if self._waiting and not self._dry_run:
            self._write_articles()
        elif self._standing and not self._dry_run:
            with self._indexes.catalog.transaction():
                self._write_places()
        for article, cuts, change in self._waiting:
            self._ids[change].append(article.source.id)
            self._passages += len(cuts)
        if not self._dry_run:
            self._find_copies()
        self._waiting.clear()
        self._standing.clear()

    def _write_articles(self) -> None:
        """Write the articles that wait."""
        vectors = embed([each for _, cuts, _ in self._waiting for each in cuts], self._embedder)
        with written(self._indexes, vectors) as group:
            for article, cuts, _ in self._waiting:
                group.add(article, cuts)
            self._write_places()

    def _find_copies(self) -> None:
        """Find the copies among what was written; of two that came together the later is one."""
        later = [article.source.id for article, _, _ in self._waiting]
        for _, cuts, _ in self._waiting:
            later.pop(0)
            self._copies += find_copies(cuts, indexes=self._indexes, leave_out=later)

    def _write_places(self) -> None:
        for article, place, path in self._standing:
            self._indexes.catalog.place(article, place, path=path)

    def report(self) -> Report:
        """Return what the run did."""
        return Report(
            added=tuple(self._ids[Change.ADD]),
            updated=tuple(self._ids[Change.UPDATE]),
            renamed=tuple(self._ids[Change.RENAME]),
            unchanged=tuple(self._ids[Change.KEEP]),
            failed=tuple(self._failed),
            copies=tuple(self._copies),
            passages=self._passages,
        )


@dataclass(frozen=True, slots=True)
class Group:
    """Articles that are written together; none of it counts before all does."""

    catalog: Catalog
    _cuts: dict[int, Passage]
    _retired: list[int]

    def add(self, article: Article, cuts: Sequence[Passage]) -> None:
        """Write an article as the current version, with its passages."""
        self._retired.extend(self.catalog.keys(article.source.id))
        self._cuts.update(zip(self.catalog.add(article, cuts), cuts, strict=True))

    def retire(self, article: str, *, noticed: datetime | None = None) -> None:
        """Take an article's current version out of the search, as `Catalog.retire`."""
        self._retired.extend(self.catalog.keys(article))
        self.catalog.retire(article, noticed=noticed)


@contextmanager
def written(indexes: Indexes, vectors: Vectors | None = None) -> Iterator[Group]:
    """Write a group: both indexes first, then the catalog, then drop what it replaced.

    Args:
        indexes: The open store; the caller holds its lock.
        vectors: One a passage that is added, in order.
    """
    catalog, cuts, retired = indexes.catalog, dict[int, Passage](), list[int]()
    with _settling(catalog):
        with catalog.transaction():
            yield Group(catalog, cuts, retired)
            if vectors is not None:
                indexes.vectors.add(cuts, vectors)
                indexes.lexical.add(cuts)
        _drop(retired, indexes)


def withdraw(ids: Iterable[str], *, indexes: Indexes) -> None:
    """Take articles out of the search, but keep their versions; the caller holds the store's lock.

    What was quoted from them can still be opened. Ingesting an article again brings it back.
    """
    with written(indexes) as group:
        for article in ids:
            group.retire(article)


def is_settled(indexes: Indexes) -> bool:
    """Tell whether both indexes hold what the catalog does, by a mark and by counts."""
    counts = {
        indexes.catalog.count_passages(),
        indexes.vectors.count(),
        indexes.lexical.count(),
    }
    return len(counts) == 1 and indexes.catalog.facts().get(UNSETTLED) != "yes"


def settle(*, indexes: Indexes, embed: Callable[[Sequence[Passage]], Vectors]) -> None:
    """Make both indexes hold exactly their generation; the caller holds the store's lock.

    Args:
        indexes: The open store.
        embed: Returns the vectors of passages; called only where they lack.
    """
    catalog = indexes.catalog
    current = set(catalog.keys(generation=indexes.generation))
    with _settling(catalog):
        for index in (indexes.vectors, indexes.lexical):
            index.remove(sorted(set(index.keys()) - current))
        lacking = sorted(current - set(indexes.vectors.keys()))
        for some in _groups(lacking):
            cuts = catalog.passages(some)
            indexes.vectors.add(cuts, embed(list(cuts.values())))
        for some in _groups(sorted(current - set(indexes.lexical.keys()))):
            indexes.lexical.add(catalog.passages(some))


def embed(cuts: Sequence[Passage], embedder: Embedder) -> Vectors:
    """Return the vectors that passages are found by, each with its title and date before it."""
    return embedder.encode([f"{_heading(each.source)}{each.text}" for each in cuts])


def _drop(keys: Sequence[int], indexes: Indexes) -> None:
    if keys:
        indexes.vectors.remove(keys)
        indexes.lexical.remove(keys)


@contextmanager
def _settling(catalog: Catalog) -> Iterator[None]:
    """Mark the indexes as unsettled; the mark stays if what is done inside does not finish."""
    catalog.write_facts({UNSETTLED: "yes"})
    yield
    # In a transaction, as one raises the revision: other processes are to see both indexes anew.
    with catalog.transaction():
        catalog.write_facts({UNSETTLED: "no"})


def _groups(keys: Sequence[int]) -> Iterator[Sequence[int]]:
    return (keys[begin : begin + GROUP] for begin in range(0, len(keys), GROUP))


def _heading(source: Source) -> str:
    parts = [part for part in (source.title[:TITLE_CHARS], str(source.published or "")) if part]
    return f"{', '.join(parts)}\n" if parts else ""
