"""How long the texts are that a question is read with: some are put together, some are cut in two.

An archive's passages are parts of articles, and neighbours among them are read as one text
(rag/reader.py). The data have short reports and whole paragraphs, so both happen here at random.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace

from training.datasets import Asked, Paragraph

# A paragraph and what it answers of a question.
Text = tuple[Paragraph, Asked]

JOIN_SHARE = 0.5  # of the questions on a story are read with its reports two by two
CUT_SHARE = 0.4  # of the other questions are read with their paragraph in two parts
LONGEST_JOINED = 1_300  # code points of two reports together: some 300 tokens
SHORTEST_CUT = 600  # code points of a paragraph that is cut: more than most passages have


def lay_out(texts: Sequence[Text], order: random.Random) -> list[Text]:
    """Return what a question is read with, at random put together or cut.

    Args:
        texts: Its paragraphs, each with what it answers.
        order: The source of chance.

    Returns:
        As many texts, or fewer or more, with the same sentences in the same order.
    """
    if any(paragraph.story for paragraph, _ in texts):
        return list(_join_pairs(texts)) if order.random() < JOIN_SHARE else list(texts)
    return list(_cut_first(texts)) if order.random() < CUT_SHARE else list(texts)


def _join_pairs(texts: Sequence[Text]) -> Iterator[Text]:
    for first in range(0, len(texts), 2):
        pair = texts[first : first + 2]
        stories = {paragraph.story for paragraph, _ in pair}
        size = sum(len(paragraph.text) for paragraph, _ in pair)
        if len(pair) == 2 and len(stories) == 1 and size <= LONGEST_JOINED:
            yield join(*pair)
        else:
            yield from pair


def _cut_first(texts: Sequence[Text]) -> Iterator[Text]:
    paragraph, asked = texts[0]
    middle = len(paragraph.text) // 2
    at = min(
        range(len(paragraph.spans)), key=lambda each: abs(paragraph.spans[each].start - middle)
    )
    if len(paragraph.text) >= SHORTEST_CUT and at:
        yield from cut(paragraph, asked, at)
    else:
        yield texts[0]
    yield from texts[1:]


def join(first: Text, second: Text) -> Text:
    """Return two texts as one, without the title of the second."""
    (before, asked), (after, asked_too) = first, second
    start = _measure_title(after)
    shift = len(before.text) + 1 - start
    joined = replace(
        before,
        text=f"{before.text}\n{after.text[start:]}",
        spans=(*before.spans, *(each.shifted(shift) for each in after.spans)),
        asked=(),
    )
    right = asked.right | {len(before.spans) + each for each in asked_too.right}
    answers = (*asked.answers, *(each.shifted(shift) for each in asked_too.answers))
    return joined, replace(asked, right=right, answers=answers)


def cut(paragraph: Paragraph, asked: Asked, at: int) -> tuple[Text, Text]:
    """Return a text as two, the second from a sentence on, both with the title if it has one."""
    title = paragraph.text[: _measure_title(paragraph)]
    first = paragraph.spans[at - 1].end
    second = paragraph.spans[at].start
    shift = len(title) - second
    parts = (
        replace(paragraph, text=paragraph.text[:first], spans=paragraph.spans[:at], asked=()),
        replace(
            paragraph,
            text=title + paragraph.text[second:],
            spans=tuple(each.shifted(shift) for each in paragraph.spans[at:]),
            asked=(),
        ),
    )
    told = (
        replace(
            asked,
            right=frozenset(each for each in asked.right if each < at),
            answers=tuple(each for each in asked.answers if each.end <= first),
        ),
        replace(
            asked,
            right=frozenset(each - at for each in asked.right if each >= at),
            answers=tuple(each.shifted(shift) for each in asked.answers if each.start >= second),
        ),
    )
    return (parts[0], told[0]), (parts[1], told[1])


def _measure_title(paragraph: Paragraph) -> int:
    """Return how many code points of a paragraph's text are its title and the line's end."""
    return paragraph.spans[0].start
