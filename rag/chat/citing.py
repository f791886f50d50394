"""The menu at a quote that copies its citation, in each format."""

from __future__ import annotations

import json

from rag import citations, rendering
from rag.types import Quote


def as_menu(quote: Quote, number: int) -> str:
    """Return the menu of a quote; each button holds what it copies.

    Args:
        quote: The quote.
        number: Its number in the answer.
    """
    formats = {
        "Text": citations.as_text(quote),
        "Markdown": citations.as_markdown(quote),
        "BibTeX": citations.as_bibtex(quote),
        "CSL-JSON": json.dumps([citations.as_csl(quote)], ensure_ascii=False, indent=2),
        "Permalink": quote.id,
    }
    buttons = "".join(
        f'<button type="button" data-copy="{rendering.escape(text)}">{name}</button>'
        for name, text in formats.items()
    )
    return (
        f'<details class="rag-menu"><summary aria-label="Cite quote {number}">Cite</summary>'
        f'<div role="group" aria-label="Copy the citation of quote {number} as">'
        f"<span>Copy as</span>{buttons}</div></details>"
    )
