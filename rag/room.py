"""Whether a disk has room left, and what to do where it has none."""

from __future__ import annotations

from pathlib import Path
from shutil import disk_usage

# How SQLite, and the system itself, say that a disk is full. Chroma and tantivy pass that on, but
# not always; then what is left tells.
WORDS = ("disk is full", "No space left", "quota exceeded")
# Bytes, of which the indexes of a store with a few articles take a tenth.
LEAST = 10_000_000

# What to do about an index, where there is room.
REPAIR = "make the indexes anew with: rag doctor --repair"


def advise(path: Path, error: BaseException, *, otherwise: str) -> str:
    """Say what to do about an error over a file of the store.

    Args:
        path: The file, or its folder.
        error: The error.
        otherwise: What to do where the disk is not full.
    """
    if not _is_full(path, error):
        return otherwise
    return "the disk is full: free some space, and run the same command again"


def _is_full(path: Path, error: BaseException) -> bool:
    if any(words in str(error) for words in WORDS):
        return True
    try:
        return disk_usage(path if path.is_dir() else path.parent).free < LEAST
    except OSError:
        return False  # what cannot be read at all is not for want of room
