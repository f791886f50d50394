"""Answers and reports for a terminal, which no text can steer."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from rag import figures
from rag.rendering.citing import ALSO, BEFORE, cite, name_copies, name_differing
from rag.reports import Report
from rag.types import Answer, Quote, Span

# Embeddings, overrides and isolates: UAX #9, table 4.
BIDI_CONTROLS = frozenset({"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"})


def as_text(answer: Answer) -> str:
    """Return an answer for a terminal; control and bidirectional marks show as escapes."""
    lines = []
    if answer.query.wording != answer.question.strip():
        lines += [f"Searched for: {answer.query.wording}", ""]
    if answer.found:
        differing = figures.compare(answer.quotes)
        lines += _numbered(answer.quotes, differing, outlet_first=answer.several)
    else:
        lines += [f"The archive does not say: {answer.reason}."]
        if answer.nearest:
            lines += ["", "Nearest passages, not an answer:", *_numbered(answer.nearest)]
    return visible("\n".join(lines))


def report_as_text(report: Report, *, dry_run: bool = False) -> str:
    """Return what an ingest did, or would do, with every failure and its reason."""
    counts = (
        ("added", report.added),
        ("updated", report.updated),
        ("renamed", report.renamed),
        ("unchanged", report.unchanged),
        ("removed", report.removed),
        ("failed", report.failed),
    )
    done = ", ".join(f"{len(what)} {name}" for name, what in counts if what) or "nothing to do"
    written = f"{report.passages} passages {'to write' if dry_run else 'written'}"
    lines = [f"{'would be ' if dry_run else ''}{done}; {written}"]
    lines += [f"  {failure.path}: {failure.reason}" for failure in report.failed]
    lines += [
        f"  {copy.article}: prints the text of {copy.held.id}, {cite(copy.held)}: {copy.shared} of "
        f"its {copy.sentences} sentences"
        for copy in report.copies
    ]
    lines += [
        f"  {article}: stood otherwise here, and stands as in the file now"
        for article in report.overruled
    ]
    return visible("\n".join(lines))


def visible(text: str) -> str:
    r"""Show control and bidirectional marks as escapes, so that text cannot steer a terminal.

    >>> visible("a\x1b[2Jb")
    'a\\x1b[2Jb'
    """
    return "".join(each if _is_plain(each) else ascii(each)[1:-1] for each in text)


def _is_plain(character: str) -> bool:
    if character in "\n\t":
        return True
    if unicodedata.bidirectional(character) in BIDI_CONTROLS:
        return False
    return unicodedata.category(character) not in ("Cc", "Cs")


def _numbered(
    quotes: Sequence[Quote],
    differing: Sequence[Sequence[Span]] = (),
    *,
    outlet_first: bool = False,
) -> list[str]:
    lines: list[str] = []
    for number, quote in enumerate(quotes, start=1):
        label = f"[{number}] "
        shown = [f"({BEFORE} {quote.lead_text})"] if quote.lead else []
        shown += [quote.text, f"— {cite(quote.source, outlet_first=outlet_first)}"]
        shown += [f"{ALSO} {name_copies(quote)}"] if quote.copies else []
        shown += [name_differing(quote, each) for each in differing[number - 1 : number] if each]
        lines += [label + "\n".join(shown).replace("\n", "\n" + " " * len(label)), ""]
    return lines[:-1]
