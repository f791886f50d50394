"""A file of evidence gives back what was saved, and nothing that was changed in it passes."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag import dossier
from rag.dossier import Claim, Dossier, SavedAnswer, form
from rag.errors import EvidenceError
from rag.inferences import Added, DateRange, Reason
from rag.types import Answer, Article, Query, Quote, Source, Span
from tests import making
from tests.strategies import quotable, texts

DATA = Path(__file__).with_name("data")
SAVED = datetime(2026, 11, 22, 10, 30, tzinfo=UTC)


ONE_DAY = date(2020, 3, 2)
ASKED = Query(
    "Who slept on 2 March 2020?",
    "Who slept? (ferry)",
    since=ONE_DAY,
    publishers=("Coast Post",),
    added=(Added("ferry", 0, None, Reason.REFERENT), Added("ferry", 0, 1, Reason.TOPIC)),
    dates=(DateRange(Span(10, 25), "on 2 March 2020", ONE_DAY, None, hard=True),),
    dropped=("in spring",),
    given="Who slept, in spring, on 2 March 2020? (ferry)",
)


def answer(*quotes: Quote, query: Query = ASKED, confidence: float = 0.5) -> Answer:
    return Answer(query.question, query, quotes, (), confidence, "none said so")


def quote(article: Article, *, led: bool = False, copies: tuple[Source, ...] = ()) -> Quote:
    passage = making.cut(article)[0]
    *before, last = passage.sentences
    lead = Span(before[0].start, before[-1].end) if led and before else None
    return Quote(passage, last, 0.9, Span(last.start, last.start + 1), lead, copies)


whole_days = st.dates(date(1990, 1, 1), date(2030, 12, 31))
ranges = st.builds(
    lambda start, text, ends, told: DateRange(
        Span(start, start + len(text)), text, min(ends), max(ends), *told
    ),
    st.integers(0, 9),
    texts.filter(bool),
    st.tuples(whole_days, whole_days),
    st.tuples(*[st.booleans()] * 4),
)
added = st.builds(
    Added, texts, st.integers(0, 9), st.none() | st.integers(0, 4), st.sampled_from(Reason)
)
queries = st.builds(
    lambda question, wording, ends, **more: Query(
        question, wording, since=min(ends), until=max(ends), **more
    ),
    texts,
    texts,
    st.tuples(whole_days, whole_days),
    publishers=st.lists(texts, max_size=2).map(tuple),
    added=st.lists(added, max_size=2).map(tuple),
    dates=st.lists(ranges, max_size=2).map(tuple),
    dropped=st.lists(texts, max_size=2).map(tuple),
    given=st.none() | texts,
)
answers = st.builds(
    lambda article, led, query, confidence: answer(
        quote(article, led=led, copies=(making.source("copy"),)), query=query, confidence=confidence
    ),
    quotable,
    st.booleans(),
    queries,
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


def test_what_was_read_is_written_as_it_was() -> None:
    content = dossier.compose([answer(FERRY_QUOTED)], saved=SAVED)
    assert dossier.compose(dossier.read(content).answers, saved=SAVED) == content


def test_a_file_of_the_first_version_of_the_format_is_still_read() -> None:
    read = dossier.read((DATA / "evidence_1.json").read_bytes())
    assert (read.saved, read.intact) == (SAVED, True)
    (old,) = read.answers
    assert old.query == Query("Was it calm?", "Was it calm? (Halcyon)")
    assert (old.confidence, old.several, old.nearest) == (0.75, False, ())
    (saved,) = old.quotes
    assert saved.words == Claim(91, 138, "Captain Ilse Brandt said that the sea was calm.")
    assert saved.lead
    assert (saved.answer, saved.copies) == (None, ())


def test_a_file_of_the_second_version_has_no_wording_that_the_user_gave() -> None:
    content = dossier.compose([answer(query=replace(ASKED, given=None))], saved=SAVED)
    document = json.loads(content) | {"schema": 2}
    del document["answers"][0]["query"]["given"]
    read = dossier.read(seal(document))
    assert read.intact
    assert read.answers == dossier.read(content).answers


def test_a_time_of_saving_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        dossier.compose([], saved=SAVED.replace(tzinfo=None))


def test_answers_that_are_too_long_for_a_file_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(form, "LARGEST", 1_000)
    with pytest.raises(EvidenceError, match="too long"):
        dossier.compose([answer(quote(making.article("Rain fell. " * 4)))] * 2, saved=SAVED)
    assert dossier.read(dossier.compose([], saved=SAVED)).intact
    with pytest.raises(EvidenceError, match="longer than"):
        dossier.read(b" " * 1_001)


FERRY_QUOTED = quote(making.article(making.FERRY), led=True, copies=(making.source("copy"),))
WHOLE = json.loads(dossier.compose([answer(FERRY_QUOTED)], saved=SAVED))


def seal(document: dict[str, Any]) -> str:
    """Return a document as JSON with a checksum that is right, as a forger would make it."""
    content = {name: value for name, value in document.items() if name != "sha256"}
    return json.dumps(content | {"sha256": form.digest(content)})


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


@pytest.mark.parametrize("schema", [0, 4, "1", True, None, 1.0])
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
            assert isinstance(saved.query.wording, str)
            assert isinstance(saved.confidence, float)
            for each in saved.quotes:
                assert type(each.words.start) is int
                assert isinstance(each.words.text, str)
                assert isinstance(each.source.published, date | None)
