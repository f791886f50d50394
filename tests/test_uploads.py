"""Articles that readers of the chat bring along: what is taken, for whom, and for how long."""

from __future__ import annotations

import resource
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any

import pytest

from rag.answering import Archive
from rag.articles.files import SUFFIXES
from rag.chat import uploads as bounds
from rag.chat.uploads import Uploads
from rag.errors import ArticleError, UploadError
from rag.reports import Report
from rag.settings import Settings
from rag.turns import Turns
from rag.types import Failure
from tests.hashing_embedder import HashingEmbedder

if TYPE_CHECKING:
    from rag.types import Vectors

ANNE, BERT = "a" * 32, "b" * 32
# Seconds after which a test that is stuck fails.
PATIENCE = 10
STORM = b"The storm Ottilie tore the roof off the mill at Quern on Sunday."


class Clock:
    """A clock that is set by hand."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


class Gated(HashingEmbedder):
    """A model that waits before a gate, where it tells that it has come."""

    def __init__(self) -> None:
        super().__init__()
        self.reached, self.gate = Event(), Event()
        self.gate.set()

    def encode(self, texts: Sequence[str]) -> Vectors:
        self.reached.set()
        self.gate.wait()
        return super().encode(texts)


@pytest.fixture
def embedder() -> Gated:
    return Gated()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def uploads(archive: Archive, clock: Clock) -> Iterator[Uploads]:
    with Uploads(archive, clock=clock) as opened:
        yield opened


def bring(uploads: Uploads, token: str, name: str = "storm.txt", data: bytes = STORM) -> bool:
    return uploads.receive(token, name, data, first=True)


def folders(uploads: Uploads) -> list[Path]:
    return [Path(each.folder.name) for each in uploads._sessions.values()]


def test_a_file_in_parts_is_asked_by_its_reader_alone(uploads: Uploads, archive: Archive) -> None:
    assert uploads.receive(ANNE, "storm.txt", STORM[:9], first=True)
    assert uploads.receive(ANNE, "storm.txt", STORM[9:], first=False)
    report = uploads.ingest(ANNE)
    assert len(report.added) == 1
    own = uploads.archive_of(ANNE)
    assert own
    answer = own.ask("What did the storm Ottilie tear off at Quern?")
    assert [quote.text for quote in answer.quotes] == [STORM.decode()]
    assert uploads.archive_of(BERT) is None
    assert len(archive.articles()) == 3
    # The same file again is the same article; its text may have changed.
    assert bring(uploads, ANNE)
    assert len(uploads.ingest(ANNE).unchanged) == 1
    assert bring(uploads, ANNE, data=STORM + b" It rained.")
    assert len(uploads.ingest(ANNE).updated) == 1


def test_what_is_not_taken_is_told_with_its_reason(
    uploads: Uploads, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounds, "MOST_FILES", 4)
    monkeypatch.setattr(bounds, "LARGEST_FILE", 100)
    monkeypatch.setattr(bounds, "MOST_BYTES", 150)
    assert not bring(uploads, ANNE, "run.exe")
    assert not bring(uploads, ANNE, "big.txt", b"x" * 101)
    assert bring(uploads, ANNE, "fits.txt", STORM)
    assert bring(uploads, ANNE, "part.txt", b"x" * 60)
    assert not uploads.receive(ANNE, "part.txt", b"x" * 30, first=False)
    assert not uploads.receive(ANNE, "part.txt", b"x", first=False)
    assert bring(uploads, ANNE, "empty.txt", b"")
    assert not bring(uploads, ANNE, "fifth.txt", b"x")
    report = uploads.ingest(ANNE)
    assert len(report.added) == 1
    reasons = [(each.path, each.reason) for each in report.failed]
    expected = (
        ("run.exe", "unsupported format"),
        ("big.txt", "bigger than the 100 bytes"),
        ("part.txt", "all files together"),
        ("part.txt", "without its beginning"),
        ("fifth.txt", "one too many"),
        ("empty.txt", "is empty"),
    )
    assert len(reasons) == len(expected)
    for (path, reason), (name, part) in zip(reasons, expected, strict=True):
        assert path == name
        assert part in reason
    assert uploads.ingest(ANNE).failed == ()
    (folder,) = folders(uploads)
    assert not any(each.stat().st_size for each in folder.glob("*.txt"))


def test_no_file_replaces_the_article_of_another_by_its_id(uploads: Uploads) -> None:
    bring(uploads, ANNE, "a.csv", b"id,title,text\n1,Fire,The mill at Quern burned.")
    uploads.ingest(ANNE)
    assert bring(uploads, ANNE, "b.csv", b"id,title,text\n1,Flood,The river Tarn rose.")
    (failure,) = uploads.ingest(ANNE).failed
    assert failure == Failure("b.csv", "has the id '1' of a.csv; give it another")
    own = uploads.archive_of(ANNE)
    assert own
    assert [each.title for each in own.articles()] == ["Fire"]
    bring(uploads, ANNE, "a.csv", b"id,title,text\n1,Fire,The mill at Quern burned down.")
    assert uploads.ingest(ANNE).updated == ("1",)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_every_format_that_is_read_is_taken(uploads: Uploads, suffix: str) -> None:
    assert bring(uploads, ANNE, f"story{suffix.upper()}")


@pytest.mark.parametrize(
    "name",
    [
        "../../out.txt",
        "/etc/out.txt",
        "..\\out.txt",
        "a/../b.txt",
        ".hid\x00den.txt",
        "x" * 900 + ".txt",
    ],
)
def test_no_name_leads_out_of_the_readers_folder(uploads: Uploads, name: str) -> None:
    assert bring(uploads, ANNE, name)
    (folder,) = folders(uploads)
    (session,) = uploads._sessions.values()
    assert [each.parent for each in session.waiting.values()] == [folder]
    assert len(uploads.ingest(ANNE).added) == 1


def test_articles_are_gone_after_an_idle_hour_when_forgotten_and_at_the_end(
    archive: Archive, clock: Clock
) -> None:
    with Uploads(archive, clock=clock) as uploads:
        bring(uploads, ANNE)
        (folder,) = folders(uploads)
        clock.now = bounds.IDLE - 1
        assert uploads.archive_of(ANNE)
        clock.now += bounds.IDLE - 1
        assert uploads.archive_of(ANNE)
        clock.now += bounds.IDLE + 1
        assert uploads.archive_of(ANNE) is None
        assert not folder.exists()
        bring(uploads, ANNE)
        (folder,) = folders(uploads)
        uploads.forget(ANNE)
        assert not folder.exists()
        bring(uploads, BERT)
        (folder,) = folders(uploads)
    assert not folder.exists()


def test_there_is_room_for_so_many_readers_and_a_token_is_needed(
    uploads: Uploads, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounds, "MOST_SESSIONS", 1)
    bring(uploads, ANNE)
    with pytest.raises(UploadError, match="try again later"):
        bring(uploads, BERT)
    uploads.forget(ANNE)
    with pytest.raises(UploadError, match="load it again"):
        bring(uploads, "../x")


def test_only_an_operator_lets_readers_add_to_the_archive(
    uploads: Uploads, archive: Archive
) -> None:
    bring(uploads, ANNE)
    with pytest.raises(UploadError, match="does not let readers"):
        uploads.ingest(ANNE, share=True)
    assert len(archive.articles()) == 3


def test_what_is_shared_stays_and_no_reader_replaces_anothers_file(
    store: Path, folder: Path
) -> None:
    model = HashingEmbedder()
    settings = replace(Settings(), allow_upload=True)
    with (
        Archive.open(store, settings=settings, embedder=model, reading_model=model) as archive,
        Uploads(archive) as uploads,
    ):
        for token, text in ((ANNE, STORM), (BERT, b"Hail fell on Quern."), (BERT, STORM)):
            bring(uploads, token, data=text)
            report = uploads.ingest(token, share=True)
            assert len(report.added) + len(report.unchanged) == 1
        assert len(archive.articles()) == 2
        for source in archive.articles():
            assert Path(source.path).is_file()
        with pytest.raises(ArticleError):
            archive.article("storm")
    assert folder


@contextmanager
def reading(uploads: Uploads, embedder: Gated) -> Iterator[Future[Report]]:
    """Begin to read Anne's files; the block runs in the middle of that."""
    with ThreadPoolExecutor() as pool:
        embedder.gate.clear()
        embedder.reached.clear()
        try:
            future = pool.submit(uploads.ingest, ANNE)
            assert embedder.reached.wait(PATIENCE)
            yield future
        finally:
            embedder.gate.set()


def test_articles_that_are_forgotten_while_they_are_read_go_when_that_is_done(
    uploads: Uploads, embedder: Gated
) -> None:
    bring(uploads, ANNE)
    (folder,) = folders(uploads)
    with reading(uploads, embedder) as report:
        uploads.forget(ANNE)
        assert uploads.archive_of(ANNE) is None
    assert len(report.result().added) == 1
    assert not folder.exists()


def test_what_is_read_is_neither_overwritten_nor_idle(
    uploads: Uploads, embedder: Gated, clock: Clock
) -> None:
    bring(uploads, ANNE)
    with reading(uploads, embedder) as report:
        assert not bring(uploads, ANNE)
        with pytest.raises(UploadError, match="still being read"):
            uploads.ingest(ANNE)
        clock.now += bounds.IDLE + 1
        assert uploads.archive_of(BERT) is None
    assert len(report.result().added) == 1
    assert uploads.archive_of(ANNE)
    assert [each.reason[:10] for each in uploads.ingest(ANNE).failed] == ["came while"]


@contextmanager
def full_disk() -> Iterator[None]:
    """Let nothing be written to any file."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)


def test_a_part_that_cannot_be_written_is_told(uploads: Uploads) -> None:
    bring(uploads, ANNE)
    (folder,) = folders(uploads)
    with full_disk():
        assert not bring(uploads, ANNE, "rain.txt", b"It rained.")
    assert sum(each.stat().st_size for each in folder.glob("*.txt")) == len(STORM)
    report = uploads.ingest(ANNE)
    assert len(report.added) == 1
    assert [each.path for each in report.failed] == ["rain.txt"]
    assert "ask its operator" in report.failed[0].reason


def test_what_cannot_be_kept_for_all_leaves_nothing_behind(store: Path, embedder: Gated) -> None:
    settings = replace(Settings(), allow_upload=True)
    with (
        Archive.open(store, settings=settings, embedder=embedder) as archive,
        Uploads(archive) as uploads,
    ):
        bring(uploads, ANNE)
        (folder,) = folders(uploads)
        with full_disk(), pytest.raises(UploadError, match="ask its operator"):
            uploads.ingest(ANNE, share=True)
        assert not any(each.stat().st_size for each in folder.glob("*.txt"))
        assert not any((store / bounds.FOLDER).rglob("*.*"))
        bring(uploads, ANNE)
        assert len(uploads.ingest(ANNE, share=True).added) == 1


def own(uploads: Uploads) -> Any:
    from rag.chat.pages.own import Own

    return Own(uploads, Turns(1, waiting=1))


def test_a_part_that_is_no_base64_is_not_taken(uploads: Uploads) -> None:
    for data in ("!", "é"):
        assert not own(uploads).receive({"session": ANNE, "name": "storm.txt", "data": data})


def test_a_reader_who_leaves_while_files_are_read_keeps_nobody_waiting(
    uploads: Uploads, embedder: Gated
) -> None:
    import gradio as gr

    bring(uploads, ANNE)
    embedder.gate.clear()
    sent = gr.EventData(None, {"session": ANNE, "form": "add"})
    shown = own(uploads)._take(sent)
    assert "Reading article 1 of 1" in next(shown)[0]
    with ThreadPoolExecutor() as pool:
        try:
            pool.submit(shown.close).result(PATIENCE)
        finally:
            embedder.gate.set()
