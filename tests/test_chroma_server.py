"""Vectors on a Chroma server: a real one, ended and started again, behind a proxy, or away."""

import logging
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from rag.answering import Archive
from rag.cli import main
from rag.errors import SettingsError, StoreError
from rag.settings import Settings
from tests import making
from tests.chroma_server import HEADER, TOKEN, ChromaServer, chroma_server, proxy
from tests.hashing_embedder import HashingEmbedder
from tests.processes import keeper

HERON = "The grey heron of Tarn Lake built its nest on the roof of the town hall."


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChromaServer]:
    with chroma_server(tmp_path_factory.mktemp("chroma")) as running:
        yield running


@pytest.fixture
def chosen(server: ChromaServer, store: Path) -> Settings:
    return Settings(store=store, chroma_url=server.url, chroma_timeout=20)


@pytest.fixture
def served(chosen: Settings, folder: Path, embedder: HashingEmbedder) -> Iterator[Archive]:
    """An archive of three articles whose vectors are on the server."""
    with open_archive(chosen, embedder) as opened:
        opened.ingest(folder)
        yield opened


def open_archive(settings: Settings, embedder: HashingEmbedder) -> Archive:
    return Archive.open(settings=settings, embedder=embedder, reading_model=embedder)


def dense(archive: Archive) -> int:
    return archive.count()["vectors"]


def test_articles_are_brought_in_found_and_removed(
    served: Archive, chosen: Settings, embedder: HashingEmbedder
) -> None:
    assert dense(served) == served.count()["passages"]
    assert not (chosen.store / "chroma").exists()
    assert "smoke" in served.ask("Who saw smoke above the stern?").quotes[0].text
    with open_archive(chosen, embedder) as again:
        assert again.count() == served.count()
        again.remove(again.articles()[0].id)
    assert dense(served) == served.count()["passages"] < 8


def test_indexes_made_anew_take_the_place_of_the_old_on_the_server(
    served: Archive, chosen: Settings, embedder: HashingEmbedder
) -> None:
    import chromadb

    before = served.ask("Who saw smoke above the stern?")
    port = int(chosen.chroma_url.rpartition(":")[2])
    collections = len(chromadb.HttpClient(port=port).list_collections())
    Archive.reindex(settings=replace(chosen, passage_tokens=32), embedder=embedder)
    assert served.ask("Who saw smoke above the stern?").quotes[0].text == before.quotes[0].text
    assert dense(served) == served.count()["passages"] > 3
    assert len(chromadb.HttpClient(port=port).list_collections()) == collections


def test_archives_that_share_a_server_do_not_mix(
    served: Archive, chosen: Settings, embedder: HashingEmbedder, tmp_path: Path
) -> None:
    path = making.write(tmp_path / "new", "heron.md", HERON)
    with open_archive(replace(chosen, store=tmp_path / "second"), embedder) as second:
        second.ingest(path)
        assert dense(second) == 1
        assert dense(served) == served.count()["passages"] > 1


def test_processes_share_what_is_on_the_server(
    served: Archive, server: ChromaServer, store: Path, tmp_path: Path
) -> None:
    path = making.write(tmp_path / "new", "heron.md", HERON)
    with ExitStack() as opened:
        writer, reader = (
            opened.enter_context(keeper(store, RAG_CHROMA_URL=server.url)) for _ in range(2)
        )
        assert writer.tell("ingest", path) == "added 1, updated 0"
        question = "Where did the grey heron build its nest?"
        assert reader.tell("ask", question) == HERON == served.ask(question).quotes[0].text
    assert dense(served) == served.count()["passages"]


def test_a_server_that_is_started_anew_in_the_middle_is_waited_for(
    served: Archive, server: ChromaServer, tmp_path: Path
) -> None:
    server.end()
    starting = threading.Timer(0.5, server.start)
    starting.start()
    assert served.ask("Who saw smoke above the stern?").found
    starting.join()

    server.end()
    starting = threading.Timer(0.5, server.start)
    starting.start()
    path = making.write(tmp_path / "new", "heron.md", HERON)
    assert len(served.ingest(path).added) == 1
    starting.join()
    assert dense(served) == served.count()["passages"]


def test_a_server_that_ends_during_an_ingest_leaves_an_archive_that_the_next_one_finishes(
    served: Archive,
    server: ChromaServer,
    chosen: Settings,
    embedder: HashingEmbedder,
    tmp_path: Path,
) -> None:
    many = making.write_many(tmp_path / "many", 150)

    def end(done: int, _: int) -> None:
        if done >= 60:
            server.end()

    with open_archive(replace(chosen, chroma_timeout=2), embedder) as impatient:
        with pytest.raises(StoreError, match="cannot be reached"):
            impatient.ingest(many, progress=end)
        known = len(served.articles())
        assert 3 < known < 153
        server.start()
        assert len(impatient.ingest(many).unchanged) == known - 3
    assert len(served.articles()) == 153
    assert dense(served) == served.count()["passages"]


def test_a_server_that_is_away_is_named_in_time(
    store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        url = f"http://127.0.0.1:{probe.getsockname()[1]}"
    monkeypatch.setenv("RAG_CHROMA_URL", url)
    monkeypatch.setenv("RAG_CHROMA_TIMEOUT", "4")
    begun = time.monotonic()
    path = making.write(tmp_path / "new", "heron.md", HERON)
    assert main(["ingest", str(path), "--store", str(store)]) == 3
    assert time.monotonic() - begun < 60  # not for ever
    told = capsys.readouterr().err
    assert url in told
    assert "chroma run" in told


def test_a_server_that_never_answers_is_given_up(store: Path, embedder: HashingEmbedder) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        settings = Settings(store=store, chroma_url=url, chroma_timeout=1)
        with pytest.raises(StoreError, match=url):
            open_archive(settings, embedder)


def test_a_proxy_is_sent_the_header_and_nobody_is_told_of_it(
    server: ChromaServer,
    chosen: Settings,
    folder: Path,
    embedder: HashingEmbedder,
    caplog: pytest.LogCaptureFixture,
) -> None:
    with proxy(server.port) as url, caplog.at_level(logging.DEBUG):
        behind = replace(chosen, chroma_url=url, chroma_headers=(f"{HEADER}={TOKEN}",))
        with open_archive(behind, embedder) as opened:
            assert opened.ingest(folder).passages == dense(opened) > 0
        assert TOKEN not in repr(behind)
        wrong = replace(behind, chroma_headers=(f"{HEADER}=Bearer sesame",))
        with pytest.raises(StoreError, match="401") as caught:
            open_archive(wrong, embedder)
        assert url in str(caught.value)
        assert "sesame" not in str(caught.value)
    assert TOKEN not in caplog.text
    assert "sesame" not in caplog.text


@pytest.mark.parametrize("url", ["127.0.0.1:8000", "ftp://host", "http://me:word@host", "http://"])
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(SettingsError, match="chroma_url") as caught:
        Settings(chroma_url=url)
    assert "word@" not in str(caught.value)


@pytest.mark.parametrize("header", ["sesame", "=sesame", "Name=", "Na me=sesame", "A=sesame\nB: c"])
def test_a_header_that_is_none_is_refused_without_being_shown(header: str) -> None:
    with pytest.raises(SettingsError, match="chroma_headers") as caught:
        Settings(chroma_headers=(header,))
    assert "sesame" not in str(caught.value)
