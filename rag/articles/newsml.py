"""NewsML-G2, in which agencies send their news: one article a newsItem.

Packages, concepts and planning items hold no story and are passed over. A story that its provider
has cancelled or withheld is a failure, not an article.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rag.articles.blocks import Block, join, read_html, read_tree
from rag.articles.bodies import leave_out
from rag.articles.dates import parse as parse_date
from rag.articles.decoding import normalise
from rag.articles.files import File
from rag.articles.sources import Fields, Part, keep_web, make_article, tidy
from rag.articles.trees import find_named, local_name, read_text
from rag.errors import ArticleError
from rag.types import Article, Failure, Span

_ROOTS = {"newsItem", "newsMessage"}
_XML = "{http://www.w3.org/XML/1998/namespace}"
# Of the scheme of publishing states; anything else is usable.
_UNUSABLE = {"canceled", "withheld"}
# Where several kinds of content are given, they are the same story.
_CONTENT = ("inlineXML", "inlineData")


def is_newsml(root: Any) -> bool:
    """Tell whether a document is NewsML-G2, by its root element."""
    return local_name(root) in _ROOTS


def read_items(file: File, root: Any) -> Iterator[Article | Failure]:
    """Read the items of a document.

    Raises:
        ValueError: It holds none.
    """
    items = [root] if local_name(root) == "newsItem" else list(find_named(root, "newsItem"))
    if not items:
        raise ValueError("is a news message without a news item")
    for number, item in enumerate(items, start=1):
        part = Part("item", number, tidy(item.get("guid")))
        try:
            yield _read_item(file, item, part)
        except ValueError as error:
            yield Failure(part.show(file), str(error))
        except ArticleError as error:
            yield Failure(error.path, error.reason)


def _read_item(file: File, item: Any, part: Part) -> Article:
    status = next(find_named(item, "pubStatus"), None)
    if status is not None:
        state = (status.get("qcode") or status.get("uri") or "").replace("/", ":").split(":")[-1]
        if state in _UNUSABLE:
            raise ValueError(f"is {state} by its provider; it is not to be used")
    blocks = _read_content(item)
    if not blocks:
        raise ValueError("holds no text; its content is elsewhere, or of another kind")
    text, left_out = join(blocks)
    meta = next(item.iterfind("{*}contentMeta"), item)
    fields = Fields(
        title=tidy(read_text(next(meta.iterfind("{*}headline"), None))),
        publisher=_name(next(item.iterfind("{*}itemMeta/{*}provider"), None)),
        author=_read_author(meta),
        published=_find_date(item),
        url=keep_web(item.get("guid")),
        language=_find_language(item, meta),
    )
    body = leave_out(text, [Span(0, len(text))], left_out)
    return make_article(file, fields, text, body, part=part)


def _read_content(item: Any) -> list[Block]:
    for name in _CONTENT:
        for content in item.iterfind(f"{{*}}contentSet/{{*}}{name}"):
            kind = content.get("contenttype") or "text/plain"
            if name == "inlineXML":
                # Of NITF, what is above the story are fields that the item has, too.
                blocks = read_tree(next(find_named(content, "body.content"), content))
            elif content.get("encoding"):  # compressed, or no text
                continue
            elif kind.startswith("text/html"):
                blocks = read_html(read_text(content))
            elif kind.startswith("text/"):
                blocks = _read_plain(read_text(content))
            else:
                continue
            if blocks:
                return blocks
    return []


def _read_plain(text: str) -> list[Block]:
    text = normalise(text).strip("\n")
    return [Block(text, heading=False)] if text.strip() else []


def _read_author(meta: Any) -> str:
    byline = tidy(read_text(next(meta.iterfind("{*}by"), None)))
    if byline.lower().startswith("by "):
        byline = byline[len("by ") :]
    return byline or tidy(", ".join(filter(None, map(_name, meta.iterfind("{*}creator")))))


def _name(element: Any | None) -> str:
    """Return what a party is called: by its name, else by the literal or code that stands for it.

    >>> from lxml import etree
    >>> _name(etree.fromstring('<provider qcode="nprov:REUTERS"/>'))
    'REUTERS'
    """
    if element is None:
        return ""
    named = tidy(read_text(next(element.iterfind("{*}name"), None)))
    return named or tidy(element.get("literal") or (element.get("qcode") or "").split(":")[-1])


def _find_date(item: Any) -> Any:
    for name in ("contentCreated", "firstCreated", "versionCreated"):
        day = parse_date(tidy(read_text(next(find_named(item, name), None))))
        if day:
            return day
    return None


def _find_language(item: Any, meta: Any) -> str:
    said = (each.get("tag") for each in meta.iterfind("{*}language"))
    marked = (each.get(f"{_XML}lang") for each in (item, *item.iterancestors()))
    return tidy(next(filter(None, (*said, *marked)), ""))
