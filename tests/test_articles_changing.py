"""A file that another program changes while it is read gives one of its texts, or a failure."""

from pathlib import Path

import pytest

from rag.articles import files, read
from rag.articles.files import File
from rag.errors import ArticleError
from rag.types import Article, Failure

ONE = "The ferry left Sarn at dawn.\n"
OTHER = "Nobody was hurt in the port.\n"


@pytest.fixture
def file(tmp_path: Path) -> File:
    path = tmp_path / "a.jsonl"
    path.write_text(ONE, encoding="utf-8")
    return File(str(path), path)


def test_a_file_that_is_written_to_while_it_is_read_is_a_failure(file: File) -> None:
    with pytest.raises(ArticleError, match="changed while it was read"), files.opened(file):
        file.place.write_text(OTHER + OTHER, encoding="utf-8")


def test_a_file_that_another_takes_the_place_of_is_read_as_it_was(file: File) -> None:
    with files.opened(file) as stream:
        after = file.place.with_suffix(".new")
        after.write_text(OTHER, encoding="utf-8")
        after.replace(file.place)
        assert stream.read().decode() == ONE


def test_of_lines_under_a_writer_each_is_whole_and_the_change_is_told(file: File) -> None:
    lines = ['{"id": "a", "text": "The ferry left."}', '{"id": "b", "text": "Nobody was hurt."}']
    file.place.write_text("\n".join(lines), encoding="utf-8")
    items = read([file.place], max_bytes=1_000)
    first = next(items)
    assert isinstance(first, Article)
    assert first.text == "The ferry left."
    file.place.write_text("\n".join([*lines, lines[0]]), encoding="utf-8")
    *_, last = items
    assert isinstance(last, Failure)
    assert last.reason == "was changed while it was read; ingest it again"
