"""The reader: question and passages together, every sentence scored.

Question and sentence are compared token by token: each token of the question is aligned with the
token of the sentence most like it, and the likenesses are added up, weighed by what the question's
token counts (late interaction, Khattab and Zaharia 2020, arXiv 2004.12832). That is joined with
what needs no model: the words that question and sentence share.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import astuple, dataclass
from typing import TYPE_CHECKING

from rag.persons import match_person
from rag.types import Passage, ScoredSpan, Span, Tokens, WeighedTokens

if TYPE_CHECKING:
    from rag.types import Vectors


EncodeQuestion = Callable[[str], WeighedTokens]
EncodePassages = Callable[[Sequence[str]], Sequence[Tokens]]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for one sentence as the answer; each about 0 to 1.

    Attributes:
        alignment: Weighed mean over the question's tokens of the cosine with the sentence's
            nearest token.
        passage_alignment: The same with the passage's nearest token.
        nearby_alignment: The same with the nearest token of the sentence or the one before it.
        nearby_overlap: Share of the question's words that the sentence or the one before it (or
            the title) holds, weighed by their rarity.
        person: 1 where a person is asked for and the sentence names one, -1 where it does not, 0
            where none is asked for.
    """

    alignment: float
    passage_alignment: float
    nearby_alignment: float
    nearby_overlap: float
    person: float


@dataclass(frozen=True, slots=True)
class Weights:
    """The coefficients of a logistic regression over the evidence."""

    evidence: Evidence
    bias: float


# Shorter words begin too many others by chance.
SHORTEST_ROOT = 4
# Fitted by training/fit_weights.py, but for `person`, which came out at about nothing and is a
# judgement: whoever asks who leads an army wants a name, and not "the commander". When it still
# answered to every "who", it cost 0.7 points of right first on XQuAD and 1 to 3 on the hard sets.
WEIGHTS = Weights(
    Evidence(
        alignment=7.79,
        passage_alignment=1.48,
        nearby_alignment=4.25,
        nearby_overlap=0.41,
        person=0.60,
    ),
    bias=-8.90,
)


class Reader:
    """Scores sentences by aligned tokens and shared words."""

    def __init__(
        self,
        *,
        encode_question: EncodeQuestion,
        encode_passages: EncodePassages,
        analyze: Callable[[str], Sequence[str]],
        rarity: Callable[[str], float],
    ) -> None:
        """Make a reader from what it needs of its neighbours.

        Args:
            encode_question: A question to its tokens as unit vectors, with weights.
            encode_passages: Texts to their tokens as unit vectors.
            analyze: A text to the stems of its words.
            rarity: A stem's weight, higher for a rarer one.
        """
        self._encode_question = encode_question
        self._encode_passages = encode_passages
        self._analyze = analyze
        self._rarity = rarity

    def read(
        self, wording: str, stems: Sequence[str], passages: Sequence[Passage]
    ) -> tuple[ScoredSpan, ...]:
        """Score every sentence of some passages against a question.

        Args:
            wording: The question, standing alone.
            stems: The stems of its content words.
            passages: The passages to read.

        Returns:
            Every sentence with its probability (0 to 1) of answering, best first.
        """
        scored = [
            ScoredSpan(passage, span, weigh(evidence, WEIGHTS))
            for passage, span, evidence in self.collect(wording, stems, passages)
        ]
        return tuple(
            sorted(scored, key=lambda each: (-each.score, each.passage.source.id, each.span))
        )

    def collect(
        self, wording: str, stems: Sequence[str], passages: Sequence[Passage]
    ) -> Iterator[tuple[Passage, Span, Evidence]]:
        """Yield the evidence for every sentence of some passages."""
        if not passages:
            return
        question = self._encode_question(wording)
        rarities = {stem: self._rarity(stem) for stem in stems}
        read = self._encode_passages([passage.text for passage in passages])
        for passage, tokens in zip(passages, read, strict=True):
            likenesses = question.vectors @ tokens.vectors.T
            whole = align(likenesses, question)
            starts = [each.start + passage.span.start for each in tokens.spans]
            before, start = set(self._analyze(passage.source.title)), 0
            for span in passage.sentences:
                words = set(self._analyze(passage.cut(span)))
                places = _places(span, starts)
                evidence = Evidence(
                    alignment=align(likenesses[:, places], question),
                    passage_alignment=whole,
                    nearby_alignment=align(likenesses[:, start : places.stop], question),
                    person=match_person(wording, passage.cut(span)),
                    nearby_overlap=share(rarities, words | before),
                )
                yield passage, span, evidence
                before, start = words, places.start


def weigh(evidence: Evidence, weights: Weights) -> float:
    """Return the probability (0 to 1) that a sentence with this evidence answers."""
    terms = zip(astuple(evidence), astuple(weights.evidence), strict=True)
    return 1 / (1 + math.exp(-weights.bias - sum(value * weight for value, weight in terms)))


def align(likenesses: Vectors, question: WeighedTokens) -> float:
    """Return how well some tokens match a question's.

    Args:
        likenesses: Cosines of the question's tokens with them, (question's tokens, tokens).
        question: The question.

    Returns:
        The weighed mean over the question's tokens of the best cosine (-1 to 1); 0 without tokens.
    """
    if not likenesses.size:
        return 0.0
    return float(likenesses.max(axis=1) @ question.weights)


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


def _places(span: Span, starts: Sequence[int]) -> slice:
    """Return the places of a sentence's tokens; none where it is beyond the model's window."""
    return slice(bisect_left(starts, span.start), bisect_left(starts, span.end))
