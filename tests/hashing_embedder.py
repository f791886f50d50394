"""A small embedder that works: every word is a fixed point on the sphere, a text is their sum.

For the tests in which meaning does not matter. It needs no weights and no network, and gives the
same vectors in every process. Texts that share words are near, others are nearly orthogonal.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from hashlib import blake2b, sha256
from typing import TYPE_CHECKING

import numpy as np

from rag.types import Span, TokenScores

if TYPE_CHECKING:
    from rag.types import Vector, Vectors

TOKEN = re.compile(r"\w+|[^\w\s]")


class HashingEmbedder:
    """Hashed words as unit vectors: a `rag.embedding.Embedder` and a `ReadingModel` in one."""

    def __init__(self, *, name: str = "hashing", window: int = 256) -> None:
        self.name = name
        self.digest = sha256(name.encode()).hexdigest()
        self.dimension = 256
        self.window = window

    def count_tokens(self, texts: Sequence[str]) -> Sequence[int]:
        return [len(TOKEN.findall(text)) for text in texts]

    def encode(self, texts: Sequence[str]) -> Vectors:
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        return np.stack([self._encode(text) for text in texts])

    def read(self, question: str, texts: Sequence[str]) -> Sequence[TokenScores]:
        words = {match[0].casefold() for match in TOKEN.finditer(question) if len(match[0]) > 3}
        asked = words - {"what", "when", "where", "which", "whom", "whose"}
        return [self._read(asked, text) for text in texts]

    def _encode(self, text: str) -> Vector:
        vector = np.zeros(self.dimension, dtype=np.float32)
        for match in list(TOKEN.finditer(text))[: self.window]:
            vector += _point(match[0].casefold())
        return _normalise(vector)

    def _read(self, asked: set[str], text: str) -> TokenScores:
        matches = list(TOKEN.finditer(text))[: self.window]
        words = [match[0].casefold() for match in matches]
        enough = 2 * len(asked.intersection(words)) > len(asked)
        shared = tuple(3.0 if word in asked and enough else -9.0 for word in words)
        return TokenScores(
            spans=tuple(Span(*match.span()) for match in matches),
            answering=shared,
            first=shared,
            last=shared,
        )


@cache
def _point(word: str) -> Vector:
    """Return a word's unit vector: the bits of its hash as signs."""
    bits = np.unpackbits(np.frombuffer(blake2b(word.encode(), digest_size=32).digest(), np.uint8))
    return _normalise(bits.astype(np.float32) * 2 - 1)


def _normalise(vector: Vector) -> Vector:
    length = float(np.linalg.norm(vector))
    return vector / np.float32(length) if length else _point("")
