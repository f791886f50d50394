"""Memory that holds nothing of before, so that no file of an index does."""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

# The option of mallopt(3) that fills fresh memory with the complement of a byte; 0 ends that.
M_PERTURB = -6
ZEROS = 0xFF

_lock = Lock()
_blocks = 0


@contextmanager
def blanked() -> Iterator[None]:
    """Have all memory that is taken while the block runs filled with zeros first.

    Chroma writes the files of a small index with room for more vectors, as it finds that memory:
    with vectors that it had read before, among them erased ones, even where it only reads. Other
    systems than Linux with the GNU C library have no such option.
    """
    _count(+1)
    try:
        yield
    finally:
        _count(-1)


def blank_lengths(folder: Path) -> None:
    """Fill a file of every index in a folder with zeros, which Chroma writes but never reads.

    It is small, and small pieces of memory are handed out as they were left in spite of `blanked`.
    """
    for file in folder.glob("*/length.bin"):
        with file.open("r+b") as stream:
            stream.write(bytes(file.stat().st_size))


def give_back() -> None:
    """Give back to the system what was freed, which the C library would keep.

    It keeps some for every thread that ever opened an index: without this, a process that asks
    while others write grew by about a megabyte each time that it opened the index anew.
    """
    _call("malloc_trim", 0)


def _count(step: int) -> None:
    global _blocks  # noqa: PLW0603 - the option is the whole process's, too
    with _lock:
        _blocks += step
        _call("mallopt", M_PERTURB, ZEROS if _blocks else 0)


def _call(name: str, *arguments: int) -> None:
    """Call a function of the C library, where it has that."""
    function = getattr(ctypes.CDLL(None), name, None) if sys.platform == "linux" else None
    if function:
        function(*arguments)
