"""Marks inside a line of Markdown: links, images, emphasis, entities."""

from __future__ import annotations

import html
import re

# Brackets inside brackets are read one level deep, as in ![A [b]](x_(1).jpg).
LABEL = r"\[(?:[^\[\]\n]|\[[^\[\]\n]*\])*\]"
ADDRESS = r"\((?:[^()\n]|\([^()\n]*\))*\)"
# Obsidian's notes embed a file as ![[fire.jpg]], which is an image without an address.
IMAGE = rf"!{LABEL}(?:{ADDRESS}|\[[^\]\n]*\])?"
_IMAGE = re.compile(IMAGE)
# In notes a page is linked as [[The Courier]] or as [[page|The Courier]].
_LINK = re.compile(
    rf"\[(?P<words>[^\[\]]+)\](?:{ADDRESS}|\[[^\[\]]*\])|"
    r"\[\[(?:[^\[\]|]*\|)?(?P<noted>[^\[\]|]+)\]\]"
)
_EMPHASIS = (
    re.compile(r"(?P<marks>\*{1,3}|~~|`+)(?=\S)(?P<words>.+?)(?<=\S)(?P=marks)"),
    re.compile(r"(?<!\w)(?P<marks>_{1,3})(?=\S)(?P<words>.+?)(?<=\S)(?P=marks)(?!\w)"),
)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][\da-fA-F]{1,6}|[A-Za-z]\w{1,31});")


def drop_links(line: str) -> str:
    """Return a line with the words of its links in their place.

    >>> drop_links("[The Courier](https://courier.example), [[note|Tarn Echo]]")
    'The Courier, Tarn Echo'
    """
    return _LINK.sub(lambda link: link["words"] or link["noted"], line)


def drop_marks(line: str) -> str:
    """Return the words of a line as a reader sees them, but for its entities.

    >>> drop_marks("**Warehouse** [fire](x_(1)): what C# and _snake_case_names_ tell")
    'Warehouse fire: what C# and snake_case_names tell'
    """
    words = drop_links(_IMAGE.sub("", line))
    for emphasis in _EMPHASIS:
        words = emphasis.sub(r"\g<words>", words)
    return words


def unescape(line: str) -> str:
    """Return a line with the characters that its entities stand for.

    >>> unescape("AT&T &amp; Bo&#8217;s")
    'AT&T & Bo’s'
    """
    return _ENTITY.sub(lambda entity: html.unescape(entity[0]), line)
