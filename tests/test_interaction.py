"""The reading model that ships: its tokens stand where they say, and it tells answers apart."""

import re
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest

from rag.embedding import find_shipped
from rag.errors import ModelError
from rag.interaction import FOLDER, LONGEST_QUESTION, WEIGHTS, WINDOW, InteractionModel

MOST_MEGABYTES = 25
EXOTIC = "İzmir’s “old” port — naïve, 🚢 shut.\u00a0水门 closed."


@pytest.fixture(scope="module")
def reading() -> InteractionModel:
    return InteractionModel(find_shipped())


def test_the_tokens_of_a_passage_are_where_they_say(reading: InteractionModel) -> None:
    (tokens,) = reading.encode_passages([EXOTIC])
    assert tokens.vectors.shape == (len(tokens.spans), 384)
    assert all(span.end <= len(EXOTIC) for span in tokens.spans)
    assert list(tokens.spans) == sorted(tokens.spans)
    assert {"port", "shut"} <= {span.cut(EXOTIC) for span in tokens.spans}


def test_every_vector_has_unit_length(reading: InteractionModel) -> None:
    question = reading.encode_question("Is the old port shut?")
    (tokens,) = reading.encode_passages([EXOTIC])
    for vectors in (question.vectors, tokens.vectors):
        assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-4)


def test_what_the_tokens_of_a_question_count_adds_up_to_one(reading: InteractionModel) -> None:
    question = reading.encode_question("Is the old port shut?")
    assert len(question.weights) == len(question.vectors)
    assert question.weights.min() >= 0
    assert question.weights.sum() == pytest.approx(1, abs=1e-4)


def test_a_passage_reads_the_same_alone_and_among_others(reading: InteractionModel) -> None:
    (alone,) = reading.encode_passages([EXOTIC])
    among, _ = reading.encode_passages([EXOTIC, "The ferry left. " * 20])
    assert among.spans == alone.spans
    assert among.vectors == pytest.approx(alone.vectors, abs=1e-4)


def test_what_is_beyond_the_window_is_not_read_and_no_error(reading: InteractionModel) -> None:
    (tokens,) = reading.encode_passages(["port " * 1_000])
    assert 0 < len(tokens.spans) <= WINDOW
    question = reading.encode_question("水" * LONGEST_QUESTION * 2)
    assert np.isfinite(question.vectors).all()


def test_an_empty_text_has_no_tokens(reading: InteractionModel) -> None:
    (tokens,) = reading.encode_passages(["\u200b"])
    assert tokens.spans == ()
    assert reading.encode_passages([]) == []


def test_a_sentence_that_answers_is_nearer_than_one_that_does_not(
    reading: InteractionModel,
) -> None:
    question = reading.encode_question("Who captained the ship?")
    likenesses = [
        float((question.vectors @ tokens.vectors.T).max(axis=1) @ question.weights)
        for tokens in reading.encode_passages(
            ["At the helm stood Ilse Brandt.", "The ship was painted white in spring."]
        )
    ]
    assert likenesses[0] > likenesses[1]


def test_missing_weights_are_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="reinstall"):
        InteractionModel(find_shipped(), folder=tmp_path)


def test_the_weights_are_small_and_the_ones_of_the_model_card() -> None:
    weights = (FOLDER / WEIGHTS).read_bytes()
    card = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert len(weights) <= MOST_MEGABYTES * 2**20
    assert re.findall(r"\b[0-9a-f]{64}\b", card) == [sha256(weights).hexdigest()]
