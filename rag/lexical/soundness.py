"""Whether the files of a lexical index are as tantivy wrote them, which reads them unchecked.

Each file of a segment ends with a footer: JSON that has the CRC-32 of all before it, the length of
that JSON, and a number that every footer has. `meta.json` says which segments there are.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from mmap import ACCESS_READ, mmap
from pathlib import Path
from struct import Struct
from zlib import crc32

META = "meta.json"
# What a segment is kept in, besides the file of what was deleted from it.
ENDINGS = ("fast", "fieldnorm", "idx", "pos", "store", "term")
TAIL = Struct("<2I")
# tantivy's own number for a footer.
MAGIC = 1337


def check(folder: Path) -> None:
    """Look through the files of every segment of an index, if there is one in a folder.

    Raises:
        ValueError: They are damaged.
        OSError: They cannot be read.
    """
    if not (folder / META).exists():
        return
    for path in _list_files(folder):
        # What is not there tantivy misses, unless another process has just replaced its segment.
        if path.exists() and not _is_whole(path):
            raise ValueError(f"the file {path.name} is damaged")


def _list_files(folder: Path) -> Iterator[Path]:
    for segment in json.loads((folder / META).read_bytes())["segments"]:
        name, deletes = segment["segment_id"].replace("-", ""), segment["deletes"]
        yield from (folder / f"{name}.{ending}" for ending in ENDINGS)
        if deletes:
            yield folder / f"{name}.{deletes['opstamp']}.del"


def _is_whole(path: Path) -> bool:
    with path.open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as content:
        at = len(content) - TAIL.size
        length, magic = TAIL.unpack(content[max(0, at) :])
        if magic != MAGIC or length > at:
            return False
        footer = json.loads(content[at - length : at])
        with memoryview(content) as view:
            return bool(crc32(view[: at - length]) == footer["crc"])
