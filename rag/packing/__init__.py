"""An archive as one file: a zip of `manifest.json` and `articles.jsonl`."""

from rag.packing.form import MadeWith, Manifest
from rag.packing.reading import Packed, opened
from rag.packing.writing import write

__all__ = ["MadeWith", "Manifest", "Packed", "opened", "write"]
