"""What the fields of an article may be called, and how their values may be written."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from datetime import date
from io import StringIO
from pathlib import Path

import pytest

from rag.articles import read
from rag.articles.columns import NAMES
from rag.types import Article, Failure, Source
from tests.formats import LEFT, SMOKE

DAY = date(2016, 12, 3)


def read_line(folder: Path, record: Mapping[str, object], **fields: str) -> Article | Failure:
    path = folder / "a.jsonl"
    path.write_text(json.dumps(record))
    [item] = read([path], max_bytes=100_000, fields=fields)
    assert isinstance(item, Article | Failure)
    return item


def read_source(folder: Path, **record: object) -> Source:
    item = read_line(folder, {"text": LEFT, **record})
    assert isinstance(item, Article), item
    return item.source


def fail(folder: Path, **record: object) -> str:
    item = read_line(folder, {"text": LEFT, **record})
    assert isinstance(item, Failure), item
    return item.reason


# --- names

DATES = (
    *("date_publish", "published_date", "pub_date", "pubDate", "publishedAt", "publishedDate"),
    *("datePublished", "publishDate", "Published On", "posted", "timestamp", "created_at"),
    *("DateTime", "pubdate"),
)
TEXTS = ("article_body", "articleBody", "FullText", "Body Text", "news_text", "maintext")


@pytest.mark.parametrize("name", DATES)
def test_a_date_is_known_by_the_names_that_data_sets_give_it(tmp_path: Path, name: str) -> None:
    assert read_source(tmp_path, **{name: "2016-12-03"}).published == DAY


@pytest.mark.parametrize("name", TEXTS)
def test_a_text_is_known_by_the_names_that_data_sets_give_it(tmp_path: Path, name: str) -> None:
    path = tmp_path / "a.csv"
    table = StringIO()
    csv.writer(table).writerows([["Short Description", name], [SMOKE, LEFT]])
    path.write_text(table.getvalue())
    [item] = read([path], max_bytes=100_000)
    assert isinstance(item, Article), item
    assert item.text == LEFT


def test_the_surest_name_that_has_a_value_counts(tmp_path: Path) -> None:
    record = {"title": "", "Headline": None, "headline": "H", "text": " ", "content": "N/A"}
    record |= {"article": LEFT, "created_at": "2017-01-01", "date": "2016-12-03", "published": ""}
    item = read_line(tmp_path, record)
    assert isinstance(item, Article), item
    assert (item.text, item.source.title, item.source.published) == (LEFT, "H", DAY)


def test_a_key_that_the_user_named_counts_alone(tmp_path: Path) -> None:
    record = {"text": LEFT, "Title": "", "title": "T", "Text": SMOKE}
    item = read_line(tmp_path, record, title="Title", text="Text")
    assert isinstance(item, Article), item
    assert (item.text, item.source.title) == (SMOKE, "a, line 1")


# --- values

NOTHING = ("", " ", "~", "NaN", "nan", "NaT", "None", "NULL", "N/A", "n/a", "n.d.", "unknown")


@pytest.mark.parametrize("value", [*NOTHING, "0000-00-00", "0000-00-00 00:00:00", float("nan"), []])
def test_words_for_nothing_are_unknown_fields(tmp_path: Path, value: object) -> None:
    unknown = read_source(tmp_path)
    assert read_source(tmp_path, **dict.fromkeys(set(NAMES) - {"text"}, value)) == unknown
    assert read_source(tmp_path, published=value, date="2016-12-03").published == DAY


@pytest.mark.parametrize("value", [True, False, "true", "False"])
def test_whether_it_was_published_is_no_date(tmp_path: Path, value: object) -> None:
    assert read_source(tmp_path, published=value).published is None
    assert read_source(tmp_path, published=value, date="2016-12-03").published == DAY


@pytest.mark.parametrize("value", [20161203, 1480757400, 1480757400123, 1480757400.5])
def test_a_date_may_be_a_number(tmp_path: Path, value: object) -> None:
    assert read_source(tmp_path, published=value).published == DAY


@pytest.mark.parametrize("value", ["12/3/2016", 12032016, 2016, 7, "31-Dec-40"])
def test_a_date_that_cannot_be_told_is_refused(tmp_path: Path, value: object) -> None:
    assert f"published date that cannot be read ('{value}'); write 2016-12-31" in fail(
        tmp_path, published=value
    )


@pytest.mark.parametrize(
    ("value", "names"),
    [
        ({"id": None, "name": "Ann Reay"}, "Ann Reay"),
        ([{"name": "Ann Reay"}, {"name": None}, {"name": "Bo Lund"}], "Ann Reay, Bo Lund"),
        (["Ann Reay", None, "N/A", "Bo Lund"], "Ann Reay, Bo Lund"),
        ({"name": ""}, "second choice"),
        ([None], "second choice"),
    ],
)
def test_who_wrote_and_published_it_may_be_records_and_lists(
    tmp_path: Path, value: object, names: str
) -> None:
    source = read_source(
        tmp_path, author=value, creator="second choice", source=value, site="second choice"
    )
    assert (source.author, source.publisher) == (names, names)


@pytest.mark.parametrize("value", [7, True, {"id": 7}, {"name": 7}, ["Ann Reay", ["Bo Lund"]]])
def test_who_is_neither_a_name_nor_a_list_of_names_is_refused(
    tmp_path: Path, value: object
) -> None:
    assert "value for its author that is neither a name" in fail(tmp_path, author=value)
    assert "value for its publisher that is neither a name" in fail(tmp_path, publisher=value)


@pytest.mark.parametrize(
    ("value", "author"),
    [
        ("By Jane Smith", "Jane Smith"),
        ("by:  Jane Smith", "Jane Smith"),
        ("Byron Smith", "Byron Smith"),
        (["[[Jane Smith]]", "[[people/bo|Bo Lund]]"], "Jane Smith, Bo Lund"),
        ("By [[Jane Smith]]", "Jane Smith"),
    ],
)
def test_an_author_is_the_name_alone(tmp_path: Path, value: object, author: str) -> None:
    assert read_source(tmp_path, byline=value).author == author


def test_a_title_may_be_a_number(tmp_path: Path) -> None:
    assert read_source(tmp_path, title=2016).title == "2016"


@pytest.mark.parametrize(
    "url", ["www.courier.example/fire", "courier.example/fire", "WWW.a.example"]
)
def test_an_address_without_its_scheme_is_read(tmp_path: Path, url: str) -> None:
    assert read_source(tmp_path, url=url).url == f"https://{url}"


@pytest.mark.parametrize("url", ["story.html", "/fire", "news/fire", "ftp://courier.example/fire"])
def test_an_address_that_is_of_no_page_is_refused(tmp_path: Path, url: str) -> None:
    assert "url that is not an http or https address" in fail(tmp_path, url=url)


def test_front_matter_is_read_the_same_way(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    front = "published: true\nauthor: ['[[Jane Smith]]']\ndate: 2016-12-03 09:30:00 +0000\n"
    path.write_text(f"---\n{front}url: N/A\npublisher: n.d.\n---\n{LEFT}")
    [item] = read([path], max_bytes=100_000)
    assert isinstance(item, Article), item
    assert (item.source.author, item.source.published) == ("Jane Smith", DAY)
    assert (item.source.url, item.source.publisher) == ("", "")
