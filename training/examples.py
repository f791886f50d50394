"""What the reader is trained on, step by step: questions with the paragraphs they are read with."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import torch

from rag.embedding import SentenceEmbedder
from rag.settings import Settings
from training import datasets, layouts, variants
from training.datasets import Asked, Neighbours, Paragraph

BATCH = 6_144  # tokens in a batch, filled up ones included: about 36 pairs
POOL = 40  # batches' worth of examples that are sorted by length before they are cut
NEIGHBOURS = 8  # nearest paragraphs of a question, one of which is drawn
# Of the questions that their paragraph answers, and of the others, so many are read with one.
NEIGHBOUR_SHARES = {True: 0.8, False: 0.3}
REPORTS = 4  # of a story's up to six are read with a question, or one less and a neighbour
TITLE_SHARE = 0.5  # are read with the article's title before the paragraph
TYPO_SHARE = 0.1  # of the questions get one


@dataclass(frozen=True)
class Example:
    """A question and the paragraphs that it is read with; `asked` says what each answers."""

    question: str
    paragraphs: tuple[Paragraph, ...]
    asked: tuple[Asked, ...]


def draw(
    paragraphs: Sequence[Paragraph], near: Mapping[tuple[int, int], Sequence[int]], seed: int
) -> list[Example]:
    """Return the examples of an epoch, in random order."""
    order = random.Random(seed)
    titled = [datasets.put_title(each) if each.title else each for each in paragraphs]
    stories: dict[str, list[int]] = {}
    for number, paragraph in enumerate(paragraphs):
        stories.setdefault(paragraph.story or f"#{number}", []).append(number)
    examples = []
    for numbers in stories.values():
        for place in range(len(paragraphs[numbers[0]].asked)):
            shown = titled if order.random() < TITLE_SHARE else paragraphs
            answered = any(paragraphs[number].asked[place].right for number in numbers)
            found = near.get((numbers[0], place), ())
            beside = bool(found) and order.random() < NEIGHBOUR_SHARES[answered]
            picked = pick(paragraphs, numbers, place, order, count=REPORTS - beside)
            read = [shown[number] for number in picked]
            asked = [each.asked[place] for each in read]
            if beside:
                read.append(shown[order.choice(found)])
                asked.append(Asked(asked[0].text, frozenset()))
            question = variants.vary(asked[0].text, answered=answered, order=order)
            if order.random() < TYPO_SHARE:
                question = mistype(question, order)
            texts = layouts.lay_out(list(zip(read, asked, strict=True)), order)
            examples.append(Example(question, *map(tuple, zip(*texts, strict=True))))
    order.shuffle(examples)
    return examples


def pick(
    paragraphs: Sequence[Paragraph],
    numbers: Sequence[int],
    place: int,
    order: random.Random,
    *,
    count: int,
) -> list[int]:
    """Return which reports of a story are read with a question: above all those that answer."""
    drawn = order.sample(numbers, len(numbers))
    drawn.sort(key=lambda number: not paragraphs[number].asked[place].right)
    return sorted(drawn[:count])


def mistype(text: str, order: random.Random) -> str:
    """Return a question with two letters swapped, one left out, or no question mark."""
    kind, at = order.randrange(3), order.randrange(max(1, len(text) - 1))
    if kind == 0:
        return text[:at] + text[at + 1 : at + 2] + text[at : at + 1] + text[at + 2 :]
    return text[:at] + text[at + 1 :] if kind == 1 else text.rstrip("?")


def batches(examples: Sequence[Example], seed: int) -> Iterator[list[Example]]:
    """Yield batches of about as many tokens, of examples of about the same length."""
    order = random.Random(seed)
    # About four and a half characters a token.
    sizes = [max(len(each.text) for each in example.paragraphs) / 4.5 + 24 for example in examples]
    pool = POOL * BATCH // 170
    for first in range(0, len(examples), pool):
        numbers = sorted(range(first, min(first + pool, len(examples))), key=lambda at: sizes[at])
        cut: list[list[Example]] = [[]]
        held = 0
        for at in numbers:
            held += len(examples[at].paragraphs)
            if cut[-1] and held * sizes[at] > BATCH:
                cut.append([])
                held = len(examples[at].paragraphs)
            cut[-1].append(examples[at])
        order.shuffle(cut)
        yield from cut


def find_neighbours(paragraphs: Sequence[Paragraph]) -> dict[tuple[int, int], list[int]]:
    """Return for every question the paragraphs nearest to it that do not answer it.

    A story's questions are in its first report; the neighbours are none of its reports.
    """
    threads = torch.get_num_threads()
    embedder = SentenceEmbedder(Settings().model)
    torch.set_num_threads(threads)
    index = Neighbours(paragraphs, embedder.encode([each.text for each in paragraphs]))
    first = {each.story: number for number, each in reversed(list(enumerate(paragraphs)))}
    places = [
        (number, place)
        for number, paragraph in enumerate(paragraphs)
        for place in range(len(paragraph.asked))
        if not paragraph.story or first[paragraph.story] == number
    ]
    asked = [paragraphs[number].asked[place] for number, place in places]
    vectors = embedder.encode([each.text for each in asked])
    return {
        place: index.find(each, paragraphs[place[0]], vector, limit=NEIGHBOURS)
        for place, each, vector in zip(places, asked, vectors, strict=True)
    }
