"""XML and HTML within bounds: lxml, which with this module reads nothing but the bytes given.

No file and no address that a document names is opened. What XML declares for itself (entities,
which can grow without end) makes it a failure, so does nesting beyond what libxml2 allows, 256.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.entities import name2codepoint
from typing import Any

from lxml import etree

# An element of a tree takes 200 bytes or so: with one for each tag, a fifth of a gigabyte. A month
# of a busy feed has ten thousand, a book a hundred thousand.
_MAX_XML_TAGS = 1_000_000
# Of a web page; the longest of news looked at have five thousand.
MAX_TAGS = 50_000
# More on one element are no page's; the time to read them grows with their square.
MAX_ATTRIBUTES = 200
_ENTITY = re.compile(rb"&([A-Za-z][A-Za-z0-9]{1,30});")
_XML_ENTITIES = {"amp", "lt", "gt", "quot", "apos"}


def parse_xml(raw: bytes) -> Any:
    """Parse a document.

    Args:
        raw: The bytes, in the encoding that they declare.

    Returns:
        Its root element.

    Raises:
        ValueError: It is not well-formed, or goes beyond the bounds.
    """
    if raw.count(b"<") > _MAX_XML_TAGS:
        raise ValueError(f"holds more than {_MAX_XML_TAGS:,} tags; split it")
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(_ENTITY.sub(_write_out, raw), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise ValueError(f"is not well-formed XML ({_shorten(error)}); correct it") from error
    declared = root.getroottree().docinfo.internalDTD
    if declared is not None and next(declared.iterentities(), None) is not None:
        raise ValueError("declares entities of its own, which are not read; write them out")
    if next(root.iter(etree.Entity), None) is not None:
        raise ValueError("uses entities that it does not define; write them out")
    return root


def feed_html(markup: str, target: Any) -> Any:
    """Parse HTML, however broken, into calls of a target, as lxml describes them.

    Args:
        markup: The page, or a piece of one.
        target: Called with each tag and text; may raise a ValueError to stop.

    Returns:
        What the target's `close` returns.

    Raises:
        ValueError: The target stopped, or the parser gave up.
    """
    parser = etree.HTMLParser(target=target, no_network=True, huge_tree=False)
    try:
        parser.feed(markup)
        return parser.close()
    except etree.XMLSyntaxError as error:
        raise ValueError(f"cannot be read as HTML ({_shorten(error)}); save it again") from error


class Meter:
    """A target that only counts, and stops at what no page needs."""

    def __init__(self) -> None:
        self.tags = 0

    def start(self, _tag: str, attributes: Any) -> None:
        """Count a tag."""
        self.tags += 1
        if self.tags > MAX_TAGS:
            raise ValueError(f"holds more than {MAX_TAGS:,} tags; save the article alone")
        if len(attributes) > MAX_ATTRIBUTES:
            raise ValueError(
                f"has a tag with more than {MAX_ATTRIBUTES} attributes; save it again or as text"
            )

    def close(self) -> None:
        """Do nothing."""


def local_name(element: Any) -> str:
    """Return an element's name without its namespace."""
    return str(element.tag).rpartition("}")[2]


def namespace(element: Any) -> str:
    """Return an element's namespace, in braces as it begins its tag; nothing if it has none."""
    return str(element.tag)[: -len(local_name(element))]


def find_named(element: Any, name: str) -> Iterator[Any]:
    """Yield what is below an element and has a name, in any namespace, in document order."""
    return iter(element.iterfind(f".//{{*}}{name}"))


def read_text(element: Any | None) -> str:
    """Return all the text in an element; nothing for None."""
    return "" if element is None else "".join(element.itertext())


def _write_out(found: re.Match[bytes]) -> bytes:
    """Return a character for HTML's name of it, which feeds and books use, and XML does not know.

    >>> _ENTITY.sub(_write_out, b"caf&eacute; &amp; bar")
    b'caf&#233; &amp; bar'
    """
    name = found[1].decode()
    if name in _XML_ENTITIES or name not in name2codepoint:
        return found[0]
    return b"&#%d;" % name2codepoint[name]


def _shorten(error: Exception) -> str:
    return str(error).removesuffix(" (<string>, line 1)")
