"""The vector index: passages by meaning, in Chroma. The only importer of Chroma."""

from rag.vectors.index import FOLDER, PAGE, VectorIndex

__all__ = ["FOLDER", "PAGE", "VectorIndex"]
