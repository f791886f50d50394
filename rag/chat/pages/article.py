"""The page of one article: what a permalink leads to."""

from __future__ import annotations

from dataclasses import dataclass

import gradio as gr

from rag.answering import Archive
from rag.chat.citing import ARTICLE, address
from rag.chat.pages import frame

NONE = """
<div class="rag-evidence-empty">
<p class="rag-evidence-title">No article is named</p>
<p>A permalink ends in the id of an article or of a quote, such as
<code>article?id=story@0123456789ab:120-184</code>.</p>
</div>
"""
# Puts the words that are quoted in sight. What scrolls has to be reached by keyboard.
SCRIPT = """
document.getElementById('rag-leaf').tabIndex = 0;
watch('value', () => {
  const target = element.querySelector('#cited') || element.querySelector('[data-focus]');
  target?.scrollIntoView({ block: 'center', behavior: 'instant' });
  target?.focus({ preventScroll: true });
});
"""


def add(page: gr.Blocks, archive: Archive) -> None:
    """Add the page to the chat; see `rag.chat.pages.add`."""
    with page.route("Article", f"/{ARTICLE}", show_in_navbar=False):
        frame.heading("Article")
        with gr.Row(elem_id="rag-leaf"):
            shown = gr.HTML("", js_on_load=SCRIPT, apply_default_css=False)
        page.load(Permalinks(archive).open, None, shown, **frame.QUIET)


@dataclass(frozen=True, slots=True)
class Permalinks:
    """Opens what the address of the page names."""

    archive: Archive

    def open(self, request: gr.Request) -> str:
        """Return the article that the page's address names."""
        name = str(request.query_params.get("id", "")).strip()
        start = str(request.query_params.get("from", ""))
        if not name:
            return NONE
        # No article has as many characters as ten digits count.
        known = start.isdecimal() and len(start) <= 10
        more = address(name)
        return frame.show(self.archive, name, more=more, start=int(start) if known else None)
