"""An archive into one file, and what such a file holds into a store.

Passages and vectors are not in the file: they are made as those of any article. An article with all
its versions comes in at once, so that an import that broke off is gone on with by running it again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from rag import packing, passages, saving
from rag.catalog import Catalog
from rag.embedding import Embedder
from rag.ingestion import (
    GROUP,
    NO_SENTENCE,
    Change,
    Group,
    Indexes,
    Progress,
    embed,
    plan,
    written,
)
from rag.origin import Origin
from rag.packing import MadeWith, Manifest, Packed
from rag.reports import Report
from rag.types import Article, Failure, Passage, Place, Source
from rag.versions import Version

# Characters of text that wait to be written at most; as many as 10,000 passages of news have.
MOST_WAITING = 10_000_000


def export(path: Path, *, catalog: Catalog, force: bool = False) -> Manifest:
    """Write all versions of all articles to a file, as they stand at one moment.

    Args:
        path: The file.
        catalog: The open store's.
        force: Whether the file may be there already.

    Raises:
        SavingError: The file cannot be written, or is there already.
        StoreError: The catalog is damaged.
    """
    with saving.opened(path, force=force) as stream, catalog.snapshot():
        origin = Origin.read(catalog.facts())
        made_with = MadeWith(**asdict(origin)) if origin else None
        return packing.write(stream, catalog.history, made_with=made_with)


@dataclass(frozen=True, slots=True)
class Arrival:
    """What an article of the file changes in the store.

    Attributes:
        versions: All its versions in the file, oldest first.
        earlier: Those of them that are to be kept beside the current one.
        stored: What is current in the store before; None if nothing is.
        stays: Whether that is what is current afterwards.
        place: Where it is to be written down that the article stands.
        cuts: The passages of the version that is current afterwards, unless it stays.
    """

    versions: Sequence[Version]
    earlier: Sequence[Version]
    stored: Source | None
    stays: bool
    place: Place | None
    cuts: Sequence[Passage] = ()

    @property
    def source(self) -> Source:
        """The source of the last version in the file."""
        return self.versions[-1].article.source

    @property
    def comes(self) -> bool:
        """Whether the last version in the file becomes current."""
        return self.versions[-1].current and not self.stays

    @property
    def ends(self) -> bool:
        """Whether what is current in the store is so no more."""
        return self.stored is not None and not self.stays

    def write(self, group: Group) -> None:
        """Write it down, with a group."""
        catalog, article = group.catalog, self.source.id
        for version in self.earlier:
            catalog.keep(version)
        if self.stored and self.ends:
            digest = self.stored.digest
            told = (each.noticed for each in self.versions if each.article.source.digest == digest)
            group.retire(article, noticed=next(told, None))
        if self.comes:
            group.add(self.versions[-1].article, self.cuts)
        if self.place:
            path = self.stored.path if self.stored and self.stays else self.source.path
            catalog.place(article, self.place, path=path)


class Import:
    """One run of an import: what waits to be written, what it did."""

    def __init__(
        self, packed: Packed, *, indexes: Indexes, embedder: Embedder, budget: int
    ) -> None:
        """Begin a run; the caller holds the store's lock.

        Args:
            packed: The exported archive.
            indexes: The open store.
            embedder: The model that the store is made with.
            budget: Tokens a passage may have.
        """
        self._packed = packed
        self._indexes = indexes
        self._embedder = embedder
        self._budget = budget
        self._waiting: list[Arrival] = []
        self._ids: defaultdict[str, list[str]] = defaultdict(list)
        self._placed = indexes.catalog.places()
        self._taken = self._find_taken()
        self._failed: list[Failure] = []
        self._passages = 0

    def run(self, *, progress: Progress | None = None) -> Report:
        """Bring in what the file holds.

        Args:
            progress: Called with articles done and articles in all.

        Raises:
            ExportError: The file was changed while it was read.
            StoreError: The store cannot be written to.
        """
        total = self._packed.manifest.articles
        for number, versions in enumerate(self._packed.articles(), start=1):
            self._take(versions)
            if self._is_enough():
                self._write()
            if progress:
                progress(number - len(self._waiting), total)
        self._write()
        if progress:
            progress(total, total)
        told: dict[str, Any] = {name: tuple(ids) for name, ids in self._ids.items()}
        return Report(**told, failed=tuple(self._failed), passages=self._passages)

    def _take(self, versions: Sequence[Version]) -> None:
        """Compare an article of the file with the store; what changes there waits to be written."""
        catalog, last = self._indexes.catalog, versions[-1]
        source = last.article.source
        stored = catalog.current(source.id)
        held = {each.digest for each in catalog.versions(source.id)}
        stays = last.current and plan(source, stored) is Change.KEEP
        arrival = Arrival(
            versions,
            [v for v in versions if not v.current and v.article.source.digest not in held],
            stored,
            stays,
            self._find_place(versions[-1]),
        )
        self._count(arrival, held)
        if arrival.comes:
            arrival = replace(arrival, cuts=self._cut(last.article))
        if arrival.comes or arrival.ends or arrival.earlier or arrival.place:
            self._waiting.append(arrival)

    def _find_taken(self) -> Collection[str]:
        """Return the names that mean articles of the store which are not in the file."""
        catalog = self._indexes.catalog
        others = catalog.ids() - self._packed.ids
        return others | {self._placed[each].name for each in others if each in self._placed}

    def _find_place(self, version: Version) -> Place | None:
        """Return where an article stands, if the store does not know that better."""
        known = version.article.source.id in self._placed
        place = version.place
        return None if known or place is None or place.name in self._taken else place

    def _count(self, arrival: Arrival, held: Collection[str]) -> None:
        article, stored = arrival.source.id, arrival.stored
        if arrival.comes:
            change = "updated" if stored else "added"
        elif arrival.ends:
            change = "removed"
        elif arrival.earlier:
            change = "updated" if held else "added"
        else:
            change = "unchanged"
        self._ids[change].append(article)
        known = {version.article.source.digest for version in arrival.versions}
        if stored is None:
            overruled = arrival.comes and bool(held)
        else:
            overruled = arrival.ends and stored.digest not in known
        if overruled:
            self._ids["overruled"].append(article)

    def _cut(self, article: Article) -> Sequence[Passage]:
        count_tokens = self._embedder.count_tokens
        cuts = passages.cut(article, count_tokens=count_tokens, budget=self._budget)
        if not cuts:
            self._failed.append(Failure(article.source.path, NO_SENTENCE))
        self._passages += len(cuts)
        return cuts

    def _is_enough(self) -> bool:
        """Tell whether what waits is as much as is written together."""
        texts = (each.article.text for arrival in self._waiting for each in arrival.versions)
        cuts = sum(len(arrival.cuts) for arrival in self._waiting)
        return cuts >= GROUP or sum(map(len, texts)) >= MOST_WAITING

    def _write(self) -> None:
        if self._waiting:
            cuts = [cut for arrival in self._waiting for cut in arrival.cuts]
            with written(self._indexes, embed(cuts, self._embedder) if cuts else None) as group:
                for arrival in self._waiting:
                    arrival.write(group)
            self._waiting.clear()
