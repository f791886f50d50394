"""Plain text: pages saved as users have them. The stored text is the whole file."""

from __future__ import annotations

from rag.articles.decoding import decode
from rag.articles.files import File
from rag.articles.layout import read_layout
from rag.articles.sources import Fields, keep_web, make_article, tidy
from rag.errors import ArticleError
from rag.types import Article


def parse(file: File, raw: bytes) -> Article:
    """Read one article.

    Raises:
        ArticleError: The bytes are no text, or hold no story.
    """
    try:
        text = decode(raw)
    except ValueError as error:
        raise ArticleError(file.path, str(error)) from error
    if not text.strip():
        raise ArticleError(file.path, "is empty; save the article's text in it")
    layout = read_layout(text)
    fields = Fields(
        title=tidy(layout.title),
        publisher=tidy(layout.publisher),
        author=tidy(layout.author),
        published=layout.published,
        url=keep_web(layout.url),
    )
    return make_article(file, fields, text, layout.body)
