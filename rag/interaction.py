"""The reading model: tokens of questions and of passages to vectors that meet where one answers.

all-MiniLM-L6-v2 with its upper layers trained by training/train_reader.py; see the model card in
rag/models/reader/.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from threading import Lock
from typing import Any, Protocol

from rag.errors import ModelError
from rag.settings import quiet_libraries
from rag.types import Span, Tokens, WeighedTokens

FOLDER = Path(__file__).parent / "models" / "reader"
WEIGHTS = "model.safetensors"

# As in training: mask tokens after a question learn to stand for what an answer looks like.
MASKS = 8
# Tokens of a passage; what is beyond is not read. Passages are packed to fewer.
WINDOW = 256
# Tokens that the model has places for.
PLACES = 512
# Characters of a question: at most as many tokens, so that with masks and marks there is room.
LONGEST_QUESTION = PLACES - MASKS - 4


class TokenEncoder(Protocol):
    """What the pipelines need of a reading model."""

    def encode_question(self, question: str) -> WeighedTokens:
        """Return a question's tokens as vectors of unit length, and what each counts."""

    def encode_passages(self, texts: Sequence[str]) -> Sequence[Tokens]:
        """Return each text's tokens, vectors of unit length, as far as the window reaches."""


class InteractionModel:
    """The reading model that ships, on the CPU."""

    def __init__(self, base: Path, *, threads: int = 1, folder: Path = FOLDER) -> None:
        """Load the model.

        Args:
            base: The folder of all-MiniLM-L6-v2, for what training left as it was.
            threads: CPU threads.
            folder: The folder of the trained weights.

        Raises:
            ModelError: The model is not there or cannot be loaded.
        """
        quiet_libraries()
        import torch
        from safetensors import SafetensorError
        from safetensors.torch import load_file
        from transformers import AutoModel, AutoTokenizer
        from transformers.utils import logging

        logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        logging.set_verbosity_error()  # type: ignore[no-untyped-call]
        torch.set_num_threads(threads)
        self._turn = Lock()
        try:
            trained = {name: each.float() for name, each in load_file(folder / WEIGHTS).items()}
            self._importance = (trained.pop("importance.weight"), trained.pop("importance.bias"))
            self._tokenizer: Any = AutoTokenizer.from_pretrained(base, local_files_only=True)
            self._encoder: Any = AutoModel.from_pretrained(
                base, local_files_only=True, add_pooling_layer=False
            )
            loaded = self._encoder.load_state_dict(
                {name.removeprefix("encoder."): each for name, each in trained.items()},
                strict=False,
            )
            if loaded.unexpected_keys:
                raise KeyError(loaded.unexpected_keys[0])
        except (OSError, KeyError, ValueError, RuntimeError, SafetensorError) as error:
            raise ModelError(
                str(folder / WEIGHTS),
                "the reading model could not be loaded; reinstall the program",
            ) from error
        self._encoder.eval()

    def encode_question(self, question: str) -> WeighedTokens:
        """Return a question's tokens as vectors of unit length, and what each counts."""
        import torch

        masks = " ".join([self._tokenizer.mask_token] * MASKS)
        vectors, _ = self._encode([f"{question[:LONGEST_QUESTION]} {masks}"], window=PLACES)
        weight, bias = self._importance
        with torch.inference_mode():
            # Brought back from unit length to about that of the hidden states, as in training.
            scores = vectors[0] * vectors.shape[-1] ** 0.5 @ weight[0] + bias
            weights = torch.nn.functional.softplus(scores)
        return WeighedTokens(vectors[0].numpy(), (weights / weights.sum()).numpy())

    def encode_passages(self, texts: Sequence[str]) -> Sequence[Tokens]:
        """Return each text's tokens, vectors of unit length, as far as the window reaches."""
        if not texts:
            return []
        vectors, offsets = self._encode(texts, window=WINDOW)
        tokens = []
        for matrix, ranges in zip(vectors, offsets, strict=True):
            # The marks around a text, and what fills it up, have empty ranges.
            real = [place for place, (start, end) in enumerate(ranges) if start < end]
            spans = tuple(Span(*ranges[place]) for place in real)
            tokens.append(Tokens(spans, matrix[real].numpy()))
        return tokens

    def _encode(
        self, texts: Sequence[str], *, window: int
    ) -> tuple[Any, list[list[tuple[int, int]]]]:
        import torch

        with self._turn, torch.inference_mode():
            encoded = self._tokenizer(
                list(texts),
                padding=True,
                truncation=True,
                max_length=window,
                return_offsets_mapping=True,
                return_tensors="pt",
            )
            offsets = encoded.pop("offset_mapping").tolist()
            hidden = self._encoder(**encoded).last_hidden_state
            return torch.nn.functional.normalize(hidden, dim=-1), offsets
