"""The page of a reader's own settings, which stay in the browser."""

from __future__ import annotations

import gradio as gr

from rag import listing
from rag.answering import Archive
from rag.chat.pages import frame
from rag.rendering import escape
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
{outlets}<label for="rag-most">Quotes shown at most</label>
<select id="rag-most" name="rag-limit"><option value="">As the archive has it: {limit}</option>
{counts}</select>
<p class="rag-hint">From the next visit on. Fewer are shown where fewer answer.</p>
<button type="reset">Reset all</button>
<p class="rag-hint" role="status"></p>
</form>
<p class="rag-hint">Settings are kept in this browser as soon as they are changed, and told to
nobody but this chat.</p>
"""


OUTLETS = """
<fieldset><legend>Search only these publishers</legend>{boxes}</fieldset>
<p class="rag-hint">None ticked means all. With those ticked a new visit begins; they can be taken
away below each question.</p>
"""


def add(page: gr.Blocks, archive: Archive) -> None:
    """Add the page to the chat; see `rag.chat.pages.add`."""
    name = frame.PLACES[frame.SETTINGS]
    with page.route(name, f"/{frame.SETTINGS}"):
        frame.heading(name, place=frame.SETTINGS)
        with gr.Row(elem_id="rag-leaf"), gr.Column(elem_id="rag-sheet", min_width=0):
            script = frame.load("preferences.js")
            form = gr.HTML(show(archive), js_on_load=script, apply_default_css=False)
        page.load(lambda: show(archive), None, form, **frame.QUIET)


def show(archive: Archive) -> str:
    """Return the form, with the publishers of the archive as it is now."""
    names = listing.name_outlets(archive.articles())
    boxes = "".join(
        f'<label><input type="checkbox" name="rag-outlets" value="{escape(each)}">'
        f"<bdi>{escape(each)}</bdi></label>"
        for each in names
    )
    return FORM.format(
        sizes="".join(f'<option value="{size}">{said}</option>' for size, said in SIZES.items()),
        outlets=OUTLETS.format(boxes=boxes) if len(names) > 1 else "",
        counts="".join(f"<option>{count}</option>" for count in COUNTS),
        limit=archive.settings.limit,
    )
