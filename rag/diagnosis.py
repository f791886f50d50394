"""Whether the installation and the store are in order, and what mends them if not."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from importlib.metadata import PackageNotFoundError, version
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from shutil import disk_usage

from rag import embedding, generations, lock, snapshots
from rag.catalog import MEND, Catalog
from rag.embedding import Embedder
from rag.errors import RagError, StoreBusyError
from rag.generations import Fresh
from rag.ingestion import Indexes, Progress
from rag.origin import Origin
from rag.reports import Report
from rag.settings import Settings

PACKAGES = ("chromadb", "sentence-transformers", "torch", "tantivy", "gradio", "trafilatura")


# Seconds that reading the indexes may take: thrice what another process may keep them for.
PATIENCE = 3.0 * lock.PATIENCE
# Seconds more for each passage: on a busy machine 100,000 took 13 s, with room for one far slower.
PATIENCE_EACH = 0.001

# Passages whose vectors are read at once.
PAGE = 1_000


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at, whether it is in order, and its state in words."""

    subject: str
    ok: bool
    state: str


def diagnose(settings: Settings) -> tuple[Finding, ...]:
    """Look at Python, the packages, the model and the store; changes nothing.

    Args:
        settings: The settings to look with.
    """
    return (
        Finding("python", sys.version_info >= (3, 11), sys.version.split()[0]),
        *(_try(name, lambda name=name: version(name)) for name in PACKAGES),  # type: ignore[misc]
        _try("model", lambda: _load(settings)),
        _try("corpus", lambda: _count(settings.corpus)),
        *_look_at_store(settings),
    )


def list_faults(settings: Settings) -> list[str]:
    """Return what is wrong with the indexes of a store, against its catalog.

    Raises:
        StoreError: One cannot be read at all.
    """
    return list(_compare(settings))


def repair(
    settings: Settings, *, embedder: Embedder | None = None, progress: Progress | None = None
) -> Report:
    """Make a store's indexes anew from its articles, whatever is left of the old ones.

    Args:
        settings: The store, and the model it is made with.
        embedder: The embedding model; else the one that the settings name.
        progress: Called with articles done and articles in all.

    Returns:
        The articles indexed anew as updated.

    Raises:
        StoreBusyError: Another process is writing to the store.
        StoreError: The catalog itself cannot be used, or the store was made with another model.
        ModelError: The embedding model cannot be loaded.
    """
    with closing(Catalog(settings.store, create=False)) as catalog, lock.hold(settings.store):
        embedder = embedder or embedding.load(settings)
        origin = Origin(settings.model, settings.passage_tokens, weights=embedder.digest)
        origin.check(str(settings.store), Origin.read(catalog.facts()))
        making = Fresh(embedder, settings.passage_tokens)
        return generations.build(settings, catalog, origin=origin, making=making, progress=progress)


def _compare(settings: Settings) -> Iterator[str]:
    with (
        snapshots.readable(settings.store) as store,
        closing(Catalog(store, create=False)) as catalog,
    ):
        indexes = generations.open_indexes(replace(settings, store=store), catalog)
        with closing(indexes.vectors):
            keys = set(catalog.keys())
            for name, found in (
                ("vector", set(indexes.vectors.keys())),
                ("lexical", set(indexes.lexical.keys())),
            ):
                if keys - found:
                    yield f"the {name} index lacks {len(keys - found)} of {len(keys)} passages"
                if found - keys:
                    yield f"the {name} index holds {len(found - keys)} passages too many"
            yield from _read_vectors(indexes, sorted(keys))


def _look_at_store(settings: Settings) -> Iterator[Finding]:
    try:
        with (
            snapshots.readable(settings.store) as store,
            closing(Catalog(store, create=False)) as catalog,
        ):
            faults = list(catalog.faults())
            passages = catalog.count_passages()
            counts = f"{len(catalog.sources())} articles, {passages} passages"
    except RagError as error:
        yield Finding("store", False, str(error))
        return
    yield Finding("store", not faults, "; ".join(faults) or f"{settings.store}: {counts}")
    writing = _look_at_writing(settings.store)
    yield writing
    if not faults:
        yield look_at_indexes(settings, patience=PATIENCE + passages * PATIENCE_EACH)
    free = disk_usage(settings.store).free
    used = sum(each.stat().st_size for each in settings.store.rglob("*") if each.is_file())
    room = f"{free // 1_000_000} MB free, the store has {used // 1_000_000} MB"
    yield Finding("disk", free > used, room if free > used else f"{room}; free some space")


def _look_at_writing(store: Path) -> Finding:
    try:
        with lock.hold(store):
            return Finding("writing", True, "nobody is writing")
    except StoreBusyError as error:
        return Finding("writing", True, f"{error.holder} is writing")
    except RagError as error:
        return Finding("writing", False, str(error))


def look_at_indexes(settings: Settings, *, patience: float = PATIENCE) -> Finding:
    """Look from another process: what is damaged can end the one that reads it, or hold it up.

    Args:
        settings: The store.
        patience: Seconds after which the other process is ended.
    """
    context = get_context("spawn")
    here, there = context.Pipe(duplex=False)
    other = context.Process(target=_tell_faults, args=(settings, there))
    other.start()
    there.close()
    try:
        fault = f"reading them is not done after {patience:.0f} s; {MEND}"
        if here.poll(patience):
            fault = here.recv()
    except EOFError:
        fault = f"reading them ends the program; {MEND}"
    finally:
        other.kill()
        other.join()
    return Finding("indexes", not fault, fault or "whole")


def _tell_faults(settings: Settings, there: Connection) -> None:
    try:
        faults = list_faults(settings)
        there.send("; ".join([*faults, MEND]) if faults else "")
    except RagError as error:
        there.send(str(error))


def _read_vectors(indexes: Indexes, keys: list[int]) -> Iterator[str]:
    dimensions = set[int]()
    for begin in range(0, len(keys), PAGE):
        found = indexes.vectors.read(keys[begin : begin + PAGE])
        dimensions |= {len(vector) for vector in found.values()}
        broken = sum(not 0.5 < float(vector @ vector) < 2 for vector in found.values())
        if broken:
            yield f"{broken} vectors are not of length 1"
    if len(dimensions) > 1:
        yield f"there are vectors of {', '.join(map(str, sorted(dimensions)))} dimensions"


def _try(subject: str, look: Callable[[], str]) -> Finding:
    try:
        return Finding(subject, True, look())
    except PackageNotFoundError:
        return Finding(subject, False, f"not installed; run: pip install {subject}")
    except RagError as error:
        return Finding(subject, False, str(error))


def _load(settings: Settings) -> str:
    model = embedding.load(settings)
    return f"{model.name}, weights {model.digest[:12]}, {model.dimension} dimensions"


def _count(corpus: Path) -> str:
    return f"{len(list(corpus.glob('*.md')))} files in {corpus}"
