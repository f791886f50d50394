"""The evidence panel: a whole article, with the quoted passages marked, as HTML.

The panel shows raw HTML; all that is not written here goes through `rendering`.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rag import rendering
from rag.chat.conversation import Citation, refer
from rag.types import Article, Source, Span

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
    )


def show(
    article: Article,
    spans: Sequence[Span] = (),
    *,
    cited: int = 0,
    labels: Sequence[str] = (),
    reference: str,
    above: str = "",
) -> str:
    """Return an article with spans marked.

    Args:
        article: The article.
        spans: What to mark.
        cited: The position of the span to scroll to.
        labels: What stands before each span, kept out of the text.
        reference: What the page asked for, to tell whether it is shown already.
        above: HTML that stands before the title.
    """
    text = rendering.mark_article(article, spans, shown=cited, labels=labels)
    title = rendering.escape(rendering.cite_parts(article.source)[0])
    name = "Article with the cited passage" if spans else "Article"
    return (
        f'<article class="rag-article" data-shown="{rendering.escape(reference)}" '
        f'aria-label="{name}">{above}'
        f'<h2 class="rag-article-title" dir="auto">{title}</h2>'
        f"{_facts(article.source)}"
        f'<div class="rag-article-text" dir="auto">{text}</div></article>'
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
