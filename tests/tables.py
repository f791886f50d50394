"""The golden tables of tests/data, and when the program does what a row of one says."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

from rag import contextguard, daterange, followups, quotes
from rag.types import Passage, Span
from tests import making

FOLDER = Path(__file__).parent / "data"
WORD = re.compile(r"\w+(?:[’'.-]\w+)*")
POSSESSIVE = re.compile(r"[’']s$")

Row = dict[str, Any]


def read(name: str) -> list[Row]:
    """Return the rows of a table."""
    lines = (FOLDER / f"{name}.jsonl").read_text(encoding="utf-8").split("\n")
    return [json.loads(line) for line in lines if line]


def is_worded(row: Row) -> bool:
    """Tell whether a follow-up is worded as its row says."""
    found = followups.resolve(row["question"], history=row["history"], shown=row.get("shown", ()))
    worded = [POSSESSIVE.sub("", word) for word in WORD.findall(found.wording.casefold())]
    if any(word.casefold() not in worded for word in row["adds"]):
        return False
    if any(word.casefold() in worded for word in row["lacks"]):
        return False
    return bool(row["adds"]) or found.wording == row["question"]


def show_dates(question: str, today: date) -> list[Row]:
    """Write what is read as dates the way their table does."""
    rows = []
    for each in daterange.read(question, today=today):
        row: Row = {
            "phrase": each.span.cut(question),
            "since": each.since and each.since.isoformat(),
            "until": each.until and each.until.isoformat(),
            "hard": each.hard,
        }
        row |= {"published": True} if each.published else {}
        rows.append(row | ({"ambiguous": True} if each.ambiguous else {}))
    return rows


def is_dated(row: Row) -> bool:
    """Tell whether the dates of a question are read as its row says."""
    expected: list[Row] = row["dates"]
    return show_dates(row["question"], date.fromisoformat(row["today"])) == expected


def make_passage(sentences: list[str]) -> Passage:
    """Make a passage; a sentence that begins with line breaks opens a paragraph."""
    text, spans = "", []
    for sentence in sentences:
        words = sentence.lstrip("\n")
        text += sentence[: len(sentence) - len(words)] or (" " if text else "")
        spans.append(Span(len(text), len(text) + len(words)))
        text += words
    return Passage(making.source(text=text), Span(0, len(text)), text, 0, tuple(spans))


def show_cut(row: Row) -> set[int]:
    """Return the numbers of the sentences that are shown for the one that a row chooses."""
    made = make_passage(row["sentences"])
    framing = contextguard.frame(made, made.sentences[row["chosen"]], longest=quotes.LONGEST)
    shown = [framing.span, *([framing.lead] if framing.lead else [])]
    return {
        number
        for number, sentence in enumerate(made.sentences)
        if any(each.covers(sentence) for each in shown)
    }


def is_framed(row: Row) -> bool:
    """Tell whether a cut is shown with all it needs, and bare if it needs nothing."""
    shown = show_cut(row)
    return shown >= set(row["needs"]) and (bool(row["needs"]) or shown == {row["chosen"]})
