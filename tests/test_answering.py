"""Asking an archive: quotes are cut from the articles, within the filters, or nothing is said."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

import rag
from rag import questions
from rag.answering import Archive
from rag.catalog import FILE, Catalog
from rag.embedding import SentenceEmbedder
from rag.errors import QuestionError, StoreBusyError, StoreError
from rag.ingestion import Indexes
from rag.lexical import LexicalIndex, analyze
from rag.opening import open_default
from rag.retrieval import OVERSAMPLING, retrieve
from rag.settings import Settings
from rag.types import Answer, Query
from rag.vectors import VectorIndex
from tests import making
from tests.hashing_embedder import HashingEmbedder

CALM = "Captain Ilse Brandt said that the sea was calm."
DENIED = "Mayor Odile Farrant denied that the wall had cracked."
QUESTIONS = (
    *(CALM, DENIED, "Who saw smoke above the stern?", "How much water did the reservoir hold?"),
    *("What weighs more than seven tonnes?", "Which zebra painted marmalade?", "Why?"),
)


def check_cut(archive: Archive, answer: Answer) -> None:
    for quote in (*answer.quotes, *answer.nearest):
        article = archive.article(quote.source.id)
        assert article.text[quote.span.start : quote.span.end] == quote.text
        assert article.source == quote.source
        assert any(run.covers(quote.span) for run in article.body)


def cited(answer: Answer) -> set[str]:
    return {quote.source.title for quote in (*answer.quotes, *answer.nearest)}


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_quote_is_the_articles_text_at_its_span(archive: Archive, question: str) -> None:
    answer = archive.ask(question)
    check_cut(archive, answer)
    assert bool(answer.quotes) != bool(answer.nearest)
    assert answer.question == question
    assert answer.reason


def test_other_sides_come_behind_the_best_in_the_order_of_their_dates_with_copies_on_one_card(
    archive: Archive, folder: Path
) -> None:
    told = {
        "2020-03-05": ("There were 38 passengers on board at dawn.", "Coast Post"),
        "2020-03-07": ("There were 44 passengers on board, the owner said.", "Hill Courier"),
        "2020-03-08": ("Owner: there were 44 passengers on board, the owner said.", "Late Post"),
    }
    for day, (text, publisher) in told.items():
        making.write(folder, f"{day}.md", text, title=day, publisher=publisher, published=day)
    archive.ingest(folder)
    answer = archive.ask("How many passengers were on board?")
    check_cut(archive, answer)
    assert answer.several
    best, *rest = answer.quotes
    assert best.score == max(quote.score for quote in answer.quotes)
    days = [quote.source.published for quote in rest]
    assert days == sorted(days, key=lambda day: day or date.max)
    texts = [quote.text for quote in answer.quotes]
    assert {"Forty-one passengers were on board.", told["2020-03-05"][0]} <= set(texts)
    named = [
        {quote.source.title, *(each.title for each in quote.copies)} for quote in answer.quotes
    ]
    assert {"2020-03-07", "2020-03-08"} in named
    assert not archive.ask(CALM).several


@pytest.mark.parametrize("question", [CALM, DENIED])
def test_what_an_article_says_is_quoted(archive: Archive, question: str) -> None:
    answer = archive.ask(question)
    assert answer.found
    assert answer.quotes[0].text == question
    assert answer.confidence > 0.5


def test_what_no_article_says_is_not_answered(archive: Archive) -> None:
    answer = archive.ask("Which zebra painted marmalade?")
    assert not answer.found
    assert answer.nearest
    assert answer.confidence < 0.5
    assert answer.reason == "the archive holds nothing about these words"


def test_asking_twice_gives_the_same_answer(archive: Archive) -> None:
    assert [archive.ask(each) for each in QUESTIONS] == [archive.ask(each) for each in QUESTIONS]


def test_threads_get_the_answers_that_one_thread_gets(archive: Archive) -> None:
    alone = [archive.ask(each) for each in QUESTIONS * 4]
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(archive.ask, QUESTIONS * 4)) == alone


def test_a_follow_up_is_answered_from_what_it_leans_on(archive: Archive) -> None:
    answer = archive.ask("And what did she deny?", history=["Who is Odile Farrant?"])
    assert "Farrant" in answer.query.wording
    assert (*answer.quotes, *answer.nearest)[0].text == DENIED


def test_a_question_that_stands_alone_is_not_changed_by_history(archive: Archive) -> None:
    alone = archive.ask(CALM)
    assert archive.ask(CALM, history=["Who is Odile Farrant?"]) == alone


@pytest.mark.parametrize("limit", [1, 2])
def test_no_more_is_shown_than_is_wanted(archive: Archive, limit: int) -> None:
    for question in QUESTIONS:
        answer = archive.ask(question, limit=limit)
        assert len(answer.quotes) <= limit
        assert len(answer.nearest) <= limit


@pytest.mark.parametrize("limit", [0, -1])
def test_a_limit_that_shows_nothing_is_refused(archive: Archive, limit: int) -> None:
    with pytest.raises(ValueError, match="limit"):
        archive.ask(CALM, limit=limit)


@pytest.mark.parametrize(
    "question", ["", " \n", "???", "🙂", "Who\x00?", "a " * 50_000, "Who is \udce9?"]
)
def test_a_question_that_cannot_be_asked_is_refused(archive: Archive, question: str) -> None:
    with pytest.raises(QuestionError, match="; "):
        archive.ask(question)


@pytest.mark.parametrize(
    ("filters", "admitted"),
    [
        ({}, {"Smoke", "Gates", "Girders"}),
        ({"since": date(2020, 3, 2)}, {"Smoke", "Gates"}),
        ({"since": date(2020, 3, 3)}, {"Gates"}),
        ({"until": date(2020, 3, 6)}, {"Smoke", "Gates"}),
        ({"until": date(2020, 3, 5)}, {"Smoke"}),
        ({"since": date(2020, 3, 6), "until": date(2020, 3, 6)}, {"Gates"}),
        ({"publishers": ["Hill Courier"]}, {"Gates", "Girders"}),
        ({"publishers": ["Hill Courier"], "until": date(2020, 12, 31)}, {"Gates"}),
        ({"publishers": ["Coast Post", "Hill Courier"]}, {"Smoke", "Gates", "Girders"}),
    ],
)
def test_only_what_passes_the_filters_is_shown(
    archive: Archive, filters: Any, admitted: set[str]
) -> None:
    for question in QUESTIONS:
        assert cited(archive.ask(question, **filters)) <= admitted
    near = archive.ask("Which zebra painted marmalade?", **filters)
    assert cited(near) == admitted


@pytest.mark.parametrize(
    ("filters", "named"),
    [
        ({"since": date(2021, 1, 1)}, "in this date range"),
        ({"publishers": ["Nobody"]}, "by these publishers"),
        ({"publishers": ["coast"]}, "by these publishers"),
    ],
)
def test_filters_that_nothing_passes_give_an_abstention_that_says_so(
    archive: Archive, filters: Any, named: str
) -> None:
    answer = archive.ask(CALM, **filters)
    assert (answer.quotes, answer.nearest, answer.confidence) == ((), (), 0.0)
    assert named in answer.reason


def test_a_range_that_ends_before_it_begins_is_refused(archive: Archive) -> None:
    with pytest.raises(QuestionError, match="swap"):
        archive.ask(CALM, since=date(2020, 3, 3), until=date(2020, 3, 2))


def test_an_empty_archive_says_nothing(store: Path, embedder: HashingEmbedder) -> None:
    with Archive.open(store, embedder=embedder, reading_model=embedder) as archive:
        answer = archive.ask(CALM)
        assert (answer.found, answer.nearest) == (False, ())
        assert set(archive.count().values()) == {0}


def test_days_in_a_question_narrow_its_answer(archive: Archive) -> None:
    answer = archive.ask("What was reported on 2 March 2020?")
    assert cited(answer) == {"Smoke"}
    assert archive.ask("What was reported on 2 March 1999?").reason == (
        "the archive holds no article in this date range"
    )
    (days,) = archive.read_question("Who left on 2 March 1999?").dates
    assert not days.hard, "only later articles can tell of it"


def test_yesterday_counts_from_the_newest_article_unless_a_day_is_given(archive: Archive) -> None:
    newest = max(each.published for each in archive.articles() if each.published)
    (dates,) = archive.ask("What was reported yesterday?").query.dates
    assert (dates.first, dates.hard) == (newest - timedelta(1), False)
    (dates,) = archive.ask("What was reported yesterday?", today=date(2020, 3, 3)).query.dates
    assert (dates.first, dates.hard) == (date(2020, 3, 2), True)


def test_an_article_of_a_day_that_is_preferred_is_found_first(archive: Archive) -> None:
    def find(question: str) -> list[str]:
        query = questions.read(question, today=date(2021, 1, 1), max_chars=200)
        return [hit.passage.source.title for hit in archive.retrieve(query)]

    plain = find("What was there around the sea?")
    for title, day in (("Smoke", "2 March 2020"), ("Gates", "6 March 2020")):
        around = find(f"What was there around the sea, around {day}?")
        assert set(around) == set(plain)
        assert around.index(title) <= plain.index(title)


@pytest.mark.parametrize("count", [1, 3, 10])
@pytest.mark.parametrize(
    "filters",
    [
        {"publishers": ("Hill Courier",)},
        {"publishers": ("Coast Post", "Hill Courier")},
        {"since": date(2020, 3, 2), "until": date(2020, 3, 2)},
        {"since": date(2020, 3, 1)},
    ],
)
def test_a_narrow_filter_finds_what_a_wide_search_with_the_filter_finds(
    store: Path, folder: Path, embedder: HashingEmbedder, count: int, filters: Any
) -> None:
    many = making.write_many(folder / "many", 8)
    small = Settings(passage_tokens=32)
    with Archive.open(store, settings=small, embedder=embedder, reading_model=embedder) as archive:
        archive.ingest([many, folder])
        assert archive.count()["passages"] > 10 * OVERSAMPLING
    question = "How many swans did the keeper of gate 3 count in village 5?"
    query = Query(question, question, **filters)
    vector = embedder.encode([question])[0]
    with closing(Catalog(store, create=False)) as catalog, closing(VectorIndex(store)) as vectors:
        indexes = Indexes(catalog, vectors, LexicalIndex(store))
        stems = analyze(question)
        hits = retrieve(query, stems, vector, indexes=indexes, count=count)
        everything = retrieve(query, stems, vector, indexes=indexes, count=1_000)
    assert hits
    assert all(query.admits(hit.passage.source) for hit in (*hits, *everything))
    wide = {
        name: [hit.passage for hit in everything if name in {rank.retriever for rank in hit.ranks}]
        for name in ("dense", "lexical")
    }
    for name, passages in wide.items():
        mine = [hit.passage for hit in hits if name in {rank.retriever for rank in hit.ranks}]
        assert len(mine) == min(count, len(passages))
        assert set(map(repr, mine)) <= set(map(repr, passages))


def test_an_archive_can_be_opened_and_closed_again_and_again(
    archive: Archive, store: Path, embedder: HashingEmbedder
) -> None:
    first = archive.ask(CALM)
    archive.close()
    for _ in range(3):
        with Archive.open(store, embedder=embedder, reading_model=embedder) as again:
            assert again.ask(CALM) == first


def test_a_store_that_is_not_there_is_not_made_unless_wanted(store: Path) -> None:
    with pytest.raises(StoreError, match="rag ingest"):
        Archive.open(store, create=False)
    assert not store.exists()


@pytest.mark.parametrize("create", [True, False])
def test_a_file_in_the_place_of_a_store_is_an_error_of_the_store(store: Path, create: bool) -> None:
    store.write_text("not a folder")
    with pytest.raises(StoreError, match=str(store)):
        Archive.open(store, create=create)


@pytest.mark.parametrize("content", [b"", b"not a database" * 100])
def test_a_damaged_catalog_is_an_error_of_the_store(store: Path, content: bytes) -> None:
    store.mkdir()
    (store / FILE).write_bytes(content)
    with pytest.raises(StoreError):
        Archive.open(store, create=False)


def test_an_archive_that_another_one_fills_answers_from_what_is_new(
    archive: Archive, store: Path, folder: Path, embedder: HashingEmbedder
) -> None:
    making.write(folder, "owls.md", "Owls nest in the mill.", title="Owls")
    with Archive.open(store, embedder=embedder, reading_model=embedder) as other:
        other.ingest(folder)
    assert archive.ask("Owls nest in the mill.").quotes[0].text == "Owls nest in the mill."


def test_the_default_store_is_made_from_the_corpus_once(
    folder: Path, store: Path, model: SentenceEmbedder
) -> None:
    settings = Settings(store=store, corpus=folder, model=model.name)
    seen: list[tuple[int, int]] = []
    with open_default(settings, progress=lambda *each: seen.append(each)) as archive:
        assert len(archive.articles()) == 3
    assert seen[-1] == (3, 3)
    making.write(folder, "owls.md", "Owls nest in the mill.", title="Owls")
    with open_default(settings) as archive:
        assert len(archive.articles()) == 3


def test_a_default_store_whose_filling_broke_off_is_filled_at_the_next_opening(
    folder: Path, store: Path
) -> None:
    def interrupt(_done: int, _total: int) -> None:
        raise KeyboardInterrupt

    settings = Settings(store=store, corpus=folder)
    with pytest.raises(KeyboardInterrupt):
        open_default(settings, progress=interrupt)
    with open_default(settings) as archive:
        assert len(archive.articles()) == 3


def test_without_store_and_corpus_the_error_says_how_to_make_one(tmp_path: Path) -> None:
    settings = Settings(store=tmp_path / "store", corpus=tmp_path / "nosuch")
    with pytest.raises(StoreError, match="rag ingest"):
        open_default(settings)
    assert not (tmp_path / "store").exists()


def test_one_question_can_be_asked_without_opening_an_archive(
    store: Path, folder: Path, model: SentenceEmbedder
) -> None:
    with Archive.open(store, embedder=model) as archive:
        archive.ingest(folder)
        expected = archive.ask(CALM, limit=1)
    assert rag.ask(CALM, store=store, limit=1) == expected
    assert expected.quotes[0].text == CALM


def test_one_question_to_a_store_that_is_not_there_does_not_make_it(store: Path) -> None:
    with pytest.raises(StoreError, match="rag ingest"):
        rag.ask(CALM, store=store)
    assert not store.exists()


def test_the_errors_of_a_store_can_be_caught_as_one() -> None:
    assert issubclass(StoreBusyError, StoreError)
    assert issubclass(StoreError, rag.RagError)
