"""Answers and articles as Markdown and HTML, whose own signs are all escaped."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from itertools import pairwise

from rag import figures
from rag.links import WEB
from rag.rendering.citing import ALSO, BEFORE, cite, name_copies, name_differing
from rag.types import Answer, Article, Quote, Span

# What Markdown or HTML may read as markup: all ASCII punctuation, and the line break.
MARKUP = re.compile(r"[!-/:-@\[-`{-~\n\r\t]")


def as_markdown(answer: Answer) -> str:
    """Return an answer as Markdown: a block quotation and its citation, for every quote.

    The words that answer are in a `strong` element, figures that reports give differently in a
    `mark` element, what leads in to a quote in a `small` one above it: asterisks would not always
    be read as marks.
    """
    shown = answer.quotes or answer.nearest
    blocks = [] if answer.found else [f"The archive does not say: {escape(answer.reason)}."]
    for number, (quote, differing) in enumerate(
        zip(shown, figures.compare(answer.quotes) or ((),) * len(shown), strict=True), start=1
    ):
        lines = [f"<small>{BEFORE} {escape(quote.lead_text)}</small>"] if quote.lead else []
        cited = cite(quote.source, outlet_first=answer.several)
        lines += [as_words(quote, differing=differing), f"[{number}] {escape(cited)}"]
        lines += [f"{ALSO} {escape(name_copies(quote))}"] if quote.copies else []
        lines += [escape(name_differing(quote, differing))] if differing else []
        blocks.append("> " + "\n>\n> ".join(lines))
    return "\n\n".join(blocks)


def as_words(quote: Quote, *, differing: Sequence[Span] = ()) -> str:
    """Return a quote's words for Markdown and HTML alike.

    Args:
        quote: The quote.
        differing: Its figures that other quotes give differently: disjoint, in order.

    Returns:
        The words, what answers in a `strong` element and the figures in `mark` elements; where one
        reaches into the other, the figure has two.
    """
    start, end = quote.span.start, quote.span.end
    answer = (quote.answer.start, quote.answer.end) if quote.answer else (start, start)
    edges = {start, end, *answer, *(edge for each in differing for edge in (each.start, each.end))}
    parts = []
    for left, right in pairwise(sorted(edges)):
        piece = escape(quote.text[left - start : right - start])
        if any(each.start <= left < each.end for each in differing):
            piece = f'<mark class="rag-figure">{piece}</mark>'
        opens = "<strong>" if left == answer[0] < answer[1] else ""
        closes = "</strong>" if right == answer[1] > answer[0] else ""
        parts.append(f"{opens}{piece}{closes}")
    return "".join(parts)


def mark_article(
    article: Article,
    spans: Sequence[Span],
    *,
    shown: int,
    labels: Sequence[str] = (),
    part: Span | None = None,
) -> str:
    """Return an article's text as HTML with spans marked.

    Args:
        article: The article.
        spans: Disjoint spans, in the order of their citation numbers.
        shown: The position of the span to scroll to; it gets the id `cited`.
        labels: What stands before each span, kept out of the text: in the attribute `data-label`.
        part: What of the text is shown, with the spans that lie in it; None for all.

    Returns:
        Paragraphs that unescape to the text or its part; every span in a `mark` element of its own.
    """
    parts: list[str] = []
    at, end = (part.start, part.end) if part else (0, len(article.text))
    for span, place in sorted((span, place) for place, span in enumerate(spans)):
        if part and not part.covers(span):
            continue
        parts.append(html.escape(article.text[at : span.start]))
        attributes = ' id="cited" tabindex="-1"' if place == shown else ""
        if labels:
            attributes += f' data-label="{html.escape(labels[place])}"'
        parts.append(f"<mark{attributes}>{html.escape(span.cut(article.text))}</mark>")
        at = span.end
    parts.append(html.escape(article.text[at:end]))
    return "".join(parts)


def link(url: str) -> str:
    """Return a web address as an HTML link; any other address as text that leads nowhere."""
    if not WEB.match(url):
        return escape(url)
    return (
        f'<a href="{html.escape(url)}" target="_blank" rel="noopener noreferrer nofollow">'
        f"{escape(url)}</a>"
    )


def escape(text: str) -> str:
    """Escape text for Markdown and HTML alike: as character references, which neither reads.

    >>> escape("<b> & *all*")
    '&#60;b&#62; &#38; &#42;all&#42;'
    """
    return MARKUP.sub(lambda match: f"&#{ord(match.group())};", text)
