"""The reader scores every sentence of the passages it is given, in their context."""

import math
import re
from collections.abc import Sequence
from dataclasses import astuple, fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.reader import (
    LONGEST_ANSWER,
    ROUND,
    SHORTLIST,
    SURE,
    WEIGHTS,
    Evidence,
    Reader,
    ReadTexts,
    add_up,
    find_answer,
    weigh,
)
from rag.types import Article, Hit, Passage, ScoredSpan, Span, TokenScores
from tests import making
from tests.hashing_embedder import HashingEmbedder
from tests.strategies import quotable

evidences = st.builds(Evidence, *[st.floats(-1, 1)] * len(fields(Evidence)))


def read(
    question: str,
    passages: Sequence[Passage],
    embedder: HashingEmbedder | None = None,
    *,
    several: bool = False,
) -> tuple[ScoredSpan, ...]:
    model = embedder or HashingEmbedder()
    hits = [Hit(passage, 1.0) for passage in passages]
    return reader(model.read).read(question, hits, to_the_end=several)


def reader(read_texts: ReadTexts) -> Reader:
    return Reader(
        read_texts=read_texts,
        encode=HashingEmbedder().encode,
    )


def test_without_passages_nothing_is_scored() -> None:
    assert read("Who left?", []) == ()


def test_the_sentence_in_the_words_of_the_question_is_best() -> None:
    (passage,) = making.cut(making.article(making.FERRY.replace("\n\n", " ")), budget=100)
    best = read("Who saw smoke above the stern?", [passage])[0]
    assert passage.cut(best.span) == "A fisherman saw smoke above the stern an hour later."


def test_a_sentence_that_the_model_has_not_read_is_still_scored() -> None:
    (passage,) = making.cut(making.article("Rain fell. The river rose. Nobody slept."))
    scored = read("Nobody slept?", [passage], HashingEmbedder(window=3))
    assert {each.span for each in scored} == set(passage.sentences)


@given(quotable, st.text(st.characters(codec="utf-8"), min_size=1, max_size=30))
def test_the_likeliest_sentences_are_scored_once_as_a_probability_best_first(
    article: Article, question: str
) -> None:
    passages = list(making.cut(article, budget=12))[:ROUND]
    scored = read(question, passages)
    spans = [span for passage in passages for span in passage.sentences]
    assert len({each.span for each in scored}) == len(scored) == min(len(spans), SHORTLIST)
    assert {each.span for each in scored} <= set(spans)
    assert all(0 <= each.score <= 1 for each in scored)
    assert [each.score for each in scored] == sorted((e.score for e in scored), reverse=True)


def test_an_article_that_lacks_the_name_asked_for_answers_less() -> None:
    (passage,) = making.cut(making.article("The mayor left the town on Monday."))
    (named,) = making.cut(making.article("Brandt left the town on Monday.", name="b"))
    scored = {each.passage: each for each in read("Why did Brandt leave?", [passage, named])}
    alone, *_ = read("Why did he leave?", [passage])
    assert scored[passage].score < min(scored[named].score, alone.score)


def test_of_several_reports_one_that_has_the_name_is_enough() -> None:
    (passage,) = making.cut(making.article("The mayor left the town on Monday."))
    (named,) = making.cut(making.article("Brandt wept.", name="b"))
    question = "Why did Brandt leave?"

    def score(hits: Sequence[Passage], *, several: bool) -> float:
        found = read(question, hits, several=several)
        return next(each.score for each in found if each.passage == passage)

    assert score([passage, named], several=True) > score([passage, named], several=False)
    assert score([passage], several=True) == score([passage], several=False)


@given(quotable)
def test_the_order_of_the_passages_does_not_matter(article: Article) -> None:
    passages = list(making.cut(article, budget=12))[:ROUND]
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
    assert all(map(math.isfinite, [*astuple(WEIGHTS.evidence), WEIGHTS.bias]))


SHIP = "The ship sank. Ilse Brandt steered it."
TOKENS = TokenScores(
    spans=tuple(Span(*match.span()) for match in re.finditer(r"\w+", SHIP)),
    answering=(0.0,) * 7,
    first=(0, 0, 0, 5, 1, 0, 0),
    last=(0, 9, 0, 1, 4, 0, 3),
)


def test_the_words_that_answer_are_the_likeliest_pair_within_the_sentence() -> None:
    answer = find_answer(TOKENS, slice(3, 7), 0, within=Span(15, 38))
    assert answer
    assert answer.cut(SHIP) == "Ilse Brandt"


def test_the_words_that_answer_count_from_the_start_of_the_article() -> None:
    assert find_answer(TOKENS, slice(3, 7), 1_000, within=Span(1_015, 1_038)) == Span(1_015, 1_026)


def test_the_words_that_answer_stay_within_the_sentence() -> None:
    assert find_answer(TOKENS, slice(3, 7), 0, within=Span(15, 20)) == Span(15, 20)


def test_a_sentence_that_was_not_read_has_no_words_that_answer() -> None:
    assert find_answer(TOKENS, slice(7, 7), 0, within=Span(15, 38)) is None


def test_an_answer_is_never_longer_than_answers_are() -> None:
    many = 3 * LONGEST_ANSWER
    tokens = TokenScores(
        spans=tuple(Span(2 * place, 2 * place + 1) for place in range(many)),
        answering=(0.0,) * many,
        first=(9.0, *[0.0] * (many - 1)),
        last=(*[0.0] * (many - 1), 8.0),
    )
    answer = find_answer(tokens, slice(0, many), 0, within=Span(0, 2 * many))
    assert answer
    assert len(answer) <= 2 * LONGEST_ANSWER


def test_the_title_is_read_before_the_passage_and_answers_nothing() -> None:
    article = making.article("It sank. Nobody was hurt.", title="Ferry Brandt sank off Sarn")
    (passage,) = making.cut(article)
    texts: list[str] = []

    def read_texts(question: str, given: Sequence[str]) -> Sequence[TokenScores]:
        texts.extend(given)
        return HashingEmbedder().read(question, given)

    scored = reader(read_texts).read("Which ferry sank?", [Hit(passage, 1.0)])
    assert texts == ["Ferry Brandt sank off Sarn\nIt sank. Nobody was hurt."]
    assert passage.cut(scored[0].span) == "It sank."
    assert scored[0].answer
    assert passage.cut(scored[0].answer) == "sank"


def test_once_an_answer_is_sure_no_further_passages_are_read_unless_asked_for() -> None:
    texts = ["Ilse Brandt steered it.", *["Rain fell."] * (2 * ROUND)]
    articles = [making.article(text, name=f"a{number}") for number, text in enumerate(texts)]
    passages = [passage for each in articles for passage in making.cut(each)]
    read_at_once: list[int] = []

    def read_texts(question: str, given: Sequence[str]) -> Sequence[TokenScores]:
        read_at_once.append(len(given))
        return HashingEmbedder().read(question, given)

    hits = [Hit(each, 1.0) for each in passages]
    assert len(hits) > ROUND
    assert reader(read_texts).read("Ilse Brandt steered?", hits)[0].score >= SURE
    assert read_at_once == [ROUND]
    read_at_once.clear()
    reader(read_texts).read("Ilse Brandt steered?", hits, to_the_end=True)
    assert sum(read_at_once) == len(hits)
    read_at_once.clear()
    assert reader(read_texts).read("Who painted?", hits)[0].score < SURE
    assert sum(read_at_once) == len(hits)


def test_passages_that_follow_on_each_other_are_read_as_one_text() -> None:
    first, *_, last = passages = making.cut(making.article(making.FERRY), budget=14)
    texts: list[str] = []

    def read_texts(question: str, given: Sequence[str]) -> Sequence[TokenScores]:
        texts.extend(given)
        return HashingEmbedder().read(question, given)

    hits = [Hit(each, 1.0) for each in passages[::-1]]
    scored = reader(read_texts).read("Who sent two lifeboats?", hits)
    assert texts == [making.FERRY.replace("\n\n", "  ").strip()]
    assert scored[0].passage == last
    assert last.cut(scored[0].span) == "The coastguard sent two lifeboats."
    assert scored[0].answer
    assert scored[0].span.covers(scored[0].answer)
    assert first.sentences[0] in {each.span for each in scored}


def test_odds_add_up() -> None:
    assert add_up([0.0, 0.0]) == pytest.approx(math.log(2))
    assert add_up([1_000.0, -1_000.0]) == pytest.approx(1_000)
    assert add_up([]) < -10


def test_who_is_told_of_by_a_role_is_shown_with_the_name_in_the_next_sentence() -> None:
    text = "The council named its captain to run the port. Ada Brandt was made captain in May."
    (passage,) = making.cut(making.article(text))
    best = read("Who runs the port?", [passage])[0]
    assert best.span == passage.span
    assert best.answer
    assert passage.sentences[1].covers(best.answer)
    assert read("Why run the port?", [passage])[0].span == passage.sentences[0]
