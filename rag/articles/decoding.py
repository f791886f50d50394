"""Bytes -> the text that is stored: decoded and normalised here only, once, for good.

Line ends become LF and Unicode is composed (NFC). Nothing else is altered: no-break spaces,
curly quotation marks, direction marks and zero-width characters are the article's own.
"""

from __future__ import annotations

import codecs
import unicodedata

_UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def decode(raw: bytes) -> str:
    r"""Turn a file's bytes into normalised text.

    Args:
        raw: UTF-8, with or without a byte order mark, or UTF-16 with one.

    Raises:
        ValueError: The bytes are not text in these encodings; the message says what to do.

    >>> decode(b"\xef\xbb\xbfcafe\xcc\x81\r\n")
    'café\n'
    """
    encoding = "utf-16" if raw.startswith(_UTF16_MARKS) else "utf-8-sig"
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError as error:
        where = f"byte {error.start:,}"
        raise ValueError(f"is not valid UTF-8 at {where}; save it as UTF-8") from error
    return normalise(text)


def normalise(text: str) -> str:
    """Return text as it is stored: LF line ends, composed Unicode.

    Raises:
        ValueError: The text holds what no article can: a NUL or half a surrogate pair.
    """
    if "\0" in text:
        raise ValueError("is binary (it holds a NUL character); save it as UTF-8 text")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise ValueError("holds half of a surrogate pair; repair its encoding") from error
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
