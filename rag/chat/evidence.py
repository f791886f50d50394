"""The evidence panel: a whole article, with the quoted passages marked, as HTML.

The panel shows raw HTML; all that is not written here goes through `rendering`.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rag import rendering
from rag.chat.citing import address
from rag.chat.conversation import Citation, refer
from rag.types import Article, Source, Span

# Characters of an article that are shown at once, which is some hundred pages: ten million take a
# browser seconds to lay out.
LONGEST = 200_000
EMPTY = """
<div class="rag-evidence-empty">
<p class="rag-evidence-title">The evidence</p>
<p>Choose a number such as <span class="rag-cite">[1]</span> under a quotation. The whole article
opens here, at the passage, with the quoted words marked.</p>
</div>
"""


def as_html(article: Article, citation: Citation) -> str:
    """Return an article with the quotes of an answer marked.

    Args:
        article: The version of the article that was quoted.
        citation: The citation to show; the other quotes from this article are marked as well.
    """
    marks = citation.marks
    return show(
        article,
        list(marks.values()),
        cited=list(marks).index(citation.number),
        labels=[f"[{number}]" for number in marks],
        reference=refer(citation.turn, citation.number),
        above=_bar(citation),
        more=address(citation.quote.id),
    )


def show(
    article: Article,
    spans: Sequence[Span] = (),
    *,
    cited: int = 0,
    labels: Sequence[str] = (),
    reference: str,
    above: str = "",
    more: str = "",
    start: int | None = None,
) -> str:
    """Return an article with spans marked.

    Args:
        article: The article.
        spans: What to mark.
        cited: The position of the span to scroll to.
        labels: What stands before each span, kept out of the text.
        reference: What the page asked for, to tell whether it is shown already.
        above: HTML that stands before the title.
        more: The address of a page that shows other parts of a long article; empty for none.
        start: From which character on a long article is shown; None for about the span.
    """
    part = choose_part(len(article.text), spans[cited] if spans else None, start)
    text = rendering.mark_article(article, spans, shown=cited, labels=labels, part=part)
    title = rendering.escape(rendering.cite_parts(article.source)[0])
    name = "Article with the cited passage" if spans else "Article"
    return (
        f'<article class="rag-article" data-shown="{rendering.escape(reference)}" '
        f'aria-label="{name}">{above}'
        f'<h2 class="rag-article-title" dir="auto">{title}</h2>'
        f"{_facts(article.source)}{_name_part(part, len(article.text), more) if part else ''}"
        f'<div class="rag-article-text" dir="auto">{text}</div></article>'
    )


def choose_part(length: int, around: Span | None, start: int | None) -> Span | None:
    """Choose what of an article is shown; None if it is short enough to be shown as a whole.

    Args:
        length: How many characters it has.
        around: What is to be seen with the text around it.
        start: Where to begin instead; a place that it does not have means its end.

    >>> choose_part(1_000_000, Span(500_000, 500_100), None)
    Span(start=400000, end=600000)
    """
    if length <= LONGEST:
        return None
    if start is None:
        start = max(0, around.start - LONGEST // 2) if around else 0
        end = max(around.end if around else 0, start + LONGEST)
    else:
        start = min(start, length - 1)
        end = start + LONGEST
    return Span(start, min(end, length))


def _name_part(part: Span, length: int, more: str) -> str:
    """Say which part of an article is shown, with links to what is before and behind it."""
    steps = {"Earlier part": max(0, part.start - LONGEST), "Later part": part.end}
    there = {"Earlier part": part.start > 0, "Later part": part.end < length}
    links = "".join(
        f' <a href="{more}&amp;from={step}" target="_blank">{name}</a>'
        for name, step in steps.items()
        if more and there[name]
    )
    return (
        f'<p class="rag-part">This is a long article: of its {length:,} characters, '
        f"{part.start + 1:,} to {part.end:,} are shown.{links}</p>"
    )


def as_notice(message: str) -> str:
    """Return a panel that says why there is no article to show."""
    return (
        f'<div class="rag-article" data-shown="">{_bar(None)}'
        f'<p class="rag-notice" role="alert">{rendering.escape(message)}</p></div>'
    )


def _bar(citation: Citation | None) -> str:
    steps = ""
    if citation:
        kind = "Quote" if citation.answer.found else "Nearest passage, not an answer:"
        steps = (
            f"{_step(citation, -1)}{_step(citation, 1)}"
            f'<span class="rag-place">{kind} {citation.number} of {len(citation.shown)}</span>'
        )
    return (
        f'<div class="rag-bar">{steps}<button type="button" class="rag-close" data-close '
        'aria-label="Close the article, back to the chat">Close</button></div>'
    )


def _step(citation: Citation, by: int) -> str:
    sign, label = ("←", "Previous quote") if by < 0 else ("→", "Next quote")
    number = citation.number + by
    target = (
        f'data-cite="{refer(citation.turn, number)}"'
        if 1 <= number <= len(citation.shown)
        else "disabled"
    )
    return f'<button type="button" {target} aria-label="{label}">{sign}</button>'


def _facts(source: Source) -> str:
    """List what is known about where an article is from."""
    facts = (
        ("Publisher", _isolated(source.publisher)),
        ("Date", rendering.show_day(source.published) if source.published else ""),
        ("Author", _isolated(source.author)),
        ("Original", rendering.link(source.url)),
        # Without its folder, which is nobody's business who reads from afar.
        ("File", _isolated(Path(source.path).name)),
    )
    rows = "".join(f"<div><dt>{name}</dt><dd>{value}</dd></div>" for name, value in facts if value)
    return f'<dl class="rag-facts">{rows}</dl>'


def _isolated(text: str) -> str:
    return f"<bdi>{rendering.escape(text)}</bdi>" if text else ""
