"""Tables: .csv with a header, one article a row, read row by row.

The header's names say which column is which field, or the user does. Commas, semicolons, tabs or
bars part the columns. A bad row is a failure of that row; where the quotation marks go wrong, it
cannot be told where the next row begins, and the rest is not read.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from io import TextIOWrapper
from itertools import chain
from typing import TextIO

from rag.articles.bodies import cut_body
from rag.articles.columns import choose_columns
from rag.articles.decoding import find_encoding, normalise
from rag.articles.files import File, opened
from rag.articles.sources import Part, check_fields, make_article
from rag.errors import ArticleError
from rag.types import Article, Failure

_DELIMITERS = ",;\t|"


def parse(file: File, *, max_bytes: int, fields: Mapping[str, str]) -> Iterator[Article | Failure]:
    """Read the articles of a table.

    Args:
        file: The file.
        max_bytes: The most characters that a row may have; the file may be of any size.
        fields: The columns of the fields that are not named by their own.

    Raises:
        ArticleError: The file cannot be read, or has no header with a column for the text.
    """
    # The library has one bound for all, 131,072 characters a field, which an article can exceed.
    csv.field_size_limit(max(csv.field_size_limit(), max_bytes))
    with opened(file) as stream:
        try:
            text = TextIOWrapper(stream, find_encoding(stream), newline="")
            rows = _read_rows(_Lines(text, limit=max_bytes), fields)
            _, header = next(rows, (0, []))
            columns = _choose_columns(header, fields)
        except (ValueError, csv.Error) as error:
            raise ArticleError(file.path, str(error)) from error
        yield from _read_articles(file, rows, columns, width=len(header))


class _Lines:
    """The lines of a text, of which no row may take too many characters."""

    def __init__(self, text: TextIO, *, limit: int) -> None:
        self.number = 0
        self.taken = 0  # characters of the row being read
        self._text = text
        self._limit = limit

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self._text.readline(self._limit + 1)
        if not line:
            raise StopIteration
        self.number += 1
        self.taken += len(line)
        if self.taken > self._limit:
            raise ValueError(f"is longer than the {self._limit:,} characters allowed")
        return line


def _read_rows(lines: _Lines, fields: Mapping[str, str]) -> Iterator[tuple[int, list[str]]]:
    """Yield each row with the number of its first line."""
    first = next(lines, "")
    reader = csv.reader(
        chain([first], lines), delimiter=_choose_delimiter(first, fields), strict=True
    )
    number = 1
    for row in reader:
        if row:
            yield number, row
        number = lines.number + 1
        lines.taken = 0


def _choose_delimiter(line: str, fields: Mapping[str, str]) -> str:
    """Return the delimiter by which a header has the most columns that are known."""

    def rate(delimiter: str) -> tuple[int, int]:
        try:
            header = next(csv.reader([line], delimiter=delimiter), [])
            return len(choose_columns(header, fields)), len(header)
        except (ValueError, csv.Error):
            return 0, line.count(delimiter)

    return max(_DELIMITERS, key=rate)


def _choose_columns(header: list[str], fields: Mapping[str, str]) -> Mapping[str, int]:
    if not header:
        raise ValueError("is empty; give it a header and a row for each article")
    columns = choose_columns(header, fields)
    if "text" not in columns:
        raise ValueError(
            f"has no column for the text (its columns are {', '.join(map(repr, header))[:1_000]}); "
            "name it, as with --fields text=COLUMN"
        )
    return columns


def _read_articles(
    file: File, rows: Iterator[tuple[int, list[str]]], columns: Mapping[str, int], *, width: int
) -> Iterator[Article | Failure]:
    number = 1
    while True:
        try:
            number, row = next(rows, (0, []))
        except (ValueError, csv.Error) as error:
            reason = f"has a row that cannot be read ({error}); what follows was not read"
            yield Failure(f"{file.path}, after line {number}", reason)
            return
        if not row:
            return
        part = Part("line", number)
        try:
            yield _read_row(file, row, columns, part, width=width)
        except ValueError as error:
            yield Failure(part.show(file), str(error))
        except ArticleError as error:
            yield Failure(error.path, error.reason)


def _read_row(
    file: File, row: list[str], columns: Mapping[str, int], part: Part, *, width: int
) -> Article:
    if len(row) != width:
        raise ValueError(f"has {len(row)} columns where the header has {width}; quote its commas")
    given = {field: row[number].strip() for field, number in columns.items()}
    text = normalise(row[columns["text"]])
    if not text.strip():
        raise ValueError("has no text")
    fields = check_fields({field: value for field, value in given.items() if value})
    return make_article(file, fields, text, cut_body(text, ()), part=part)
