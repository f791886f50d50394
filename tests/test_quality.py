"""The model that ships, on the corpus that ships: what the first minute of use must show."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from rag import evaluation
from rag.answering import Archive
from rag.types import Answer
from tests import tables
from tests.conftest import CORPUS

GOLDEN = tables.FOLDER / "golden.jsonl"
ROWS = tables.read("golden")
CONVERSATIONS = tables.read("conversations")


@pytest.fixture(scope="module")
def answers(corpus_archive: Archive) -> list[Answer]:
    """The answers to every fourth golden question, so of every kind; all would take a minute."""
    questions = evaluation.read_questions(GOLDEN)[::4]
    return [corpus_archive.ask(each.question) for each in questions]


def test_the_leader_of_the_aleppo_army_is_named_first(corpus_archive: Archive) -> None:
    answer = corpus_archive.ask("Who leads the Aleppo Army?")
    assert answer.found
    assert "Abu Abdelrahman Nour" in answer.quotes[0].text


def test_what_the_corpus_does_not_say_is_not_answered(corpus_archive: Archive) -> None:
    answer = corpus_archive.ask("How many calories are in a banana?")
    assert not answer.found
    assert answer.quotes == ()
    assert answer.nearest
    assert answer.confidence < 0.5


def test_a_follow_up_finds_what_it_leans_on(corpus_archive: Archive) -> None:
    answer = corpus_archive.ask("Who leads it?", history=["What is the Aleppo Army?"])
    shown = [quote.text for quote in (*answer.quotes, *answer.nearest)]
    assert any("Nour" in text for text in shown)


def test_every_golden_answer_is_cut_from_its_article(
    corpus_archive: Archive, answers: list[Answer]
) -> None:
    for answer in answers:
        assert bool(answer.quotes) != bool(answer.nearest)
        for quote in (*answer.quotes, *answer.nearest):
            text = corpus_archive.article(quote.source.id).text
            assert text[quote.span.start : quote.span.end] == quote.text
            assert text in Path(quote.source.path).read_text("utf-8")


def test_the_same_question_gets_the_same_answer(
    corpus_archive: Archive, answers: list[Answer]
) -> None:
    for answer in answers[:4]:
        assert corpus_archive.ask(answer.question) == answer


def test_follow_ups_of_many_kinds_have_answers_and_their_wording_by_hand() -> None:
    assert len({row["id"] for row in CONVERSATIONS}) == len(CONVERSATIONS) >= 80
    for row in CONVERSATIONS:
        assert set(row) == {"id", "history", "question", "alone", "answers"}
        assert all(row[key] for key in row)


def test_golden_questions_have_ids_and_words_of_their_own() -> None:
    assert len({row["id"] for row in ROWS}) == len({row["question"] for row in ROWS}) == len(ROWS)
    assert {"id", "kind", "question", "answers"} == {key for row in ROWS for key in row}
    assert any(not row["answers"] for row in ROWS)


@pytest.mark.parametrize("row", [*ROWS, *CONVERSATIONS], ids=lambda row: row["id"])
def test_a_golden_answer_stands_in_one_place_of_its_article(row: tables.Row) -> None:
    for answer in row["answers"]:
        assert set(answer) == {"article", "contains"}
        assert (CORPUS / answer["article"]).read_text("utf-8").count(answer["contains"]) == 1


def test_every_article_of_the_corpus_says_what_it_is(corpus_archive: Archive) -> None:
    sources = corpus_archive.articles()
    assert len(sources) == len(list(CORPUS.glob("2*.md")))
    for source in sources:
        assert source.title
        assert source.publisher
        assert source.published
        assert Path(source.path).name.startswith(source.published.isoformat())


def test_several_threads_may_ask_at_once(corpus_archive: Archive, answers: list[Answer]) -> None:
    asked = [answer.question for answer in answers[:8]]
    with ThreadPoolExecutor(max_workers=4) as threads:
        assert list(threads.map(corpus_archive.ask, asked)) == answers[:8]
