"""The switch between light and dark."""

from __future__ import annotations

from pathlib import Path

import gradio as gr

SCRIPT = Path(__file__).with_name("theme.js")


def switch_theme() -> None:
    """Lay out the button that changes between light and dark; each page has one."""
    gr.HTML(
        '<button type="button" aria-label="Change between light and dark"><span></span></button>',
        js_on_load=SCRIPT.read_text(encoding="utf-8"),
        apply_default_css=False,
        min_width=0,
        elem_classes="rag-theme",
    )
