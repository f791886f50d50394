"""Articles that print a text which is held already: recognised when they come in, and kept.

That an outlet printed an agency's text is a fact of its own, so that both articles stay.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING

from rag.copies import are_copies
from rag.lexical import analyze
from rag.reports import Copy
from rag.types import Passage, Source

if TYPE_CHECKING:
    from rag.ingestion import Indexes

# Stems to a phrase, and phrases, spread over an article, by which copies of it are looked for: a
# light edit spoils one or two of them.
PHRASE = 5
PHRASES = 12
# Passages that are looked at for whose articles they are, and articles that are compared at most:
# of a text that many print, naming a few is enough.
PASSAGES = 40
CANDIDATES = 3
# The share of the shorter article's sentences that a copy has at least. Agency text is cut from
# its end; what only quotes the same statement shares a few sentences.
SHARED = 0.6


def find_copies(
    cuts: Sequence[Passage], *, indexes: Indexes, leave_out: Collection[str]
) -> Iterator[Copy]:
    """Yield the articles of other outlets whose text an article prints.

    Args:
        cuts: The passages of the article.
        indexes: The store, which may hold the article already.
        leave_out: The ids of articles that are not looked at.
    """
    source = cuts[0].source
    sentences = _list_sentences(cuts)
    candidates = [
        each
        for each in _find_candidates(cuts, indexes)
        if each.id not in {source.id, *leave_out}
        and not (source.publisher and source.publisher == each.publisher)
    ]
    for held in candidates[:CANDIDATES]:
        found = indexes.catalog.passages(indexes.catalog.keys(held.id))
        others = _list_sentences([found[key] for key in sorted(found)])
        shorter, longer = sorted((sentences, others), key=len)
        shared = _count_shared(shorter, longer)
        if shared and shared >= SHARED * len(shorter):
            yield Copy(source.id, held, shared, len(sentences))


def _find_candidates(cuts: Sequence[Passage], indexes: Indexes) -> list[Source]:
    """Return the articles that share the most phrases with some passages, the likeliest first."""
    runs = [stems[at : at + PHRASE] for stems in _stem(cuts) for at in range(0, len(stems), PHRASE)]
    phrases = runs[:: -(-len(runs) // PHRASES) or 1]
    found = dict(indexes.lexical.search_phrases(phrases, count=PASSAGES))
    scores: dict[str, float] = {}
    sources: dict[str, Source] = {}
    for key, passage in indexes.catalog.passages(found).items():
        sources[passage.source.id] = passage.source
        scores[passage.source.id] = scores.get(passage.source.id, 0.0) + found[key]
    return [sources[each] for each in sorted(scores, key=scores.__getitem__, reverse=True)]


def _stem(cuts: Sequence[Passage]) -> Iterator[Sequence[str]]:
    return (analyze(cut.text) for cut in cuts)


def _list_sentences(cuts: Sequence[Passage]) -> list[str]:
    return [cut.cut(span) for cut in cuts for span in cut.sentences]


def _count_shared(shorter: Sequence[str], longer: Sequence[str]) -> int:
    """Return how many sentences have a copy; counting stops where too many have none."""
    shared = 0
    for number, sentence in enumerate(shorter):
        if number - shared > (1 - SHARED) * len(shorter):
            return 0
        shared += any(are_copies(sentence, other) for other in longer)
    return shared
