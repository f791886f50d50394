"""What is rendered unescapes to exactly what was quoted, and steers nothing."""

import html
import json
import re
import unicodedata
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag import rendering
from rag.checking import check
from rag.inferences import Added, DateRange, Reason
from rag.reports import Report
from rag.types import Answer, Article, Failure, Query, Quote, Span
from tests import making
from tests.strategies import articles, quotable, texts

QUERY = Query("Who slept?", "Who slept?")
HOSTILE = (
    "<script>alert(1)</script> & <img src=x onerror=y> [link](javascript:z) *bold* `code` &amp; "
    "\x1b[2J\u202eevil\u202c. "
)
TAG = re.compile(r"</?mark[^<>]*>")


def answer(*quotes: Quote, found: bool = True, query: Query = QUERY) -> Answer:
    return Answer(
        question="Who slept?",
        query=query,
        quotes=quotes if found else (),
        nearest=() if found else quotes,
        confidence=0.123456,
        reason="none said <so>",
    )


def quote(article: Article) -> Quote:
    passage = making.cut(article)[0]
    return Quote(passage, passage.sentences[0], 0.98765)


def led(article: Article) -> Quote:
    """Return the last sentence of a passage, with all before it as its lead."""
    passage = making.cut(article)[0]
    *before, last = passage.sentences
    return Quote(passage, last, 0.9, lead=Span(before[0].start, before[-1].end))


def hostile() -> Quote:
    return quote(making.article(HOSTILE, name="h", title=HOSTILE, publisher=HOSTILE))


@given(texts)
def test_escaped_text_unescapes_to_itself(text: str) -> None:
    assert html.unescape(rendering.escape(text)) == text


@given(texts)
def test_escaped_text_holds_no_markup(text: str) -> None:
    escaped = rendering.escape(text)
    assert not set(re.sub(r"&#\d+;", "", escaped)) & set("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~\n\r\t")


@given(texts)
def test_visible_text_holds_nothing_that_steers_a_terminal(text: str) -> None:
    shown = rendering.visible(text)
    kinds = {unicodedata.category(each) for each in shown if each not in "\n\t"}
    assert not kinds & {"Cc", "Cs"}
    assert not set(shown) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@pytest.mark.parametrize("text", ["Rain fell.\n\tNine “boats”.", "مرحبا 水 👩‍🚒 naïve\u00a0é"])
def test_plain_text_is_visible_as_it_is(text: str) -> None:
    assert rendering.visible(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [("a\x00b", "a\\x00b"), ("\u202ea", "\\u202ea"), ("\ud800", "\\ud800"), ("\x85", "\\x85")],
)
def test_what_would_steer_a_terminal_shows_as_an_escape(text: str, shown: str) -> None:
    assert rendering.visible(text) == shown


def test_json_has_exactly_the_keys_that_programs_rely_on() -> None:
    (passage,) = making.cut(making.article(making.BRIDGE, published=date(2020, 3, 2)))
    span = passage.sentences[0]
    found = Quote(passage, span, 0.98765, answer=Span(span.start + 4, span.start + 14))
    shown = rendering.as_json(answer(found))
    assert list(shown) == [
        *("question", "found", "several", "confidence", "reason", "query", "quotes", "nearest")
    ]
    assert set(shown["query"]) == {
        *("wording", "since", "until", "publishers", "added", "dates", "dropped"),
    }
    assert shown["quotes"] == [
        {
            "id": found.id,
            "text": found.text,
            "start": 0,
            "end": len(found.text),
            "score": 0.9877,
            "answer": {"start": 4, "end": 14},
            "lead": None,
            "link": None,
            "article": {
                "id": "a",
                "title": "",
                "publisher": "",
                "author": "",
                "published": "2020-03-02",
                "url": "",
                "path": "a.md",
            },
            "copies": [],
            "figures": [],
        }
    ]
    assert (shown["found"], shown["confidence"], shown["nearest"]) == (True, 0.1235, [])


def test_json_says_what_was_read_into_a_question() -> None:
    since = date(2020, 3, 3)
    query = replace(
        QUERY,
        since=since,
        added=(Added("Sarn", 0, None, Reason.PLACE),),
        dates=(DateRange(Span(11, 21), "on 3 March", since, since, hard=True),),
    )
    shown = rendering.as_json(replace(answer(found=False), query=query))["query"]
    assert shown["added"] == [
        {"word": "Sarn", "turn": 0, "quote": None, "reason": "“there” stands for them"}
    ]
    assert shown["dates"] == [
        {
            "text": "on 3 March",
            "since": "2020-03-03",
            "until": "2020-03-05",
            "hard": True,
            "published": False,
            "ambiguous": False,
        }
    ]


def test_an_abstention_in_json_has_its_nearest_in_the_shape_of_quotes() -> None:
    shown = rendering.as_json(answer(hostile(), found=False))
    assert (shown["found"], shown["quotes"]) == (False, [])
    assert shown["nearest"] == [rendering.quote_as_json(hostile())]
    assert shown["nearest"][0]["answer"] is None


@given(quotable)
def test_json_holds_the_exact_quote(article: Article) -> None:
    shown = json.loads(json.dumps(rendering.as_json(answer(quote(article)))))["quotes"][0]
    assert shown["text"] == article.text[shown["start"] : shown["end"]]


@given(quotable)
def test_markdown_unescapes_to_the_exact_quote(article: Article) -> None:
    made = quote(article)
    first, *_ = rendering.as_markdown(answer(made)).split("\n>\n")
    assert html.unescape(first.removeprefix("> ")) == made.text


@given(st.data(), quotable)
def test_what_answers_is_marked_and_no_character_is_lost(
    data: st.DataObject, article: Article
) -> None:
    made = quote(article)
    places = st.integers(made.span.start, made.span.end)
    start, end = sorted(data.draw(st.lists(places, min_size=2, max_size=2, unique=True)))
    marked = rendering.as_words(replace(made, answer=Span(start, end)))
    before, inside, after = re.split("</?strong>", marked)
    assert html.unescape(inside) == article.text[start:end]
    assert html.unescape(before + inside + after) == made.text


@given(quotable.filter(lambda each: len(making.cut(each)[0].sentences) > 1))
def test_a_lead_is_shown_word_for_word_apart_from_its_quote(article: Article) -> None:
    made = led(article)
    assert made.lead
    shown = rendering.as_json(answer(made))["quotes"][0]
    assert shown["lead"] == {
        "start": made.lead.start,
        "end": made.lead.end,
        "text": article.text[made.lead.start : made.lead.end],
    }
    first, second, *_ = rendering.as_markdown(answer(made)).split("\n>\n")
    assert html.unescape(first) == f"> <small>Before this: {made.lead_text}</small>"
    assert html.unescape(second.removeprefix("> ")) == made.text


@given(st.data(), quotable)
def test_figures_are_marked_across_what_answers_and_no_character_is_lost(
    data: st.DataObject, article: Article
) -> None:
    made = quote(article)
    places = st.integers(made.span.start, made.span.end)
    start, end = sorted(data.draw(st.lists(places, min_size=2, max_size=2, unique=True)))
    edges = sorted(data.draw(st.sets(places, max_size=8)))
    spans = [Span(*pair) for pair in zip(edges[::2], edges[1::2], strict=False)]
    shown = rendering.as_words(replace(made, answer=Span(start, end)), differing=spans)
    pieces = re.split(r"(</?(?:strong|mark)[^<>]*>)", shown)
    opened: list[str] = []
    inside: dict[str, str] = {"strong": "", "mark": ""}
    for piece in pieces:
        tag = re.fullmatch(r"<(/?)(\w+)[^<>]*>", piece)
        if tag and tag[1]:
            assert opened.pop() == tag[2]
        elif tag:
            opened.append(tag[2])
        for name in opened if not tag else ():
            inside[name] += html.unescape(piece)
    assert not opened
    assert html.unescape("".join(each for each in pieces if each[:1] != "<")) == made.text
    assert inside["strong"] == article.text[start:end]
    assert inside["mark"] == "".join(span.cut(article.text) for span in spans)


def sides() -> Answer:
    """Return an answer of two sides, one printed twice, that differ in a figure."""
    told = [
        quote(making.article(text, name=name, title=name, publisher=outlet, published=day))
        for name, outlet, day, text in (
            ("Raid", "Coast Post", date(2020, 3, 2), "The raid killed 12 people."),
            ("Toll", "", None, "In all the raid killed <31> people."),
        )
    ]
    copy = making.source("b", title="<Wire>", publisher="Hill & Dale", published=date(2020, 3, 3))
    return replace(answer(replace(told[0], copies=(copy,)), told[1]), several=True)


def test_json_says_what_copies_a_quote_and_which_figures_differ() -> None:
    shown = rendering.as_json(sides())
    assert json.loads(json.dumps(shown)) == shown
    assert shown["several"] is True
    first, second = shown["quotes"]
    assert [each["title"] for each in first["copies"]] == ["<Wire>"]
    assert list(first["copies"][0]) == list(first["article"])
    assert second["copies"] == []
    assert [
        [each["text"][figure["start"] : figure["end"]] for figure in each["figures"]]
        for each in (first, second)
    ] == [["12"], ["31"]]


def test_text_of_several_sides_has_outlet_and_date_first_and_names_copies_and_figures() -> None:
    assert rendering.as_text(sides()).splitlines() == [
        "[1] The raid killed 12 people.",
        "    — Coast Post · 2 March 2020 · Raid",
        "    Also in: Hill & Dale · 3 March 2020 · <Wire>",
        "    Reports differ in this figure: “12”",
        "",
        "[2] In all the raid killed <31> people.",
        "    — Toll",
        "    Reports differ in this figure: “31”",
    ]


def test_markdown_of_several_sides_marks_figures_and_escapes_all_else() -> None:
    first, second = rendering.as_markdown(sides()).split("\n\n")
    assert '<mark class="rag-figure">12</mark>' in first
    assert "&#60;<mark" in second
    plain = re.sub('<mark class="rag-figure">|</mark>', "", first)
    assert "<" not in plain
    assert html.unescape(plain).split("\n>\n") == [
        "> The raid killed 12 people.",
        "> [1] Coast Post · 2 March 2020 · Raid",
        "> Also in: Hill & Dale · 3 March 2020 · <Wire>",
        "> Reports differ in this figure: “12”",
    ]


def test_text_shows_a_lead_above_its_quote() -> None:
    shown = rendering.as_text(answer(led(making.article("Rain\nfell. Boats came.", title="Rain"))))
    assert shown == "[1] (Before this: Rain\n    fell.)\n    Boats came.\n    — Rain"


def test_markdown_numbers_quotes_and_says_when_there_are_none() -> None:
    two = (quote(making.article("Rain fell.")), quote(making.article("Boats came.", name="b")))
    shown = rendering.as_markdown(answer(*two))
    assert "> [1] " in shown
    assert "> [2] " in shown
    assert html.unescape(rendering.as_markdown(answer(found=False))).startswith(
        "The archive does not say: none said <so>"
    )


@pytest.mark.parametrize("found", [True, False])
def test_markdown_of_hostile_text_holds_no_markup(found: bool) -> None:
    shown = rendering.as_markdown(answer(hostile(), found=found))
    assert not re.search(r"[<`*\]\\]", re.sub(r"^> \[\d+\] ", "", shown, flags=re.M))


def test_text_for_a_terminal_shows_quote_and_source_and_steers_nothing() -> None:
    made = quote(making.article(making.DAM, title="Gates", published=date(2020, 3, 6)))
    shown = rendering.as_text(answer(made, hostile()))
    assert f"[1] {made.text}\n    — Gates · 6 March 2020" in shown
    assert "[2] " in shown
    assert "\x1b" not in shown
    assert "\\x1b[2J" in shown


def test_text_shows_the_wording_that_was_searched_for_if_it_is_another() -> None:
    other = Query("Who slept?", "Who slept? (Sarn)")
    assert "Searched for: Who slept? (Sarn)" in rendering.as_text(answer(hostile(), query=other))
    assert "Searched" not in rendering.as_text(answer(hostile()))


def test_text_says_that_the_archive_does_not_say_and_what_is_nearest() -> None:
    made = quote(making.article(making.DAM))
    shown = rendering.as_text(answer(made, found=False))
    assert shown.startswith("The archive does not say: none said <so>.")
    assert "not an answer" in shown
    assert made.text in shown


def test_a_citation_may_have_outlet_and_date_first() -> None:
    made = making.source(title="Gates", publisher="Hill Courier", published=date(2020, 3, 6))
    assert rendering.cite(made, outlet_first=True) == "Hill Courier · 6 March 2020 · Gates"
    assert rendering.cite(making.source(title="Gates"), outlet_first=True) == "Gates"


@pytest.mark.parametrize(
    ("title", "publisher", "day", "cited"),
    [
        ("Gates", "Hill Courier", date(2020, 3, 6), "Gates · Hill Courier · 6 March 2020"),
        ("Gates", "", None, "Gates"),
        ("", "", None, "a.md"),
        ("Two\nlines", "", None, "Two lines"),
    ],
)
def test_a_citation_is_one_line_of_what_is_known(
    title: str, publisher: str, day: date | None, cited: str
) -> None:
    made = making.source(title=title, publisher=publisher, published=day)
    assert rendering.cite(made) == cited


@given(articles(minimum=4), st.data())
def test_a_marked_article_unescapes_to_its_text_with_the_spans_in_marks(
    article: Article, data: st.DataObject
) -> None:
    places = st.integers(0, len(article.text))
    edges = sorted(data.draw(st.sets(places, max_size=6)))
    spans = data.draw(
        st.permutations([Span(*pair) for pair in zip(edges[::2], edges[1::2], strict=False)])
    )
    shown = data.draw(st.integers(-1, len(spans) - 1))
    marked = rendering.mark_article(article, spans, shown=shown)
    assert html.unescape(TAG.sub("", marked)) == article.text
    inside = re.findall(r"<mark[^<>]*>([^<]*)</mark>", marked)
    assert [html.unescape(each) for each in inside] == [
        span.cut(article.text) for span in sorted(spans)
    ]
    first, last = sorted(data.draw(st.tuples(places, places)))
    if first < last:
        part = rendering.mark_article(article, spans, shown=shown, part=Span(first, last))
        assert html.unescape(TAG.sub("", part)) == article.text[first:last]
    cited = re.findall(r'<mark[^<>]* id="cited"[^<>]*>([^<]*)</mark>', marked)
    assert [html.unescape(each) for each in cited] == [
        span.cut(article.text) for place, span in enumerate(spans) if place == shown
    ]


def test_a_report_counts_what_was_done_and_names_every_failure() -> None:
    report = Report(
        added=("a", "b"),
        unchanged=("c",),
        failed=(Failure("x\x1b.txt", "is empty"), Failure("y.txt", "is binary")),
        passages=7,
    )
    shown = rendering.report_as_text(report)
    assert shown.splitlines() == [
        "2 added, 1 unchanged, 2 failed; 7 passages written",
        "  x\\x1b.txt: is empty",
        "  y.txt: is binary",
    ]
    assert rendering.report_as_text(Report()) == "nothing to do; 0 passages written"


STORY = (
    "Rain fell on the town. Nobody slept that night, though 30,000 lights burned. "
    + "The wide river rose and rose. " * 12
    + "Then the old dam above the town broke."
)


def lines_of_check(quotation: str) -> list[str]:
    made = making.article(STORY, title="Flood")
    return rendering.check_as_text(check(quotation, [made])).splitlines()


@pytest.mark.parametrize(
    ("quotation", "summary", "shown"),
    [
        ("Nobody slept", "exact", "Nobody slept"),
        (
            "nobody  slept, ",
            "exact; differs only in case, spacing and the final mark",
            "Nobody slept",
        ),
        ("Rain … the town.", "exact, with an omission shown", "Rain […] the town."),
        (
            "everybody slept that night, though 20,000 lamps burned.",
            "altered (similarity 0.70)",
            "[-everybody-]{+Nobody+} slept that night, though"
            " [-20,000 lamps-]{+30,000 lights+} burned.",
        ),
        (
            "Rain never fell on town.",
            "altered (similarity 0.71)",
            "Rain [-never-] fell on {+the+} town.",
        ),
        ("Not rain fell on the town", "altered (similarity 0.83)", "[-Not-] Rain fell on the town"),
        (
            "30,000 lights burned. Then the old dam above the town broke.",
            "altered (similarity 0.72)",
            "30,000 lights burned. {+The wide river rose and rose. The wide … 56 words … "
            "and rose. The wide river rose and rose.+} Then the old dam above the town broke.",
        ),
    ],
)
def test_a_check_shows_what_became_of_a_quotation(quotation: str, summary: str, shown: str) -> None:
    assert lines_of_check(quotation) == [summary, "", f"    {shown}", "    — Flood"]


def test_a_check_shows_what_comes_nearest_and_where_else_a_quotation_stands() -> None:
    lines = lines_of_check("No swan slept that winter on any other lake, they say")
    assert lines[0].startswith("not found (similarity 0.")
    assert lines[1:] == [
        *("", "Nearest:"),
        "    Nobody slept that night, though 30,000 lights burned.",
        "    — Flood",
    ]
    made = [making.article(STORY, name=name, title=name) for name in ("one", "two")]
    lines = rendering.check_as_text(check("the old dam", made)).splitlines()
    assert lines[3:] == ["    — one", "", "Also in:", "    — two"]


def test_a_check_points_to_a_negation_that_is_cut_off() -> None:
    checked = check("the town slept", [making.article("Not the town slept.")])
    assert rendering.check_as_text(checked).startswith("exact; leaves out a negation right before")


def test_a_check_as_json_has_the_articles_words_beside_the_quotations() -> None:
    made = making.article(STORY, title="Flood")
    shown = rendering.check_as_json(check("Nobody … this night, though thirty lights", [made]))
    assert json.loads(json.dumps(shown)) == shown
    assert shown["status"] == "altered"
    quoted = shown["quote"]
    assert list(quoted) == list(rendering.quote_as_json(quote(made)))
    assert STORY[quoted["start"] : quoted["end"]] == quoted["text"]
    assert [
        (each["kind"], each["archive"], each["quotation"]) for each in shown["differences"]
    ] == [
        ("changed", "that", "this"),
        ("changed", "30,000", "thirty"),
    ]
    for each in shown["differences"]:
        assert STORY[each["start"] : each["end"]] == each["archive"]
    ((start, end),) = [(each["start"], each["end"]) for each in shown["omissions"]]
    assert STORY[start:end] == "slept"
    assert (shown["also_in"], shown["nearest"]) == ([], None)


@given(texts.filter(lambda text: any(map(str.isalnum, text))), texts)
def test_a_check_cannot_steer_a_terminal(text: str, other: str) -> None:
    made = making.article(f"{text} held {other}", title=text)
    for quotation in (text, f"{text} did {other}"):
        shown = rendering.check_as_text(check(quotation, [made]))
        assert rendering.visible(shown) == shown


def test_a_comparison_without_what_is_struck_through_is_the_articles_words() -> None:
    article = making.article("Rain <b>fell</b> & snow came at noon today.")
    for quotation in (
        "Rain <b>fell</b> & hail came at noon today.",
        "Rain <b>fell</b> & snow came early at noon today.",
        "Heavy rain <b>fell</b> & snow came at noon",
        "Rain <b>fell</b> & came at noon today.",
    ):
        checked = check(quotation, [article])
        assert checked.quote
        shown = rendering.compare_as_html(checked)
        told = re.sub(r'<span class="rag-unseen">[^<]*</span>', "", shown)
        kept = re.sub(r"<del>.*?</del>|</?ins>", "", told)
        assert html.unescape(kept).split() == checked.quote.text.split()
        quoted = html.unescape(re.sub(r"<ins>.*?</ins>|</?del>", " ", told))
        # The article's words where they are the same, which case alone does not change.
        assert quoted.casefold().split() == quotation.casefold().split()
        assert all(rendering.name_difference(checked, each) for each in checked.differences)
