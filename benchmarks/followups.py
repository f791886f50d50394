"""Measure how well follow-up questions are worded to stand alone.

    python -m benchmarks.followups --data FOLDER

The folder holds cast2019_topics.json and cast2019_resolved.tsv, the evaluation topics of TREC CAsT
2019 (Dalton et al. 2020) with each turn reworded by hand. A word counts as to be added if the
rewording has it and the turn lacks it; words are compared by their stems, those that name nothing
are left out. First turns are not counted. The rules were made on topics 31 to 60.
"""

from __future__ import annotations

import argparse
import csv
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from rag import followups, questions
from rag.lexical import analyze

TOPICS, REWORDED = "cast2019_topics.json", "cast2019_resolved.tsv"
DEVELOPMENT = range(31, 61)
KEPT_APART = range(61, 81)

# What is joined to a word ("Darwin's", "don't") is no word of its own.
JOINED = re.compile(r"(?:n[’']t|[’'](?:s|re|ve|ll|d|m)?)(?!\w)")


@dataclass(frozen=True)
class Turn:
    """A question, those asked before it, and what it means as worded by hand."""

    topic: int
    history: tuple[str, ...]
    question: str
    reworded: str


@dataclass(frozen=True)
class Outcome:
    """The stems of a turn, of its wording by hand, and of its wording by rule."""

    asked: frozenset[str]
    wanted: frozenset[str]
    worded: frozenset[str]


def read_turns(folder: Path) -> Iterator[Turn]:
    """Yield the turns of the conversations that were reworded by hand, without the first ones."""
    with (folder / REWORDED).open(encoding="utf-8", newline="") as lines:
        reworded = dict(csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    for topic in json.loads((folder / TOPICS).read_text(encoding="utf-8")):
        asked = [" ".join(turn["raw_utterance"].split()) for turn in topic["turn"]]
        for place, turn in enumerate(topic["turn"]):
            meant = reworded.get(f"{topic['number']}_{turn['number']}")
            if place and meant:
                yield Turn(topic["number"], tuple(asked[:place]), asked[place], meant)


def stems(text: str) -> frozenset[str]:
    """Return the stems of the words of a text that name something."""
    parted = JOINED.sub(" ", text)
    return frozenset(analyze(" ".join(questions.content_words(parted))))


def word(turn: Turn) -> Outcome:
    """Word a turn to stand alone."""
    wording = followups.resolve(turn.question, history=turn.history).wording
    return Outcome(stems(turn.question), stems(turn.reworded), stems(wording))


def measure_added(outcomes: Sequence[Outcome]) -> tuple[float, float]:
    """Return precision and recall of the words added, over all turns together."""
    added = sum(len(each.worded - each.asked) for each in outcomes)
    wanted = sum(len(each.wanted - each.asked) for each in outcomes)
    right = sum(len((each.worded & each.wanted) - each.asked) for each in outcomes)
    return right / added if added else 1.0, right / wanted if wanted else 1.0


def measure_all(outcomes: Sequence[Outcome], *, bare: bool) -> tuple[float, float]:
    """Return precision and recall of all words, of the bare question or of its wording."""
    had = [each.asked if bare else each.worded for each in outcomes]
    right = sum(len(each & out.wanted) for each, out in zip(had, outcomes, strict=True))
    return right / sum(map(len, had)), right / sum(len(each.wanted) for each in outcomes)


def main() -> None:
    """Print the figures on the topics the rules were made on, and on those kept apart."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True)
    folder = parser.parse_args().data
    turns = list(read_turns(folder))
    print(f"{'precision, recall':42} {'words added':>14} {'all words':>14} {'bare question':>14}")
    for name, topics in (("development", DEVELOPMENT), ("kept apart", KEPT_APART)):
        outcomes = [word(turn) for turn in turns if turn.topic in topics]
        title = f"{name} (topics {topics[0]} to {topics[-1]}, {len(outcomes)} turns)"
        pairs = (
            measure_added(outcomes),
            measure_all(outcomes, bare=False),
            measure_all(outcomes, bare=True),
        )
        print(f"{title:42}", *(f"{f'{first:.3f}, {second:.3f}':>14}" for first, second in pairs))


if __name__ == "__main__":
    main()
