"""Finds the files that paths name, and opens them safely; addresses are handed on.

What a folder holds is walked in sorted order. Left out by rule, without a failure: hidden files
and folders (a leading dot), and a README.md, which describes a folder and is not an article.
Everything else that cannot be read is a Failure. Links inside a folder are not followed, as they
can lead out of it or in a circle; a path that is named directly may be a link.
"""

from __future__ import annotations

import os
import stat
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path, PurePath
from typing import BinaryIO

from rag.articles.addresses import Address, is_address, normalise_url
from rag.errors import ArticleError
from rag.types import Failure

SUFFIXES = (
    *(".txt", ".md", ".html", ".htm", ".jsonl", ".ndjson", ".csv", ".tsv", ".xml", ".eml", ".pdf"),
    *(".docx", ".epub", ".zip"),
)
UNSUPPORTED = (
    f"has an unsupported format; convert it to {', '.join(SUFFIXES[:-1])} or {SUFFIXES[-1]}"
)


@dataclass(frozen=True, slots=True)
class File:
    """A regular file to read articles from, a member of a zip, or what was fetched.

    Attributes:
        path: How the user named it; of a member, the zip's path and the member's name.
        place: Where it really is (absolute, links resolved); of a page, its host and path.
        raw: The bytes, of what is no file on disk.
        page: The address it was fetched from, in the one form that it is known by.
        url: The address where it was found in the end, after redirects.
        format: The suffix that tells the format, where the path does not.
    """

    path: str
    place: Path
    raw: bytes | None = field(default=None, repr=False)
    page: str = ""
    url: str = ""
    format: str = ""

    @property
    def suffix(self) -> str:
        """The suffix that tells the format, in lower case."""
        return self.format or Path(self.path).suffix.lower()

    @property
    def stem(self) -> str:
        """The file's name without its suffix."""
        return (self.place if self.page else Path(self.path)).stem


def find(paths: Iterable[str | Path]) -> tuple[File | Address | Failure, ...]:
    """List the files and addresses that paths name, in path order, each once.

    Args:
        paths: Files, folders that are walked with all their folders, and web addresses.

    Returns:
        What to read, and what cannot be read with the reason.
    """
    found: dict[object, File | Address | Failure] = {}
    for path in paths:
        for item in _find_named(path):
            key = item.place if isinstance(item, File) else item
            found.setdefault(item.url if isinstance(item, Address) else key, item)
    return tuple(found.values())


def is_left_out(name: str) -> bool:
    """Tell whether a folder's file or folder of this name is passed over without a failure."""
    return name.startswith(".") or name.lower() == "readme.md"


def load(file: File, *, max_bytes: int) -> bytes:
    """Read a whole file.

    Raises:
        ArticleError: The file is too big, or cannot be read.
    """
    with opened(file) as stream:
        size = stream.seek(0, os.SEEK_END)
        stream.seek(0)
        # One more than allowed: a file that grows meanwhile is still caught.
        raw = stream.read(max_bytes + 1) if size <= max_bytes else b""
    if max(size, len(raw)) > max_bytes:
        reason = f"is bigger than the {max_bytes:,} bytes allowed; split it or raise the limit"
        raise ArticleError(file.path, reason)
    return raw


@contextmanager
def opened(file: File) -> Iterator[BinaryIO]:
    """Open a file for reading bytes.

    Raises:
        ArticleError: The file cannot be opened or read, or was changed meanwhile.
    """
    if file.raw is not None:
        yield BytesIO(file.raw)
        return
    try:
        with file.place.open("rb") as stream:
            before = _take_state(stream)
            yield stream
            after = _take_state(stream)
    except OSError as error:
        raise ArticleError(file.path, _explain(error)) from error
    if after != before:
        # What was read may be half of one text and half of another.
        raise ArticleError(file.path, "was changed while it was read; ingest it again")


def _take_state(stream: BinaryIO) -> tuple[int, int]:
    state = os.fstat(stream.fileno())
    return state.st_size, state.st_mtime_ns


def _find_named(named: str | Path) -> Iterator[File | Address | Failure]:
    if is_address(str(named)):
        yield _check_address(named)
        return
    path = Path(named)
    shown = show(path)
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        yield Failure(shown, _explain(error))
        return
    if not stat.S_ISDIR(mode):
        yield _check_file(path, mode)
        return
    empty = True
    for item in _walk(path):
        empty = False
        yield item
    if empty:
        wanted = ", ".join(SUFFIXES)
        yield Failure(shown, f"is a folder without articles; it needs files in one of {wanted}")


def _check_address(named: str | Path) -> Address | Failure:
    shown = escape(str(named))
    if isinstance(named, Path):  # which has lost one of its slashes
        return Failure(shown, "is a web address; name it as a string, not as a path")
    try:
        return Address(shown, normalise_url(named))
    except ValueError as error:
        return Failure(shown, str(error))


def _walk(folder: Path) -> Iterator[File | Failure]:
    # A stack of our own: a recursive walk fails at a thousand nested folders.
    pending = [folder]
    while pending:
        path = pending.pop()
        try:
            mode = path.stat().st_mode if path == folder else path.lstat().st_mode
            if stat.S_ISDIR(mode):
                pending.extend(sorted(_list_visible(path), reverse=True))
                continue
        except OSError as error:
            yield Failure(show(path), _explain(error))
            continue
        yield _check_file(path, mode)


def _list_visible(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        if not is_left_out(path.name):
            yield path


def _check_file(path: Path, mode: int) -> File | Failure:
    shown = show(path)
    if stat.S_ISLNK(mode):
        return Failure(shown, "is a link, which is not followed; name the file it leads to")
    if not stat.S_ISREG(mode):
        return Failure(shown, "is a device, pipe or socket; only regular files are read")
    if shown != path.as_posix():
        return Failure(shown, "has a control character or invalid bytes in its name; rename it")
    if path.suffix.lower() not in SUFFIXES:
        return Failure(shown, UNSUPPORTED)
    try:
        return File(shown, path.resolve())
    except (OSError, RuntimeError) as error:  # RuntimeError: links that lead in a circle
        return Failure(shown, f"cannot be resolved ({error}); check the links in its path")


def show(path: PurePath) -> str:
    """Return a path that can be printed and stored: odd characters are escaped."""
    return escape(path.as_posix())


def escape(name: str) -> str:
    """Return a name that can be printed and stored."""
    return "".join(
        char.encode("unicode_escape").decode()
        if unicodedata.category(char) in {"Cc", "Cs"}  # control, lone surrogate (invalid bytes)
        else char
        for char in name
    )


def _explain(error: OSError | ValueError) -> str:
    if isinstance(error, FileNotFoundError):
        return "does not exist; check the spelling"
    if isinstance(error, PermissionError):
        return "may not be read; change its permissions"
    cause = error.strerror if isinstance(error, OSError) else error
    return f"cannot be read ({cause}); check the path"
