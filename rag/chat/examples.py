"""Questions to begin with, made for the archive at hand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from rag.types import Source

# The articles that ship name this publisher, which is not a real one; see corpus/README.md.
CORPUS_PUBLISHER = "Aleppo Digest"
CORPUS_QUESTIONS = (
    "Who leads the Aleppo Army?",
    "When does Moscow expect Aleppo to fall?",
    "How many people have been displaced?",
    "Who signed the five-day truce plan?",
    "Who declared the battle of Aleppo over?",
)
# A longer headline makes a question that is hard to read.
LONGEST_TITLE = 90
COUNT = 3


def choose(sources: Sequence[Source]) -> tuple[str, ...]:
    """Choose example questions that fit an archive.

    Args:
        sources: The archive's articles, ordered by date.

    Returns:
        Questions known to be answered where the articles are those that ship; else one about each
        of a few articles, from the oldest to the newest.
    """
    publishers = Counter(source.publisher for source in sources)
    if publishers[CORPUS_PUBLISHER] * 2 > len(sources):
        return CORPUS_QUESTIONS
    titles = dict.fromkeys(" ".join(source.title.split()) for source in sources)
    usable = [title for title in titles if 0 < len(title) <= LONGEST_TITLE]
    steps = range(0, len(usable), max(1, len(usable) // COUNT))
    return tuple(f"What is reported in “{usable[at]}”?" for at in list(steps)[:COUNT])
