"""The catalog gives back exactly what it was given, and refuses files that are not one."""

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread

import pytest
from hypothesis import given, settings

from rag.catalog import FILE, Catalog
from rag.errors import ArticleError, StoreError
from rag.schema import SCHEMA_VERSION
from rag.types import Article
from tests import making
from tests.strategies import articles


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    with closing(Catalog(tmp_path, create=True)) as opened:
        yield opened


def add(catalog: Catalog, article: Article) -> list[int]:
    with catalog.transaction():
        return list(catalog.add(article, making.cut(article)))


@settings(max_examples=25)
@given(articles(name="a"), articles(name="水 'b\";--"))
def test_what_is_stored_comes_back_equal_after_reopening(one: Article, other: Article) -> None:
    with TemporaryDirectory() as folder:
        with closing(Catalog(Path(folder), create=True)) as catalog:
            keys = {key: article for article in (one, other) for key in add(catalog, article)}
        with closing(Catalog(Path(folder), create=False)) as catalog:
            for article in (one, other):
                assert catalog.article(article.source.id) == article
            assert set(catalog.sources()) == {one.source, other.source}
            found = catalog.passages(keys)
            assert list(found.values()) == [*making.cut(one), *making.cut(other)]
            assert catalog.keys() == sorted(keys)


def test_a_changed_article_replaces_its_passages_and_keeps_its_old_version(
    catalog: Catalog,
) -> None:
    old, new = making.article("Rain fell."), making.article("Snow fell. Boats came.")
    before = add(catalog, old)
    after = add(catalog, new)
    assert not set(before) & set(after)
    assert catalog.passages(before) == {}
    assert catalog.keys() == catalog.keys("a") == after
    assert catalog.article("a") == new
    assert catalog.article("a", digest=old.source.digest) == old
    assert catalog.article("a", digest=old.source.digest[:12]) == old
    assert len(catalog.sources()) == 1


def test_an_old_text_that_comes_back_is_current_again(catalog: Catalog) -> None:
    old, new = making.article("Rain fell."), making.article("Snow fell.")
    for article in (old, new, old):
        add(catalog, article)
    assert catalog.article("a") == old
    assert catalog.article("a", digest=new.source.digest) == new


def test_the_versions_of_an_article_are_told_and_which_is_searched(catalog: Catalog) -> None:
    old, new = making.article("Rain fell."), making.article("Snow fell.")
    for article in (old, new):
        add(catalog, article)
    assert catalog.versions("a") == (old.source, new.source)
    assert catalog.current("a") == new.source
    with catalog.transaction():
        catalog.retire("a")
    assert (len(catalog.versions("a")), catalog.current("a")) == (2, None)
    assert (catalog.versions("nosuch"), catalog.current("nosuch")) == ((), None)


def test_a_key_is_never_used_twice(catalog: Catalog) -> None:
    first = add(catalog, making.article("Rain fell."))
    with catalog.transaction():
        catalog.remove("a")
    assert not set(first) & set(add(catalog, making.article("Rain fell.")))


def test_removing_deletes_all_versions_and_passages(catalog: Catalog) -> None:
    for text in ("Rain fell.", "Snow fell."):
        add(catalog, making.article(text))
    add(catalog, making.article("Boats came.", name="b"))
    with catalog.transaction():
        catalog.remove("a")
    assert [source.id for source in catalog.sources()] == ["b"]
    assert (catalog.count_passages(), catalog.keys("a")) == (1, [])
    for digest in ("", making.source(text="Rain fell.").digest):
        with pytest.raises(ArticleError, match="rag articles list"):
            catalog.article("a", digest=digest)


def test_an_article_that_is_not_there_is_an_error_that_names_it(catalog: Catalog) -> None:
    with pytest.raises(ArticleError, match="nosuch") as caught:
        catalog.article("nosuch")
    assert caught.value.path == "nosuch"
    add(catalog, making.article("Rain fell."))
    with pytest.raises(ArticleError, match="version ffff"):
        catalog.article("a", digest="ffff")


def test_sources_are_ordered_by_date_then_title(catalog: Catalog) -> None:
    days = {"d": date(2020, 3, 2), "c": date(2020, 3, 1), "b": date(2020, 3, 1), "a": None}
    for name, day in days.items():
        add(catalog, making.article("Rain.", name=name, title=f"Title {name}", published=day))
    assert [source.id for source in catalog.sources()] == ["a", "b", "c", "d"]


def test_a_transaction_that_fails_leaves_nothing(catalog: Catalog) -> None:
    def fail() -> None:
        with catalog.transaction():
            catalog.add(making.article("Rain fell."), making.cut(making.article("Rain fell.")))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert (catalog.sources(), catalog.keys()) == ((), [])
    add(catalog, making.article("Rain fell."))
    assert catalog.count_passages() == 1


def test_another_thread_does_not_see_what_is_not_committed(catalog: Catalog) -> None:
    seen: list[int] = []

    def look() -> None:
        thread = Thread(target=lambda: seen.append(len(catalog.sources())))
        thread.start()
        thread.join()

    with catalog.transaction():
        catalog.add(making.article("Rain fell."), ())
        look()
    look()
    assert seen == [0, 1]


def test_facts_are_kept_and_overwritten(catalog: Catalog, tmp_path: Path) -> None:
    catalog.write_facts({"model": "one", "rules": "1"})
    catalog.write_facts({"model": "two"})
    with closing(Catalog(tmp_path, create=False)) as again:
        assert again.facts() == {"model": "two", "rules": "1"}


def test_more_keys_than_sqlite_takes_in_one_statement_are_no_trouble(catalog: Catalog) -> None:
    (key,) = add(catalog, making.article("Rain fell."))
    assert list(catalog.passages([key, *range(1_000, 70_000)])) == [key]


def test_a_store_that_is_not_there_is_an_error_that_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="rag ingest"):
        Catalog(tmp_path, create=False)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("create", [True, False])
@pytest.mark.parametrize(
    "content", [b"no database at all" * 100, b"SQLite format 3\0" + b"x" * 500]
)
def test_a_file_that_is_no_database_is_refused_and_left_alone(
    tmp_path: Path, content: bytes, create: bool
) -> None:
    (tmp_path / FILE).write_bytes(content)
    with pytest.raises(StoreError, match="catalog"):
        Catalog(tmp_path, create=create)
    assert (tmp_path / FILE).read_bytes() == content


@pytest.mark.parametrize("create", [True, False])
def test_the_database_of_another_program_is_refused_and_left_alone(
    tmp_path: Path, create: bool
) -> None:
    with closing(sqlite3.connect(tmp_path / FILE)) as other:
        other.execute("CREATE TABLE recipes (name TEXT)")
        other.commit()
    with pytest.raises(StoreError, match="not a catalog of this program"):
        Catalog(tmp_path, create=create)
    with closing(sqlite3.connect(tmp_path / FILE)) as other:
        assert other.execute("SELECT name FROM sqlite_schema").fetchall() == [("recipes",)]


def test_a_catalog_of_a_newer_program_is_refused_with_both_versions(tmp_path: Path) -> None:
    Catalog(tmp_path, create=True).close()
    with closing(sqlite3.connect(tmp_path / FILE)) as database:
        database.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    with pytest.raises(StoreError, match=f"schema {SCHEMA_VERSION + 1}.*reads {SCHEMA_VERSION}"):
        Catalog(tmp_path, create=True)


def test_the_language_of_an_article_is_kept(catalog: Catalog) -> None:
    made = making.article(making.BRIDGE)
    spoken = replace(made, source=replace(made.source, language="en-GB"))
    with catalog.transaction():
        catalog.add(spoken, making.cut(spoken))
    assert catalog.article("a") == spoken


def test_a_catalog_damaged_while_it_is_open_is_an_error_of_the_store(
    catalog: Catalog, tmp_path: Path
) -> None:
    with closing(sqlite3.connect(tmp_path / FILE)) as database:
        database.execute("DROP TABLE versions")
    with pytest.raises(StoreError, match="catalog"):
        catalog.sources()


def test_a_folder_in_the_place_of_the_catalog_is_an_error_of_the_store(tmp_path: Path) -> None:
    (tmp_path / FILE).mkdir()
    with pytest.raises(StoreError):
        Catalog(tmp_path, create=True)


def test_threads_that_have_ended_keep_no_file_open(catalog: Catalog) -> None:
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(20):
        thread = Thread(target=catalog.sources)
        thread.start()
        thread.join()
    assert len(list(Path("/proc/self/fd").iterdir())) < before + 10


CLOSED_IN_USE = """
import sys
from contextlib import suppress
from pathlib import Path
from threading import Event, Thread
from rag.catalog import Catalog
from rag.errors import StoreError

def ask(catalog, begun):
    with suppress(StoreError):
        while True:
            catalog.sources()
            begun.set()

for _ in range(25):
    catalog, begun = Catalog(Path(sys.argv[1]), create=True), Event()
    threads = [Thread(target=ask, args=(catalog, begun)) for _ in range(4)]
    for thread in threads:
        thread.start()
    begun.wait()
    catalog.close()
    for thread in threads:
        thread.join()
"""


def test_closing_a_catalog_that_threads_are_reading_ends_their_reading_not_the_process(
    tmp_path: Path,
) -> None:
    with closing(Catalog(tmp_path, create=True)) as catalog:
        for number in range(200):
            add(catalog, making.article(making.FERRY, name=f"a{number}"))
    command = [sys.executable, "-c", CLOSED_IN_USE, str(tmp_path)]
    assert subprocess.run(command, timeout=60, check=False).returncode == 0
