"""What an archive does for other programs: plain values in, JSON out.

The chat's HTTP interface and its MCP tools are made from these functions, whose arguments, words
and results they share.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any

from pydantic import Field

from rag import citations, rendering, verification
from rag.answering import Archive

# Longer lists are no conversation, and no choice that a person makes.
MOST = 100
# Articles that are listed at once at most.
PAGE = 1_000

Texts = Annotated[Sequence[str], Field(max_length=MOST)]
History = Annotated[
    Texts, Field(description="Earlier questions that this one follows up; oldest first.")
]
Shown = Annotated[
    Sequence[Texts],
    Field(max_length=MOST, description="For each of these, the texts of the quotes given."),
]
Wording = Annotated[str | None, Field(description="What to search for, in place of the question.")]
Today = Annotated[date | None, Field(description="The day that “yesterday” counts from.")]
Drop = Annotated[Texts, Field(description="Words of the question not to be read as a date.")]
Since = Annotated[date | None, Field(description="First day of publication, as 2016-12-01.")]
Until = Annotated[date | None, Field(description="Last day of publication.")]
Publishers = Annotated[Texts, Field(description="The publishers to search; none means all.")]
Limit = Annotated[int | None, Field(description="Quotes at most, from 1 to 20.")]
Json = dict[str, Any]


class Service:
    """The functions of an archive that other programs may call; none changes anything."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive

    def ask(
        self,
        question: Annotated[str, Field(description="The question.")],
        history: History = (),
        shown: Shown = (),
        wording: Wording = None,
        today: Today = None,
        drop: Drop = (),
        since: Since = None,
        until: Until = None,
        publishers: Publishers = (),
        limit: Limit = None,
    ) -> Json:
        """Answer a question with quotations from news articles, word for word.

        `quotes` answer it: give each `text` exactly as it stands, and cite it with its article's
        title, publisher and date, and its `id`. `lead` holds words to read before it. If `found` is
        false, the archive does not say, for the `reason` given; `nearest` is then no answer.
        """
        answer = self._archive.ask(
            question,
            history=history,
            shown=shown,
            wording=wording,
            today=today,
            drop=drop,
            since=since,
            until=until,
            publishers=publishers,
            limit=limit,
        )
        return rendering.as_json(answer)

    def check(
        self,
        quotation: Annotated[
            str, Field(description="The quotation; an ellipsis stands for words left out.")
        ],
    ) -> Json:
        """Tell whether a quotation stands in the archive: exactly, altered, or not.

        If `status` is not `exact`, do not present the quotation as one: `differences` names the
        archive's own words, and `quote` holds them with their article.
        """
        return rendering.check_as_json(self._archive.check(quotation))

    def articles(
        self,
        start: Annotated[int, Field(ge=0, description="How many to leave out.")] = 0,
        limit: Annotated[int, Field(ge=1, le=PAGE, description="How many to list at most.")] = 100,
    ) -> Json:
        """List the articles of the archive by their dates, without their texts; `total` in all."""
        sources = self._archive.articles()
        listed = [rendering.source_as_json(each) for each in sources[start : start + limit]]
        return {"total": len(sources), "articles": listed}

    def article(self, id: Annotated[str, Field(description="An article's id.")]) -> Json:  # noqa: A002
        """Return an article with its whole text, to read a quote in its context.

        `start` and `end` of a quote count its characters from 0.
        """
        article = self._archive.article(id)
        return rendering.source_as_json(article.source) | {"text": article.text}

    def cited(self, id: Annotated[str, Field(description="A quote's id.")]) -> Json:  # noqa: A002
        """Return the words that the id of a quote names, in the very version that was quoted."""
        return citations.cited_as_json(self._archive.cited(id))

    def verify(
        self, content: Annotated[str, Field(description="The content of the file.")]
    ) -> Json:
        """Tell whether every quote of a file of evidence stands in the archive as the file says."""
        return verification.as_json(self._archive.verify(content))
