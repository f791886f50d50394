"""The commands that change what an archive holds."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from rag.cli.session import (
    DONE,
    SILENT,
    choose_settings,
    opened,
    print_json,
    progress_bar,
)
from rag.errors import SelectionError

if TYPE_CHECKING:
    from rag.reports import Erasure
    from rag.types import Source


def sync(options: argparse.Namespace) -> int:
    """Make the archive equal a folder."""
    from rag import rendering
    from rag.answering import Archive

    with (
        Archive.open(settings=choose_settings(options)) as archive,
        progress_bar("sync") as progress,
    ):
        report = archive.sync(
            options.folder,
            fields=options.fields,
            allow_empty=options.allow_empty,
            dry_run=options.dry_run,
            progress=progress,
        )
    if options.json:
        print_json({"dry_run": options.dry_run} | rendering.report_as_json(report))
    else:
        print(rendering.report_as_text(report, dry_run=options.dry_run))
    return DONE


def remove_article(options: argparse.Namespace) -> int:
    """Remove one article."""
    with opened(options) as archive:
        archive.remove(options.id)
    print(f"removed {options.id}")
    return DONE


def remove(options: argparse.Namespace) -> int:
    """Take articles out of the search; what was quoted from them can still be opened."""
    with opened(options) as archive:
        removed = archive.remove(*options.ids, **_selected(options), dry_run=options.dry_run)
    if options.json:
        from rag import rendering

        sources = [rendering.source_as_json(each) for each in removed]
        print_json({"dry_run": options.dry_run, "removed": sources})
    else:
        _print_gone(removed, "would be removed" if options.dry_run else "removed")
    return DONE if removed else SILENT


def erase(options: argparse.Namespace) -> int:
    """Erase articles with all their versions for good, and prove that nothing is left on disk."""
    selectors = _selected(options)
    with opened(options) as archive:
        would = archive.erase(*options.ids, **selectors, dry_run=True)
        if options.dry_run or not would.articles:
            erased = would
        else:
            if not options.yes:
                _confirm(len(would.articles))
            erased = archive.erase(*options.ids, **selectors)
    if options.json:
        print_json({"dry_run": options.dry_run} | asdict(erased) | {"residue": 0})
    else:
        _print_erased(erased, dry_run=options.dry_run)
    return DONE if erased.articles else SILENT


def _confirm(count: int) -> None:
    """Ask before what cannot be undone.

    Raises:
        SelectionError: The answer is no, or nobody can be asked.
    """
    if not sys.stdin.isatty():
        raise SelectionError(f"{count} articles would be erased for good; to do it, add --yes")
    print(f"Erase {count} articles for good? [y/N] ", end="", file=sys.stderr, flush=True)
    if sys.stdin.readline().strip().lower() not in {"y", "yes"}:
        raise SelectionError("nothing was erased")


def _print_erased(erased: Erasure, *, dry_run: bool) -> None:
    from rag import rendering

    for article in erased.articles:
        print(rendering.visible(article))
    count = len(erased.articles) or "no"
    done = "would be erased" if dry_run else "erased"
    print(f"{count} {'article' if count == 1 else 'articles'} {done}")
    if erased.files:
        print(
            f"searched {erased.files} files, {erased.size:,} bytes, for {erased.patterns:,} byte "
            "strings of their text, titles and vectors; residue found: 0"
        )
    if erased.server:
        print(
            rendering.visible(
                f"the vectors were deleted on {erased.server}; its own files were not searched"
            )
        )


def _selected(options: argparse.Namespace) -> dict[str, Any]:
    return {
        "paths": options.path,
        "publishers": options.publisher,
        "since": options.since,
        "until": options.until,
    }


def _print_gone(sources: Sequence[Source], done: str) -> None:
    from rag import rendering

    for source in sources:
        print(rendering.visible(f"{source.id}\t{rendering.cite(source)}"))
    count = len(sources) or "no"
    print(f"{count} {'article' if count == 1 else 'articles'} {done}")
