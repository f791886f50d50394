"""Word documents (.docx): zips of XML, of which the text that a reader sees is read.

What tracked changes deleted or moved away, hidden text and field codes are left out, what they
inserted is in: a library that passes insertions over would quote sentences that lack words. Notes,
headers, footers and comments are in other parts, which are not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from posixpath import normpath
from typing import Any

from lxml import etree

from rag.articles.blocks import Block, join
from rag.articles.bodies import leave_out
from rag.articles.dates import parse as parse_date
from rag.articles.decoding import normalise
from rag.articles.files import File
from rag.articles.layout import read_layout
from rag.articles.sources import Fields, keep_web, make_article, tidy
from rag.articles.titles import keep_title
from rag.articles.trees import find_named, local_name, namespace, parse_xml, read_text
from rag.articles.zips import Budget, Zip
from rag.errors import ArticleError
from rag.types import Article

# One part of a document; a novel has 5 MB.
_MAX_PART = 50_000_000
_MAX_DOCUMENT = 2 * _MAX_PART
_SKIPPED = {"del", "moveFrom", "Fallback", "rPr"}
_HEADING = re.compile(r"heading \d|title|subtitle")


@dataclass(frozen=True, slots=True)
class _Properties:
    title: str
    author: str
    created: str
    language: str


def parse(file: File, raw: bytes) -> Article:
    """Read one article.

    Raises:
        ArticleError: It is no Word document, or holds no story.
    """
    try:
        packed = Zip(BytesIO(raw), max_bytes=_MAX_PART, budget=Budget(_MAX_DOCUMENT))
        parts = _find_parts(packed)
        if "officeDocument" not in parts:
            raise ValueError("is a zip, but no Word document; save it again")
        root = parse_xml(packed.read(parts["officeDocument"]))
        headings = _find_headings(packed, parts["officeDocument"])
        blocks = list(_read_blocks(root, headings))
        properties = _read_properties(packed, parts)
    except ValueError as error:
        raise ArticleError(file.path, str(error)) from error
    text, left_out = join(blocks)
    layout = read_layout(text)
    heading = next((block.text for block in blocks if block.heading), "")
    fields = Fields(
        title=keep_title(properties.title) or tidy(heading) or tidy(layout.title),
        publisher=tidy(layout.publisher),
        author=tidy(layout.author) or properties.author,
        # The document can have been made on any day; a dateline is the outlet's.
        published=layout.published or parse_date(properties.created),
        url=keep_web(layout.url),
        language=properties.language,
    )
    return make_article(file, fields, text, leave_out(text, layout.body, left_out))


def _find_parts(packed: Zip) -> dict[str, str]:
    """Return the names of the main parts by what they are."""
    relations = parse_xml(packed.read("_rels/.rels"))
    return {
        (each.get("Type") or "").rpartition("/")[2]: _name_part(each.get("Target") or "")
        for each in find_named(relations, "Relationship")
        if each.get("TargetMode") != "External"
    }


def _name_part(target: str) -> str:
    return normpath(target).lstrip("/")


def _find_headings(packed: Zip, document: str) -> set[str]:
    """Return the styles that are headings: ids differ between languages, these names do not."""
    name = f"{document.rpartition('/')[0]}/styles.xml".lstrip("/")
    if name not in packed:
        return set()
    styles = set()
    for style in find_named(parse_xml(packed.read(name)), "style"):
        called = next((_value(each) for each in style.iterfind("{*}name")), "")
        if _HEADING.fullmatch(called.lower()):
            styles.add(next((v for k, v in style.attrib.items() if k.endswith("styleId")), ""))
    return styles


def _read_properties(packed: Zip, parts: dict[str, str]) -> _Properties:
    if "core-properties" not in parts:
        return _Properties("", "", "", "")
    core = parse_xml(packed.read(parts["core-properties"]))
    said = [
        tidy(read_text(next(find_named(core, name), None)))
        for name in ("title", "creator", "created", "language")
    ]
    return _Properties(*said)


def _read_blocks(root: Any, headings: set[str]) -> Iterator[Block]:
    """Yield the paragraphs; those of a text box come before the one that it hangs on."""
    space = namespace(root)
    open_: list[tuple[list[str], list[bool]]] = []  # a paragraph's pieces, and whether a heading
    walk = etree.iterwalk(root, events=("start", "end"))
    for event, element in walk:
        name = local_name(element)
        if name in _SKIPPED or (name == "r" and _is_hidden(element)):
            walk.skip_subtree()
        elif namespace(element) != space:
            continue
        elif name == "p" and event == "start":
            open_.append(([], []))
        elif name == "p":
            pieces, marks = open_.pop()
            text = normalise("".join(pieces)).strip()
            if text:
                yield Block(text, heading=any(marks))
        elif open_ and event == "start":
            pieces, marks = open_[-1]
            pieces.append(_read_piece(name, element))
            marks.append(name == "pStyle" and _value(element) in headings)


def _read_piece(name: str, element: Any) -> str:
    if name == "t":
        return element.text or ""
    return {"tab": " ", "br": "\n", "cr": "\n", "noBreakHyphen": "\u2011"}.get(name, "")


def _is_hidden(run: Any) -> bool:
    vanish = next(run.iterfind("{*}rPr/{*}vanish"), None)
    return vanish is not None and _value(vanish) not in {"0", "false", "off"}


def _value(element: Any) -> str:
    return next((value for key, value in element.attrib.items() if key.endswith("}val")), "")
