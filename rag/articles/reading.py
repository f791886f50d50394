"""Reads every article that paths and addresses name, and never stops at a bad one."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from pathlib import Path

from rag.articles import docx, eml, epub, feeds, html, jsonl, markdown, pdf, tables, text
from rag.articles.addresses import Address
from rag.articles.columns import check_mapping
from rag.articles.fetching import Fetcher
from rag.articles.files import File, find, load, opened
from rag.articles.sources import Known, identify
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
_SEVERAL: dict[str, Callable[[File, bytes], Iterator[Article | Address | Failure]]] = {
    ".xml": feeds.parse,
    ".epub": epub.parse,
}
# What is read row by row, and counted by lines.
_ROWS = {
    ".jsonl": jsonl.parse,
    ".ndjson": jsonl.parse,
    ".csv": tables.parse,
    ".tsv": tables.parse,
}

# Bytes counted at a time.
BLOCK = 1 << 20
# New pages that are fetched of one feed in one run: at a second each, a quarter of an hour.
MAX_LINKED = 1_000


def read(
    paths: Iterable[str | Path],
    *,
    max_bytes: int,
    fields: Mapping[str, str] | None = None,
    known: Container[str] = (),
    fetcher: Fetcher | None = None,
) -> Iterator[Article | Known | Failure]:
    """Read all articles that paths name, in path order.

    Args:
        paths: Files, folders that are walked with all their folders, and addresses of pages and
            feeds; what is left out in a folder is said in `rag.articles.files`.
        max_bytes: The most a file or page may have, or in a .jsonl or .csv file a line, or in a
            .zip a member.
        fields: The columns or keys that give fields in .csv and .jsonl files, by field, where
            they are not named by the field's own name.
        known: The ids of articles that are not fetched again for a feed.
        fetcher: What fetches; else one that connects to public hosts only.

    Yields:
        An article, one that is known, or the failure of one; no two articles have the same id.

    Raises:
        SettingsError: `fields` names a field that there is not.
    """
    if max_bytes < 1:
        raise ValueError(f"max_bytes must be at least 1, not {max_bytes}")
    check_mapping(fields or {})
    fetcher = fetcher or Fetcher(max_bytes=max_bytes)
    reading = _Reading(max_bytes, fields or {}, known, fetcher)
    for found in find(paths):
        yield from reading.read(found)


def count(paths: Iterable[str | Path]) -> int:
    """Return about how many articles paths will yield, for a progress bar.

    Args:
        paths: Files, folders and addresses, as for `read`. Of .jsonl and .csv files the lines are
            counted; what others hold is not known before they are read.
    """
    return sum(_count_found(file) for file in find(paths))


def refuse_id(article: str, path: str, *, holder: str) -> Failure:
    """Return the failure of an article that has the id of another.

    Args:
        article: The id.
        path: Where the article was read.
        holder: Where the other was read.
    """
    return Failure(path, f"has the id {article!r} of {holder}; give it another")


def _count_found(file: File | Address | Failure) -> int:
    if not isinstance(file, File) or file.suffix not in _ROWS:
        return 1
    try:
        with opened(file) as stream:
            return sum(block.count(b"\n") for block in iter(lambda: stream.read(BLOCK), b"")) + 1
    except ArticleError:
        return 1  # reading it will say what is wrong


class _Reading:
    """One run of reading: what bounds it, and what it has read so far."""

    def __init__(
        self, max_bytes: int, fields: Mapping[str, str], known: Container[str], fetcher: Fetcher
    ) -> None:
        self._max_bytes = max_bytes
        self._fields = fields
        self._known = known
        self._fetcher = fetcher
        self._first: dict[str, str] = {}  # the path where an id was read first
        self._asked: set[str] = set()  # the pages that were asked for
        self._linked = 0  # the pages that were followed of the present feed

    def read(self, found: File | Address | Failure) -> Iterator[Article | Known | Failure]:
        """Read what one path or address has led to."""
        self._linked = 0
        if isinstance(found, Failure):
            yield found
            return
        for item in self._fetch(found) if isinstance(found, Address) else self._read_file(found):
            if isinstance(item, Address):
                yield from self._read_linked(item)
            else:
                yield self._check_id(item)

    def _read_linked(self, address: Address) -> Iterator[Article | Known | Failure]:
        """Read a page that a feed links to, unless it is known."""
        page = identify(address.url)
        if page in self._known:
            yield Known(page)
            return
        if self._linked == MAX_LINKED:
            yield Failure(address.path, f"follows {MAX_LINKED:,} new pages of its feed; run again")
            return
        self._linked += 1
        for item in self._fetch(address):
            if isinstance(item, Address):
                yield Failure(item.path, "is linked by a feed in a feed; name it by itself")
            else:
                yield self._check_id(item)

    def _check_id(self, item: Article | Failure) -> Article | Failure:
        if isinstance(item, Failure):
            return item
        source = item.source
        if source.id in self._first:
            return refuse_id(source.id, source.path, holder=self._first[source.id])
        self._first[source.id] = source.path
        return item

    def _fetch(self, address: Address) -> Iterator[Article | Address | Failure]:
        """Fetch and read, but nothing twice in a run: some articles are in more than one feed."""
        if address.url in self._asked:
            return
        self._asked.add(address.url)
        try:
            file = self._fetcher.fetch(address)
        except ArticleError as error:
            yield Failure(error.path, error.reason)
            return
        for item in self._read_file(file):
            if not isinstance(item, Article) or item.source.id not in self._first:
                yield item

    def _read_file(
        self, file: File, outer: Budget | None = None
    ) -> Iterator[Article | Address | Failure]:
        """Read a file, or a member of a zip with what is left of that one's budget."""
        try:
            if file.suffix == ".zip":
                yield from self._read_zip(file, outer)
            elif file.suffix in _ROWS:
                parse = _ROWS[file.suffix]
                yield from parse(file, max_bytes=self._max_bytes, fields=self._fields)
            elif file.suffix in _SEVERAL:
                yield from _SEVERAL[file.suffix](file, load(file, max_bytes=self._max_bytes))
            else:
                yield _SINGLE[file.suffix](file, load(file, max_bytes=self._max_bytes))
        except ArticleError as error:
            yield Failure(error.path, error.reason)

    def _read_zip(self, file: File, outer: Budget | None) -> Iterator[Article | Address | Failure]:
        budget = outer or Budget.of(self._max_bytes)
        nested = outer is not None
        for member in find_members(file, max_bytes=self._max_bytes, budget=budget, nested=nested):
            if isinstance(member, Failure):
                yield member
            else:
                yield from self._read_file(member, budget)
