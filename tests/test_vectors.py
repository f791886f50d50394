"""The vector index, on real Chroma in a temporary folder."""

import ctypes
import platform
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks.load import measure_memory
from rag.errors import StoreError
from rag.types import Passage, Query
from rag.vectors import FOLDER, PAGE, VectorIndex
from tests import making

EAST, NORTH, BETWEEN = np.array([[1, 0], [0, 1], [0.6, 0.8]], dtype=np.float32)

# Bytes that are taken in pieces too small for the C library to give each back when it is freed.
TAKEN, BLOCK = 64_000_000, 64_000


@pytest.fixture
def index(tmp_path: Path) -> Iterator[VectorIndex]:
    with closing(VectorIndex(tmp_path)) as opened:
        yield opened


def passage(name: str = "a", publisher: str = "", day: date | None = None) -> Passage:
    made = making.article("Rain fell.", name=name, publisher=publisher, published=day)
    (cut,) = making.cut(made)
    return cut


def fill(index: VectorIndex) -> None:
    index.add(
        {
            7: passage("a", "Coast Post", date(2020, 3, 1)),
            8: passage("b", "Hill Courier", date(2020, 3, 5)),
            9: passage("c", "Hill Courier"),
        },
        np.stack([EAST, NORTH, BETWEEN]),
    )


def test_the_nearest_comes_first_with_its_cosine(index: VectorIndex) -> None:
    fill(index)
    keys, similarities = zip(*index.search(EAST, count=3), strict=True)
    assert keys == (7, 9, 8)
    assert similarities == pytest.approx((1.0, 0.6, 0.0), abs=1e-6)


def test_no_more_are_found_than_are_wanted_or_there(index: VectorIndex) -> None:
    assert index.search(EAST, count=5) == []
    fill(index)
    assert len(index.search(EAST, count=2)) == 2
    assert len(index.search(EAST, count=50)) == 3


@pytest.mark.parametrize(
    ("filters", "keys"),
    [
        ({}, {7, 8, 9}),
        ({"publishers": ("Hill Courier",)}, {8, 9}),
        ({"publishers": ("Hill Courier", "Coast Post")}, {7, 8, 9}),
        ({"publishers": ("Nobody",)}, set()),
        ({"since": date(2020, 3, 1)}, {7, 8}),
        ({"since": date(2020, 3, 2)}, {8}),
        ({"until": date(2020, 3, 5)}, {7, 8}),
        ({"until": date(2020, 3, 4)}, {7}),
        ({"since": date(2020, 3, 5), "until": date(2020, 3, 5)}, {8}),
        ({"since": date(2020, 3, 1), "publishers": ("Hill Courier",)}, {8}),
    ],
)
def test_a_search_can_be_narrowed(index: VectorIndex, filters: Any, keys: set[int]) -> None:
    fill(index)
    within = Query("a", "a", **filters)
    assert {key for key, _ in index.search(EAST, count=5, within=within)} == keys


def test_adding_over_a_key_replaces_vector_and_fields(index: VectorIndex) -> None:
    fill(index)
    index.add({7: passage("a", "Other")}, NORTH[None])
    assert index.count() == 3
    assert dict(index.search(EAST, count=3))[7] == pytest.approx(0, abs=1e-6)
    within = Query("a", "a", publishers=("Other",))
    assert [key for key, _ in index.search(EAST, count=3, within=within)] == [7]
    dated = Query("a", "a", since=date(2020, 1, 1))
    assert [key for key, _ in index.search(EAST, count=3, within=dated)] == [8]


def test_what_is_removed_is_not_found_and_absent_keys_are_no_error(index: VectorIndex) -> None:
    fill(index)
    index.remove([7, 1_000])
    index.remove([])
    assert sorted(index.keys()) == [8, 9]
    assert 7 not in dict(index.search(EAST, count=5))


def test_what_was_added_is_there_after_reopening(tmp_path: Path) -> None:
    with closing(VectorIndex(tmp_path)) as index:
        fill(index)
    with closing(VectorIndex(tmp_path)) as index:
        assert index.count() == 3
        assert index.search(EAST, count=1)[0][0] == 7


def test_more_passages_than_chroma_takes_in_one_call_are_no_trouble(index: VectorIndex) -> None:
    count = PAGE + 600
    turns = np.linspace(0, 3, count, dtype=np.float32)
    index.add(dict.fromkeys(range(count), passage()), np.stack([np.cos(turns), np.sin(turns)], 1))
    assert sorted(index.keys()) == list(range(count))
    index.remove(range(count))
    assert index.count() == 0


def test_vectors_of_another_size_are_an_error_of_the_store(index: VectorIndex) -> None:
    fill(index)
    with pytest.raises(StoreError, match="vector index"):
        index.search(np.ones(3, dtype=np.float32), count=1)


def test_a_file_in_the_place_of_the_index_is_an_error_of_the_store(tmp_path: Path) -> None:
    (tmp_path / FOLDER).write_text("not a folder")
    with pytest.raises(StoreError, match="vector index"):
        VectorIndex(tmp_path)


def test_a_damaged_index_is_an_error_of_the_store(tmp_path: Path) -> None:
    (tmp_path / FOLDER).mkdir()
    (tmp_path / FOLDER / "chroma.sqlite3").write_bytes(b"not a database" * 1_000)
    with pytest.raises(StoreError, match="vector index"):
        VectorIndex(tmp_path)


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="needs the GNU C library")
def test_the_files_of_an_index_hold_nothing_of_another_that_was_open_before(tmp_path: Path) -> None:
    rows, left = 50, dict[str, int]()
    for turn in range(6):
        store = tmp_path / f"{turn}"
        vectors = np.random.default_rng(turn).normal(size=(rows, 256)).astype(np.float32)
        for _ in range(2):
            with closing(VectorIndex(store)) as opened:
                opened.add(dict.fromkeys(range(rows), passage()), vectors)
                opened.read(range(rows))
                opened.search(vectors[0], count=3)
        # With so few vectors Chroma writes these files empty, but as long as for a hundred.
        for name in ("data_level0.bin", "length.bin"):
            (file,) = store.rglob(name)
            left[f"{turn} {name}"] = len(file.read_bytes().replace(b"\0", b""))
    assert not any(left.values()), left


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="other C libraries keep less")
def test_memory_that_was_freed_goes_back_to_the_system_when_an_index_is_opened_anew(
    index: VectorIndex,
) -> None:
    library = ctypes.CDLL(None)
    library.malloc.restype, library.free.argtypes = ctypes.c_void_p, [ctypes.c_void_p]
    blocks = [library.malloc(BLOCK) for _ in range(TAKEN // BLOCK)]
    for block in blocks:
        ctypes.memset(block, 1, BLOCK)
    for block in blocks[:-1]:  # the last one stays on top, where all below is kept for its sake
        library.free(block)
    before = measure_memory()
    index.follow(1)
    assert measure_memory() < before - TAKEN / 2e6
    library.free(blocks[-1])
