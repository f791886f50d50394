"""What the reader is trained on, and that it is used as it was trained."""

import json
import re
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
import torch

from rag.crossencoder import FOLDER, WEIGHTS, CrossEncoder
from rag.embedding import find_shipped
from rag.reader import Reader
from rag.types import Hit, Span
from tests import making
from tests.hashing_embedder import HashingEmbedder
from training import averaging, datasets, layouts
from training.datasets import Asked, Neighbours, Paragraph, join_sentences
from training.examples import batches, draw, mistype
from training.synonyms import reword
from training.train_reader import (
    JointReader,
    load_weights,
    measure_example,
    place_tokens,
    score_sentences,
)
from training.variants import add_questions, vary

WRITTEN = Path(datasets.__file__).parent / "data"
TEXT = "The ferry sank off Sarn. Ilse Brandt steered it. Nobody was hurt."


def squad(title: str, *asked: dict[str, Any]) -> dict[str, Any]:
    return {"title": title, "paragraphs": [{"context": f"{title}: {TEXT}", "qas": list(asked)}]}


def row(question: str, answer: str, title: str) -> dict[str, Any]:
    start = f"{title}: {TEXT}".index(answer)
    return {
        "id": f"{title}-{start}",
        "question": question,
        "answers": [{"text": answer, "answer_start": start}],
    }


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """A set of the project's own of twelve articles, and one that was written over the same."""
    titles = [f"A_{number}" for number in range(12)]
    for name in ("hard_x.json", "other.json"):
        data = [squad(each, row("Who steered?", "Ilse Brandt", each)) for each in titles]
        (tmp_path / name).write_text(json.dumps({"data": data}), encoding="utf-8")
    return [tmp_path / "hard_x.json", tmp_path / "other.json"]


def test_what_is_kept_out_of_one_set_is_kept_out_of_all(files: list[Path]) -> None:
    trained = datasets.read(files)
    kept = datasets.read(files, held_out=True)
    assert {each.title for each in kept} == {"A 0", "A 10"}
    assert not {each.title for each in trained} & {each.title for each in kept}
    assert len(trained) == 20
    assert len(kept) == 2


def test_an_answer_marks_its_sentence_and_its_words(files: list[Path]) -> None:
    paragraph = datasets.read(files)[0]
    (asked,) = paragraph.asked
    (number,) = asked.right
    assert paragraph.spans[number].cut(paragraph.text) == "Ilse Brandt steered it."
    assert [each.cut(paragraph.text) for each in asked.answers] == ["Ilse Brandt"]


def test_a_title_moves_every_span(files: list[Path]) -> None:
    plain = datasets.read(files)[0]
    titled = datasets.put_title(plain)
    assert titled.text == f"A 1\n{plain.text}"
    for before, after in zip(plain.spans, titled.spans, strict=True):
        assert before.cut(plain.text) == after.cut(titled.text)
    assert titled.asked[0].answers[0].cut(titled.text) == "Ilse Brandt"


def test_paragraphs_of_one_text_become_one_with_all_questions(files: list[Path]) -> None:
    folded = datasets.fold(datasets.read(files))
    assert len(folded) == 10
    assert all(len(each.asked) == 2 for each in folded)


def test_the_written_newswire_is_whole() -> None:
    file = WRITTEN / "newswire.jsonl"
    paragraphs = [*datasets.read([file]), *datasets.read([file], held_out=True)]
    assert len(paragraphs) == len(file.read_text("utf-8").splitlines())
    for paragraph in paragraphs:
        assert paragraph.title
        assert all(span.cut(paragraph.text).strip() for span in paragraph.spans)
        for asked in paragraph.asked:
            assert asked.right <= set(range(len(paragraph.spans)))
            assert bool(asked.right) != (asked.kind == "unanswerable")


@pytest.mark.parametrize("name", sorted(datasets.STORIES))
def test_the_written_stories_are_whole(name: str) -> None:
    file = WRITTEN / name
    paragraphs = [*datasets.read([file]), *datasets.read([file], held_out=True)]
    stories: dict[str, list[Paragraph]] = {}
    for each in paragraphs:
        stories.setdefault(each.story, []).append(each)
    assert len(stories) == len(file.read_text("utf-8").splitlines())
    for reports in stories.values():
        for several in zip(*(each.asked for each in reports), strict=True):
            (kind,) = {each.kind for each in several}
            assert any(each.right for each in several) != (kind == "unanswerable")
        for each in reports:
            assert all(asked.right <= set(range(len(each.spans))) for asked in each.asked)


def test_nothing_of_the_development_set_is_trained_on() -> None:
    file = WRITTEN / datasets.DEVELOPMENT
    assert not datasets.read([file])
    trained = datasets.read([WRITTEN / name for name in sorted(datasets.STORIES)])
    kept = {each.story for each in datasets.read([file], held_out=True)}
    assert kept.isdisjoint(each.story for each in trained)


def report(story: str, text: str, *right: set[int]) -> Paragraph:
    spans = making.cut(making.article(text), budget=1_000)[0].sentences
    asked = tuple(Asked(f"{story} {at}?", frozenset(each)) for at, each in enumerate(right))
    return Paragraph("", "Title", text, spans, asked, story)


def test_of_a_story_of_many_reports_four_are_read_those_that_answer_among_them() -> None:
    right: list[set[int]] = [set(), set(), set(), set(), set(), {0}, {0}]
    paragraphs = [report("flood", f"Report {at}.", each) for at, each in enumerate(right)]
    drawn = [
        set(re.findall(r"Report \d\.", "\n".join(each.text for each in example.paragraphs)))
        for seed in range(9)
        for example in draw(paragraphs, {}, seed)
    ]
    assert all(len(read) == 4 and {"Report 5.", "Report 6."} <= read for read in drawn)
    assert len(set(map(frozenset, drawn))) > 1


def test_the_reports_of_a_story_are_read_together_and_others_with_a_neighbour() -> None:
    paragraphs = [
        report("flood", "The dam broke. Ada ran.", {0}, set()),
        report("flood", "It broke on Monday.", {0}, set()),
        report("", "A mill burnt. It was old.", {1}),
    ]
    examples = [each for seed in range(30) for each in draw(paragraphs, {(2, 0): [0]}, seed)]
    drawn = {
        (each.asked[0].text, tuple(len(asked.right) for asked in each.asked)) for each in examples
    }
    assert drawn == {
        *(("flood 0?", (1, 1)), ("flood 0?", (2,)), ("flood 1?", (0, 0)), ("flood 1?", (0,))),
        *((" 0?", (1,)), (" 0?", (1, 0))),
    }
    batched = [each for batch in batches(examples, 1) for each in batch]
    assert len(batched) == len(examples)


def test_a_neighbour_of_a_story_takes_the_place_of_one_of_its_reports() -> None:
    paragraphs = [report("flood", f"Report {at}.", {0} if at == 3 else set()) for at in range(5)]
    paragraphs.append(report("fire", "A mill burnt.", set()))
    examples = [each for seed in range(40) for each in draw(paragraphs, {(0, 0): [5]}, seed)]
    drawn = [each for each in examples if each.asked[0].text == "flood 0?"]
    beside = ["A mill burnt." in each.paragraphs[-1].text for each in drawn]
    assert set(beside) == {True, False}
    assert {sum(len(one.spans) for one in each.paragraphs) for each in drawn} == {4}
    for each, neighboured in zip(drawn, beside, strict=True):
        assert sum(bool(asked.right) for asked in each.asked) == 1
        assert not (neighboured and each.asked[-1].right)


def test_the_loss_falls_as_a_right_sentence_of_any_report_rises() -> None:
    asked = [
        Asked("Who?", frozenset({0})),
        Asked("Who?", frozenset()),
        Asked("Who?", frozenset({1})),
    ]
    flat = torch.zeros(3, 2)
    level = measure_example(flat, range(3), asked)
    for row, column, better in ((0, 0, True), (2, 1, True), (1, 0, False), (0, 1, False)):
        raised = flat.clone()
        raised[row, column] += 1
        assert bool(measure_example(raised, range(3), asked) < level) is better
    silent = [Asked("Who?", frozenset())] * 3
    assert measure_example(flat - 5, range(3), silent) < measure_example(flat, range(3), silent)


def test_a_neighbour_shares_words_and_does_not_hold_the_answer() -> None:
    texts = [TEXT, "The ferry sank in June.", "A ferry sank: Ilse Brandt swam.", "Rain fell."]
    spans = making.cut(making.article(TEXT))[0].sentences
    paragraphs = [Paragraph("", "", text, (), ()) for text in texts]
    answer = Span(spans[1].start, spans[1].start + len("Ilse Brandt"))
    asked = Asked("Who steered the ferry that sank?", frozenset({1}), (answer,))
    vectors = np.eye(4, dtype=np.float32)
    found = Neighbours(paragraphs, vectors).find(asked, paragraphs[0], vectors[3], limit=2)
    assert found == [1, 3]


def test_a_neighbour_of_a_story_is_none_of_its_reports() -> None:
    paragraphs = [
        report("flood", "The dam broke.", {0}),
        report("flood", "The dam broke on Monday.", set()),
        report("fire", "The dam stood.", set()),
    ]
    index = Neighbours(paragraphs, np.eye(3, dtype=np.float32))
    asked = Asked("Which dam broke?", frozenset({0}))
    assert index.find(asked, paragraphs[0], np.ones(3, dtype=np.float32), limit=4) == [2]


def test_a_mistyped_question_differs_by_a_letter_or_two() -> None:
    import random

    order = random.Random(1)
    for _ in range(50):
        assert abs(len(mistype("Who steered it?", order)) - len("Who steered it?")) <= 1


def test_sentences_are_scored_in_use_as_they_were_in_training() -> None:
    model = JointReader()
    model.load_state_dict(load_weights(FOLDER / WEIGHTS), strict=False)
    model.eval()
    (passage,) = making.cut(making.article(TEXT))
    paragraph = Paragraph("", "", TEXT, passage.sentences, ())
    encoded = model.encode([("Who steered the ferry?", TEXT)])
    with torch.inference_mode():
        trained = score_sentences(model(encoded), place_tokens(encoded, [paragraph]))[0].tolist()
    # Training multiplies in float32, so reading does here, too; bfloat16 is held to it elsewhere.
    reader = Reader(
        read_texts=CrossEncoder(find_shipped(), half=False).read,
        encode=HashingEmbedder().encode,
    )
    read = reader.collect("Who steered the ferry?", [Hit(passage, 1.0)])
    by_span = {span: evidence.reading for _, span, evidence, _ in read}
    used = [by_span[span] for span in passage.sentences]
    assert used == pytest.approx(trained, abs=1e-3)
    assert max(used) == used[1]


def test_a_question_of_when_or_why_becomes_one_of_whether_only_where_it_is_answered() -> None:
    order = Random(1)
    made = {vary("Why did the mayor resign?", answered=True, order=order) for _ in range(60)}
    assert "Did the mayor resign?" in made
    made = {vary("Why did the mayor resign?", answered=False, order=order) for _ in range(60)}
    assert "Did the mayor resign?" not in made
    made = {vary("How many fled?", answered=True, order=order) for _ in range(60)}
    assert made <= {"How many fled?", "How many escaped?", "fled", "escaped"}


def test_questions_about_speakers_and_names_are_answered_where_they_speak_and_are_explained() -> (
    None
):
    row = {
        "title": "Wall",
        "sentences": [
            "The mayor, Odile Farrant, toured the wall.",
            "The wall was sound, Odile Farrant said.",
            "The Sarn Council, a body of nine, met.",
        ],
    }
    told = join_sentences(row, (), story="Wall")
    other = join_sentences({"title": "Rain", "sentences": ["It rained."]}, (), story="Wall")
    grown = add_questions([told, other], 1)
    made = {each.text: each.right for each in grown[0].asked}
    assert made["Who is Odile Farrant?"] == {0}
    assert made["What is the Sarn Council?"] == {2}
    assert {1} in [right for text, right in made.items() if text.startswith("What did Odile")]
    assert [each.text for each in grown[1].asked] == list(made)
    assert not any(each.right for each in grown[1].asked)


def test_a_question_is_reworded_in_the_same_forms() -> None:
    order = Random(3)
    made = {reword("Were a blast and tremors near Moscow denied?", order) for _ in range(200)}
    assert "Were an explosion and quakes close to Moscow rejected?" in made
    assert {each.split()[4] for each in made} == {"tremors", "quakes", "earthquakes"}
    assert all("Moscow" in each for each in made)
    assert "What did the Kremlin want?" in {
        reword("What did Moscow want?", order) for _ in range(20)
    }


def test_the_mean_of_two_models_lies_between_them() -> None:
    first, second = ({"head": torch.tensor([value, 0.0])} for value in (1.0, 4.0))
    mean = averaging.average([first, second])
    assert mean["head"].tolist() == [2.5, 0.0]
    assert mean["head"].dtype == torch.float16


def quote(texts: Sequence[layouts.Text]) -> list[str]:
    return [
        paragraph.spans[number].cut(paragraph.text)
        for paragraph, asked in texts
        for number in sorted(asked.right)
    ]


def name(texts: Sequence[layouts.Text]) -> list[str]:
    return [span.cut(paragraph.text) for paragraph, asked in texts for span in asked.answers]


def titled(story: str, text: str, right: set[int]) -> layouts.Text:
    paragraph = datasets.put_title(report(story, text, right))
    return paragraph, paragraph.asked[0]


def test_two_reports_are_read_as_one_under_the_title_of_the_first() -> None:
    first = titled("flood", "Rain fell. The river rose.", {1})
    second = titled("flood", "Boats came. Nobody slept.", {0})
    joined, asked = layouts.join(first, second)
    assert joined.text == "Title\nRain fell. The river rose.\nBoats came. Nobody slept."
    assert quote([(joined, asked)]) == ["The river rose.", "Boats came."]


def test_a_paragraph_in_two_parts_has_its_title_over_both(files: list[Path]) -> None:
    paragraph = datasets.put_title(datasets.read(files)[0])
    parts = layouts.cut(paragraph, paragraph.asked[0], 1)
    assert [each.text for each, _ in parts] == [
        "A 1\nA_1: The ferry sank off Sarn.",
        "A 1\nIlse Brandt steered it. Nobody was hurt.",
    ]
    assert quote(parts) == ["Ilse Brandt steered it."]
    assert name(parts) == ["Ilse Brandt"]


def test_what_is_laid_out_anew_has_the_same_right_sentences() -> None:
    long = "The tide rose over the quay at night. " * 20
    story = [titled("flood", f"Rain fell on {day}.", {0}) for day in ("Monday", "Friday", "Sunday")]
    for texts in (story, [titled("", long, {3, 18}), titled("", "A dam broke.", set())]):
        every = [layouts.lay_out(texts, Random(seed)) for seed in range(9)]
        assert len({len(each) for each in every}) == 2
        assert all(quote(each) == quote(texts) for each in every)


def test_a_neighbour_of_another_story_stays_by_itself() -> None:
    own, other = titled("flood", "Rain fell.", {0}), titled("fire", "It burnt.", set())
    assert all(layouts.lay_out([own, other], Random(seed)) == [own, other] for seed in range(9))
