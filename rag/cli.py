"""The `rag` command: arguments in, text or JSON and an exit code out. The only module that prints.

Exit codes: 0 answered, quoted exactly or done, 1 the archive does not say, or not so, 2 wrong use,
3 store or model trouble.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from rag.errors import ArticleError, QuestionError, RagError, SettingsError
from rag.settings import Settings

if TYPE_CHECKING:
    from rag.answering import Archive

DONE, SILENT, WRONG_USE, TROUBLE, INTERRUPTED = 0, 1, 2, 3, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command.

    Args:
        arguments: The words after `rag`; else those of this process.

    Returns:
        The exit code.
    """
    options = _parser().parse_args(arguments)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # What cannot be encoded shows as an escape, which is also how JSON writes it.
            stream.reconfigure(errors="backslashreplace")
    try:
        return int(options.run(options))
    except (QuestionError, SettingsError, ArticleError) as error:
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
        report = archive.ingest(options.paths, fields=options.fields, progress=progress)
    print(rendering.report_as_text(report))
    named = {Path(path) for path in options.paths}
    return WRONG_USE if any(Path(each.path) in named for each in report.failed) else DONE


def ask(options: argparse.Namespace) -> int:
    """Answer a question, or a file of questions."""
    if (options.batch is None) == (options.question is None):
        raise QuestionError("give either a question or --batch FILE")
    from rag import rendering

    with _opened(options) as archive:
        if options.batch:
            with _source(options.batch) as lines:
                for result in answer_batch(archive, lines, _filters(options)):
                    print(json.dumps(result, ensure_ascii=False), flush=True)
            return DONE
        answer = archive.ask(
            options.question,
            history=options.history,
            wording=options.wording,
            **_filters(options),
        )
    if options.json:
        print(json.dumps(rendering.as_json(answer), ensure_ascii=False, indent=2))
    else:
        print(rendering.as_text(answer))
    return DONE if answer.found else SILENT


def answer_batch(
    archive: Archive, lines: Iterator[str], filters: dict[str, Any]
) -> Iterator[dict[str, Any]]:
    """Answer questions given as JSON lines, one object each; a bad line never stops the rest."""
    from rag import rendering

    for line in lines:
        if not line.strip():
            continue
        known = None
        try:
            asked = json.loads(line, parse_constant=_refuse_constant)
            if not isinstance(asked, dict):
                raise QuestionError("the line is not a JSON object")
            known = asked.get("id")
            question, history = asked.get("question"), asked.get("history")
            history = [] if history is None else history
            if not isinstance(question, str):
                raise QuestionError("the line has no “question” text")
            if not isinstance(history, list) or not all(isinstance(each, str) for each in history):
                raise QuestionError("“history” is not a list of texts")
            answer = archive.ask(question, history=history, **filters)
        except (QuestionError, ValueError, RecursionError) as error:
            yield {"id": known, "error": str(error)}
        else:
            yield {"id": known} | rendering.as_json(answer)


def _refuse_constant(name: str) -> None:
    raise QuestionError(f"{name} is no JSON")


def check(options: argparse.Namespace) -> int:
    """Tell whether a quotation stands in the archive, word for word."""
    from rag import rendering
    from rag.checking import Status

    quotation = options.quotation
    if quotation == "-":
        with _source(quotation) as lines:
            quotation = "".join(lines)
    with _opened(options) as archive:
        checked = archive.check(quotation)
    if options.json:
        print(json.dumps(rendering.check_as_json(checked), ensure_ascii=False, indent=2))
    else:
        print(rendering.check_as_text(checked))
    return DONE if checked.status is Status.EXACT else SILENT


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
        print(
            json.dumps(
                [rendering.source_as_json(each) for each in sources], ensure_ascii=False, indent=2
            )
        )
    else:
        for source in sources:
            print(rendering.visible(f"{source.id}\t{rendering.cite(source)}"))
    return DONE


def show_article(options: argparse.Namespace) -> int:
    """Print one article."""
    from rag import rendering

    with _opened(options) as archive:
        article = archive.article(options.id)
    if options.json:
        shown = rendering.source_as_json(article.source) | {"text": article.text}
        print(json.dumps(shown, ensure_ascii=False, indent=2))
    else:
        print(rendering.visible(f"{rendering.cite(article.source)}\n\n{article.text}"))
    return DONE


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
        print(json.dumps(evaluation.as_json(figures), ensure_ascii=False, indent=2))
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


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="rag", description="Ask an archive of news articles; be answered in its own words."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, run: Callable[[argparse.Namespace], int], where: Any = commands) -> Any:
        command = where.add_parser(name, help=run.__doc__, description=run.__doc__)
        command.set_defaults(run=run)
        # Under `articles` an option may also stand before the action, which must not undo it.
        default = None if where is commands else argparse.SUPPRESS
        command.add_argument(
            "--store", metavar="DIR", default=default, help="the store's folder (rag-store)"
        )
        return command

    _add_ingest_options(add("ingest", ingest))
    _add_ask_options(add("ask", ask))
    command = add("check", check)
    command.add_argument("quotation", metavar="TEXT", help="the quotation; - for standard input")
    _add_json(command)
    command = add("chat", chat)
    command.add_argument("--host", metavar="H", help="the address to bind to (127.0.0.1)")
    command.add_argument("--port", metavar="N", type=int, help="the port to bind to (7860)")
    command = add("articles", list_articles)
    _add_json(command)
    actions = command.add_subparsers(metavar="ACTION")
    _add_json(add("list", list_articles, actions), default=argparse.SUPPRESS)
    for name, run in (("show", show_article), ("remove", remove_article)):
        action = add(name, run, actions)
        action.add_argument("id", metavar="ID", help="an article's id, as listed")
        if run is show_article:
            _add_json(action, default=argparse.SUPPRESS)
    command = add("evaluate", evaluate)
    command.add_argument("file", metavar="FILE", help="questions with answers, as JSON lines")
    _add_json(command)
    add("doctor", diagnose)
    return parser


def _add_ingest_options(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "paths",
        nargs="+",
        metavar="PATH",
        help="a file or folder of .txt, .md, .html, .jsonl, .csv, .xml (RSS, Atom, NewsML-G2), "
        ".eml, .pdf, .docx, .epub, .zip",
    )
    command.add_argument(
        "--fields",
        type=_mapping,
        metavar="FIELD=NAME,...",
        help="columns of .csv and keys of .jsonl that give fields, as text=body,title=headline",
    )


def _add_ask_options(command: argparse.ArgumentParser) -> None:
    command.add_argument("question", nargs="?", metavar="QUESTION", help="the question")
    command.add_argument(
        "--history",
        action="append",
        default=[],
        metavar="Q",
        help="an earlier question that this one follows up; oldest first",
    )
    command.add_argument("--wording", metavar="W", help="what to search for, in your own words")
    command.add_argument(
        "--today", type=_day, metavar="D", help="the day that “yesterday” counts from"
    )
    command.add_argument(
        "--drop", action="append", default=[], metavar="PHRASE", help="words not read as a date"
    )
    command.add_argument("--since", type=_day, metavar="D", help="first day, as 2016-12-01")
    command.add_argument("--until", type=_day, metavar="D", help="last day, as 2016-12-31")
    command.add_argument(
        "--publisher", action="append", default=[], metavar="NAME", help="a publisher to search"
    )
    command.add_argument("--limit", type=int, metavar="N", help="quotes at most (5)")
    command.add_argument("--batch", metavar="FILE", help="JSON lines with questions; - for input")
    _add_json(command)


def _add_json(command: argparse.ArgumentParser, *, default: Any = False) -> None:
    command.add_argument("--json", action="store_true", default=default, help="print JSON")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not a day such as 2016-12-01") from error


def _mapping(text: str) -> dict[str, str]:
    pairs = [[word.strip() for word in pair.split("=", 1)] for pair in text.split(",")]
    if not all(len(pair) == 2 and all(pair) for pair in pairs):
        raise argparse.ArgumentTypeError(f"{text!r} is not like text=body,title=headline")
    return dict(pairs)


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


def _complain(error: RagError, code: int) -> int:
    from rag.rendering import visible

    print(f"rag: {visible(str(error))}", file=sys.stderr)
    return code
