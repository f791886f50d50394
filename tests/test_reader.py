"""The reader scores every sentence of the passages it is given, in their context."""

from dataclasses import astuple, fields, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.lexical import analyze
from rag.reader import WEIGHTS, Evidence, Reader, align, share, weigh
from rag.types import Article, Passage, ScoredSpan, WeighedTokens
from tests import making
from tests.hashing_embedder import HashingEmbedder
from tests.strategies import quotable

evidences = st.builds(Evidence, *[st.floats(-1, 1)] * len(fields(Evidence)))


def read(
    question: str, passages: list[Passage], embedder: HashingEmbedder | None = None
) -> tuple[ScoredSpan, ...]:
    model = embedder or HashingEmbedder()
    reader = Reader(
        encode_question=model.encode_question,
        encode_passages=model.encode_passages,
        analyze=analyze,
        rarity=lambda _: 1.0,
    )
    return reader.read(question, analyze(question), passages)


def test_without_passages_nothing_is_scored() -> None:
    assert read("Who left?", []) == ()


def test_the_sentence_in_the_words_of_the_question_is_best() -> None:
    (passage,) = making.cut(making.article(making.FERRY.replace("\n\n", " ")), budget=100)
    best = read("Who saw smoke above the stern?", [passage])[0]
    assert passage.cut(best.span) == "A fisherman saw smoke above the stern an hour later."


def test_a_sentence_beyond_the_window_of_the_model_is_still_scored() -> None:
    (passage,) = making.cut(making.article("Rain fell. The river rose. Nobody slept."))
    scored = read("Nobody slept?", [passage], HashingEmbedder(window=3))
    assert {each.span for each in scored} == set(passage.sentences)


@given(quotable, st.text(st.characters(codec="utf-8"), min_size=1, max_size=30))
def test_every_sentence_is_scored_once_as_a_probability_best_first(
    article: Article, question: str
) -> None:
    passages = list(making.cut(article, budget=12))
    scored = read(question, passages)
    assert sorted(each.span for each in scored) == sorted(
        span for passage in passages for span in passage.sentences
    )
    assert all(0 <= each.score <= 1 for each in scored)
    assert [each.score for each in scored] == sorted((e.score for e in scored), reverse=True)


@given(quotable)
def test_the_order_of_the_passages_does_not_matter(article: Article) -> None:
    passages = list(making.cut(article, budget=12))
    forward, backward = (read("Who said so?", each) for each in (passages, passages[::-1]))
    assert [each.span for each in forward] == [each.span for each in backward]


@given(evidences, st.sampled_from([each.name for each in fields(Evidence)]), st.floats(0, 1))
def test_more_of_what_counts_for_a_sentence_never_makes_it_less_probable(
    evidence: Evidence, name: str, more: float
) -> None:
    raised = replace(evidence, **{name: getattr(evidence, name) + more})
    if getattr(WEIGHTS.evidence, name) >= 0:
        assert weigh(raised, WEIGHTS) >= weigh(evidence, WEIGHTS)


def test_the_shipped_weights_are_numbers() -> None:
    assert np.isfinite([*astuple(WEIGHTS.evidence), WEIGHTS.bias]).all()


@pytest.mark.parametrize(
    ("held", "expected"), [(set(), 0.0), ({"dam"}, 0.75), ({"dam", "wall", "sea"}, 1.0)]
)
def test_a_share_is_weighed_by_rarity(held: set[str], expected: float) -> None:
    assert share({"dam": 3.0, "wall": 1.0}, held) == expected


def test_a_question_without_words_has_no_share() -> None:
    assert share({}, {"dam"}) == 0.0


def test_alignment_is_the_weighed_mean_of_the_best_cosines() -> None:
    likenesses = np.array([[1.0, 0.2], [-1.0, 0.0]], dtype=np.float32)
    assert align(likenesses, weighed(0.5, 0.5)) == pytest.approx(0.5)
    assert align(likenesses, weighed(0.9, 0.1)) == pytest.approx(0.9)


def test_alignment_without_tokens_is_nothing() -> None:
    assert align(np.zeros((2, 0), np.float32), weighed(0.5, 0.5)) == 0.0
    assert align(np.zeros((0, 2), np.float32), weighed()) == 0.0


def weighed(*weights: float) -> WeighedTokens:
    vectors = np.zeros((len(weights), 2), dtype=np.float32)
    return WeighedTokens(vectors, np.array(weights, dtype=np.float32))
