"""The `rag` command: arguments in, text or JSON and an exit code out. The only module that prints.

Exit codes: 0 answered, quoted exactly, verified or done, 1 the archive does not say, or not so,
2 wrong use, 3 store or model trouble.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from rag.arguments import make_parser
from rag.errors import ArticleError, EvidenceError, QuestionError, RagError, SettingsError
from rag.settings import Settings

if TYPE_CHECKING:
    from rag.answering import Archive
    from rag.permalinks import Cited
    from rag.types import Answer, Article

# Words that mean a file.
PATH = re.compile(r"(?:~|\.{0,2})/\S*|.*\.json", re.IGNORECASE)

DONE, SILENT, WRONG_USE, TROUBLE, INTERRUPTED = 0, 1, 2, 3, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command.

    Args:
        arguments: The words after `rag`; else those of this process.

    Returns:
        The exit code.
    """
    options = make_parser(COMMANDS).parse_args(arguments)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # What cannot be encoded shows as an escape, which is also how JSON writes it.
            stream.reconfigure(errors="backslashreplace")
    try:
        return int(options.run(options))
    except (QuestionError, SettingsError, ArticleError, EvidenceError) as error:
        return _complain(error, WRONG_USE)
    except RagError as error:
        return _complain(error, TROUBLE)
    except BrokenPipeError:
        # Whoever read our output has seen enough.
        sys.stderr.close()
        return DONE
    except KeyboardInterrupt:
        print("rag: interrupted; run the same command again to go on", file=sys.stderr)
        return INTERRUPTED


def ingest(options: argparse.Namespace) -> int:
    """Bring files and folders into the archive."""
    from rag import rendering
    from rag.answering import Archive

    with Archive.open(settings=_settings(options)) as archive, _bar("ingest") as progress:
        report = archive.ingest(options.paths, progress=progress)
    print(rendering.report_as_text(report))
    named = {Path(path) for path in options.paths}
    return WRONG_USE if any(Path(each.path) in named for each in report.failed) else DONE


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
    with _opened(options) as archive:
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
        _print_json(rendering.as_json(answer))
    else:
        print(rendering.as_text(answer))
    return DONE if answer.found else SILENT


def _ask_batch(options: argparse.Namespace) -> int:
    from rag import batch, rendering

    answers = []
    with _opened(options) as archive, _source(options.batch) as lines:
        for known, answer in batch.answer_lines(archive, lines, **_filters(options)):
            result = {"error": answer} if isinstance(answer, str) else rendering.as_json(answer)
            print(json.dumps({"id": known} | result, ensure_ascii=False), flush=True)
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
        _print_json([citations.as_csl(quote) for quote in answer.quotes])
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
        with _source(quotation) as lines:
            quotation = "".join(lines)
    with _opened(options) as archive:
        checked = archive.check(quotation)
    if options.json:
        _print_json(rendering.check_as_json(checked))
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
        with _opened(options) as archive:
            verified = archive.verify(content)
    except EvidenceError as error:
        raise EvidenceError(f"{path}: {error}; a quotation in it: rag check - < FILE") from error
    if options.json:
        _print_json(verification.as_json(verified))
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


def chat(options: argparse.Namespace) -> int:
    """Serve the web chat."""
    from rag.chat import serve

    with _opened(options) as archive:
        serve(archive, announce=lambda address: print(f"Ask at {address}", flush=True))
    return DONE


def list_articles(options: argparse.Namespace) -> int:
    """List the articles of the archive."""
    from rag import rendering

    with _opened(options) as archive:
        sources = archive.articles()
    if options.json:
        _print_json([rendering.source_as_json(each) for each in sources])
    else:
        for source in sources:
            print(rendering.visible(f"{source.id}\t{rendering.cite(source)}"))
    return DONE


def show_article(options: argparse.Namespace) -> int:
    """Print one article, or the words that the id of a quote names."""
    from rag import citations, rendering
    from rag.types import Article

    with _opened(options) as archive:
        shown = _open(archive, options.id)
    if isinstance(shown, Article):
        if options.json:
            _print_json(rendering.source_as_json(shown.source) | {"text": shown.text})
        else:
            print(rendering.visible(f"{rendering.cite(shown.source)}\n\n{shown.text}"))
    elif options.json:
        _print_json(citations.cited_as_json(shown))
    else:
        print(citations.cited_as_text(shown))
    return DONE


def _open(archive: Archive, name: str) -> Article | Cited:
    """Return what an id names, of a quote or else of an article, which may look like one."""
    from rag.permalinks import PATTERN

    if not PATTERN.fullmatch(name):
        return archive.article(name)
    try:
        return archive.cited(name)
    except ArticleError:
        with suppress(ArticleError):
            return archive.article(name)
        raise


def remove_article(options: argparse.Namespace) -> int:
    """Remove one article."""
    with _opened(options) as archive:
        archive.remove(options.id)
    print(f"removed {options.id}")
    return DONE


def evaluate(options: argparse.Namespace) -> int:
    """Measure the archive on a file of questions with known answers."""
    from rag import evaluation

    with _opened(options) as archive, _bar("ask") as progress:
        figures = evaluation.evaluate(
            archive, evaluation.read_questions(options.file), progress=progress
        )
    if options.json:
        _print_json(evaluation.as_json(figures))
    else:
        print(evaluation.as_text(figures))
    return DONE


def diagnose(options: argparse.Namespace) -> int:
    """Say what is wrong with the installation and the store, and what mends it."""
    from rag import diagnosis

    findings = diagnosis.diagnose(_settings(options))
    for finding in findings:
        print(f"{'ok ' if finding.ok else 'BAD'} {finding.subject}: {finding.state}")
    return DONE if all(finding.ok for finding in findings) else TROUBLE


COMMANDS = {
    "ingest": ingest,
    "ask": ask,
    "check": check,
    "chat": chat,
    "articles list": list_articles,
    "articles show": show_article,
    "articles remove": remove_article,
    "evaluate": evaluate,
    "doctor": diagnose,
}


def _settings(options: argparse.Namespace) -> Settings:
    names = ("host", "port", "limit")
    chosen = {name: getattr(options, name, None) for name in names}
    return Settings.load(store=Path(options.store) if options.store else None, **chosen)


def _filters(options: argparse.Namespace) -> dict[str, Any]:
    return {
        "today": options.today,
        "drop": options.drop,
        "since": options.since,
        "until": options.until,
        "publishers": options.publisher,
        "limit": options.limit,
    }


@contextmanager
def _opened(options: argparse.Namespace) -> Iterator[Archive]:
    """Open the store that is named, which must be there, or the default one, made if it is not."""
    from rag.answering import Archive
    from rag.opening import open_default

    settings = _settings(options)
    if options.store:
        archive = Archive.open(settings=settings, create=False)
    else:
        with _bar("first use: ingest the corpus") as progress:
            archive = open_default(settings, progress=progress)
    with archive:
        yield archive


@contextmanager
def _source(name: str) -> Iterator[TextIO]:
    # A stray byte makes its own line fail, as what it decodes to is no text; not the others.
    if name == "-":
        if isinstance(sys.stdin, TextIOWrapper):
            sys.stdin.reconfigure(encoding="utf-8", errors="surrogateescape")
        yield sys.stdin
        return
    try:
        with Path(name).open(encoding="utf-8", errors="surrogateescape") as file:
            yield file
    except OSError as error:
        raise QuestionError(f"{name} cannot be read: {error.strerror}") from error


@contextmanager
def _bar(label: str) -> Iterator[Callable[[int, int], None]]:
    """Show a progress bar with rate and time left, from the first report on."""
    from tqdm import tqdm

    bar: tqdm[Any] | None = None

    def show(done: int, total: int) -> None:
        nonlocal bar
        if bar is None:
            bar = tqdm(total=total, desc=label, file=sys.stderr, dynamic_ncols=True)
        bar.total = total
        bar.update(done - bar.n)

    try:
        yield show
    finally:
        if bar is not None:
            bar.close()


def _print_json(value: Any) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=2))


def _complain(error: RagError, code: int) -> int:
    from rag.rendering import visible

    print(f"rag: {visible(str(error))}", file=sys.stderr)
    return code
