"""Data sets, .csv and .jsonl, as they are found: ids that are numbers, odd rows, odd lines."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import pytest

from rag.answering import Archive
from rag.types import Failure
from tests.hashing_embedder import HashingEmbedder

FIRE, FLOOD = "The mill at Quern burned.", "The river Tarn rose."


@pytest.fixture
def archive(store: Path, embedder: HashingEmbedder) -> Iterator[Archive]:
    """An empty archive."""
    with Archive.open(store, embedder=embedder, reading_model=embedder) as opened:
        yield opened


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A folder for data sets."""
    folder = tmp_path / "data"
    folder.mkdir()
    return folder


def write(path: Path, title: str, text: str, **fields: str) -> Path:
    """Write a data set of one article, whose id is 1."""
    row = {"id": "1", "title": title, "text": text, **fields}
    table = ",".join(row) + "\n" + ",".join(row.values())
    path.write_text(table if path.suffix == ".csv" else json.dumps(row))
    return path


def pack(path: Path, member: str, text: str) -> Path:
    """Write a zip of a data set of one article, whose id is 1."""
    with ZipFile(path, "w") as packed:
        packed.writestr(member, json.dumps({"id": 1, "title": "Fire", "text": text}))
    return path


def held(archive: Archive) -> dict[str, str]:
    return {each.title: archive.article(each.id).text for each in archive.articles()}


# --- ids


@pytest.mark.parametrize("name", ["b.csv", "b.jsonl"])
def test_no_article_is_replaced_by_one_of_another_file_that_has_its_id(
    archive: Archive, data: Path, name: str
) -> None:
    first = write(data / "a.csv", "Fire", FIRE)
    archive.ingest(first)
    second = write(data / name, "Flood", FLOOD)
    for report in (archive.ingest(second), archive.ingest(second)):
        reason = f"has the id '1' of {first.as_posix()}; give it another"
        assert (report.failed, report.updated) == ((Failure(second.as_posix(), reason),), ())
    assert held(archive) == {"Fire": FIRE}
    assert archive.sync(data).failed
    assert held(archive) == {"Fire": FIRE}


def test_an_article_is_replaced_from_its_file_or_from_any_once_that_is_gone(
    archive: Archive, data: Path
) -> None:
    archive.ingest(write(data / "a.csv", "Fire", FIRE))
    assert archive.ingest(write(data / "a.csv", "Fire", f"{FIRE} It rained.")).updated
    (data / "a.csv").rename(data / "b.csv")
    assert archive.ingest(write(data / "b.csv", "Fire", f"{FIRE} It hailed.")).updated
    (data / "b.csv").rename(data / "c.csv")
    assert archive.sync(data).unchanged
    assert archive.ingest(write(data / "c.csv", "Fire", FIRE)).updated
    assert held(archive) == {"Fire": FIRE}


def test_a_copy_of_a_file_does_not_take_its_article(archive: Archive, data: Path) -> None:
    archive.ingest(write(data / "a.csv", "Fire", FIRE))
    assert archive.ingest(write(data / "copy.csv", "Fire", FIRE)).unchanged
    assert archive.ingest(write(data / "a.csv", "Fire", f"{FIRE} It rained.")).updated


def test_at_one_address_is_one_article_in_whichever_file(archive: Archive, data: Path) -> None:
    url = "https://post.example/fire"
    archive.ingest(write(data / "march.csv", "Fire", FIRE, url=url))
    assert archive.ingest(write(data / "april.csv", "Fire out", FIRE, url=url)).updated


def test_the_files_of_a_zip_are_of_one_file(archive: Archive, data: Path) -> None:
    archive.ingest(pack(data / "a.zip", "a.jsonl", FIRE))
    assert archive.ingest(pack(data / "a.zip", "b.jsonl", f"{FIRE} It rained.")).updated
    assert archive.ingest(pack(data / "b.zip", "b.jsonl", FLOOD)).failed
