"""Indexes made anew beside those that serve, and put in their place in one transaction.

A generation is what all articles are cut into under one origin, with two indexes over it in a
folder of its own. One generation serves; at most one more is being built, and is gone on with if
that breaks off. Nobody who reads sees it before it is whole.
"""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from errno import ENOENT, ENOTEMPTY
from functools import partial
from pathlib import Path
from shutil import rmtree
from typing import TYPE_CHECKING, Protocol

from rag import ingestion, lexical, lock, passages, vectors
from rag.catalog import GENERATION, Catalog
from rag.embedding import Embedder
from rag.errors import StoreError
from rag.ingestion import GROUP, Indexes, Progress
from rag.lexical import LexicalIndex
from rag.origin import Origin
from rag.reports import Report
from rag.settings import Settings
from rag.types import Article, Failure, Passage
from rag.vectors import Server, VectorIndex

if TYPE_CHECKING:
    from rag.types import Vectors

# The fact that tells the origin of the generation being built, as JSON; blank if there is none.
BUILDING = "building"
# The fact that names the generation whose indexes are still to be deleted; blank if none is.
LEFT = "left"

# Seconds for which indexes that are being deleted may still be read; a look takes milliseconds.
PATIENCE = 10


class Making(Protocol):
    """How the passages of a generation and their vectors are made."""

    def cut(self, article: Article) -> Sequence[Passage]:
        """Return the passages of an article."""

    def embed(self, cuts: Sequence[Passage]) -> Vectors:
        """Return one vector a passage."""


@dataclass(frozen=True, slots=True)
class Fresh:
    """Passages are cut and embedded anew."""

    embedder: Embedder
    budget: int

    def cut(self, article: Article) -> Sequence[Passage]:
        """Return the passages of an article."""
        return passages.cut(article, count_tokens=self.embedder.count_tokens, budget=self.budget)

    def embed(self, cuts: Sequence[Passage]) -> Vectors:
        """Return one vector a passage."""
        return ingestion.embed(cuts, self.embedder)


@dataclass(frozen=True, slots=True)
class Copied:
    """Passages and vectors are those of the indexes that serve, which must be settled."""

    indexes: Indexes

    def cut(self, article: Article) -> Sequence[Passage]:
        """Return the passages of an article."""
        catalog = self.indexes.catalog
        found = catalog.passages(catalog.keys(article.source.id))
        return [found[key] for key in sorted(found)]

    def embed(self, cuts: Sequence[Passage]) -> Vectors:
        """Return one vector a passage."""
        import numpy as np

        catalog, keys = self.indexes.catalog, list[int]()
        for cut in cuts:
            keys.append(catalog.keys(cut.source.id)[cut.number])
        found = self.indexes.vectors.read(keys)
        return np.asarray([found[key] for key in keys], dtype=np.float32)


def open_indexes(settings: Settings, catalog: Catalog, *, generation: int | None = None) -> Indexes:
    """Open the indexes of a generation, or make empty ones.

    Args:
        settings: The store.
        catalog: Its open catalog.
        generation: The generation; else the one that serves.

    Raises:
        StoreError: They cannot be opened.
    """
    number = catalog.generation() if generation is None else generation
    folder = _place(settings.store, number)
    vectors = VectorIndex(
        folder,
        server=_find_server(settings, catalog, number),
        revision=catalog.revision(),
        alone=partial(lock.hold_index, settings.store),
    )
    return Indexes(catalog, vectors, LexicalIndex(folder), number)


def reindex(settings: Settings, *, embedder: Embedder, progress: Progress | None = None) -> Report:
    """Make a store's indexes anew if they are made with something else; see `Archive.reindex`.

    Args:
        settings: The store, and what its passages are to be made with.
        embedder: The embedding model.
        progress: Called with articles done and in all.

    Raises:
        StoreBusyError: Another process is writing to the store.
        StoreError: The store is not there, or cannot be written to.
    """
    store, budget = settings.store, settings.passage_tokens
    with closing(Catalog(store, create=False)) as catalog, lock.hold(store):
        origin = Origin(settings.model, budget, weights=embedder.digest)
        if Origin.read(catalog.facts()) in {None, origin}:
            discard(settings, catalog)
            return Report(unchanged=tuple(source.id for source in catalog.sources()))
        making = Fresh(embedder, budget)
        return build(settings, catalog, origin=origin, making=making, progress=progress)


def build(
    settings: Settings,
    catalog: Catalog,
    *,
    origin: Origin,
    making: Making,
    progress: Progress | None = None,
) -> Report:
    """Build the next generation and let it serve; the caller holds the store's lock.

    A build of the same origin that broke off is gone on with.

    Args:
        settings: The store.
        catalog: Its open catalog.
        origin: What the generation is made with, weights and all.
        making: How its passages and vectors are made.
        progress: Called with articles done and in all.

    Returns:
        The articles that are indexed anew, and those that hold nothing to index, as failures.

    Raises:
        StoreError: The store cannot be written to.
    """
    generation, facts = catalog.generation() + 1, dict(origin.facts())
    if catalog.facts().get(BUILDING) != json.dumps(facts):
        discard(settings, catalog)
        catalog.write_facts({BUILDING: json.dumps(facts)})
    indexes = open_indexes(settings, catalog, generation=generation)
    with closing(indexes.vectors):
        _fill(indexes, making, progress)
        ingestion.settle(indexes=indexes, embed=making.embed)
    with catalog.transaction():
        catalog.drop_passages(but=generation)
        facts |= {GENERATION: str(generation), BUILDING: "", LEFT: str(generation - 1)}
        catalog.write_facts(facts)
    tidy(settings, catalog)
    empty = set(catalog.lacking(generation))
    return Report(
        updated=tuple(each.id for each in catalog.sources() if each.id not in empty),
        failed=tuple(
            Failure(each.path, ingestion.NO_SENTENCE)
            for each in catalog.sources()
            if each.id in empty
        ),
        passages=catalog.count_passages(),
    )


def discard(settings: Settings, catalog: Catalog) -> None:
    """Drop what an unfinished build left; the caller holds the store's lock.

    Raises:
        StoreError: The store cannot be written to.
    """
    if catalog.facts().get(BUILDING):
        serving = catalog.generation()
        with catalog.transaction():
            catalog.drop_passages(but=serving)
            catalog.write_facts({BUILDING: "", LEFT: str(serving + 1)})
    tidy(settings, catalog)


def tidy(settings: Settings, catalog: Catalog) -> None:
    """Delete the indexes that were left for others; the caller holds the store's lock.

    Raises:
        StoreError: They cannot be deleted.
    """
    left = catalog.facts().get(LEFT)
    if not left:
        return
    folder = _place(settings.store, int(left))
    server = _find_server(settings, catalog, int(left))
    if server:
        with closing(VectorIndex(folder, server=server)) as dropped:
            dropped.drop()
    try:
        for index in (folder / vectors.FOLDER, folder / lexical.FOLDER):
            _delete(index)
        if folder != settings.store and folder.exists():
            folder.rmdir()
    except OSError as error:
        raise StoreError(
            f"the old indexes in {folder} cannot be deleted ({error}); nothing reads them any "
            "more: check the folder's permissions, or delete them by hand"
        ) from error
    catalog.write_facts({LEFT: ""})


def _delete(folder: Path) -> None:
    """Delete a folder, also where somebody who still reads it makes or deletes files in it."""
    end = time.monotonic() + PATIENCE
    while folder.exists():
        try:
            rmtree(folder)
        except OSError as error:
            if error.errno not in {ENOENT, ENOTEMPTY} or time.monotonic() > end:
                raise


def _place(store: Path, generation: int) -> Path:
    """Return the folder of a generation's indexes; the first stands beside the catalog."""
    return store / f"indexes-{generation}" if generation else store


def _find_server(settings: Settings, catalog: Catalog, generation: int) -> Server | None:
    """Return where a store's vectors are on a Chroma server; None if they are in its folder."""
    if not settings.chroma_url:
        return None
    return Server(
        settings.chroma_url,
        f"rag-{catalog.name()}" + (f"-{generation}" if generation else ""),
        headers=dict(each.split("=", 1) for each in settings.chroma_headers),
        tenant=settings.chroma_tenant,
        database=settings.chroma_database,
        timeout=settings.chroma_timeout,
    )


def _fill(indexes: Indexes, making: Making, progress: Progress | None) -> None:
    catalog = indexes.catalog
    total, lacking = len(catalog.sources()), catalog.lacking(indexes.generation)
    done, waiting = total - len(lacking), list[Sequence[Passage]]()
    for number, article in enumerate(lacking, start=1):
        waiting.append(making.cut(catalog.article(article)))
        if sum(map(len, waiting)) >= GROUP or number == len(lacking):
            _write(indexes, making, waiting)
            done += len(waiting)
            waiting.clear()
            if progress:
                progress(done, total)


def _write(indexes: Indexes, making: Making, waiting: Sequence[Sequence[Passage]]) -> None:
    catalog, written = indexes.catalog, dict[int, Passage]()
    embedded = making.embed([each for cuts in waiting for each in cuts])
    with catalog.transaction():
        for cuts in filter(None, waiting):
            keys = catalog.add_passages(cuts[0].source.id, cuts, generation=indexes.generation)
            written |= zip(keys, cuts, strict=True)
        indexes.vectors.add(written, embedded)
        indexes.lexical.add(written)
