"""Files and folders -> Articles, one module a format; decodes and normalises once, for good."""

from rag.articles.files import File, find
from rag.articles.reading import count, read

__all__ = ["File", "count", "find", "read"]
