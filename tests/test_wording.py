"""What two wordings are compared by: words, figures and marks, with only some things folded."""

from itertools import pairwise

import pytest
from hypothesis import given

from rag import wording
from tests.strategies import texts


def keys(text: str) -> str:
    return " ".join(wording.read(text).keys)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The dam held.", "the dam held ."),
        ("“Go!” — ‘go’", '" go ! " - " go "'),
        ("« Go », „go“ or ``go''", '" go " , " go " or " go "'),
        ("“‘Go’” ” “", '" go "'),
        ("long-lived long–lived long - lived", "long - lived long - lived long - lived"),
        ("he said--twice", "he said - twice"),
        ("Russia’s Russia's Russiaʼs don't", "russia's russia's russia's don't"),
        ("the fighters’ own", 'the fighters " own'),
        ("30,000 2.5 10:30 1/2 9.", "30,000 2.5 10:30 1/2 9 ."),
        ("5% $5 3.5m", "5 % $ 5 3.5m"),
        ("U.S. p.m.", "u . s . p . m ."),
        ("so … so ... so . . . so", "so … so … so … so"),
        ("so [...] so (…) so [ … ] so", "so … so … so … so"),
        ("so.... So", "so … so"),
        ("Straße STRASSE", "strasse strasse"),
        ("Cafe\u0301 Café", "cafe\u0301 cafe\u0301"),
        ("dis\u00adplaced zero\u200bwidth \ufeff", "displaced zerowidth"),
        ("**bold** _slanted_\n\n## Heading", "bold slanted heading"),
        ("水坝 held", "水 坝 held"),
        ("هُوَ", "هُوَ"),
        ("👩\u200d🚒 🙂", "👩 🚒 🙂"),
        ("", ""),
    ],
)
def test_a_text_becomes_words_and_marks(text: str, expected: str) -> None:
    assert keys(text) == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        *[("30,000", "30.000"), ("30,000", "30 000"), ("New York", "NewYork"), ("cafe", "café")],
        *[("wars", "war's"), ("May", "may not"), ("won", "won’t"), ("held?", "held."), ("5", "-5")],
    ],
)
def test_what_is_not_the_same_wording_stays_different(one: str, other: str) -> None:
    assert keys(one) != keys(other)


# A run is what stands between the bars.
@pytest.mark.parametrize(
    ("text", "whole"),
    [
        *[("the |dam| held", True), ("|the dam held|.", True), ("“|Go|!”", True)],
        *[("non-|combatants| left", False), ("the |government|-held east", False)],
        *[("10–|15 men|", False), ("his/|her| house", False), ("|1|–5 men", False)],
        *[("city—|the rebels| left", True), ("city--|the rebels| left", True)],
        *[("at -|5 degrees|", False), ("for $|5 million|", False), ("rose |5|%", False)],
        *[("a .|5 percent| rise", False), ("30\u00a0|000 men|", False), ("|30|\u202f000", False)],
        *[("U.|S. troops|", False), ("the |U|.S. army", False), ("plan B.|He left|", True)],
        *[("ended.|The army| left", True), ("in 2016 |300 men|", True), ("- |5 men|", True)],
    ],
)
def test_a_run_may_break_no_word_in_two(text: str, whole: bool) -> None:
    before, inside, _ = text.split("|")
    read = wording.read(text.replace("|", ""))
    start = sum(begin < len(before) for begin, _ in read.places)
    end = sum(begin < len(before) + len(inside) for begin, _ in read.places)
    assert read.is_whole(start, end) == whole
    low, high = read.widen(start, end)
    assert (low, high) == (start, end) if whole else high - low > end - start
    assert read.is_whole(low, high)


@given(texts)
def test_words_stand_in_order_where_the_text_has_them(text: str) -> None:
    read = wording.read(text)
    at = 0
    for key, (start, end) in zip(read.keys, read.places, strict=True):
        assert key
        assert at <= start < end <= len(text)
        at = end
    bounds = [(0, 0), *read.places, (len(text), len(text))]
    left = "".join(text[end:start] for (_, end), (start, _) in pairwise(bounds))
    assert not any(each.isalnum() for each in left)
    assert read.cut(0, len(read.keys)).strip() == read.cut(0, len(read.keys))


@given(texts)
def test_the_case_of_a_text_changes_no_key(text: str) -> None:
    assert wording.read(text.upper()).keys == wording.read(text.upper().lower().upper()).keys
