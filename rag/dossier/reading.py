"""The content of a file of evidence to what it says; nothing in it is believed."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, NoReturn, TypeVar

from rag.dossier import form
from rag.dossier.claims import Claim, Dossier, SavedAnswer, SavedQuote
from rag.dossier.fields import Node
from rag.errors import EvidenceError
from rag.inferences import Added, DateRange, Reason
from rag.types import Query, Source, Span

Made = TypeVar("Made")


def read(content: str | bytes) -> Dossier:
    """Read the content of a file of evidence, of this version of the format or an older one.

    Raises:
        EvidenceError: It is not such a file, or one of another version of the program.
    """
    document = _parse(content)
    if not isinstance(document, dict) or document.get("format") != form.FORMAT:
        raise EvidenceError(f"no evidence file: it is not marked as {form.FORMAT}")
    schema = document.get("schema")
    if type(schema) is not int or not form.OLDEST_SCHEMA <= schema <= form.SCHEMA:
        raise EvidenceError(
            "an evidence file of another version of this program: its schema is not one from "
            f"{form.OLDEST_SCHEMA} to {form.SCHEMA}"
        )
    root = Node("the file", document)
    fields = root.fields("format", "schema", "saved", "answers", "sha256")
    read_answer = _read_first_answer if schema == 1 else _read_answer
    answers = tuple(read_answer(node) for node in fields["answers"].items())
    saved, checksum = fields["saved"].time(), fields["sha256"].text()
    del document["sha256"]
    return Dossier(saved, answers, intact=checksum == form.digest(document))


def _parse(content: str | bytes) -> Any:
    if len(content) > form.LARGEST:
        raise EvidenceError(f"no evidence file: it is longer than {form.LARGEST:,} bytes")
    try:
        text = content.decode("utf-8-sig") if isinstance(content, bytes) else content
        return json.loads(text, parse_constant=_refuse, object_pairs_hook=_object)
    except (ValueError, RecursionError) as error:
        raise EvidenceError(f"no evidence file: it is not JSON ({error})") from error


def _read_answer(node: Node) -> SavedAnswer:
    fields = node.fields(
        "question", "query", "reason", "confidence", "several", "quotes", "nearest"
    )
    return SavedAnswer(
        query=_read_query(fields["query"], question=fields["question"].text()),
        reason=fields["reason"].text(),
        confidence=fields["confidence"].share(),
        several=fields["several"].truth(),
        quotes=tuple(_read_quote(each) for each in fields["quotes"].items()),
        nearest=tuple(_read_quote(each) for each in fields["nearest"].items()),
    )


def _read_first_answer(node: Node) -> SavedAnswer:
    """Read an answer of schema 1."""
    fields = node.fields("question", "wording", "reason", "confidence", "quotes")
    return SavedAnswer(
        query=Query(fields["question"].text(), fields["wording"].text()),
        reason=fields["reason"].text(),
        confidence=fields["confidence"].share(),
        several=False,
        quotes=tuple(_read_first_quote(each) for each in fields["quotes"].items()),
        nearest=(),
    )


def _read_query(node: Node, *, question: str) -> Query:
    names = ("wording", "since", "until", "publishers", "added", "dates", "dropped")
    fields = node.fields(*names, optional=("given",))  # one of schema 2 has none
    given = fields["given"]
    return _make(
        node,
        Query,
        question=question,
        wording=fields["wording"].text(),
        since=fields["since"].day(),
        until=fields["until"].day(),
        publishers=fields["publishers"].texts(),
        added=tuple(_read_added(each) for each in fields["added"].items()),
        dates=tuple(_read_dates(each) for each in fields["dates"].items()),
        dropped=fields["dropped"].texts(),
        given=given.text() if given.value is not None else None,
    )


def _read_added(node: Node) -> Added:
    fields = node.fields("word", "turn", "quote", "reason")
    quote = fields["quote"]
    return Added(
        word=fields["word"].text(),
        turn=fields["turn"].offset(),
        quote=quote.offset() if quote.value is not None else None,
        reason=_make(fields["reason"], Reason, value=fields["reason"].text()),
    )


def _read_dates(node: Node) -> DateRange:
    told = ("hard", "published", "ambiguous", "removable")
    fields = node.fields("start", "end", "text", "first", "last", *told)
    return _make(
        node,
        DateRange,
        span=_read_span(node, fields),
        text=fields["text"].text(),
        first=fields["first"].day(),
        last=fields["last"].day(),
        **{name: fields[name].truth() for name in told},
    )


def _read_quote(node: Node) -> SavedQuote:
    first = ("id", "text", "start", "end", "digest", "lead", "article")
    fields = node.fields(*first, "score", "answer", "copies")
    answer = fields["answer"]
    return _read_words(
        fields,
        score=fields["score"].number(),
        answer=(
            _read_span(answer, answer.fields("start", "end")) if answer.value is not None else None
        ),
        copies=tuple(_read_copy(each) for each in fields["copies"].items()),
    )


def _read_first_quote(node: Node) -> SavedQuote:
    """Read a quote of schema 1."""
    return _read_words(node.fields("id", "text", "start", "end", "digest", "lead", "article"))


def _read_words(fields: dict[str, Node], **more: Any) -> SavedQuote:
    lead = fields["lead"]
    return SavedQuote(
        id=fields["id"].text(),
        words=_read_claim(fields),
        lead=_read_claim(lead.fields("text", "start", "end")) if lead.value is not None else None,
        source=_read_source(fields["article"], digest=fields["digest"].text()),
        **more,
    )


def _read_claim(fields: dict[str, Node]) -> Claim:
    return Claim(fields["start"].offset(), fields["end"].offset(), fields["text"].text())


def _read_span(node: Node, fields: dict[str, Node]) -> Span:
    return _make(node, Span, start=fields["start"].offset(), end=fields["end"].offset())


def _read_copy(node: Node) -> Source:
    fields = node.fields("digest", "article")
    return _read_source(fields["article"], digest=fields["digest"].text())


def _read_source(node: Node, *, digest: str) -> Source:
    names = ("id", "title", "publisher", "author", "url", "path")
    fields = node.fields(*names, "published")
    texts = {name: fields[name].text() for name in names}
    return _make(node, Source, published=fields["published"].day(), digest=digest, **texts)


def _make(node: Node, kind: Callable[..., Made], **values: Any) -> Made:
    """Return a value made of what was read, unless what must hold of such a value does not."""
    try:
        return kind(**values)
    except ValueError as error:
        raise EvidenceError(f"no evidence file: {node.where} cannot be ({error})") from error


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    # Of two fields of one name, another program may read the other.
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a field stands twice in one object")
    return found
