"""Whether the installation and the store are in order, and what mends them if not."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from rag import embedding
from rag.answering import Archive
from rag.errors import RagError
from rag.settings import Settings

PACKAGES = ("chromadb", "sentence-transformers", "torch", "tantivy", "gradio", "trafilatura")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at, whether it is in order, and its state in words."""

    subject: str
    ok: bool
    state: str


def diagnose(settings: Settings) -> tuple[Finding, ...]:
    """Look at Python, the packages, the model and the store; changes nothing but an index to mend.

    Args:
        settings: The settings to look with.
    """
    return (
        Finding("python", sys.version_info >= (3, 11), sys.version.split()[0]),
        *(_try(name, lambda name=name: version(name)) for name in PACKAGES),  # type: ignore[misc]
        _try("model", lambda: _load(settings)),
        _try("corpus", lambda: _count(settings.corpus)),
        _try("store", lambda: _open(settings)),
    )


def _try(subject: str, look: Callable[[], str]) -> Finding:
    try:
        return Finding(subject, True, look())
    except PackageNotFoundError:
        return Finding(subject, False, f"not installed; run: pip install {subject}")
    except RagError as error:
        return Finding(subject, False, str(error))


def _load(settings: Settings) -> str:
    model = embedding.load(settings)
    return f"{model.name}, weights {model.digest[:12]}, {model.dimension} dimensions"


def _count(corpus: Path) -> str:
    return f"{len(list(corpus.glob('*.md')))} files in {corpus}"


def _open(settings: Settings) -> str:
    with Archive.open(settings=settings, create=False) as archive:
        counts = archive.count()
    return f"{settings.store}: " + ", ".join(f"{count} {what}" for what, count in counts.items())
