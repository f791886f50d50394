"""A conversation as one file of evidence: answers with their quotes, to be verified again.

What is read may have been changed by anyone: it is bounded, every type in it is checked, and none
of its words count before an archive has been asked. The checksum shows a change by accident; who
changes a file on purpose can make a new one, but cannot make the archive hold other words.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any, NoReturn, Self

from rag.errors import EvidenceError
from rag.rendering import source_as_json
from rag.types import Answer, Quote, Source, Span

FORMAT = "rag-evidence"
SCHEMA = 1

# A quote takes one or two thousand bytes, so that this is a conversation of thousands.
LARGEST = 10_000_000
# No article is longer than its file, which has 2^31 bytes at most (`Settings.max_article_bytes`).
LAST_OFFSET = 2**31

# What an editor may not show, or may take as a turn in the direction of writing.
UNSEEN = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]")


@dataclass(frozen=True, slots=True)
class Claim:
    """Words that a file says stand in an article, and where; whether they do is not known."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class SavedQuote:
    """A quote as a file holds it.

    Attributes:
        id: The permalink.
        words: What is quoted.
        lead: What was shown before it.
        source: The article, and the version of it, that they are said to be from.
    """

    id: str
    words: Claim
    lead: Claim | None
    source: Source

    @classmethod
    def of(cls, quote: Quote) -> Self:
        """Return a quote as it is saved."""
        lead = _claim(quote.lead, quote.lead_text) if quote.lead else None
        return cls(quote.id, _claim(quote.span, quote.text), lead, quote.source)


@dataclass(frozen=True, slots=True)
class SavedAnswer:
    """An answer as a file holds it."""

    question: str
    wording: str
    reason: str
    confidence: float
    quotes: tuple[SavedQuote, ...]

    @classmethod
    def of(cls, answer: Answer) -> Self:
        """Return an answer as it is saved."""
        return cls(
            question=answer.question,
            wording=answer.query.wording,
            reason=answer.reason,
            confidence=round(float(answer.confidence), 4),
            quotes=tuple(SavedQuote.of(quote) for quote in answer.quotes),
        )


@dataclass(frozen=True, slots=True)
class Dossier:
    """What a file of evidence holds.

    Attributes:
        saved: When it was saved, with its time zone.
        answers: The answers, oldest first.
        intact: Whether the checksum is that of the content.
    """

    saved: datetime
    answers: tuple[SavedAnswer, ...]
    intact: bool


def compose(answers: Sequence[Answer], *, saved: datetime) -> str:
    """Return a conversation as the content of a file of evidence.

    Args:
        answers: The answers, oldest first.
        saved: The time it is saved, with its time zone.

    Raises:
        EvidenceError: The conversation is too long for one file.
    """
    if saved.utcoffset() is None:
        raise ValueError("the time of saving needs a time zone")
    content = {
        "format": FORMAT,
        "schema": SCHEMA,
        "saved": saved.isoformat(),
        "answers": [_answer_as_json(SavedAnswer.of(answer)) for answer in answers],
    }
    content["sha256"] = _digest(content)
    text = json.dumps(content, ensure_ascii=False, indent=2)
    shown = UNSEEN.sub(lambda match: f"\\u{ord(match.group()):04x}", text) + "\n"
    if len(shown.encode()) > LARGEST:
        raise EvidenceError(f"the answers are too long for one file of {LARGEST:,} bytes")
    return shown


def read(content: str | bytes) -> Dossier:
    """Read the content of a file of evidence; nothing in it is believed.

    Raises:
        EvidenceError: It is not such a file, or one of another version of the program.
    """
    if len(content) > LARGEST:
        raise EvidenceError(f"no evidence file: it is longer than {LARGEST:,} bytes")
    try:
        text = content.decode("utf-8-sig") if isinstance(content, bytes) else content
        document = json.loads(text, parse_constant=_refuse, object_pairs_hook=_object)
    except (ValueError, RecursionError) as error:
        raise EvidenceError(f"no evidence file: it is not JSON ({error})") from error
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise EvidenceError(f"no evidence file: it is not marked as {FORMAT}")
    if type(document.get("schema")) is not int or document["schema"] != SCHEMA:
        raise EvidenceError(
            f"an evidence file of another version of this program: its schema is not {SCHEMA}"
        )
    root = Node("the file", document)
    fields = root.fields("format", "schema", "saved", "answers", "sha256")
    answers = tuple(_read_answer(node) for node in fields["answers"].items())
    checksum = fields["sha256"].text()
    saved = _read_time(fields["saved"])
    del document["sha256"]
    return Dossier(saved, answers, intact=checksum == _digest(document))


@dataclass(frozen=True, slots=True)
class Node:
    """A value that was read from a file and may be anything, with where it stands."""

    where: str
    value: Any

    def fields(self, *names: str) -> dict[str, Node]:
        """Return the fields of an object that has exactly these."""
        if not isinstance(self.value, dict) or set(self.value) != set(names):
            self.fail(f"is not an object of {', '.join(names)}")
        return {name: Node(f"{self.where}: {name}", self.value[name]) for name in names}

    def items(self) -> Iterator[Node]:
        """Yield what is in a list."""
        if not isinstance(self.value, list):
            self.fail("is not a list")
        for number, item in enumerate(self.value, start=1):
            yield Node(f"{self.where} {number}", item)

    def text(self) -> str:
        """Return a string that can be encoded."""
        if not isinstance(self.value, str) or re.search("[\ud800-\udfff]", self.value):
            self.fail("is not a text")
        return str(self.value)

    def offset(self) -> int:
        """Return a place in a text."""
        if type(self.value) is not int or not 0 <= self.value <= LAST_OFFSET:
            self.fail("is not a place in a text")
        return int(self.value)

    def share(self) -> float:
        """Return a number from 0 to 1."""
        if type(self.value) not in (int, float) or not 0 <= self.value <= 1:
            self.fail("is not a number from 0 to 1")
        return float(self.value)

    def fail(self, reason: str) -> NoReturn:
        """Say what is wrong with the value."""
        raise EvidenceError(f"no evidence file: {self.where} {reason}")


def _answer_as_json(answer: SavedAnswer) -> dict[str, Any]:
    return {
        "question": answer.question,
        "wording": answer.wording,
        "reason": answer.reason,
        "confidence": answer.confidence,
        "quotes": [_quote_as_json(quote) for quote in answer.quotes],
    }


def _quote_as_json(quote: SavedQuote) -> dict[str, Any]:
    return {
        "id": quote.id,
        **_claim_as_json(quote.words),
        "digest": quote.source.digest,
        "lead": _claim_as_json(quote.lead) if quote.lead else None,
        "article": source_as_json(quote.source),
    }


def _claim(span: Span, text: str) -> Claim:
    return Claim(span.start, span.end, text)


def _claim_as_json(claim: Claim) -> dict[str, Any]:
    return {"text": claim.text, "start": claim.start, "end": claim.end}


def _read_answer(node: Node) -> SavedAnswer:
    fields = node.fields("question", "wording", "reason", "confidence", "quotes")
    return SavedAnswer(
        question=fields["question"].text(),
        wording=fields["wording"].text(),
        reason=fields["reason"].text(),
        confidence=fields["confidence"].share(),
        quotes=tuple(_read_quote(quote) for quote in fields["quotes"].items()),
    )


def _read_quote(node: Node) -> SavedQuote:
    fields = node.fields("id", "text", "start", "end", "digest", "lead", "article")
    lead = fields["lead"]
    return SavedQuote(
        id=fields["id"].text(),
        words=_read_claim(fields),
        lead=_read_claim(lead.fields("text", "start", "end")) if lead.value is not None else None,
        source=_read_source(fields["article"], digest=fields["digest"].text()),
    )


def _read_claim(fields: dict[str, Node]) -> Claim:
    return Claim(fields["start"].offset(), fields["end"].offset(), fields["text"].text())


def _read_source(node: Node, *, digest: str) -> Source:
    names = ("id", "title", "publisher", "author", "url", "path")
    fields = node.fields(*names, "published")
    published = fields["published"]
    texts = {name: fields[name].text() for name in names}
    try:
        day = date.fromisoformat(published.text()) if published.value is not None else None
        return Source(published=day, digest=digest, **texts)
    except EvidenceError:
        raise
    except ValueError as error:
        raise EvidenceError(f"no evidence file: {node.where} cannot be ({error})") from error


def _read_time(node: Node) -> datetime:
    try:
        time = datetime.fromisoformat(node.text())
    except ValueError:
        node.fail("is not a time")
    if time.utcoffset() is None:
        node.fail("has no time zone")
    return time


def _digest(content: dict[str, Any]) -> str:
    """Return the sha256 of a content, however it is laid out in its file."""
    plain = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(plain.encode()).hexdigest()


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    # Of two fields of one name, another program may read the other.
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a field stands twice in one object")
    return found
