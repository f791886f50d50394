"""What an archive holds: articles come in, are listed, and go; their indexes are made anew."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import nullcontext
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from rag import embedding, erasure, generations, ingestion, packing, syncing, transfer
from rag.embedding import Embedder
from rag.erasure import Traces
from rag.ingestion import Progress
from rag.packing import Manifest
from rag.reports import Erasure, Report
from rag.selection import Selection
from rag.settings import Settings
from rag.store import Store
from rag.transfer import Import
from rag.types import Article, Source

# The fact that says how far the default store is filled from the corpus.
CORPUS = "corpus"


class Holdings:
    """The articles of an opened store; what `rag.answering.Archive` is asked about."""

    def __init__(self, settings: Settings, *, create: bool, embedder: Embedder | None) -> None:
        """Use `Archive.open`."""
        self._store = Store(settings, create=create, embedder=embedder)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the store's files."""
        self._store.close()

    @property
    def settings(self) -> Settings:
        """The settings, with the model and the passages that the store is made with now."""
        return self._store.settings

    @property
    def embedder(self) -> Embedder:
        """The embedding model, loaded on first use.

        Raises:
            ModelError: It cannot be loaded.
            StoreMismatchError: Its weights are not those that the store was made with.
        """
        return self._store.embedder

    def ingest(
        self,
        paths: Iterable[str | Path] | str | Path,
        *,
        fields: Mapping[str, str] | None = None,
        allow_private: bool = False,
        progress: Progress | None = None,
    ) -> Report:
        """Bring the articles of files, folders, web pages and feeds into the archive.

        Args:
            paths: Files and folders; strings with http: or https: are pages and feeds, and fetched.
            fields: Columns of .csv and keys of .jsonl by the field they give, as {"text": "body"}.
            allow_private: Whether pages may be fetched from private, loopback and the like hosts.
            progress: Called with articles done and articles in all.

        Returns:
            What was added, updated, unchanged, and what failed and why.

        Raises:
            SettingsError: `fields` names a field that there is not.
            StoreBusyError: Another process is writing to the store.
            StoreError: The store cannot be written to.
            ModelError: The embedding model cannot be loaded.
        """
        with self._store.written():
            self._store.sign()
            return ingestion.ingest(
                [paths] if isinstance(paths, str | Path) else paths,
                indexes=self._store.indexes,
                embedder=self.embedder,
                budget=self.settings.passage_tokens,
                max_bytes=self.settings.max_article_bytes,
                fields=fields,
                allow_private=allow_private,
                progress=progress,
            )

    def sync(
        self,
        folder: str | Path,
        *,
        fields: Mapping[str, str] | None = None,
        allow_empty: bool = False,
        dry_run: bool = False,
        progress: Progress | None = None,
    ) -> Report:
        """Make the archive equal a folder: what was added, changed, renamed or removed there.

        An article whose file is gone is withdrawn, as by `remove`, if it came from this folder; one
        whose file was only renamed keeps its id. What cannot be read withdraws nothing.

        Args:
            folder: The folder.
            fields: As for `ingest`.
            allow_empty: Whether a folder without any article means that all are gone.
            dry_run: Whether to change nothing, and only tell what would be done.
            progress: Called with articles done and articles in all.

        Returns:
            What was, or would be, done.

        Raises:
            ArticleError: The folder cannot be read, or holds no article though some came from it.
            SettingsError: `fields` names a field that there is not.
            StoreBusyError: Another process is writing to the store.
            StoreError: The store cannot be written to.
            ModelError: The embedding model cannot be loaded.
        """
        with nullcontext() if dry_run else self._store.written():
            if not dry_run:
                self._store.sign()
            return syncing.sync(
                Path(folder),
                indexes=self._store.indexes,
                embedder=self.embedder,
                budget=self.settings.passage_tokens,
                max_bytes=self.settings.max_article_bytes,
                fields=fields,
                allow_empty=allow_empty,
                dry_run=dry_run,
                progress=progress,
            )

    @staticmethod
    def reindex(
        store: str | Path | None = None,
        *,
        settings: Settings | None = None,
        embedder: Embedder | None = None,
        progress: Progress | None = None,
    ) -> Report:
        """Make a store's indexes anew after a change of model or of passage settings.

        Until the new ones are whole the old ones serve, also in other processes; an archive that
        is open goes over to the new ones with its next question. What broke off is gone on with.

        Args:
            store: The store's folder; else the one of the settings.
            settings: The model and the passages to make it with; else from the environment.
            embedder: The embedding model; else the one that the settings name.
            progress: Called with articles done and articles in all.

        Returns:
            The articles indexed anew as updated; unchanged, where nothing was to be done.

        Raises:
            StoreBusyError: Another process is writing to the store.
            StoreError: The store is not there, or cannot be written to.
            ModelError: The embedding model cannot be loaded.
        """
        chosen = choose(store, settings)
        return generations.reindex(
            chosen, embedder=embedder or embedding.load(chosen), progress=progress
        )

    def fill(self, *, progress: Progress | None = None) -> None:
        """Ingest the corpus that ships, if nothing was ever ingested or this broke off before.

        Args:
            progress: Called with articles done and articles in all.

        Raises:
            RagError: As `ingest`.
        """
        if self._store.catalog.is_untouched():
            self._store.catalog.write_facts({CORPUS: "pending"})
        if self._store.catalog.facts().get(CORPUS) == "pending":
            self.ingest(self.settings.corpus, progress=progress)
            self._store.catalog.write_facts({CORPUS: "done"})

    def remove(
        self,
        *articles: str,
        paths: Iterable[str] = (),
        publishers: Iterable[str] = (),
        since: date | None = None,
        until: date | None = None,
        dry_run: bool = False,
    ) -> tuple[Source, ...]:
        """Take articles out of the search; a quote's id still opens the version that was quoted.

        Only what fits all that is given is removed. Ingesting an article again brings it back.

        Args:
            articles: Ids.
            paths: Files as they were ingested, folders above them, or patterns such as
                `reports/2016-*.md`.
            publishers: Publishers.
            since: The first day of publication.
            until: The last day of publication.
            dry_run: Whether to change nothing, and only tell what would go.

        Returns:
            The articles that were, or would be, removed.

        Raises:
            ArticleError: The archive holds no article of an id that is named.
            SelectionError: Nothing is given, or the range ends before it begins.
            StoreBusyError: Another process is writing to the store.
        """
        selection = Selection(
            articles=articles,
            paths=tuple(paths),
            publishers=tuple(publishers),
            since=since,
            until=until,
        )
        if dry_run:
            return selection.choose(self.articles())
        with self._store.written():
            chosen = selection.choose(self.articles())
            ingestion.withdraw((each.id for each in chosen), indexes=self._store.indexes)
        return chosen

    def erase(
        self,
        *articles: str,
        paths: Iterable[str] = (),
        publishers: Iterable[str] = (),
        since: date | None = None,
        until: date | None = None,
        dry_run: bool = False,
    ) -> Erasure:
        """Erase articles with all their versions for good, and prove that nothing is left on disk.

        The indexes are made anew without them, the catalog is written anew, and every file of the
        store is searched for their words, titles and vectors, but for what articles that stay have,
        too. An erasure that broke off is finished by the next, also by one without a selector.

        Args:
            articles: Ids, also of articles that were removed before.
            paths: As for `remove`, as are the others.
            publishers: Publishers.
            since: The first day of publication.
            until: The last day of publication.
            dry_run: Whether to change nothing, and only tell what would go.

        Returns:
            What was erased, and how much was searched.

        Raises:
            ArticleError: The archive holds no article of an id that is named.
            SelectionError: Nothing is given, or the range ends before it begins.
            StoreBusyError: Another process is writing to the store.
            StoreError: The store cannot be written to, or something of the articles is left.
        """
        catalog = self._store.catalog
        selectors: Any = {"paths": tuple(paths), "publishers": tuple(publishers)}
        selectors |= {"since": since, "until": until}
        with nullcontext() if dry_run else self._store.written():
            begun = Traces.read(self.settings.store)
            named = tuple(each for each in articles if each not in begun.articles)
            chosen = tuple[Source, ...]()
            if named or any(selectors.values()) or not begun.articles:
                selection = Selection(articles=named, **selectors)
                chosen = selection.choose(catalog.versions())
            ids = tuple(dict.fromkeys(each.id for each in chosen))
            if dry_run:
                return Erasure((*begun.articles, *ids))
            if not (ids or begun.articles):
                return Erasure(())
            traces = begun + erasure.collect(ids, self._store.indexes)
            return erasure.erase(traces, settings=self.settings, indexes=self._store.indexes)

    def export_to(self, path: str | Path, *, force: bool = False) -> Manifest:
        """Write the whole archive, every version of every article, to one file in an open format.

        It is a zip of a manifest and of JSON lines; the same archive gives the same bytes.

        Args:
            path: The file.
            force: Whether it may be there already.

        Returns:
            What was written, and what the archive's indexes are made with.

        Raises:
            SavingError: The file cannot be written, or is there already.
            StoreError: The store is damaged.
        """
        return transfer.export(Path(path), catalog=self._store.catalog, force=force)

    def import_from(self, path: str | Path, *, progress: Progress | None = None) -> Report:
        """Bring in all that an exported archive holds, once the whole file is found in order.

        An article that is here already stands as in the file afterwards; no version is lost. One
        that the file does not hold stays as it is. An import that broke off is gone on with.

        Args:
            path: The file.
            progress: Called with articles done and articles in all.

        Returns:
            What was done: `overruled` are the articles that stood otherwise here.

        Raises:
            ExportError: The file cannot be read, is no export of an archive, or is damaged.
            StoreBusyError: Another process is writing to the store.
            StoreError: The store cannot be written to.
            ModelError: The embedding model cannot be loaded.
        """
        bound = self.settings.max_article_bytes
        with packing.opened(Path(path), max_bytes=bound) as packed, self._store.written():
            self._store.sign()
            run = Import(
                packed,
                indexes=self._store.indexes,
                embedder=self.embedder,
                budget=self.settings.passage_tokens,
            )
            return run.run(progress=progress)

    def article(self, article: str, *, digest: str = "") -> Article:
        """Return an article by its id.

        Args:
            article: The id.
            digest: The first characters of a version's digest; else the current version.

        Raises:
            ArticleError: There is no such article or version.
        """
        return self._store.catalog.article(article, digest=digest)

    def articles(self) -> tuple[Source, ...]:
        """Return the source of every article, ordered by date."""
        return self._store.catalog.sources()

    def count(self) -> Mapping[str, int]:
        """Return how many articles, passages, vectors and lexical entries the store holds."""
        return self._store.count()


def choose(store: str | Path | None, settings: Settings | None) -> Settings:
    """Return the settings, with another store if one is named."""
    chosen = settings or Settings.load()
    return chosen if store is None else replace(chosen, store=Path(store))
