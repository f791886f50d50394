"""What bringing articles into an archive did."""

from __future__ import annotations

from dataclasses import dataclass

from rag.types import Failure, Source


@dataclass(frozen=True, slots=True)
class Copy:
    """An article that came in and prints a text which is held under another outlet.

    Attributes:
        article: The id of the article that came in.
        held: The article that was there before.
        shared: Sentences that the two share, but for light edits.
        sentences: Sentences of the article that came in.
    """

    article: str
    held: Source
    shared: int
    sentences: int


@dataclass(frozen=True, slots=True)
class Erasure:
    """What was erased, and how it was proved: nothing of it was found.

    Attributes:
        articles: The ids.
        files: Files that were searched.
        size: Bytes that they have.
        patterns: Byte strings that were looked for.
        server: The Chroma server that the vectors were on, whose own files were not searched; blank
            if there is none.
    """

    articles: tuple[str, ...]
    files: int = 0
    size: int = 0
    patterns: int = 0
    server: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """What an ingest did: article ids, failures with their reasons, passages written.

    `overruled` are the articles that an import found in another standing than the imported file
    knew of: under a version that is not in the file, or withdrawn. They stand as in the file now.
    """

    added: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()
    renamed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    failed: tuple[Failure, ...] = ()
    copies: tuple[Copy, ...] = ()
    overruled: tuple[str, ...] = ()
    passages: int = 0
