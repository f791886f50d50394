"""Reads an archive from one file, in which nothing is believed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from hashlib import sha256
from io import BufferedReader
from itertools import groupby
from pathlib import Path
from typing import IO, Any, cast
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from pydantic import ValidationError

from rag.errors import ExportError
from rag.packing.form import (
    ARTICLES,
    FORMAT,
    FORMAT_VERSION,
    MANIFEST,
    MAX_RATIO,
    Line,
    Manifest,
    Mark,
    is_blown_up,
)
from rag.streams import Bounded
from rag.versions import Version

# Two members take a few hundred bytes; zipfile reads the whole list before it can be counted.
_MAX_LIST = 1 << 16
# The counts, and two names of models.
_MAX_MANIFEST = 1 << 16
# A character of an article takes six bytes in JSON at most, and spans some more.
_MAX_GROWTH = 8
# An article that is corrected daily grows beside it; all versions of one are held at once.
_MAX_VERSIONS = 32
_PIECE = 1 << 16  # bytes that are unpacked at once; no more than the list may have
_ENCRYPTED = 0x1  # the flag's bit


class Packed:
    """An exported archive, open and found whole.

    Attributes:
        manifest: What it holds.
        ids: The ids of its articles.
    """

    def __init__(self, path: Path, packed: ZipFile, *, max_bytes: int) -> None:
        """Use `opened`."""
        self._path = path
        self._zip = packed
        self._max_line = _MAX_GROWTH * max_bytes
        with _errors(path):
            self.manifest = _read_manifest(packed)
        self.ids = frozenset(versions[0].article.source.id for versions in self.articles())

    def articles(self) -> Iterator[Sequence[Version]]:
        """Yield all versions of an article, oldest first, then those of the next.

        Raises:
            ExportError: The file is damaged, or was changed while it was read.
        """
        with _errors(self._path):
            seen = set[str]()
            for article, lines in groupby(self._lines(), lambda each: each[1].article.source.id):
                if article in seen:
                    raise ValueError(f"the versions of {article} do not follow each other")
                seen.add(article)
                versions = tuple(self._hold(lines))
                _check_versions(article, versions)
                yield versions
            if len(seen) != self.manifest.articles:
                raise ValueError(f"{MANIFEST} tells of another number of articles")

    def _hold(self, lines: Iterator[tuple[int, Version]]) -> Iterator[Version]:
        held = 0
        for size, version in lines:
            held += size
            if held > _MAX_VERSIONS * self._max_line:
                raise ValueError(
                    f"the versions of {version.article.source.id} have more than {held - 1:,} "
                    "bytes; raise RAG_MAX_ARTICLE_BYTES"
                )
            yield version

    def _lines(self) -> Iterator[tuple[int, Version]]:
        """Yield every version with the size of its line, then compare all with the manifest."""
        told, digest, current, number, size = self.manifest, sha256(), 0, 0, 0
        # What is declared was checked, and no more than that comes out, whatever was packed.
        with (
            self._zip.open(ARTICLES) as member,
            BufferedReader(cast("Any", member), _PIECE) as lines,
        ):
            while line := lines.readline(self._max_line + 1):
                number += 1
                if len(line) > self._max_line:
                    raise ValueError(
                        f"line {number} of {ARTICLES} is longer than {self._max_line:,} bytes; "
                        "raise RAG_MAX_ARTICLE_BYTES"
                    )
                version = _read_line(line, number)
                digest.update(line)
                size += len(line)
                current += version.current
                yield len(line), version
        member_told = told.members[ARTICLES]
        if (size, digest.hexdigest()) != (member_told.size, member_told.sha256):
            raise ValueError(f"{ARTICLES} is not what {MANIFEST} tells")
        if (number, current) != (told.versions, told.current):
            raise ValueError(f"{MANIFEST} tells of another number of versions")


@contextmanager
def opened(path: Path, *, max_bytes: int) -> Iterator[Packed]:
    """Open an exported archive, once all of it is found in order.

    Args:
        path: The file.
        max_bytes: The most that an article may have had as a file.

    Raises:
        ExportError: It cannot be read, is no such file, or is damaged.
    """
    with ExitStack() as stack:
        with _errors(path):
            stream = stack.enter_context(path.open("rb"))
            # What zipfile does with it, `Bounded` can.
            bounded = cast("IO[bytes]", Bounded(stream, most=_MAX_LIST))
            packed = stack.enter_context(ZipFile(bounded))
        yield Packed(path, packed, max_bytes=max_bytes)


def _read_manifest(packed: ZipFile) -> Manifest:
    infos = packed.infolist()
    if sorted(info.filename for info in infos) != sorted((MANIFEST, ARTICLES)):
        raise ValueError(f"it is not a zip of {MANIFEST} and {ARTICLES} and no more")
    for info in infos:
        _check_packing(info)
    if packed.getinfo(MANIFEST).file_size > _MAX_MANIFEST:
        raise ValueError(f"{MANIFEST} is longer than {_MAX_MANIFEST:,} bytes")
    content = packed.read(MANIFEST)
    mark = Mark.model_validate_json(content)
    if mark.format != FORMAT:
        raise ValueError(f"{MANIFEST} does not mark it as {FORMAT}")
    if mark.version != FORMAT_VERSION:
        raise ValueError(
            f"it has version {mark.version} of the format, this program reads {FORMAT_VERSION}; "
            "use another version of the program"
        )
    manifest = Manifest.model_validate_json(content)
    if set(manifest.members) != {ARTICLES}:
        raise ValueError(f"{MANIFEST} tells of other members than {ARTICLES}")
    if packed.getinfo(ARTICLES).file_size != manifest.members[ARTICLES].size:
        raise ValueError(f"{ARTICLES} has not the size that {MANIFEST} tells")
    return manifest


def _check_packing(info: ZipInfo) -> None:
    if info.flag_bits & _ENCRYPTED:
        raise ValueError(f"{info.filename} is encrypted")
    # The other methods unpack without bounds.
    if info.compress_type not in {ZIP_STORED, ZIP_DEFLATED}:
        raise ValueError(f"{info.filename} is packed by another method than deflate")
    if is_blown_up(info):
        raise ValueError(f"{info.filename} is packed to less than 1/{MAX_RATIO} of its size")


def _read_line(line: bytes, number: int) -> Version:
    try:
        return Line.model_validate_json(line).version()
    except (ValueError, OverflowError) as error:  # a time may lie beyond the calendar in UTC
        raise ValueError(f"line {number} of {ARTICLES}: {_tell(error)}") from error


def _check_versions(article: str, versions: Sequence[Version]) -> None:
    if any(version.current for version in versions[:-1]):
        raise ValueError(f"a version of {article} that is not the last is current")
    if len({version.article.source.digest for version in versions}) < len(versions):
        raise ValueError(f"a version of {article} stands in it twice")
    if len({version.place for version in versions}) > 1:
        raise ValueError(f"versions of {article} stand in different places")


@contextmanager
def _errors(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise ExportError(f"{path} cannot be read ({error.strerror or error})") from error
    except Exception as error:
        # Of hostile files, anything can come out of the parsers.
        raise ExportError(
            f"{path} is no whole export of an archive: {_tell(error)}; export it again, or take "
            "another copy"
        ) from error


def _tell(error: Exception) -> str:
    """Return what an error says, in a line, and without the words that it is about."""
    if not isinstance(error, ValidationError):
        return str(error) or type(error).__name__
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    return f"{' '.join(map(str, first['loc'])) or 'it'}: {first['msg']}"
