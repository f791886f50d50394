"""The catalog: articles, their versions and passage spans in SQLite. It is the truth."""

from rag.catalog.articles import MEND, Catalog
from rag.catalog.database import FILE, GENERATION

__all__ = ["FILE", "GENERATION", "MEND", "Catalog"]
