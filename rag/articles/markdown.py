"""Markdown with front matter; the stored text is the Markdown after it, as written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from rag.articles.bodies import cut_body
from rag.articles.decoding import decode
from rag.articles.files import File
from rag.articles.frontmatter import cut_front
from rag.articles.furniture import goes_on, is_furniture
from rag.articles.inline import ADDRESS, IMAGE, drop_marks, unescape
from rag.articles.sources import check_fields, make_article, tidy
from rag.errors import ArticleError
from rag.types import Article, Span

_HEADING = re.compile(r" {0,3}(?P<marks>#{1,6})(?:[ \t](?P<words>.*))?")
_CLOSING = re.compile(r"(?:^|[ \t])#+[ \t]*$")
# A title, or furniture with its links, has half as many characters; on many more, reading marks is
# slow.
_MAX_MARKED = 2_000
_UNDERLINE = re.compile(r" {0,3}(?:=+|-+)[ \t]*")
_RULE = re.compile(r" {0,3}(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})")
# Lines without prose: of images, linked or not, of link definitions, tags, shortcodes (Hugo,
# Jekyll), captions (WordPress), and the first one of a callout (Obsidian, GitHub).
_IMAGES = re.compile(rf"[ \t]*(?:(?:{IMAGE}|\[{IMAGE}\]{ADDRESS})[ \t]*)+")
_DEFINITION = re.compile(r" {0,3}\[[^\]\n]+\]:[ \t]*\S+.*")
_TAGS = re.compile(r"[ \t]*(?:</?[A-Za-z][^<>\n]*>[ \t]*)+")
_SHORTCODES = re.compile(r"[ \t]*(?:(?:\{\{(?:(?!\}\}).)*\}\}|\{%(?:(?!%\}).)*%\})[ \t]*)+")
_CAPTIONS = re.compile(
    r"[ \t]*(?:\[caption\b[^\]\n]*\](?:(?!\[/caption\]).)*\[/caption\][ \t]*)+", re.IGNORECASE
)
_CALLOUT = re.compile(r" {0,3}(?:>[ \t]*)+\[![\w-]+\].*")
_MARKUP = (
    *(_HEADING, _UNDERLINE, _RULE, _IMAGES, _DEFINITION, _TAGS, _SHORTCODES, _CAPTIONS, _CALLOUT),
)
# Each with a letter: #1 is a number.
_HASHTAGS = re.compile(r"[ \t]*(?:#(?=[\d_/-]*[^\W\d_])[\w/-]+[ \t,]*)+")


def parse(file: File, raw: bytes) -> Article:
    """Read one article.

    Raises:
        ArticleError: The bytes are no text, the front matter cannot be used, or nothing follows.
    """
    try:
        given, text = cut_front(decode(raw))
        fields = check_fields(given)
    except ValueError as error:
        raise ArticleError(file.path, str(error)) from error
    text = _drop_blank_ends(text)
    markup = list(_find_markup(text))
    title = unescape(fields.title or drop_marks(_find_title(text, markup)))
    fields = replace(fields, title=tidy(title))
    return make_article(file, fields, text, cut_body(text, markup))


def _drop_blank_ends(text: str) -> str:
    return re.sub(r"\A(?:[ \t]*\n)+", "", text).rstrip(" \t\n")


def _find_title(text: str, markup: Iterable[Span]) -> str:
    """Return the words of the first heading of the first level, or nothing."""
    for span in markup:
        heading = _HEADING.fullmatch(span.cut(text))
        if heading and heading["marks"] == "#" and heading["words"]:
            return _CLOSING.sub("", heading["words"])[:_MAX_MARKED]
    return ""


def _find_markup(text: str) -> Iterator[Span]:
    """Yield what is not prose: headings, rules, comments, lines without prose, and furniture."""
    pieces = list(_cut_pieces(text))
    prose: Span | None = None
    for at, piece in enumerate(pieces):
        words = piece.cut(text)
        comment = words.startswith("<!--") and words.endswith("-->")
        marked = comment or any(rule.fullmatch(words) for rule in _MARKUP)
        above = prose.cut(text) if prose and prose.end + 1 == piece.start else ""
        marked = marked or _stands_aside(words, above)
        if marked or _is_underlined(text, pieces, at):
            yield piece
        else:
            prose = piece


def _stands_aside(words: str, above: str) -> bool:
    """Tell whether a line is hashtags or furniture, and no part of a sentence broken into lines."""
    if _HASHTAGS.fullmatch(words):
        return not above or _ends_sentence(above)
    if len(words) > _MAX_MARKED:
        return False
    shown = drop_marks(words).strip().lstrip("-+*> ")
    return bool(shown) and is_furniture(shown) and not goes_on(above, shown)


def _is_underlined(text: str, pieces: Sequence[Span], at: int) -> bool:
    """Tell whether a line is a heading with marks below it, rather than prose above a rule."""
    piece = pieces[at]
    below = pieces[at + 1] if at + 1 < len(pieces) else None
    if below is None or below.start != piece.end + 1 or not _UNDERLINE.fullmatch(below.cut(text)):
        return False
    alone = at == 0 or pieces[at - 1].end + 1 < piece.start
    return alone and not _ends_sentence(piece.cut(text))


def _ends_sentence(line: str) -> bool:
    return line.rstrip().endswith((".", "!", "”", '"'))


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
