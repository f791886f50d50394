"""XML of news: RSS and Atom feeds, one article an entry; NewsML-G2 is handed on.

An entry's full content is its text, else its summary. Of a feed that was fetched, an entry without
its full content, or of another site, is the page that it links to. Nothing is fetched here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import unescape
from typing import Any

from rag.articles import newsml
from rag.articles.addresses import Address, join_url, normalise_url
from rag.articles.blocks import Block, join, read_html, read_tree
from rag.articles.bodies import leave_out
from rag.articles.dates import parse as parse_date
from rag.articles.decoding import normalise
from rag.articles.files import File
from rag.articles.sources import Fields, Part, is_of_site, keep_web, make_article, tidy
from rag.articles.trees import local_name, namespace, parse_xml, read_text
from rag.errors import ArticleError
from rag.types import Article, Failure, Span

_DC = "{http://purl.org/dc/elements/1.1/}"
_CONTENT = "{http://purl.org/rss/1.0/modules/content/}"
_FULL = (f"{_CONTENT}encoded", "content")
_SUMMARY = ("description", "summary")
_XML = "{http://www.w3.org/XML/1998/namespace}"
_TAG = re.compile(r"</?[A-Za-z][^<>]*>|<!--")
# RSS has e-mail addresses for authors, with the name in brackets.
_ADDRESS = re.compile(r"\S+@\S+ \((?P<name>[^()]+)\)")
# What WordPress sets below every entry.
_FIRST_APPEARED = re.compile(r"The post .{1,300} (?:appeared first|first appeared) on .{1,200}\.")


def parse(file: File, raw: bytes) -> Iterator[Article | Address | Failure]:
    """Read the articles of a file of XML; of a feed that was fetched also the pages to fetch.

    Raises:
        ArticleError: It is no feed and no NewsML-G2, or holds no entry.
    """
    try:
        root = parse_xml(raw)
        if newsml.is_newsml(root):
            yield from newsml.read_items(file, root)
            return
        entries = list(_find_entries(root))
    except ValueError as error:
        raise ArticleError(file.path, str(error)) from error
    if not entries:
        raise ArticleError(file.path, "is a feed without entries; save it when it has some")
    for number, entry in enumerate(entries, start=1):
        part = Part("entry", number, tidy(_text(entry, "guid") or _text(entry, "id")))
        try:
            yield _read_entry(file, root, entry, part)
        except ValueError as error:
            yield Failure(part.show(file), str(error))
        except ArticleError as error:
            yield Failure(error.path, error.reason)


def _find_entries(root: Any) -> Iterator[Any]:
    name = local_name(root)
    if name == "rss":
        yield from root.iterfind("{*}channel/{*}item")
    elif name == "RDF":
        yield from root.iterfind("{*}item")
    elif name == "feed":
        yield from root.iterfind("{*}entry")
    elif name == "entry":
        yield root
    else:
        raise ValueError(
            f"is XML of another kind (<{name[:40]}>); RSS, Atom and NewsML-G2 are read"
        )


def _read_entry(file: File, root: Any, entry: Any, part: Part) -> Article | Address:
    url = _find_url(entry, file.url)
    blocks = _read_content(entry, _FULL)
    if file.page and url:
        page = Address(url, normalise_url(url))
        if not blocks or not is_of_site(page.url, file):
            return page
        url = page.url
    blocks = blocks or _read_content(entry, _SUMMARY)
    if not blocks:
        raise ValueError("has neither content nor a summary; name the page that it links to")
    return _make_article(file, root, entry, part, url=url, blocks=blocks)


def _make_article(
    file: File, root: Any, entry: Any, part: Part, *, url: str, blocks: Sequence[Block]
) -> Article:
    text, left_out = join(blocks)
    last = blocks[-1].text
    if _FIRST_APPEARED.fullmatch(last):
        left_out.append(Span(len(text) - len(last), len(text)))
    channel = next(root.iterfind("{*}channel"), root)
    published = _text(entry, "pubDate", f"{_DC}date", "published", "issued", "updated")
    fields = Fields(
        title=_read_line(entry, "title"),
        publisher=_read_publisher(channel, entry),
        author=_read_author(entry) or (_read_author(channel) if channel is root else ""),
        published=parse_date(tidy(published)),
        url=url,
        language=_find_language(channel, entry),
    )
    body = leave_out(text, [Span(0, len(text))], left_out)
    return make_article(file, fields, text, body, part=part)


def _read_content(entry: Any, names: Sequence[str]) -> list[Block]:
    for name in names:
        for element in _children(entry, name):
            kind = element.get("type") or ("html" if name != "summary" else "text")
            if kind in {"xhtml", "application/xhtml+xml"}:
                blocks = read_tree(element)
            elif kind in {"html", "text/html"}:
                blocks = _read_escaped(read_text(element))
            elif kind.startswith("text"):
                blocks = _read_plain(read_text(element))
            else:  # a picture, a sound
                continue
            if blocks:
                return blocks
    return []


def _read_escaped(markup: str) -> list[Block]:
    # Feeds that put plain text where HTML belongs part their paragraphs by blank lines.
    return read_html(markup) if _TAG.search(markup) else _read_plain(unescape(markup))


def _read_plain(text: str) -> list[Block]:
    paragraphs = re.split(r"\n\s*\n", normalise(text))
    lines = ["\n".join(line.strip() for line in each.strip().split("\n")) for each in paragraphs]
    return [Block(each, heading=False) for each in lines if each]


def _read_line(entry: Any, name: str) -> str:
    """Return a field on one line, without the markup that some feeds put in it."""
    text = _text(entry, name)
    return tidy(" ".join(block.text for block in _read_escaped(text))) if text else ""


def _read_publisher(channel: Any, entry: Any) -> str:
    # An entry taken over from another feed says from which.
    for source in _children(entry, "source"):
        name = tidy(_text(source, "title") or source.text)
        if name:
            return name
    return tidy(_text(entry, f"{_DC}publisher")) or (
        _read_line(channel, "title") if channel is not entry else ""
    )


def _read_author(element: Any) -> str:
    names = [tidy(each.text) for each in _children(element, f"{_DC}creator")]
    for author in _children(element, "author"):
        words = tidy(_text(author, "name") or author.text)
        found = _ADDRESS.fullmatch(words)
        names.append(found["name"] if found else words)
    return tidy(", ".join(dict.fromkeys(name for name in names if name and "@" not in name)))


def _find_url(entry: Any, base: str) -> str:
    for link in _children(entry, "link"):
        if link.get("rel", "alternate") == "alternate":
            named = (link.get("href") or link.text or "").strip()
            url = keep_web(join_url(base, named)) if named else ""
            if url:
                return url
    for guid in _children(entry, "guid"):
        if guid.get("isPermaLink") != "false":
            return keep_web((guid.text or "").strip())
    return ""


def _find_language(channel: Any, entry: Any) -> str:
    marked = (each.get(f"{_XML}lang") for each in (entry, *entry.iterancestors()))
    said = _text(entry, f"{_DC}language")
    return tidy(said or next(filter(None, marked), "") or _text(channel, "language"))


def _text(element: Any, *names: str) -> str:
    """Return the text of the first child of one of some names, nothing if none has any."""
    found = (read_text(child) for name in names for child in _children(element, name))
    return next((text for text in found if text.strip()), "")


def _children(element: Any, name: str) -> Iterator[Any]:
    """Yield the children of a name: in the element's own namespace, if none is given."""
    return iter(element.iterfind(name if name.startswith("{") else f"{namespace(element)}{name}"))
