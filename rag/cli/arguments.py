"""The arguments that the `rag` command takes."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

Run = Callable[[argparse.Namespace], int]


def make_parser(runs: Mapping[str, Run]) -> argparse.ArgumentParser:
    """Return the parser of the command; what it reads has the chosen function as `run`.

    Args:
        runs: What runs a command, by the command's words; its docstring is the command's help.
    """
    parser = argparse.ArgumentParser(
        prog="rag", description="Ask an archive of news articles; be answered in its own words."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(words: str, where: Any = commands, name: str = "") -> Any:
        run, name = runs[words], name or words.split()[-1]
        command = where.add_parser(name, help=run.__doc__, description=run.__doc__)
        command.set_defaults(run=run)
        # Under `articles` an option may also stand before the action, which must not undo it.
        default = None if where is commands else argparse.SUPPRESS
        command.add_argument(
            "--store", metavar="DIR", default=default, help="the store's folder (rag-store)"
        )
        return command

    _add_ingest_options(add("ingest"))
    _add_sync_options(add("sync"))
    _add_ask_options(add("ask"))
    command = add("check")
    command.add_argument(
        "quotation",
        metavar="TEXT|FILE",
        help="the quotation, - for standard input, or a file of evidence to verify",
    )
    _add_json(command)
    _add_chat_options(add("chat"))
    add("mcp")
    _add_articles(add)
    _add_selection(add("remove"))
    command = add("erase")
    _add_selection(command)
    command.add_argument("--yes", action="store_true", help="do not ask first")
    command = add("evaluate")
    command.add_argument("file", metavar="FILE", help="questions with answers, as JSON lines")
    _add_json(command)
    _add_upkeep(add)
    return parser


def _add_ingest_options(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "paths",
        nargs="+",
        metavar="PATH",
        help="a file or folder of .txt, .md, .html, .jsonl, .ndjson, .csv, .tsv, .xml (RSS, "
        "Atom, NewsML-G2), .eml, .pdf, .docx, .epub, .zip; the address of a page or a feed; - for "
        "a list of these on standard input, one a line",
    )
    _add_fields(command)
    command.add_argument(
        "--allow-private",
        action="store_true",
        help="fetch also from private, loopback and link-local addresses",
    )
    _add_json(command)


def _add_sync_options(command: argparse.ArgumentParser) -> None:
    command.add_argument("folder", metavar="FOLDER", help="the folder that the archive is to equal")
    _add_fields(command)
    command.add_argument(
        "--allow-empty",
        action="store_true",
        help="withdraw all that came from a folder that holds no article now",
    )
    _add_dry_run(command)
    _add_json(command)


def _add_fields(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--fields",
        type=_mapping,
        metavar="FIELD=NAME,...",
        help="columns of .csv and keys of .jsonl that give fields, as text=body,title=headline",
    )


def _add_chat_options(command: argparse.ArgumentParser) -> None:
    command.add_argument("--host", metavar="H", help="the address to bind to (127.0.0.1)")
    command.add_argument("--port", metavar="N", type=int, help="the port to bind to (7860)")
    command.add_argument(
        "--login", metavar="FILE", type=Path, help="an htpasswd file of those who may use it"
    )
    command.add_argument(
        "--public", action="store_true", default=None, help="serve other machines without a login"
    )
    command.add_argument(
        "--allow-host",
        action="append",
        metavar="NAME",
        help="a name, besides its own, that it may be opened under",
    )
    command.add_argument(
        "--root-path", metavar="PATH", help="the path that a proxy serves it under"
    )
    command.add_argument(
        "--concurrency", metavar="N", type=int, help="questions worked on at once (2)"
    )
    command.add_argument(
        "--allow-remove", action="store_true", default=None, help="let readers remove articles"
    )
    command.add_argument(
        "--allow-upload", action="store_true", default=None, help="let readers add articles"
    )


def _add_dry_run(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--dry-run", action="store_true", help="change nothing, print what would be done"
    )


def _add_upkeep(add: Callable[..., Any]) -> None:
    command = add("reindex")
    command.add_argument("--model", metavar="NAME", help="the embedding model (RAG_MODEL)")
    command.add_argument(
        "--passage-tokens", type=int, metavar="N", help="tokens of a passage (RAG_PASSAGE_TOKENS)"
    )
    _add_json(command)
    command = add("export")
    command.add_argument("file", metavar="FILE", help="the file to write, such as archive.zip")
    command.add_argument("--force", action="store_true", help="write over a file that is there")
    _add_json(command)
    command = add("import")
    command.add_argument("file", metavar="FILE", help="a file that rag export has written")
    _add_json(command)
    command = add("doctor")
    command.add_argument(
        "--repair", action="store_true", help="make the indexes anew from the stored articles"
    )
    _add_json(command)


def _add_articles(add: Callable[..., Any]) -> None:
    command = add("articles list", name="articles")
    _add_json(command)
    actions = command.add_subparsers(metavar="ACTION")
    _add_json(add("articles list", actions), default=argparse.SUPPRESS)
    action = add("articles show", actions)
    action.add_argument("id", metavar="ID", help="an article's id, as listed, or a quote's")
    _add_json(action, default=argparse.SUPPRESS)
    action = add("articles remove", actions)
    action.add_argument("id", metavar="ID", help="an article's id, as listed")


def _add_selection(command: argparse.ArgumentParser) -> None:
    command.add_argument("ids", nargs="*", metavar="ID", help="an article's id, as listed")
    command.add_argument(
        "--path",
        action="append",
        default=[],
        metavar="P",
        help="a path as it was ingested, a folder above it, or a pattern such as 'old/*.md'",
    )
    command.add_argument(
        "--publisher", action="append", default=[], metavar="NAME", help="a publisher"
    )
    _add_days(command)
    _add_dry_run(command)
    _add_json(command)


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
    _add_days(command)
    command.add_argument(
        "--publisher", action="append", default=[], metavar="NAME", help="a publisher to search"
    )
    command.add_argument("--limit", type=int, metavar="N", help="quotes at most (5)")
    command.add_argument("--batch", metavar="FILE", help="JSON lines with questions; - for input")
    command.add_argument(
        "--save", metavar="FILE", help="write the answers to a new file of evidence"
    )
    command.add_argument("--force", action="store_true", help="write over a file that is there")
    shapes = command.add_mutually_exclusive_group()
    shapes.add_argument(
        "--cite", choices=("text", "markdown", "bibtex", "csl"), help="print the quotes' citations"
    )
    _add_json(shapes)


def _add_days(command: argparse.ArgumentParser) -> None:
    command.add_argument("--since", type=_day, metavar="D", help="first day, as 2016-12-01")
    command.add_argument("--until", type=_day, metavar="D", help="last day, as 2016-12-31")


def _add_json(command: argparse._ActionsContainer, *, default: Any = False) -> None:
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
