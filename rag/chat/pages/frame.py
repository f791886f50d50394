"""What every further page has: a heading with the way to the others, and an article beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gradio as gr

from rag import citations, rendering
from rag.answering import Archive
from rag.chat import evidence, messages
from rag.chat.citing import address
from rag.chat.events import sent_text
from rag.chat.theme import switch_theme
from rag.errors import RagError, UploadError
from rag.opening import open_id
from rag.types import Article, Quote

STYLE = Path(__file__).with_name("pages.css")
# Puts the focus on what the reader waited for.
RESULT = "watch('value', () => element.querySelector('[data-focus]')?.focus());"
TITLE = "document.title = `${element.querySelector('h1').textContent} – Ask the archive`;"

# Addresses are relative: they hold behind a proxy that serves the chat under a path of its own.
ASK, CHECK, ARTICLES, OWN, SETTINGS = "./", "check", "articles", "own", "settings"
PLACES = {
    ASK: "Ask",
    CHECK: "Check a quote",
    ARTICLES: "Articles",
    OWN: "Your articles",
    SETTINGS: "Settings",
}
EMPTY = """
<div class="rag-evidence-empty">
<p class="rag-evidence-title">The article</p>
<p>Open a place on this page. The whole article is shown here, with the words marked.</p>
</div>
"""
Choose = Callable[[gr.EventData], Archive]
LEAD = f'<span class="rag-unseen">{rendering.BEFORE} </span>'
QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}


def load(script: str) -> str:
    """Return a script of the pages by its name."""
    return Path(__file__).with_name(script).read_text(encoding="utf-8")


PANEL, FORM = load("panel.js"), load("form.js")


def navigate(current: str) -> str:
    """Return links to the pages as HTML.

    Args:
        current: The address of the page that they stand on.
    """
    links = "".join(
        f'<a href="{place}"{" aria-current=page" if place == current else ""}>{name}</a>'
        for place, name in PLACES.items()
    )
    return f'<nav class="rag-pages" aria-label="Pages">{links}</nav>'


def heading(name: str, *, place: str = "") -> None:
    """Lay out the heading of a page, inside its route.

    Args:
        name: The page's name.
        place: Its address, if the pages are to lead to it.
    """
    with gr.Row(elem_id="rag-heading"):
        gr.HTML(f"<h1>{name}</h1>{navigate(place)}", js_on_load=TITLE, min_width=0)
        switch_theme()


@contextmanager
def beside(choose: Choose, *, permalinks: bool = True) -> Iterator[None]:
    """Lay out two columns: what the block adds, and the article that is opened from there.

    Args:
        choose: Returns the archive that holds the article.
        permalinks: Whether the article has a page of its own.
    """
    reading = Reading(choose, permalinks)
    with gr.Row(elem_id="rag-desk"):
        with gr.Column(elem_id="rag-sheet", min_width=0):
            yield
        with gr.Column(elem_id="rag-evidence", min_width=0):
            panel = gr.HTML(EMPTY, js_on_load=PANEL, apply_default_css=False)
    panel.select(reading.open, None, panel, **QUIET)
    panel.clear(reading.close, None, panel, **QUIET)


@dataclass(frozen=True, slots=True)
class Reading:
    """Opens articles in a panel; see `beside`."""

    choose: Choose
    permalinks: bool

    def open(self, event: gr.EventData) -> str:
        """Return the panel with what an id names."""
        name = sent_text(event, "id")
        bar = (
            f'<div class="rag-bar">{self._permalink(name)}'
            '<button type="button" class="rag-close" data-close>Close</button></div>'
        )
        try:
            more = address(name) if self.permalinks else ""
            return show(self.choose(event), name, above=bar, more=more)
        except UploadError as error:
            return (
                f'<div class="rag-article" data-shown="">{bar}{notice("Not shown.", error)}</div>'
            )

    def _permalink(self, name: str) -> str:
        return f'<a href="{address(name)}">Permalink</a>' if self.permalinks else ""

    def close(self) -> str:
        """Return the panel with no article in it."""
        return EMPTY


def show(
    archive: Archive, name: str, *, above: str = "", more: str = "", start: int | None = None
) -> str:
    """Return the article that an id names as HTML, the words that it names marked.

    Args:
        archive: What holds it.
        name: The id of an article or of a quote.
        above: HTML that stands before it.
        more: As for `evidence.show`.
        start: As for `evidence.show`.
    """
    try:
        shown = open_id(archive, name)
    except RagError as error:
        message = rendering.escape(f"This cannot be shown: {error}.")
        return (
            f'<div class="rag-article" data-shown="">{above}'
            f'<p class="rag-notice" role="alert" tabindex="-1" data-focus>{message}</p></div>'
        )
    article = shown if isinstance(shown, Article) else shown.article
    if isinstance(shown, Article):
        return evidence.show(article, reference=name, above=above, more=more, start=start)
    standing = rendering.escape(citations.name_standing(shown))
    if shown.changed:
        standing += f' <a href="{address(shown.quote.source.id)}">Open the article as it is now</a>'
    kind = "rag-standing" if shown.current else "rag-standing rag-notice"
    return evidence.show(
        article,
        [shown.quote.span],
        reference=name,
        above=f'{above}<p class="{kind}">{standing}</p>',
        more=more,
        start=start,
    )


def link(name: str, text: str) -> str:
    """Return a link that opens an article beside the page, or as a page in a new tab.

    Args:
        name: The id of an article or of a quote.
        text: What the link reads.
    """
    return (
        f'<a class="rag-open" href="{address(name)}" data-open="{rendering.escape(name)}">'
        f"<bdi>{rendering.escape(text)}</bdi></a>"
    )


def quote_as_html(quote: Quote, words: str) -> str:
    """Return a quote with a link to its place.

    Args:
        quote: The quote.
        words: Its words as HTML.
    """
    lead = f'<p class="rag-lead" dir="auto">{LEAD}{rendering.escape(quote.lead_text)}</p>'
    return (
        f'<blockquote class="rag-quote">{lead if quote.lead else ""}'
        f'<p class="rag-words" dir="auto">{words}</p>'
        f'<p class="rag-source">{link(quote.id, rendering.cite(quote.source))}</p></blockquote>'
    )


def notice(title: str, error: Exception) -> str:
    """Return that something could not be done, and why."""
    return (
        f'<div class="rag-notice" role="alert" tabindex="-1" data-focus><strong>{title}</strong> '
        f"{messages.as_sentence(str(error))}</div>"
    )


def section(name: str, content: str) -> str:
    """Return what came of a form, as HTML under a name."""
    return f'<section class="rag-result" aria-label="{name}">{content}</section>'
