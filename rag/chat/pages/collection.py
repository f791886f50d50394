"""The page of the archive's articles: how many, from when and whom; to search, open and remove."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import gradio as gr

from rag import listing, rendering
from rag.answering import Archive
from rag.chat.events import sent_text
from rag.chat.pages import frame
from rag.errors import RagError
from rag.listing import Listing, Period
from rag.types import Source

FORM = """
<form class="rag-form rag-search" data-form="list" role="search">
<label for="rag-words">Words in title or outlet</label>
<input type="search" id="rag-words" name="words" dir="auto">
<label for="rag-order">Order</label>
<select id="rag-order" name="order"><option value="newest">Newest first</option>
<option value="oldest">Oldest first</option></select>
<button type="submit">Search</button>
</form>
"""
EMPTY = """
<section class="rag-result"><h2>This archive is empty</h2>
<p>Bring in articles with <code>rag ingest PATH</code>.</p></section>
"""
# What stands for the outlet of articles that name none.
NO_OUTLET = "Outlet not known"
# Outlets in the chart; the others are counted together.
MOST_OUTLETS = 8
# The chart's size in units of its own; it is drawn as wide as the page.
WIDTH, HEIGHT = 620, 90


def add(page: gr.Blocks, archive: Archive) -> None:
    """Add the page to the chat; see `rag.chat.pages.add`."""
    shelf = Shelf(archive)
    name = frame.PLACES[frame.ARTICLES]
    with page.route(name, f"/{frame.ARTICLES}"):
        frame.heading(name, place=frame.ARTICLES)
        with frame.beside(lambda _: archive):
            chart = gr.HTML("", apply_default_css=False)
            form = gr.HTML(FORM, js_on_load=frame.FORM, apply_default_css=False)
            articles = gr.HTML("", js_on_load=frame.FORM + frame.RESULT, apply_default_css=False)
        page.load(shelf.draw, None, chart, **frame.QUIET)
        page.load(shelf.list_all, None, articles, **frame.QUIET)
        for sender in (form, articles):
            sender.submit(shelf.list_articles, None, [articles, chart], **frame.QUIET)


@dataclass(frozen=True, slots=True)
class Shelf:
    """What the page shows of an archive."""

    archive: Archive

    def draw(self) -> str:
        """Return the charts of dates and outlets."""
        return draw(self.archive.articles())

    def list_all(self) -> str:
        """Return the first page of the articles."""
        sources = self.archive.articles()
        if not sources:
            return EMPTY
        return self._show(listing.choose(sources, newest_first=True), "", "newest", focus=False)

    def list_articles(self, event: gr.EventData) -> tuple[Any, Any]:
        """Return the articles that a form asks for, once what it removes is removed; the charts."""
        words, order = sent_text(event, "words"), sent_text(event, "order")
        said = self._remove(removed) if (removed := sent_text(event, "remove")) else ""
        number = sent_text(event, "page")
        sources = self.archive.articles()
        chosen = listing.choose(
            sources,
            words=words,
            newest_first=order != "oldest",
            page=int(number) if number.isdecimal() and len(number) < 10 else 1,
        )
        shown = self._show(chosen, words, order, focus=not said) if sources else EMPTY
        return said + shown, draw(sources) if said else gr.skip()

    def _remove(self, article: str) -> str:
        """Remove an article, if the operator lets readers do so, and return what is said of it."""
        if not self.archive.settings.allow_remove:
            reason = ValueError("the operator of this chat does not let readers remove articles")
            return frame.notice("Not removed.", reason)
        try:
            title = rendering.cite(self.archive.article(article).source)
            self.archive.remove(article)
        except RagError as error:
            return frame.notice("Not removed.", error)
        return (
            '<p class="rag-done" role="status" tabindex="-1" data-focus>Removed: '
            f"<bdi>{rendering.escape(title)}</bdi></p>"
        )

    def _show(self, shown: Listing, words: str, order: str, *, focus: bool) -> str:
        kept = (
            f'<input type="hidden" name="words" value="{rendering.escape(words)}">'
            f'<input type="hidden" name="order" value="{rendering.escape(order)}">'
        )
        removable = self.archive.settings.allow_remove
        items = "".join(
            f"<li>{frame.link(each.id, rendering.cite_parts(each)[0])}{_facts(each)}"
            f"{_removal(each) if removable else ''}</li>"
            for each in shown.sources
        )
        return frame.section(
            "Articles",
            f'<h2 tabindex="-1"{" data-focus" if focus else ""}>{_name_range(shown)}</h2>'
            f'<form data-form="list">{kept}'
            f'<input type="hidden" name="page" value="{shown.page}">'
            f'<ol class="rag-list" start="{shown.first}">{items}</ol></form>'
            f'<form class="rag-pager" data-form="list">{kept}{_pager(shown)}</form>',
        )


def draw(sources: tuple[Source, ...]) -> str:
    """Return how articles lie over time and outlets, as charts that have their tables."""
    if not sources:
        return ""
    return (
        '<section class="rag-charts" aria-label="Dates and outlets">'
        f"{_dates(sources)}{_outlets(sources)}</section>"
    )


def _dates(sources: tuple[Source, ...]) -> str:
    periods = listing.count_periods(sources)
    if not periods:
        return "<p>No article has a date.</p>"
    most = max(each.count for each in periods)
    step = WIDTH / len(periods)
    bars = "".join(
        f'<rect x="{place * step + step * 0.1:.1f}" y="{HEIGHT - height:.1f}" '
        f'width="{step * 0.8:.1f}" height="{height:.1f}"/>'
        for place, each in enumerate(periods)
        if (height := HEIGHT * each.count / most)
    )
    first, last = rendering.escape(periods[0].label), rendering.escape(periods[-1].label)
    told = f"Articles from {first} to {last}; at most {most:,} at one time. A table follows."
    undated = sum(1 for each in sources if not each.published)
    more = f" {undated:,} without a date." if undated else ""
    return (
        f'<figure><svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{told}" '
        f'preserveAspectRatio="none">{bars}</svg>'
        f"<figcaption><span>{first}</span><span>{last}</span></figcaption></figure>"
        f"<details><summary>Dates as a table</summary>{_table(periods)}</details>"
        f'<p class="rag-hint">{len(sources):,} articles.{more}</p>'
    )


def _table(periods: tuple[Period, ...]) -> str:
    rows = "".join(
        f'<tr><th scope="row">{rendering.escape(each.label)}</th><td>{each.count:,}</td></tr>'
        for each in periods
        if each.count
    )
    return (
        '<table><thead><tr><th scope="col">From</th><th scope="col">Articles</th></tr></thead>'
        f"<tbody>{rows}</tbody></table>"
    )


def _outlets(sources: tuple[Source, ...]) -> str:
    counts = listing.count_outlets(sources)
    shown = [(name or NO_OUTLET, count) for name, count in counts[:MOST_OUTLETS]]
    if others := counts[MOST_OUTLETS:]:
        shown.append((f"{len(others):,} others", sum(count for _, count in others)))
    most = max(count for _, count in shown)
    rows = "".join(
        f'<tr><th scope="row"><bdi>{rendering.escape(name)}</bdi></th><td>{count:,}</td>'
        f'<td aria-hidden="true"><span style="width: {100 * count / most:.0f}%"></span></td></tr>'
        for name, count in shown
    )
    return (
        '<table class="rag-bars"><thead><tr><th scope="col">Outlet</th>'
        '<th scope="col">Articles</th><td></td></tr></thead>'
        f"<tbody>{rows}</tbody></table>"
    )


def _name_range(shown: Listing) -> str:
    if not shown.total:
        return "No article has these words in title or outlet"
    last = shown.first + len(shown.sources) - 1
    return f"Articles {shown.first:,} to {last:,} of {shown.total:,}"


def _facts(source: Source) -> str:
    facts = rendering.cite_parts(source)[1:]
    return f' <span class="rag-hint"><bdi>{rendering.escape(" · ".join(facts))}</bdi></span>'


def _removal(source: Source) -> str:
    """Offer to remove an article, which takes a second step."""
    title = rendering.escape(rendering.cite_parts(source)[0])
    return (
        f'<details class="rag-remove"><summary>Remove<span class="rag-unseen">: {title}</span>'
        "</summary><p>It will no longer be found by anybody who uses this archive.</p>"
        f'<button name="remove" value="{rendering.escape(source.id)}">Remove it</button></details>'
    )


def _pager(shown: Listing) -> str:
    if shown.pages == 1:
        return ""
    back = f'<button name="page" value="{shown.page - 1}">Previous</button>'
    on = f'<button name="page" value="{shown.page + 1}">Next</button>'
    return (
        f"{back if shown.page > 1 else ''}<span>Page {shown.page:,} of {shown.pages:,}</span>"
        f"{on if shown.page < shown.pages else ''}"
    )
