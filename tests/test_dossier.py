"""A file of evidence gives back what was saved, and nothing that was changed in it passes."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag import dossier
from rag.dossier import Dossier, SavedAnswer
from rag.errors import EvidenceError
from rag.types import Answer, Article, Query, Quote, Span
from tests import making
from tests.strategies import quotable, texts

SAVED = datetime(2026, 11, 22, 10, 30, tzinfo=UTC)


def answer(*quotes: Quote, question: str = "Who slept?", confidence: float = 0.5) -> Answer:
    return Answer(question, Query(question, question), quotes, (), confidence, "none said so")


def quote(article: Article, *, led: bool = False) -> Quote:
    passage = making.cut(article)[0]
    *before, last = passage.sentences
    lead = Span(before[0].start, before[-1].end) if led and before else None
    return Quote(passage, last, 0.9, lead=lead)


answers = st.builds(
    lambda article, led, question, confidence: answer(
        quote(article, led=led), question=question, confidence=confidence
    ),
    quotable,
    st.booleans(),
    texts,
    st.floats(0, 1),
)


ZONES = st.integers(-1439, 1439).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@given(st.lists(answers, max_size=3), st.datetimes(timezones=ZONES))
def test_a_file_gives_back_what_was_saved(given_answers: list[Answer], saved: datetime) -> None:
    content = dossier.compose(given_answers, saved=saved)
    expected = Dossier(saved, tuple(map(SavedAnswer.of, given_answers)), intact=True)
    for read in (dossier.read(content), dossier.read(content.encode())):
        assert read == expected
        assert read.saved.isoformat() == saved.isoformat()
    # Nothing in it steers a terminal or an editor, and it is the same however it is laid out.
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]", content)
    assert dossier.read(json.dumps(json.loads(content), sort_keys=True)) == expected


def test_a_time_of_saving_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        dossier.compose([], saved=SAVED.replace(tzinfo=None))


def test_answers_that_are_too_long_for_a_file_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dossier, "LARGEST", 1_000)
    with pytest.raises(EvidenceError, match="too long"):
        dossier.compose([answer(quote(making.article("Rain fell. " * 4)))] * 2, saved=SAVED)
    assert dossier.read(dossier.compose([], saved=SAVED)).intact
    with pytest.raises(EvidenceError, match="longer than"):
        dossier.read(b" " * 1_001)


WHOLE = json.loads(dossier.compose([answer(quote(making.article(making.FERRY)))], saved=SAVED))


def seal(document: dict[str, Any]) -> str:
    """Return a document as JSON with a checksum that is right, as a forger would make it."""
    content = {name: value for name, value in document.items() if name != "sha256"}
    return json.dumps(content | {"sha256": dossier._digest(content)})


@pytest.mark.parametrize(
    "content",
    [
        *("", "{", "[]", "7", "null", '"rag-evidence"', "{}", "[" * 100_000, "NaN", "\ufeff{}"),
        *(b"\xff\xfe", b"\x00", '{"format": "rag-evidence", "schema": 1}', '{"a":' * 50_000),
        '{"format": "rag-evidence", "format": "rag-evidence"}',
        json.dumps(WHOLE | {"format": "other"}),
        json.dumps(WHOLE | {"more": 1}),
        json.dumps({name: WHOLE[name] for name in WHOLE if name != "sha256"}),
        json.dumps(WHOLE).replace('"start": ', f'"start": 1{"0" * 5_000}'),
        json.dumps(WHOLE).replace('"confidence": 0.5', '"confidence": Infinity'),
        json.dumps(WHOLE).replace('"confidence": 0.5', '"confidence": 0.5, "confidence": 0.5'),
    ],
    ids=lambda content: repr(content[:40]),
)
def test_what_is_no_evidence_file_is_refused(content: str | bytes) -> None:
    with pytest.raises(EvidenceError, match="no evidence file"):
        dossier.read(content)


@pytest.mark.parametrize("time", ["2026-11-22T10:30:00", "2026-11-22", "now", ""])
def test_a_time_that_is_none_or_has_no_zone_is_refused(time: str) -> None:
    with pytest.raises(EvidenceError, match=r"saved (is not a time|has no time zone)"):
        dossier.read(seal(WHOLE | {"saved": time}))


@pytest.mark.parametrize("schema", [0, 2, "1", True, None, 1.0])
def test_a_file_of_another_version_is_refused(schema: Any) -> None:
    with pytest.raises(EvidenceError, match="another version"):
        dossier.read(json.dumps(WHOLE | {"schema": schema}))


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path of every value in a document but the whole."""
    if path:
        yield path
    if isinstance(value, dict | list):
        for name, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from places(inner, (*path, name))


def put(document: Any, path: tuple[Any, ...], value: Any) -> str:
    """Return a document as JSON with the value at a path exchanged."""
    copy = json.loads(json.dumps(document))
    inner = copy
    for name in path[:-1]:
        inner = inner[name]
    inner[path[-1]] = value
    return json.dumps(copy)


PLACES = [path for path in places(WHOLE) if path != ("schema",)]
ODD: list[Any] = [None, True, 7, -1, 2**31 + 1, 1.5, "text", "\ud800", [], {}, [[]], {"a": 1}, ""]


@pytest.mark.parametrize("path", PLACES, ids=lambda path: ".".join(map(str, path)))
def test_a_value_of_another_kind_is_refused_or_noticed(path: tuple[Any, ...]) -> None:
    old = WHOLE
    for name in path:
        old = old[name]
    for value in ODD:
        if value == old and type(value) is type(old):
            continue
        try:
            read = dossier.read(put(WHOLE, path, value))
        except EvidenceError:
            continue
        assert not read.intact
        # What a reader relies on has the type that it relies on.
        for saved in read.answers:
            assert isinstance(saved.question, str)
            assert isinstance(saved.confidence, float)
            for each in saved.quotes:
                assert type(each.words.start) is int
                assert isinstance(each.words.text, str)
                assert isinstance(each.source.published, date | None)
