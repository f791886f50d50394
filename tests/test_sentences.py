"""Sentence rules: a golden table of hard cases, and laws that hold for any text."""

import json
from itertools import pairwise, zip_longest
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.sentences import blocks, split
from rag.types import Span

# A row holds the parts of a text, `before` sentence joiner sentence ... `after`; a joiner is one
# space unless `joiners` says otherwise. Spans follow from the lengths of the parts.
GOLDEN: list[dict[str, Any]] = [
    json.loads(line)
    for line in (Path(__file__).parent / "data/sentences.jsonl").read_bytes().splitlines()
]

WEIGHTLESS = "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"

PIECES = [
    *[
        "The army left",
        "he said",
        "al-Assad",
        "iPhone",
        "Mr",
        "U.S",
        "p.m",
        "Inc",
        "No",
        "e.g",
        "J",
    ],
    *["3.5", "5", "https://a.b/C.D?e", "x@y.Com", "...", "…", ".", "?", "!", "。", "؟", "।", "[3]"],
    *['"', "'", "“", "”", "‘", "’", "«", "»", "(", ")", "[", "]", ",", ";", "—", "-", "•"],
    *[" ", "  ", "\n", "\n\n", "\r\n", "\t", "\u00a0", "\u2028", "\u3000", *WEIGHTLESS],
    *[
        "e\u0301",
        "İ",
        "ß",
        "ა",
        "你好",
        "سلام",
        "🙂",
        "👩\u200d🚒",
        "\U00010400",
        "\x00",
        "\x1c",
        "\x85",
    ],
]

texts = st.one_of(
    st.text(),
    st.lists(st.sampled_from(PIECES), max_size=40).map("".join),
    st.lists(st.sampled_from(["word", "Word", "word.", "of"]), max_size=200).map(
        lambda words: "\n".join(" ".join(words[at : at + 12]) for at in range(0, len(words), 12))
    ),
)


def compose(row: dict[str, Any]) -> tuple[str, list[Span]]:
    """Build a row's text and the spans of its sentences."""
    sentences: list[str] = row["sentences"]
    joiners: list[str] = row.get("joiners") or [" "] * (len(sentences) - 1)
    assert len(joiners) == len(sentences) - 1
    text, spans = row.get("before", ""), []
    for sentence, joiner in zip_longest(sentences, joiners, fillvalue=""):
        spans.append(Span(len(text), len(text) + len(sentence)))
        text += sentence + joiner
    return text + row.get("after", ""), spans


def is_visible(letter: str) -> bool:
    return not letter.isspace() and letter not in WEIGHTLESS


@pytest.mark.parametrize("row", GOLDEN, ids=lambda row: row["id"])
def test_a_text_of_the_golden_table_is_cut_as_written_there(row: dict[str, Any]) -> None:
    text, expected = compose(row)
    assert [span.cut(text) for span in split(text)] == row["sentences"]
    assert list(split(text)) == expected


def test_the_golden_table_has_no_row_twice() -> None:
    texts = [compose(row)[0] for row in GOLDEN]
    assert len(set(texts)) == len(texts) == len({row["id"] for row in GOLDEN})


@pytest.mark.parametrize("cut", [split, blocks])
def test_text_without_visible_characters_has_no_spans(cut: Any) -> None:
    assert cut("") == cut(" \n\u00a0\t\u2029") == cut(WEIGHTLESS) == ()


@given(texts)
def test_every_visible_character_lies_in_exactly_one_sentence(text: str) -> None:
    covered = [0] * len(text)
    for span in split(text):
        for at in range(span.start, span.end):
            covered[at] += 1
    assert max(covered, default=0) <= 1
    assert all(covered[at] for at, letter in enumerate(text) if is_visible(letter))


@given(texts)
def test_sentences_and_blocks_are_ordered_and_disjoint(text: str) -> None:
    for spans in split(text), blocks(text):
        assert all(one.end <= other.start for one, other in pairwise(spans))


@given(texts)
def test_sentences_and_blocks_are_trimmed_of_white_space(text: str) -> None:
    for span in (*split(text), *blocks(text)):
        assert is_visible(text[span.start])
        assert is_visible(text[span.end - 1])


@given(texts)
def test_every_sentence_lies_in_exactly_one_block(text: str) -> None:
    found = blocks(text)
    for sentence in split(text):
        assert [block.covers(sentence) for block in found].count(True) == 1


@given(texts)
def test_a_block_is_split_alone_as_it_is_in_its_text(text: str) -> None:
    assert split(text) == tuple(
        span for block in blocks(text) for span in split(text, within=block)
    )


@given(texts, texts, texts)
def test_a_part_is_split_as_if_it_stood_alone(before: str, part: str, after: str) -> None:
    if part:
        within = Span(len(before), len(before) + len(part))
        alone = tuple(span.shifted(len(before)) for span in split(part))
        assert split(before + part + after, within=within) == alone


@given(texts, texts)
def test_a_blank_line_parts_sentences(above: str, below: str) -> None:
    offset = len(above) + 2
    assert split(f"{above}\n\n{below}") == (
        *split(above),
        *(span.shifted(offset) for span in split(below)),
    )


def test_a_part_beyond_the_text_is_refused() -> None:
    with pytest.raises(ValueError, match="beyond"):
        split("The ferry sank.", within=Span(4, 40))


# Each of these would take hours, not seconds, if any rule looked back or ahead without bound.
@pytest.mark.parametrize(
    ("unit", "each"),
    [
        (".", 0),
        ("a.", 0),
        ('"', 0),
        (".(", 0),
        ("(", 0),
        (".“‘«(", 0),
        ("www.", 0),
        ("x", 0),
        ("'", 0),
        ("Aaaa ", 0),
        ("Rain fell. ", 1),
        ("走。", 1),
        ("“Who?” They ran. ", 2),
        ("Rain fell.\n", 1),
    ],
)
def test_time_is_linear_in_the_text(unit: str, each: int) -> None:
    count = 200_000
    assert len(split(unit * count)) == max(1, each * count)
