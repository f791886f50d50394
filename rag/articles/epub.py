"""E-books and newspaper issues (.epub): zips of XHTML, one article a document of the reading order.

Documents without a line of prose, such as covers and contents, are passed over. An article is
titled by the publication and its own heading, and dated by the publication.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from posixpath import dirname, normpath
from posixpath import join as join_path
from typing import Any
from urllib.parse import unquote

from rag.articles.blocks import join, read_tree
from rag.articles.bodies import leave_out
from rag.articles.dates import parse as parse_date
from rag.articles.files import File
from rag.articles.sources import Fields, Part, keep_web, make_article, tidy
from rag.articles.trees import find_named, local_name, parse_xml, read_text
from rag.articles.units import cut_units
from rag.articles.zips import Budget, Zip
from rag.errors import ArticleError
from rag.types import Article, Failure, Span

# One document of a book; whole novels have 2 MB.
_MAX_PART = 20_000_000
_MAX_PUBLICATION = 5 * _MAX_PART


@dataclass(frozen=True, slots=True)
class _Publication:
    fields: Fields
    documents: Sequence[str]  # names of members, in reading order


def parse(file: File, raw: bytes) -> Iterator[Article | Failure]:
    """Read the articles of a publication.

    Raises:
        ArticleError: It is no EPUB, is encrypted, or holds no prose.
    """
    try:
        packed = Zip(BytesIO(raw), max_bytes=_MAX_PART, budget=Budget(_MAX_PUBLICATION))
        publication = _read_publication(packed)
    except ValueError as error:
        raise ArticleError(file.path, str(error)) from error
    empty = True
    for number, name in enumerate(publication.documents, start=1):
        part = Part("part", number, name)
        try:
            article = _read_document(file, packed.read(name), publication.fields, part)
        except ValueError as error:
            empty = False
            yield Failure(part.show(file), str(error))
            continue
        if article:
            empty = False
            yield article
    if empty:
        raise ArticleError(
            file.path, "holds no prose; if its pages are pictures, they are not read"
        )


def _read_publication(packed: Zip) -> _Publication:
    container = parse_xml(packed.read("META-INF/container.xml"))
    path = next((each.get("full-path") for each in find_named(container, "rootfile")), None)
    if not path:
        raise ValueError("does not say where its contents are listed; save it again")
    package = parse_xml(packed.read(path))
    documents = _find_documents(package, dirname(path))
    if set(documents) & _find_encrypted(packed):
        raise ValueError("is encrypted against copying; it cannot be read")
    metadata = next(find_named(package, "metadata"), None)
    fields = Fields(
        title=_say(metadata, "title"),
        publisher=_say(metadata, "publisher"),
        author=_say(metadata, "creator"),
        published=_find_date(metadata),
        url=keep_web(_say(metadata, "source")) or keep_web(_say(metadata, "identifier")),
        language=_say(metadata, "language"),
    )
    return _Publication(fields, documents)


def _find_documents(package: Any, folder: str) -> Sequence[str]:
    manifest = {
        each.get("id"): each
        for each in find_named(package, "item")
        if "html" in (each.get("media-type") or "")
        and "nav" not in (each.get("properties") or "").split()
    }
    names = []
    for reference in find_named(package, "itemref"):
        item = manifest.get(reference.get("idref"))
        if item is not None and reference.get("linear") != "no":
            href = unquote((item.get("href") or "").split("#")[0])
            names.append(normpath(join_path(folder, href)))
    return list(dict.fromkeys(names))


def _find_encrypted(packed: Zip) -> set[str]:
    name = "META-INF/encryption.xml"
    if name not in packed:
        return set()
    references = find_named(parse_xml(packed.read(name)), "CipherReference")
    return {normpath(unquote(each.get("URI") or "")) for each in references}


def _find_date(metadata: Any) -> date | None:
    """Return the day of publication; that of the last change is none."""
    if metadata is None:
        return None
    days = {
        next((value for key, value in each.attrib.items() if key.endswith("event")), ""): each
        for each in find_named(metadata, "date")
    }
    chosen = days.get("publication", days.get(""))
    return parse_date(tidy(read_text(chosen)))


def _say(metadata: Any, name: str) -> str:
    found = () if metadata is None else find_named(metadata, name)
    return tidy(", ".join(filter(None, (tidy(read_text(each)) for each in found))))


def _read_document(file: File, raw: bytes, of: Fields, part: Part) -> Article | None:
    root = parse_xml(raw)
    blocks = read_tree(next((each for each in root if local_name(each) == "body"), root))
    text, left_out = join(blocks)
    body = leave_out(text, [Span(0, len(text))], left_out) if text else ()
    if not any(unit.is_prose for span in body for unit in cut_units(span.cut(text))):
        return None
    heading = tidy(next((block.text for block in blocks if block.heading), ""))
    fields = Fields(
        title=tidy(_make_title(of.title, heading, part.number)),
        publisher=of.publisher,
        author=of.author,
        published=of.published,
        language=of.language,
    )
    return make_article(file, fields, text, body, part=part)


def _make_title(publication: str, heading: str, number: int) -> str:
    if publication and not heading:
        return f"{publication}, part {number}"
    return ": ".join(filter(None, (publication, heading)))
