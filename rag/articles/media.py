"""What a web server says that it sends: the format, as a suffix, and the encoding."""

from __future__ import annotations

import re
from email.message import Message
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from rag.articles.decoding import decode_declared
from rag.articles.files import SUFFIXES

_OFFICE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_SUFFIXES = {
    "text/html": ".html",
    "application/xhtml+xml": ".html",
    "text/markdown": ".md",
    "text/csv": ".csv",
    "text/tab-separated-values": ".tsv",
    "application/jsonl": ".jsonl",
    "application/x-ndjson": ".jsonl",
    "application/rss+xml": ".xml",
    "application/atom+xml": ".xml",
    "application/rdf+xml": ".xml",
    "application/xml": ".xml",
    "text/xml": ".xml",
    "message/rfc822": ".eml",
    "application/pdf": ".pdf",
    _OFFICE: ".docx",
    "application/epub+zip": ".epub",
    "application/zip": ".zip",
}
# What servers say of files that they know nothing of; there the address tells the format.
_VAGUE = {"", "text/plain", "application/octet-stream", "binary/octet-stream"}
_TEXTS = {".html", ".md", ".csv", ".tsv", ".jsonl", ".ndjson", ".txt", ".xml"}
_XML_ENCODING = re.compile(rb"\s*<\?xml[^>]{0,100}encoding")
# Longer than any type that servers send; the time to take one apart grows with its square.
_MAX_TYPE = 500


def choose_suffix(content_type: str, url: str) -> str:
    """Return the suffix of the format that a server says it sends.

    Raises:
        ValueError: It is none that is read.

    >>> choose_suffix("text/HTML; charset=x", "http://news.example/a.php")
    '.html'
    """
    kind = content_type[:_MAX_TYPE].split(";")[0].strip().lower()
    if kind in _VAGUE:
        suffix = PurePosixPath(urlsplit(url).path).suffix.lower()
        if suffix in SUFFIXES:
            return suffix
        if kind == "text/plain":
            return ".txt"
    if kind not in _SUFFIXES:
        named = f"is {kind[:100]!r}" if kind else "is of a type that its server does not say"
        raise ValueError(f"{named}, which is not read; name a page, a feed or a file of news")
    return _SUFFIXES[kind]


def write_utf8(raw: bytes, content_type: str, suffix: str) -> bytes:
    """Return text in UTF-8 if it is none and the server says what it is; else as it came."""
    message = Message()
    message["content-type"] = content_type[:_MAX_TYPE]
    charset = message.get_content_charset("")
    if not charset or suffix not in _TEXTS or (suffix == ".xml" and _XML_ENCODING.match(raw)):
        return raw
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        try:
            return decode_declared(raw, charset).encode()
        except ValueError:  # it is not what its server says; the format finds out what it is
            pass
    return raw
