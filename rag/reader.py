"""The reader: question and passages together, every sentence scored.

It pools the token vectors of a passage over each of its sentences, so that a sentence is judged in
its context for the price of encoding the passage once ("late chunking", Günther et al. 2024,
arXiv 2409.04701), and joins that with the words that question and sentence share. On XQuAD, with
the paragraph given, pooling did not differ from encoding each sentence alone (right sentence first
0.73 against 0.74; with shared words 0.82 both).
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import astuple, dataclass
from typing import TYPE_CHECKING

from rag.types import Passage, ScoredSpan, Span, Tokens

if TYPE_CHECKING:
    from rag.types import Vector


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for one sentence as the answer; each about 0 to 1.

    Attributes:
        similarity: Cosine of question and sentence.
        passage_similarity: Cosine of question and passage.
        overlap: Share of the question's words that the sentence holds, weighed by their rarity.
        nearby_overlap: The same for the sentence with the one before it.
        passage_overlap: The same for the passage with its title.
        kind: 1 where the sentence holds the kind of thing that is asked for (a number, a day, a
            name), -1 where it lacks it, 0 where the question does not say.
    """

    similarity: float
    passage_similarity: float
    overlap: float
    nearby_overlap: float
    passage_overlap: float
    kind: float


@dataclass(frozen=True, slots=True)
class Weights:
    """The coefficients of a logistic regression over the evidence."""

    evidence: Evidence
    bias: float


# Fitted by benchmarks/fit.py; see there for the data. Replaced whenever the evidence changes.
WEIGHTS = Weights(Evidence(4.0, 1.0, 3.0, 1.0, 2.0, 0.5), -6.0)

# What kind of thing a question asks for, and what in a sentence is of that kind.
MONTHS = (
    "January February March April May June July August September October November December"
).replace(" ", "|")
DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".replace(" ", "|")
NUMBERS = (
    "one two three four five six seven eight nine ten eleven twelve dozens? hundreds? thousands? "
    "millions? half third thirds quarter tens scores"
).replace(" ", "|")
KINDS = (
    (
        re.compile(
            r"\bhow (many|much|long|old|far|large|big|high)\b|\bwhat (share|number|part)\b", re.I
        ),
        re.compile(rf"\d|\b({NUMBERS})\b", re.I),
    ),
    (
        re.compile(r"\bwhen\b|\b(what|which) (day|date|month|year|time)\b", re.I),
        re.compile(
            rf"\b({MONTHS}|{DAYS}|yesterday|today|tonight|overnight|week|month|year|[12]\d{{3}})\b"
        ),
    ),
    (re.compile(r"\bwho(m|se)?\b", re.I), re.compile(r"(?<=[^.!?“\"‘] )[A-Z]\w")),
    (
        re.compile(r"\bwhy\b|\bwhat (reason|caused)\b", re.I),
        re.compile(r"\b(because|since|as|due|so|to|for|after|over|fear\w*|reason\w*)\b", re.I),
    ),
)


class Reader:
    """Scores sentences by similarity in context and by shared words."""

    def __init__(
        self,
        *,
        encode_tokens: Callable[[Sequence[str]], Sequence[Tokens]],
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
        texts = [passage.text for passage in passages]
        for passage, tokens in zip(passages, self._encode_tokens(texts), strict=True):
            similarities = pool_similarities(vector, tokens, passage)
            whole = _cosine(vector, tokens.vectors.sum(axis=0))
            title = set(self._analyze(passage.source.title))
            held = [set(self._analyze(passage.cut(span))) for span in passage.sentences]
            around = share(rarities, title.union(*held))
            before = title
            for span, similarity, words in zip(passage.sentences, similarities, held, strict=True):
                yield (
                    passage,
                    span,
                    Evidence(
                        similarity=similarity,
                        passage_similarity=whole,
                        overlap=share(rarities, words),
                        nearby_overlap=share(rarities, words | before),
                        passage_overlap=around,
                        kind=match_kind(wording, passage.cut(span)),
                    ),
                )
                before = words


def weigh(evidence: Evidence, weights: Weights) -> float:
    """Return the probability (0 to 1) that a sentence with this evidence answers."""
    terms = zip(astuple(evidence), astuple(weights.evidence), strict=True)
    return 1 / (1 + math.exp(-weights.bias - sum(value * weight for value, weight in terms)))


def pool_similarities(question: Vector, tokens: Tokens, passage: Passage) -> list[float]:
    """Return the cosine of a question with each sentence of a passage.

    Args:
        question: A unit vector, (dimension,).
        tokens: The passage's tokens; a sentence beyond the model's window has none.
        passage: The passage.

    Returns:
        One cosine (-1 to 1) a sentence, in order; 0 where there are no tokens.
    """
    starts = [each.start + passage.span.start for each in tokens.spans]
    similarities = []
    for sentence in passage.sentences:
        first = bisect_left(starts, sentence.start)
        last = bisect_left(starts, sentence.end)
        similarities.append(_cosine(question, tokens.vectors[first:last].sum(axis=0)))
    return similarities


def share(rarities: Mapping[str, float], held: Set[str]) -> float:
    """Return which share (0 to 1) of a question's words are held, weighed by rarity."""
    total = sum(rarities.values())
    return (
        sum(rarity for word, rarity in rarities.items() if word in held) / total if total else 0.0
    )


def match_kind(question: str, sentence: str) -> float:
    """Tell whether a sentence holds the kind of thing a question asks for.

    >>> match_kind("How many left?", "Some 500 people left."), match_kind("How many?", "Many.")
    (1.0, -1.0)
    """
    asked = [answer for ask, answer in KINDS if ask.search(question)]
    if not asked:
        return 0.0
    return 1.0 if any(answer.search(sentence) for answer in asked) else -1.0


def _cosine(unit: Vector, vector: Vector) -> float:
    length = float((vector @ vector) ** 0.5)
    return float(unit @ vector) / length if length else 0.0
