"""The chat's own steps, as plain functions over a small archive; the page is in test_browser_*."""

from __future__ import annotations

import asyncio
import html
import re
import subprocess
import sys
import threading
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from rag import feedback, rendering
from rag.answering import Archive
from rag.chat import evidence, examples, messages
from rag.chat.conversation import Conversation, refer
from rag.errors import QuestionError, StoreError
from rag.turns import Turns
from rag.types import Answer, Query, Quote
from tests import making

QUESTION = "Who stood on the bridge of the ferry Halcyon when it left Sarn harbour?"


@pytest.fixture
def handlers(archive: Archive) -> Any:
    from rag.chat.handlers import Handlers

    return Handlers(archive, Turns(1, waiting=1))


def every(stages: AsyncIterator[Any]) -> list[Any]:
    """Return what the page shows, one after the other."""

    async def collect() -> list[Any]:
        return [each async for each in stages]

    return asyncio.run(collect())


def last(stages: AsyncIterator[Any]) -> tuple[Conversation, str, Any]:
    """Return what the page shows in the end, and what is put into the question's field."""
    *_, (conversation, page, left, *_filters) = every(stages)
    return conversation, page, left


def ask(
    handlers: Any, question: str, *, since: str = "", conversation: Conversation | None = None
) -> tuple[Conversation, str, Any]:
    return last(handlers.ask(question, since, "", [], conversation or Conversation()))


def gr_skip() -> object:
    """Return what leaves a part of the page as it is."""
    import gradio as gr

    return gr.skip()


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
    words = re.findall(r'<p class="rag-words" dir="auto">(.*?)</p>', shown)
    plain = [html.unescape(re.sub("</?(?:strong|mark)[^<>]*>", "", each)) for each in words]
    assert plain == [quote.text for quote in answer.quotes]
    assert shown.count('class="rag-question"') == 1
    assert left == gr_skip()


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
    assert re.findall(r'<mark class="rag-figure">(.*?)</mark>', shown) == ["12", "31"]
    lines = [html.unescape(re.sub("<[^<>]*>", "", each)) for each in shown.split("</p>")]
    assert lines[2:5] == [
        "[1] B & C · 2 March 2020 · Raid",
        "Also in: Post · <Wire>",
        "Reports differ in this figure: “12”",
    ]
    assert "Several reports, in the order of their dates" in shown
    assert '<span class="rag-title"><bdi>Raid</bdi></span></p>' in shown


def test_every_stage_is_shown_and_the_question_leaves_its_field(handlers: Any) -> None:
    question = "When did the ferry <b>Halcyon</b> leave?"
    *stages, _ = every(handlers.ask(question, "", "", [], Conversation()))
    said = [html.unescape(re.findall('rag-pending">(.*?)</p>', page)[0]) for _, page, *_ in stages]
    assert said[:3] == [
        "Reading the question…",
        "Searching for “When did the ferry <b>Halcyon</b> leave?”…",
        "Reading 3 passages of 3 articles…",
    ]
    assert [left for _, _, left, *_ in stages] == ["", *[gr_skip()] * (len(stages) - 1)]


@pytest.mark.parametrize("question", ["", "  \n", "?!", "x" * 2_001])
def test_a_question_that_cannot_be_asked_is_kept_with_the_reason(
    handlers: Any, question: str
) -> None:
    conversation, shown, left = ask(handlers, question)
    assert conversation.notice
    assert not conversation.answers
    assert "rag-notice" in shown
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
    assert "rag-notice" not in shown


def test_a_store_that_fails_is_explained_in_the_chat(
    handlers: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise StoreError("the store is damaged; make it again")

    monkeypatch.setattr(Archive, "retrieve", fail)
    conversation, shown, left = ask(handlers, QUESTION)
    assert conversation.notice == "the store is damaged; make it again"
    assert "damaged" in shown
    assert left == QUESTION


def test_earlier_questions_word_a_follow_up(handlers: Any) -> None:
    conversation, _, _ = ask(handlers, "When did the ferry Halcyon leave?")
    conversation, shown, _ = ask(handlers, "Who was on it?", conversation=conversation)
    assert "Halcyon" in conversation.answers[-1].query.wording
    assert "Searched for:" in shown


def test_filters_are_named_with_the_answer(archive: Archive) -> None:
    answer = archive.ask(QUESTION, since=date(2016, 12, 1), publishers=["No <b>one</b>"])
    shown = html.unescape(messages.as_html(answer, 1))
    assert "Published from 1 December 2016</bdi>" in shown
    assert "Published by No <b>one</b></bdi>" in shown
    assert 'data-link="lift-1" aria-label="Remove the filter by date and search again"' in shown
    assert 'data-link="lift-1-1"' in shown


def follow(
    handlers: Any, link: object, conversation: Conversation | None = None, **sent: object
) -> Any:
    given: Any = ("", "", [], conversation or Conversation(), event(link=link, **sent))
    return last(handlers.follow_link(*given))


def test_an_example_is_asked_as_it_stands(handlers: Any) -> None:
    conversation, _, left = follow(handlers, None, ask=QUESTION)
    assert (conversation.questions, left) == ((QUESTION,), gr_skip())


@pytest.mark.parametrize(
    "link",
    [
        "bare-0",
        "bare-1",
        "reword-9",
        "drop-1-1",
        "",
        "cite-1-1",
        None,
        1,
        {},
        "bare-١",
    ],
)
def test_a_link_that_leads_nowhere_gives_a_notice(handlers: Any, link: object) -> None:
    assert "not known any more" in follow(handlers, link)[0].notice


def test_a_follow_up_can_be_searched_for_as_typed_or_worded_anew(handlers: Any) -> None:
    first, _, _ = ask(handlers, "Who is Odile Farrant?")
    second, shown, _ = ask(handlers, "What did she deny?", conversation=first)
    assert 'data-link="bare-2"' in shown
    assert f'value="{rendering.escape(second.answers[1].query.wording)}"' in shown
    edited = follow(handlers, "reword-2", second, text="What did the mayor deny?")[0]
    worded = edited.answers[-1].query
    assert (worded.question, worded.wording) == ("What did she deny?", "What did the mayor deny?")
    bare = follow(handlers, "bare-2", second)[0].answers[-1].query
    assert (bare.question, bare.wording, bare.added) == ("What did she deny?",) * 2 + ((),)


def test_a_date_is_shown_as_read_and_can_be_taken_away(handlers: Any) -> None:
    first, shown, _ = ask(handlers, "Who spoke on 2 March 2020, or around 6 March 2020?")
    words = html.unescape(shown)
    assert "“on 2 March 2020”: published from 2 March 2020 until 4 March 2020" in words
    assert "“around 6 March 2020”: preferably from" in words
    second = follow(handlers, "drop-1-1", first)[0]
    query = second.answers[1].query
    assert (query.since, query.dropped) == (None, ("on 2 March 2020",))
    assert [each.text for each in query.dates] == ["around 6 March 2020"]
    assert follow(handlers, "drop-2-1", second)[0].answers[2].query.dates == ()


def test_the_readers_own_wording_stays_when_a_chip_is_taken_away_or_it_is_asked_again(
    handlers: Any,
) -> None:
    first, _, _ = ask(handlers, "Who is Odile Farrant?")
    second, _, _ = ask(handlers, "What did she deny?", conversation=first)
    text = "What did the mayor deny in March 2020?"
    worded = follow(handlers, "reword-2", second, text=text)[0]
    assert worded.answers[2].query.wording == "What did the mayor deny?"
    dropped = follow(handlers, "drop-3-1", worded)[0]
    again = follow(handlers, "again-4", dropped)[0]
    for query in (dropped.answers[3].query, again.answers[3].query):
        assert (query.wording, query.dates, query.added) == (text, (), ())
    bare = follow(handlers, "bare-2", second)[0]
    assert follow(handlers, "lift-3", bare)[0].answers[3].query.wording == "What did she deny?"
    edited = follow(handlers, "edit-4", dropped, text="Who asked for sandbags?")[0]
    assert edited.answers[3].query.wording == "Who asked for sandbags?"


def test_a_filter_that_narrows_a_date_of_the_question_is_shown_too(archive: Archive) -> None:
    question = "What happened on 3 March 2020?"
    for since, named in ((date(2020, 3, 4), True), (date(2020, 3, 1), False), (None, False)):
        shown = html.unescape(messages.as_html(archive.ask(question, since=since), 1))
        assert "published from 3 March 2020 until 5 March 2020" in shown
        assert ("Published from 4 March 2020 until 5 March 2020" in shown) is named
        assert ('data-link="lift-1"' in shown) is named


def test_the_last_question_is_asked_again_or_edited_in_its_place(handlers: Any) -> None:
    first, _, _ = ask(handlers, "Who is Odile Farrant?")
    second, shown, _ = ask(handlers, "What did she deny?", conversation=first)
    assert shown.count('data-link="again-2"') == 1
    assert "again-1" not in shown
    again = follow(handlers, "again-2", second)[0]
    assert again.answers == second.answers
    edited = follow(handlers, "edit-2", second, text="Who asked for sandbags?")[0]
    assert edited.questions == ("Who is Odile Farrant?", "Who asked for sandbags?")


def test_an_edit_that_cannot_be_asked_leaves_the_answer_as_it_was(handlers: Any) -> None:
    first, _, _ = ask(handlers, QUESTION)
    failed, shown, _ = follow(handlers, "edit-1", first, text=" ")
    assert failed.answers == first.answers
    assert "rag-notice" in shown


def test_a_filter_is_lifted_from_its_field_and_from_the_search(handlers: Any) -> None:
    publishers = ["Coast Post", "Hill Courier"]
    given: Any = ("2020-03-01", "", publishers)
    first, _, _ = last(handlers.ask(QUESTION, *given, Conversation()))
    for link, since, left in (
        ("lift-1", "", publishers),
        ("lift-1-1", "2020-03-01", ["Hill Courier"]),
    ):
        shown = every(handlers.follow_link(*given, first, event(link=link)))
        assert shown[0][3:] == (since, "", left)
        query = shown[-1][0].answers[-1].query
        assert (bool(query.since), list(query.publishers)) == (bool(since), left)


def test_what_is_read_so_far_is_shown_can_be_opened_and_is_kept_by_stopping(
    handlers: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rag.reader.ROUND", 1)
    question = "When did the ferry Halcyon leave Sarn harbour?"
    *stages, _ = every(handlers.ask(question, "", "", [], Conversation()))
    under_way, shown, *_ = stages[3]
    answer = under_way.pending.answer
    assert "So far; reading on…" in html.unescape(shown)
    assert rendering.escape(answer.quotes[0].text.split()[0]) in shown
    assert "Article with the cited passage" in handlers.open_citation(
        under_way, event(reference=refer(1, 1))
    )
    stopped, *_ = handlers.stop(under_way)
    assert stopped.answers == (answer,)


def test_one_question_is_answered_at_a_time(handlers: Any) -> None:
    under_way, *_ = every(handlers.ask(QUESTION, "", "", [], Conversation()))[0]
    (second,) = every(handlers.ask("Who asked for sandbags?", "", "", [], under_way))
    assert second == (gr_skip(),) * 6


def test_who_must_wait_sees_it_and_who_comes_to_a_full_queue_keeps_the_question(
    handlers: Any,
) -> None:
    taken, given_back = threading.Event(), threading.Event()

    def take() -> None:
        taken.set()
        given_back.wait()

    async def crowd() -> tuple[Any, Any, list[Any]]:
        taking = asyncio.create_task(handlers.turns.enter().call(take))
        await asyncio.to_thread(taken.wait)
        waiting = handlers.ask(QUESTION, "", "", [], Conversation())
        first = await anext(waiting)
        further = asyncio.create_task(anext(waiting))
        await asyncio.sleep(0.01)
        refused = [each async for each in handlers.ask(QUESTION, "", "", [], Conversation())]
        given_back.set()
        await taking
        return first, await further, refused

    (first, shown, *_), (second, *_), [(last, _, left, *_)] = asyncio.run(crowd())
    assert first.pending.stage == "Waiting until other questions are answered…"
    assert "Waiting until other questions" in shown
    assert second.pending.stage.startswith("Searching for")
    assert "busy with other questions; ask again in a moment" in last.notice
    assert left == QUESTION


def test_stopping_gives_the_question_back_and_keeps_what_was_answered(handlers: Any) -> None:
    first, _, _ = ask(handlers, QUESTION)
    under_way, *_ = every(handlers.follow_link("", "", [], first, event(link="again-1")))[0]
    stopped, shown, left, *_ = handlers.stop(under_way)
    assert (stopped.answers, stopped.pending, left) == (first.answers, None, QUESTION)
    assert "rag-pending" not in shown
    assert handlers.stop(first)[0] == first


def test_a_verdict_is_kept_beside_the_store_and_can_be_withdrawn(handlers: Any) -> None:
    first, _, _ = ask(handlers, QUESTION)
    judged, shown = handlers.judge(first, event(turn=1, verdict="poor"))
    assert 'data-verdict="poor" aria-pressed="true"' in shown
    withdrawn, shown = handlers.judge(judged, event(turn=1, verdict="poor"))
    assert withdrawn == first
    assert 'aria-pressed="true"' not in shown
    kept = feedback.read(handlers.archive.settings.store)
    assert [each.verdict for each in kept] == ["poor", "withdrawn"]
    (answer,) = first.answers
    assert (kept[0].question, kept[0].quotes) == (QUESTION, tuple(q.id for q in answer.quotes))


@pytest.mark.parametrize(
    "sent", [{}, {"turn": 2, "verdict": "good"}, {"turn": 1, "verdict": "<b>"}, {"turn": "1"}]
)
def test_a_verdict_on_nothing_is_not_kept(handlers: Any, sent: dict[str, object]) -> None:
    first, _, _ = ask(handlers, QUESTION)
    assert handlers.judge(first, event(**sent))[0] == first
    assert feedback.read(handlers.archive.settings.store) == ()


def test_a_screen_reader_is_told_how_a_question_went(handlers: Any, archive: Archive) -> None:
    def told(page: str) -> str:
        return html.unescape(re.findall('role="status">(.*?)</p>', page)[0])

    question = "When did the ferry Halcyon leave Sarn harbour?"
    stages = every(handlers.ask(question, "", "", [], Conversation()))
    quotes = archive.ask(question).quotes
    assert [told(page) for _, page, *_ in stages[:-1]] == ["Searching"] * (len(stages) - 1)
    assert told(stages[-1][1]).startswith(f"Answered with {len(quotes)} quote")
    assert quotes[0].text in told(stages[-1][1])
    silent = Answer("Why?", Query("Why?", "Why?"), (), (), 0.0, "nothing near")
    assert messages.announce(silent) == "The archive does not say: nothing near."


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


def test_a_citation_of_an_article_that_was_removed_still_opens_what_was_quoted(
    handlers: Any, archive: Archive
) -> None:
    conversation, _, _ = ask(handlers, QUESTION)
    citation = conversation.find(refer(1, 1))
    assert citation
    archive.remove(citation.quote.source.id)
    panel = handlers.open_citation(conversation, event(reference=refer(1, 1)))
    assert "<mark" in panel


def test_a_new_conversation_has_no_history(handlers: Any) -> None:
    conversation, shown, left, *_ = handlers.forget()
    assert (conversation, left) == (Conversation(), "")
    assert "rag-turn" not in shown
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


def test_the_greeting_and_the_filters_fit_the_archive_as_it_is(
    handlers: Any, archive: Archive
) -> None:
    head, welcome, publishers = handlers.greet()
    assert "3 articles, 2 March 2020 – 6 March 2020" in html.unescape(head)
    assert "“Smoke”" in html.unescape(welcome)
    assert publishers["choices"] == ["Coast Post", "Hill Courier"]
    for source in archive.articles():
        archive.remove(source.id)
    head, welcome, publishers = handlers.greet()
    assert "0 articles" in html.unescape(head)
    assert "rag ingest" in welcome
    assert not publishers["visible"]


def test_a_day_is_read_as_typed() -> None:
    from rag.chat.handlers import read_day

    assert read_day(" 2016-12-01 ") == date(2016, 12, 1)
    assert read_day("") is None
    with pytest.raises(QuestionError, match="2016-02-30"):
        read_day("2016-02-30")
