"""Stores that earlier versions of the program made are opened, whole, or refused untouched."""

import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path

import pytest

from rag import schema
from rag.answering import Archive
from rag.catalog import FILE
from rag.errors import StoreError
from rag.schema import SCHEMA_VERSION
from tests import making
from tests.hashing_embedder import HashingEmbedder
from tests.test_generations import check_whole

STORES = Path(__file__).parent / "data" / "stores"
EARLIER = [STORES / f"schema-{version}.zip" for version in range(1, SCHEMA_VERSION)]
GATES = "dam-f8815aa2"
OLD = "ab2ac8fff3625e701b42140b95de66a8fd500ec1ef27ae188c74292d5101eaf7"
OTTERS = "Otters live in the empty reservoir now."


@pytest.fixture(params=EARLIER, ids=lambda path: path.stem)
def earlier(request: pytest.FixtureRequest, store: Path) -> Path:
    """A store of an earlier schema: three articles, one of which has an old version."""
    with zipfile.ZipFile(request.param) as kept:
        kept.extractall(store)
    return store


def read_files(store: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in store.rglob("*") if path.is_file()}


def check_kept(archive: Archive) -> None:
    """Check that every article, version and index of the kept stores is there."""
    assert [source.title for source in archive.articles()] == ["Girders", "Smoke", "Gates"]
    assert len(set(archive.count().values())) == 1
    assert archive.ask("Otters live in the empty reservoir.").quotes[0].text == OTTERS
    assert archive.article(GATES).text == OTTERS
    assert making.DAM.strip() in archive.article(GATES, digest=OLD).text


def test_a_store_of_every_earlier_schema_is_kept() -> None:
    assert EARLIER
    assert set(EARLIER) == set(STORES.iterdir())


def test_an_earlier_store_is_brought_up_to_date_with_all_it_holds(
    earlier: Path, embedder: HashingEmbedder
) -> None:
    for _ in range(2):
        with Archive.open(earlier, embedder=embedder, reading_model=embedder) as archive:
            check_kept(archive)
    with closing(sqlite3.connect(earlier / FILE)) as database:
        assert database.execute("PRAGMA user_version").fetchone() == (SCHEMA_VERSION,)
        made = [row[:2] for row in database.execute("PRAGMA table_list")]
    check_whole(earlier)
    with closing(sqlite3.connect(":memory:")) as fresh:
        fresh.executescript(schema.SCHEMA)
        assert sorted(made) == sorted(row[:2] for row in fresh.execute("PRAGMA table_list"))


def test_an_earlier_store_is_written_to_like_any_other(
    earlier: Path, folder: Path, embedder: HashingEmbedder
) -> None:
    with Archive.open(earlier, embedder=embedder, reading_model=embedder) as archive:
        assert len(archive.ingest(folder).added) == 3
        assert archive.ask("Who bent the girders of the bridge?").found
    check_whole(earlier)


def test_a_migration_that_breaks_off_changes_nothing_and_is_done_the_next_time(
    earlier: Path, embedder: HashingEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = read_files(earlier)
    last = SCHEMA_VERSION - 1
    broken = {**schema.UPGRADES, last: (*schema.UPGRADES[last], "no SQL")}
    with monkeypatch.context() as patch:
        patch.setattr("rag.catalog.database.UPGRADES", broken)
        with pytest.raises(StoreError, match="catalog"):
            Archive.open(earlier, embedder=embedder)
    assert read_files(earlier) == before
    with Archive.open(earlier, embedder=embedder, reading_model=embedder) as archive:
        check_kept(archive)


@pytest.mark.parametrize("create", [True, False])
def test_a_store_of_a_newer_schema_is_refused_and_not_touched(
    archive: Archive, store: Path, embedder: HashingEmbedder, create: bool
) -> None:
    archive.close()
    with closing(sqlite3.connect(store / FILE)) as database:
        database.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    before = read_files(store)
    with pytest.raises(StoreError, match="newer version of the program"):
        Archive.open(store, create=create, embedder=embedder)
    with pytest.raises(StoreError, match="newer version of the program"):
        Archive.reindex(store, embedder=embedder)
    assert read_files(store) == before
