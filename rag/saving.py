"""Writes a file whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

from rag.errors import EvidenceError


def check_place(path: Path, *, force: bool) -> None:
    """Refuse a place that a file of evidence cannot be written to; before the work is done.

    Args:
        path: The file.
        force: Whether it may be there already.

    Raises:
        EvidenceError: The file is there, or its folder is not.
    """
    try:
        if path.is_dir() or not path.parent.is_dir():
            raise EvidenceError(f"{path} cannot be written: it needs a name in a folder")
        if path.exists() and not force:
            raise EvidenceError(f"{path} is there already; name another file, or add --force")
    except OSError as error:
        raise _blame(path, error) from error


def write(path: Path, content: str, *, force: bool) -> None:
    """Write a file; until that is done, a file of that name stays as it is.

    Raises:
        EvidenceError: As `check_place`, or the file cannot be written.
    """
    check_place(path, force=force)
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        try:
            with aside.open("x", encoding="utf-8", newline="\n") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            aside.replace(path)
        except BaseException:
            aside.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise _blame(path, error) from error


def _blame(path: Path, error: OSError) -> EvidenceError:
    return EvidenceError(f"{path} cannot be written ({error.strerror}); name another file")
