"""The reading model: question and passage encoded together, every token of the passage scored.

all-MiniLM-L6-v2 with its layers trained by training/train_reader.py; see the model card in
rag/models/reader/.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import chain
from pathlib import Path
from threading import Lock
from typing import Any, Protocol

from rag.errors import ModelError
from rag.settings import quiet_libraries
from rag.types import Span, TokenScores

FOLDER = Path(__file__).parent / "models" / "reader"
WEIGHTS = "model.safetensors"

# Tokens of question and text together; of a longer text, overlapping windows of so many are read.
WINDOW = 384
OVERLAP = 64
# Tokens of a question that are read, its last, since what is asked often follows what is told.
LONGEST_QUESTION = 128
# Texts read at once; fewer, where a thread would have none. All are filled up to the length of the
# longest, which is read in vain.
BATCH = 4
# What a processor has that multiplies bfloat16 faster than float32, by torch's names. With it eight
# passages took 0.52 of the time, and as many first quotes of each benchmark were right.
HALVES = ("amx_bf16", "avx512_bf16", "bf16")

# A token's scores: of answering, of being the first of the answer, of being the last.
Scores = tuple[float, float, float]
Token = tuple[Span, Scores]


class ReadingModel(Protocol):
    """What the pipelines need of a reading model."""

    def read(self, question: str, texts: Sequence[str]) -> Sequence[TokenScores]:
        """Return the scores of each text's tokens against a question."""


class CrossEncoder:
    """The reading model that ships, on the CPU."""

    def __init__(
        self, base: Path, *, threads: int = 2, half: bool | None = None, folder: Path = FOLDER
    ) -> None:
        """Load the model.

        Args:
            base: The folder of all-MiniLM-L6-v2, for the embeddings, which training left as they
                were.
            threads: CPU threads, each of which reads other texts: several that share one text
                wait for each other at every step, and for whatever else the machine does.
            half: Whether to multiply in bfloat16, for scores that differ in the second decimal;
                without a word, where the processor does so faster.
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
        torch.set_num_threads(1)
        if half is None:
            abilities = torch.cpu.get_capabilities()
            half = any(abilities.get(each) for each in HALVES)
        self._half = half
        self._turn = Lock()
        self._threads = threads
        self._readers = ThreadPoolExecutor(threads)
        try:
            trained = {name: each.float() for name, each in load_file(folder / WEIGHTS).items()}
            self._head = (trained.pop("head.weight"), trained.pop("head.bias"))
            self._tokenizer: Any = AutoTokenizer.from_pretrained(base, local_files_only=True)
            self._encoder: Any = AutoModel.from_pretrained(
                base, local_files_only=True, add_pooling_layer=False
            )
            loaded = self._encoder.load_state_dict(
                {name.removeprefix("encoder."): each for name, each in trained.items()},
                strict=False,
            )
            astray = [*loaded.unexpected_keys, *filter(_is_trained, loaded.missing_keys)]
            if astray:
                raise KeyError(astray[0])
        except (OSError, KeyError, ValueError, RuntimeError, SafetensorError) as error:
            raise ModelError(
                str(folder / WEIGHTS),
                "the reading model could not be loaded; reinstall the program",
            ) from error
        self._encoder.eval()

    def read(self, question: str, texts: Sequence[str]) -> Sequence[TokenScores]:
        """Read a question with texts.

        Args:
            question: The question.
            texts: The texts, of any length.

        Returns:
            The scores of each text's tokens.
        """
        asked = self._cut_question(question)
        order = sorted(range(len(texts)), key=lambda place: len(texts[place]))
        size = max(1, min(BATCH, -(-len(order) // self._threads)))
        batches = [
            [texts[place] for place in order[first : first + size]]
            for first in range(0, len(order), size)
        ]
        windows = chain.from_iterable(
            self._readers.map(partial(self._read_windows, asked), batches)
        )
        read = dict(zip(order, map(_join, windows), strict=True))
        return [read[place] for place in range(len(texts))]

    def _cut_question(self, question: str) -> str:
        """Return as much of the end of a question as is read."""
        # How a tokenizer fills up and cuts is its state, so it serves one thread at a time.
        with self._turn:
            offsets = self._tokenizer(
                question, add_special_tokens=False, return_offsets_mapping=True, verbose=False
            )["offset_mapping"]
        if len(offsets) <= LONGEST_QUESTION:
            return question
        return question[offsets[-LONGEST_QUESTION][0] :]

    def _read_windows(self, question: str, texts: Sequence[str]) -> Sequence[Sequence[Token]]:
        """Return for each text its tokens with their scores, window after window."""
        import torch

        with self._turn:
            encoded = self._tokenizer(
                [question] * len(texts),
                list(texts),
                padding=True,
                truncation="only_second",
                max_length=WINDOW,
                stride=OVERLAP,
                return_overflowing_tokens=True,
                return_offsets_mapping=True,
                return_tensors="pt",
            )
        owners = encoded.pop("overflow_to_sample_mapping").tolist()
        offsets = encoded.pop("offset_mapping").tolist()
        with torch.inference_mode():
            with torch.autocast("cpu", dtype=torch.bfloat16, enabled=self._half):
                hidden = self._encoder(**encoded).last_hidden_state
            scores = torch.nn.functional.linear(hidden.float(), *self._head)
            # What speaks for a token, above what speaks for "nothing here" in its window.
            scores[:, :, 0] -= scores[:, :1, 3]
            values = scores[:, :, :3].tolist()
        found: list[list[Token]] = [[] for _ in texts]
        for window, owner in enumerate(owners):
            sequences = encoded.sequence_ids(window)
            for place, (start, end) in enumerate(offsets[window]):
                if sequences[place] == 1 and start < end:
                    answering, first, last = values[window][place]
                    found[owner].append((Span(start, end), (answering, first, last)))
        return found


def _is_trained(name: str) -> bool:
    return not name.startswith("embeddings.")


def _join(tokens: Sequence[Token]) -> TokenScores:
    """Return the tokens of all windows in order; of one that stands in two, the higher scores."""
    best: dict[Span, Scores] = {}
    for span, scores in tokens:
        answering, first, last = map(max, scores, best.get(span, scores))
        best[span] = (answering, first, last)
    ordered = sorted(best.items())
    return TokenScores(
        spans=tuple(span for span, _ in ordered),
        answering=tuple(answering for _, (answering, _, _) in ordered),
        first=tuple(first for _, (_, first, _) in ordered),
        last=tuple(last for _, (_, _, last) in ordered),
    )
