"""What is said of quotes that came back from a browser: changed since, or not to be shown."""

from __future__ import annotations

from collections.abc import Sequence

from rag import rendering
from rag.restoration import Note, Restored


def as_lines(notes: Sequence[Note]) -> list[str]:
    """Return notes as sentences; a quote that is not shown is named by its article."""
    return [
        f"[{each.number}] {each.reason[:1].upper()}{each.reason[1:].removesuffix('.')}."
        if each.number
        else f"A quote from “{rendering.cite(each.source)}” is not shown: {each.reason}."
        for each in notes
    ]


def as_html(restored: Restored) -> str:
    """Return the notes on a restored answer."""
    return "".join(
        f'<p class="rag-note"><bdi>{rendering.escape(line)}</bdi></p>'
        for line in as_lines(restored.notes)
    )


def is_lost(restored: Restored) -> bool:
    """Tell whether an answer had quotes, of which none can be shown."""
    return bool(restored.saved.quotes) and not restored.answer.quotes
