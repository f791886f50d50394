"""Rankings are joined by the weighed sum of reciprocal ranks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.fusion import COUNTS, SMOOTHING, fuse
from rag.types import Rank

rankings = st.dictionaries(
    st.sampled_from(["dense", "lexical", "third"]),
    st.lists(st.integers(0, 30), unique=True, max_size=12),
)


def test_a_score_is_the_weighed_sum_of_reciprocal_ranks() -> None:
    first, second = fuse({"dense": [7, 8], "lexical": [8]})
    assert (first.key, second.key) == (8, 7)
    dense = COUNTS["dense"]
    assert first.score * (dense + 1) == pytest.approx(dense * (SMOOTHING + 1) / (SMOOTHING + 2) + 1)
    assert second.score * (dense + 1) == pytest.approx(dense)
    assert first.ranks == (Rank("dense", 2), Rank("lexical", 1))


def test_a_tie_goes_to_the_lower_key() -> None:
    assert [each.key for each in fuse({"lexical": [9], "third": [4]})] == [4, 9]


@pytest.mark.parametrize("empty", [{}, {"dense": []}])
def test_nothing_ranked_is_nothing_fused(empty: dict[str, list[int]]) -> None:
    assert fuse(empty) == ()


@given(rankings)
def test_every_key_comes_once_best_first_with_every_rank_it_had(
    given_ranks: dict[str, list[int]],
) -> None:
    fused = fuse(given_ranks)
    assert {each.key for each in fused} == {key for keys in given_ranks.values() for key in keys}
    assert len({each.key for each in fused}) == len(fused)
    assert list(fused) == sorted(fused, key=lambda each: (-each.score, each.key))
    for each in fused:
        assert set(each.ranks) == {
            Rank(name, keys.index(each.key) + 1)
            for name, keys in given_ranks.items()
            if each.key in keys
        }


@given(st.lists(st.integers(0, 30), unique=True))
def test_one_ranking_alone_keeps_its_order(keys: list[int]) -> None:
    assert [each.key for each in fuse({"dense": keys})] == keys


@given(st.lists(st.integers(0, 30), unique=True, min_size=1))
def test_what_every_retriever_puts_first_is_first(keys: list[int]) -> None:
    other = [keys[0], *reversed(keys[1:])]
    best = fuse({"dense": keys, "lexical": other})[0]
    assert best.key == keys[0]
    assert best.score == pytest.approx(1)
