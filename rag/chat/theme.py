"""The switch between light and dark."""

from __future__ import annotations

from pathlib import Path

import gradio as gr

# The first scripts of every page; the others go on with the storage as it is then.
SCRIPTS = tuple(Path(__file__).with_name(name) for name in ("storage.js", "theme.js"))


def switch_theme() -> None:
    """Lay out the button that changes between light and dark; each page has one."""
    gr.HTML(
        '<button type="button" aria-label="Change between light and dark"><span></span></button>',
        js_on_load="".join(each.read_text(encoding="utf-8") for each in SCRIPTS),
        apply_default_css=False,
        min_width=0,
        elem_classes="rag-theme",
    )
