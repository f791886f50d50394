"""Makes an Article from a text and the fields that its format gave for it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from rag.articles.addresses import MAX_URL
from rag.articles.columns import has_value, list_names
from rag.articles.dates import parse
from rag.articles.files import File
from rag.errors import ArticleError
from rag.types import Article, Source, Span, digest_text

# Longer than any headline or list of authors; more is a text in the wrong field.
_MAX_FIELD = 1_000
# Explicit ids are typed on command lines and shown in citations.
_MAX_ID = 200
_MAX_SLUG = 40
# 32 bits of the path's digest tell files of the same name apart.
_DIGEST_DIGITS = 8
# Pages of many sites have the same last name, such as index: 64 bits, as nobody may be replaced.
_PAGE_DIGITS = 16
# What stands around an author's name: "By", and in notes the marks of a link, [[Jane Smith|Jane]].
_AROUND_AUTHOR = re.compile(r"^by:? |\[\[(?:[^\[\]|]*\|)?|\]\]", re.IGNORECASE)
# An address without its scheme; story.html alone is rather a file.
_BARE_URL = re.compile(r"www\.|[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}/", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fields:
    """What an article's format says about it; unknown is empty."""

    title: str = ""
    publisher: str = ""
    author: str = ""
    published: date | None = None
    url: str = ""
    language: str = ""
    id: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """One of the articles of a file that holds many: `line` 7, or `entry` 7.

    `key` names it wherever in the file it stands, if something does.
    """

    kind: str
    number: int
    key: str = ""

    def show(self, file: File) -> str:
        """Return where the article stands, for a failure."""
        mark = ":" if self.kind == "line" else f", {self.kind} "
        return f"{file.path}{mark}{self.number}"


@dataclass(frozen=True, slots=True)
class Known:
    """An article that was not read again, as the reader's caller has it already."""

    id: str


def check_fields(given: Mapping[str, object]) -> Fields:
    """Check fields that a user wrote; keys that are not fields are ignored.

    Raises:
        ValueError: A field cannot be used; the message names it.
    """
    known = {name: value for name, value in given.items() if has_value(name, value)}
    return Fields(
        title=_check_string(known, "title"),
        publisher=_check_names(known, "publisher"),
        author=_AROUND_AUTHOR.sub("", _check_names(known, "author")),
        published=_check_date(known),
        url=_check_url(known),
        language=_check_string(known, "language"),
        id=_check_id(known),
    )


def tidy(text: str | None, *, limit: int = _MAX_FIELD) -> str:
    r"""Return a string found on a page fit for a field: one line, no control characters.

    >>> tidy("Aleppo\n  falls\x07")
    'Aleppo falls'
    """
    shown = "".join(" " if _is_control(char) else char for char in text or "")
    return " ".join(unicodedata.normalize("NFC", shown).split())[:limit].rstrip()


def keep_web(url: str | None) -> str:
    """Return a url found on a page if it is an http or https address, else nothing."""
    return url if url and _is_web(url) else ""


def make_article(
    file: File,
    fields: Fields,
    text: str,
    body: tuple[Span, ...],
    *,
    part: Part | None = None,
) -> Article:
    """Make an article.

    Args:
        file: Where it was read.
        fields: What is known about it.
        text: The normalised text.
        body: Where the story stands in it.
        part: Which of them it is, in a file that holds many articles.

    Raises:
        ArticleError: The body is empty.
    """
    if not body:
        place = part.show(file) if part else file.path
        raise ArticleError(place, "holds no article text; check that it was saved whole")
    source = Source(
        id=_derive_page_id(file, fields, part) if file.page else _derive_id(file, fields, part),
        title=fields.title or _derive_title(file, part),
        publisher=fields.publisher,
        author=fields.author,
        published=fields.published,
        url=fields.url if part else file.url or fields.url,
        path=file.path,
        digest=digest_text(text),
        language=fields.language,
    )
    return Article(source, text, body)


def identify(url: str) -> str:
    """Return the id of the page at a normalised address, whatever it may hold."""
    parts = urlsplit(url)
    return _make_id(PurePosixPath(parts.netloc + parts.path).stem, url, digits=_PAGE_DIGITS)


def is_of_site(url: str, file: File) -> bool:
    """Tell whether a page is of the host that a file was fetched from, which may speak for it."""
    hosts = {urlsplit(each).netloc for each in (file.page, file.url)}
    return bool(url) and urlsplit(url).netloc in hosts


def _derive_page_id(file: File, fields: Fields, part: Part | None) -> str:
    # The web gives no ids: one that another page chose would put its text in an article's place.
    if part is None:
        return identify(file.page)
    if is_of_site(fields.url, file):
        return identify(fields.url)
    return identify(f"{file.page}#{fields.id or part.key or part.number}")


def _derive_id(file: File, fields: Fields, part: Part | None) -> str:
    # Of the real path, so that an article keeps its id however its file is named, and when its
    # text changes; a number changes with the articles before it, so a url or a key is better.
    key = file.place.as_posix()
    if part is not None:
        key = fields.url or f"{key}#{part.key or part.number}"
    return fields.id or _make_id(file.stem, key, digits=_DIGEST_DIGITS)


def _make_id(stem: str, key: str, *, digits: int) -> str:
    digest = sha256(key.encode("utf-8", "surrogateescape")).hexdigest()
    plain = unicodedata.normalize("NFKD", stem).encode("ascii", "ignore").decode()
    slug = re.sub(r"[^a-z0-9]+", "-", plain.lower())[:_MAX_SLUG].strip("-")
    return f"{slug or 'article'}-{digest[:digits]}"


def _derive_title(file: File, part: Part | None) -> str:
    name = " ".join(re.sub(r"[-_]+", " ", file.stem).split()) or file.stem
    return f"{name}, {part.kind} {part.number}" if part else name


def _check_string(known: Mapping[str, object], name: str) -> str:
    value = known.get(name, "")
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ValueError(f"has a {name} that is not a string; put it in quotation marks")
    return _check_line(str(value), name)


def _check_line(value: str, name: str, *, limit: int = _MAX_FIELD) -> str:
    line = " ".join(unicodedata.normalize("NFC", value).split())
    if any(_is_control(char) for char in line):
        raise ValueError(f"has a control character in its {name}; remove it")
    if len(line) > limit:
        raise ValueError(f"has a {name} longer than {limit:,} characters; shorten it")
    return line


def _check_names(known: Mapping[str, object], name: str) -> str:
    names = list_names(known.get(name))
    if not all(isinstance(each, str) for each in names):
        raise ValueError(f"has a value for its {name} that is neither a name nor a list of names")
    return _check_line(", ".join(map(str, names)), name)


def _check_date(known: Mapping[str, object]) -> date | None:
    value = _check_string(known, "published")
    published = parse(value) if value else None
    if value and published is None:
        raise ValueError(f"has a published date that cannot be read ({value!r}); write 2016-12-31")
    return published


def _check_url(known: Mapping[str, object]) -> str:
    url = _check_string(known, "url")
    if _BARE_URL.match(url):
        url = f"https://{url}"
    if url and not _is_web(url):
        raise ValueError("has a url that is not an http or https address; correct or remove it")
    return url


def _check_id(known: Mapping[str, object]) -> str:
    value = known.get("id")
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise ValueError("has an id that is neither a string nor a whole number; correct it")
    id_ = str(value)
    # Control, format and surrogate characters, line and paragraph separators: none can be seen.
    hidden = any(unicodedata.category(char) in {"Cc", "Cf", "Cs", "Zl", "Zp"} for char in id_)
    if id_ != id_.strip() or hidden or len(id_) > _MAX_ID:
        raise ValueError(
            f"has an id that is longer than {_MAX_ID} characters, or holds hidden "
            "characters or outer white space; correct or remove it"
        )
    return id_


def _is_web(url: str) -> bool:
    if len(url) > MAX_URL or any(char.isspace() or _is_control(char) for char in url):
        return False
    try:
        parts = urlsplit(url)
    except ValueError:  # not an address at all, such as a broken IPv6 host
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname)


def _is_control(char: str) -> bool:
    return unicodedata.category(char) in {"Cc", "Cs"}
