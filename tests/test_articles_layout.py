"""Saved pages: which lines are the story, and what the page says about it."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rag.articles import read
from rag.articles.dates import parse, read_dateline
from rag.articles.furniture import is_furniture, is_notice
from rag.articles.headers import read_byline
from rag.articles.layout import Layout, read_layout
from rag.articles.publishers import find_publisher
from rag.articles.units import cut_units
from rag.types import Article

PAGES = sorted((Path(__file__).parent / "data" / "articles").glob("*.txt"))


def leave_out(text: str, layout: Layout) -> list[str]:
    """Return the lines that hold nothing quotable."""
    lines = []
    start = 0
    for line in text.split("\n"):
        end = start + len(line)
        if line.strip() and not any(one.start < end and start < one.end for one in layout.body):
            lines.append(line)
        start = end + 1
    return lines


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_a_saved_page_is_told_from_its_furniture(path: Path) -> None:
    expected = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    [article] = read([path], max_bytes=100_000)
    assert isinstance(article, Article)
    source = article.source
    assert article.text == path.read_text(encoding="utf-8")
    assert leave_out(article.text, read_layout(article.text)) == expected["left_out"]
    assert {
        "title": source.title,
        "publisher": source.publisher,
        "author": source.author,
        "published": source.published and source.published.isoformat(),
        "url": source.url,
    } == {name: value for name, value in expected.items() if name != "left_out"}


# Each begins or ends as furniture does, and is none.
SENTENCES = [
    "Shares fell.",
    "Shares of the bank fell 4 percent on Monday.",
    "More than 200 people died.",
    "More on the strike is expected on Monday.",
    "More from the convoy arrived at dawn.",
    "Reporting by the United Nations showed that hundreds had died.",
    "Editing by censors had removed the names of the dead.",
    "Comments by the minister drew anger.",
    "Copyright law protects the songs, the court said.",
    "Related talks will be held in Geneva.",
    "Sections of the wall fell.",
    "Topics in the talks included water and prisoners.",
    "Sign language was used in court, where many had come to subscribe to the oath.",
    "Follow-up visits on the ward found nobody.",
    "Stay indoors, residents were told.",
    "Read the law, the judge told the minister.",
    "Watch committees were formed in every street.",
    "Help came too late.",
    "Print workers walked out.",
    "(c) the parties shall open the road to the north",
    "Le maire a dit « non » aux questions",
    "Print 20,000 ballots by Monday, the court ordered.",
    "Source of the leak",
    "Donate blood, doctors asked.",
]


@pytest.mark.parametrize("sentence", SENTENCES)
def test_a_sentence_of_a_story_is_no_furniture(sentence: str) -> None:
    assert not is_furniture(sentence)
    text = f"Bridge falls\n\nThe bridge at Tarn fell on Monday.\n\n{sentence}\n\nShare\n"
    assert sentence not in leave_out(text, read_layout(text))


@pytest.mark.parametrize(
    "sentence",
    [
        "The report should be published by Friday, he said.",
        "Turkey still wants to become a member of the union.",
        "The group said in its newsletter that it would fight on.",
        "The Echo is an independent newspaper close to the opposition.",
        "His book was first published in 1988.",
        "Nobody can reach the reporter, her family said.",
    ],
)
def test_the_last_sentence_of_a_story_is_no_notice(sentence: str) -> None:
    assert not is_notice(sentence)
    text = f"The bridge at Tarn fell on Monday.\n\n{sentence}\n\n© 2020 Tarn Echo"
    assert leave_out(text, read_layout(text)) == ["© 2020 Tarn Echo"]


@pytest.mark.parametrize(
    "line",
    [
        "clear",
        "Skip to main content",
        "ADVERTISEMENT",
        "- Advertisement -",
        "Share this article",
        "1.2k Shares",
        "Share on Facebook",
        "Facebook Twitter WhatsApp Email",
        "READ: A city is falling while its defenders weigh their options",
        "Read more: Ten days on the river",
        "RELATED: The ferry strike, explained",
        "Tags: Harlund, Ferries",
        "#harlund #ferries",
        "Home » News » Schools",
        "© Reuters 2016",
        "The Echo. All rights reserved.",
        "Sign up for our daily newsletter and get the best stories first.",
        "Stay informed with Echo's newsletters",
        "Follow The Echo on Twitter and Facebook",
        "5 min read",
        "You may also like",
        "(Reporting by Ana Cruz in Essen; Editing by Tom Hale)",
        "Additional reporting by José Núñez and A. B. al-Sayed",
        "https://tarn.example/story?id=1",
        "* * *",
        "View all comments (12)",
    ],
)
def test_furniture_is_known_by_its_words(line: str) -> None:
    assert is_furniture(line)


def test_plain_prose_is_quotable_to_the_last_word() -> None:
    text = "The tram left at four.\nNobody rang.\n\nBy noon the rails were being lifted."
    layout = read_layout(text)
    assert layout.title == ""
    assert [span.cut(text) for span in layout.body] == [text]


def test_a_text_of_short_lines_keeps_them() -> None:
    text = "Harbour song\n\nThe boats\nthe rain\nthe long wait"
    layout = read_layout(text)
    assert layout.title == "Harbour song"
    assert [span.cut(text) for span in layout.body] == ["The boats\nthe rain\nthe long wait"]


def test_a_headline_alone_is_the_story() -> None:
    text = "Bridge at Tarn falls"
    assert [span.cut(text) for span in read_layout(text).body] == [text]


def test_a_text_in_a_script_without_spaces_is_kept() -> None:
    text = "大桥倒塌\n\n大桥星期一倒塌。\n\n没有人受伤。\n"
    layout = read_layout(text)
    assert layout.title == "大桥倒塌"
    assert [span.cut(text) for span in layout.body] == ["大桥星期一倒塌。\n\n没有人受伤。"]


def test_a_line_between_no_break_spaces_is_blank() -> None:
    text = "Bridge falls\n\u00a0\nIt fell on Monday at noon.\n\u200b\nNobody was hurt, police said."
    assert [unit.after_blank for unit in cut_units(text)] == [True, True, True]


def test_a_slogan_with_a_year_is_not_the_headline_but_a_record_can_be() -> None:
    prose = "\n\nThe worst fighting reached the dam, and the town emptied, officials said.\n"
    slogan = "Telling it straight since 1931\n\nTown empties as fighting reaches dam"
    assert read_layout(slogan + prose).title == "Town empties as fighting reaches dam"
    record = "Worst fighting at the dam since 2012"
    assert read_layout(record + prose).title == record


def test_a_deck_with_a_full_stop_may_stand_above_byline_and_date() -> None:
    deck = "Army called in as rescuers struggle to reach the villages."
    text = (
        f"Thousands flee as Ravna floods\n\n{deck}\n\nBy Ana Silva\n14 Sep 2024\n\n"
        "Thousands of people have left Ravna after days of rain.\n\nFour are missing, police said."
    )
    layout = read_layout(text)
    assert (layout.author, layout.published) == ("Ana Silva", date(2024, 9, 14))
    left_out = leave_out(text, layout)
    assert left_out == ["Thousands flee as Ravna floods", "By Ana Silva", "14 Sep 2024"]


def test_a_headline_that_asks_is_a_headline() -> None:
    headline = "Will the dam hold until the engineers come?"
    text = f"{headline}\n\nNobody knows whether the dam will hold, officials said.\n"
    assert read_layout(text).title == headline


def test_a_first_line_that_runs_on_into_prose_is_no_headline() -> None:
    text = (
        "Rebels in the town said on Thursday\nthat they had left it, and that all were safe.\n\n"
        "The army was silent.\n\nNo one else was there to see it.\n"
    )
    layout = read_layout(text)
    assert layout.title == ""
    assert leave_out(text, layout) == []


def test_the_headlines_under_a_related_heading_are_left_out_up_to_the_next_sentence() -> None:
    text = (
        "Bridge falls\n\nThe bridge at Tarn fell on Monday.\n\nRelated stories\nBridge was old\n"
        "Who built it?\nThe council met at once.\n\nWhat now\n\nThe road is shut."
    )
    left_out = leave_out(text, read_layout(text))
    assert left_out == ["Bridge falls", "Related stories", "Bridge was old", "Who built it?"]


def test_a_list_heading_before_much_of_the_story_does_not_end_it() -> None:
    story = "\n\n".join(f"Sentence {n} of the story is a short one." for n in range(12))
    text = f"Bridge falls\n\nIt fell on Monday at noon.\n\nMost read\n\n{story}"
    assert leave_out(text, read_layout(text)) == ["Bridge falls", "Most read"]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("December 1, 2016 at 11:00 am", date(2016, 12, 1)),
        ("1 December 2016", date(2016, 12, 1)),
        ("1st of December, 2016", date(2016, 12, 1)),
        ("2016-12-01", date(2016, 12, 1)),
        ("2016-12-01T11:00:00.123+02:00", date(2016, 12, 1)),
        ("2001-12-14 21:59:43.10 -5", date(2001, 12, 14)),
        ("Thu 1 Dec 2016 11.00 GMT", date(2016, 12, 1)),
        ("Thu, 01 Dec 2016 06:30:00 +0100", date(2016, 12, 1)),
        ("Published: Dec. 1, 2016, 3:45 p.m. ET", date(2016, 12, 1)),
        ("Last updated 1 December 2016", date(2016, 12, 1)),
        ("Updated 0942 GMT (1742 HKT) December 1, 2016", None),
        ("01.12.2016", date(2016, 12, 1)),
        ("13/12/2016", date(2016, 12, 13)),
        ("12/13/2016", date(2016, 12, 13)),
        ("1/2/2016", None),
        ("20161203", date(2016, 12, 3)),
        ("20161203T093000Z", date(2016, 12, 3)),
        ("20161203093000", date(2016, 12, 3)),
        ("20161303", None),
        ("1480757400", date(2016, 12, 3)),
        ("1480757400123", date(2016, 12, 3)),
        ("1480757400.25", date(2016, 12, 3)),
        ("1480809599", date(2016, 12, 3)),
        ("0000000007", None),
        ("4133980800", None),
        ("148075740", None),
        ("31-Dec-17", date(2017, 12, 31)),
        ("31-Dec-99", date(1999, 12, 31)),
        ("31-Dec-69", date(1969, 12, 31)),
        ("31-Dec-30", None),
        ("31-Dec-68", None),
        ("1 March-15 April", None),
        ("16-31-Dec-17", None),
        ("Sat Dec 03 09:30:00 +0000 2016", date(2016, 12, 3)),
        ("Sat Dec  3 09:30:00 2016", date(2016, 12, 3)),
        ("Sat Dec  3 09:30:00 GMT 2016", date(2016, 12, 3)),
        ("2016-13-01", None),
        ("30 February 2016", None),
        ("December 2016", None),
        ("in December 1, 2016 we left", None),
        ("", None),
    ],
)
def test_dates_are_read_as_pages_print_them(text: str, day: date | None) -> None:
    assert parse(text) == day


def test_a_headline_with_a_date_is_no_dateline() -> None:
    text = "Election Night, November 8, 2016\n\nThe count went on until four, officials said.\n"
    layout = read_layout(text)
    assert layout.title == "Election Night, November 8, 2016"
    line = read_dateline(layout.title)
    assert line is not None
    assert line.rest == "Election Night"


def test_the_day_of_publication_comes_before_that_of_an_update() -> None:
    text = (
        "Bridge falls\n\nLast updated: 3 May 2017\nPublished: 1 May 2017\n\n"
        "It fell on Monday at noon, the council said."
    )
    assert read_layout(text).published == date(2017, 5, 1)


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("By Jane Smith", "Jane Smith"),
        ("BY JANE SMITH AND ALI HASSAN", "JANE SMITH AND ALI HASSAN"),
        ("By Jane Smith in Beirut", "Jane Smith"),
        (
            "By Jane Smith in Beirut and Ali al-Hassan in Aleppo",
            "Jane Smith in Beirut and Ali al-Hassan",
        ),
        ("By Jane Smith, Echo Staff Writer", "Jane Smith"),
        (
            "By Jane Smith, Ali al-Hassan and Bo Lund in Beirut",
            "Jane Smith, Ali al-Hassan and Bo Lund",
        ),
        ("By Jane Smith, Ali Hassan, and Bo Lund", "Jane Smith, Ali Hassan, and Bo Lund"),
        ("By Jane Smith, Middle East Editor, and Ali Hassan", "Jane Smith"),
        ("By the numbers: a city at war", None),
        ("By Monday they had left the town.", None),
        ("By noon the rails were lifted", None),
    ],
)
def test_bylines_give_names(line: str, names: str | None) -> None:
    assert read_byline(line) == names


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("The Slate delivers independent coverage of the north.", "The Slate"),
        ("This article first appeared in The Tarn Echo.", "The Tarn Echo"),
        ("© 2016 Tarn Echo", "Tarn Echo"),
        ("(c) 2016-2019 Tarn Echo Ltd. All rights reserved.", "Tarn Echo"),
        ("Copyright Tarn Echo 2016", "Tarn Echo"),
        ("Copyright © 2016, Tarn Echo Media LLC", "Tarn Echo Media"),
        ("Source: Tarn Echo", "Tarn Echo"),
        ("Published by Tarn Echo", "Tarn Echo"),
        ("More about Tarn Echo can be found here.", "Tarn Echo"),
        ("Source: News Agencies", ""),
        ("© 2016", ""),
        ("All rights reserved", ""),
    ],
)
def test_publishers_are_named_by_their_furniture(line: str, name: str) -> None:
    assert find_publisher([line], story=[]) == name


LINES = st.sampled_from(
    [
        *SENTENCES,
        "Share",
        "Related stories",
        "Most read",
        "By Jane Smith",
        "1 May 2017",
        "\u00a0",
        "",
    ]
)


@given(st.lists(LINES | st.text(max_size=80), max_size=30).map("\n".join))
@example("Title: x\nDate: y")
def test_a_body_is_ordered_disjoint_trimmed_and_made_of_words(text: str) -> None:
    end = 0
    for span in read_layout(text).body:
        words = span.cut(text)
        assert span.start >= end
        assert words == words.strip()
        assert any(char.isalnum() for char in words)
        end = span.end


@given(st.lists(st.sampled_from(SENTENCES[4:8]), min_size=1, max_size=8))
def test_no_sentence_of_plain_prose_is_lost(sentences: list[str]) -> None:
    text = "\n\n".join(sentences)
    assert leave_out(text, read_layout(text)) == []


@pytest.mark.parametrize(
    "line", ["A-" * 40, "A." * 40, "Most read", "A b, " * 30, "© " + "A" * 90, "> a " * 20]
)
def test_long_and_odd_pages_are_read_in_linear_time(line: str) -> None:
    # Milliseconds; hours with a rule that tries every way to divide a line.
    read_layout(f"By {line}!\n{line}\n" * 1_000)
    read_layout(f"Reporting by {line * 1_000}!")
