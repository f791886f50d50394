"""Reads every article that paths name, one after the other, and never stops at a bad one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from rag.articles import html, jsonl, markdown, text
from rag.articles.files import File, find, load, opened
from rag.errors import ArticleError
from rag.types import Article, Failure

_FORMATS: dict[str, Callable[[File, bytes], Article]] = {
    ".txt": text.parse,
    ".md": markdown.parse,
    ".html": html.parse,
    ".htm": html.parse,
}


# Bytes counted at a time.
BLOCK = 1 << 20


def read(paths: Iterable[str | Path], *, max_bytes: int) -> Iterator[Article | Failure]:
    """Read all articles that paths name, in path order.

    Args:
        paths: Files, and folders that are walked with all their folders; what is left out in
            a folder is said in `rag.articles.files`.
        max_bytes: The most a file may have, or in a .jsonl file a line.

    Yields:
        An article, or the failure of one; no two articles have the same id.
    """
    if max_bytes < 1:
        raise ValueError(f"max_bytes must be at least 1, not {max_bytes}")
    first: dict[str, str] = {}
    for file in find(paths):
        for item in _read_found(file, max_bytes=max_bytes):
            if isinstance(item, Article):
                source = item.source
                if source.id in first:
                    reason = f"has the id {source.id!r} of {first[source.id]}; give it another"
                    yield Failure(source.path, reason)
                    continue
                first[source.id] = source.path
            yield item


def count(paths: Iterable[str | Path]) -> int:
    """Return how many articles paths will yield at most, for a progress bar.

    Args:
        paths: Files and folders, as for `read`. Of a .jsonl file the lines are counted.
    """
    return sum(_count_found(file) for file in find(paths))


def _count_found(file: File | Failure) -> int:
    if isinstance(file, Failure) or file.suffix != ".jsonl":
        return 1
    try:
        with opened(file) as stream:
            return sum(block.count(b"\n") for block in iter(lambda: stream.read(BLOCK), b"")) + 1
    except ArticleError:
        return 1  # reading it will say what is wrong


def _read_found(file: File | Failure, *, max_bytes: int) -> Iterator[Article | Failure]:
    if isinstance(file, Failure):
        yield file
        return
    try:
        if file.suffix == ".jsonl":
            yield from jsonl.parse(file, max_bytes=max_bytes)
        else:
            yield _FORMATS[file.suffix](file, load(file, max_bytes=max_bytes))
    except ArticleError as error:
        yield Failure(error.path, error.reason)
