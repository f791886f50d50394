"""What is erased is in no file of the store any more, whenever the erasing was killed."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from rag import cli, ingestion
from rag.answering import Archive
from rag.erasure import FILE
from rag.errors import ArticleError, SelectionError, StoreError
from tests import making
from tests.hashing_embedder import HashingEmbedder
from tests.test_ingestion import check_whole

ROOT = Path(__file__).parents[1]
DENIED = "Mayor Odile Farrant denied that the wall had cracked."


def holds(store: Path, *words: bytes) -> set[str]:
    """Return the names of the files that hold any of some words."""
    files = [path for path in store.rglob("*") if path.is_file()]
    return {path.name for path in files if any(word in path.read_bytes() for word in words)}


def identify(archive: Archive, title: str) -> str:
    return next(each.id for each in archive.articles() if each.title == title)


def test_an_erased_article_is_in_no_file_with_all_its_versions_and_vectors(
    archive: Archive, folder: Path, store: Path, embedder: HashingEmbedder
) -> None:
    gates = identify(archive, "Gates")
    quote = archive.ask(DENIED).quotes[0]
    passages = archive._store.catalog.passages(archive._store.catalog.keys(gates)).values()
    (vector,) = ingestion.embed(list(passages), embedder)
    making.write(folder, "dam.md", "Otters live in the empty reservoir now.", title="Gates")
    archive.ingest(folder)
    words = (b"Odile Farrant", b"sluice gates", b"empty reservoir", vector.tobytes())
    assert {"catalog.sqlite3"} <= {each.removesuffix("-wal") for each in holds(store, *words)}
    would = archive.erase(gates, dry_run=True)
    assert (would.articles, len(archive.articles())) == ((gates,), 3)

    erased = archive.erase(gates)
    assert (erased.articles, holds(store, *words)) == ((gates,), set())
    assert erased.files >= 5
    assert erased.size > 10_000
    assert erased.patterns > 10
    assert {each.title for each in archive.articles()} == {"Smoke", "Girders"}
    assert archive.ask("Who bent the girders of the old bridge?").found
    with pytest.raises(ArticleError, match="no longer"):
        archive.cited(quote.id)
    with pytest.raises(ArticleError, match="does not hold"):
        archive.erase(gates)
    archive.close()
    check_whole(store)


def test_an_article_that_was_withdrawn_can_be_erased(archive: Archive, store: Path) -> None:
    archive.remove(publishers=["Hill Courier"])
    assert holds(store, b"Odile Farrant")
    assert len(archive.erase(publishers=["Hill Courier"]).articles) == 2
    assert not holds(store, b"Odile Farrant", b"Lorries weighing")


def test_everything_can_be_erased(archive: Archive, store: Path) -> None:
    archive.erase(*(each.id for each in archive.articles()))
    assert archive.articles() == ()
    assert not holds(store, b"Odile Farrant", b"lifeboats", b"Lorries")
    archive.fill()
    assert archive.articles() == ()


def test_what_an_article_that_stays_has_too_is_no_residue(
    archive: Archive, folder: Path, store: Path
) -> None:
    making.write(folder, "copy.md", making.DAM, title="Gates", published="2020-03-06")
    (copy,) = archive.ingest(folder).added
    archive.erase(copy)
    assert holds(store, b"Odile Farrant")
    assert archive.ask(DENIED).found


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le"])
def test_residue_is_told_loudly_with_its_file(archive: Archive, store: Path, encoding: str) -> None:
    (store / "left.bin").write_bytes(b"\x00" * 99 + DENIED.encode(encoding) + b"\x00")
    with pytest.raises(StoreError, match=r"left\.bin"):
        archive.erase(identify(archive, "Gates"))
    assert (store / FILE).exists()
    (store / "left.bin").unlink()
    assert len(archive.erase().articles) == 1
    assert not holds(store, b"Odile Farrant")


def test_nothing_is_erased_where_nothing_is_named(archive: Archive) -> None:
    with pytest.raises(SelectionError):
        archive.erase()
    assert len(archive.articles()) == 3


KILLED = """
import os, signal, sys
from rag.answering import Archive
from tests.hashing_embedder import HashingEmbedder
store, article, steps = sys.argv[1:]
left = int(steps)
def trace(frame, event, argument):
    global left
    if "/rag/" in frame.f_code.co_filename and event == "call":
        left -= 1
        if left <= 0:
            os.kill(os.getpid(), signal.SIGKILL)
model = HashingEmbedder()
with Archive.open(store, embedder=model, reading_model=model) as archive:
    sys.setprofile(trace)
    archive.erase(article)
"""


@pytest.mark.parametrize("steps", [40, 150, 300, 450])
def test_a_killed_erasure_is_finished_by_the_next(
    archive: Archive, store: Path, embedder: HashingEmbedder, steps: int
) -> None:
    gates = identify(archive, "Gates")
    archive.close()
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, str(store), gates, str(steps)],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        check=False,
    )
    assert killed.returncode in (0, -signal.SIGKILL)
    with Archive.open(store, embedder=embedder, reading_model=embedder) as again:
        held = {each.title for each in again.articles()}
        assert held in ({"Smoke", "Gates", "Girders"}, {"Smoke", "Girders"})
        if killed.returncode:
            assert again.erase(gates).articles == (gates,)
        assert {each.title for each in again.articles()} == {"Smoke", "Girders"}
    assert not holds(store, b"Odile Farrant", b"sluice gates")
    check_whole(store)


def test_the_command_asks_first_and_prints_the_proof(
    archive: Archive,
    store: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    embedder: HashingEmbedder,
) -> None:
    archive.close()
    opened: Callable[..., Archive] = partial(
        Archive.open, embedder=embedder, reading_model=embedder
    )
    monkeypatch.setattr(Archive, "open", opened)
    command = ["erase", "--publisher", "Hill Courier", "--store", str(store)]
    assert cli.main(command) == 2
    assert "add --yes" in capsys.readouterr().err
    assert cli.main([*command, "--dry-run"]) == 0
    assert capsys.readouterr().out.endswith("2 articles would be erased\n")
    assert holds(store, b"Odile Farrant")
    assert cli.main([*command, "--yes", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (len(told["articles"]), told["residue"]) == (2, 0)
    assert not holds(store, b"Odile Farrant")
    assert cli.main([*command, "--yes"]) == 1
    assert capsys.readouterr().out == "no articles erased\n"
