"""Tables, and the names that the user gives to columns and keys."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.answering import Archive
from rag.articles import Known, count, read
from rag.articles.decoding import normalise
from rag.cli import main
from rag.errors import SettingsError
from rag.types import Article, Failure
from tests import formats
from tests.formats import LEFT, SAFE, SMOKE

LIMIT = 100_000


def read_all(
    folder: Path,
    content: str | bytes,
    *,
    name: str = "a.csv",
    max_bytes: int = LIMIT,
    fields: Mapping[str, str] | None = None,
) -> list[Article | Known | Failure]:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return list(read([path], max_bytes=max_bytes, fields=fields))


def read_one(folder: Path, content: str | bytes, **fields: str) -> Article:
    [item] = read_all(folder, content, fields=fields)
    assert isinstance(item, Article), item
    return item


def fail_one(folder: Path, content: str | bytes, **fields: str) -> str:
    [item] = read_all(folder, content, fields=fields)
    assert isinstance(item, Failure), item
    return item.reason


def test_a_row_is_an_article_whose_fields_are_found_by_their_columns_names(tmp_path: Path) -> None:
    article = read_one(tmp_path, formats.CSV)
    source = article.source
    assert article.text == f'{LEFT}\n\n{SMOKE} "{SAFE}"'
    assert (source.id, source.title) == ("7", "Smoke, above the Halcyon")
    assert (source.publisher, source.author) == ("Coast Post", "Ann Reay")
    assert (source.published, source.url) == (date(2020, 3, 2), "https://post.example/smoke")
    assert source.language == "en"


@pytest.mark.parametrize("mark", list(",;\t|"))
def test_the_delimiter_is_the_one_that_the_header_shows(tmp_path: Path, mark: str) -> None:
    rows = [
        ["Title", "Note, a; long | one", "Text"],
        ["Smoke", "", f"{LEFT} It sank; nobody fell."],
    ]
    table = "\n".join(mark.join(f'"{cell}"' for cell in row) for row in rows)
    article = read_one(tmp_path, table)
    assert (article.source.title, article.text) == ("Smoke", f"{LEFT} It sank; nobody fell.")


def test_of_two_columns_for_a_field_the_surer_name_counts(tmp_path: Path) -> None:
    table = f"date,content,text,published_at\n1 May 2020,Teaser.,{LEFT},2 May 2020\n"
    article = read_one(tmp_path, table)
    assert (article.text, article.source.published) == (LEFT, date(2020, 5, 2))


def test_a_cell_that_says_nothing_gives_way_to_another_column_for_the_field(
    tmp_path: Path,
) -> None:
    first, second = (
        read_one(tmp_path, f"text,body,author,byline\n{row}\n")
        for row in (f",{LEFT},N/A,Ann Reay", f"{LEFT},Teaser.,Bo Lund,")
    )
    assert (first.text, first.source.author) == (LEFT, "Ann Reay")
    assert (second.text, second.source.author) == (LEFT, "Bo Lund")


def test_the_user_says_which_column_is_which_field(tmp_path: Path) -> None:
    table = f"Corpo,Testo breve,Text\n{LEFT},Smoke,Teaser.\n"
    article = read_one(tmp_path, table, text="corpo", title="Testo breve")
    assert (article.text, article.source.title) == (LEFT, "Smoke")


def test_a_bad_row_is_a_failure_that_names_its_line_and_the_others_go_on(tmp_path: Path) -> None:
    rows = [
        "title,text,date",
        f'A,"{LEFT}\n{SMOKE}",2020-03-02',
        "",
        "B,,",
        f"C,{LEFT},last week",
        "D",
        "E,***,",
        f"F,{SAFE},",
    ]
    first, *bad, last = read_all(tmp_path, "\n".join(rows))
    assert isinstance(first, Article)
    assert isinstance(last, Article)
    assert last.source.title == "F"
    found = [
        (each.path.rpartition(":")[2], each.reason) for each in bad if isinstance(each, Failure)
    ]
    for (line, reason), expected in zip(
        found,
        [("5", "no text"), ("6", "published date"), ("7", "1 columns"), ("8", "no article text")],
        strict=True,
    ):
        assert line == expected[0]
        assert expected[1] in reason


def test_rows_without_a_name_of_their_own_are_told_apart(tmp_path: Path) -> None:
    first, second = read_all(tmp_path, f"text\n{LEFT}\n{SMOKE}\n")
    assert isinstance(first, Article)
    assert isinstance(second, Article)
    assert second.source.title == "a, line 3"
    assert first.source.id != second.source.id


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_a_table_is_decoded_from_what_it_was_saved_in(tmp_path: Path, encoding: str) -> None:
    text = "The café’s owner said “nobody” knew who paid the £4 million. " * 3
    table = f"title,text\n{'Smoke' * 60},{text}\n"
    assert read_one(tmp_path, table.encode(encoding)).text == text.strip() + " "


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "is empty"),
        ("\n\n", "is empty"),
        ("a,b\n1,2\n", "has no column for the text (its columns are 'a', 'b')"),
        (b"text\n\xff\xfe\x81\x8d\n", "not valid UTF-8 at byte 5"),
        (b"text\n\x81\0\n", "binary"),
        ('"text\n', "unexpected end of data"),
    ],
)
def test_a_file_that_is_no_table_is_one_failure(
    tmp_path: Path, content: str | bytes, words: str
) -> None:
    assert words in fail_one(tmp_path, content)


def test_a_row_may_have_as_many_characters_as_a_file_may_have_bytes(tmp_path: Path) -> None:
    long = "It rained all day. " * 10_000  # more than the library's own bound for a field
    first, failure = read_all(tmp_path, f"text\n{long}\n{long}{long}\n", max_bytes=200_000)
    assert isinstance(first, Article)
    assert isinstance(failure, Failure)
    assert "200,000 characters" in failure.reason


@pytest.mark.parametrize(
    "rest", ["x" * 50_000_000, '"' + "x\n" * 5_000_000, '"\n",' * 5_000_000, ",\n" * 50_000]
)
def test_a_table_that_means_harm_is_bounded(tmp_path: Path, rest: str) -> None:
    start = time.monotonic()
    items = read_all(tmp_path, f"text,title\n{rest}")
    assert all(isinstance(item, Failure) for item in items)
    assert time.monotonic() - start < 60


@given(
    st.lists(
        st.text(st.characters(codec="utf-8", exclude_characters="\0\r"), max_size=30),
        min_size=1,
        max_size=8,
    ),
    st.sampled_from(",;\t|"),
)
def test_a_cell_gives_back_what_was_written(
    tmp_path_factory: pytest.TempPathFactory, cells: list[str], mark: str
) -> None:
    rows = [f"{LEFT}{cell}" for cell in cells]
    table = f"note{mark}text\n" + "".join(
        f'{mark}"{row.replace(chr(34), chr(34) * 2)}"\n' for row in rows
    )
    items = read_all(tmp_path_factory.getbasetemp(), table, name="any.csv")
    assert [item.text for item in items if isinstance(item, Article)] == list(map(normalise, rows))


# --- json lines


def test_the_keys_of_json_lines_are_named_too(tmp_path: Path) -> None:
    lines = [
        {"body": LEFT, "headline": "Smoke", "text": "Teaser.", "language": "en"},
        {"text": LEFT, "headline": "Smoke"},
    ]
    first, second = read_all(
        tmp_path,
        "\n".join(map(json.dumps, lines)),
        name="a.jsonl",
        fields={"text": "body", "title": "headline"},
    )
    assert isinstance(first, Article)
    assert (first.text, first.source.title, first.source.language) == (LEFT, "Smoke", "en")
    assert isinstance(second, Failure)
    assert "has no 'body'" in second.reason


# --- by option


def test_a_column_that_is_not_there_is_a_failure_and_a_field_that_is_none_an_error(
    tmp_path: Path,
) -> None:
    assert "has no column 'corpo'; its columns are 'text'" in fail_one(
        tmp_path, f"text\n{LEFT}", text="corpo"
    )
    with pytest.raises(SettingsError, match="no field 'body'; the fields are text, title"):
        read_all(tmp_path, f"text\n{LEFT}", fields={"body": "text"})


def test_an_archive_takes_the_names_of_columns(archive: Archive, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"corpo,titolo\n{LEFT},Smoke above\n")
    report = archive.ingest(path, fields={"text": "corpo", "title": "titolo"})
    assert [archive.article(name).source.title for name in report.added] == ["Smoke above"]


def test_lines_are_counted_for_progress(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"text\n{LEFT}\n{SAFE}")
    assert count([path]) == 3


@pytest.mark.parametrize("fields", ["text", "text=", "=body", "text=body,", "text=body,,title=x"])
def test_a_mapping_that_cannot_be_read_is_wrong_use(
    fields: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["ingest", "nosuch.csv", "--fields", fields])
    assert stopped.value.code == 2
    assert "text=body,title=headline" in capsys.readouterr().err
