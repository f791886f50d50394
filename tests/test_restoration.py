"""What a file of evidence gives back is cut from the archive, and shows as it did; or is named."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag import citations, dossier, rendering, restoration
from rag.answering import Archive
from rag.catalog import Catalog
from rag.errors import EvidenceError
from rag.restoration import Restored
from rag.types import Answer, Article, Quote, Span
from tests import making
from tests.hashing_embedder import HashingEmbedder
from tests.strategies import quotable
from tests.test_dossier import ASKED, SAVED, queries, seal

CALM = "Captain Ilse Brandt said that the sea was calm."
NOWHERE = "Which zebra painted marmalade?"


def restore(archive: Archive, content: str) -> Restored:
    (restored,) = archive.restore(content).answers
    return restored


def save(archive: Archive, question: str = CALM) -> str:
    return dossier.compose([archive.ask(question)], saved=SAVED)


def shown(answer: Answer) -> Any:
    """Return all that is shown of an answer, in every form."""
    cited = [citations.as_text(quote) for quote in (*answer.quotes, *answer.nearest)]
    return answer.query, rendering.as_json(answer), rendering.as_markdown(answer), cited


@st.composite
def told(draw: st.DrawFn, articles: tuple[Article, ...]) -> Answer:
    """Draw an answer out of articles, with or without leads, and answers in its quotes."""
    quotes = []
    for article in articles:
        passage = making.cut(article)[0]
        *before, last = passage.sentences
        lead = (
            Span(before[0].start, before[-1].end) if bool(before) and draw(st.booleans()) else None
        )
        start = draw(st.integers(last.start, last.end - 1))
        answering = draw(st.none() | st.just(Span(start, last.end)))
        quotes.append(Quote(passage, last, draw(st.floats(-9, 9)), answering, lead))
    found = draw(st.booleans())
    query, share = draw(queries), draw(st.floats(0, 1))
    kept = tuple(quotes)
    return Answer(
        query.question,
        query,
        kept if found else (),
        () if found else kept,
        share,
        "" if found else "nothing near",
        draw(st.booleans()),
    )


@given(st.data(), quotable)
def test_a_restored_answer_shows_what_the_answer_showed(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject, article: Article
) -> None:
    other = making.article("At least 12 people slept. 31 people slept.", name="b")
    answer = data.draw(told((article, other)))
    content = dossier.compose([answer], saved=SAVED)
    catalog = Catalog(tmp_path_factory.mktemp("catalog"), create=True)
    with catalog.transaction():
        for each in (article, other):
            catalog.add(each, making.cut(each))
    (restored,) = restoration.restore(dossier.read(content), catalog).answers
    assert shown(restored.answer) == shown(answer)
    assert restored.notes == ()
    assert dossier.compose([restored.saved], saved=SAVED) == content
    assert dossier.compose([restored.answer], saved=SAVED) == content
    catalog.close()


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    """An archive that is only asked, two of whose articles print one sentence."""
    folder, model = tmp_path_factory.mktemp("restoration"), HashingEmbedder()
    making.write_trio(folder / "articles")
    wire = f"A wire came. {CALM}\n"
    making.write(folder / "articles", "wire.md", wire, title="Wire", published="2020-03-03")
    with Archive.open(folder / "store", embedder=model, reading_model=model) as opened:
        opened.ingest(folder / "articles")
        yield opened


def test_an_answer_of_an_archive_comes_back_with_its_copies(shared: Archive) -> None:
    answer = shared.ask(CALM)
    assert answer.quotes[0].copies
    assert shown(restore(shared, save(shared)).answer) == shown(answer)


def test_an_abstention_comes_back_with_its_reason_and_the_nearest_passages(
    shared: Archive,
) -> None:
    question = "Which zebra saw smoke above the marmalade?"
    answer = shared.ask(question)
    assert answer.nearest
    assert shown(restore(shared, save(shared, question)).answer) == shown(answer)


@given(st.data())
def test_a_changed_word_is_never_shown_as_a_quote(shared: Archive, data: st.DataObject) -> None:
    document = json.loads(save(shared))
    (made, *_) = document["answers"][0]["quotes"]
    words = made["text"].split(" ")
    at = data.draw(st.integers(0, len(words) - 1))
    words[at] = data.draw(st.sampled_from(["not", "Brandt's", "", "CALM", words[at] + "\u200b"]))
    made["text"] = " ".join(words)
    restored = restore(shared, seal(document))
    assert made["text"] not in [quote.text for quote in restored.answer.quotes]
    first = restored.notes[0]
    assert (first.number, first.source.id) == (0, made["article"]["id"])
    assert "the words at this place are others" in first.reason


@given(st.data())
def test_whatever_is_changed_every_quote_stands_in_its_source(
    shared: Archive, data: st.DataObject
) -> None:
    document = json.loads(save(shared))
    made = document["answers"][0]["quotes"][0]
    for _ in range(data.draw(st.integers(1, 3))):
        name = data.draw(st.sampled_from(["start", "end", "text", "digest", "lead", "answer"]))
        made[name] = data.draw(
            {
                "text": st.sampled_from(["A wire came.", "the sea was calm.", ""]),
                "digest": st.sampled_from([each.digest for each in shared.articles()]),
                "lead": st.none() | st.just({"start": 0, "end": 3, "text": "The"}),
                "answer": st.none() | st.just({"start": 0, "end": 3}),
            }.get(name, st.integers(0, 200))
        )
    for quote in restore(shared, seal(document)).answer.quotes:
        article = shared.article(quote.source.id, digest=quote.source.digest)
        assert quote.text == quote.span.cut(article.text)
        assert quote.source == article.source


def test_a_copy_that_does_not_print_the_quote_is_not_named(shared: Archive) -> None:
    document = json.loads(save(shared))
    dam = next(each for each in shared.articles() if each.title == "Gates")
    made = document["answers"][0]["quotes"][0]
    printed = made["copies"][0]
    made["copies"] = [
        printed,
        printed,
        {"digest": dam.digest, "article": rendering.source_as_json(dam)},
        {**printed, "digest": "0" * 64},
        {"digest": made["digest"], "article": made["article"]},
    ]
    restored = restore(shared, seal(document))
    assert [copy.id for copy in restored.answer.quotes[0].copies] == [printed["article"]["id"]]
    assert [(note.number, note.source.id) for note in restored.notes] == [
        (1, made["article"]["id"])
    ] * 3
    assert not shared.verify(seal(document)).ok


def test_quotes_that_overlap_are_refused(shared: Archive) -> None:
    document = json.loads(save(shared))
    document["answers"][0]["quotes"] *= 2
    with pytest.raises(EvidenceError, match="overlap"):
        shared.restore(seal(document))


def test_a_corrected_article_is_quoted_from_the_version_quoted_with_a_note(
    archive: Archive, folder: Path
) -> None:
    answer, content = archive.ask(CALM), save(archive)
    text = "Correction: the sea was rough.\n" + making.FERRY
    making.write(folder, "ferry.md", text, title="Storm", publisher="Coast Post")
    archive.ingest(folder)
    restored = restore(archive, content)
    assert [quote.text for quote in restored.answer.quotes] == [q.text for q in answer.quotes]
    (note,) = restored.notes
    assert note.reason.startswith("The article was corrected since (noticed on ")


def test_a_corrected_citation_is_the_archives_with_a_note(archive: Archive, folder: Path) -> None:
    content = save(archive)
    making.write(folder, "ferry.md", making.FERRY, title="Smoke at sea", publisher="Coast Post")
    archive.ingest(folder)
    restored = restore(archive, content)
    assert restored.answer.quotes[0].source.title == "Smoke at sea"
    assert restored.notes[0].reason == "the archive has another title, published now"


def test_a_withdrawn_article_is_quoted_with_a_note(archive: Archive) -> None:
    answer, content = archive.ask(CALM), save(archive)
    archive.remove(answer.quotes[0].source.id)
    restored = restore(archive, content)
    assert shown(restored.answer) == shown(answer)
    assert restored.notes[0].reason.startswith("The article was withdrawn (noticed on ")


def test_an_erased_article_leaves_its_name_and_comes_back_when_it_is_held_again(
    archive: Archive, folder: Path
) -> None:
    answer, content = archive.ask(CALM), save(archive)
    with archive._store.catalog.transaction():
        archive._store.catalog.remove(answer.quotes[0].source.id)
    restored = restore(archive, content)
    assert restored.answer.quotes == ()
    assert restored.notes[0].source.title == "Smoke"
    assert "no longer" in restored.notes[0].reason
    # What cannot be shown now is still kept.
    kept = dossier.compose([restored.saved], saved=SAVED)
    archive.ingest(folder)
    assert shown(restore(archive, kept).answer) == shown(answer)


def test_an_empty_conversation_and_its_time_come_back(shared: Archive) -> None:
    restored = shared.restore(dossier.compose([], saved=SAVED))
    assert (restored.saved, restored.intact, restored.answers) == (SAVED, True, ())
    changed = dossier.compose([], saved=SAVED).replace("2026", "2025")
    assert not shared.restore(changed).intact


def test_an_older_file_is_restored_with_its_quotes(shared: Archive) -> None:
    document = json.loads((Path(__file__).parent / "data/evidence_1.json").read_text())
    made = document["answers"][0]["quotes"][0]
    source = next(each for each in shared.articles() if each.title == "Smoke")
    made["article"] = rendering.source_as_json(source)
    made["id"] = made["id"].replace("ferry", source.id)
    restored = restore(shared, seal(document))
    assert [quote.text for quote in restored.answer.quotes] == [CALM]
    assert restored.answer.query.wording == "Was it calm? (Halcyon)"


def test_the_query_comes_back_whole(shared: Archive) -> None:
    answer = Answer(ASKED.question, ASKED, (), (), 0.25, "nothing near")
    assert restore(shared, dossier.compose([answer], saved=SAVED)).answer == answer
    assert answer.query.since == date(2020, 3, 2)
