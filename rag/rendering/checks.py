"""A check of a quotation, for a terminal."""

from __future__ import annotations

from rag.checking import Check, Status
from rag.rendering.citing import cite
from rag.rendering.records import cut_words
from rag.rendering.terminal import visible
from rag.types import Quote, Source

# Of more words that a quotation leaves out, only those at either end are shown on a terminal.
LONGEST_SHOWN = 40
ENDS_SHOWN = 8


def check_as_text(check: Check) -> str:
    """Return a check for a terminal.

    Words of the quotation that are not the archive's stand in [-such-], words of the archive that
    are not the quotation's in {+such+}.
    """
    lines = [_summarise(check)]
    if check.quote:
        lines += ["", *_set_off(_mark_differences(check, check.quote), check.quote.source)]
    if check.nearest:
        lines += ["", "Nearest:", *_set_off(check.nearest.text, check.nearest.source)]
    if check.also_in:
        lines += ["", "Also in:", *(f"    — {cite(quote.source)}" for quote in check.also_in)]
    return visible("\n".join(lines))


def _summarise(check: Check) -> str:
    """Return in one line what became of a quotation."""
    summary = check.status.value
    if check.omissions:
        summary += ", with an omission shown"
    if check.status is not Status.EXACT:
        # Nothing but the exact is to show as 1.00.
        return f"{summary} (similarity {min(check.similarity, 0.99):.2f})"
    if check.varying:
        *most, last = check.varying
        summary += f"; differs only in {' and '.join(filter(None, (', '.join(most), last)))}"
    if check.negation:
        summary += "; leaves out a negation right before it"
    return summary


def _mark_differences(check: Check, quote: Quote) -> str:
    """Return the archive's words with what the quotation makes of them."""
    marks = [(each.start, each.end, "[…]") for each in check.omissions]
    for each in check.differences:
        mark = f"[-{each.words}-]" if each.words else ""
        if each.start < each.end:
            mark += f"{{+{_shorten(cut_words(check, each))}+}}"
        elif each.start == quote.span.start:
            mark += " "
        else:
            mark = f" {mark}"
        marks.append((each.start, each.end, mark))
    parts: list[str] = []
    at = 0
    for start, end, mark in sorted(marks):
        parts += [quote.text[at : start - quote.span.start], mark]
        at = end - quote.span.start
    return "".join([*parts, quote.text[at:]])


def _shorten(text: str) -> str:
    """Return a long text by its first and last words."""
    words = text.split()
    if len(words) <= LONGEST_SHOWN:
        return text
    left = len(words) - 2 * ENDS_SHOWN
    first, last = " ".join(words[:ENDS_SHOWN]), " ".join(words[-ENDS_SHOWN:])
    return f"{first} … {left} words … {last}"


def _set_off(text: str, source: Source) -> list[str]:
    """Return lines with a text and its source, indented."""
    return ["    " + text.replace("\n", "\n    "), f"    — {cite(source)}"]
