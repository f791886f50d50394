"""What happens when the reader asks, stops, judges an answer, or opens a citation."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import gradio as gr

from rag import feedback, listing
from rag.answering import Archive
from rag.chat import evidence, examples, talk
from rag.chat.conversation import Conversation
from rag.chat.events import sent
from rag.chat.pages import frame
from rag.errors import QuestionError, RagError
from rag.settings import MOST_QUOTES
from rag.turns import Turns
from rag.types import Answer, Hit, Query

# What a button of the page asks for: something of an answer, by its number.
LINK = re.compile(
    r"(?P<action>again|edit|reword|bare|drop|lift)-(?P<number>[1-9]\d{0,5})"
    r"(?:-(?P<place>[1-9]\d?))?",
    re.ASCII,
)

WAITING = "Waiting until other questions are answered…"

# The filters as typed and chosen: first day, last day, publishers.
Filters = tuple[str, str, list[str]]
# The conversation, the HTML that shows it, what is left in the question's field, the filters. What
# is `gr.skip()` stays as it is.
Shown = tuple[Any, Any, Any, Any, Any, Any]


@dataclass(frozen=True, slots=True)
class Handlers:
    """The chat's event handlers over one archive; what they return fills the page."""

    archive: Archive
    turns: Turns

    def greet(self, outlets: str = "") -> tuple[str, str, Any]:
        """Return what a visit begins with, of the archive as it is now.

        Args:
            outlets: The publishers that the reader has set, a line each; those that the archive
                does not have any more are left out.

        Returns:
            The heading, what is shown before the first question, the publishers to choose from.
        """
        sources = self.archive.articles()
        names = listing.name_outlets(sources)
        chosen = [each for each in names if each in outlets.splitlines()]
        return (
            talk.head(sources) + frame.navigate(frame.ASK),
            talk.greet(examples.choose(sources), empty=not sources),
            gr.update(choices=names, value=chosen, visible=len(names) > 1),
        )

    async def ask(
        self,
        question: str,
        since: str,
        until: str,
        publishers: Sequence[str],
        conversation: Conversation,
        limit: str = "",
    ) -> AsyncIterator[Shown]:
        """Answer a question; one that cannot be asked goes back to its field, with the reason.

        Args:
            question: The question, as typed.
            since: The first day, as typed; blank for no limit.
            until: The last day, as typed; blank for no limit.
            publishers: The publishers chosen; none means all.
            conversation: What was asked and answered before.
            limit: Quotes wanted at most, as the reader has set it; blank for the archive's own.

        Yields:
            The page at each stage, then with the answer.
        """
        filters = since, until, list(publishers or [])
        before = conversation
        async for shown in self._answer(question, conversation, before, filters, limit, left=""):
            yield shown

    async def follow_link(
        self,
        since: str,
        until: str,
        publishers: Sequence[str],
        conversation: Conversation,
        event: gr.EventData,
        limit: str = "",
    ) -> AsyncIterator[Shown]:
        """Do what a button of the page says: ask an example, or ask again in another way.

        A button sends a question (`ask`), or a link: the last question to be asked again
        (`again-2`) or edited (`edit-2`), another wording to search for (`reword-2`: that of the
        second answer), a question to be searched for as it was typed (`bare-2`), one of a
        question's dates that is not to be read (`drop-2-1`), or a filter to be lifted (`lift-2`:
        the days, `lift-2-1`: the first publisher).
        """
        link = LINK.fullmatch(str(sent(event, "link")))
        action, number = (link["action"], int(link["number"])) if link else ("", 0)
        filters = since, until, list(publishers or [])
        if example := sent(event, "ask"):
            before = conversation
            async for shown in self._answer(str(example), conversation, before, filters, limit):
                yield shown
            return
        if not link or number > len(conversation.answers):
            yield self.show(conversation.noticed("this button is not known any more"))
            return
        query = conversation.answers[number - 1].query
        place, text = int(link["place"] or 0), str(sent(event, "text") or "")
        unread = tuple(each.text for each in query.dates[place - 1 : place] if action == "drop")
        wordings = {"bare": query.question, "reword": text, "edit": None}
        async for shown in self._answer(
            text if action == "edit" else query.question,
            conversation,
            conversation.before(number),
            lift(query, filters, place) if action == "lift" else filters,
            limit,
            instead_of=number if action in ("again", "edit") else 0,
            wording=wordings.get(action, query.given),
            drop=(*query.dropped, *unread),
        ):
            yield shown

    async def _answer(
        self,
        question: str,
        conversation: Conversation,
        before: Conversation,
        filters: Filters,
        limit: str,
        *,
        left: str | None = None,
        instead_of: int = 0,
        **options: Any,
    ) -> AsyncIterator[Shown]:
        """Answer a question as one that follows `before`, and add it to the conversation."""

        def reach(stage: str, answer: Answer | None = None) -> Conversation:
            return conversation.asking(question, stage, instead_of=instead_of, answer=answer)

        if conversation.pending:
            yield (gr.skip(),) * 6  # the page shows one question at a time
            return
        try:
            turn = self.turns.enter()
            if question.strip():
                begun = reach(WAITING if turn.waits else "Reading the question…")
                yield self.show(begun, question=left, filters=filters)
            earlier = {"history": before.questions, "shown": before.shown}
            options |= earlier | read_filters(filters)
            query = await turn.call(self.archive.read_question, question, **options)
            yield self.show(reach(f"Searching for “{query.wording}”…"))
            hits = await turn.call(self.archive.retrieve, query)
            yield self.show(reach(name_reading(hits)))
            steps = self.archive.answers(query, hits, limit=read_limit(limit))
            async for answer in turn.follow(steps):
                if answer.found:
                    yield self.show(reach("So far; reading on…", answer))
        except RagError as error:
            yield self.show(conversation.noticed(str(error)), question=question)
        else:
            yield self.show(reach("").answered(answer))

    def stop(self, conversation: Conversation) -> Shown:
        """Return the page with what was read so far; without, the question goes to its field."""
        if not conversation.pending:
            return self.show(conversation)
        if so_far := conversation.pending.answer:
            return self.show(conversation.answered(so_far))
        question = conversation.pending.question
        return self.show(conversation.noticed("stopped; the question is kept"), question=question)

    def forget(self) -> Shown:
        """Return the page as it was before the first question."""
        return self.show(Conversation(), question="")

    def judge(self, conversation: Conversation, event: gr.EventData) -> tuple[Conversation, str]:
        """Keep what the reader thinks of an answer; the same verdict again withdraws it."""
        turn, verdict = sent(event, "turn"), sent(event, "verdict")
        known = isinstance(turn, int) and 1 <= turn <= len(conversation.answers)
        if not known or verdict not in (feedback.GOOD, feedback.POOR):
            return conversation, talk.as_html(conversation)
        given = "" if (turn, verdict) in conversation.verdicts else verdict
        answer = conversation.answers[turn - 1]
        judgement = feedback.Judgement(
            answer.question,
            tuple(quote.id for quote in answer.quotes),
            given or feedback.WITHDRAWN,
            datetime.now(UTC).isoformat(timespec="seconds"),
        )
        try:
            feedback.record(self.archive.settings.store, judgement)
        except RagError as error:
            judged = conversation.noticed(str(error))
        else:
            judged = conversation.judged(turn, given)
        return judged, talk.as_html(judged)

    def open_citation(self, conversation: Conversation, event: gr.EventData) -> str:
        """Return the evidence panel for the citation whose link was chosen."""
        citation = conversation.find(sent(event, "reference"))
        if citation is None:
            return evidence.as_notice(
                "This citation is not known any more. Ask the question again, "
                "then choose its number."
            )
        source = citation.quote.source
        try:
            article = self.archive.article(source.id, digest=source.digest)
        except RagError as error:
            return evidence.as_notice(f"The article cannot be shown: {error}.")
        return evidence.as_html(article, citation)

    def close_citation(self) -> str:
        """Return the evidence panel with no article in it."""
        return evidence.EMPTY

    def show(
        self, conversation: Conversation, *, question: Any = None, filters: Filters | None = None
    ) -> Shown:
        """Return what shows a conversation.

        Args:
            conversation: The conversation.
            question: What is to stand in the question's field; None to leave it as it is.
            filters: What is to stand in the filters; None to leave them as they are.
        """
        since, until, publishers = filters or (gr.skip(),) * 3
        left = gr.skip() if question is None else question
        return conversation, talk.as_html(conversation), left, since, until, publishers


def lift(query: Query, filters: Filters, place: int) -> Filters:
    """Return the filters without one that a query was narrowed by.

    Args:
        query: The query.
        filters: The filters.
        place: Which of the query's publishers is to be lifted, from 1; 0 for the days.
    """
    since, until, publishers = filters
    if not place:
        return "", "", publishers
    lifted = query.publishers[place - 1 : place]
    return since, until, [each for each in publishers if each not in lifted]


def name_reading(hits: Sequence[Hit]) -> str:
    """Return in words what is about to be read."""
    articles = len({hit.passage.source.id for hit in hits})
    return (
        f"Reading {len(hits)} passage{'' if len(hits) == 1 else 's'} "
        f"of {articles} article{'' if articles == 1 else 's'}…"
    )


def read_filters(filters: Filters) -> dict[str, Any]:
    """Read the filters as options of a question.

    Raises:
        QuestionError: One of the days is none.
    """
    since, until, publishers = filters
    return {"since": read_day(since), "until": read_day(until), "publishers": publishers}


def read_limit(text: str) -> int | None:
    """Read how many quotes are wanted at most; None for a blank.

    Raises:
        QuestionError: It is no number of quotes.

    >>> read_limit("8")
    8
    """
    if not text:
        return None
    if text not in map(str, range(1, MOST_QUOTES + 1)):
        raise QuestionError(
            f"“{text[:20]}” is no number of quotes from 1 to {MOST_QUOTES}; choose another on the "
            "page of settings"
        )
    return int(text)


def read_day(text: str) -> date | None:
    """Read a day as typed; None for a blank.

    Raises:
        QuestionError: It is no day.

    >>> read_day(" 2016-12-01 ")
    datetime.date(2016, 12, 1)
    """
    if not (text or "").strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise QuestionError(
            f"“{text.strip()}” is not a day; write one as 2016-12-01, or leave it empty"
        ) from error
