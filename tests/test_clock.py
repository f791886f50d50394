"""A clock that was set back changes nothing but the times that are told."""

import os
import sqlite3
import time
from contextlib import closing
from pathlib import Path

from rag import lock
from rag.answering import Archive
from rag.catalog import FILE
from tests import making
from tests.hashing_embedder import HashingEmbedder

AHEAD = 10 * 365 * 86_400  # ten years, in seconds


def test_a_store_from_the_future_is_asked_and_changed(
    archive: Archive, store: Path, folder: Path, embedder: HashingEmbedder
) -> None:
    archive.remove(publishers=["Coast Post"])
    archive.close()
    later = time.time() + AHEAD
    with closing(sqlite3.connect(store / FILE)) as database:
        database.execute("UPDATE versions SET retired = retired + ? WHERE retired", (AHEAD,))
        database.commit()
    (store / lock.HOLDER).write_text("process 1 since 2036-11-22T10:00:00+00:00", encoding="utf-8")
    for path in (*store.rglob("*"), *folder.iterdir()):
        os.utime(path, (later, later))
    making.write(folder, "dam.md", "Otters live in the empty reservoir now.", title="Gates")
    with Archive.open(store, embedder=embedder, reading_model=embedder) as opened:
        before = opened._store.catalog.revision()
        report = opened.sync(folder)
        assert (len(report.added), len(report.updated), len(report.unchanged)) == (1, 1, 1)
        assert opened._store.catalog.revision() > before
        assert opened.ask("Who lives in the empty reservoir now?").found
        counts = opened.count()
        assert counts["passages"] == counts["vectors"] == counts["lexical entries"] == 3
        assert opened.remove(publishers=["Coast Post"])
