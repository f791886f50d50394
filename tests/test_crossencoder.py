"""The reading model that ships: its tokens stand where they say, and it tells answers apart."""

import math
import re
from hashlib import sha256
from pathlib import Path

import pytest
from safetensors.torch import load_file, save_file

from rag.crossencoder import FOLDER, WEIGHTS, WINDOW, CrossEncoder
from rag.embedding import find_shipped
from rag.errors import ModelError

MOST_MEGABYTES = 25
EXOTIC = "İzmir’s “old” port — naïve, 🚢 shut.\u00a0水门 closed."


@pytest.fixture(scope="module")
def reading() -> CrossEncoder:
    return CrossEncoder(find_shipped())


@pytest.fixture(scope="module")
def exact() -> CrossEncoder:
    return CrossEncoder(find_shipped(), half=False)


def test_the_tokens_of_a_text_are_where_they_say(reading: CrossEncoder) -> None:
    (tokens,) = reading.read("Is the port shut?", [EXOTIC])
    assert all(span.end <= len(EXOTIC) for span in tokens.spans)
    assert list(tokens.spans) == sorted(tokens.spans)
    assert {"port", "shut"} <= {span.cut(EXOTIC) for span in tokens.spans}


def test_every_token_has_every_score(reading: CrossEncoder) -> None:
    (tokens,) = reading.read("Is the port shut?", [EXOTIC])
    for scores in (tokens.answering, tokens.first, tokens.last):
        assert len(scores) == len(tokens.spans)
        assert all(map(math.isfinite, scores))


def test_a_text_reads_the_same_alone_and_among_others(exact: CrossEncoder) -> None:
    (alone,) = exact.read("Is the port shut?", [EXOTIC])
    _, among = exact.read("Is the port shut?", ["The ferry left. " * 20, EXOTIC])
    assert among.spans == alone.spans
    assert among.answering == pytest.approx(alone.answering, abs=1e-3)


def test_half_precision_reads_nearly_the_same(exact: CrossEncoder) -> None:
    half = CrossEncoder(find_shipped(), half=True)
    for text in (EXOTIC, "At the helm stood Ilse Brandt. " + "The ferry left the port. " * 30):
        (asked,) = exact.read("Who captained the ferry?", [text])
        (again,) = half.read("Who captained the ferry?", [text])
        assert again.spans == asked.spans
        # Of 384 passages read for golden questions, no token differed by more than 0.18.
        assert again.answering == pytest.approx(asked.answering, abs=0.3)
        assert again.answering != asked.answering


def test_a_text_longer_than_the_window_is_read_to_its_end(reading: CrossEncoder) -> None:
    text = "The ferry left the port. " * 200 + "Ilse Brandt was its captain."
    (tokens,) = reading.read("Who captained the ferry?", [text])
    assert len(tokens.spans) > WINDOW
    assert tokens.spans[-1].end == len(text)
    best = max(range(len(tokens.spans)), key=lambda place: tokens.answering[place])
    assert tokens.spans[best].start >= text.rindex("Ilse")


@pytest.mark.parametrize("question", ["水" * 2_000, "why " * 2_000 + "did it sink?", "?"])
def test_a_question_of_any_length_is_read(reading: CrossEncoder, question: str) -> None:
    (tokens,) = reading.read(question, ["The ferry sank in a storm."])
    assert len(tokens.spans) == 7


def test_a_text_without_words_has_no_tokens(reading: CrossEncoder) -> None:
    (tokens,) = reading.read("Who?", ["\u200b"])
    assert tokens.spans == ()
    assert reading.read("Who?", []) == []


def test_a_sentence_that_answers_scores_above_one_that_does_not(reading: CrossEncoder) -> None:
    right, wrong = reading.read(
        "Who captained the ship?",
        ["At the helm stood Ilse Brandt.", "The ship was painted white in spring."],
    )
    assert max(right.answering) > max(wrong.answering)


def test_missing_weights_are_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="reinstall"):
        CrossEncoder(find_shipped(), folder=tmp_path)


def test_weights_that_lack_a_layer_are_a_clear_error(tmp_path: Path) -> None:
    weights = load_file(FOLDER / WEIGHTS)
    lacking = {name: each for name, each in weights.items() if ".layer.5." not in name}
    save_file(lacking, tmp_path / WEIGHTS)
    with pytest.raises(ModelError, match="reinstall"):
        CrossEncoder(find_shipped(), folder=tmp_path)


def test_the_weights_are_small_and_the_ones_of_the_model_card() -> None:
    weights = (FOLDER / WEIGHTS).read_bytes()
    card = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert len(weights) <= MOST_MEGABYTES * 2**20
    assert re.findall(r"\b[0-9a-f]{64}\b", card) == [sha256(weights).hexdigest()]
