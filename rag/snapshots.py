"""A private copy of a store that cannot be written to: none of its files opens without writing.

SQLite needs a file beside a log, tantivy a lock, and Chroma rewrites its index whenever it opens.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from shutil import copyfile, rmtree
from tempfile import TemporaryDirectory

from rag.errors import StoreBusyError, StoreError

# Seconds for which a copy is tried again, as somebody who may write does so meanwhile.
PATIENCE = 60
PAUSE = 0.1


@contextmanager
def readable(store: Path) -> Iterator[Path]:
    """Give a store's folder, or a copy as it was at one moment if it cannot be written to.

    Args:
        store: The store's folder.

    Raises:
        StoreBusyError: Another process writes to it for long.
        StoreError: It cannot be read, or there is no room for the copy.
    """
    if _is_writable(store):
        yield store
        return
    with TemporaryDirectory(prefix="rag-") as folder:
        end = time.monotonic() + PATIENCE
        while not _copy(store, Path(folder)):
            if time.monotonic() > end:
                raise StoreBusyError(str(store), "another process")
            time.sleep(PAUSE)
        yield Path(folder)


def _is_writable(store: Path) -> bool:
    # What is not there any more was another process's to delete.
    paths = (store, *store.rglob("*"))
    return all(os.access(path, os.W_OK) or not path.exists() for path in paths)


def _copy(store: Path, folder: Path) -> bool:
    """Copy a store over what is in a folder, and tell whether nobody wrote to it meanwhile."""
    try:
        for left in folder.iterdir():
            rmtree(left) if left.is_dir() else left.unlink()
        states = _list_states(store)
        for path in states:
            target = folder / path.relative_to(store)
            target.parent.mkdir(parents=True, exist_ok=True)
            copyfile(path, target)
        return states == _list_states(store)
    except FileNotFoundError:
        return False
    except OSError as error:
        raise StoreError(
            f"the store {store} cannot be written to, and no copy of it to read be made in "
            f"{folder.parent} ({error.strerror}); set TMPDIR to a folder with room for it, or "
            "change the permissions of the store"
        ) from error


def _list_states(store: Path) -> Mapping[Path, tuple[int, int, int]]:
    """Return what differs once a file was written: its size, time and place on the disk."""
    states = dict[Path, tuple[int, int, int]]()
    for path in store.rglob("*"):
        if path.is_file():
            state = path.stat()
            states[path] = state.st_size, state.st_mtime_ns, state.st_ino
    return states
