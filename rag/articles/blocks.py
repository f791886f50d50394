"""Marked-up text -> the paragraphs that a reader sees, for HTML, XHTML and NITF.

White space is folded as browsers do it; what a browser does not show (scripts, styles, what is
hidden) is left out. Nothing else is lost: this reads what is known to be a story, and does not
look for one on a page.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lxml import etree

from rag.articles.bodies import cut_body
from rag.articles.decoding import normalise
from rag.articles.furniture import find_furniture
from rag.articles.trees import MAX_ATTRIBUTES, feed_html
from rag.types import Span

_HEADINGS = frozenset("h1 h2 h3 h4 h5 h6 hl1 hl2 hedline".split())
_BLOCKS = _HEADINGS | frozenset(
    """
    address article aside blockquote body byline caption center dateline dd details dir div dl dt
    fieldset figcaption figure footer form header hr html li main media menu ol p pre section
    summary table tbody tfoot thead tr ul
    """.split()
)
_HIDDEN = frozenset(
    """
    audio button canvas head iframe input math meta nav noscript object option script select style
    svg template textarea video
    """.split()
)
_HIDING_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
# What no plain text has, and a story in HTML does: the end of a block, or of a line.
_MARKUP = re.compile(r"</(?:p|div|li|ul|ol|h[1-6]|blockquote|section|article)\s*>|<br\s*/?>", re.I)
# Beyond this, and in the space of one, no style is looked into.
_MAX_STYLE = 2_000
_SPACE = re.compile(r"[ \t\n\r\f]+")
# A book has some hundred thousand.
_MAX_TAGS = 1_000_000


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, heading or list item, normalised and never blank."""

    text: str
    heading: bool


def read_html(markup: str) -> list[Block]:
    """Return the blocks of HTML, however broken.

    Raises:
        ValueError: It holds too many tags, or what no text can.
    """
    blocks: list[Block] = feed_html(markup, _Reader())
    return blocks


def read_tree(element: Any) -> list[Block]:
    """Return the blocks in an element of XHTML or NITF.

    Raises:
        ValueError: They hold too many tags.
    """
    reader = _Reader()
    for event, each in etree.iterwalk(element, events=("start", "end")):
        if event == "start":
            reader.start(each.tag, each.attrib)
            reader.data(each.text or "")
        else:
            reader.end(each.tag)
            reader.data((each.tail or "") if each is not element else "")
    return reader.close()


def join(blocks: Sequence[Block]) -> tuple[str, list[Span]]:
    r"""Join blocks to a text.

    Returns:
        The text, and where in it headings and lines of furniture stand.

    >>> join([Block("What now?", True), Block("It fell.", False), Block("Share", False)])
    ('What now?\n\nIt fell.\n\nShare', [Span(start=0, end=9), Span(start=21, end=26)])
    """
    left_out = []
    start = 0
    for block in blocks:
        if block.heading:
            left_out.append(Span(start, start + len(block.text)))
        else:
            left_out += [each.shifted(start) for each in find_furniture(block.text)]
        start += len(block.text) + len("\n\n")
    return "\n\n".join(block.text for block in blocks), left_out


def read_story(given: str) -> tuple[str, tuple[Span, ...]]:
    r"""Return the text of a story, plain or in HTML, and its body.

    Raises:
        ValueError: It holds what no text can.

    >>> read_story("<p>It fell.</p><p>No&nbsp;one knew.</p>")[0]
    'It fell.\n\nNo\xa0one knew.'
    """
    text = normalise(given)
    if not _MARKUP.search(text):
        return text, cut_body(text, find_furniture(text))
    text, left_out = join(read_html(text))
    return text, cut_body(text, left_out)


class _Reader:
    """A target of lxml's parsers that puts blocks together."""

    def __init__(self) -> None:
        self._blocks: list[Block] = []
        self._pieces: list[str] = []
        self._heading = False
        self._pre = 0
        self._hidden = 0  # how deep inside what is not shown
        self._tags = 0

    def start(self, tag: str, attributes: Any) -> None:
        self._tags += 1
        if self._tags > _MAX_TAGS:
            raise ValueError(f"holds more than {_MAX_TAGS:,} tags; split it")
        name = _name(tag)
        if self._hidden or name in _HIDDEN or _is_hidden(attributes):
            self._hidden += 1
            return
        if name in _BLOCKS:
            self._finish()
            self._heading = self._heading or name in _HEADINGS
        if name == "br":
            self._pieces.append("\n")
        elif name in {"td", "th"}:
            self._pieces.append(" ")
        self._pre += name == "pre"

    def end(self, tag: str) -> None:
        if self._hidden:
            self._hidden -= 1
            return
        name = _name(tag)
        if name in _BLOCKS:
            self._finish()
        if name in _HEADINGS:
            self._heading = False
        self._pre -= name == "pre"

    def data(self, text: str) -> None:
        if not self._hidden:
            self._pieces.append(text if self._pre else _SPACE.sub(" ", text))

    def close(self) -> list[Block]:
        self._finish()
        return self._blocks

    def _finish(self) -> None:
        lines = [
            re.sub(" {2,}", " ", each).strip(" ") for each in "".join(self._pieces).split("\n")
        ]
        self._pieces.clear()
        text = normalise(re.sub("\n{3,}", "\n\n", "\n".join(lines)).strip("\n"))
        if text.strip():
            self._blocks.append(Block(text, self._heading))


def _name(tag: str) -> str:
    return tag.rpartition("}")[2].lower()


def _is_hidden(attributes: Any) -> bool:
    if len(attributes) > MAX_ATTRIBUTES:
        raise ValueError(f"has a tag with more than {MAX_ATTRIBUTES} attributes; save it again")
    style = attributes.get("style") or ""
    return "hidden" in attributes or bool(_HIDING_STYLE.search(style[:_MAX_STYLE]))
