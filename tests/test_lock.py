"""One process writes at a time; who holds the lock is named, and death frees it."""

import os
import signal
from pathlib import Path

import pytest

from rag import lock
from rag.answering import Archive
from rag.errors import StoreBusyError, StoreError
from tests.hashing_embedder import HashingEmbedder
from tests.processes import held_elsewhere


def test_a_lock_held_by_another_process_is_refused_with_its_id(tmp_path: Path) -> None:
    with held_elsewhere(tmp_path) as process:
        with (
            pytest.raises(StoreBusyError, match=f"process {process} since") as caught,
            lock.hold(tmp_path),
        ):
            pass
        assert str(process) in caught.value.holder
        assert "wait" in str(caught.value)


def test_the_lock_of_a_process_that_is_killed_is_free(tmp_path: Path) -> None:
    with held_elsewhere(tmp_path) as process:
        os.kill(process, signal.SIGKILL)
    with lock.hold(tmp_path):
        pass


def test_a_writer_is_named_rightly_right_after_another_was_killed(tmp_path: Path) -> None:
    with held_elsewhere(tmp_path) as first:
        os.kill(first, signal.SIGKILL)
    with held_elsewhere(tmp_path) as second:
        with pytest.raises(StoreBusyError) as caught, lock.hold(tmp_path):
            pass
        assert f"process {second} since 20" in caught.value.holder


def test_a_lock_is_free_again_after_use_and_after_a_failure(tmp_path: Path) -> None:
    def fail() -> None:
        with lock.hold(tmp_path):
            raise RuntimeError("in the middle")

    with pytest.raises(RuntimeError, match="middle"):
        fail()
    with lock.hold(tmp_path):
        pass


def test_a_folder_that_cannot_hold_a_lock_is_an_error_of_the_store(tmp_path: Path) -> None:
    (tmp_path / lock.FILE).mkdir()
    with pytest.raises(StoreError), lock.hold(tmp_path):
        pass


def test_while_another_process_writes_an_archive_is_asked_but_not_changed(
    archive: Archive, store: Path, folder: Path, embedder: HashingEmbedder
) -> None:
    known = archive.articles()[0].id
    with held_elsewhere(store) as process:
        with pytest.raises(StoreBusyError, match=str(process)):
            archive.ingest(folder)
        with pytest.raises(StoreBusyError, match=str(process)):
            archive.remove(known)
        assert archive.ask("Who saw smoke above the stern?").question
        with Archive.open(store, embedder=embedder, reading_model=embedder) as other:
            assert other.count() == archive.count()
    assert len(archive.ingest(folder).unchanged) == 3


def test_two_archives_of_one_process_do_not_write_at_once(
    archive: Archive, store: Path, folder: Path, embedder: HashingEmbedder
) -> None:
    with Archive.open(store, embedder=embedder, reading_model=embedder) as other:
        with lock.hold(store), pytest.raises(StoreBusyError, match=str(os.getpid())):
            other.ingest(folder)
        assert len(other.ingest(folder).unchanged) == len(archive.articles())
