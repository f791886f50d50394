"""The page of a reader's own settings, which stay in the browser."""

from __future__ import annotations

import gradio as gr

from rag.answering import Archive
from rag.chat.pages import frame
from rag.settings import MOST_QUOTES

# Of the text, in percent of the browser's own.
SIZES = {"": "As the browser has it", "112.5%": "Larger", "125%": "Large", "150%": "Very large"}
COUNTS = range(1, MOST_QUOTES + 1)
FORM = """
<form class="rag-form">
<label for="rag-size">Text size</label>
<select id="rag-size" name="rag-size">{sizes}</select>
<label for="rag-light">Light or dark</label>
<select id="rag-light" name="rag-theme"><option value="">As the system has it</option>
<option value="light">Light</option><option value="dark">Dark</option></select>
<label for="rag-first-day">Search from</label>
<input type="date" id="rag-first-day" name="rag-since">
<label for="rag-last-day">Search until</label>
<input type="date" id="rag-last-day" name="rag-until">
<p class="rag-hint">With these days a new visit begins; they can be changed below each question.</p>
<label for="rag-most">Quotes shown at most</label>
<select id="rag-most" name="rag-limit"><option value="">As the archive has it: {limit}</option>
{counts}</select>
<p class="rag-hint">From the next visit on. Fewer are shown where fewer answer.</p>
<button type="reset">Reset all</button>
<p class="rag-hint" role="status"></p>
</form>
<p class="rag-hint">Settings are kept in this browser as soon as they are changed, and sent nowhere
else.</p>
"""


def add(page: gr.Blocks, archive: Archive) -> None:
    """Add the page to the chat; see `rag.chat.pages.add`."""
    name = frame.PLACES[frame.SETTINGS]
    sizes = "".join(f'<option value="{size}">{said}</option>' for size, said in SIZES.items())
    counts = "".join(f"<option>{count}</option>" for count in COUNTS)
    form = FORM.format(sizes=sizes, counts=counts, limit=archive.settings.limit)
    with page.route(name, f"/{frame.SETTINGS}"):
        frame.heading(name, place=frame.SETTINGS)
        with gr.Row(elem_id="rag-leaf"), gr.Column(elem_id="rag-sheet", min_width=0):
            gr.HTML(form, js_on_load=frame.load("preferences.js"), apply_default_css=False)
