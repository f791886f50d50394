"""Ingesting adds, updates and keeps; interrupted anywhere, running it again finishes it."""

import os
import subprocess
import sys
from collections.abc import Sequence
from contextlib import closing
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from rag import generations, ingestion
from rag.answering import Archive
from rag.catalog import Catalog
from rag.errors import ArticleError, StoreMismatchError
from rag.ingestion import Change, Indexes
from rag.lexical import LexicalIndex
from rag.settings import Settings
from rag.vectors import VectorIndex
from tests import making
from tests.hashing_embedder import HashingEmbedder

if TYPE_CHECKING:
    from rag.types import Vectors

ROOT = Path(__file__).parents[1]
SMALL = Settings(passage_tokens=32)
MANY = 40  # with nine passages each, more than two groups are written


class FailingEmbedder(HashingEmbedder):
    """Works for some calls of `encode` and then fails, as a model does when memory runs out."""

    def __init__(self, *, calls: int) -> None:
        super().__init__()
        self.calls = calls

    def encode(self, texts: Sequence[str]) -> "Vectors":
        self.calls -= 1
        if self.calls < 0:
            raise MemoryError("no memory for another batch")
        return super().encode(texts)


class Interrupted:
    """A progress callback during which the user presses Ctrl-C."""

    def __init__(self, *, after: int) -> None:
        self.after = after

    def __call__(self, done: int, _total: int) -> None:
        if done >= self.after:
            raise KeyboardInterrupt


def titles(archive: Archive) -> set[str]:
    return {source.title for source in archive.articles()}


def check_whole(store: Path) -> None:
    """Check that both indexes hold what the catalog does and every article is complete."""
    with closing(Catalog(store, create=False)) as catalog:
        indexes = generations.open_indexes(Settings(store=store), catalog)
        with closing(indexes.vectors) as vectors:
            found = sorted(vectors.keys())
        keys = list(catalog.keys())
        assert found == sorted(indexes.lexical.keys()) == keys
        passages = catalog.passages(keys)
        for source in catalog.sources():
            mine = [passages[key] for key in catalog.keys(source.id)]
            article = catalog.article(source.id)
            assert [each.number for each in mine] == list(range(len(mine)))
            assert mine[0].span.start == article.body[0].start
            assert mine[-1].span.end == article.body[-1].end


def counts(archive: Archive) -> tuple[int, ...]:
    return tuple(archive.count().values())


def test_ingesting_reports_what_was_added(archive: Archive, store: Path) -> None:
    assert titles(archive) == {"Smoke", "Gates", "Girders"}
    assert counts(archive) == (3, 3, 3, 3)
    check_whole(store)


def test_ingesting_again_changes_nothing(archive: Archive, folder: Path) -> None:
    before, articles = counts(archive), archive.articles()
    report = archive.ingest(folder)
    assert set(report.unchanged) == {source.id for source in articles}
    assert (report.added, report.updated, report.failed, report.passages) == ((), (), (), 0)
    assert (counts(archive), archive.articles()) == (before, articles)


def test_an_unchanged_article_is_not_embedded_again(
    store: Path, folder: Path, archive: Archive
) -> None:
    archive.close()
    with Archive.open(store, embedder=FailingEmbedder(calls=0)) as again:
        assert len(again.ingest(folder).unchanged) == 3


def test_a_changed_file_replaces_its_passages(archive: Archive, folder: Path, store: Path) -> None:
    old = next(archive.article(each.id) for each in archive.articles() if each.title == "Gates")
    making.write(
        folder, "dam.md", "Otters live in the empty reservoir now.", title="Gates",
        publisher="Hill Courier", published="2020-03-06",
    )  # fmt: skip
    report = archive.ingest(folder)
    assert (report.updated, len(report.unchanged), report.passages) == ((old.source.id,), 2, 1)
    assert counts(archive) == (3, 3, 3, 3)
    quoted = archive.ask("Otters live in the empty reservoir now.").quotes[0]
    assert quoted.text == "Otters live in the empty reservoir now."
    gone = archive.ask("The reservoir held nine million litres.")
    shown = [quote.text for quote in (*gone.quotes, *gone.nearest)]
    assert not any("nine million" in text for text in shown)
    assert archive.article(old.source.id).text != old.text
    assert archive.article(old.source.id, digest=old.source.digest) == old
    check_whole(store)


@pytest.mark.parametrize(
    ("field", "value"),
    [("title", "Dams"), ("publisher", "Dale Echo"), ("published", date(2020, 3, 7))],
)
def test_a_change_of_what_is_known_about_an_article_is_an_update(
    archive: Archive, folder: Path, field: str, value: Any
) -> None:
    given = {"title": "Gates", "publisher": "Hill Courier", "published": "2020-03-06"}
    making.write(folder, "dam.md", making.DAM, **given | {field: str(value)})
    (updated,) = archive.ingest(folder).updated
    assert getattr(archive.article(updated).source, field) == value
    assert counts(archive) == (3, 3, 3, 3)


def test_an_article_is_named_once_however_its_file_is_named(
    archive: Archive, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    report = archive.ingest([".", "dam.md", folder / "dam.md", "../articles"])
    assert (len(report.unchanged), report.added, report.failed) == (3, (), ())


def test_a_file_that_is_gone_is_kept_in_the_archive(archive: Archive, folder: Path) -> None:
    (folder / "dam.md").unlink()
    report = archive.ingest(folder)
    assert (len(report.unchanged), report.removed) == (2, ())
    assert "Gates" in titles(archive)


def test_a_bad_article_is_a_failure_and_never_a_stop(archive: Archive, folder: Path) -> None:
    (folder / "a-binary.txt").write_bytes(b"\x00\x01\x02")
    (folder / "b-empty.txt").write_text("")
    (folder / "c-table.csv").write_text("a,b")
    making.write(folder, "d-heading.md", "# Only a heading\n")
    making.write(folder, "e-good.md", "Owls nest in the mill. Nobody minds.", title="Owls")
    report = archive.ingest([folder, folder / "nosuch.txt"])
    failed = {Path(each.path).name: each.reason for each in report.failed}
    assert set(failed) == {
        *("a-binary.txt", "b-empty.txt", "c-table.csv", "d-heading.md", "nosuch.txt")
    }
    assert all(failed.values())
    assert (len(report.added), len(report.unchanged)) == (1, 3)
    assert "Owls" in titles(archive)


def test_a_removed_article_is_gone_from_everywhere(archive: Archive, store: Path) -> None:
    gates = next(source for source in archive.articles() if source.title == "Gates")
    archive.remove(gates.id)
    assert counts(archive) == (2, 2, 2, 2)
    answer = archive.ask("Mayor Odile Farrant denied that the wall had cracked.")
    assert all(quote.source.id != gates.id for quote in (*answer.quotes, *answer.nearest))
    with pytest.raises(ArticleError, match=gates.id):
        archive.article(gates.id)
    with pytest.raises(ArticleError, match=gates.id):
        archive.remove(gates.id)
    check_whole(store)


def test_progress_rises_to_the_number_of_articles(
    store: Path, folder: Path, embedder: HashingEmbedder
) -> None:
    seen: list[tuple[int, int]] = []
    with Archive.open(store, embedder=embedder, reading_model=embedder) as archive:
        archive.ingest(folder, progress=lambda done, total: seen.append((done, total)))
    assert seen[-1] == (3, 3)
    assert all(one[0] <= other[0] for one, other in pairwise(seen))
    assert all(done <= total == 3 for done, total in seen)


@pytest.mark.parametrize("calls", [0, 1, 2])
def test_a_failure_in_the_middle_leaves_only_whole_articles_and_can_be_finished(
    store: Path, tmp_path: Path, calls: int
) -> None:
    folder = making.write_many(tmp_path / "many", MANY)
    failing = FailingEmbedder(calls=calls)
    with Archive.open(store, settings=SMALL, embedder=failing) as archive:
        with pytest.raises(MemoryError, match="memory"):
            archive.ingest(folder)
        written = len(archive.articles())
        assert (calls > 0) == (written > 0)
        assert written < MANY
    check_whole(store)
    with Archive.open(
        store, settings=SMALL, embedder=HashingEmbedder(), reading_model=HashingEmbedder()
    ) as archive:
        report = archive.ingest(folder)
        assert (len(report.unchanged), len(report.added)) == (written, MANY - written)
    check_whole(store)


@pytest.mark.parametrize("after", [0, 1, 20, MANY])
def test_an_interrupted_ingest_leaves_only_whole_articles_and_can_be_finished(
    store: Path, tmp_path: Path, embedder: HashingEmbedder, after: int
) -> None:
    folder = making.write_many(tmp_path / "many", MANY)
    with Archive.open(store, settings=SMALL, embedder=embedder, reading_model=embedder) as archive:
        with pytest.raises(KeyboardInterrupt):
            archive.ingest(folder, progress=Interrupted(after=after))
        written = len(archive.articles())
        report = archive.ingest(folder)
        assert (len(report.unchanged), len(report.added)) == (written, MANY - written)
    check_whole(store)


def test_a_failing_update_keeps_the_old_version_searched(
    archive: Archive, folder: Path, store: Path
) -> None:
    archive.close()
    making.write(folder, "dam.md", "Otters live there now.", title="Gates")
    with Archive.open(store, embedder=FailingEmbedder(calls=0)) as failing:
        with pytest.raises(MemoryError):
            failing.ingest(folder)
        source = next(each for each in failing.articles() if each.title == "Gates")
        assert "sluice" in failing.article(source.id).text
    check_whole(store)


KILLED = """
import os, sys, threading, pathlib
from rag.answering import Archive
from rag.settings import Settings
from tests.hashing_embedder import HashingEmbedder
store, folder, delay = sys.argv[1:]
settings = Settings(passage_tokens=32)
model = HashingEmbedder()
with Archive.open(store, settings=settings, embedder=model, reading_model=model) as archive:
    threading.Timer(float(delay), os._exit, [9]).start()
    archive.ingest(folder)
    os._exit(9)
"""


@pytest.mark.parametrize("delay", [0.05, 0.3])
def test_a_killed_ingest_is_mended_at_the_next_opening_and_can_be_finished(
    store: Path, tmp_path: Path, delay: float
) -> None:
    folder = making.write_many(tmp_path / "many", MANY)
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, str(store), str(folder), str(delay)],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        check=False,
    )
    assert killed.returncode == 9
    with Archive.open(
        store, settings=SMALL, embedder=HashingEmbedder(), reading_model=HashingEmbedder()
    ) as archive:
        assert len(set(counts(archive)[1:])) == 1
        report = archive.ingest(folder)
        assert len(report.unchanged) + len(report.added) == MANY
        assert archive.count()["articles"] == MANY
    check_whole(store)


def lose_vectors(indexes: Indexes) -> None:
    indexes.vectors.remove(indexes.catalog.keys()[:2])


def lose_words(indexes: Indexes) -> None:
    indexes.lexical.remove(indexes.catalog.keys()[1:])


def lose_everything(indexes: Indexes) -> None:
    lose_vectors(indexes)
    lose_words(indexes)


def add_orphans(indexes: Indexes) -> None:
    passage = next(iter(indexes.catalog.passages(indexes.catalog.keys()).values()))
    indexes.vectors.add({5_000: passage}, np.full((1, 256), 1 / 16, dtype=np.float32))
    indexes.lexical.add({6_000: passage, 6_001: passage})


def swap_unsettled(indexes: Indexes) -> None:
    """Leave the counts equal and the keys wrong, as a process killed between two writes does."""
    indexes.catalog.write_facts({ingestion.UNSETTLED: "yes"})
    add_orphans(indexes)
    indexes.vectors.remove(indexes.catalog.keys()[:1])
    indexes.lexical.remove(indexes.catalog.keys()[:2])


def lose_catalog_rows(indexes: Indexes) -> None:
    """Leave what a process killed between commit and clean-up of a removal does."""
    indexes.catalog.write_facts({ingestion.UNSETTLED: "yes"})
    with indexes.catalog.transaction():
        indexes.catalog.remove(indexes.catalog.sources()[0].id)


@pytest.mark.parametrize(
    "damage",
    [
        lose_vectors,
        lose_words,
        lose_everything,
        add_orphans,
        swap_unsettled,
        lose_catalog_rows,
    ],
)
def test_indexes_out_of_step_are_mended_at_opening(
    archive: Archive, store: Path, embedder: HashingEmbedder, damage: Any
) -> None:
    archive.close()
    with closing(Catalog(store, create=False)) as catalog, closing(VectorIndex(store)) as vectors:
        damage(Indexes(catalog, vectors, LexicalIndex(store)))
    with Archive.open(store, embedder=embedder, reading_model=embedder) as mended:
        assert len(set(counts(mended))) == 1
        answer = mended.ask("Mayor Odile Farrant denied that the wall had cracked.")
        assert "Odile Farrant" in (*answer.quotes, *answer.nearest)[0].text
    check_whole(store)


def test_a_mended_index_finds_what_the_first_one_did(
    archive: Archive, store: Path, embedder: HashingEmbedder
) -> None:
    before = archive.ask("Who bent the girders of the old bridge?")
    archive.close()
    with closing(Catalog(store, create=False)) as catalog, closing(VectorIndex(store)) as vectors:
        lose_everything(Indexes(catalog, vectors, LexicalIndex(store)))
    with Archive.open(store, embedder=embedder, reading_model=embedder) as mended:
        assert mended.ask("Who bent the girders of the old bridge?") == before


@pytest.mark.parametrize("name", ["chroma", "tantivy"])
def test_an_index_that_is_deleted_is_made_again(
    archive: Archive, store: Path, embedder: HashingEmbedder, name: str
) -> None:
    archive.close()
    (store / name).rename(store / f"old-{name}")
    with Archive.open(store, embedder=embedder, reading_model=embedder) as mended:
        assert counts(mended) == (3, 3, 3, 3)
    check_whole(store)


def test_a_store_made_with_other_passages_is_refused(archive: Archive, store: Path) -> None:
    archive.close()
    with pytest.raises(StoreMismatchError, match=r"160 tokens.*32 tokens|32 tokens.*160 tokens"):
        Archive.open(store, settings=SMALL)


def test_a_store_made_with_another_model_is_refused(archive: Archive, store: Path) -> None:
    archive.close()
    with pytest.raises(StoreMismatchError, match="another-model") as caught:
        Archive.open(store, settings=Settings(model="another-model"))
    assert "another-model" in caught.value.expected
    assert "another-model" not in caught.value.found


def test_a_store_made_with_other_weights_under_the_same_name_is_refused(
    archive: Archive, store: Path, folder: Path
) -> None:
    archive.close()
    with Archive.open(store, embedder=HashingEmbedder(name="retrained")) as other:
        for use in (lambda: other.ask("Who left?"), lambda: other.ingest(folder)):
            with pytest.raises(StoreMismatchError, match="weights"):
                use()
        assert counts(other) == (3, 3, 3, 3)


@pytest.mark.parametrize(
    ("stored", "changed", "change"),
    [
        (None, {}, Change.ADD),
        ({}, {}, Change.KEEP),
        ({"text": "Rain fell."}, {"text": "Rain fell. "}, Change.UPDATE),
        ({"published": date(2020, 3, 1)}, {}, Change.UPDATE),
        ({"title": "a"}, {"title": "b"}, Change.UPDATE),
    ],
)
def test_a_plan_is_a_comparison(stored: Any, changed: Any, change: Change) -> None:
    known = None if stored is None else making.source(**stored)
    assert ingestion.plan(making.source(**changed), known) is change
