"""Reads one file of a format from its bytes, for tests."""

from __future__ import annotations

from pathlib import Path

from rag.articles import Known, read
from rag.types import Article, Failure

LIMIT = 20_000_000


def read_item(folder: Path, content: bytes, *, name: str) -> Article | Known | Failure:
    """Read the only item of a file."""
    path = folder / name
    path.write_bytes(content)
    [item] = read([path], max_bytes=LIMIT)
    return item


def read_one(folder: Path, content: bytes, *, name: str) -> Article:
    """Read a file that is an article."""
    item = read_item(folder, content, name=name)
    assert isinstance(item, Article), item
    return item


def fail_one(folder: Path, content: bytes, *, name: str) -> str:
    """Return the reason why a file is none."""
    item = read_item(folder, content, name=name)
    assert isinstance(item, Failure), item
    return item.reason


def quotable(article: Article) -> list[str]:
    """Return the parts of an article that may be quoted."""
    return [span.cut(article.text) for span in article.body]
