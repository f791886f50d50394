"""Other processes that keep an archive, with the hashing embedder, told what to do line by line."""

from __future__ import annotations

import os
import subprocess
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from rag.answering import Archive
from rag.settings import Settings
from tests.hashing_embedder import HashingEmbedder

ROOT = Path(__file__).parents[1]
HOLD = """
import sys, pathlib
from rag import lock
with lock.hold(pathlib.Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


class Keeper:
    """Another process with an archive opened."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process

    def tell(self, action: str, argument: str | Path = "") -> str:
        """Have one thing done, and return what it says of it."""
        self.begin(action, argument)
        return self.answer()

    def begin(self, action: str, argument: str | Path = "") -> None:
        """Have one thing begun."""
        assert self.process.stdin
        self.process.stdin.write(f"{action} {argument}\n")
        self.process.stdin.flush()

    def answer(self) -> str:
        """Wait for what was begun, and return what the process says of it."""
        assert self.process.stdout
        return self.process.stdout.readline().strip()


@contextmanager
def keeper(store: Path, **environment: str) -> Iterator[Keeper]:
    """Open a store in another process, for as long as the block runs."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.processes", str(store)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
        env=os.environ | environment,
        text=True,
    ) as process:
        keeping = Keeper(process)
        assert keeping.answer() == "opened"
        try:
            yield keeping
        finally:
            process.kill()


class Forks:
    """A process that does each thing in a new process of its own, which may be killed."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._keeper = Keeper(process)

    def begin(self, store: Path, action: str, argument: str | Path) -> int:
        """Have one thing begun, and return the id of the process that does it."""
        self._keeper.begin(f"{store}", f"{action} {argument}")
        return int(self._keeper.answer())

    def end(self) -> int:
        """Wait for the end of what was begun, and return its exit code."""
        return int(self._keeper.answer())


@contextmanager
def forks(**environment: str) -> Iterator[Forks]:
    """Run a process that does each thing in a new one, for as long as the block runs."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.processes"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
        env=os.environ | environment,
        text=True,
    ) as process:
        try:
            yield Forks(process)
        finally:
            process.kill()


@contextmanager
def held_elsewhere(store: Path) -> Iterator[int]:
    """Hold a store's lock in another process and yield that process's id."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(store)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
        text=True,
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == "held\n"
        yield process.pid
        process.kill()


def keep(store: str) -> None:
    """Do what standard input says, line by line."""
    embedder = HashingEmbedder()
    with Archive.open(store, embedder=embedder, reading_model=embedder) as archive:
        print("opened", flush=True)
        for line in sys.stdin:
            action, _, argument = line.strip().partition(" ")
            print(_do(archive, action, argument), flush=True)


def fork_each() -> None:
    """Do what standard input says, line by line, each in a new process."""
    import chromadb.api  # noqa: F401 - or each process would take seconds to import it
    import tantivy  # noqa: F401

    for line in sys.stdin:
        store, action, argument = line.strip().split(" ", 2)
        child = os.fork()
        if child:
            print(child, flush=True)
            print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
            continue
        try:
            embedder = HashingEmbedder()
            if action == "reindex":
                larger = replace(Settings.load(), passage_tokens=int(argument))
                Archive.reindex(store, settings=larger, embedder=embedder)
            else:
                with Archive.open(store, embedder=embedder, reading_model=embedder) as archive:
                    _do(archive, action, argument)
        except BaseException:  # noqa: BLE001 - the end of this process
            traceback.print_exc()
            os._exit(1)
        os._exit(0)


def _do(archive: Archive, action: str, argument: str) -> str:
    if action == "ingest":
        report = archive.ingest(argument)
        return f"added {len(report.added)}, updated {len(report.updated)}"
    if action == "sync":
        return f"removed {len(archive.sync(argument).removed)}"
    if action == "export":
        return f"versions {archive.export_to(argument).versions}"
    if action == "import":
        return f"added {len(archive.import_from(argument).added)}"
    if action == "remove":
        archive.remove(argument)
        return "removed"
    if action == "erase":
        return f"erased {len(archive.erase(*argument.split()).articles)}"
    answer = archive.ask(argument)
    return " | ".join(quote.text for quote in answer.quotes)


if __name__ == "__main__":
    keep(sys.argv[1]) if sys.argv[1:] else fork_each()
