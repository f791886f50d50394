"""The commands that ask: a question, a quotation, the chat, questions with known answers."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.cli.session import DONE, SILENT, opened, print_json, progress_bar, read_lines
from rag.errors import EvidenceError, QuestionError

if TYPE_CHECKING:
    from rag.types import Answer

# Words that mean a file.
PATH = re.compile(r"(?:~|\.{0,2})/\S*|.*\.json", re.IGNORECASE)


def ask(options: argparse.Namespace) -> int:
    """Answer a question, or a file of questions."""
    if (options.batch is None) == (options.question is None):
        raise QuestionError("give either a question or --batch FILE")
    if options.batch and options.cite:
        raise QuestionError("--cite is for one question; the JSON of --batch holds its citations")
    from rag import rendering, saving

    if options.save:
        saving.check_place(Path(options.save), force=options.force)
    if options.batch:
        return _ask_batch(options)
    with opened(options) as archive:
        answer = archive.ask(
            options.question,
            history=options.history,
            wording=options.wording,
            **_filters(options),
        )
    _save([answer], options)
    if options.cite:
        _print_citations(answer, options.cite)
    elif options.json:
        print_json(rendering.as_json(answer))
    else:
        print(rendering.as_text(answer))
    return DONE if answer.found else SILENT


def _ask_batch(options: argparse.Namespace) -> int:
    from rag import batch, rendering

    answers = []
    with opened(options) as archive, read_lines(options.batch) as lines:
        for known, answer in batch.answer_lines(archive, lines, **_filters(options)):
            result = {"error": answer} if isinstance(answer, str) else rendering.as_json(answer)
            print_json({"id": known} | result, indent=None)
            if options.save and not isinstance(answer, str):
                answers.append(answer)
    _save(answers, options)
    return DONE


def _save(answers: Sequence[Answer], options: argparse.Namespace) -> None:
    from rag import dossier, saving

    if options.save:
        content = dossier.compose(answers, saved=datetime.now(UTC).replace(microsecond=0))
        saving.write(Path(options.save), content, force=options.force)


def _print_citations(answer: Answer, form: str) -> None:
    from rag import citations

    if form == "csl":
        print_json([citations.as_csl(quote) for quote in answer.quotes])
    else:
        cite = getattr(citations, f"as_{form}")
        print("\n\n".join(cite(quote) for quote in answer.quotes), end="\n" * answer.found)
    if not answer.found:
        # Where a program reads citations, nothing else is to stand.
        print(f"The archive does not say: {answer.reason}.", file=sys.stderr)


def check(options: argparse.Namespace) -> int:
    """Tell whether a quotation stands in the archive, word for word, or a file of evidence does."""
    from rag import rendering
    from rag.checking import Status

    quotation = options.quotation
    if _is_file(quotation):
        return _verify(Path(quotation), options)
    if quotation == "-":
        with read_lines(quotation) as lines:
            quotation = "".join(lines)
    with opened(options) as archive:
        checked = archive.check(quotation)
    if options.json:
        print_json(rendering.check_as_json(checked))
    else:
        print(rendering.check_as_text(checked))
    return DONE if checked.status is Status.EXACT else SILENT


def _verify(path: Path, options: argparse.Namespace) -> int:
    from rag import dossier, verification

    try:
        with path.open("rb") as file:
            content = file.read(dossier.LARGEST + 1)
    except OSError as error:
        raise EvidenceError(f"{path} cannot be read: {error.strerror}") from error
    try:
        with opened(options) as archive:
            verified = archive.verify(content)
    except EvidenceError as error:
        raise EvidenceError(f"{path}: {error}; a quotation in it: rag check - < FILE") from error
    if options.json:
        print_json(verification.as_json(verified))
    else:
        print(verification.as_text(verified))
    return DONE if verified.ok else SILENT


def _is_file(quotation: str) -> bool:
    """Tell whether a file is meant, not words; which is then there."""
    try:
        if Path(quotation).is_file():
            return True
    except OSError:  # longer than any name of a file
        return False
    if PATH.fullmatch(quotation):
        raise EvidenceError(f"{quotation} is not there; name an evidence file, or give words")
    return False


def _filters(options: argparse.Namespace) -> dict[str, Any]:
    return {
        "today": options.today,
        "drop": options.drop,
        "since": options.since,
        "until": options.until,
        "publishers": options.publisher,
        "limit": options.limit,
    }


def chat(options: argparse.Namespace) -> int:
    """Serve the web chat."""
    from rag.chat import serve

    with opened(options) as archive:
        serve(archive, announce=lambda address: print(f"Ask at {address}", flush=True))
    return DONE


def serve_tools(options: argparse.Namespace) -> int:
    """Serve the archive's functions as MCP tools over standard input and output."""
    from rag import tools

    with opened(options) as archive:
        tools.serve(archive)
    return DONE


def evaluate(options: argparse.Namespace) -> int:
    """Measure the archive on a file of questions with known answers."""
    from rag import evaluation

    with opened(options) as archive, progress_bar("ask") as progress:
        figures = evaluation.evaluate(
            archive, evaluation.read_questions(options.file), progress=progress
        )
    if options.json:
        print_json(evaluation.as_json(figures))
    else:
        print(evaluation.as_text(figures))
    return DONE
