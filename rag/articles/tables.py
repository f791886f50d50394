"""Tables: .csv or .tsv with a header, one article a row, read row by row.

The header's names say which column is which field, or the user does. Commas, semicolons, tabs or
bars part the columns. A bad row is a failure of that row, which says how many lines it took.
"""

from __future__ import annotations

import csv
import re
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from io import TextIOWrapper
from typing import TextIO

from rag.articles.blocks import read_story
from rag.articles.columns import choose_columns, has_value
from rag.articles.decoding import find_encoding
from rag.articles.files import File, opened
from rag.articles.sources import Part, check_fields, make_article
from rag.errors import ArticleError
from rag.types import Article, Failure

_DELIMITERS = ",;\t|"
# The first line by which Excel is told the delimiter.
_SAID = re.compile(r"sep=([,;\t|])\r?\n?", re.IGNORECASE)


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
            _, header = next(rows, (0, list[str]()))
            if isinstance(header, ValueError):
                raise header
            columns = _choose_columns(header, fields)
        except (ValueError, csv.Error) as error:
            raise ArticleError(file.path, str(error)) from error
        yield from _read_articles(file, rows, columns, width=len(header))


class _Lines:
    """The lines of a text, of which no row may take too many characters."""

    def __init__(self, text: TextIO, *, limit: int) -> None:
        self.number = 0  # of the line that was read last
        self._text = text
        self._limit = limit
        self._row: list[str] = []  # the lines of the row being read
        self._taken = 0  # their characters
        self._ahead: deque[str] = deque()

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self.peek()
        if not line:
            raise StopIteration
        self._ahead.popleft()
        self.number += 1
        self._row.append(line)
        self._taken += len(line)
        if self._taken > self._limit:
            raise ValueError(f"it is longer than the {self._limit:,} characters allowed")
        return line

    def peek(self) -> str:
        """Return the next line; of one that is too long only its beginning; at the end nothing."""
        if not self._ahead:
            line = rest = self._text.readline(self._limit + 1)
            while len(rest) > self._limit and not rest.endswith("\n"):
                rest = self._text.readline(self._limit + 1)
            if line:
                self._ahead.append(line)
        return self._ahead[0] if self._ahead else ""

    def begin(self) -> None:
        """Begin another row."""
        self._row.clear()
        self._taken = 0

    def pass_over(self, is_row: Callable[[str], bool]) -> None:
        """Go to the end of a row that cannot be read.

        It ends where its quotation marks are even in number, as stray ones mostly come in pairs,
        or before a line that is a row by itself.
        """
        self._ahead.extendleft(reversed(self._row))
        self.number -= len(self._row)
        marks = 0
        while (line := self.peek()) and not (marks % 2 and is_row(line)):
            self._ahead.popleft()
            self.number += 1
            marks += line.count('"')
            if marks % 2 == 0:
                return


def _read_rows(
    lines: _Lines, fields: Mapping[str, str]
) -> Iterator[tuple[int, list[str] | ValueError]]:
    """Yield each row that is not blank, or what is wrong with it, and its first line's number.

    Raises:
        ValueError: The header cannot be read, or the text cannot be decoded.
        csv.Error: The header cannot be read.
    """
    delimiter = _choose_delimiter(lines.peek(), fields)
    if said := _SAID.fullmatch(lines.peek()):
        delimiter = said[1]
        next(lines)
    reader = csv.reader(lines, delimiter=delimiter, strict=True, skipinitialspace=True)
    width = 0
    while lines.peek():
        lines.begin()
        number = lines.number + 1
        try:
            row = next(reader)
        except (ValueError, csv.Error) as error:
            if not width or isinstance(error, UnicodeError):
                raise
            lines.pass_over(partial(_is_row, delimiter=delimiter, width=width))
            yield number, ValueError(_explain(error, lines.number - number + 1))
            continue
        if any(cell.strip() for cell in row):
            width = width or len(row)
            yield number, row


def _is_row(line: str, *, delimiter: str, width: int) -> bool:
    """Tell whether a line is a whole row with cells in quotation marks."""
    if f'{delimiter}"' not in line and f'{delimiter} "' not in line:
        return False
    try:
        [row] = csv.reader([line], delimiter=delimiter, strict=True, skipinitialspace=True)
    except (ValueError, csv.Error):
        return False
    return len(row) == width


def _explain(error: Exception, lines: int) -> str:
    much = "this line was" if lines == 1 else f"these {lines:,} lines were"
    return (
        f"begins a row that cannot be read ({error}); {much} passed over; in a cell, write a "
        "quotation mark as two"
    )


def _choose_delimiter(line: str, fields: Mapping[str, str]) -> str:
    """Return the delimiter by which a header has the most columns that are known."""

    def rate(delimiter: str) -> tuple[int, int]:
        try:
            header = next(csv.reader([line], delimiter=delimiter, skipinitialspace=True), [])
            return len(choose_columns(header, fields)), len(header)
        except (ValueError, csv.Error):
            return 0, line.count(delimiter)

    return max(_DELIMITERS, key=rate)


def _choose_columns(header: list[str], fields: Mapping[str, str]) -> Mapping[str, Sequence[int]]:
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
    file: File,
    rows: Iterator[tuple[int, list[str] | ValueError]],
    columns: Mapping[str, Sequence[int]],
    *,
    width: int,
) -> Iterator[Article | Failure]:
    try:
        for number, row in rows:
            part = Part("line", number)
            try:
                yield _read_row(file, row, columns, part, width=width)
            except ValueError as error:
                yield Failure(part.show(file), str(error))
            except ArticleError as error:
                yield Failure(error.path, error.reason)
    except ValueError as error:  # bytes that the encoding does not have
        raise ArticleError(file.path, f"cannot be read to its end ({error})") from error


def _read_row(
    file: File,
    row: list[str] | ValueError,
    columns: Mapping[str, Sequence[int]],
    part: Part,
    *,
    width: int,
) -> Article:
    if isinstance(row, ValueError):
        raise row
    if len(row) <= min(columns["text"]) or any(cell.strip() for cell in row[width:]):
        raise ValueError(f"has {len(row)} columns where the header has {width}; quote its commas")
    cells = {
        field: next((row[at] for at in numbers if at < len(row) and has_value(field, row[at])), "")
        for field, numbers in columns.items()
    }
    text, body = read_story(cells["text"])
    if not text.strip():
        raise ValueError("has no text")
    given = {field: cell.strip() for field, cell in cells.items()}
    return make_article(file, check_fields(given), text, body, part=part)
