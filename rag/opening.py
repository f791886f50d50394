"""Opens the default store, made on first use, a store for one question, and what an id names."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Unpack

from rag.answering import Archive
from rag.catalog import FILE
from rag.errors import ArticleError, RagError, StoreError
from rag.ingestion import Progress
from rag.permalinks import PATTERN, Cited
from rag.questions import Asked
from rag.settings import Settings
from rag.types import Answer, Article


class Options(Asked, total=False):
    """What can be chosen of a question; see `Archive.ask`."""

    limit: int | None


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


def ask(question: str, *, store: str | Path | None = None, **options: Unpack[Options]) -> Answer:
    """Ask one question: open the store, ask, close.

    Args:
        question: The question.
        store: The store's folder; else the default store, made from the corpus on first use.
        options: Those of `Archive.ask`.

    Returns:
        The answer.

    Raises:
        RagError: As `Archive.open` and `Archive.ask`.
    """
    opened = open_default() if store is None else Archive.open(store, create=False)
    with opened as archive:
        return archive.ask(question, **options)


def open_id(archive: Archive, name: str) -> Article | Cited:
    """Return what an id names: of a quote, or else of an article, which may look like one.

    Args:
        archive: The archive.
        name: The id of a quote or of an article.

    Raises:
        ArticleError: The archive does not hold what it names.
        QuestionError: It looks like the id of a quote, but is none.
    """
    if not PATTERN.fullmatch(name):
        return archive.article(name)
    try:
        return archive.cited(name)
    except RagError:
        with suppress(ArticleError):
            return archive.article(name)
        raise
