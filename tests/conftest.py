"""What many tests share: stores in temporary folders, the hashing embedder, the real model."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from rag import cli
from rag.answering import Archive
from rag.embedding import SHIPPED_MODEL, SentenceEmbedder
from rag.settings import Settings
from tests import making
from tests.hashing_embedder import HashingEmbedder

pytest_plugins = ["tests.browsing"]

CORPUS = Path(__file__).parents[1] / "corpus"

# Time is bounded by the number of examples, not by a clock that a busy machine makes late.
settings.register_profile(
    "rag", deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=60
)
settings.load_profile("rag")


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Keep a developer's own settings and stores out of every test."""
    for name in Settings.__slots__:
        monkeypatch.delenv(f"RAG_{name.upper()}", raising=False)
    monkeypatch.setenv("RAG_STORE", str(tmp_path / "default-store"))


@pytest.fixture
def embedder() -> HashingEmbedder:
    """An embedder without weights."""
    return HashingEmbedder()


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """Where a test's store goes; not made yet."""
    return tmp_path / "store"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three small articles as files."""
    return making.write_trio(tmp_path / "articles")


@pytest.fixture
def archive(store: Path, folder: Path, embedder: HashingEmbedder) -> Iterator[Archive]:
    """An archive that holds the three small articles."""
    with Archive.open(store, embedder=embedder, reading_model=embedder) as opened:
        opened.ingest(folder)
        yield opened


@pytest.fixture
def call_command(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Run the command in this process: its exit code, what it printed, its errors."""

    def run(*arguments: object) -> tuple[int, str, str]:
        try:
            code = cli.main([str(each) for each in arguments])
        except SystemExit as stop:  # argparse leaves this way
            code = int(stop.code or 0)
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        return code, out, err

    return run


@pytest.fixture
def run(
    call_command: Callable[..., tuple[int, str, str]],
    monkeypatch: pytest.MonkeyPatch,
    embedder: HashingEmbedder,
    store: Path,
) -> Callable[..., tuple[int, str, str]]:
    """Run the command with models without weights."""
    opened = partial(Archive.open, embedder=embedder, reading_model=embedder)
    monkeypatch.setattr(Archive, "open", opened)
    monkeypatch.setenv("RAG_STORE", str(store))
    return call_command


@pytest.fixture(scope="session")
def model() -> SentenceEmbedder:
    """The model that ships."""
    return SentenceEmbedder(SHIPPED_MODEL)


@pytest.fixture(scope="session")
def corpus_archive(
    tmp_path_factory: pytest.TempPathFactory, model: SentenceEmbedder
) -> Iterator[Archive]:
    """The corpus that ships, read with the model that ships; only asked, never changed."""
    store = tmp_path_factory.mktemp("corpus") / "store"
    with Archive.open(store, settings=Settings(), embedder=model) as opened:
        opened.ingest(CORPUS)
        yield opened
