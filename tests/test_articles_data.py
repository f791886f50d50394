"""Data sets, .csv and .jsonl, as they are found: ids that are numbers, odd rows, odd lines."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import pytest

from rag.answering import Archive
from rag.articles import read
from rag.types import Article, Failure
from tests.hashing_embedder import HashingEmbedder
from tests.reading import fail_one, quotable, read_one

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


# --- rows


def read_rows(folder: Path, *rows: str) -> list[tuple[str, str]]:
    """Read a table; return title and text of its articles, line and reason of its failures."""
    path = folder / "a.csv"
    path.write_text("\n".join(rows))
    found = []
    for item in read([path], max_bytes=1_000):
        if isinstance(item, Article):
            found.append((item.source.title, item.text))
        elif isinstance(item, Failure):
            found.append((item.path.rpartition(":")[2], item.reason))
    return found


@pytest.mark.parametrize(
    "bad",
    [
        ['"The "big" fire","It burned."'],
        ['B,"He said "no"', "and left.", 'Then it rained, hard."'],
        ['B,"A pipe of 5" burst."'],
        ['B,"It burned.'],
        ['B,"It burned', "all, night."],
        ["x" * 3_000],
    ],
)
def test_the_rows_behind_one_that_cannot_be_read_are_read(data: Path, bad: list[str]) -> None:
    rows = ["title,text", f'A,"{FIRE}"', *bad, f'C,"{FLOOD}"', f"D,{FIRE}"]
    first, (line, reason), *behind = read_rows(data, *rows)
    assert [first, *behind] == [("A", FIRE), ("C", FLOOD), ("D", FIRE)]
    assert line == "3"
    much = "this line was" if len(bad) == 1 else f"these {len(bad)} lines were"
    assert f"{much} passed over" in reason


@pytest.mark.parametrize(
    "rows",
    [
        ["title,text,date", f"A,{FIRE},", ",,", f"B,{FLOOD},", " , ,"],
        ["title,text,date", f"A,{FIRE},,", f"B,{FLOOD}"],
        ["sep=;", "title;text", f"A;{FIRE}", f"B;{FLOOD}"],
        ["Sep=|\r", "id,title,x|title|text", f"x|A|{FIRE}", f"y|B|{FLOOD}"],
        ["title, text, date", f'A, "{FIRE}", 2016-12-03', f'B, "{FLOOD}", 2016-12-04'],
    ],
    ids=["blank rows", "longer and shorter", "sep", "sep against the header", "blanks"],
)
def test_a_row_is_read_however_it_was_saved(data: Path, rows: list[str]) -> None:
    assert read_rows(data, *rows) == [("A", FIRE), ("B", FLOOD)]


def test_a_row_with_more_than_the_header_is_a_failure(data: Path) -> None:
    [(line, reason)] = read_rows(data, "title,text", "A,It burned, all night.")
    assert (line, "3 columns where the header has 2" in reason) == ("2", True)


# --- lines


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize(("record", "words"), [([{"text": FIRE}], ".[]"), ({"text": FIRE}, "'.'")])
def test_a_file_of_one_list_or_object_is_one_failure_that_says_what_to_do(
    tmp_path: Path, record: object, words: str, indent: int | None
) -> None:
    content = json.dumps(record, indent=indent).encode()
    if isinstance(record, dict) and indent is None:
        assert read_one(tmp_path, content, name="a.jsonl").text == FIRE
        return
    reason = fail_one(tmp_path, b"\n" * bool(indent) + content, name="a.jsonl")
    assert words in reason
    assert "each article on a line of its own" in reason


def test_a_line_without_a_text_says_what_keys_it_has_and_how_to_name_one(tmp_path: Path) -> None:
    reason = fail_one(tmp_path, b'{"titel": "Fire", "tekst": "It burned."}', name="a.jsonl")
    assert "its keys are 'titel', 'tekst'" in reason
    assert "--fields text=KEY" in reason


def test_a_list_of_strings_is_the_paragraphs_of_a_text(tmp_path: Path) -> None:
    content = json.dumps({"text": [FIRE, FLOOD]}).encode()
    assert read_one(tmp_path, content, name="a.jsonl").text == f"{FIRE}\n\n{FLOOD}"
    assert "has no text" in fail_one(tmp_path, b'{"text": ["It burned.", 3]}', name="a.jsonl")
    assert "has no text" in fail_one(tmp_path, b'{"text": []}', name="a.jsonl")


# --- markup


@pytest.mark.parametrize("name", ["a.csv", "a.tsv", "a.jsonl", "a.ndjson"])
@pytest.mark.parametrize(
    "markup",
    [
        f"<h2>Fire</h2><p>{FIRE}</p><P>No&nbsp;one was hurt.</P>",
        f"{FIRE}<br />No&nbsp;one was hurt.",
    ],
)
def test_a_text_in_html_is_read_as_a_reader_sees_it(tmp_path: Path, name: str, markup: str) -> None:
    table = f"text\n{markup}\n"
    content = json.dumps({"text": markup}) if "json" in name else table
    article = read_one(tmp_path, content.encode(), name=name)
    words = " ".join(quotable(article)).split()
    assert words == f"{FIRE} No\xa0one was hurt.".split()


def test_a_text_that_only_looks_like_html_stays_as_it_is(tmp_path: Path) -> None:
    text = "It fell by <5 % &amp; rose by >3 %; <b>nobody</b> knew why."
    assert read_one(tmp_path, json.dumps({"text": text}).encode(), name="a.jsonl").text == text


# --- furniture


@pytest.mark.parametrize("name", ["a.csv", "a.jsonl"])
def test_a_line_of_furniture_inside_a_text_is_not_quotable(data: Path, name: str) -> None:
    lines = [FIRE, "Advertisement", "It was built in", "1930.", "Read more: Floods in Tarn"]
    row = {"title": "Fire", "text": "\n".join(lines)}
    path = data / name
    path.write_text(
        f'title,text\n{row["title"]},"{row["text"]}"\n'
        if path.suffix == ".csv"
        else json.dumps(row)
    )
    [article] = read([path], max_bytes=1_000)
    assert isinstance(article, Article)
    assert article.text == row["text"]
    assert [span.cut(article.text) for span in article.body] == [FIRE, "It was built in\n1930."]
