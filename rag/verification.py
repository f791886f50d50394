"""Opens permalinks and verifies files of evidence: what an archive holds is all that counts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from rag.catalog import Catalog
from rag.dossier import Claim, Dossier, SavedQuote
from rag.errors import ArticleError
from rag.permalinks import Cited, Permalink
from rag.rendering import visible
from rag.types import Passage, Quote, Source, Span, name_place

# What a citation says of an article. Its path is left out: a file that was moved is the same.
CITED_FIELDS = ("title", "publisher", "author", "published", "url")


class Problem(StrEnum):
    """What can be wrong with a file of evidence or a quote of it."""

    CHECKSUM = "checksum"
    ID = "id"
    ARTICLE = "article"
    VERSION = "version"
    WORDS = "words"
    LEAD = "lead"
    CITATION = "citation"


@dataclass(frozen=True, slots=True)
class Mismatch:
    """Something in a file of evidence that is not as the archive has it.

    Attributes:
        problem: Its kind.
        reason: What is wrong, in words.
        answer: The number of the answer, from 1; 0 for the file as a whole.
        quote: The number of the quote in the answer, from 1; 0 for the file as a whole.
        id: The id of the quote, as the file has it.
    """

    problem: Problem
    reason: str
    answer: int = 0
    quote: int = 0
    id: str = ""


@dataclass(frozen=True, slots=True)
class Verification:
    """What the archive says to a file of evidence.

    Attributes:
        saved: When the file says it was saved.
        quotes: The number of quotes in it.
        mismatches: All that is wrong, in the file's order.
        changed: The ids of the quotes that hold in a version that is no longer the current one.
    """

    saved: datetime
    quotes: int
    mismatches: tuple[Mismatch, ...]
    changed: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether there is a quote, and every one is word for word where it is said to be."""
        return self.quotes > 0 and not self.mismatches


def open_permalink(text: str, catalog: Catalog) -> Cited:
    """Return what a permalink names.

    Raises:
        QuestionError: The text is no permalink.
        ArticleError: The archive does not hold the article, the version or the place.
    """
    link = Permalink.parse(text)
    versions = catalog.versions(link.article)
    if not versions:
        raise ArticleError(
            link.article,
            "the archive does not hold it, or no longer; ingest it again, or see: rag articles "
            "list",
        )
    matching = [each for each in versions if each.digest.startswith(link.digest)]
    if not matching:
        raise ArticleError(
            link.article,
            f"the archive holds other versions of it, but none with the digest {link.digest}",
        )
    if len(matching) > 1:
        raise ArticleError(
            link.article,
            f"{len(matching)} versions have a digest that begins with {link.digest}; write more "
            "of it",
        )
    article = catalog.article(link.article, digest=matching[0].digest)
    if link.span.end > len(article.text):
        raise ArticleError(
            link.article,
            f"version {link.digest} has {len(article.text)} characters, the quote would end at "
            f"{link.span.end}; correct the id",
        )
    # It stands there exactly, for which `Check` has the same score.
    quote = Quote(Passage.of(article, [link.span], number=0), link.span, 1.0)
    return Cited(quote, article, catalog.current(link.article))


def verify(dossier: Dossier, catalog: Catalog) -> Verification:
    """Compare every quote of a file of evidence with the version that it is said to be from."""
    mismatches, changed, quotes = [], [], 0
    if not dossier.intact:
        reason = "the file is not as it was saved: its checksum is another"
        mismatches.append(Mismatch(Problem.CHECKSUM, reason))
    for answer, saved in enumerate(dossier.answers, start=1):
        for number, quote in enumerate(saved.quotes, start=1):
            quotes += 1
            found = [
                Mismatch(problem, reason, answer, number, quote.id)
                for problem, reason in _compare(quote, catalog)
            ]
            mismatches += found
            current = catalog.current(quote.source.id)
            if not found and (not current or current.digest != quote.source.digest):
                changed.append(quote.id)
    return Verification(dossier.saved, quotes, tuple(mismatches), tuple(changed))


def as_json(verification: Verification) -> dict[str, Any]:
    """Return a verification in the shape that other programs rely on."""
    return {
        "ok": verification.ok,
        "saved": verification.saved.isoformat(),
        "quotes": verification.quotes,
        "mismatches": [
            {
                "problem": each.problem.value,
                "reason": each.reason,
                "answer": each.answer or None,
                "quote": each.quote or None,
                "id": each.id or None,
            }
            for each in verification.mismatches
        ],
        "changed": list(verification.changed),
    }


def as_text(verification: Verification) -> str:
    """Return a verification for a terminal."""
    lines = [_summarise(verification)]
    for each in verification.mismatches:
        place = f"answer {each.answer}, quote {each.quote} ({each.id})" if each.answer else "file"
        lines.append(f"  {place}: {each.reason}")
    if verification.changed:
        lines.append("The article has changed since, or was withdrawn, for:")
        lines += [f"  {each}" for each in verification.changed]
    return visible("\n".join(lines))


def _summarise(verification: Verification) -> str:
    count = f"{verification.quotes} {'quote' if verification.quotes == 1 else 'quotes'}"
    saved = f"saved {verification.saved:%Y-%m-%d %H:%M %Z}"
    if verification.ok:
        return f"verified: {count}, word for word in the archive; {saved}"
    if not verification.quotes:
        return f"not verified: the file holds no quote; {saved}"
    wrong = {(each.answer, each.quote) for each in verification.mismatches if each.answer}
    if not wrong:
        return f"not verified: the file was changed, though not the words of {count}; {saved}"
    return f"not verified: {len(wrong)} of {count} not as the archive has them; {saved}"


def _compare(quote: SavedQuote, catalog: Catalog) -> Iterator[tuple[Problem, str]]:
    """Yield what is not as the archive has it."""
    source, words, lead = quote.source, quote.words, quote.lead
    if quote.id != name_place(source, words.start, words.end):
        yield Problem.ID, "the id names another article, version or place than the quote"
    versions = {each.digest: each for each in catalog.versions(source.id)}
    if not versions:
        yield Problem.ARTICLE, "the archive does not hold the article, or no longer"
        return
    if source.digest not in versions:
        yield Problem.VERSION, "the archive does not hold this version of the article"
        return
    text = catalog.article(source.id, digest=source.digest).text
    if not _holds(text, words):
        yield Problem.WORDS, "the words at this place are others"
    if lead and not (_holds(text, lead) and lead.end <= words.start):
        yield Problem.LEAD, "the words that lead in to the quote are others"
    if differing := _list_differing(source, versions[source.digest]):
        yield Problem.CITATION, f"the archive has another {', '.join(differing)}"


def _holds(text: str, claim: Claim) -> bool:
    """Tell whether words stand in a text where they are said to."""
    if not 0 <= claim.start < claim.end <= len(text):
        return False
    return Span(claim.start, claim.end).cut(text) == claim.text


def _list_differing(saved: Source, held: Source) -> list[str]:
    return [name for name in CITED_FIELDS if getattr(saved, name) != getattr(held, name)]
