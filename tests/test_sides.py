"""Several sides of a story come out, in date order, copies on one card.

The rows of data/several_sides.jsonl are invented newswire: a few articles, a question, the articles
that must be covered within five quotes, which of them print one text, and the figures that must be
marked in the quotes of each. An article is covered by a quote of it, or of a copy. The reading
model is stood in for by shared words, as the choice is what is tried here, not the reading.

Those of data/side_questions.jsonl are questions, and whether each asks for several sides.

Rows marked `aside` were written first and looked at last. Then all 18 were covered, 5 of 6 texts
printed several times were on one card, the figures of 14 were marked right, and all 56 questions
were told right; rules that were wrong in general were mended since. Choosing by score alone covers
10 of the 18, and 25 of the other 36.
"""

import math
from collections import Counter
from datetime import date
from typing import Any

import pytest

from rag import figures, quotes, words
from rag.copies import are_copies
from rag.questions import content_words
from rag.sides import asks_count, asks_several
from rag.types import Quote, ScoredSpan
from tests import making, tables

LIMIT = 5


ROWS, QUESTIONS = tables.read("several_sides"), tables.read("side_questions")
USED = [row for row in ROWS if not row.get("aside")]
ASIDE = [row for row in ROWS if row.get("aside")]


def stems(text: str) -> set[str]:
    return {words.find_verb(word) or words.fold(word) for word in content_words(text)}


def score(row: dict[str, Any]) -> list[ScoredSpan]:
    """Score every sentence of a row by the share of the question's words in it; rare ones more."""
    made = [
        making.article(
            each["text"],
            name=each["id"],
            publisher=each["publisher"],
            published=date.fromisoformat(each["published"]) if each["published"] else None,
        )
        for each in row["articles"]
    ]
    passages = [passage for article in made for passage in making.cut(article)]
    sentences = [(passage, span) for passage in passages for span in passage.sentences]
    held = Counter(stem for passage, span in sentences for stem in stems(passage.cut(span)))
    asked = {stem for stem in stems(row["question"]) if held[stem]}
    weights = {stem: math.log(1 + len(sentences) / held[stem]) for stem in asked}
    scored = [
        ScoredSpan(passage, span, sum(weights[stem] for stem in asked & stems(passage.cut(span))))
        for passage, span in sentences
    ]
    most = sum(weights.values())
    found = [
        ScoredSpan(each.passage, each.span, (each.score / most) ** 2)
        for each in scored
        if each.score
    ]
    return sorted(found, key=lambda each: (-each.score, each.passage.source.id, each.span))


def choose(row: dict[str, Any], *, several: bool = True) -> tuple[Quote, ...]:
    return quotes.choose(score(row), limit=LIMIT, several=several)


def shown(quote: Quote) -> set[str]:
    """Return the articles that a card names."""
    return {quote.source.id, *(each.id for each in quote.copies)}


def covers(row: dict[str, Any], chosen: tuple[Quote, ...]) -> bool:
    return {name for quote in chosen for name in shown(quote)} >= set(row["covers"])


def has_one_card(group: list[str], chosen: tuple[Quote, ...]) -> bool:
    """Tell whether articles with one text are named together, and their text is quoted once."""
    cards = [quote for quote in chosen if shown(quote) & set(group)]
    return len({card.source.id for card in cards}) == 1 and shown(cards[0]) >= set(group)


def marks_right(row: dict[str, Any], chosen: tuple[Quote, ...]) -> bool:
    """Tell whether of each article quoted the figure that the row names is marked, and no other."""
    marked: dict[str, list[str]] = {quote.source.id: [] for quote in chosen}
    for quote, spans in zip(chosen, figures.compare(chosen), strict=True):
        marked[quote.source.id] += [quote.passage.cut(span).casefold() for span in spans]
    expected = {name: row["figures"].get(name) for name in marked}
    return all(
        len(found) == bool(expected[name]) and all(expected[name] in each for each in found)
        for name, found in marked.items()
    )


def test_the_tables_are_large_varied_and_partly_kept_aside() -> None:
    assert len(ROWS) == len({row["id"] for row in ROWS}) == len({row["question"] for row in ROWS})
    assert len(ROWS) >= 48
    assert len(ASIDE) >= len(ROWS) / 3
    assert all(3 <= len(row["articles"]) <= 7 for row in ROWS)
    assert sum(bool(row["copies"]) for row in ROWS) >= len(ROWS) / 4
    for row in ROWS:
        names = {each["id"] for each in row["articles"]}
        assert names >= {*row["covers"], *row["figures"], *(n for g in row["copies"] for n in g)}
        assert 2 <= len(row["covers"]) <= LIMIT
    asked = [row["question"] for row in QUESTIONS]
    assert len(asked) == len(set(asked)) >= 150
    assert sum(not row["several"] for row in QUESTIONS) >= len(asked) / 3
    assert sum("aside" in row for row in QUESTIONS) >= len(asked) / 4


@pytest.mark.parametrize(
    "row", [row for row in QUESTIONS if not row.get("aside")], ids=lambda row: row["question"]
)
def test_a_question_is_told_to_ask_for_several_sides_or_one_thing(row: dict[str, Any]) -> None:
    assert asks_several(row["question"]) == row["several"]


@pytest.mark.parametrize("row", USED, ids=lambda row: row["id"])
def test_several_sides_are_covered_in_five_quotes_copies_on_one_card(row: dict[str, Any]) -> None:
    chosen = choose(row)
    assert asks_several(row["question"])
    assert covers(row, chosen)
    assert all(has_one_card(group, chosen) for group in row["copies"])
    assert marks_right(row, chosen)


def test_several_sides_that_were_kept_aside_are_covered_too() -> None:
    assert sum(covers(row, choose(row)) for row in ASIDE) >= 0.9 * len(ASIDE)
    assert sum(marks_right(row, choose(row)) for row in ASIDE) >= 0.75 * len(ASIDE)
    groups = [(group, row) for row in ASIDE for group in row["copies"]]
    assert sum(has_one_card(group, choose(row)) for group, row in groups) >= 0.8 * len(groups)
    kept = [row for row in QUESTIONS if row.get("aside")]
    right = [asks_several(row["question"]) == row["several"] for row in kept]
    assert sum(right) >= 0.9 * len(kept)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["id"])
def test_several_sides_are_in_order_disjoint_and_never_copies(row: dict[str, Any]) -> None:
    chosen = choose(row)
    assert len(chosen) <= LIMIT
    days = [quote.source.published for quote in chosen]
    assert days == sorted(days, key=lambda day: day or date.max)
    for place, quote in enumerate(chosen):
        assert not any(are_copies(quote.text, other.text) for other in chosen[:place])


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["id"])
def test_for_a_count_the_best_quote_stands_before_the_others(row: dict[str, Any]) -> None:
    in_time = choose(row)
    best, *rest = quotes.choose(score(row), limit=LIMIT, several=True, best_first=True)
    assert best.score == max(each.score for each in in_time)
    assert [each for each in in_time if each.score < best.score] == [
        each for each in rest if each.score < best.score
    ]


def test_a_count_is_told_from_what_is_said_of_it() -> None:
    assert asks_count("How many people were killed?")
    assert not asks_count("What do reports say about the number of people killed?")
    assert not asks_count("How did the toll change?")


@pytest.mark.parametrize("question", ["", "?", ",;:", "how many", "did " * 400, "how toll, " * 200])
def test_any_text_is_told_at_once(question: str) -> None:
    assert asks_several(question) in (True, False)
