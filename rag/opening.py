"""The default store, made from the corpus on first use, and asking without opening an archive."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from rag.answering import Archive
from rag.catalog import FILE
from rag.errors import StoreError
from rag.ingestion import Progress
from rag.settings import Settings
from rag.types import Answer


def open_default(settings: Settings | None = None, *, progress: Progress | None = None) -> Archive:
    """Open the default store; one that is not there yet is made from the corpus that ships.

    Args:
        settings: The settings; else from the environment.
        progress: Called with articles done and in all while the store is made.

    Raises:
        RagError: As `Archive.open` and `Archive.ingest`.
    """
    chosen = settings or Settings.load()
    if not (chosen.store / FILE).is_file() and not chosen.corpus.is_dir():
        raise StoreError(
            f"there is no store at {chosen.store} and no corpus at {chosen.corpus} to make it "
            "from; run: rag ingest PATH..."
        )
    archive = Archive.open(settings=chosen)
    try:
        archive.fill(progress=progress)
    except BaseException:
        archive.close()
        raise
    return archive


def ask(
    question: str,
    *,
    store: str | Path | None = None,
    history: Sequence[str] = (),
    since: date | None = None,
    until: date | None = None,
    publishers: Sequence[str] = (),
    limit: int | None = None,
) -> Answer:
    """Ask one question: open the store, ask, close. See `Archive.ask`.

    Args:
        question: The question.
        store: The store's folder; else the default store, made from the corpus on first use.
        history: The user's earlier questions, oldest first.
        since: The first day of publication to search.
        until: The last day of publication to search.
        publishers: The publishers to search; none means all.
        limit: Quotes wanted at most.

    Returns:
        The answer.

    Raises:
        RagError: As `Archive.open` and `Archive.ask`.
    """
    opened = open_default() if store is None else Archive.open(store, create=False)
    with opened as archive:
        return archive.ask(
            question,
            history=history,
            since=since,
            until=until,
            publishers=publishers,
            limit=limit,
        )
