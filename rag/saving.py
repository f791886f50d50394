"""Writes a file whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from rag.errors import SavingError


def check_place(path: Path, *, force: bool) -> None:
    """Refuse a place that a file cannot be written to; before the work is done.

    Args:
        path: The file.
        force: Whether it may be there already.

    Raises:
        SavingError: The file is there, or its folder is not.
    """
    try:
        if path.is_dir() or not path.parent.is_dir():
            raise SavingError(f"{path} cannot be written: it needs a name in a folder")
        if path.exists() and not force:
            raise SavingError(f"{path} is there already; name another file, or add --force")
    except OSError as error:
        raise _blame(path, error) from error


def write(path: Path, content: str, *, force: bool) -> None:
    """Write a text to a file; until that is done, a file of that name stays as it is.

    Raises:
        SavingError: As `check_place`, or the file cannot be written.
    """
    with opened(path, force=force) as file:
        file.write(content.encode())


@contextmanager
def opened(path: Path, *, force: bool) -> Iterator[BinaryIO]:
    """Open a file to be written; it takes its name when all is done, and is gone if that fails.

    Raises:
        SavingError: As `check_place`, or the file cannot be written.
    """
    check_place(path, force=force)
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        try:
            with aside.open("xb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            aside.replace(path)
        except BaseException:
            aside.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise _blame(path, error) from error


def _blame(path: Path, error: OSError) -> SavingError:
    return SavingError(f"{path} cannot be written ({error.strerror}); name another file")
