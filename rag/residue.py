"""Looks for many byte strings in files at once. The only importer of ahocorasick_rs."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rag.errors import StoreError

# Bytes of a file that are searched at a time.
BLOCK = 1 << 24


@dataclass(frozen=True, slots=True)
class Searched:
    """What a search of files went through, and the numbers of the patterns found in each file."""

    files: int
    size: int
    found: Mapping[Path, frozenset[int]]


def search_files(folder: Path, patterns: Sequence[bytes], *, but: Collection[str]) -> Searched:
    """Look for patterns in every file below a folder.

    Args:
        folder: The folder.
        patterns: Byte strings, none empty.
        but: The names of files in the folder itself that are passed over.

    Raises:
        StoreError: A file cannot be read.
    """
    files = size = 0
    found: dict[Path, frozenset[int]] = {}
    longest = max(map(len, patterns), default=1)
    for path in sorted(folder.rglob("*")):
        if not path.is_file() or (path.parent == folder and path.name in but):
            continue
        try:
            size += path.stat().st_size
            numbers = search(patterns, _read_blocks(path, overlap=longest - 1))
        except OSError as error:
            raise StoreError(
                f"{path} cannot be searched ({error.strerror}); change its permissions"
            ) from error
        files += 1
        if numbers:
            found[path] = numbers
    return Searched(files, size, found)


def search(patterns: Sequence[bytes], texts: Iterable[bytes]) -> frozenset[int]:
    """Return the numbers of the patterns that occur in any of some texts."""
    if not patterns:
        return frozenset()
    from ahocorasick_rs import BytesAhoCorasick

    automaton = BytesAhoCorasick(patterns)
    return frozenset(
        number
        for text in texts
        for number, _, _ in automaton.find_matches_as_indexes(text, overlapping=True)
    )


def _read_blocks(path: Path, *, overlap: int) -> Iterator[bytes]:
    """Yield a file in blocks, each of which begins with the end of the one before."""
    before = b""
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            yield before + block
            before = (before + block)[-overlap:] if overlap else b""
