"""The vector index: passages by meaning, in Chroma. The only importer of Chroma."""

from rag.vectors.connection import FOLDER
from rag.vectors.index import PAGE, VectorIndex
from rag.vectors.server import Server

__all__ = ["FOLDER", "PAGE", "Server", "VectorIndex"]
