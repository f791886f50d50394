"""Kill a process that writes at random points: nothing may be lost, doubled or half there."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from shutil import copytree, rmtree

from benchmarks import load
from benchmarks.newsroom import Newsroom
from rag import ingestion
from rag.answering import Archive
from rag.catalog import Catalog
from rag.generations import BUILDING, LEFT
from rag.origin import Origin
from rag.settings import Settings
from rag.store import Store
from rag.types import Span
from tests.hashing_embedder import HashingEmbedder
from tests.processes import Forks

# Small passages, so that an article has several.
TOKENS = 32
ARTICLES = 60
TURNS = 8

# What is killed: the words that tell a process of `tests.processes` what to do.
OPERATIONS = ("ingest", "sync", "remove", "erase", "reindex", "import")
# Articles that are erased.
ERASED = 3
# The passages that are made by a reindex.
LARGER_TOKENS = 64

# The digest of each article and the spans of its passages, by its id.
State = Mapping[str, tuple[str, tuple[Span, ...]]]


@dataclass
class Killed:
    """What was found after so many kills; each fault as text."""

    points: int = 0
    faults: list[str] = field(default_factory=list)
    residue: int = 0  # bytes of erased sentences and vectors that are left in files


class Scene:
    """A store before an operation, what it is to be after it, and a way to do it in between."""

    def __init__(self, folder: Path, operation: str, forks: Forks, *, seed: int = 0) -> None:
        """Make the store, and do the operation once without a kill.

        Args:
            folder: An empty folder to work in.
            operation: One of `OPERATIONS`.
            forks: Does it; its settings have `TOKENS`.
            seed: Chooses the articles, and the points.
        """
        self._forks, self._operation, self._folder = forks, operation, folder
        self._chance = Random(seed)
        self._erased: tuple[bytes, ...] = ()
        self._newsroom = Newsroom(folder / "articles", seed=seed)
        self._newsroom.write(ARTICLES)
        self._base, self._store = folder / "base", folder / "store"
        assert self._do(self._base, "ingest", self._newsroom.folder) == 0
        self._argument = self._prepare()
        self._before = read_state(self._base)
        copytree(self._base, self._store)
        begun = time.monotonic()
        assert self._do(self._store, operation, self._argument) == 0
        self._duration = time.monotonic() - begun
        self._after = read_state(self._store)
        assert self._after != self._before

    def kill(self, points: int) -> Killed:
        """Kill the operation at random points, do it again, and look, each time."""
        killed = Killed()
        while killed.points < points:
            rmtree(self._store)
            copytree(self._base, self._store)
            with self._read(killed):
                process = self._forks.begin(self._store, self._operation, self._argument)
                time.sleep(self._chance.uniform(0, self._duration))
                with suppress(ProcessLookupError):
                    os.kill(process, signal.SIGKILL)
                code = self._forks.end()
            if code != -signal.SIGKILL:
                continue  # it was done before
            killed.points += 1
            state = read_state(self._store)
            self._compare(state, {*state, *self._before, *self._after}, killed, "after the kill")
            if self._operation == "reindex" and state not in (self._before, self._after):
                killed.faults.append("after the kill: some passages are as before, some as after")
            if self._do(self._store, self._operation, self._argument) and state != self._after:
                killed.faults.append("it failed the second time, and was not done before")
            self._check_whole(killed)
            killed.residue += self._count_residue(self._store)
        return killed

    def _do(self, store: Path, action: str, argument: str | Path) -> int:
        self._forks.begin(store, action, argument)
        return self._forks.end()

    def _prepare(self) -> str:
        if self._operation == "remove":
            return sorted(read_state(self._base))[0]
        if self._operation == "reindex":
            return str(LARGER_TOKENS)
        if self._operation == "erase":
            return self._choose_erased()
        for _ in range(TURNS):
            self._newsroom.turn()
        self._newsroom.write(ARTICLES)
        if self._operation == "import":
            other, file = self._folder / "other", self._folder / "archive.zip"
            assert self._do(other, "ingest", self._newsroom.folder) == 0
            assert self._do(other, "export", file) == 0
            return str(file)
        return str(self._newsroom.folder)

    def _choose_erased(self) -> str:
        erased = self._chance.sample(sorted(read_state(self._base)), ERASED)
        with closing(Catalog(self._base, create=False)) as catalog:
            cuts = catalog.passages(key for each in erased for key in catalog.keys(each))
        found = [*cuts.values()]
        sentences = [cut.cut(span).encode() for cut in found for span in cut.sentences]
        vectors = [each.tobytes() for each in ingestion.embed(found, HashingEmbedder())]
        self._erased = (*sentences, *vectors)
        assert self._count_residue(self._base) >= sum(map(len, self._erased))
        return " ".join(erased)

    def _count_residue(self, store: Path) -> int:
        files = [path.read_bytes() for path in store.rglob("*") if path.is_file()]
        return sum(file.count(each) * len(each) for file in files for each in self._erased)

    def _compare(self, state: State, named: Collection[str], killed: Killed, when: str) -> None:
        for article in named:
            known = (self._before.get(article), self._after.get(article))
            if state.get(article) not in known:
                killed.faults.append(f"{when}: {article} is neither as before nor as after")

    def _check_whole(self, killed: Killed) -> None:
        with closing(Catalog(self._store, create=False)) as catalog:
            origin = Origin.read(catalog.facts())
        assert origin
        settings = Settings(store=self._store, passage_tokens=origin.passage_tokens)
        with closing(Store(settings, create=False, embedder=HashingEmbedder())) as store:
            if store.catalog.facts().get(LEFT) or store.catalog.facts().get(BUILDING):
                killed.faults.append("the second time left indexes that serve no more")
            keys = sorted(store.catalog.keys())
            for name, index in (
                ("vectors", store.indexes.vectors),
                ("words", store.indexes.lexical),
            ):
                if sorted(index.keys()) != keys:
                    killed.faults.append(f"the index of {name} differs from the catalog")
        if read_state(self._store) != self._after:
            killed.faults.append("the second time did not finish it")

    @contextmanager
    def _read(self, killed: Killed) -> Iterator[None]:
        """Read the archive over and over while the block runs, and compare what is there."""
        done = threading.Event()
        embedder = HashingEmbedder()
        settings = Settings(store=self._store, passage_tokens=TOKENS)
        archive = Archive.open(settings=settings, embedder=embedder, reading_model=embedder)

        def read() -> None:
            try:
                while not done.is_set():
                    state = read_state(self._store)
                    self._compare(state, {*state}, killed, "meanwhile")
                    question = self._chance.choice(self._newsroom.questions)
                    for quote in archive.ask(question).quotes:
                        if not load.is_true(quote, self._newsroom.texts):
                            killed.faults.append(f"meanwhile: {quote.id} is not what it cites")
            except Exception as error:  # noqa: BLE001 - every error is counted
                killed.faults.append(f"meanwhile: {type(error).__name__}: {error}")

        with archive:
            thread = threading.Thread(target=read)
            thread.start()
            try:
                yield
            finally:
                done.set()
                thread.join()


def read_state(store: Path) -> State:
    """Return what a store's catalog holds."""
    state: dict[str, tuple[str, tuple[Span, ...]]] = {}
    with closing(Catalog(store, create=False)) as catalog:
        # In one statement, so all of it at one moment.
        for cut in catalog.passages(catalog.keys()).values():
            digest, spans = state.get(cut.source.id, (cut.source.digest, ()))
            state[cut.source.id] = digest, (*spans, cut.span)
    return state
