"""The doctor says what is wrong with a store, and repairing makes its indexes anew."""

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from shutil import rmtree

import pytest

from rag import diagnosis, generations
from rag.answering import Archive
from rag.catalog import FILE, Catalog
from rag.errors import StoreError
from rag.settings import Settings
from tests.hashing_embedder import HashingEmbedder
from tests.test_generations import check_whole


def spoil(path: Path) -> None:
    path.write_bytes(b"\x5a" * path.stat().st_size)


def spoil_vectors(store: Path) -> None:
    spoil(store / "chroma" / "chroma.sqlite3")


def lose_vectors(store: Path) -> None:
    rmtree(store / "chroma")


def spoil_words(store: Path) -> None:
    spoil(store / "tantivy" / "meta.json")


def lose_words(store: Path) -> None:
    (store / "tantivy" / "meta.json").unlink()


def flip_words(store: Path) -> None:
    (file,) = (store / "tantivy").glob("*.store")
    content = bytearray(file.read_bytes())
    content[len(content) // 3] ^= 1
    file.write_bytes(content)


def drop_a_vector(store: Path) -> None:
    with closing(Catalog(store, create=False)) as catalog:
        indexes = generations.open_indexes(Settings(store=store), catalog)
        with closing(indexes.vectors):
            indexes.vectors.remove(catalog.keys()[:1])


@pytest.mark.parametrize(
    "damage", [spoil_vectors, lose_vectors, spoil_words, lose_words, flip_words, drop_a_vector]
)
def test_damaged_indexes_are_found_and_made_anew(
    archive: Archive, store: Path, embedder: HashingEmbedder, damage: Callable[[Path], None]
) -> None:
    archive.close()
    settings = replace(Settings(), store=store)
    assert diagnosis.list_faults(settings) == []
    damage(store)
    found = diagnosis.look_at_indexes(settings)
    assert not found.ok
    assert "rag doctor --repair" in found.state
    assert len(diagnosis.repair(settings, embedder=embedder).updated) == 3
    assert diagnosis.list_faults(settings) == []
    with Archive.open(store, embedder=embedder, reading_model=embedder) as mended:
        assert "Farrant" in mended.ask("Mayor Odile Farrant denied it.").quotes[0].text
    check_whole(store)


def test_indexes_that_cannot_be_read_to_the_end_are_found_and_made_anew(
    archive: Archive, store: Path, embedder: HashingEmbedder
) -> None:
    archive.close()
    settings = replace(Settings(), store=store)
    assert diagnosis.look_at_indexes(settings).state == "whole"
    # What opens a pipe that nobody writes to waits for ever, as on a broken disk.
    (stuck,) = (store / "tantivy").glob("*.store")
    stuck.unlink()
    os.mkfifo(stuck)
    found = diagnosis.look_at_indexes(settings, patience=3)
    assert not found.ok
    assert "not done after 3 s" in found.state
    assert "rag doctor --repair" in found.state
    diagnosis.repair(settings, embedder=embedder)
    assert diagnosis.list_faults(settings) == []


@pytest.mark.parametrize("damage", [spoil_vectors, spoil_words, flip_words])
def test_opening_a_store_with_damaged_indexes_names_the_repair(
    archive: Archive, store: Path, embedder: HashingEmbedder, damage: Callable[[Path], None]
) -> None:
    archive.close()
    damage(store)
    with pytest.raises(StoreError, match="rag doctor --repair"):
        Archive.open(store, embedder=embedder)


def test_a_lexical_index_without_its_list_of_segments_is_filled_at_the_next_opening(
    archive: Archive, store: Path, embedder: HashingEmbedder
) -> None:
    archive.close()
    lose_words(store)
    with Archive.open(store, embedder=embedder, reading_model=embedder) as again:
        assert "Farrant" in again.ask("Mayor Odile Farrant denied it.").quotes[0].text
    check_whole(store)


@pytest.mark.usefixtures("archive")
def test_a_text_that_was_changed_behind_the_program_is_found(store: Path) -> None:
    with closing(Catalog(store, create=False)) as catalog:
        assert list(catalog.faults()) == []
    with closing(sqlite3.connect(store / FILE)) as database:
        database.execute("UPDATE versions SET text = text || 'x' WHERE title = 'Gates'")
        database.commit()
    with closing(Catalog(store, create=False)) as catalog:
        (fault,) = catalog.faults()
    assert "digest" in fault
