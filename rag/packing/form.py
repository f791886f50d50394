"""What the members of an exported archive hold, field by field."""

from __future__ import annotations

from datetime import UTC, date
from typing import Annotated, Self
from zipfile import ZipInfo

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from rag.types import Article, Place, Source, Span
from rag.versions import Version

FORMAT = "rag-archive"
FORMAT_VERSION = 1
MANIFEST, ARTICLES = "manifest.json", "articles.jsonl"

# Text shrinks to a tenth, repetitive text to a fiftieth; the most that deflate can is 1/1032.
MAX_RATIO = 200
# What is unpacked is small enough to be harmless, whatever it was packed to.
HARMLESS = 1 << 20

Count = Annotated[int, Field(ge=0)]


class _Strict(BaseModel):
    """Fields that are all there, of just these types, and no others."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class MadeWith(_Strict):
    """What the indexes of the archive were made with, which are not in the file."""

    model: str
    passage_tokens: int
    passage_rules: int
    weights: str


class Member(_Strict):
    """A member of the zip, as it is unpacked."""

    size: Count
    sha256: str


class Mark(BaseModel):
    """What tells the file from others; all versions of the format have it."""

    model_config = ConfigDict(strict=True)

    format: str
    version: int


class Manifest(_Strict):
    """What the zip holds."""

    format: str
    version: int
    made_with: MadeWith | None
    articles: Count
    versions: Count
    current: Count
    members: dict[str, Member]


class Standing(_Strict):
    """Where an article stands."""

    name: str
    path: str


class Line(_Strict):
    """A version of an article."""

    id: str
    title: str
    publisher: str
    author: str
    published: date | None
    url: str
    path: str
    language: str
    current: bool
    noticed: AwareDatetime | None
    place: Standing | None
    digest: str
    body: tuple[tuple[int, int], ...]
    text: str

    @classmethod
    def of(cls, version: Version) -> Self:
        """Return a version as a line."""
        article, place = version.article, version.place
        names = ("id", "title", "publisher", "author", "published", "url", "path", "language")
        return cls(
            **{name: getattr(article.source, name) for name in names},
            current=version.current,
            noticed=version.noticed,
            place=Standing(name=place.name, path=place.path) if place else None,
            digest=article.source.digest,
            body=tuple((span.start, span.end) for span in article.body),
            text=article.text,
        )

    def version(self) -> Version:
        """Return the version.

        Raises:
            ValueError: It cannot be one.
        """
        named = (self.title, self.publisher, self.author)
        rest = (self.url, self.path, self.digest, self.language)
        body = tuple(Span(*ends) for ends in self.body)
        return Version(
            article=Article(Source(self.id, *named, self.published, *rest), self.text, body),
            current=self.current,
            noticed=self.noticed.astimezone(UTC) if self.noticed else None,
            place=Place(self.place.name, self.place.path) if self.place else None,
        )


def is_blown_up(info: ZipInfo) -> bool:
    """Tell whether a member unpacks to so much more than it takes that it may be a trap."""
    return info.file_size > max(HARMLESS, MAX_RATIO * info.compress_size)
