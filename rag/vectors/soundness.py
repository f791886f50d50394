"""Whether the files of a vector index fit together: Chroma reads them unchecked, and may crash.

They are hnswlib's: `header.bin` says how many vectors there are; `data_level0.bin` has a row for
each, with its links, itself and its label; `link_lists.bin` has for each the size of its links of
the upper levels, and these. What is in `length.bin` Chroma writes, but does not use.
"""

from __future__ import annotations

from pathlib import Path
from struct import Struct
from typing import Any

HEADER = Struct("<i6QiI3QdQ")


def check(folder: Path) -> None:
    """Look through the files of every index in a folder.

    Raises:
        RuntimeError: They are damaged.
        OSError: They cannot be read.
    """
    # Without this file, as with few vectors, Chroma makes the others anew from its log.
    for written in folder.glob("*/index_metadata.pickle"):
        if not _fits(written.parent):
            raise RuntimeError(f"the files in {written.parent} are damaged")


def _fits(folder: Path) -> bool:
    import numpy as np

    header = (folder / "header.bin").read_bytes()
    if len(header) != HEADER.size:
        return False
    _, _, _, count, row, label, _, _, entry, most, most_below, *_ = HEADER.unpack(header)
    if not count:
        return True
    data = folder / "data_level0.bin"
    sizes = (4 + 4 * most_below, label + 8, data.stat().st_size // count)
    if entry >= count or not 0 < max(sizes[:2]) <= row <= sizes[2]:
        return False
    rows = np.memmap(data, np.uint8, "r", shape=(count, row))
    links = np.ascontiguousarray(rows[:, : sizes[0]]).view(np.uint32)
    labels = np.ascontiguousarray(rows[:, label : label + 8]).view(np.uint64)
    upper = _read_upper(folder / "link_lists.bin", count, most + 1)
    return (
        upper is not None
        and len(np.unique(labels)) == count
        and _point_inside(links, count)
        and _point_inside(upper, count)
    )


def _read_upper(path: Path, count: int, width: int) -> Any:
    """Return the links of the upper levels, a level a row; None if they do not fill the file."""
    import numpy as np

    content = path.read_bytes()
    if len(content) % 4:
        return None
    words, at, rows = memoryview(content).cast("I"), 0, list[Any]()
    for _ in range(count):
        if at >= len(words) or words[at] % (4 * width):
            return None
        end = at + 1 + words[at] // 4
        rows += words[at + 1 : end]
        at = end
    if at != len(words):
        return None
    return np.asarray(rows, dtype=np.uint32).reshape(-1, width)


def _point_inside(links: Any, count: int) -> bool:
    """Tell whether rows of a number of links and that many links name vectors that there are."""
    import numpy as np

    numbers, most = links[:, :1] & 0xFFFF, links.shape[1] - 1
    used = np.arange(most) < numbers
    return bool((numbers <= most).all() and (links[:, 1:][used] < count).all())
