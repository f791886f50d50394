"""Sixteen ask at once while articles are written: no error, no wrong citation, in short."""

from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks import load
from benchmarks.newsroom import Newsroom
from rag.answering import Archive
from tests.hashing_embedder import HashingEmbedder
from tests.processes import keeper

SECONDS = 5


@pytest.fixture
def newsroom(tmp_path: Path) -> Newsroom:
    made = Newsroom(tmp_path / "tarns", seed=16)
    made.write(40)
    return made


@pytest.mark.parametrize("elsewhere", [True, False], ids=["in another process", "in this one"])
def test_many_ask_while_articles_are_written(
    newsroom: Newsroom, store: Path, embedder: HashingEmbedder, elsewhere: bool
) -> None:
    with Archive.open(store, embedder=embedder, reading_model=embedder) as archive:
        archive.ingest(newsroom.folder)
        if elsewhere:
            with keeper(store) as other:
                done = load.measure(
                    archive,
                    newsroom,
                    lambda: other.tell("ingest", newsroom.folder),
                    seconds=SECONDS,
                )
                assert other.tell("ingest", newsroom.folder) == "added 0, updated 0"
        else:
            done = load.measure(
                archive, newsroom, lambda: archive.ingest(newsroom.folder), seconds=SECONDS
            )
        counts = archive.count()
    assert done.errors == []
    assert done.wrong == []
    assert done.quotes > len(done.asked) / 2 > load.QUESTIONERS
    assert done.rounds > 0
    assert counts["passages"] == counts["vectors"] == counts["lexical entries"]


def test_a_quote_that_is_not_the_slice_it_cites_is_told(
    newsroom: Newsroom, store: Path, embedder: HashingEmbedder
) -> None:
    with Archive.open(store, embedder=embedder, reading_model=embedder) as archive:
        archive.ingest(newsroom.folder)
        quote = archive.ask(newsroom.questions[0]).quotes[0]
    assert load.is_true(quote, newsroom.texts)
    source = quote.source
    assert not load.is_true(quote, newsroom.texts | {source.digest: "Rain fell. " * 40})
    other = replace(quote.passage, source=replace(source, digest="0" * 64))
    assert not load.is_true(replace(quote, passage=other), newsroom.texts)
