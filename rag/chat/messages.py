"""An answer as HTML; all that is not written here goes through `rendering.escape`."""

from __future__ import annotations

from collections.abc import Sequence

from rag import figures, rendering
from rag.chat import scope
from rag.chat.citing import as_menu
from rag.chat.conversation import refer
from rag.types import Answer, Quote, Span

# From where on a score, which is the estimated probability that a quote answers, is called so. A
# judgement: the estimate is off by 0.06 to 0.13 on average (benchmarks/quality.json), so that only
# three words can be kept apart. From 0.8 on nothing further is read (`reader.SURE`).
STRENGTHS = ((0.8, "Strong match"), (0.5, "Likely match"), (0.0, "Weak match"))
# Characters of a quote that are read out when it is the first of an answer.
LONGEST_SPOKEN = 300


def as_html(answer: Answer, turn: int) -> str:
    """Return an answer as HTML: its quotes, or that the archive does not say.

    Args:
        answer: The answer.
        turn: Its place in the conversation, from 1, for what its links and buttons ask for.
    """
    chips = scope.as_chips(answer.query, turn)
    if answer.found:
        return f'<div class="rag-answer">{chips}{_order(answer)}{_quotes(answer, turn)}</div>'
    nearest = (
        '<p class="rag-nearest-title">Nearest passages – not an answer</p>'
        f'<div class="rag-nearest">{_quotes(answer, turn)}</div>'
        if answer.nearest
        else ""
    )
    return (
        f'<div class="rag-answer">{chips}'
        '<p class="rag-silent"><strong>The archive does not say.</strong> '
        f"{as_sentence(answer.reason)}</p>{nearest}</div>"
    )


def announce(answer: Answer) -> str:
    """Return what a screen reader says of an answer, as plain text."""
    if not answer.found:
        return f"The archive does not say: {answer.reason}."
    count = len(answer.quotes)
    first = " ".join(answer.quotes[0].text.split())
    if len(first) > LONGEST_SPOKEN:
        first = f"{first[:LONGEST_SPOKEN]}…"
    cited = rendering.cite(answer.quotes[0].source)
    return f"Answered with {count} quote{'' if count == 1 else 's'}: {first} {cited}."


def name_strength(score: float) -> str:
    """Return in words how surely a quote answers.

    >>> name_strength(0.93)
    'Strong match'
    """
    return next(name for least, name in STRENGTHS if score >= least)


def as_sentence(reason: str) -> str:
    """Return a reason, which is written to follow a colon, as a sentence of its own, escaped."""
    return rendering.escape(f"{reason[:1].upper()}{reason[1:]}.")


def _order(answer: Answer) -> str:
    """Say that several reports are quoted, and in which order."""
    if not answer.several or len(answer.quotes) == 1:
        return ""
    days = [quote.source.published for quote in answer.quotes]
    dated = [day for day in days if day]
    order = "in" if dated == sorted(dated) else "the best first, then in"
    return f'<p class="rag-order">Several reports, {order} the order of their dates</p>'


def _quotes(answer: Answer, turn: int) -> str:
    shown = answer.quotes or answer.nearest
    differing = figures.compare(answer.quotes) or ((),) * len(shown)
    items = "".join(
        f"<li>{_quote(answer, quote, spans, turn, number)}</li>"
        for number, (quote, spans) in enumerate(zip(shown, differing, strict=True), start=1)
    )
    name = "Quotes" if answer.found else "Nearest passages, not an answer"
    return f'<ol class="rag-quotes" aria-label="{name}">{items}</ol>'


def _quote(answer: Answer, quote: Quote, differing: Sequence[Span], turn: int, number: int) -> str:
    link = refer(turn, number)
    strength = f'<span class="rag-strength">{name_strength(quote.score)}</span>'
    return (
        f'<blockquote class="rag-quote">{_lead(quote)}<p class="rag-words" dir="auto">'
        f"{rendering.as_words(quote, differing=differing)}</p>"
        f'<p class="rag-source"><a class="rag-cite" href="#{link}" '
        f'aria-describedby="preview-{link}">[{number}]</a> '
        f"{_facts(quote, outlet_first=answer.several)}</p>{_notes(quote, differing)}"
        f'<div class="rag-more">{strength if answer.found else ""}{as_menu(quote, number)}</div>'
        f"{_preview(quote, link)}</blockquote>"
    )


def _facts(quote: Quote, *, outlet_first: bool) -> str:
    facts = rendering.cite_parts(quote.source, outlet_first=outlet_first)
    named = [f"<bdi>{rendering.escape(fact)}</bdi>" for fact in facts]
    title = -1 if outlet_first else 0
    named[title] = f'<span class="rag-title">{named[title]}</span>'
    return " · ".join(named)


def _preview(quote: Quote, link: str) -> str:
    """Return a quote in its place: between the sentences that stand around it in the passage."""
    passage, span = quote.passage, quote.span
    start = max((each.start for each in passage.sentences if each.end <= span.start), default=None)
    end = min((each.end for each in passage.sentences if each.start >= span.end), default=None)
    before = passage.cut(Span(start, span.start)) if start is not None else ""
    after = passage.cut(Span(span.end, end)) if end is not None else ""
    return (
        f'<div class="rag-preview" id="preview-{link}" hidden>'
        f'<p class="rag-source">{_facts(quote, outlet_first=False)}</p>'
        f'<p class="rag-around" dir="auto">{rendering.escape(before)}'
        f"<mark>{rendering.escape(quote.text)}</mark>{rendering.escape(after)}</p></div>"
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
