"""Answers, checks and sources as plain fields, in the shape that other programs rely on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rag import figures
from rag.checking import Check, Difference
from rag.inferences import Added, DateRange
from rag.links import link_to_text
from rag.reports import Report
from rag.types import Answer, Quote, Source, Span


def as_json(answer: Answer) -> dict[str, Any]:
    """Return an answer in the shape that other programs rely on."""
    query = answer.query
    return {
        "question": answer.question,
        "found": answer.found,
        "several": answer.several,
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
        "quotes": [
            quote_as_json(quote, differing=spans)
            for quote, spans in zip(answer.quotes, figures.compare(answer.quotes), strict=True)
        ],
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


def quote_as_json(quote: Quote, *, differing: Sequence[Span] = ()) -> dict[str, Any]:
    """Return a quote in the shape that other programs rely on.

    Args:
        quote: The quote.
        differing: Its figures that other quotes of the answer give differently.
    """
    answer, lead = quote.answer, quote.lead
    return {
        "id": quote.id,
        "text": quote.text,
        "start": quote.span.start,
        "end": quote.span.end,
        "score": round(quote.score, 4),
        "answer": {"start": answer.start, "end": answer.end} if answer else None,
        "lead": {"start": lead.start, "end": lead.end, "text": quote.lead_text} if lead else None,
        "link": link_to_text(quote) or None,
        "article": source_as_json(quote.source),
        "copies": [source_as_json(each) for each in quote.copies],
        "figures": [{"start": each.start, "end": each.end} for each in differing],
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
                "archive": cut_words(check, each),
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


def report_as_json(report: Report) -> dict[str, Any]:
    """Return what an ingest did in the shape that other programs rely on."""
    return {
        "added": list(report.added),
        "updated": list(report.updated),
        "renamed": list(report.renamed),
        "unchanged": list(report.unchanged),
        "removed": list(report.removed),
        "failed": [{"path": each.path, "reason": each.reason} for each in report.failed],
        "copies": [
            {
                "article": each.article,
                "of": source_as_json(each.held),
                "shared": each.shared,
                "sentences": each.sentences,
            }
            for each in report.copies
        ],
        "overruled": list(report.overruled),
        "passages": report.passages,
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


def cut_words(check: Check, difference: Difference) -> str:
    """Return the archive's words that a quotation changes or leaves out."""
    if not check.quote or difference.start == difference.end:
        return ""
    return check.quote.passage.cut(Span(difference.start, difference.end))
