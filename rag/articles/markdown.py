"""Markdown with YAML front matter; the stored text is the Markdown after it, as written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from rag.articles.bodies import cut_body
from rag.articles.columns import choose_keys
from rag.articles.decoding import decode
from rag.articles.files import File
from rag.articles.sources import check_fields, keep_web, make_article, tidy
from rag.errors import ArticleError
from rag.types import Article, Span

# A page of fields; beyond this it is no front matter, and YAML is slow.
_MAX_FRONT = 64 * 1024
_HEADING = re.compile(r" {0,3}(?P<marks>#{1,6})(?:[ \t](?P<words>.*))?")
_UNDERLINE = re.compile(r" {0,3}(?:=+|-+)[ \t]*")
_RULE = re.compile(r" {0,3}(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})")
# A line of images, linked or not, of link definitions, or of tags has no prose.
_IMAGE = r"!\[[^\]\n]*\](?:\([^)\n]*\)|\[[^\]\n]*\])"
_IMAGES = re.compile(rf"[ \t]*(?:(?:{_IMAGE}|\[{_IMAGE}\]\([^)\n]*\))[ \t]*)+")
_DEFINITION = re.compile(r" {0,3}\[[^\]\n]+\]:[ \t]*\S+.*")
_TAGS = re.compile(r"[ \t]*(?:</?[A-Za-z][^<>\n]*>[ \t]*)+")
_MARKUP = (_HEADING, _UNDERLINE, _RULE, _IMAGES, _DEFINITION, _TAGS)
_FIELD = re.compile(r"---[ \t]*\n\s*\w+[ \t]*:")
# A field whose value is meant as words: no list, no block, and nothing that goes on below.
_WORDS = re.compile(
    r"^(?P<name>\w[\w-]*):[ \t]+(?P<value>[^\s\[{|>&*!].*?)[ \t]*$(?!\n[ \t]+\S)", re.MULTILINE
)


def parse(file: File, raw: bytes) -> Article:
    """Read one article.

    Raises:
        ArticleError: The bytes are no text, the front matter cannot be used, or nothing follows.
    """
    try:
        given, text = _split(decode(raw))
        fields = check_fields(given)
    except ValueError as error:
        raise ArticleError(file.path, str(error)) from error
    text = _drop_blank_ends(text)
    markup = list(_find_markup(text))
    if not fields.title:
        fields = replace(fields, title=tidy(_find_title(text, markup)))
    return make_article(file, fields, text, cut_body(text, markup))


def _split(text: str) -> tuple[dict[str, object], str]:
    """Cut the front matter off; what follows is an exact slice of the text."""
    # Here, not above: YAML takes long to import, and most runs read no Markdown.
    import yaml
    from frontmatter import YAMLHandler

    handler = YAMLHandler()
    if not handler.detect(text):
        return {}, text
    try:
        front, rest = handler.split(text)
    except ValueError as error:
        if _FIELD.match(text):
            raise ValueError("has front matter that no `---` line ends; add one") from error
        return {}, text
    if len(front) > _MAX_FRONT:
        raise ValueError(f"has front matter of more than {_MAX_FRONT:,} characters; shorten it")
    try:
        return _check_front(_load(front)), rest
    except (yaml.YAMLError, RecursionError) as error:
        cause = " ".join(str(error).split())
        raise ValueError(f"has malformed front matter ({cause}); correct it") from error


def _load(front: str) -> object:
    """Return what front matter says; headlines with a colon are read as they are meant.

    Raises:
        YAMLError, RecursionError: It is no YAML, even so.
    """
    import yaml
    from frontmatter import YAMLHandler

    def load(text: str) -> object:
        # The base loader makes strings, lists and dicts only: an id 007 stays 007, and neither
        # tags nor merge keys can do anything.
        return YAMLHandler().load(text, Loader=yaml.BaseLoader)

    def quote(line: re.Match[str]) -> str:
        try:
            load(line[0])
        except yaml.YAMLError:
            value = line["value"].replace("'", "''")
            return f"{line['name']}: '{value}'"
        return line[0]

    try:
        return load(front)
    except yaml.YAMLError:
        return load(_WORDS.sub(quote, front))


def _check_front(given: object) -> dict[str, object]:
    if given == "" or given is None:
        return {}
    if not isinstance(given, dict):
        raise ValueError("has front matter that is not a list of `field: value` lines; correct it")
    # YAML's own words for nothing, which the base loader leaves as they are.
    said = {
        str(name): value
        for name, value in given.items()
        if not (isinstance(value, str) and value in {"", "~", "null"})
    }
    # Links and guids are mostly those of the program that wrote the file, not the article's own.
    fields = choose_keys(said, {}) | {name: said.get(name) for name in ("url", "id")}
    address = said.get("source")
    # A page clipped in a browser has its address as the source.
    if isinstance(address, str) and keep_web(address):
        fields |= {"url": said.get("url", address), "publisher": said.get("publisher")}
    return fields


def _drop_blank_ends(text: str) -> str:
    return re.sub(r"\A(?:[ \t]*\n)+", "", text).rstrip(" \t\n")


def _find_title(text: str, markup: Iterable[Span]) -> str:
    """Return the words of the first heading of the first level, or nothing."""
    for span in markup:
        heading = _HEADING.fullmatch(span.cut(text))
        if heading and heading["marks"] == "#" and heading["words"]:
            return heading["words"].strip().rstrip("#").rstrip()
    return ""


def _find_markup(text: str) -> Iterator[Span]:
    """Yield what is not prose: headings, rules, comments, lines of images or tags."""
    pieces = list(_cut_pieces(text))
    for at, piece in enumerate(pieces):
        words = piece.cut(text)
        comment = words.startswith("<!--") and words.endswith("-->")
        marked = comment or any(rule.fullmatch(words) for rule in _MARKUP)
        if marked or _is_underlined(text, pieces, at):
            yield piece


def _is_underlined(text: str, pieces: Sequence[Span], at: int) -> bool:
    """Tell whether a line is a heading with marks below it, rather than prose above a rule."""
    piece = pieces[at]
    below = pieces[at + 1] if at + 1 < len(pieces) else None
    if below is None or below.start != piece.end + 1 or not _UNDERLINE.fullmatch(below.cut(text)):
        return False
    alone = at == 0 or pieces[at - 1].end + 1 < piece.start
    return alone and not piece.cut(text).rstrip().endswith((".", "!", "”", '"'))


def _cut_pieces(text: str) -> Iterator[Span]:
    """Yield the lines that are not blank; a comment is one piece, however many lines it has."""
    end = 0
    for comment in _find_comments(text):
        yield from _cut_lines(text, end, comment.start)
        yield comment
        end = comment.end
    yield from _cut_lines(text, end, len(text))


def _find_comments(text: str) -> Iterator[Span]:
    start = text.find("<!--")
    while start >= 0:
        close = text.find("-->", start)
        if close < 0:  # never closed: it is text
            return
        yield Span(start, close + len("-->"))
        start = text.find("<!--", close)


def _cut_lines(text: str, start: int, end: int) -> Iterator[Span]:
    for line in text[start:end].split("\n"):
        if line.strip():
            yield Span(start, start + len(line))
        start += len(line) + 1
