"""Counting right and wrong answers over a file of questions with known answers."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag import evaluation
from rag.answering import Archive
from rag.errors import QuestionError
from rag.evaluation import Expected, Figures, GoldenQuestion

CALM = "Captain Ilse Brandt said that the sea was calm."
DENIED = "Mayor Odile Farrant denied that the wall had cracked."
NOTHING = Figures(0, 0, 0, 0, 0, 0, 0)

counts = st.integers(0, 50)


def golden(question: str, *answers: Expected, kind: str = "factoid") -> GoldenQuestion:
    return GoldenQuestion("g", kind, question, answers)


def write(folder: Path, *rows: Any) -> Path:
    path = folder / "golden.jsonl"
    path.write_text("\n".join(each if isinstance(each, str) else json.dumps(each) for each in rows))
    return path


@pytest.mark.parametrize(
    ("question", "figures"),
    [
        (golden(CALM, Expected("ferry.md", "sea was calm")), Figures(1, 0, 1, 1, 0, 0, 0)),
        (golden(CALM, Expected("dam.md", "sea was calm")), Figures(1, 0, 0, 0, 0, 0, 0)),
        (golden(CALM, Expected("ferry.md", "two lifeboats")), Figures(1, 0, 0, 0, 0, 0, 0)),
        (
            golden(DENIED, Expected("ferry.md", "x"), Expected("dam.md", "wall had cracked")),
            Figures(1, 0, 1, 1, 0, 0, 0),
        ),
        (golden("Which zebra painted marmalade?"), Figures(0, 1, 0, 0, 1, 0, 0)),
        (
            golden("Which zebra painted marmalade?", Expected("ferry.md", "sea was calm")),
            Figures(1, 0, 0, 0, 0, 1, 0),
        ),
        (golden(CALM), Figures(0, 1, 0, 0, 0, 0, 0)),
    ],
)
def test_one_question_is_counted(
    archive: Archive, question: GoldenQuestion, figures: Figures
) -> None:
    assert evaluation.score(question, archive.ask(question.question), archive) == figures


def test_questions_are_counted_together_and_by_kind(archive: Archive) -> None:
    seen: list[tuple[int, int]] = []
    figures = evaluation.evaluate(
        archive,
        [
            golden(CALM, Expected("ferry.md", "sea was calm"), kind="said"),
            golden(DENIED, Expected("dam.md", "wall had cracked"), kind="said"),
            golden("Which zebra painted marmalade?", kind="absent"),
        ],
        progress=lambda *each: seen.append(each),
    )
    assert figures == {
        "all": Figures(2, 1, 2, 2, 1, 0, 0),
        "said": Figures(2, 0, 2, 2, 0, 0, 0),
        "absent": Figures(0, 1, 0, 0, 1, 0, 0),
    }
    assert seen == [(1, 3), (2, 3), (3, 3)]


@given(counts, counts, counts)
def test_f1_is_the_harmonic_mean_of_precision_and_recall(
    rightly: int, wrongly: int, missed: int
) -> None:
    figures = Figures(100, rightly + missed, 0, 0, rightly, wrongly, 0)
    precision = rightly / (rightly + wrongly) if rightly + wrongly else 0.0
    recall = rightly / (rightly + missed) if rightly + missed else 0.0
    total = precision + recall
    expected = 2 * precision * recall / total if total else 0.0
    assert figures.abstention_f1 == pytest.approx(expected)


def test_figures_are_shown_as_text_and_json() -> None:
    figures = {"all": Figures(4, 2, 3, 4, 1, 1, 0), "none": Figures(0, 2, 0, 0, 1, 0, 0)}
    _, total, none = evaluation.as_text(figures).splitlines()
    assert total.split() == ["all", "6", "0.75", "1.00", "1/2,", "1", "0.50", "0"]
    assert none.split()[:4] == ["none", "2", "-", "-"]
    shown = evaluation.as_json(figures)
    assert shown["all"]["right_first"] == 3
    assert shown["all"]["abstention_f1"] == 0.5
    assert json.loads(json.dumps(shown)) == shown


def test_a_file_of_questions_is_read(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        {"id": 1, "question": "Who?", "answers": [{"article": "a.md", "contains": "Ann"}]},
        {"id": "b", "kind": "absent", "question": "Why?", "answers": [], "history": ["Who?"]},
    )
    assert evaluation.read_questions(path) == (
        GoldenQuestion("1", "", "Who?", (Expected("a.md", "Ann"),)),
        GoldenQuestion("b", "absent", "Why?", (), ("Who?",)),
    )


def test_a_question_is_asked_as_one_that_follows_those_before_it(archive: Archive) -> None:
    asked = GoldenQuestion(
        "f",
        "",
        "What did she deny?",
        (Expected("dam.md", "wall had cracked"),),
        ("Who is Odile Farrant?",),
    )
    assert evaluation.evaluate(archive, [asked])["all"].right_first == 1


@pytest.mark.parametrize(
    "row",
    [
        "not json",
        "[]",
        "7",
        '"text"',
        {"question": "Who?", "answers": []},
        {"id": 1, "answers": []},
        {"id": 1, "question": "Who?"},
        {"id": 1, "question": "Who?", "answers": None},
        {"id": 1, "question": "Who?", "answers": [{"article": "a.md"}]},
        {"id": 1, "question": "Who?", "answers": [{"article": "a", "contains": "b", "more": 1}]},
        {"id": 1, "question": None, "answers": []},
        {"id": 1, "question": "Why?", "answers": [], "history": [1]},
        {"id": 1, "question": "Why?", "answers": [], "history": None},
        {"id": 1, "question": "Why?", "answers": [], "history": "Who?"},
        {"id": 1, "question": "Who?", "answers": [{"article": "a.md", "contains": 5}]},
        "[" * 100_000,
    ],
)
def test_a_line_that_is_no_question_is_named(tmp_path: Path, row: Any) -> None:
    path = write(tmp_path, {"id": 1, "question": "Who?", "answers": []}, row)
    with pytest.raises(QuestionError, match=r"golden\.jsonl:2"):
        evaluation.read_questions(path)


@pytest.mark.parametrize("content", [None, b"\xff\xfe\xfa"])
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "golden.jsonl"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(QuestionError, match=r"golden\.jsonl cannot be read"):
        evaluation.read_questions(path)


def test_no_questions_give_figures_of_nothing(archive: Archive, tmp_path: Path) -> None:
    questions = evaluation.read_questions(write(tmp_path))
    assert evaluation.evaluate(archive, questions) == {"all": NOTHING}
