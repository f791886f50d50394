"""A conversation as the messages of the chat.

A message is one block of HTML without a blank line, so that Markdown leaves it alone; all that is
not written here goes through `rendering.escape`. The chat's own sanitiser is no guard.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from rag import figures, rendering
from rag.chat.conversation import Conversation, refer
from rag.inferences import DateRange
from rag.types import Answer, Query, Quote, Span

SEARCHING = '<div class="rag-pending">Searching the archive…</div>'


def as_messages(conversation: Conversation) -> list[dict[str, str]]:
    """Return the messages that show a conversation, oldest first."""
    messages: list[dict[str, str]] = []
    for turn, answer in enumerate(conversation.answers, start=1):
        messages += [_asked(answer.question), _said(as_html(answer, turn))]
    if conversation.pending:
        messages += [_asked(conversation.pending), _said(SEARCHING)]
    if conversation.notice:
        messages.append(_said(_notice(conversation.notice)))
    return messages


def as_html(answer: Answer, turn: int) -> str:
    """Return an answer as HTML: its quotes, or that the archive does not say.

    Args:
        answer: The answer.
        turn: Its place in the conversation, from 1, for the links of its citations.
    """
    scope = _scope(answer.query, turn)
    if answer.found:
        return f'<div class="rag-answer">{scope}{_quotes(answer, turn)}</div>'
    nearest = (
        '<p class="rag-nearest-title">Nearest passages – not an answer</p>'
        f'<div class="rag-nearest">{_quotes(answer, turn)}</div>'
        if answer.nearest
        else ""
    )
    return (
        f'<div class="rag-answer">{scope}'
        '<p class="rag-silent"><strong>The archive does not say.</strong> '
        f"{_sentence(answer.reason)}</p>{nearest}</div>"
    )


def welcome(questions: Sequence[str], *, empty: bool) -> str:
    """Return what the chat shows before the first question.

    Args:
        questions: Example questions, each shown as a link that asks it.
        empty: Whether the archive holds no article.
    """
    if empty:
        return (
            '<div class="rag-welcome"><p class="rag-welcome-title">This archive is empty</p>'
            "<p>Bring in articles with <code>rag ingest PATH</code>, "
            "then start the chat again.</p></div>"
        )
    links = "".join(
        f'<li><a href="#ask-{number}">{rendering.escape(question)}</a></li>'
        for number, question in enumerate(questions, start=1)
    )
    return (
        '<div class="rag-welcome"><p class="rag-welcome-title">Ask what the articles say</p>'
        "<p>Answers are quotations, word for word. Where the archive does not answer, "
        f'it says so.</p><ul class="rag-examples">{links}</ul></div>'
    )


def _quotes(answer: Answer, turn: int) -> str:
    shown = answer.quotes or answer.nearest
    differing = figures.compare(answer.quotes) or ((),) * len(shown)
    return "".join(
        _quote(quote, spans, refer(turn, number), f"[{number}]", outlet_first=answer.several)
        for number, (quote, spans) in enumerate(zip(shown, differing, strict=True), start=1)
    )


def _quote(
    quote: Quote, differing: Sequence[Span], link: str, label: str, *, outlet_first: bool
) -> str:
    facts = rendering.cite_parts(quote.source, outlet_first=outlet_first)
    named = [f"<bdi>{rendering.escape(fact)}</bdi>" for fact in facts]
    title = -1 if outlet_first else 0
    named[title] = f'<span class="rag-title">{named[title]}</span>'
    return (
        f'<blockquote class="rag-quote">{_lead(quote)}<p class="rag-words" dir="auto">'
        f"{rendering.as_words(quote, differing=differing)}</p>"
        f'<p class="rag-source"><a class="rag-cite" href="#{link}" '
        f'title="Open the article at this passage">{label}</a> '
        f"{' · '.join(named)}</p>{_notes(quote, differing)}</blockquote>"
    )


def _notes(quote: Quote, differing: Sequence[Span]) -> str:
    """Return which other articles print a quote, and which of its figures others give otherwise.

    The figures are named, as a mark in the words is not seen by everybody.
    """
    copies = f"{rendering.ALSO} {rendering.name_copies(quote)}" if quote.copies else ""
    notes = ((copies, "rag-also"), (rendering.name_differing(quote, differing), "rag-differs"))
    return "".join(
        f'<p class="{name}"><bdi>{rendering.escape(note)}</bdi></p>' for note, name in notes if note
    )


def _lead(quote: Quote) -> str:
    """Return what leads in to a quote, apart from it; a screen reader is told so by a word."""
    if not quote.lead:
        return ""
    return (
        f'<p class="rag-lead" dir="auto"><span class="rag-unseen">{rendering.BEFORE} </span>'
        f"{rendering.escape(quote.lead_text)}</p>"
    )


def _scope(query: Query, turn: int) -> str:
    """Say what was searched for and where, as far as that is not just what was typed."""
    parts = []
    if query.wording != " ".join(query.question.split()):
        links = _link("reword", turn, "Edit")
        if query.added:
            links += f" {_link('bare', turn, 'Search as typed')}"
        parts.append(f"Searched for: {rendering.escape(query.wording)} {links}")
    parts += [_date(each, turn, place) for place, each in enumerate(query.dates, start=1)]
    if (query.since or query.until) and not any(each.hard for each in query.dates):
        parts.append(rendering.escape(f"Published {_name_days(query.since, query.until)}"))
    if query.publishers:
        parts.append(rendering.escape(f"Published by {', '.join(query.publishers)}"))
    return "".join(f'<p class="rag-scope">{each}</p>' for each in parts)


def _date(dates: DateRange, turn: int, place: int) -> str:
    """Return a date of a question, how it counts, and a link to search without it."""
    counts = "published" if dates.hard else "preferably"
    days = f"“{dates.text}”: {counts} {_name_days(dates.since, dates.until)}"
    if dates.ambiguous:
        days += "; day and month may be meant the other way around"
    return f"{rendering.escape(days)} {_link('drop', f'{turn}-{place}', 'Remove')}"


def _name_days(since: date | None, until: date | None) -> str:
    """Return a range of days in words."""
    if since and since == until:
        return f"on {rendering.show_day(since)}"
    first = f"from {rendering.show_day(since)}" if since else ""
    last = f"until {rendering.show_day(until)}" if until else ""
    return " ".join(each for each in (first, last) if each)


def _link(action: str, target: int | str, text: str) -> str:
    return f'<a class="rag-change" href="#{action}-{target}">{text}</a>'


def _sentence(reason: str) -> str:
    """Return a reason, which is written to follow a colon, as a sentence of its own."""
    return rendering.escape(f"{reason[:1].upper()}{reason[1:]}.")


def _notice(notice: str) -> str:
    return f'<div class="rag-notice"><strong>Not answered.</strong> {_sentence(notice)}</div>'


def _asked(question: str) -> dict[str, str]:
    return {"role": "user", "content": rendering.escape(question)}


def _said(content: str) -> dict[str, str]:
    return {"role": "assistant", "content": content}
