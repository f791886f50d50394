"""The commands that change what an archive holds."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from rag.cli.session import (
    DONE,
    SILENT,
    choose_settings,
    opened,
    print_json,
    progress_bar,
)

if TYPE_CHECKING:
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
