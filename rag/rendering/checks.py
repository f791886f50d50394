"""A check of a quotation, for a terminal and as HTML."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum

from rag.checking import Check, Difference, Status
from rag.rendering.citing import cite
from rag.rendering.markup import escape
from rag.rendering.records import cut_words
from rag.rendering.terminal import visible
from rag.types import Source

# Of more words that a quotation leaves out, only those at either end are shown on a terminal.
LONGEST_SHOWN = 40
ENDS_SHOWN = 8
OMITTED = "[…]"


class Part(Enum):
    """Whose words a part of a comparison is."""

    BOTH = "both"
    QUOTATION = "quotation"
    ARTICLE = "article"
    NEITHER = "neither"


# The opening and closing marks of each part: on a terminal, and in HTML, where a screen reader is
# told by words what others see by a line through or under them.
MARKS = {
    Part.BOTH: ("", ""),
    Part.QUOTATION: ("[-", "-]"),
    Part.ARTICLE: ("{+", "+}"),
    Part.NEITHER: ("", ""),
}
ELEMENTS = {
    Part.BOTH: ("", ""),
    Part.QUOTATION: ('<del><span class="rag-unseen">not in the article: </span>', "</del>"),
    Part.ARTICLE: ('<ins><span class="rag-unseen">in the article: </span>', "</ins>"),
    Part.NEITHER: ("", ""),
}


def check_as_text(check: Check) -> str:
    """Return a check for a terminal.

    Words of the quotation that are not the archive's stand in [-such-], words of the archive that
    are not the quotation's in {+such+}.
    """
    lines = [summarise(check)]
    if check.quote:
        compared = "".join(
            f"{MARKS[part][0]}{words}{MARKS[part][1]}" for part, words in _compare(check)
        )
        lines += ["", *_set_off(compared, check.quote.source)]
    if check.nearest:
        lines += ["", "Nearest:", *_set_off(check.nearest.text, check.nearest.source)]
    if check.also_in:
        lines += ["", "Also in:", *(f"    — {cite(quote.source)}" for quote in check.also_in)]
    return visible("\n".join(lines))


def compare_as_html(check: Check) -> str:
    """Return the article's words with what a quotation makes of them, as HTML."""
    return "".join(
        f"{ELEMENTS[part][0]}{escape(words)}{ELEMENTS[part][1]}" for part, words in _compare(check)
    )


def name_difference(check: Check, difference: Difference) -> str:
    """Return a difference in words."""
    quoted, there = f"“{difference.words}”", f"“{_shorten(cut_words(check, difference))}”"
    if difference.kind == "added":
        return f"Added: {quoted} is not in the article"
    if difference.kind == "left out":
        return f"Left out: the article has {there}"
    return f"Changed: {quoted} is {there} in the article"


def summarise(check: Check) -> str:
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


def _compare(check: Check) -> Iterator[tuple[Part, str]]:
    """Yield the article's words and what the quotation makes of them, part by part."""
    quote = check.quote
    if not quote:
        return
    marks = [(each.start, each.end, [(Part.NEITHER, OMITTED)]) for each in check.omissions]
    for each in check.differences:
        parts = [(Part.QUOTATION, each.words)] if each.words else []
        if each.start < each.end:
            parts.append((Part.ARTICLE, _shorten(cut_words(check, each))))
        else:
            first = each.start == quote.span.start
            parts.insert(first, (Part.BOTH, " "))
        marks.append((each.start, each.end, parts))
    at = 0
    for start, end, parts in sorted(marks, key=lambda mark: mark[:2]):
        yield Part.BOTH, quote.text[at : start - quote.span.start]
        yield from parts
        at = end - quote.span.start
    yield Part.BOTH, quote.text[at:]


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
