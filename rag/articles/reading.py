"""Reads every article that paths name, one after the other, and never stops at a bad one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from rag.articles import docx, eml, epub, feeds, html, jsonl, markdown, pdf, tables, text
from rag.articles.columns import check_mapping
from rag.articles.files import File, find, load, opened
from rag.articles.zips import Budget, find_members
from rag.errors import ArticleError
from rag.types import Article, Failure

# What holds one article, and what holds several.
_SINGLE: dict[str, Callable[[File, bytes], Article]] = {
    ".txt": text.parse,
    ".md": markdown.parse,
    ".html": html.parse,
    ".htm": html.parse,
    ".eml": eml.parse,
    ".pdf": pdf.parse,
    ".docx": docx.parse,
}
_SEVERAL: dict[str, Callable[[File, bytes], Iterator[Article | Failure]]] = {
    ".xml": feeds.parse,
    ".epub": epub.parse,
}
# What is read row by row, and counted by lines.
_ROWS = {".jsonl": jsonl.parse, ".csv": tables.parse}

# Bytes counted at a time.
BLOCK = 1 << 20


def read(
    paths: Iterable[str | Path], *, max_bytes: int, fields: Mapping[str, str] | None = None
) -> Iterator[Article | Failure]:
    """Read all articles that paths name, in path order.

    Args:
        paths: Files, and folders that are walked with all their folders; what is left out in
            a folder is said in `rag.articles.files`.
        max_bytes: The most a file may have, or in a .jsonl or .csv file a line, or in a .zip a
            member.
        fields: The columns or keys that give fields in .csv and .jsonl files, by field, where
            they are not named by the field's own name.

    Yields:
        An article, or the failure of one; no two articles have the same id.

    Raises:
        SettingsError: `fields` names a field that there is not.
    """
    if max_bytes < 1:
        raise ValueError(f"max_bytes must be at least 1, not {max_bytes}")
    check_mapping(fields or {})
    first: dict[str, str] = {}
    for file in find(paths):
        for item in _read_found(file, max_bytes=max_bytes, fields=fields or {}):
            if isinstance(item, Article):
                source = item.source
                if source.id in first:
                    reason = f"has the id {source.id!r} of {first[source.id]}; give it another"
                    yield Failure(source.path, reason)
                    continue
                first[source.id] = source.path
            yield item


def count(paths: Iterable[str | Path]) -> int:
    """Return about how many articles paths will yield, for a progress bar.

    Args:
        paths: Files and folders, as for `read`. Of .jsonl and .csv files the lines are counted;
            what other files hold is not known before they are read.
    """
    return sum(_count_found(file) for file in find(paths))


def _count_found(file: File | Failure) -> int:
    if isinstance(file, Failure) or file.suffix not in _ROWS:
        return 1
    try:
        with opened(file) as stream:
            return sum(block.count(b"\n") for block in iter(lambda: stream.read(BLOCK), b"")) + 1
    except ArticleError:
        return 1  # reading it will say what is wrong


def _read_found(
    file: File | Failure, *, max_bytes: int, fields: Mapping[str, str]
) -> Iterator[Article | Failure]:
    if isinstance(file, Failure):
        yield file
    elif file.suffix == ".zip":
        budget = Budget.of(max_bytes)
        yield from _read_zip(file, budget, max_bytes=max_bytes, fields=fields)
    else:
        yield from _read_file(file, max_bytes=max_bytes, fields=fields)


def _read_zip(
    file: File, budget: Budget, *, max_bytes: int, fields: Mapping[str, str], nested: bool = False
) -> Iterator[Article | Failure]:
    try:
        for member in find_members(file, max_bytes=max_bytes, budget=budget, nested=nested):
            if isinstance(member, Failure):
                yield member
            elif member.suffix == ".zip":
                yield from _read_zip(
                    member, budget, max_bytes=max_bytes, fields=fields, nested=True
                )
            else:
                yield from _read_file(member, max_bytes=max_bytes, fields=fields)
    except ArticleError as error:
        yield Failure(error.path, error.reason)


def _read_file(
    file: File, *, max_bytes: int, fields: Mapping[str, str]
) -> Iterator[Article | Failure]:
    try:
        if file.suffix in _ROWS:
            yield from _ROWS[file.suffix](file, max_bytes=max_bytes, fields=fields)
        elif file.suffix in _SEVERAL:
            yield from _SEVERAL[file.suffix](file, load(file, max_bytes=max_bytes))
        else:
            yield _SINGLE[file.suffix](file, load(file, max_bytes=max_bytes))
    except ArticleError as error:
        yield Failure(error.path, error.reason)
