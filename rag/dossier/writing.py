"""Answers to the content of a file of evidence."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from rag.dossier import form
from rag.dossier.claims import Claim, SavedAnswer, SavedQuote
from rag.errors import EvidenceError
from rag.inferences import DateRange
from rag.rendering import added_as_json, source_as_json
from rag.types import Answer, Query, Source

# What an editor may not show, or may take as a turn in the direction of writing.
UNSEEN = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]")


def compose(answers: Sequence[Answer | SavedAnswer], *, saved: datetime) -> str:
    """Return a conversation as the content of a file of evidence.

    Args:
        answers: The answers, oldest first; what was read from a file is written as it was.
        saved: The time it is saved, with its time zone.

    Raises:
        EvidenceError: The conversation is too long for one file.
    """
    if saved.utcoffset() is None:
        raise ValueError("the time of saving needs a time zone")
    told = (each if isinstance(each, SavedAnswer) else SavedAnswer.of(each) for each in answers)
    content = {
        "format": form.FORMAT,
        "schema": form.SCHEMA,
        "saved": saved.isoformat(),
        "answers": [_answer_as_json(each) for each in told],
    }
    content["sha256"] = form.digest(content)
    text = json.dumps(content, ensure_ascii=False, indent=2)
    shown = UNSEEN.sub(lambda match: f"\\u{ord(match.group()):04x}", text) + "\n"
    if len(shown.encode()) > form.LARGEST:
        raise EvidenceError(f"the answers are too long for one file of {form.LARGEST:,} bytes")
    return shown


def _answer_as_json(answer: SavedAnswer) -> dict[str, Any]:
    return {
        "question": answer.query.question,
        "query": _query_as_json(answer.query),
        "reason": answer.reason,
        "confidence": answer.confidence,
        "several": answer.several,
        "quotes": [_quote_as_json(quote) for quote in answer.quotes],
        "nearest": [_quote_as_json(quote) for quote in answer.nearest],
    }


def _query_as_json(query: Query) -> dict[str, Any]:
    return {
        "wording": query.wording,
        "since": _day(query.since),
        "until": _day(query.until),
        "publishers": list(query.publishers),
        "added": [added_as_json(each) for each in query.added],
        "dates": [_dates_as_json(each) for each in query.dates],
        "dropped": list(query.dropped),
        "given": query.given,
    }


def _dates_as_json(dates: DateRange) -> dict[str, Any]:
    return {
        "start": dates.span.start,
        "end": dates.span.end,
        "text": dates.text,
        "first": _day(dates.first),
        "last": _day(dates.last),
        "hard": dates.hard,
        "published": dates.published,
        "ambiguous": dates.ambiguous,
        "removable": dates.removable,
    }


def _quote_as_json(quote: SavedQuote) -> dict[str, Any]:
    answer = quote.answer
    return {
        "id": quote.id,
        **_claim_as_json(quote.words),
        "digest": quote.source.digest,
        "score": quote.score,
        "answer": {"start": answer.start, "end": answer.end} if answer else None,
        "lead": _claim_as_json(quote.lead) if quote.lead else None,
        "article": source_as_json(quote.source),
        "copies": [_copy_as_json(each) for each in quote.copies],
    }


def _copy_as_json(source: Source) -> dict[str, Any]:
    return {"digest": source.digest, "article": source_as_json(source)}


def _claim_as_json(claim: Claim) -> dict[str, Any]:
    return {"text": claim.text, "start": claim.start, "end": claim.end}


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
