"""The reader: question and passages together, the likeliest sentences scored.

A model reads the question with a passage and scores its tokens; what a sentence's tokens got is
joined with how near sentence and question are by meaning and how far up the passage was found.
"""

from __future__ import annotations

import heapq
import math
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass
from typing import TYPE_CHECKING

from rag.excerpts import Excerpt, join_neighbours
from rag.names import measure_missing
from rag.persons import completes, match_person
from rag.types import Hit, Passage, ScoredSpan, Span, TokenScores

if TYPE_CHECKING:
    from rag.types import Vectors

ReadTexts = Callable[[str, Sequence[str]], Sequence[TokenScores]]
Encode = Callable[[Sequence[str]], "Vectors"]

# Tokens of an answer inside its sentence: 99 % of those of SQuAD have fewer.
LONGEST_ANSWER = 20
# Log-odds of a sentence that the model has not read.
UNREAD = -12.0
# Passages are read in rounds of so many, until a sentence is this probable.
ROUND = 8
SURE = 0.8
# Sentences of a round that are looked at further: those that reading and retrieval put first. Twice
# as many gave the golden questions the same first quotes, and took a third longer.
SHORTLIST = 8


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for one sentence as the answer.

    Attributes:
        reading: The model's log-odds of this sentence against "nothing here".
        likeness: The cosine of sentence and question.
        retrieval: How far up the passage was found; 1 where every retriever put it first.
        person: 1 where a person is asked for and the sentence names one, alone or with the next
            one, -1 where it does not, 0 where none is asked for.
        missing: The share of the question's names that the article lacks; that the article with
            most of them lacks, where several reports are asked for, which may leave to each other
            whom they tell of.
    """

    reading: float
    likeness: float
    retrieval: float
    person: float
    missing: float


@dataclass(frozen=True, slots=True)
class Weights:
    """The coefficients of a logistic regression over the evidence."""

    evidence: Evidence
    bias: float


# Fitted by training/fit_weights.py, but for two judgements: whoever asks who leads an army wants a
# name, and not "the commander"; and what an article has on others is no answer on somebody it never
# names, as hardly a question of the sets to fit on asks. Fitted, these were 0.4 and -0.9.
WEIGHTS = Weights(
    Evidence(reading=0.58, likeness=0.86, retrieval=2.99, person=0.90, missing=-2.00), bias=-3.75
)


class Reader:
    """Scores sentences by what a model reads in them and by shared words."""

    def __init__(
        self,
        *,
        read_texts: ReadTexts,
        encode: Encode,
    ) -> None:
        """Make a reader from what it needs of its neighbours.

        Args:
            read_texts: A question and texts to the scores of the texts' tokens.
            encode: Texts to their unit vectors.
        """
        self._read_texts = read_texts
        self._encode = encode

    def read(
        self, wording: str, hits: Sequence[Hit], *, to_the_end: bool = False
    ) -> tuple[ScoredSpan, ...]:
        """Return what `read_on` gives in the end."""
        *_, scored = self.read_on(wording, hits, to_the_end=to_the_end)
        return scored

    def read_on(
        self, wording: str, hits: Sequence[Hit], *, to_the_end: bool = False
    ) -> Iterator[tuple[ScoredSpan, ...]]:
        """Score the likeliest sentences of some passages against a question, in rounds.

        Args:
            wording: The question, standing alone.
            hits: The passages to read, as they were found.
            to_the_end: Whether to read on though an answer is sure, as others are asked for, too.

        Yields:
            After each round, the likeliest sentences so far with their probability (0 to 1) of
            answering and the words in them that answer, best first.
        """
        if not hits:
            yield ()
        missing = _measure_missing(wording, hits)
        if to_the_end and missing:
            missing = dict.fromkeys(missing, min(missing.values()))
        scored: list[ScoredSpan] = []
        for excerpts in _share_out(join_neighbours(hits)):
            scored += [
                ScoredSpan(passage, span, weigh(evidence, WEIGHTS), answer)
                for passage, span, evidence, answer in self._collect(wording, excerpts, missing)
            ]
            scored.sort(key=lambda each: (-each.score, each.passage.source.id, each.span))
            yield tuple(scored)
            if not to_the_end and scored[0].score >= SURE:
                break

    def collect(
        self, wording: str, hits: Sequence[Hit]
    ) -> Iterator[tuple[Passage, Span, Evidence, Span | None]]:
        """Yield the evidence for the likeliest sentences of some passages, and what answers.

        A sentence that tells of the person asked for goes with the next one if that has the name.
        """
        return self._collect(wording, join_neighbours(hits), _measure_missing(wording, hits))

    def _collect(
        self, wording: str, excerpts: Sequence[Excerpt], missing: Mapping[str, float]
    ) -> Iterator[tuple[Passage, Span, Evidence, Span | None]]:
        read = self._read_texts(wording, [each.text for each in excerpts])
        every = [
            each
            for excerpt, tokens in zip(excerpts, read, strict=True)
            for hit in excerpt.hits
            for each in _read_sentences(hit, tokens, excerpt.origin, missing[hit.passage.source.id])
        ]
        likeliest = heapq.nsmallest(SHORTLIST, every, key=lambda each: (-each.promise, each.place))
        texts = [each.hit.passage.cut(each.span) for each in likeliest]
        question, *vectors = self._encode([wording, *texts])
        for each, text, vector in zip(likeliest, texts, vectors, strict=True):
            named = each.following
            if named and not completes(wording, text, each.hit.passage.cut(named.span)):
                named = None
            evidence = Evidence(
                reading=each.reading,
                likeness=float(vector @ question),
                retrieval=each.hit.score,
                person=1.0 if named else match_person(wording, text),
                missing=each.missing,
            )
            span = Span(each.span.start, named.span.end) if named else each.span
            yield each.hit.passage, span, evidence, named.answer if named else each.answer


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A sentence as the model read it."""

    hit: Hit
    span: Span
    reading: float
    missing: float
    answer: Span | None
    following: _Sentence | None

    @property
    def promise(self) -> float:
        """What speaks for it before anything else is looked at."""
        weights = WEIGHTS.evidence
        return (
            weights.reading * self.reading
            + weights.retrieval * self.hit.score
            + weights.missing * self.missing
        )

    @property
    def place(self) -> tuple[str, Span]:
        return self.hit.passage.source.id, self.span


def _measure_missing(wording: str, hits: Sequence[Hit]) -> Mapping[str, float]:
    return measure_missing(wording, [each.passage for each in hits])


def _share_out(excerpts: Sequence[Excerpt]) -> Iterator[Sequence[Excerpt]]:
    """Yield excerpts in rounds of `ROUND` passages, or a few more that go with the last."""
    taken: list[Excerpt] = []
    for excerpt in excerpts:
        taken.append(excerpt)
        if sum(len(each.hits) for each in taken) >= ROUND:
            yield taken
            taken = []
    if taken:
        yield taken


def _read_sentences(
    hit: Hit, tokens: TokenScores, origin: int, missing: float
) -> Sequence[_Sentence]:
    starts = [each.start + origin for each in tokens.spans]
    read: list[_Sentence] = []
    for span in reversed(hit.passage.sentences):
        place = _places(span, starts)
        answer = find_answer(tokens, place, origin, within=span)
        following = read[-1] if read else None
        reading = add_up(tokens.answering[place])
        read.append(_Sentence(hit, span, reading, missing, answer, following))
    return read[::-1]


def weigh(evidence: Evidence, weights: Weights) -> float:
    """Return the probability (0 to 1) that a sentence with this evidence answers."""
    terms = zip(astuple(evidence), astuple(weights.evidence), strict=True)
    return 1 / (1 + math.exp(-weights.bias - sum(value * weight for value, weight in terms)))


def add_up(scores: Sequence[float]) -> float:
    """Return the logarithm of the summed odds of some log-odds."""
    if not scores:
        return UNREAD
    highest = max(scores)
    return highest + math.log(sum(math.exp(each - highest) for each in scores))


def find_answer(tokens: TokenScores, places: slice, origin: int, *, within: Span) -> Span | None:
    """Return the words of a sentence that answer: the likeliest pair of first and last token.

    Args:
        tokens: The tokens that were read.
        places: Which of them are the sentence's.
        origin: Where the text that was read would start in the article.
        within: The sentence; a token may reach beyond it.

    Returns:
        Their span in the article; none where the model has not read the sentence.
    """
    last = tokens.last
    best = max(
        (
            (tokens.first[place] + last[after], place, after)
            for place in range(places.start, places.stop)
            for after in range(place, min(place + LONGEST_ANSWER, places.stop))
        ),
        default=None,
    )
    if best is None:
        return None
    _, place, after = best
    start, end = origin + tokens.spans[place].start, origin + tokens.spans[after].end
    return Span(max(start, within.start), min(end, within.end))


def _places(span: Span, starts: Sequence[int]) -> slice:
    """Return the places of a sentence's tokens."""
    return slice(bisect_left(starts, span.start), bisect_left(starts, span.end))
