"""The commands that keep an archive: bring articles in, list, show, look it over."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

from rag.cli.session import (
    DONE,
    TROUBLE,
    WRONG_USE,
    choose_settings,
    opened,
    print_json,
    progress_bar,
    read_lines,
)


def ingest(options: argparse.Namespace) -> int:
    """Bring files, folders, web pages and feeds into the archive."""
    from rag import rendering
    from rag.answering import Archive

    paths = list(_list_paths(options.paths))
    with (
        Archive.open(settings=choose_settings(options)) as archive,
        progress_bar("ingest") as progress,
    ):
        report = archive.ingest(
            paths, fields=options.fields, allow_private=options.allow_private, progress=progress
        )
    if options.json:
        print_json(rendering.report_as_json(report))
    else:
        print(rendering.report_as_text(report))
    named = {Path(path) for path in paths}
    return WRONG_USE if any(Path(each.path) in named for each in report.failed) else DONE


def _list_paths(named: Sequence[str]) -> Iterator[str]:
    """Yield paths and addresses, with those on standard input in the place of `-`."""
    for name in named:
        if name == "-":
            with read_lines(name) as lines:
                yield from filter(None, (line.strip() for line in lines))
        else:
            yield name


def list_articles(options: argparse.Namespace) -> int:
    """List the articles of the archive."""
    from rag import rendering

    with opened(options) as archive:
        sources = archive.articles()
    if options.json:
        print_json([rendering.source_as_json(each) for each in sources])
    else:
        for source in sources:
            print(rendering.visible(f"{source.id}\t{rendering.cite(source)}"))
    return DONE


def show_article(options: argparse.Namespace) -> int:
    """Print one article, or the words that the id of a quote names."""
    from rag import citations, rendering
    from rag.opening import open_id
    from rag.types import Article

    with opened(options) as archive:
        shown = open_id(archive, options.id)
    if isinstance(shown, Article):
        if options.json:
            print_json(rendering.source_as_json(shown.source) | {"text": shown.text})
        else:
            print(rendering.visible(f"{rendering.cite(shown.source)}\n\n{shown.text}"))
    elif options.json:
        print_json(citations.cited_as_json(shown))
    else:
        print(citations.cited_as_text(shown))
    return DONE


def reindex(options: argparse.Namespace) -> int:
    """Make the indexes anew after a change of the embedding model or of the passages' size."""
    from rag import rendering
    from rag.answering import Archive

    with progress_bar("reindex") as progress:
        report = Archive.reindex(settings=choose_settings(options), progress=progress)
    if options.json:
        print_json(rendering.report_as_json(report))
    else:
        print(rendering.report_as_text(report))
    return DONE


def export(options: argparse.Namespace) -> int:
    """Write the whole archive, with every version of every article, to one file."""
    from rag import rendering, saving

    path = Path(options.file)
    saving.check_place(path, force=options.force)
    with opened(options) as archive:
        manifest = archive.export_to(path, force=options.force)
    if options.json:
        print_json(manifest.model_dump())
    else:
        written = f"{manifest.articles} articles, {manifest.versions} versions"
        print(rendering.visible(f"{written} written to {path}"))
    return DONE


def import_file(options: argparse.Namespace) -> int:
    """Bring in what a file from `rag export` holds."""
    from rag import packing, rendering
    from rag.answering import Archive

    settings = choose_settings(options)
    # Before a store is made for a file that is damaged.
    with packing.opened(Path(options.file), max_bytes=settings.max_article_bytes):
        pass
    with Archive.open(settings=settings) as archive, progress_bar("import") as progress:
        report = archive.import_from(options.file, progress=progress)
    if options.json:
        print_json(rendering.report_as_json(report))
    else:
        print(rendering.report_as_text(report))
    return DONE


def diagnose(options: argparse.Namespace) -> int:
    """Say what is wrong with the installation and the store, and what mends it."""
    from rag import diagnosis, rendering

    settings = choose_settings(options)
    if options.repair:
        with progress_bar("repair") as progress:
            diagnosis.repair(settings, progress=progress)
    findings = diagnosis.diagnose(settings)
    if options.json:
        print_json([asdict(finding) for finding in findings])
    else:
        for finding in findings:
            mark = "ok " if finding.ok else "BAD"
            print(rendering.visible(f"{mark} {finding.subject}: {finding.state}"))
    return DONE if all(finding.ok for finding in findings) else TROUBLE
