"""JSON lines: one article a line, read line by line; only `text` is required.

The keys are the fields' own names, other usual ones, or those that the user says.

A line that cannot be read is a failure of that line; the others go on.
"""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator, Mapping
from typing import BinaryIO

from rag.articles.blocks import read_story
from rag.articles.columns import choose_keys
from rag.articles.decoding import decode_unicode
from rag.articles.files import File, opened
from rag.articles.sources import Part, check_fields, make_article
from rag.errors import ArticleError
from rag.types import Article, Failure


def parse(file: File, *, max_bytes: int, fields: Mapping[str, str]) -> Iterator[Article | Failure]:
    """Read the articles of a file of JSON lines.

    Args:
        file: The file, in UTF-8.
        max_bytes: The most that a line may have; the file may be of any size.
        fields: The keys of the fields that are not named by their own.

    Raises:
        ArticleError: The file cannot be read, or holds nothing.
    """
    empty = True
    with opened(file) as stream:
        for number, raw in enumerate(_split(stream, max_bytes=max_bytes), start=1):
            if number == 1 and raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
                raise ArticleError(
                    file.path, "is UTF-16, which JSON lines never are; save as UTF-8"
                )
            if not raw.strip():
                continue
            if empty:
                _check_first(file, raw)
            empty = False
            try:
                yield _parse_line(file, raw, number, max_bytes=max_bytes, fields=fields)
            except ArticleError as error:
                yield Failure(error.path, error.reason)
    if empty:
        raise ArticleError(file.path, "is empty; write one JSON object with a text on each line")


def _check_first(file: File, raw: bytes) -> None:
    begin = b"".join(raw.removeprefix(codecs.BOM_UTF8).split(None, 2))[:2]
    if begin in {b"{", b"[", b"[{"}:
        kind, each = ("list", ".[]") if begin.startswith(b"[") else ("object", ".")
        raise ArticleError(
            file.path,
            f"is one JSON {kind}, not JSON lines; write each article on a line of its own, as "
            f"jq -c '{each}' FILE does",
        )


def _split(stream: BinaryIO, *, max_bytes: int) -> Iterator[bytes]:
    """Yield lines; of one that is too long only the beginning, one byte over the bound."""
    while line := stream.readline(max_bytes + 1):
        rest = line
        while len(rest) > max_bytes and not rest.endswith(b"\n"):
            rest = stream.readline(max_bytes + 1)
        yield line


def _parse_line(
    file: File, raw: bytes, number: int, *, max_bytes: int, fields: Mapping[str, str]
) -> Article:
    part = Part("line", number)
    try:
        if len(raw.rstrip(b"\r\n")) > max_bytes:
            raise ValueError(f"is longer than the {max_bytes:,} bytes allowed; raise the limit")
        given = _load(_decode(raw))
        record = choose_keys(given, fields)
        if "text" not in record:
            raise ValueError(
                f"has no text (its keys are {', '.join(map(repr, given))[:1_000]}); name the key "
                "that it has, as with --fields text=KEY"
            )
        text, body = read_story(_join_paragraphs(record["text"]))
        return make_article(file, check_fields(record), text, body, part=part)
    except ValueError as error:
        raise ArticleError(part.show(file), str(error)) from error


def _join_paragraphs(given: object) -> str:
    paragraphs = given if isinstance(given, list) else [given]
    texts = [each for each in paragraphs if isinstance(each, str)]
    if len(texts) < len(paragraphs) or not any(each.strip() for each in texts):
        raise ValueError("has no text; give it a `text` that is a string with words, or a list")
    return "\n\n".join(texts)


def _decode(raw: bytes) -> str:
    try:
        return decode_unicode(raw)
    except UnicodeDecodeError as error:
        # By its standard JSON is UTF-8; of one line, another encoding could hardly be told.
        raise ValueError(f"is not valid UTF-8 at byte {error.start:,}; save it as UTF-8") from error


def _load(line: str) -> dict[str, object]:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"is not valid JSON ({error}); correct or remove the line") from error
    if not isinstance(record, dict):
        raise ValueError("is not a JSON object; write the fields of one article in braces")
    return record
