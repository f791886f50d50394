"""The lexical index: BM25 over stems, on real tantivy in a temporary folder."""

import time
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from rag.errors import StoreError
from rag.lexical import FOLDER, LexicalIndex, analyze
from rag.types import Passage, Query
from tests import making
from tests.strategies import texts


@pytest.fixture
def index(tmp_path: Path) -> LexicalIndex:
    return LexicalIndex(tmp_path)


def passage(text: str, **fields: Any) -> Passage:
    (cut,) = making.cut(making.article(text, **fields), budget=10_000)
    return cut


def fill(index: LexicalIndex) -> None:
    index.add(
        {
            7: passage("The dam held.", publisher="Coast Post", published=date(2020, 3, 1)),
            8: passage("The dam broke.", publisher="Hill Courier", published=date(2020, 3, 5)),
            9: passage("A dam leaks.", publisher="Hill Courier", title="Floods"),
        }
    )


def search(index: LexicalIndex, words: str, **filters: Any) -> list[int]:
    within = Query("a", "a", **filters) if filters else None
    return [key for key, _ in index.search(analyze(words), count=10, within=within)]


@pytest.mark.parametrize(
    ("text", "stems"),
    [
        ("Rebels rebelled", ["rebel", "rebel"]),
        ("Café CAFE cafés", ["cafe", "cafe", "cafe"]),
        ("İzmir", ["izmir"]),
        ("U.S. 3.5", ["u", "s", "3", "5"]),
        ("Ελλάδα 日本", ["ελλάδα", "日本"]),
        ("… — 🙂", []),
        ("x" * 65, []),
        ("", []),
    ],
)
def test_words_become_stems(text: str, stems: list[str]) -> None:
    assert analyze(text) == stems


def test_the_rarer_word_decides(index: LexicalIndex) -> None:
    fill(index)
    assert search(index, "dam broke")[0] == 8
    assert set(search(index, "dam")) == {7, 8, 9}
    assert search(index, "marmalade") == []


def test_a_word_of_the_title_is_found_too(index: LexicalIndex) -> None:
    fill(index)
    assert search(index, "flooding") == [9]


def test_scores_fall_and_no_more_are_found_than_are_wanted(index: LexicalIndex) -> None:
    fill(index)
    found = index.search(analyze("dam broke"), count=2)
    assert len(found) == 2
    assert found[0][1] > found[1][1] > 0


def test_without_words_nothing_is_found(index: LexicalIndex) -> None:
    fill(index)
    assert index.search([], count=10) == []


@pytest.mark.parametrize(
    ("phrases", "keys"),
    [
        (["the dam"], [7, 8]),
        (["dam the"], []),
        (["the dam broke"], [8]),
        (["dam held", "the dam"], [7, 8]),
        (["leaks"], [9]),
        ([""], []),
        ([], []),
    ],
)
def test_phrases_are_found_word_by_word_in_their_order(
    index: LexicalIndex, phrases: list[str], keys: list[int]
) -> None:
    fill(index)
    found = index.search_phrases([analyze(phrase) for phrase in phrases], count=10)
    assert [key for key, _ in found] == keys
    assert len(index.search_phrases([["dam"]], count=2)) == 2


@pytest.mark.parametrize(
    ("filters", "keys"),
    [
        ({"publishers": ("Hill Courier",)}, {8, 9}),
        ({"publishers": ("Courier",)}, set()),
        ({"publishers": ("Hill Courier", "Coast Post")}, {7, 8, 9}),
        ({"since": date(2020, 3, 1)}, {7, 8}),
        ({"since": date(2020, 3, 2)}, {8}),
        ({"until": date(2020, 3, 5)}, {7, 8}),
        ({"until": date(2020, 3, 4)}, {7}),
        ({"since": date(2020, 3, 1), "publishers": ("Hill Courier",)}, {8}),
    ],
)
def test_a_search_can_be_narrowed(index: LexicalIndex, filters: Any, keys: set[int]) -> None:
    fill(index)
    assert set(search(index, "dam", **filters)) == keys


def test_filters_do_not_change_the_scores(index: LexicalIndex) -> None:
    fill(index)
    plain = dict(index.search(["dam"], count=10))
    within = Query("a", "a", until=date(2020, 3, 5), publishers=("Hill Courier", "Coast Post"))
    narrowed = dict(index.search(["dam"], count=10, within=within))
    assert narrowed == {key: pytest.approx(plain[key]) for key in (7, 8)}


def test_adding_over_a_key_replaces_what_stood_there(index: LexicalIndex) -> None:
    fill(index)
    index.add({7: passage("Geese came.")})
    assert index.count() == 3
    assert search(index, "held") == []
    assert search(index, "goose geese") == [7]


def test_what_is_removed_is_not_found_and_absent_keys_are_no_error(index: LexicalIndex) -> None:
    fill(index)
    index.remove([7, 1_000])
    index.remove([])
    assert sorted(index.keys()) == [8, 9]
    assert search(index, "held") == []


def test_a_word_is_counted_in_passages_not_in_occurrences(index: LexicalIndex) -> None:
    fill(index)
    index.add({10: passage("Dam, dam, dam and bread.")})
    assert index.count_passages_with("dam") == 4
    assert index.count_passages_with("marmalad") == 0


def test_a_word_of_a_title_is_held_though_no_passage_has_it(index: LexicalIndex) -> None:
    index.add({10: passage("Snow fell.", title="Blizzard shuts the airport")})
    assert index.count_passages_with("blizzard") == 0
    assert [index.holds(word) for word in ("blizzard", "snow", "rain")] == [True, True, False]


def test_what_was_added_is_there_after_reopening(index: LexicalIndex, tmp_path: Path) -> None:
    fill(index)
    again = LexicalIndex(tmp_path)
    assert (again.count(), search(again, "broke")) == (3, [8])


def test_an_open_index_sees_what_another_one_writes(index: LexicalIndex, tmp_path: Path) -> None:
    fill(LexicalIndex(tmp_path))
    assert index.count() == 3


@given(texts)
def test_any_text_can_be_analyzed_and_its_stems_are_lower_case_and_short(text: str) -> None:
    for stem in analyze(text):
        assert 0 < len(stem.encode()) <= 3 * 64
        assert stem.split() == [stem]


def test_a_very_long_word_does_not_keep_its_passage_out(index: LexicalIndex) -> None:
    index.add({1: passage(f"Hares {'x' * 100_000} ran.")})
    assert search(index, "hares") == [1]


def test_a_file_in_the_place_of_the_index_is_an_error_of_the_store(tmp_path: Path) -> None:
    (tmp_path / FOLDER).write_text("not a folder")
    with pytest.raises(StoreError, match="lexical index"):
        LexicalIndex(tmp_path)


def test_a_damaged_index_is_an_error_of_the_store(index: LexicalIndex, tmp_path: Path) -> None:
    fill(index)
    (tmp_path / FOLDER / "meta.json").write_text("{")
    with pytest.raises(StoreError, match="lexical index"):
        LexicalIndex(tmp_path)


def test_what_a_killed_process_left_before_its_commit_is_no_hindrance(tmp_path: Path) -> None:
    meta = tmp_path / FOLDER / "meta.json"
    LexicalIndex(tmp_path).add(dict.fromkeys(range(5), passage("Rain fell.")))
    committed = meta.read_bytes()
    LexicalIndex(tmp_path).remove([2])
    meta.write_bytes(committed)  # the last file that a commit writes
    left = LexicalIndex(tmp_path)
    left.remove([2])
    assert sorted(left.keys()) == [0, 1, 3, 4]


def test_nothing_is_written_between_what_the_program_does(
    index: LexicalIndex, tmp_path: Path
) -> None:
    fill(index)
    for path in (tmp_path / FOLDER).glob(".*.lock"):
        path.unlink()
    time.sleep(1)  # tantivy's own thread looks twice in a second
    assert not list((tmp_path / FOLDER).glob(".*.lock"))
