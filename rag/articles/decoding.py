"""Bytes -> the text that is stored: decoded and normalised here only, once, for good.

Line ends become LF and Unicode is composed (NFC). Nothing else is altered: no-break spaces,
curly quotation marks, direction marks and zero-width characters are the article's own.

What is not UTF-8 is old text, whose encoding is detected, or refused where it could be another's:
wrongly decoded, a quote would hold letters that its article does not.
"""

from __future__ import annotations

import codecs
import unicodedata
from typing import BinaryIO

_UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)

# What text was saved in before UTF-8, the commonest first: Windows, the old Mac, KOI8 and ISO for
# Latin, Cyrillic, Greek, Turkish, Hebrew and Arabic letters; Chinese, Japanese, Korean.
_WESTERN = ("cp1252", "mac_roman")
_OLD = (
    *_WESTERN,
    *("cp1251", "koi8_r", "cp1250", "iso8859_2", "cp1253", "cp1254", "cp1255", "cp1256"),
    *("iso8859_5", "gb18030", "big5", "cp932", "euc_jp", "cp949"),
)
# What a page or a mail may say that it is in: the encodings of the Encoding standard, as Python
# names them. Others take time without bounds (punycode), or are no text's (unicode_escape).
_DECLARABLE = frozenset(
    codecs.lookup(name).name
    for name in (
        *_OLD,
        *"ascii utf-8 utf-8-sig utf-16 utf-16-le utf-16-be cp866 cp874 cp1257 cp1258".split(),
        *(f"iso8859-{part}" for part in (1, 3, 4, 6, 7, 8, 9, 10, 13, 14, 15, 16)),
        *"koi8-u mac-cyrillic gbk gb2312 shift_jis iso2022_jp euc_kr".split(),
    )
)
# Browsers read these names as Windows-1252 (the Encoding standard).
_WINDOWS_NAMES = {"iso8859-1", "ascii"}
# English has 1 byte in 100 beyond ASCII, Portuguese 3, Polish and Turkish 6 and more (counted on a
# page of each). Below this share a text is in a western language: else £ in cp1252 reads as Ł.
_WESTERN_SHARE = 0.03
# The detector's own measure of mess; without a language known, two that are this near are alike.
_ALIKE = 0.1
# Enough to tell an encoding by, where 2,000 bytes mostly do.
_SAMPLE = 64 * 1024
# The longest file that is read by default has so many lines of 80 letters. Each takes 250 bytes and
# 30 microseconds to tell the story from its furniture (measured).
_MAX_LINES = 250_000
# Bytes read at a time.
_BLOCK = 1 << 20


def decode(raw: bytes) -> str:
    r"""Turn a file's bytes into normalised text.

    Args:
        raw: UTF-8, with or without a byte order mark, UTF-16 with one, or old text.

    Raises:
        ValueError: The bytes are no text, or in an unknown encoding; the message says what to do.

    >>> decode(b"\xef\xbb\xbfcafe\xcc\x81\r\n")
    'café\n'
    """
    try:
        return decode_unicode(raw)
    except UnicodeDecodeError as error:
        return normalise(raw.decode(_choose(raw, error.start)))


def decode_unicode(raw: bytes) -> str:
    """Turn bytes of UTF-8, or of UTF-16 with a byte order mark, into normalised text.

    Raises:
        UnicodeDecodeError: They are neither.
        ValueError: They are no text.
    """
    return normalise(raw.decode("utf-16" if raw.startswith(_UTF16_MARKS) else "utf-8-sig"))


def find_codec(name: str) -> str:
    """Return Python's name of an encoding that a document says it is in.

    Raises:
        LookupError: It is not known, or no encoding of text.

    >>> find_codec("Latin1")
    'iso8859-1'
    """
    known = codecs.lookup(name).name
    if known not in _DECLARABLE:
        raise LookupError(f"{name} is no encoding of text")
    return known


def decode_declared(raw: bytes, name: str) -> str:
    """Turn bytes into normalised text, as the encoding that they are said to be in.

    Raises:
        ValueError: They are not in it.
    """
    try:
        codec = find_codec(name)
        text = raw.decode("cp1252" if codec in _WINDOWS_NAMES else codec)
    except (LookupError, UnicodeError) as error:
        raise ValueError(f"is not the {name} it says it is; save it as UTF-8") from error
    return normalise(text)


def find_encoding(stream: BinaryIO) -> str:
    """Return the encoding of a file that is read piece by piece, from its beginning.

    Raises:
        ValueError: As for `decode`.
    """
    decoder = codecs.getincrementaldecoder("utf-8")()
    encoding, read = "utf-8-sig", 0
    while block := stream.read(_BLOCK):
        if not read and block.startswith(_UTF16_MARKS):
            encoding = "utf-16"
            break
        begun = len(decoder.getstate()[0])
        try:
            decoder.decode(block)
        except UnicodeDecodeError as error:
            lines = block[block.find(b"\n") + 1 : block.rfind(b"\n") + 1]
            encoding = _choose(lines or block, read - begun + error.start)
            break
        read += len(block)
    stream.seek(0)
    return encoding


def normalise(text: str) -> str:
    """Return text as it is stored: LF line ends, composed Unicode.

    Raises:
        ValueError: The text holds what no article can: a NUL, half a surrogate pair, lines without
            end.
    """
    if "\0" in text:
        raise ValueError("is binary (it holds a NUL character); save it as UTF-8 text")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise ValueError("holds half of a surrogate pair; repair its encoding") from error
    if max(text.count("\n"), text.count("\r")) > _MAX_LINES:
        raise ValueError(f"has more than {_MAX_LINES:,} lines; split it")
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))


def _choose(raw: bytes, at: int) -> str:
    """Return the encoding of text that is no UTF-8 at a byte of its file."""
    if b"\0" in raw and not raw.startswith(_UTF16_MARKS):
        raise ValueError("is binary (it holds a NUL character); save it as UTF-8 text")
    encoding = "" if raw.startswith(_UTF16_MARKS) else _detect(raw)
    try:
        raw.decode(encoding or "utf-8")
    except UnicodeDecodeError as error:
        raise ValueError(
            f"is not valid UTF-8 at byte {at:,}, and what else it is cannot be told; "
            "save it as UTF-8"
        ) from error
    return encoding


def _detect(raw: bytes) -> str:
    """Return the one old encoding that fits best, nothing if none does or several do alike."""
    # Here, not above: nearly all files are UTF-8.
    from charset_normalizer import from_bytes

    plain = len(raw.translate(None, bytes(range(128, 256))))
    high = len(raw) - plain
    # Where most of it is UTF-8, it is that, and damaged: no old text looks so.
    if 2 * (len(raw.decode("utf-8", "ignore").encode()) - plain) > high:
        return ""
    candidates = _WESTERN if high < _WESTERN_SHARE * len(raw) else _OLD
    found = list(from_bytes(_sample(raw), cp_isolation=list(candidates)))
    if not found:
        return ""
    best = found[0]
    if best.coherence == 0 and any(each.chaos < best.chaos + _ALIKE for each in found[1:]):
        return ""
    fits = [each for each in found if (each.chaos, each.coherence) == (best.chaos, best.coherence)]
    names = [name for name in candidates for each in fits if name in each.could_be_from_charset]
    return names[0] if len(fits) == 1 or names[0] in _WESTERN else ""


def _sample(raw: bytes) -> bytes:
    """Return lines that hold more than ASCII, cut between characters."""
    if len(raw) <= _SAMPLE:
        return raw
    lines = b"".join(line for line in raw.splitlines(keepends=True) if not line.isascii())
    sample = lines[:_SAMPLE]
    # No encoding of these has a space or a line feed inside a character.
    end = max(sample.rfind(b" "), sample.rfind(b"\n")) if len(lines) > _SAMPLE else 0
    return sample[:end] if end > 0 else sample
