"""New indexes are made beside those that serve; who asks sees wholly the old or the new."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from shutil import copytree
from typing import TYPE_CHECKING

import pytest

from rag import generations, lock
from rag.answering import Archive
from rag.catalog import Catalog
from rag.cli import main
from rag.embedding import SentenceEmbedder
from rag.errors import StoreBusyError, StoreError, StoreMismatchError
from rag.generations import BUILDING, LEFT, Copied
from rag.ingestion import Indexes
from rag.origin import Origin
from rag.settings import Settings
from tests import making
from tests.hashing_embedder import HashingEmbedder
from tests.test_ingestion import FailingEmbedder, Interrupted, counts

if TYPE_CHECKING:
    from rag.types import Vectors

ROOT = Path(__file__).parents[1]
WIDE, SMALL = Settings(), Settings(passage_tokens=32)
MANY = 30  # with nine passages each, more than two groups are written
ASKED = "In village 17 the keeper of gate 4 counted 123 swans."
OTHER = HashingEmbedder(name="another")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of many articles in wide passages; copied, never changed."""
    folder = tmp_path_factory.mktemp("many")
    making.write_many(folder / "many", MANY)
    with Archive.open(folder / "store", settings=WIDE, embedder=HashingEmbedder()) as archive:
        archive.ingest(folder / "many")
    return folder


@pytest.fixture
def many(made: Path, store: Path, tmp_path: Path) -> Path:
    """A store of many articles in wide passages."""
    copytree(made / "many", tmp_path / "many")
    copytree(made / "store", store)
    return store


def open_with(store: Path, settings: Settings, embedder: HashingEmbedder) -> Archive:
    return Archive.open(store, settings=settings, embedder=embedder, reading_model=embedder)


def check_whole(store: Path) -> None:
    """Check that the indexes that serve are whole and the only ones."""
    with closing(Catalog(store, create=False)) as catalog:
        serving = catalog.generation()
        indexes = generations.open_indexes(Settings(store=store), catalog)
        with closing(indexes.vectors):
            keys = list(catalog.keys())
            assert sorted(indexes.vectors.keys()) == sorted(indexes.lexical.keys()) == keys
            assert len(indexes.vectors.read(keys)) == len(keys)
        assert catalog.lacking(serving) == []
        assert not catalog.facts().get(BUILDING)
    folders = {each.name for each in store.iterdir() if each.is_dir()}
    assert folders == ({f"indexes-{serving}"} if serving else {"chroma", "tantivy"})


def test_a_store_made_with_other_settings_is_made_anew_and_then_serves(
    many: Path, embedder: HashingEmbedder
) -> None:
    with pytest.raises(StoreMismatchError, match="rag reindex"):
        open_with(many, SMALL, embedder)
    report = Archive.reindex(many, settings=SMALL, embedder=embedder)
    assert (len(report.updated), report.failed) == (MANY, ())
    with open_with(many, SMALL, embedder) as archive:
        assert counts(archive) == (MANY, *[report.passages] * 3)
        (quote,) = archive.ask(ASKED, limit=1).quotes
        assert archive.article(quote.source.id).text[quote.span.start : quote.span.end]
        assert quote.source.title == "Village 17"
    check_whole(many)


def test_another_model_makes_other_vectors(many: Path) -> None:
    Archive.reindex(many, settings=WIDE, embedder=OTHER)
    with closing(Catalog(many, create=False)) as catalog:
        indexes = generations.open_indexes(Settings(store=many), catalog)
        with closing(indexes.vectors):
            key = catalog.keys()[0]
            found = indexes.vectors.read([key])[key]
            passage = catalog.passages([key])[key]
    (wanted,) = OTHER.encode([f"{passage.source.title}\n{passage.text}"])
    assert found == pytest.approx(wanted, abs=1e-6)


def test_indexing_anew_twice_does_nothing_the_second_time(
    many: Path, embedder: HashingEmbedder
) -> None:
    Archive.reindex(many, settings=SMALL, embedder=embedder)
    before = {path: path.stat().st_mtime_ns for path in many.rglob("indexes-*/**/*")}
    report = Archive.reindex(many, settings=SMALL, embedder=FailingEmbedder(calls=0))
    assert (len(report.unchanged), report.updated, report.passages) == (MANY, (), 0)
    assert {path: path.stat().st_mtime_ns for path in many.rglob("indexes-*/**/*")} == before


def test_there_and_back_again_is_a_generation_each(many: Path, embedder: HashingEmbedder) -> None:
    with open_with(many, WIDE, embedder) as archive:
        before = archive.ask(ASKED)
        for settings in (SMALL, WIDE):
            Archive.reindex(many, settings=settings, embedder=embedder)
        assert archive.ask(ASKED) == before
    assert [each.name for each in many.glob("indexes-*")] == ["indexes-2"]
    check_whole(many)


class Asking(HashingEmbedder):
    """Asks an open archive in the middle of the making of vectors."""

    def __init__(self, archive: Archive) -> None:
        super().__init__()
        self.archive, self.seen = archive, list[tuple[object, ...]]()

    def encode(self, texts: Sequence[str]) -> "Vectors":
        self.seen.append((self.archive.ask(ASKED), *counts(self.archive)))
        return super().encode(texts)


def test_the_old_indexes_serve_until_the_new_ones_are_whole(
    many: Path, embedder: HashingEmbedder
) -> None:
    with open_with(many, WIDE, embedder) as archive:
        old = (archive.ask(ASKED), *counts(archive))
        asking = Asking(archive)
        Archive.reindex(many, settings=SMALL, embedder=asking)
        assert len(asking.seen) > 2
        assert all(seen == old for seen in asking.seen)
        assert counts(archive) != old[1:]
        assert archive.settings.passage_tokens == SMALL.passage_tokens


def test_an_answer_in_the_middle_of_the_switch_is_looked_for_again(
    many: Path, embedder: HashingEmbedder
) -> None:
    with open_with(many, WIDE, embedder) as archive:
        before = archive.ask(ASKED)
        looks = list[int]()

        def look(indexes: Indexes) -> list[int]:
            looks.append(indexes.generation)
            if len(looks) == 1:
                Archive.reindex(many, settings=SMALL, embedder=embedder)
            found = indexes.vectors.search(embedder.encode([ASKED])[0], count=5)
            return list(indexes.catalog.passages(key for key, _ in found))

        assert archive._store.read(look)
        assert looks == [0, 1]
        assert archive.ask(ASKED).quotes[0].source == before.quotes[0].source


ASK_FOR_EVER = """
import sys
from rag.answering import Archive
from tests.hashing_embedder import HashingEmbedder
model = HashingEmbedder()
with Archive.open(sys.argv[1], embedder=model, reading_model=model) as archive:
    for line in sys.stdin:
        answer = archive.ask(line)
        print(archive.settings.passage_tokens, [quote.text for quote in answer.quotes], flush=True)
"""


def test_another_process_answers_all_the_while_and_goes_over_to_the_new(
    many: Path, embedder: HashingEmbedder
) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", ASK_FOR_EVER, str(many)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
        text=True,
    ) as process:
        assert process.stdin
        assert process.stdout

        def ask(*_: int) -> str:
            assert process.stdin
            assert process.stdout
            print(ASKED, file=process.stdin, flush=True)
            return process.stdout.readline()

        first = ask()
        during = list[str]()
        Archive.reindex(
            many, settings=SMALL, embedder=embedder, progress=lambda *_: during.append(ask())
        )
        last = ask()
        process.stdin.close()
    assert "village 17" in first
    assert set(during) == {first}
    assert last.startswith("32 ['In village")


@pytest.mark.parametrize("after", [1, 20, MANY])
def test_what_broke_off_serves_as_before_and_is_gone_on_with(
    many: Path, embedder: HashingEmbedder, after: int
) -> None:
    with pytest.raises(KeyboardInterrupt):
        Archive.reindex(many, settings=SMALL, embedder=embedder, progress=Interrupted(after=after))
    with open_with(many, WIDE, embedder) as archive:
        assert archive.ask(ASKED).quotes[0].source.title == "Village 17"
    seen = list[int]()
    report = Archive.reindex(
        many, settings=SMALL, embedder=embedder, progress=lambda done, _: seen.append(done)
    )
    assert len(report.updated) == MANY
    assert all(done > min(after, MANY - 1) for done in seen)
    check_whole(many)


KILLED = """
import os, sys, threading
from rag.answering import Archive
from rag.settings import Settings
from tests.hashing_embedder import HashingEmbedder
store, delay = sys.argv[1:]
threading.Timer(float(delay), os._exit, [9]).start()
Archive.reindex(store, settings=Settings(passage_tokens=32), embedder=HashingEmbedder())
os._exit(9)
"""


@pytest.mark.parametrize("delay", [0.5, 1.0])
def test_a_killed_reindex_is_finished_by_the_next(
    many: Path, embedder: HashingEmbedder, delay: float
) -> None:
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, str(many), str(delay)],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        check=False,
    )
    assert killed.returncode == 9
    Archive.reindex(many, settings=SMALL, embedder=embedder)
    with open_with(many, SMALL, embedder) as archive:
        assert archive.ask(ASKED).quotes[0].source.title == "Village 17"
    check_whole(many)


def test_articles_that_come_and_go_between_two_tries_are_indexed_as_they_are(
    many: Path, tmp_path: Path, embedder: HashingEmbedder
) -> None:
    with pytest.raises(KeyboardInterrupt):
        Archive.reindex(many, settings=SMALL, embedder=embedder, progress=Interrupted(after=20))
    with open_with(many, WIDE, embedder) as archive:
        archive.remove(archive.articles()[0].id)
        making.write(tmp_path / "new", "pond.md", "Otters live here now.", title="Otters")
        making.write(tmp_path / "new", "mill.md", "Owls nest in the mill.", title="Owls")
        archive.ingest(tmp_path / "new")
        held = archive.articles()
    assert len(Archive.reindex(many, settings=SMALL, embedder=embedder).updated) == MANY + 1
    with open_with(many, SMALL, embedder) as archive:
        assert archive.articles() == held
        for text in ("Otters live here now.", "Owls nest in the mill."):
            assert archive.ask(text).quotes[0].text == text
    check_whole(many)


def test_a_change_of_mind_in_between_leaves_nothing_of_the_first(
    many: Path, embedder: HashingEmbedder
) -> None:
    with pytest.raises(KeyboardInterrupt):
        Archive.reindex(many, settings=SMALL, embedder=embedder, progress=Interrupted(after=20))
    assert Archive.reindex(many, settings=WIDE, embedder=embedder).updated == ()
    check_whole(many)
    other = replace(SMALL, passage_tokens=64)
    Archive.reindex(many, settings=other, embedder=embedder)
    check_whole(many)


def test_what_a_kill_before_the_last_clean_up_left_goes_with_the_next_writing(
    many: Path, tmp_path: Path, embedder: HashingEmbedder
) -> None:
    Archive.reindex(many, settings=SMALL, embedder=embedder)
    for name in ("chroma", "tantivy"):
        (many / name).mkdir()
    with closing(Catalog(many, create=False)) as catalog:
        catalog.write_facts({LEFT: "0"})
    with open_with(many, SMALL, embedder) as archive:
        archive.ingest(tmp_path / "many")
    check_whole(many)


def test_vectors_can_be_copied_in_place_of_being_made_again(
    archive: Archive, store: Path, embedder: HashingEmbedder
) -> None:
    question = "Who denied that the wall had cracked?"
    before = archive.ask(question)
    catalog, origin = (
        archive._store.catalog,
        Origin("all-MiniLM-L6-v2", 160, weights=embedder.digest),
    )
    with archive._store.written():
        copied = Copied(archive._store.indexes)
        report = generations.build(archive.settings, catalog, origin=origin, making=copied)
    assert (len(report.updated), report.passages) == (3, 3)
    assert archive.ask(question) == before
    archive.close()
    check_whole(store)


def test_a_store_without_articles_or_no_store_is_told(
    store: Path, embedder: HashingEmbedder
) -> None:
    with pytest.raises(StoreError, match="no store"):
        Archive.reindex(store, embedder=embedder)
    Archive.open(store, embedder=embedder).close()
    assert Archive.reindex(store, settings=SMALL, embedder=embedder).unchanged == ()


def test_a_store_that_is_written_to_is_not_made_anew(
    archive: Archive, store: Path, embedder: HashingEmbedder
) -> None:
    with lock.hold(store), pytest.raises(StoreBusyError, match=str(os.getpid())):
        Archive.reindex(store, settings=SMALL, embedder=embedder)
    assert counts(archive) == (3, 3, 3, 3)


def test_the_command_makes_the_indexes_anew(
    store: Path, folder: Path, model: SentenceEmbedder, capsys: pytest.CaptureFixture[str]
) -> None:
    with Archive.open(store, embedder=model) as archive:
        archive.ingest(folder)
    assert main(["reindex", "--store", str(store), "--passage-tokens", "32", "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert (len(shown["updated"]), shown["failed"]) == (3, [])
    assert main(["ask", "Who denied it?", "--store", str(store)]) == 3
    assert "rag reindex" in capsys.readouterr().err


@pytest.mark.usefixtures("archive")
def test_old_indexes_are_deleted_though_a_reader_still_makes_files_in_them(
    store: Path, embedder: HashingEmbedder
) -> None:
    file, made = store / "tantivy" / ".tantivy-meta.lock", list[str]()

    def come_between(event: str, arguments: tuple[object, ...]) -> None:
        if event == "os.rmdir" and str(arguments[0]) == str(file.parent) and not made:
            made.append("once")
            file.touch()

    sys.addaudithook(come_between)  # what the system is about to do; it stays, and does nothing
    settings = Settings(store=store, passage_tokens=32)
    Archive.reindex(store, settings=settings, embedder=embedder)
    assert made
    assert not file.parent.exists()
