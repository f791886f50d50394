"""What happens when the reader asks, or opens a citation."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import gradio as gr

from rag.answering import Archive
from rag.chat import evidence
from rag.chat.conversation import Conversation
from rag.chat.messages import as_messages
from rag.errors import QuestionError, RagError

# What a link of the page asks for: an example, or something of an answer, by its number.
LINK = re.compile(
    r"(?P<action>ask|reword|bare|drop)-(?P<number>[1-9]\d{0,5})(?:-(?P<place>[1-9]\d?))?", re.ASCII
)

# The conversation, the messages that show it, and what is left in the question's field.
Shown = tuple[Conversation, list[dict[str, str]], str]


@dataclass(frozen=True, slots=True)
class Handlers:
    """The chat's event handlers over one archive; what they return fills the page."""

    archive: Archive
    examples: tuple[str, ...] = ()

    def ask(
        self,
        question: str,
        since: str,
        until: str,
        publishers: Sequence[str],
        conversation: Conversation,
    ) -> Iterator[Shown]:
        """Answer a question; one that cannot be asked stays in its field, with the reason.

        Args:
            question: The question, as typed.
            since: The first day, as typed; blank for no limit.
            until: The last day, as typed; blank for no limit.
            publishers: The publishers chosen; none means all.
            conversation: What was asked and answered before.

        Yields:
            The page while the archive is searched, then with the answer.
        """
        yield from self._answer(question, conversation, conversation, since, until, publishers)

    def follow_link(
        self,
        since: str,
        until: str,
        publishers: Sequence[str],
        conversation: Conversation,
        event: gr.EventData,
    ) -> Iterator[Shown]:
        """Do what a link of the page says: ask an example, or ask again in another way; see `ask`.

        A link names an example (`ask-1`), a wording to edit (`reword-2`: that of the second
        answer), a question to be asked as it was typed (`bare-2`), or one of a question's dates
        that is not to be read (`drop-2-1`).
        """
        link = LINK.fullmatch(str(_sent(event, "link")))
        action, number = (link["action"], int(link["number"])) if link else ("", 0)
        given = since, until, publishers
        if action == "ask" and 1 <= number <= len(self.examples):
            yield from self.ask(self.examples[number - 1], *given, conversation)
            return
        if not link or action == "ask" or number > len(conversation.answers):
            yield _show(conversation.noticed("this link is not known any more"), "")
            return
        query = conversation.answers[number - 1].query
        if action == "reword":
            yield _show(conversation, query.wording)
            return
        place = int(link["place"] or 0)
        unread = tuple(each.text for each in query.dates[place - 1 : place] if place)
        yield from self._answer(
            query.question,
            conversation,
            conversation.before(number),
            *given,
            wording=query.question if action == "bare" else None,
            drop=(*query.dropped, *unread),
        )

    def _answer(
        self,
        question: str,
        conversation: Conversation,
        before: Conversation,
        since: str,
        until: str,
        publishers: Sequence[str],
        **options: Any,
    ) -> Iterator[Shown]:
        """Answer a question as one that follows `before`, and add it to the conversation."""
        if question.strip():
            yield _show(conversation.asking(question), question)
        try:
            answer = self.archive.ask(
                question,
                history=before.questions,
                shown=before.shown,
                since=read_day(since),
                until=read_day(until),
                publishers=publishers or (),
                **options,
            )
        except RagError as error:
            yield _show(conversation.noticed(str(error)), question)
        else:
            yield _show(conversation.answered(answer), "")

    def forget(self) -> Shown:
        """Return the page as it was before the first question."""
        return _show(Conversation(), "")

    def open_citation(self, conversation: Conversation, event: gr.EventData) -> str:
        """Return the evidence panel for the citation whose link was chosen."""
        citation = conversation.find(_sent(event, "reference"))
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


def _show(conversation: Conversation, question: str) -> Shown:
    return conversation, as_messages(conversation), question


def _sent(event: gr.EventData, name: str) -> Any:
    """Return what the page sent under a name; None if it did not."""
    return event._data.get(name) if isinstance(event._data, dict) else None
