"""What every command needs: exit codes, settings, an opened archive, progress, JSON."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from rag.errors import QuestionError
from rag.settings import Settings

if TYPE_CHECKING:
    from rag.answering import Archive

DONE, SILENT, WRONG_USE, TROUBLE, INTERRUPTED = 0, 1, 2, 3, 130


def choose_settings(options: argparse.Namespace) -> Settings:
    """Return the settings that the options name, else those of the environment."""
    names = (
        *("host", "port", "limit", "login", "public", "allow_host", "root_path", "concurrency"),
        *("model", "passage_tokens"),
        *("allow_remove", "allow_upload"),
    )
    chosen = {name: getattr(options, name, None) for name in names}
    return Settings.load(store=Path(options.store) if options.store else None, **chosen)


@contextmanager
def opened(options: argparse.Namespace) -> Iterator[Archive]:
    """Open the store that is named, which must be there, or the default one, made if it is not."""
    from rag.answering import Archive
    from rag.opening import open_default

    settings = choose_settings(options)
    if options.store:
        archive = Archive.open(settings=settings, create=False)
    else:
        with progress_bar("first use: ingest the corpus") as progress:
            archive = open_default(settings, progress=progress)
    with archive:
        yield archive


@contextmanager
def read_lines(name: str) -> Iterator[TextIO]:
    """Open a file that is named, or standard input for `-`."""
    # A stray byte makes its own line fail, as what it decodes to is no text; not the others.
    if name == "-":
        if isinstance(sys.stdin, TextIOWrapper):
            sys.stdin.reconfigure(encoding="utf-8", errors="surrogateescape")
        yield sys.stdin
        return
    with ExitStack() as stack:
        try:
            file = stack.enter_context(Path(name).open(encoding="utf-8", errors="surrogateescape"))
        except OSError as error:
            raise QuestionError(f"{name} cannot be read: {error.strerror}") from error
        yield file


@contextmanager
def progress_bar(label: str) -> Iterator[Callable[[int, int], None]]:
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


def print_json(value: Any, *, indent: int | None = 2) -> None:
    """Print a value as JSON; in ASCII alone where the output may lack characters."""
    ascii_alone = str(sys.stdout.encoding).lower() != "utf-8"
    print(json.dumps(value, ensure_ascii=ascii_alone, indent=indent), flush=True)
