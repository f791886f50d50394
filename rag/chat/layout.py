"""The page: a conversation, the field to ask in with its filters, and the evidence beside them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import gradio as gr

from rag.answering import Archive
from rag.chat import evidence, keeping, pages, talk
from rag.chat.conversation import Conversation
from rag.chat.handlers import Handlers
from rag.chat.pages import frame
from rag.chat.theme import switch_theme
from rag.chat.uploads import Uploads
from rag.turns import Turns

STYLES = (Path(__file__).with_name("chat.css"), frame.STYLE, keeping.STYLE)
SCRIPT = Path(__file__).with_name("chat.js")
# What is handled for the page only, and shows its progress itself.
PRIVATE: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
ASKING: dict[str, Any] = {"trigger_mode": "once", "concurrency_limit": None, **PRIVATE}
PLAIN: dict[str, Any] = {"js_on_load": None, "apply_default_css": False}
# What the reader has set: days and the number of quotes, publishers; see `pages.preferences`.
SET = "() => ['since', 'until', 'limit'].map((name) => localStorage.getItem(`rag-${name}`) ?? '')"
OUTLETS = "() => localStorage.getItem('rag-outlets') ?? ''"
DAY: dict[str, Any] = {"placeholder": "YYYY-MM-DD", "max_lines": 1, "min_width": 110}


def build(archive: Archive, uploads: Uploads, turns: Turns) -> gr.Blocks:
    """Return the chat, not yet served.

    Args:
        archive: The archive that answers.
        uploads: What readers bring along.
        turns: Whose question is next.
    """
    handlers, keeper = Handlers(archive, turns), keeping.Keeping(archive)
    head, welcome, _ = handlers.greet()  # until the page has asked how the archive is now
    with gr.Blocks(title="Ask the archive", analytics_enabled=False, fill_width=True) as page:
        conversation = gr.State(Conversation())
        with gr.Row(elem_id="rag-heading"):
            heading = gr.HTML(head, min_width=0)
            gr.HTML(keeping.TOGGLE, js_on_load=None, min_width=0, elem_id="rag-listing")
            switch_theme()
            anew = gr.Button("New conversation", scale=0, min_width=0, elem_id="rag-anew")
        with gr.Row(elem_id="rag-desk"):
            kept = _kept()
            with gr.Column(elem_id="rag-talk", min_width=0):
                with gr.Column(elem_id="rag-chat", min_width=0):
                    greeting = gr.HTML(welcome, **PLAIN)  # chat.css hides it later on
                    said = gr.HTML(talk.as_html(Conversation()), **PLAIN)
                question, ask, stop = _question()
                filters = _filters()
                limit, outlets = gr.Textbox(visible="hidden"), gr.Textbox(visible="hidden")
            with gr.Column(elem_id="rag-evidence", min_width=0):
                panel = gr.HTML(evidence.EMPTY, **_scripted(SCRIPT))
        page.load(handlers.greet, outlets, [heading, greeting, filters[-1]], js=OUTLETS, **PRIVATE)
        page.load(None, None, [*filters[:-1], limit], js=SET, **PRIVATE)
        shown = [conversation, said, question, *filters]
        given = [*filters, conversation, limit]
        asked = gr.on(
            [question.submit, ask.click], handlers.ask, [question, *given], shown, **ASKING
        )
        linked = panel.submit(handlers.follow_link, given, shown, **ASKING)
        ending: dict[str, Any] = {"cancels": [asked, linked], **PRIVATE}
        stop.click(handlers.stop, conversation, shown, **ending)
        anew.click(handlers.forget, None, shown, **ending)
        conversation.change(keeper.keep, conversation, kept, **PRIVATE)
        kept.select(keeper.restore, None, [conversation, said], **ending)
        kept.download(keeper.export, None, kept, **PRIVATE)
        panel.like(handlers.judge, conversation, [conversation, said], **PRIVATE)
        panel.select(handlers.open_citation, conversation, panel, **PRIVATE)
        panel.clear(handlers.close_citation, None, panel, **PRIVATE)
    pages.add(page, archive, uploads, turns)
    return page


def _kept() -> gr.HTML:
    template, script = keeping.LIST, _scripted(*keeping.SCRIPTS)
    return gr.HTML(html_template=template, elem_id="rag-conversations", **script)


def _scripted(*scripts: Path) -> dict[str, Any]:
    script = "".join(each.read_text(encoding="utf-8") for each in scripts)
    return {"js_on_load": script, "apply_default_css": False}


def _question() -> tuple[gr.Textbox, gr.Button, gr.Button]:
    gr.HTML(keeping.UNKEPT, **PLAIN)
    with gr.Row(elem_id="rag-ask"):
        question = gr.Textbox(
            label="Question",
            show_label=False,
            container=False,
            placeholder="Ask a question",
            lines=1,
            max_lines=6,
            scale=1,
            min_width=0,
            autofocus=True,
            elem_id="rag-question",
        )
        ask = gr.Button("Ask", variant="primary", scale=0, min_width=72, elem_id="rag-send")
        # Stands in for the button beside it while a question is under way; see chat.css.
        stop = gr.Button("Stop", scale=0, min_width=72, elem_id="rag-stop")
    return question, ask, stop


def _filters() -> list[gr.components.Component]:
    """Offer the days to search, and the publishers where there is a choice."""
    with gr.Row(elem_id="rag-filters"):
        since = gr.Textbox(label="From", elem_id="rag-since", **DAY)
        until = gr.Textbox(label="Until", elem_id="rag-until", **DAY)
        publisher = gr.Dropdown(
            [],
            value=[],
            multiselect=True,
            label="Publishers",
            visible=False,
            min_width=160,
            scale=2,
            elem_id="rag-publishers",
        )
    return [since, until, publisher]
