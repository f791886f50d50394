"""Several processes over one archive: one writes, the others see it, and nothing is lost."""

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from rag.answering import Archive
from rag.types import Query
from rag.vectors import VectorIndex, index
from rag.vectors.connection import Client, Folder
from tests import making
from tests.hashing_embedder import HashingEmbedder
from tests.processes import ROOT, Keeper, keeper

HERON = "The grey heron of Tarn Lake built its nest on the roof of the town hall."
SWAN = "The black swan of Tarn Lake built its nest on the roof of the old mill."
WRITE = """
import sys
from pathlib import Path
import numpy as np
from rag.vectors import VectorIndex
from tests import making
(passage,) = making.cut(making.article("Rain fell."))
folder, rows = Path(sys.argv[1]), int(sys.argv[2])
vectors, opened = np.load(folder / "vectors.npy"), VectorIndex(folder)
for turn in map(int, sys.stdin):
    keys = range(turn * rows, (turn + 1) * rows)
    with opened.written(lambda: turn):
        opened.add(dict.fromkeys(keys, passage), vectors[keys.start : keys.stop])
    print(turn, flush=True)
opened.close()
"""
# Seconds after which a process must have seen what another has written.
SOON = 10


@pytest.fixture
def other(archive: Archive, store: Path) -> Iterator[Keeper]:
    """Another process over the archive that is open here."""
    assert archive.ask("Who saw smoke above the stern?").found
    with keeper(store) as opened:
        yield opened


def by_meaning(archive: Archive, words: str) -> list[str]:
    """Return the passages that the vector index offers for some words, the nearest first."""
    ranked = {
        rank.position: hit.passage.text
        for hit in archive.retrieve(Query(words, words))
        for rank in hit.ranks
        if rank.retriever == "dense"
    }
    return [ranked[rank] for rank in sorted(ranked)]


def soon(holds: Callable[[], bool]) -> bool:
    """Tell whether something comes to hold within some seconds."""
    end = time.monotonic() + SOON
    while not holds():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


def test_what_another_process_adds_changes_and_removes_is_seen_within_seconds(
    archive: Archive, other: Keeper, tmp_path: Path
) -> None:
    path = making.write(tmp_path / "new", "bird.md", HERON, title="Birds")
    assert other.tell("ingest", path) == "added 1, updated 0"
    assert soon(lambda: by_meaning(archive, HERON)[:1] == [HERON])
    assert archive.ask("Where did the grey heron build its nest?").quotes[0].text == HERON

    making.write(tmp_path / "new", "bird.md", SWAN, title="Birds")
    assert other.tell("ingest", path) == "added 0, updated 1"
    assert HERON not in by_meaning(archive, HERON)
    assert soon(lambda: by_meaning(archive, SWAN)[:1] == [SWAN])

    (known,) = (each.id for each in archive.articles() if each.title == "Birds")
    assert other.tell("remove", known) == "removed"
    assert SWAN not in by_meaning(archive, SWAN)
    assert not archive.ask("Where did the black swan build its nest?").found


def test_processes_that_write_in_turn_lose_nothing_of_each_other(tmp_path: Path) -> None:
    turns, rows = 4, 700  # Chroma writes its file after every 1,000 rows
    (passage,) = making.cut(making.article("Rain fell."))
    vectors = np.random.default_rng(6).normal(size=(turns * rows, 8)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    np.save(tmp_path / "vectors.npy", vectors)
    with (
        subprocess.Popen(
            [sys.executable, "-c", WRITE, str(tmp_path), str(rows)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
            text=True,
        ) as other,
        closing(VectorIndex(tmp_path)) as opened,
    ):
        assert other.stdin
        assert other.stdout
        for turn in range(turns):
            if turn % 2:
                other.stdin.write(f"{turn}\n")
                other.stdin.flush()
                assert other.stdout.readline() == f"{turn}\n"
                continue
            keys = range(turn * rows, (turn + 1) * rows)
            with opened.written(lambda turn=turn: turn):  # type: ignore[misc]
                opened.add(dict.fromkeys(keys, passage), vectors[keys.start : keys.stop])
        other.stdin.close()
    with closing(VectorIndex(tmp_path)) as opened:
        assert opened.count() == turns * rows
        found = {key: opened.search(vectors[key], count=5) for key in range(0, turns * rows, 7)}
    assert [key for key, near in found.items() if key not in dict(near)] == []


def test_two_archives_of_one_process_see_what_the_other_writes(
    archive: Archive, store: Path, embedder: HashingEmbedder, tmp_path: Path
) -> None:
    with Archive.open(store, embedder=embedder, reading_model=embedder) as second:
        making.write(tmp_path / "new", "heron.md", HERON)
        second.ingest(tmp_path / "new")
        assert soon(lambda: by_meaning(archive, HERON)[:1] == [HERON])
        making.write(tmp_path / "newer", "swan.md", SWAN)
        archive.ingest(tmp_path / "newer")
        assert soon(lambda: by_meaning(second, SWAN)[:1] == [SWAN])
    assert by_meaning(archive, SWAN)[:1] == [SWAN]


def test_an_index_is_opened_anew_while_threads_search_it_without_an_error_or_a_leak(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index, "REST", 0.0)
    (passage,) = making.cut(making.article("Rain fell."))
    east = np.array([1, 0], dtype=np.float32)
    with closing(VectorIndex(tmp_path)) as opened:
        opened.add({1: passage}, east[None])
        done, errors = threading.Event(), list[BaseException]()

        def search() -> None:
            try:
                while not done.is_set():
                    assert opened.search(east, count=1)[0][0] == 1
            except BaseException as error:  # noqa: BLE001 - told by the test itself
                errors.append(error)

        threads = [threading.Thread(target=search) for _ in range(4)]
        for thread in threads:
            thread.start()
        before = len(list(Path("/proc/self/fd").iterdir()))
        for revision in range(1, 31):
            opened.follow(revision)
        done.set()
        for thread in threads:
            thread.join()
        after = len(list(Path("/proc/self/fd").iterdir()))
    assert errors == []
    assert after < before + 30  # an index that is open has three


def test_an_index_is_not_opened_anew_with_every_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    openings = []

    class Counted(Folder):
        def open(self) -> Client:
            openings.append(self.path)
            return Folder(self.path).open()

    monkeypatch.setattr(index, "Folder", Counted)
    monkeypatch.setattr(index, "REST", 3600.0)
    with closing(VectorIndex(tmp_path)) as opened:
        for revision in range(1, 100):
            opened.follow(revision)
        assert len(openings) == 2
        with opened.written(lambda: 100):
            opened.follow(101)
        opened.follow(100)
        assert len(openings) == 3
