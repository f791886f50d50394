"""The reader: question and passages together, every sentence scored.

Question and sentence are compared token by token: each token of the question is aligned with the
token of the sentence most like it, and the likenesses are averaged (late interaction, Khattab and
Zaharia 2020, arXiv 2004.12832). The tokens' vectors are those of the embedding model, of a passage
encoded once, so that a sentence is judged in its context. On XQuAD, with the paragraph given, this
put the right sentence first 0.84 of the time, the cosine of question and sentence 0.74, and that
cosine with shared words 0.81.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import asdict, astuple, dataclass
from typing import TYPE_CHECKING

from rag.kinds import is_complete, match_kinds
from rag.types import Passage, ScoredSpan, Span, Tokens

if TYPE_CHECKING:
    from rag.types import Vector, Vectors


EncodeTokens = Callable[[Sequence[str]], Sequence[Tokens]]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for one sentence as the answer; each about 0 to 1.

    Attributes:
        alignment: Mean over the question's tokens of the cosine with the sentence's nearest token.
        similarity: Cosine of question and sentence.
        passage_similarity: Cosine of question and passage.
        nearby_overlap: Share of the question's words that the sentence or the one before it holds,
            weighed by their rarity.
        passage_overlap: The same for the whole passage with its title.
        number: 1 where a number is asked for and the sentence has one, -1 where it has none, 0
            where none is asked for.
        day: The same for a day.
        person: The same for a person's name.
        cause: The same for a cause.
        complete: 0 where the sentence ends as one, -1 where as a headline, deck or caption does.
    """

    alignment: float
    similarity: float
    passage_similarity: float
    nearby_overlap: float
    passage_overlap: float
    number: float
    day: float
    person: float
    cause: float
    complete: float


@dataclass(frozen=True, slots=True)
class Weights:
    """The coefficients of a logistic regression over the evidence."""

    evidence: Evidence
    bias: float


# Shorter words begin too many others by chance.
SHORTEST_ROOT = 4
# Fitted by training/fit_weights.py on newswire and Wikipedia questions (924 and 1,159 that were
# asked of 231 and 695 paragraphs), scaled on 595 questions of XQuAD.
WEIGHTS = Weights(
    Evidence(
        alignment=6.62,
        similarity=6.08,
        passage_similarity=0.84,
        nearby_overlap=2.04,
        passage_overlap=0.46,
        number=-0.07,
        day=0.22,
        person=0.43,
        cause=0.52,
        complete=0.42,
    ),
    bias=-9.46,
)


class Reader:
    """Scores sentences by similarity in context and by shared words."""

    def __init__(
        self,
        *,
        encode_tokens: EncodeTokens,
        analyze: Callable[[str], Sequence[str]],
        rarity: Callable[[str], float],
    ) -> None:
        """Make a reader from what it needs of its neighbours.

        Args:
            encode_tokens: Texts to their tokens with vectors.
            analyze: A text to the stems of its words.
            rarity: A stem's weight, higher for a rarer one.
        """
        self._encode_tokens = encode_tokens
        self._analyze = analyze
        self._rarity = rarity

    def read(
        self, wording: str, vector: Vector, stems: Sequence[str], passages: Sequence[Passage]
    ) -> tuple[ScoredSpan, ...]:
        """Score every sentence of some passages against a question.

        Args:
            wording: The question, standing alone.
            vector: Its unit vector, (dimension,).
            stems: The stems of its content words.
            passages: The passages to read.

        Returns:
            Every sentence with its probability (0 to 1) of answering, best first.
        """
        scored = [
            ScoredSpan(passage, span, weigh(evidence, WEIGHTS))
            for passage, span, evidence in self.collect(wording, vector, stems, passages)
        ]
        return tuple(
            sorted(scored, key=lambda each: (-each.score, each.passage.source.id, each.span))
        )

    def collect(
        self, wording: str, vector: Vector, stems: Sequence[str], passages: Sequence[Passage]
    ) -> Iterator[tuple[Passage, Span, Evidence]]:
        """Yield the evidence for every sentence of some passages."""
        if not passages:
            return
        rarities = {stem: self._rarity(stem) for stem in stems}
        asked, *read = self._encode_tokens([wording, *(passage.text for passage in passages)])
        for passage, tokens in zip(passages, read, strict=True):
            sentences = [_tokens_in(span, tokens, passage) for span in passage.sentences]
            title = set(self._analyze(passage.source.title))
            held = [set(self._analyze(passage.cut(span))) for span in passage.sentences]
            before = title
            for span, vectors, words in zip(passage.sentences, sentences, held, strict=True):
                yield (
                    passage,
                    span,
                    Evidence(
                        alignment=align(asked.vectors, vectors),
                        similarity=cosine(vector, vectors.sum(axis=0)),
                        passage_similarity=cosine(vector, tokens.vectors.sum(axis=0)),
                        nearby_overlap=share(rarities, words | before),
                        passage_overlap=share(rarities, title.union(*held)),
                        complete=is_complete(passage.cut(span)) - 1.0,
                        **asdict(match_kinds(wording, passage.cut(span))),
                    ),
                )
                before = words


def weigh(evidence: Evidence, weights: Weights) -> float:
    """Return the probability (0 to 1) that a sentence with this evidence answers."""
    terms = zip(astuple(evidence), astuple(weights.evidence), strict=True)
    return 1 / (1 + math.exp(-weights.bias - sum(value * weight for value, weight in terms)))


def align(question: Vectors, sentence: Vectors) -> float:
    """Return how well a sentence's tokens match a question's.

    Args:
        question: The question's token vectors, (tokens, dimension).
        sentence: The sentence's token vectors, (tokens, dimension); may have no rows.

    Returns:
        The mean over the question's tokens of the best cosine (-1 to 1); 0 without tokens.
    """
    if not len(question) or not len(sentence):
        return 0.0
    cosines = (question @ sentence.T) / _lengths(question)[:, None] / _lengths(sentence)[None, :]
    return float(cosines.max(axis=1).mean())


def share(rarities: Mapping[str, float], held: Set[str]) -> float:
    """Return which share (0 to 1) of a question's words are held, weighed by rarity.

    A word is held, too, where one of the same root is: "lead" in "leader".

    >>> share({"lead": 2.0, "army": 1.0, "port": 1.0}, {"leader", "army"})
    0.75
    """
    total = sum(rarities.values())
    found = sum(rarity for word, rarity in rarities.items() if _is_held(word, held))
    return found / total if total else 0.0


def _is_held(word: str, held: Set[str]) -> bool:
    if word in held:
        return True
    return any(
        min(len(word), len(other)) >= SHORTEST_ROOT
        and (other.startswith(word) or word.startswith(other))
        for other in held
    )


def cosine(unit: Vector, vector: Vector) -> float:
    """Return the cosine of a unit vector and another; 0 if that has no length."""
    length = float((vector @ vector) ** 0.5)
    return float(unit @ vector) / length if length else 0.0


def _lengths(vectors: Vectors) -> Vector:
    lengths: Vector = (vectors**2).sum(axis=1) ** 0.5
    return lengths


def _tokens_in(span: Span, tokens: Tokens, passage: Passage) -> Vectors:
    """Return the vectors of a sentence's tokens; none where it is beyond the model's window."""
    starts = [each.start + passage.span.start for each in tokens.spans]
    return tokens.vectors[bisect_left(starts, span.start) : bisect_left(starts, span.end)]
