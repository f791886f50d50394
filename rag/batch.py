"""Answers questions given as JSON lines, one object each; a bad line never stops the rest."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any, NoReturn, Unpack

from rag.answering import Archive
from rag.errors import QuestionError
from rag.opening import Options
from rag.types import Answer


def answer_lines(
    archive: Archive, lines: Iterable[str], **options: Unpack[Options]
) -> Iterator[tuple[Any, Answer | str]]:
    """Answer the questions of some lines.

    Args:
        archive: The archive to ask.
        lines: Objects with a `question`, and perhaps an `id` and a `history`; blank ones are left
            out.
        options: Those of `Archive.ask`, for every question.

    Yields:
        For each line its `id`, and the answer or what is wrong with the line.
    """
    for line in lines:
        if not line.strip():
            continue
        known = None
        try:
            asked = json.loads(line, parse_constant=_refuse_constant)
            if not isinstance(asked, dict):
                raise QuestionError("the line is not a JSON object")
            known = asked.get("id")
            question, history = _read(asked)
            options["history"] = history
            answer: Answer | str = archive.ask(question, **options)
        except (QuestionError, ValueError, RecursionError) as error:
            answer = str(error)
        yield known, answer


def _read(asked: dict[str, Any]) -> tuple[str, list[str]]:
    question, history = asked.get("question"), asked.get("history")
    history = [] if history is None else history
    if not isinstance(question, str):
        raise QuestionError("the line has no “question” text")
    if not isinstance(history, list) or not all(isinstance(each, str) for each in history):
        raise QuestionError("“history” is not a list of texts")
    return question, history


def _refuse_constant(name: str) -> NoReturn:
    raise QuestionError(f"{name} is no JSON")
