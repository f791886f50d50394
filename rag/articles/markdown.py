"""Markdown with YAML front matter; the stored text is the Markdown after it, as written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from rag.articles.decoding import decode
from rag.articles.files import File
from rag.articles.sources import Fields, check_fields, make_article, tidy, trim
from rag.errors import ArticleError
from rag.types import Article, Span

# A page of fields; beyond this it is no front matter, and YAML is slow.
_MAX_FRONT = 64 * 1024
_HEADING = re.compile(r" {0,3}#{1,6}(?:[ \t]+(?P<words>.*?))?(?:[ \t]+#+)?[ \t]*")
_UNDERLINE = re.compile(r" {0,3}(?:=+|-+)[ \t]*")
_RULE = re.compile(r" {0,3}(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})")
# A line of images, linked or not, of link definitions, or of tags has no prose.
_IMAGE = r"!\[[^\]\n]*\](?:\([^)\n]*\)|\[[^\]\n]*\])"
_IMAGES = re.compile(rf"[ \t]*(?:(?:{_IMAGE}|\[{_IMAGE}\]\([^)\n]*\))[ \t]*)+")
_DEFINITION = re.compile(r" {0,3}\[[^\]\n]+\]:[ \t]*\S+.*")
_TAGS = re.compile(r"[ \t]*(?:</?[A-Za-z][^<>\n]*>[ \t]*)+")
_FIELD = re.compile(r"---[ \t]*\n\s*\w+[ \t]*:")


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
    title, body = _read_lines(text)
    if not fields.title:
        fields = replace(fields, title=tidy(title))
    return make_article(file, fields, text, body)


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
        # The base loader makes strings, lists and dicts only: an id 007 stays 007, and neither
        # tags nor merge keys can do anything.
        given = handler.load(front, Loader=yaml.BaseLoader)
    except (yaml.YAMLError, RecursionError) as error:
        cause = " ".join(str(error).split())
        reason = f"has malformed front matter ({cause}); put values with a colon in quotes"
        raise ValueError(reason) from error
    return _check_front(given), rest


def _check_front(given: object) -> dict[str, object]:
    if given == "" or given is None:
        return {}
    if not isinstance(given, dict):
        raise ValueError("has front matter that is not a list of `field: value` lines; correct it")
    # YAML's own words for nothing, which the base loader leaves as they are.
    return {
        str(name): None if isinstance(value, str) and value in {"", "~", "null"} else value
        for name, value in given.items()
    }


def _drop_blank_ends(text: str) -> str:
    return re.sub(r"\A(?:[ \t]*\n)+", "", text).rstrip(" \t\n")


def _read_lines(text: str) -> tuple[str, list[Span]]:
    """Find the first heading of the first level, and where the prose stands."""
    title = ""
    body: list[Span] = []
    start = 0  # of the prose being gathered
    for line, words in _find_markup(text):
        body += _gather(text, start, line.start)
        start = line.end
        title = title or words
    body += _gather(text, start, len(text))
    return title, body


def _gather(text: str, start: int, end: int) -> list[Span]:
    span = trim(text, Span(start, end)) if start < end else None
    return [span] if span else []


def _find_markup(text: str) -> Iterator[tuple[Span, str]]:
    """Yield what is not prose, in order, with the words of a first-level heading."""
    lines = list(_cut_lines(text))
    for index, line in enumerate(lines):
        words = line.cut(text)
        if words.startswith("<!--") or _is_markup(words):
            heading = _HEADING.fullmatch(words)
            first = bool(heading and words.lstrip().startswith("# "))
            yield line, (heading["words"] or "") if heading and first else ""
        elif index + 1 < len(lines) and _is_underlined(text, lines, index):
            marks = lines[index + 1].cut(text).strip()
            yield line, words.strip() if marks.startswith("=") else ""


def _is_markup(words: str) -> bool:
    patterns = (_HEADING, _UNDERLINE, _RULE, _IMAGES, _DEFINITION, _TAGS)
    return any(pattern.fullmatch(words) for pattern in patterns)


def _is_underlined(text: str, lines: list[Span], index: int) -> bool:
    """Tell whether a line is a heading with marks below it, rather than prose above a rule."""
    line, below = lines[index], lines[index + 1]
    if below.start != line.end + 1 or not _UNDERLINE.fullmatch(below.cut(text)):
        return False
    alone = index == 0 or lines[index - 1].end + 1 < line.start
    return alone and not line.cut(text).rstrip().endswith((".", "!", "”", '"'))


def _cut_lines(text: str) -> Iterator[Span]:
    """Yield the lines that are not blank; a comment counts as one line, however long."""
    position = 0
    while position < len(text):
        comment = text.find("<!--", position)
        line_end = text.find("\n", position)
        end = len(text) if line_end < 0 else line_end
        if position <= comment < end:
            close = text.find("-->", comment)
            if close >= 0:
                yield from _gather(text, position, comment)
                yield Span(comment, close + len("-->"))
                position = close + len("-->")
                continue
        yield from _gather_line(text, position, end)
        position = end + 1


def _gather_line(text: str, start: int, end: int) -> Iterator[Span]:
    if text[start:end].strip():
        yield Span(start, end)
