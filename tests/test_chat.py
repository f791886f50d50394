"""The chat's own steps, as plain functions over a small archive; the page is in test_browser_*."""

from __future__ import annotations

import html
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from rag.answering import Archive
from rag.chat import evidence, examples, messages
from rag.chat.conversation import Conversation, refer
from rag.errors import QuestionError, StoreError
from rag.types import Answer, Query, Quote
from tests import making

QUESTION = "Who stood on the bridge of the ferry Halcyon when it left Sarn harbour?"


@pytest.fixture
def handlers(archive: Archive) -> Any:
    from rag.chat.handlers import Handlers

    return Handlers(archive, ("When did the ferry Halcyon leave Sarn harbour?",))


def last(shown: Iterator[Any]) -> tuple[Conversation, list[dict[str, str]], str]:
    """Return what the page shows in the end."""
    *_, final = shown
    return final  # type: ignore[no-any-return]


def ask(
    handlers: Any, question: str, *, since: str = "", conversation: Conversation | None = None
) -> tuple[Conversation, list[dict[str, str]], str]:
    return last(handlers.ask(question, since, "", [], conversation or Conversation()))


def event(**sent: object) -> Any:
    import gradio as gr

    return gr.EventData(None, sent)


def test_importing_the_chat_loads_no_web_library() -> None:
    script = "import sys, rag.chat; print('gradio' in sys.modules or 'starlette' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, check=True, text=True
    )
    assert done.stdout.strip() == "False"


def test_every_quote_of_an_answer_stands_in_the_message_word_for_word(handlers: Any) -> None:
    conversation, shown, left = ask(handlers, "When did the ferry Halcyon leave Sarn harbour?")
    (answer,) = conversation.answers
    assert answer.found
    words = re.findall(r'<p class="rag-words" dir="auto">(.*?)</p>', shown[-1]["content"])
    plain = [html.unescape(re.sub("</?(?:strong|mark)[^<>]*>", "", each)) for each in words]
    assert plain == [quote.text for quote in answer.quotes]
    assert [each["role"] for each in shown] == ["user", "assistant"]
    assert left == ""


def test_a_lead_stands_above_the_words_and_is_announced_to_a_screen_reader() -> None:
    (passage,) = making.cut(making.article("Rain <b>fell</b>.\nBoats came."))
    rain, boats = passage.sentences
    query = Query("What came?", "What came?")
    led = Quote(passage, boats, 0.9, lead=rain)
    shown = messages.as_html(Answer("What came?", query, (led,), (), 0.9, ""), 1)
    lead, words = re.findall(r'<p class="rag-(?:lead|words)" dir="auto">(.*?)</p>', shown)
    unseen, text = re.fullmatch(r'<span class="rag-unseen">(.*?) </span>(.*)', lead).groups()  # type: ignore[union-attr]
    assert (unseen, html.unescape(text)) == ("Before this:", "Rain <b>fell</b>.")
    assert html.unescape(words) == "Boats came."
    assert "rag-lead" not in messages.as_html(
        Answer("What came?", query, (Quote(passage, rain, 0.9),), (), 0.9, ""), 1
    )


def test_several_sides_name_outlet_and_date_first_their_copies_and_their_figures() -> None:
    texts = ("The raid killed 12 people.", "In all the raid killed <31> people.")
    passages = [
        passage
        for name, text in zip("ab", texts, strict=True)
        for passage in making.cut(
            making.article(
                text, name=name, title="Raid", publisher="B & C", published=date(2020, 3, 2)
            )
        )
    ]
    copy = making.source("c", title="<Wire>", publisher="Post")
    first, second = (Quote(each, each.sentences[0], 0.9) for each in passages)
    query = Query("How many?", "How many?")
    told = (replace(first, copies=(copy,)), second)
    shown = messages.as_html(Answer("How many?", query, told, (), 0.9, "", several=True), 1)
    assert "\n" not in shown
    assert re.findall(r'<mark class="rag-figure">(.*?)</mark>', shown) == ["12", "31"]
    lines = [html.unescape(re.sub("<[^<>]*>", "", each)) for each in shown.split("</p>")]
    assert lines[1:5] == [
        "[1] B & C · 2 March 2020 · Raid",
        "Also in: Post · <Wire>",
        "Reports differ in this figure: “12”",
        "In all the raid killed <31> people.",
    ]
    assert '<span class="rag-title"><bdi>Raid</bdi></span></p>' in shown


def test_a_message_is_one_line_so_that_markdown_leaves_it_alone(handlers: Any) -> None:
    _, shown, _ = ask(handlers, "When did the ferry\n\nHalcyon leave Sarn harbour?")
    assert not any("\n" in each["content"] for each in shown)


def test_the_question_is_shown_while_the_archive_is_searched(handlers: Any) -> None:
    first, *_ = handlers.ask(QUESTION, "", "", [], Conversation())
    assert [each["content"] for each in first[1]][1:] == [messages.SEARCHING]
    assert first[2] == QUESTION


@pytest.mark.parametrize("question", ["", "  \n", "?!", "x" * 2_001])
def test_a_question_that_cannot_be_asked_is_kept_with_the_reason(
    handlers: Any, question: str
) -> None:
    conversation, shown, left = ask(handlers, question)
    assert conversation.notice
    assert not conversation.answers
    assert "rag-notice" in shown[-1]["content"]
    assert left == question


@pytest.mark.parametrize("day", ["2016-13-01", "yesterday", "01/12/2016"])
def test_a_day_that_is_none_is_named_in_the_notice(handlers: Any, day: str) -> None:
    conversation, _, left = ask(handlers, QUESTION, since=day)
    assert day in conversation.notice
    assert left == QUESTION


def test_days_the_wrong_way_round_give_a_notice(handlers: Any) -> None:
    shown = handlers.ask(QUESTION, "2017-01-02", "2017-01-01", [], Conversation())
    assert "swap the days" in last(shown)[0].notice


def test_a_notice_goes_when_the_next_question_is_answered(handlers: Any) -> None:
    conversation, _, _ = ask(handlers, "")
    conversation, shown, _ = ask(handlers, QUESTION, conversation=conversation)
    assert not conversation.notice
    assert not any("rag-notice" in each["content"] for each in shown)


def test_a_store_that_fails_is_explained_in_the_chat(
    handlers: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise StoreError("the store is damaged; make it again")

    monkeypatch.setattr(Archive, "ask", fail)
    conversation, shown, left = ask(handlers, QUESTION)
    assert conversation.notice == "the store is damaged; make it again"
    assert "damaged" in shown[-1]["content"]
    assert left == QUESTION


def test_earlier_questions_word_a_follow_up(handlers: Any) -> None:
    conversation, _, _ = ask(handlers, "When did the ferry Halcyon leave?")
    conversation, shown, _ = ask(handlers, "Who was on it?", conversation=conversation)
    assert "Halcyon" in conversation.answers[-1].query.wording
    assert "Searched for:" in shown[-1]["content"]


def test_filters_are_named_with_the_answer(archive: Archive) -> None:
    answer = archive.ask(QUESTION, since=date(2016, 12, 1), publishers=["No <b>one</b>"])
    shown = html.unescape(messages.as_html(answer, 1))
    assert "Published from 1 December 2016</p>" in shown
    assert "Published by No <b>one</b></p>" in shown


def follow(handlers: Any, link: object, conversation: Conversation | None = None) -> Any:
    given: Any = ("", "", [], conversation or Conversation(), event(link=link))
    return last(handlers.follow_link(*given))


def test_an_example_is_asked_by_its_number(handlers: Any) -> None:
    assert follow(handlers, "ask-1")[0].questions == handlers.examples


@pytest.mark.parametrize(
    "link",
    [
        "ask-0",
        "ask-2",
        "bare-1",
        "reword-9",
        "drop-1-1",
        "",
        "ask",
        "cite-1-1",
        None,
        1,
        {},
        "ask-١",
    ],
)
def test_a_link_that_leads_nowhere_gives_a_notice(handlers: Any, link: object) -> None:
    assert "not known any more" in follow(handlers, link)[0].notice


def test_a_follow_up_can_be_searched_for_as_typed_or_worded_anew(handlers: Any) -> None:
    first, _, _ = ask(handlers, "Who is Odile Farrant?")
    second, shown, _ = ask(handlers, "What did she deny?", conversation=first)
    assert 'href="#bare-2"' in shown[-1]["content"]
    edited, _, left = follow(handlers, "reword-2", second)
    assert (edited, left) == (second, second.answers[1].query.wording)
    bare = follow(handlers, "bare-2", second)[0].answers[-1].query
    assert (bare.question, bare.wording, bare.added) == ("What did she deny?",) * 2 + ((),)


def test_a_date_is_shown_as_read_and_can_be_taken_away(handlers: Any) -> None:
    first, shown, _ = ask(handlers, "Who spoke on 2 March 2020, or around 6 March 2020?")
    words = html.unescape(shown[-1]["content"])
    assert "“on 2 March 2020”: published from 2 March 2020 until 4 March 2020" in words
    assert "“around 6 March 2020”: preferably from" in words
    second = follow(handlers, "drop-1-1", first)[0]
    query = second.answers[1].query
    assert (query.since, query.dropped) == (None, ("on 2 March 2020",))
    assert [each.text for each in query.dates] == ["around 6 March 2020"]
    assert follow(handlers, "drop-2-1", second)[0].answers[2].query.dates == ()


def test_a_citation_opens_the_whole_article_with_the_passage_marked(
    handlers: Any, archive: Archive
) -> None:
    conversation, _, _ = ask(handlers, "When did the ferry Halcyon leave Sarn harbour?")
    quote = conversation.answers[0].quotes[0]
    panel = handlers.open_citation(conversation, event(reference=refer(1, 1)))
    shown = re.search(r'<div class="rag-article-text" dir="auto">(.*?)</div>', panel, re.DOTALL)
    assert shown
    text = archive.article(quote.source.id).text
    assert html.unescape(re.sub(r"<[^<>]*>", "", shown[1])) == text
    cited = re.search(r'<mark id="cited"[^<>]*>([^<]*)</mark>', panel)
    assert cited
    assert html.unescape(cited[1]) == quote.span.cut(text)


def test_every_quote_from_the_article_is_marked_with_its_number(
    handlers: Any, archive: Archive
) -> None:
    conversation, _, _ = ask(handlers, "When did the ferry Halcyon leave Sarn harbour?")
    citation = conversation.find(refer(1, 1))
    assert citation
    article = archive.article(citation.quote.source.id)
    panel = evidence.as_html(article, citation)
    labels = re.findall(r'data-label="(.*?)"', panel)
    assert labels == [
        f"[{number}]"
        for _, number in sorted((span, number) for number, span in citation.marks.items())
    ]


@pytest.mark.parametrize(
    "reference",
    ["cite-1-99", "cite-2-1", "cite-0-1", "cite-1-1<b>", "cite-1-1\n", "cite-١-١", "", None, 7, []],
)
def test_a_citation_that_is_not_there_is_explained(handlers: Any, reference: object) -> None:
    conversation, _, _ = ask(handlers, QUESTION)
    panel = handlers.open_citation(conversation, event(reference=reference))
    assert "not known any more" in panel
    assert "<mark" not in panel


def test_a_citation_of_an_article_that_was_removed_is_explained(
    handlers: Any, archive: Archive
) -> None:
    conversation, _, _ = ask(handlers, QUESTION)
    citation = conversation.find(refer(1, 1))
    assert citation
    archive.remove(citation.quote.source.id)
    panel = handlers.open_citation(conversation, event(reference=refer(1, 1)))
    assert "cannot be shown" in panel


def test_a_new_conversation_has_no_history(handlers: Any) -> None:
    assert handlers.forget() == (Conversation(), [], "")
    assert handlers.close_citation() == evidence.EMPTY


def test_examples_of_the_corpus_are_answered_by_it(corpus_archive: Archive) -> None:
    questions = examples.choose(corpus_archive.articles())
    assert questions == examples.CORPUS_QUESTIONS
    for question in questions:
        assert corpus_archive.ask(question).found, question


def test_examples_of_another_archive_name_its_articles() -> None:
    titles = [f"Story {number}" for number in range(10)] + ["", "long " * 40]
    sources = [making.source(str(place), title=each) for place, each in enumerate(titles)]
    assert examples.choose(sources) == tuple(
        f"What is reported in “Story {number}”?" for number in (0, 3, 6)
    )
    assert examples.choose([]) == ()


def test_an_empty_archive_says_how_to_fill_it() -> None:
    assert "rag ingest" in messages.welcome((), empty=True)


def test_a_day_is_read_as_typed() -> None:
    from rag.chat.handlers import read_day

    assert read_day(" 2016-12-01 ") == date(2016, 12, 1)
    assert read_day("") is None
    with pytest.raises(QuestionError, match="2016-02-30"):
        read_day("2016-02-30")
