"""Erases articles for good, and proves that nothing of them is left in any file of the store.

What is to be looked for afterwards is written to a file first, which goes last: as long as it is
there, the erasure is not done, and the next one goes on with it. Each step can be done twice.
"""

from __future__ import annotations

import json
import os
from base64 import b64decode, b64encode
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from rag import generations, ingestion, residue, room, sentences
from rag.catalog import Catalog
from rag.errors import StoreError
from rag.generations import Copied
from rag.ingestion import Indexes
from rag.lexical import analyze
from rag.origin import Origin
from rag.reports import Erasure
from rag.settings import Settings
from rag.types import Article, Source

FILE = "erasure.json"

# Characters that are looked for at a time: of a sentence that was overwritten in part, a piece is
# found. Sixteen of them stand in English by chance about never; shorter ones are passed over.
PIECE = 32
SHORTEST = 8


@dataclass(frozen=True, slots=True)
class Traces:
    """What articles leave in a store: the ids, the texts and the bytes of vectors."""

    articles: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    vectors: tuple[bytes, ...] = ()

    def __add__(self, other: Traces) -> Traces:
        return Traces(
            self.articles + other.articles,
            self.texts + other.texts,
            self.vectors + other.vectors,
        )

    @classmethod
    def read(cls, store: Path) -> Self:
        """Return what an erasure that broke off was to look for; nothing if there was none.

        Raises:
            StoreError: The file that tells it cannot be read.
        """
        path = store / FILE
        try:
            if not path.exists():
                return cls()
            told = json.loads(path.read_text(encoding="utf-8"))
            vectors = tuple(b64decode(each) for each in told["vectors"])
            return cls(tuple(told["articles"]), tuple(told["texts"]), vectors)
        except (OSError, ValueError, KeyError) as error:
            raise StoreError(
                f"{path}, which an erasure left that broke off, cannot be read ({error}); delete "
                "it, and erase the articles again"
            ) from error

    def write(self, store: Path) -> None:
        """Write down what is to be looked for.

        Raises:
            StoreError: It cannot be written.
        """
        vectors = [b64encode(each).decode() for each in self.vectors]
        told = {"articles": self.articles, "texts": self.texts, "vectors": vectors}
        aside = store / f"{FILE}.new"
        try:
            with aside.open("w", encoding="utf-8") as file:
                json.dump(told, file)
                file.flush()
                os.fsync(file.fileno())
            aside.replace(store / FILE)
        except OSError as error:
            advice = room.advise(aside, error, otherwise="check the folder's permissions")
            raise StoreError(f"{aside} cannot be written ({error.strerror}); {advice}") from error


def collect(ids: Collection[str], indexes: Indexes) -> Traces:
    """Return what some articles leave in a store, in all their versions."""
    catalog = indexes.catalog
    texts = dict.fromkeys(
        text
        for article in ids
        for version in catalog.versions(article)
        for text in _list_texts(catalog.article(article, digest=version.digest))
    )
    keys = [key for article in ids for key in catalog.keys(article)]
    vectors = tuple(each.tobytes() for each in indexes.vectors.read(keys).values())
    return Traces(tuple(ids), tuple(texts), vectors)


def erase(traces: Traces, *, settings: Settings, indexes: Indexes) -> Erasure:
    """Erase what left some traces; the caller holds the store's lock.

    Args:
        traces: What `collect` and `Traces.read` gave.
        settings: The store.
        indexes: The open store, settled.

    Raises:
        StoreError: The store cannot be written to, or something of the articles is left.
    """
    catalog = indexes.catalog
    traces.write(settings.store)
    ingestion.withdraw(traces.articles, indexes=indexes)
    with catalog.transaction():
        for article in traces.articles:
            catalog.remove(article)
    origin = Origin.read(catalog.facts())
    if origin:
        generations.build(settings, catalog, origin=origin, making=Copied(indexes))
    catalog.compact()
    return prove(traces, settings=settings, catalog=catalog)


def prove(traces: Traces, *, settings: Settings, catalog: Catalog) -> Erasure:
    """Look for what was erased in every file of a store, and forget it if nothing is left.

    Raises:
        StoreError: Something is left; the message names the files.
    """
    store, indexes = settings.store, generations.open_indexes(settings, catalog)
    try:
        words = _list_words(traces, indexes)
        patterns = [*dict.fromkeys([*_list_patterns(traces.texts, words), *traces.vectors])]
        searched = residue.search_files(store, patterns, but={FILE})
        hit = sorted(set().union(*searched.found.values()))
        shared = {hit[number] for number in _find_shared([patterns[each] for each in hit], indexes)}
    finally:
        indexes.vectors.close()
    left = [str(path) for path, found in searched.found.items() if found - shared]
    if left:
        raise StoreError(
            f"something of what was erased is left in {', '.join(left)}; end other programs that "
            "use the store, and run: rag erase"
        )
    (store / FILE).unlink()
    server = settings.chroma_url
    return Erasure(traces.articles, searched.files, searched.size, len(patterns), server)


def _list_texts(article: Article) -> Iterator[str]:
    """Yield the sentences of an article, and what is known of it by which it could be told."""
    source = article.source
    yield from (span.cut(article.text) for span in sentences.split(article.text))
    yield from (source.title, source.author, source.url, source.path)


def _list_words(traces: Traces, indexes: Indexes) -> Sequence[str]:
    """Return the stems of what was erased that no passage has.

    Raises:
        StoreError: The lexical index holds one that it finds nowhere, as a dead segment does.
    """
    lexical = indexes.lexical
    words = list[str]()
    for stem in dict.fromkeys(stem for text in traces.texts for stem in analyze(text)):
        if lexical.search([stem], count=1):
            continue
        if lexical.count_passages_with(stem):
            raise StoreError(
                "the lexical index still holds words of what was erased; run: rag erase"
            )
        words.append(stem)
    return words


def _list_patterns(texts: Sequence[str], words: Sequence[str]) -> Iterator[bytes]:
    pieces = [piece for text in texts for piece in _cut_pieces(text)]
    for piece in (*pieces, *(word for word in words if len(word) >= SHORTEST)):
        # SQLite and tantivy write UTF-8, Chroma also JSON; the third is what others might write.
        yield piece.encode()
        yield json.dumps(piece)[1:-1].encode()
        yield piece.encode("utf-16-le")


def _cut_pieces(text: str) -> Iterator[str]:
    if SHORTEST <= len(text) <= PIECE:
        yield text
    elif len(text) > PIECE:
        yield from (text[at : at + PIECE] for at in range(0, len(text) - PIECE, PIECE))
        yield text[-PIECE:]


def _find_shared(patterns: Sequence[bytes], indexes: Indexes) -> Collection[int]:
    """Return the numbers of the patterns that articles which are still held have, too."""
    if not patterns:
        return ()
    catalog = indexes.catalog
    shared = set(residue.search(patterns, _list_held(catalog)))
    keys = catalog.keys()
    for begin in range(0, len(keys), ingestion.GROUP):
        some = keys[begin : begin + ingestion.GROUP]
        vectors = (each.tobytes() for each in indexes.vectors.read(some).values())
        shared |= residue.search(patterns, vectors)
    return shared


def _list_held(catalog: Catalog) -> Iterator[bytes]:
    for source in catalog.versions():
        article = catalog.article(source.id, digest=source.digest)
        known = "\n".join(filter(None, map(str, _fields(source))))
        for text in (article.text, known):
            yield text.encode()
            yield json.dumps(text).encode()
            yield text.encode("utf-16-le")
            yield " ".join(analyze(text)).encode()


def _fields(source: Source) -> Sequence[str]:
    return (source.title, source.author, source.publisher, source.url, source.path, source.id)
