"""No quote misleads by its cut: the rows of data/misleading_cuts.jsonl are invented newswire.

A row has the sentences of a passage, the number of the one chosen, and the numbers of those that
must be shown with it, in the quote or before it. A sentence that stands by itself needs none. Rows
marked `aside` were written first and looked at last: then 45 of the 46 misleading ones were shown
with what they need, and 14 of the 16 others were left bare.
"""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag import articles, contextguard, quotes
from rag.settings import find_corpus
from rag.types import Article, Passage, Span
from tests import making, tables
from tests.strategies import quotable

ROWS = tables.read("misleading_cuts")
USED = [row for row in ROWS if not row.get("aside")]
ASIDE = [row for row in ROWS if row.get("aside")]
# The most sentences of news that may have a lead-in before it is noise; a judgement.
MOST_LEADS = 0.45


def test_the_table_is_large_varied_and_partly_kept_aside() -> None:
    assert len(ROWS) == len({row["id"] for row in ROWS}) >= 80
    assert len({row["id"].rstrip(" 0123456789") for row in ROWS}) >= 15
    assert sum(not row["needs"] for row in ROWS) >= len(ROWS) / 4
    assert len(ASIDE) >= len(ROWS) / 3
    assert not any(row["chosen"] in row["needs"] for row in ROWS)


@pytest.mark.parametrize("row", [row for row in USED if row["needs"]], ids=lambda row: row["id"])
def test_a_misleading_cut_is_shown_with_what_it_needs_and_no_more(row: dict[str, Any]) -> None:
    shown, asked = tables.show_cut(row), {row["chosen"], *row["needs"]}
    assert shown >= asked
    assert shown <= set(range(min(asked), max(asked) + 1))


@pytest.mark.parametrize(
    "row", [row for row in USED if not row["needs"]], ids=lambda row: row["id"]
)
def test_a_sentence_that_stands_by_itself_is_left_bare(row: dict[str, Any]) -> None:
    assert tables.show_cut(row) == {row["chosen"]}


def test_the_rows_kept_aside_hold_as_well() -> None:
    assert [row["id"] for row in ASIDE if not tables.is_framed(row)] == [
        "stand-alone 42",  # what follows a question is taken for its answer, whatever it is
    ]


def test_lead_ins_stay_rare_enough_to_be_useful() -> None:
    framings = [
        contextguard.frame(cut, sentence, longest=quotes.LONGEST)
        for article in articles.read([find_corpus()], max_bytes=1_000_000)
        if isinstance(article, Article) and not article.source.path.endswith("README.md")
        for cut in making.cut(article, budget=120)
        for sentence in cut.sentences
    ]
    leads = sum(framing.lead is not None for framing in framings)
    assert 0.1 < leads / len(framings) < MOST_LEADS


newswire = st.lists(
    st.sampled_from([sentence for row in ROWS for sentence in row["sentences"]]),
    min_size=1,
    max_size=9,
).map(tables.make_passage)
cuts = st.one_of(newswire, quotable.map(lambda article: making.cut(article, budget=60)[0]))


@given(cuts, st.data())
def test_a_framing_covers_what_was_chosen_with_its_lead_before_it(
    made: Passage, data: st.DataObject
) -> None:
    first = data.draw(st.integers(0, len(made.sentences) - 1))
    last = data.draw(st.integers(first, min(first + 2, len(made.sentences) - 1)))
    chosen = Span(made.sentences[first].start, made.sentences[last].end)
    longest = data.draw(st.integers(1, 5))
    framing = contextguard.frame(made, chosen, longest=longest)
    assert made.span.covers(framing.span)
    assert framing.span.covers(chosen)
    assert len(contextguard.places(made, framing.span)) <= max(longest, last - first + 1)
    starts, ends = zip(*((each.start, each.end) for each in made.sentences), strict=True)
    for shown in (framing.span, *([framing.lead] if framing.lead else [])):
        assert shown.start in starts
        assert shown.end in ends
    if framing.lead:
        assert made.span.covers(framing.lead)
        assert framing.lead.end <= framing.span.start


@given(cuts, st.data())
def test_framing_what_is_framed_changes_nothing(made: Passage, data: st.DataObject) -> None:
    chosen = data.draw(st.sampled_from(made.sentences))
    framing = contextguard.frame(made, chosen, longest=3)
    assert contextguard.frame(made, framing.span, longest=3) == framing


def test_a_span_between_sentences_is_left_as_it_is() -> None:
    made = tables.make_passage(["Rain fell.", "The river rose."])
    framing = contextguard.frame(made, Span(10, 11), longest=3)
    assert (framing.span, framing.lead) == (Span(10, 11), None)


def test_where_a_denial_finds_no_room_the_framing_is_not_complete() -> None:
    made = tables.make_passage(
        ["Rain fell.", "The dam broke, villagers said.", "The ministry denied this."]
    )
    rain, dam, denial = made.sentences
    assert not contextguard.frame(made, dam, longest=1).complete
    assert contextguard.frame(made, dam, longest=2).span == Span(dam.start, denial.end)
    assert contextguard.frame(made, rain, longest=1).complete


def test_a_speaker_too_far_back_for_the_quote_leads_in_to_it() -> None:
    made = tables.make_passage(
        [
            "“We warned them in March,” said Dieter Falk.",
            "“We warned them in April.",
            "The valves were rusted.",
            "The pumps leaked.”",
        ]
    )
    framing = contextguard.frame(made, made.sentences[3], longest=3)
    assert framing.lead == made.sentences[0]
