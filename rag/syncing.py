"""Makes a store equal a folder: what is new, changed, renamed or gone there is so in the store.

Only articles that came from the folder are withdrawn, and never because something cannot be read.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from rag import ingestion
from rag.catalog import Catalog
from rag.embedding import Embedder
from rag.errors import ArticleError
from rag.ingestion import Indexes, Progress, Run
from rag.reports import Report


def sync(
    folder: Path,
    *,
    indexes: Indexes,
    embedder: Embedder,
    budget: int,
    max_bytes: int,
    fields: Mapping[str, str] | None = None,
    allow_empty: bool = False,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> Report:
    """Make a store equal a folder; the caller holds its lock, unless nothing is to be written.

    Args:
        folder: The folder.
        indexes: The open store.
        embedder: The model that the store is made with.
        budget: Tokens a passage may have.
        max_bytes: Bytes a file may have.
        fields: The columns or keys of .csv and .jsonl that give fields, by field.
        allow_empty: Whether a folder without an article means that all are gone.
        dry_run: Whether to write nothing.
        progress: Called with articles done and in all.

    Returns:
        What was done. A bad article is a failure in it, and withdraws nothing.

    Raises:
        ArticleError: The folder cannot be read, or holds no article though some came from it.
    """
    inside = _list_inside(_check_folder(folder), indexes.catalog)
    vanished = _find_vanished(inside, indexes.catalog)
    run = Run(indexes, embedder, budget, vanished=vanished, dry_run=dry_run)
    run.read([folder], max_bytes=max_bytes, fields=fields, progress=progress)
    report = run.report()
    gone = _find_gone(inside, run.seen, {each.path for each in report.failed} - {str(folder)})
    if gone and not run.seen and not allow_empty:
        raise ArticleError(
            str(folder),
            f"holds no article now, but {len(gone)} came from it; nothing was changed. If they "
            "are to be withdrawn, say so: --allow-empty",
        )
    if gone and not dry_run:
        ingestion.withdraw(gone, indexes=indexes)
    return replace(report, removed=tuple(gone))


def _check_folder(folder: Path) -> str:
    """Return the absolute path of a folder that can be read.

    Raises:
        ArticleError: It is not there, is no folder, or may not be read.
    """
    try:
        with os.scandir(folder):
            return os.path.realpath(folder)
    except OSError as error:
        reason = f"cannot be read as a folder ({error.strerror}); nothing was changed"
        raise ArticleError(str(folder), reason) from error


def _list_inside(root: str, catalog: Catalog) -> Mapping[str, str]:
    """Return the paths of the articles that are searched and came from a folder, by id."""
    places, below = catalog.places(), f"{root.rstrip('/')}/"
    held = (source.id for source in catalog.sources() if source.id in places)
    return {each: places[each].path for each in held if places[each].path.startswith(below)}


def _find_vanished(inside: Mapping[str, str], catalog: Catalog) -> Mapping[str, Sequence[str]]:
    """Return the articles whose files are gone, by the digest of their text."""
    vanished: dict[str, list[str]] = {}
    for source in catalog.sources():
        if source.id in inside and not ingestion.find_file(inside[source.id]):
            vanished.setdefault(source.digest, []).append(source.id)
    return vanished


def _find_gone(
    inside: Mapping[str, str], seen: Collection[str], failed: Iterable[str]
) -> Sequence[str]:
    """Return what was not seen, but for what may stand where reading failed."""
    # A file may have become a link, which is not where it leads.
    unread = [str(Path(each).parent.resolve() / Path(each).name) for each in failed]
    return [
        article
        for article, place in inside.items()
        if article not in seen and not any(_covers(each, place) for each in unread)
    ]


def _covers(unread: str, place: str) -> bool:
    """Tell whether an article may stand where reading failed: there, below it, or a part of it.

    >>> _covers("/a/b.md", "/a/b.md"), _covers("/a/b", "/a/b/c.md"), _covers("/a/b", "/a/bc.md")
    (True, True, False)
    >>> _covers("/a/b.jsonl:7", "/a/b.jsonl"), _covers("/a/b.xml, entry 2", "/a/b.xml")
    (True, True)
    """
    return (
        unread == place
        or place.startswith(f"{unread}/")
        or unread.startswith((f"{place}:", f"{place}, "))
    )
