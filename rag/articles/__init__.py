"""Files, folders, URLs -> Articles, one module a format; decodes and normalises once, for good."""

from rag.articles.fetching import Fetcher
from rag.articles.files import File, find
from rag.articles.reading import count, read, refuse_id
from rag.articles.sources import Known

__all__ = ["Fetcher", "File", "Known", "count", "find", "read", "refuse_id"]
