"""What a page sends with an event: it comes from a browser, and may be anything."""

from __future__ import annotations

from typing import Any

import gradio as gr


def sent(event: gr.EventData, name: str) -> Any:
    """Return what the page sent under a name; None if it did not."""
    return event._data.get(name) if isinstance(event._data, dict) else None


def sent_text(event: gr.EventData, name: str) -> str:
    """Return the text that the page sent under a name; empty if it sent none."""
    value = sent(event, name)
    # A lone surrogate is no text: nothing could store it, or look for it.
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else ""
