"""An answer, or a check, as JSON, plain text, Markdown or HTML. The only place that escapes.

Article text is hostile until shown otherwise: it may hold markup, terminal commands, or marks that
turn the direction of writing. Escaped text shows, and unescapes to, exactly what was stored.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Sequence
from datetime import date
from typing import Any

from rag.checking import Check, Difference, Status
from rag.inferences import Added, DateRange
from rag.types import Answer, Article, Quote, Report, Source, Span

# What Markdown or HTML may read as markup: all ASCII punctuation, and the line break.
MARKUP = re.compile(r"[!-/:-@\[-`{-~\n\r\t]")

# Of more words that a quotation leaves out, only those at either end are shown on a terminal.
LONGEST_SHOWN = 40
ENDS_SHOWN = 8
# Set before the words that lead in to a quote, which are shown apart from it.
BEFORE = "Before this:"

# The addresses that may be followed.
WEB = re.compile(r"https?://[^\s/?#]", re.IGNORECASE)


def as_json(answer: Answer) -> dict[str, Any]:
    """Return an answer in the shape that other programs rely on."""
    query = answer.query
    return {
        "question": answer.question,
        "found": answer.found,
        "confidence": round(answer.confidence, 4),
        "reason": answer.reason,
        "query": {
            "wording": query.wording,
            "since": query.since.isoformat() if query.since else None,
            "until": query.until.isoformat() if query.until else None,
            "publishers": list(query.publishers),
            "added": [added_as_json(each) for each in query.added],
            "dates": [dates_as_json(each) for each in query.dates],
            "dropped": list(query.dropped),
        },
        "quotes": [quote_as_json(quote) for quote in answer.quotes],
        "nearest": [quote_as_json(quote) for quote in answer.nearest],
    }


def added_as_json(added: Added) -> dict[str, Any]:
    """Return where a word that was added to a question came from."""
    return {
        "word": added.word,
        "turn": added.turn,
        "quote": added.quote,
        "reason": added.reason.value,
    }


def dates_as_json(dates: DateRange) -> dict[str, Any]:
    """Return the days that a phrase of a question names, and how they count."""
    return {
        "text": dates.text,
        "since": dates.since.isoformat() if dates.since else None,
        "until": dates.until.isoformat() if dates.until else None,
        "hard": dates.hard,
        "published": dates.published,
        "ambiguous": dates.ambiguous,
    }


def quote_as_json(quote: Quote) -> dict[str, Any]:
    """Return a quote in the shape that other programs rely on."""
    answer, lead = quote.answer, quote.lead
    return {
        "id": quote.id,
        "text": quote.text,
        "start": quote.span.start,
        "end": quote.span.end,
        "score": round(quote.score, 4),
        "answer": {"start": answer.start, "end": answer.end} if answer else None,
        "lead": {"start": lead.start, "end": lead.end, "text": quote.lead_text} if lead else None,
        "article": source_as_json(quote.source),
    }


def check_as_json(check: Check) -> dict[str, Any]:
    """Return a check in the shape that other programs rely on."""
    return {
        "status": check.status.value,
        "similarity": round(check.similarity, 4),
        "quote": quote_as_json(check.quote) if check.quote else None,
        "differences": [
            {
                "kind": each.kind,
                "start": each.start,
                "end": each.end,
                "archive": _cut_words(check, each),
                "quotation": each.words,
            }
            for each in check.differences
        ],
        "omissions": [{"start": each.start, "end": each.end} for each in check.omissions],
        "varying": list(check.varying),
        "negation": (
            {"start": check.negation.start, "end": check.negation.end} if check.negation else None
        ),
        "also_in": [quote_as_json(quote) for quote in check.also_in],
        "nearest": quote_as_json(check.nearest) if check.nearest else None,
    }


def source_as_json(source: Source) -> dict[str, Any]:
    """Return an article's source in the shape that other programs rely on."""
    return {
        "id": source.id,
        "title": source.title,
        "publisher": source.publisher,
        "author": source.author,
        "published": source.published.isoformat() if source.published else None,
        "url": source.url,
        "path": source.path,
    }


def cite(source: Source) -> str:
    """Return title, publisher and date on one line; what is unknown is left out.

    >>> from datetime import date
    >>> cite(Source("a", "Truce holds", "Daily", "", date(2016, 12, 3), "", "a.txt", ""))
    'Truce holds · Daily · 3 December 2016'
    """
    return " · ".join(cite_parts(source))


def cite_parts(source: Source) -> tuple[str, ...]:
    """Return title, publisher and date, each on one line; what is unknown is left out."""
    parts = (
        source.title or source.path or source.id,
        source.publisher,
        show_day(source.published) if source.published else "",
    )
    return tuple(" ".join(part.split()) for part in parts if part)


def show_day(day: date) -> str:
    """Return a day as newspapers write it.

    >>> show_day(date(2016, 12, 3))
    '3 December 2016'
    """
    return f"{day.day} {day:%B %Y}"


def as_text(answer: Answer) -> str:
    """Return an answer for a terminal; control and bidirectional marks show as escapes."""
    lines = []
    if answer.query.wording != answer.question.strip():
        lines += [f"Searched for: {answer.query.wording}", ""]
    if answer.found:
        lines += _numbered(answer.quotes)
    else:
        lines += [f"The archive does not say: {answer.reason}."]
        if answer.nearest:
            lines += ["", "Nearest passages, not an answer:", *_numbered(answer.nearest)]
    return visible("\n".join(lines))


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


def as_markdown(answer: Answer) -> str:
    """Return an answer as Markdown: a block quotation and its citation, for every quote.

    The words that answer are in a `strong` element, what leads in to a quote in a `small` one above
    it: asterisks would not always be read as marks.
    """
    shown = answer.quotes or answer.nearest
    blocks = [] if answer.found else [f"The archive does not say: {escape(answer.reason)}."]
    for number, quote in enumerate(shown, start=1):
        lead = f"<small>{BEFORE} {escape(quote.lead_text)}</small>\n>\n> " if quote.lead else ""
        blocks.append(f"> {lead}{as_words(quote)}\n>\n> [{number}] {escape(cite(quote.source))}")
    return "\n\n".join(blocks)


def as_words(quote: Quote) -> str:
    """Return a quote's words for Markdown and HTML alike, what answers in a `strong` element."""
    text, answer = quote.text, quote.answer
    if not answer:
        return escape(text)
    start, end = answer.start - quote.span.start, answer.end - quote.span.start
    return f"{escape(text[:start])}<strong>{escape(text[start:end])}</strong>{escape(text[end:])}"


def report_as_text(report: Report) -> str:
    """Return what an ingest did, with every failure and its reason."""
    counts = (
        ("added", report.added),
        ("updated", report.updated),
        ("unchanged", report.unchanged),
        ("removed", report.removed),
        ("failed", report.failed),
    )
    done = ", ".join(f"{len(what)} {name}" for name, what in counts if what) or "nothing to do"
    lines = [f"{done}; {report.passages} passages written"]
    lines += [f"  {failure.path}: {failure.reason}" for failure in report.failed]
    return visible("\n".join(lines))


def mark_article(
    article: Article, spans: Sequence[Span], *, shown: int, labels: Sequence[str] = ()
) -> str:
    """Return an article's text as HTML with spans marked.

    Args:
        article: The article.
        spans: Disjoint spans, in the order of their citation numbers.
        shown: The position of the span to scroll to; it gets the id `cited`.
        labels: What stands before each span, kept out of the text: in the attribute `data-label`.

    Returns:
        Paragraphs that unescape to the text; every span in a `mark` element of its own.
    """
    parts: list[str] = []
    at = 0
    for span, place in sorted((span, place) for place, span in enumerate(spans)):
        parts.append(html.escape(article.text[at : span.start]))
        attributes = ' id="cited" tabindex="-1"' if place == shown else ""
        if labels:
            attributes += f' data-label="{html.escape(labels[place])}"'
        parts.append(f"<mark{attributes}>{html.escape(span.cut(article.text))}</mark>")
        at = span.end
    parts.append(html.escape(article.text[at:]))
    return "".join(parts)


def link(url: str) -> str:
    """Return a web address as an HTML link; any other address as text that leads nowhere."""
    if not WEB.match(url):
        return escape(url)
    return (
        f'<a href="{html.escape(url)}" target="_blank" rel="noopener noreferrer nofollow">'
        f"{escape(url)}</a>"
    )


def escape(text: str) -> str:
    """Escape text for Markdown and HTML alike: as character references, which neither reads.

    >>> escape("<b> & *all*")
    '&#60;b&#62; &#38; &#42;all&#42;'
    """
    return MARKUP.sub(lambda match: f"&#{ord(match.group())};", text)


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


# Embeddings, overrides and isolates: UAX #9, table 4.
BIDI_CONTROLS = frozenset({"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"})


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
            mark += f"{{+{_shorten(_cut_words(check, each))}+}}"
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


def _cut_words(check: Check, difference: Difference) -> str:
    """Return the archive's words that a quotation changes or leaves out."""
    if not check.quote or difference.start == difference.end:
        return ""
    return check.quote.passage.cut(Span(difference.start, difference.end))


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


def _numbered(quotes: Sequence[Quote]) -> list[str]:
    lines: list[str] = []
    for number, quote in enumerate(quotes, start=1):
        label = f"[{number}] "
        lead = f"({BEFORE} {quote.lead_text})\n" if quote.lead else ""
        shown = f"{lead}{quote.text}\n— {cite(quote.source)}"
        lines += [label + shown.replace("\n", "\n" + " " * len(label)), ""]
    return lines[:-1]
