"""Zip files within bounds: what a zip holds is read in memory, and never written to disk.

Members are read in the order of their names, each as a file whose path begins with the zip's.
A member whose name leads elsewhere, a link, what is encrypted, and what grows too much when it is
unpacked are failures; so is a zip in a zip in a zip. Hidden members and a README.md are passed over
as in a folder, and what a Mac adds for itself (__MACOSX).
"""

from __future__ import annotations

import re
import stat
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath
from typing import BinaryIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from rag.articles.files import SUFFIXES, UNSUPPORTED, File, is_left_out, opened, show
from rag.errors import ArticleError
from rag.streams import Bounded
from rag.types import Failure

# More are an archive to be unpacked by its owner; their list takes 100 MB or so of memory.
_MAX_MEMBERS = 100_000
# Room for that many names of 100 characters; zipfile reads the whole list before it can be counted.
_MAX_LIST = 16 << 20
# Text shrinks to a tenth, repetitive tables to a fiftieth; the most that deflate can is 1/1032.
_MAX_RATIO = 200
# What is unpacked is small enough to be harmless, whatever it was packed to.
_HARMLESS = 1 << 20
# A zip unpacks to no more than this many files of the largest size: by default a gigabyte.
_MAX_FILES = 50
_ENCRYPTED = 0x1  # the flag's bit
_DRIVE = re.compile(r"[A-Za-z]:")


class Budget:
    """How many bytes more may be unpacked of a zip and of the zips in it."""

    def __init__(self, size: int) -> None:
        self._size = self._left = size

    @classmethod
    def of(cls, max_bytes: int) -> Budget:
        """Return the budget of a zip of files, each of which may have so many bytes."""
        return cls(_MAX_FILES * max_bytes)

    def take(self, size: int) -> None:
        """Take from the budget.

        Raises:
            ValueError: There is not enough left.
        """
        if size > self._left:
            raise ValueError(f"is beyond the {self._size:,} bytes that a zip may unpack to")
        self._left -= size


class Zip:
    """An open zip file."""

    def __init__(self, stream: BinaryIO, *, max_bytes: int, budget: Budget) -> None:
        """Read the list of members.

        Args:
            stream: The file.
            max_bytes: The most that a member may have.
            budget: What all may have together.

        Raises:
            ValueError: It is no zip file, or has too many members.
        """
        self._max_bytes = max_bytes
        self._budget = budget
        try:
            self._zip = ZipFile(Bounded(stream, most=_MAX_LIST))
        except Exception as error:
            # Of hostile files, anything can come out of the parser.
            raise ValueError(f"is not a whole zip file ({error}); save it again") from error
        if len(self._zip.infolist()) > _MAX_MEMBERS:
            raise ValueError(f"holds more than {_MAX_MEMBERS:,} members; unpack it")
        self._names = frozenset(self._zip.namelist())

    def __contains__(self, name: str) -> bool:
        return name in self._names

    def members(self) -> Sequence[ZipInfo]:
        """Return what is in it, in the order of the names, without folders."""
        infos = [info for info in self._zip.infolist() if not info.is_dir()]
        return sorted(infos, key=lambda info: info.filename)

    def read(self, member: ZipInfo | str) -> bytes:
        """Unpack a member.

        Raises:
            ValueError: It is not there, is encrypted or damaged, or goes beyond the bounds.
        """
        try:
            info = self._zip.getinfo(member) if isinstance(member, str) else member
        except KeyError as error:
            raise ValueError(f"lacks its part {member}; save it again") from error
        _check_packing(info, max_bytes=self._max_bytes)
        self._budget.take(info.file_size)
        try:
            with self._zip.open(info) as stream:
                # No more than the declared size comes out, whatever was packed.
                return stream.read()
        except Exception as error:
            raise ValueError(f"is damaged ({error}); save it again") from error


def find_members(
    file: File, *, max_bytes: int, budget: Budget, nested: bool
) -> Iterator[File | Failure]:
    """Unpack the files to read of a zip, one after the other.

    Args:
        file: The zip.
        max_bytes: The most that a member may have.
        budget: What all may have together.
        nested: Whether the zip is in a zip itself.

    Raises:
        ArticleError: It is no zip file, or has too many members.
    """
    with opened(file) as stream:
        try:
            packed = Zip(stream, max_bytes=max_bytes, budget=budget)
        except ValueError as error:
            raise ArticleError(file.path, str(error)) from error
        empty = True
        for info in packed.members():
            if _is_left_out(info.filename):
                continue
            empty = False
            shown = f"{file.path}/{show(PurePosixPath(info.filename))}"
            try:
                _check_member(info, nested=nested)
                yield File(shown, file.place / info.filename, packed.read(info))
            except ValueError as error:
                yield Failure(shown, str(error))
    if empty:
        raise ArticleError(file.path, f"is a zip without files in one of {', '.join(SUFFIXES)}")


def _is_left_out(name: str) -> bool:
    parts = name.split("/")
    return ".." not in parts and (
        parts[0] == "__MACOSX" or any(is_left_out(part) for part in parts if part != ".")
    )


def _check_member(info: ZipInfo, *, nested: bool) -> None:
    name = info.filename
    parts = name.split("/")
    if name.startswith("/") or "\\" in name or _DRIVE.match(name) or {"", ".", ".."} & set(parts):
        raise ValueError("has a name that leads out of the zip; rename it")
    if show(PurePosixPath(name)) != name:
        raise ValueError("has a control character in its name; rename it")
    if stat.S_ISLNK(info.external_attr >> 16):  # the mode, where the zip was made on Unix
        raise ValueError("is a link, which is not followed; pack the file it leads to")
    suffix = PurePosixPath(name).suffix.lower()
    if suffix not in SUFFIXES:
        raise ValueError(UNSUPPORTED)
    if suffix == ".zip" and nested:
        raise ValueError("is a zip in a zip in a zip; unpack it")


def _check_packing(info: ZipInfo, *, max_bytes: int) -> None:
    if info.flag_bits & _ENCRYPTED:
        raise ValueError("is encrypted; save it without a password")
    # The other methods unpack without bounds, and nothing that writes these formats uses them.
    if info.compress_type not in {ZIP_STORED, ZIP_DEFLATED}:
        raise ValueError("is packed by a method that is not read; pack it with deflate")
    if info.file_size > max_bytes:
        raise ValueError(
            f"is bigger than the {max_bytes:,} bytes allowed; split it or raise the limit"
        )
    if info.file_size > max(_HARMLESS, _MAX_RATIO * info.compress_size):
        raise ValueError(f"is packed to less than 1/{_MAX_RATIO} of its size; unpack it")
