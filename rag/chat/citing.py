"""The menu at a quote that copies its citation, in each format, and where its permalink leads."""

from __future__ import annotations

import json
from urllib.parse import quote as quote_address

from rag import citations, rendering
from rag.types import Quote

# The page that shows an article; relative, as a proxy may serve the chat under a path of its own.
ARTICLE = "article"


def address(name: str) -> str:
    """Return the address of the page that shows an article, or a quote in it, by its id."""
    return f"{ARTICLE}?id={quote_address(name, safe='@:')}"


def as_menu(quote: Quote, number: int) -> str:
    """Return the menu of a quote; each button holds what it copies.

    The permalink is relative: the browser knows under which address the chat is open.

    Args:
        quote: The quote.
        number: Its number in the answer.
    """
    formats = {
        "Text": citations.as_text(quote),
        "Markdown": citations.as_markdown(quote),
        "BibTeX": citations.as_bibtex(quote),
        "CSL-JSON": json.dumps([citations.as_csl(quote)], ensure_ascii=False, indent=2),
    }
    buttons = "".join(
        f'<button type="button" data-copy="{rendering.escape(text)}">{name}</button>'
        for name, text in formats.items()
    )
    link = f'<button type="button" data-copy="{address(quote.id)}" data-address>Permalink</button>'
    return (
        f'<details class="rag-menu"><summary aria-label="Cite quote {number}">Cite</summary>'
        f'<div role="group" aria-label="Copy the citation of quote {number} as">'
        f"<span>Copy as</span>{buttons}{link}</div></details>"
    )
