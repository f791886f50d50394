"""Damaged files of a vector index are an error that names the repair; Chroma might crash."""

import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from shutil import copytree

import numpy as np
import pytest

from rag.errors import StoreError
from rag.vectors import VectorIndex
from tests import making
from tests.processes import ROOT

ROWS = 1_200  # Chroma writes its files after every 1,000 vectors
VECTORS = np.random.default_rng(7).normal(size=(ROWS, 16)).astype(np.float32)
OPEN = """
import sys
from pathlib import Path
from rag.errors import StoreError
from rag.vectors import VectorIndex
try:
    VectorIndex(Path(sys.argv[1])).keys()
except StoreError as error:
    sys.exit(f"{error}")
"""


def spoil(content: bytes) -> bytes:
    return np.random.default_rng(8).bytes(len(content))


def halve(content: bytes) -> bytes:
    return content[: len(content) // 2]


def empty(_: bytes) -> bytes:
    return b""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index whose files Chroma has written; copied, never changed."""
    folder = tmp_path_factory.mktemp("made")
    (passage,) = making.cut(making.article("Rain fell."))
    with closing(VectorIndex(folder)) as index:
        index.add(dict.fromkeys(range(ROWS), passage), VECTORS)
    return folder


@pytest.mark.parametrize("damage", [spoil, halve, empty])
@pytest.mark.parametrize(
    "name", ["data_level0.bin", "header.bin", "link_lists.bin", "chroma.sqlite3"]
)
def test_a_damaged_file_is_an_error_that_names_the_repair(
    made: Path, tmp_path: Path, name: str, damage: Callable[[bytes], bytes]
) -> None:
    store = tmp_path / "store"
    copytree(made, store)
    (file,) = store.rglob(name)
    file.write_bytes(damage(file.read_bytes()))
    if (name, damage) == ("chroma.sqlite3", empty):
        with closing(VectorIndex(store)) as index:
            assert index.count() == 0  # what is not in it the opening store notices, and makes anew
        return
    with pytest.raises(StoreError, match="rag doctor --repair"):
        VectorIndex(store)


@pytest.mark.parametrize("name", ["data_level0.bin", "header.bin", "length.bin", "link_lists.bin"])
def test_a_missing_file_is_an_error_that_names_the_repair(
    made: Path, tmp_path: Path, name: str
) -> None:
    store = tmp_path / "store"
    copytree(made, store)
    (file,) = store.rglob(name)
    file.unlink()
    with pytest.raises(StoreError, match="rag doctor --repair"):
        VectorIndex(store)


def test_single_bits_that_flip_never_end_the_program(made: Path, tmp_path: Path) -> None:
    chance = np.random.default_rng(9)
    store = tmp_path / "store"
    copytree(made, store)
    (file,) = store.rglob("data_level0.bin")
    content = bytearray(file.read_bytes())
    for at in chance.integers(0, len(content), 2_000):
        content[at] ^= 1 << int(chance.integers(8))
    file.write_bytes(content)
    done = subprocess.run(
        [sys.executable, "-c", OPEN, str(store)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "rag doctor --repair" in done.stderr


@pytest.mark.parametrize("damage", [bytes, spoil, halve, empty])
def test_an_index_finds_what_it_holds_whatever_is_in_the_file_that_chroma_does_not_use(
    made: Path, tmp_path: Path, damage: Callable[[bytes], bytes]
) -> None:
    copytree(made, tmp_path / "store")
    (file,) = (tmp_path / "store").rglob("length.bin")
    file.write_bytes(damage(file.read_bytes()))
    with closing(VectorIndex(tmp_path / "store")) as index:
        found = [index.search(VECTORS[key], count=1)[0][0] for key in range(0, ROWS, 50)]
    assert found == list(range(0, ROWS, 50))
