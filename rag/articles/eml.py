"""Mail (.eml): a newsletter, or an article that somebody sent; its text, or else its HTML.

Attachments are not read, whatever their format: save them as files. The subject is the title, the
sender the publisher; the author is read from the text, as on a saved page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from email import policy
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from email.parser import BytesParser
from email.utils import parseaddr
from typing import TypeGuard

from rag.articles.blocks import join, read_html
from rag.articles.bodies import leave_out
from rag.articles.dates import find_date
from rag.articles.decoding import decode, find_codec, normalise
from rag.articles.files import File
from rag.articles.layout import read_layout
from rag.articles.sources import Fields, keep_web, make_article, tidy
from rag.errors import ArticleError
from rag.types import Article, Span

# A mail of many attachments has some dozens of parts; each line that begins with -- may begin one.
_MAX_PARTS = 10_000
# Every line can be a header, which takes some hundred bytes; 20 MB of base64 have 270,000.
_MAX_LINES = 500_000
# The standard has 998 characters a line; a header of many is cut.
_MAX_HEADER = 4_000
# These two the parser takes apart, in a time that grows with the square of their length.
_LONG_TYPE = re.compile(
    rb"^content-(?:type|disposition)[ \t]*:(?:[^\r\n]|\r?\n[ \t]){%d}" % _MAX_HEADER,
    re.IGNORECASE | re.MULTILINE,
)
# Everything below belongs to the sender, not to the story (RFC 3676, 4.3).
_SIGNATURE = "-- "


@dataclass(frozen=True, slots=True)
class _Mail:
    """What is read of a mail: headers as they were sent, and its texts by type, in order."""

    headers: Mapping[str, str]
    texts: Sequence[tuple[str, str]]


def parse(file: File, raw: bytes) -> Article:
    """Read one article.

    Raises:
        ArticleError: It is no mail, or holds no text.
    """
    try:
        mail = _open(raw)
        text, left_out = _read_text(mail)
    except ValueError as error:
        raise ArticleError(file.path, str(error)) from error
    layout = read_layout(text)
    name, address = parse_address(mail.headers.get("from", ""))
    fields = Fields(
        title=_read_header(mail, "subject") or tidy(layout.title),
        publisher=tidy(name or address),
        author=tidy(layout.author),
        published=find_date(_read_header(mail, "date")) or layout.published,
        url=keep_web(_read_header(mail, "archived-at").strip("<> ")) or keep_web(layout.url),
        language=_read_header(mail, "content-language").split(",")[0],
    )
    return make_article(file, fields, text, leave_out(text, layout.body, left_out))


def parse_address(value: str) -> tuple[str, str]:
    """Return the name and the address of a sender as it was sent, either may be empty.

    >>> parse_address("=?utf-8?q?Tarn=2C_the_Echo?= <news@tarn.example>")
    ('Tarn, the Echo', 'news@tarn.example')
    """
    try:
        name, address = parseaddr(value)
    except RecursionError:  # brackets in brackets, without end
        return "", ""
    return _decode_words(name), address


def _open(raw: bytes) -> _Mail:
    if raw.count(b"\n--") > _MAX_PARTS:
        raise ValueError(f"holds more than {_MAX_PARTS:,} parts; save its text as a file")
    if max(raw.count(b"\n"), raw.count(b"\r")) > _MAX_LINES:
        raise ValueError(f"holds more than {_MAX_LINES:,} lines; save its text as a file")
    if _LONG_TYPE.search(raw):
        raise ValueError(f"has a type of more than {_MAX_HEADER:,} bytes; save its text as a file")
    try:
        # The older policy leaves headers as they are, which the newer one parses with recursion.
        message: Message = BytesParser(policy=policy.compat32).parsebytes(raw)
        headers = {
            name.lower(): " ".join(_restore(value)[:_MAX_HEADER].split())
            for name, value in reversed(list(message.raw_items()))
        }
        texts = [(part.get_content_type(), _decode(part)) for part in _find_texts(message)]
    except ValueError:
        raise
    except Exception as error:
        # Of hostile mail, anything can come out of the parser.
        raise ValueError(f"cannot be read as mail ({error}); save its text as a file") from error
    if not {"from", "subject", "date", "received"} & set(headers):
        raise ValueError("is no mail: it has no sender, subject or date; save it again")
    return _Mail(headers, texts)


def _restore(value: str) -> str:
    """Return a header that was sent in bytes beyond ASCII, which the parser keeps as surrogates."""
    return value.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _find_texts(message: Message) -> Iterator[Message]:
    pending = [message]
    while pending:
        part = pending.pop()
        if part.get_content_disposition() == "attachment":
            continue
        if part.get_content_maintype() == "multipart" and part.is_multipart():
            pending.extend(reversed([each for each in part.get_payload() if _is_part(each)]))
        elif part.get_content_maintype() == "text" and not part.is_multipart():
            yield part


def _is_part(payload: object) -> TypeGuard[Message]:
    return isinstance(payload, Message)


def _decode(part: Message) -> str:
    raw = part.get_payload(decode=True)
    if not isinstance(raw, bytes):
        return ""
    try:
        text = normalise(raw.decode(find_codec(part.get_content_charset("utf-8"))))
    except (LookupError, UnicodeDecodeError):  # it is not what it says
        text = decode(raw)
    return _unflow(text, part) if part.get_content_type() == "text/plain" else text


def _read_text(mail: _Mail) -> tuple[str, list[Span]]:
    """Return the text, and where in it headings, furniture and the signature stand."""
    for kind, text in mail.texts:
        if kind == "text/plain" and text.strip():
            kept = text.strip("\n")
            return kept, list(_find_signature(kept))
    for kind, markup in mail.texts:
        text, left_out = join(read_html(markup)) if kind == "text/html" else ("", [])
        if text:
            return text, left_out
    raise ValueError("holds no text of its own; save what is attached as files")


def _unflow(text: str, part: Message) -> str:
    """Join lines that were wrapped on the way, if the mail says so (RFC 3676)."""
    if str(part.get_param("format", "")).lower() != "flowed":
        return text
    kept = "" if str(part.get_param("delsp", "")).lower() == "yes" else " "
    lines: list[str] = []
    joined = False
    for line in (each.removeprefix(" ") for each in text.split("\n")):
        soft = line.endswith(" ") and line != _SIGNATURE
        words = line[:-1] + kept if soft else line
        if joined and line != _SIGNATURE:
            lines[-1] += words
        else:
            lines.append(words)
        joined = soft
    return "\n".join(lines)


def _find_signature(text: str) -> Iterator[Span]:
    start = 0
    for line in text.split("\n"):
        if line == _SIGNATURE:
            yield Span(start, len(text))
            return
        start += len(line) + 1


def _read_header(mail: _Mail, name: str) -> str:
    return tidy(_decode_words(mail.headers.get(name, "")))


def _decode_words(value: str) -> str:
    try:
        return str(make_header(decode_header(value)))
    except (LookupError, ValueError, MessageError):  # an unknown or a wrong encoding: as it stands
        return value
