"""An article becomes passages: whole sentences, in order, packed to a token budget."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from rag import sentences
from rag.types import Article, Passage, Span

CountTokens = Callable[[Sequence[str]], Sequence[int]]

# English news averages 4.4 characters a WordPiece token (measured on the corpus that ships).
CHARS_A_TOKEN = 4


def cut(article: Article, *, count_tokens: CountTokens, budget: int) -> tuple[Passage, ...]:
    """Cut an article's body into passages.

    Every sentence of the body is in exactly one passage. A passage never reaches across what is
    not body. The sentences of a run are shared out evenly over as few passages as the budget
    allows, so that no passage is a leftover of a few words.

    Args:
        article: The article.
        count_tokens: Tokens of each of some texts, as the embedding model counts them.
        budget: Tokens a passage may have.

    Returns:
        The passages in text order, numbered from 0.
    """
    groups: list[Sequence[Span]] = []
    for run in article.body:
        spans = [
            piece
            for sentence in sentences.split(article.text, run)
            for piece in _pieces(article.text, sentence, budget * CHARS_A_TOKEN)
        ]
        counts = count_tokens([span.cut(article.text) for span in spans])
        groups.extend(_pack(spans, counts, budget))
    return tuple(Passage.of(article, group, number=number) for number, group in enumerate(groups))


def _pack(spans: Sequence[Span], counts: Sequence[int], budget: int) -> Iterator[Sequence[Span]]:
    begin, rest = 0, sum(counts)
    while begin < len(spans):
        share = rest / max(1, -(-rest // budget))
        end, filled = begin + 1, counts[begin]
        while end < len(spans) and filled + counts[end] <= budget:
            if filled + counts[end] / 2 > share:
                break
            filled += counts[end]
            end += 1
        yield spans[begin:end]
        begin, rest = end, rest - filled


def _pieces(text: str, sentence: Span, size: int) -> Iterator[Span]:
    """Split what runs on beyond `size` characters at the last space before, or where it must be."""
    start = sentence.start
    while sentence.end - start > size:
        space = text.rfind(" ", start + 1, start + size)
        end = space if space > start else start + size
        yield Span(start, end)
        start = end
        while start < sentence.end and text[start].isspace():
            start += 1
    if start < sentence.end:
        yield Span(start, sentence.end)
