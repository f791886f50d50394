"""The lexical index: passages by words, scored by BM25. The only importer of tantivy."""

from rag.lexical.index import FOLDER, LexicalIndex, analyze

__all__ = ["FOLDER", "LexicalIndex", "analyze"]
