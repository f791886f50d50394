"""Opens permalinks and verifies files of evidence: what an archive holds is all that counts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from rag import sentences
from rag.catalog import Catalog
from rag.copies import are_copies
from rag.dossier import Claim, Dossier, SavedQuote
from rag.errors import ArticleError
from rag.permalinks import Cited, Permalink
from rag.rendering import visible
from rag.types import Article, Passage, Quote, Source, Span, name_place

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
    ANSWER = "answer"
    CITATION = "citation"
    COPY = "copy"


@dataclass(frozen=True, slots=True)
class Mismatch:
    """Something in a file of evidence that is not as the archive has it.

    Attributes:
        problem: Its kind.
        reason: What is wrong, in words.
        answer: The number of the answer, from 1; 0 for the file as a whole.
        quote: The number of the quote, or of the nearest passage, in the answer, from 1; 0 for the
            file as a whole.
        id: The id of the quote, as the file has it.
    """

    problem: Problem
    reason: str
    answer: int = 0
    quote: int = 0
    id: str = ""


@dataclass(frozen=True, slots=True)
class Overtaken:
    """A quote that holds in a version that is no longer the current one.

    Attributes:
        id: The id of the quote.
        noticed: When this was noticed, in UTC; None if that was not written down.
        withdrawn: Whether the article was withdrawn, not corrected.
    """

    id: str
    noticed: datetime | None
    withdrawn: bool


@dataclass(frozen=True, slots=True)
class Verification:
    """What the archive says to a file of evidence.

    Attributes:
        saved: When the file says it was saved.
        quotes: The number of quotes in it.
        mismatches: All that is wrong, in the file's order.
        overtaken: The quotes that hold in a version that is no longer the current one.
        nearest: The number of passages in it that were shown though they do not answer.
    """

    saved: datetime
    quotes: int
    mismatches: tuple[Mismatch, ...]
    overtaken: tuple[Overtaken, ...] = ()
    nearest: int = 0

    @property
    def ok(self) -> bool:
        """Whether there is a quote, and every one is word for word where it is said to be."""
        return self.quotes > 0 and not self.mismatches

    @property
    def changed(self) -> tuple[str, ...]:
        """The ids of the quotes that hold in a version that is no longer the current one."""
        return tuple(each.id for each in self.overtaken)


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
    return Cited(quote, article, *follow(article.source, catalog))


def verify(dossier: Dossier, catalog: Catalog) -> Verification:
    """Compare every quote of a file of evidence with the version that it is said to be from."""
    mismatches, overtaken = [], []
    if not dossier.intact:
        reason = "the file is not as it was saved: its checksum is another"
        mismatches.append(Mismatch(Problem.CHECKSUM, reason))
    for answer, saved in enumerate(dossier.answers, start=1):
        for number, quote in enumerate((*saved.quotes, *saved.nearest), start=1):
            found = [
                Mismatch(problem, reason, answer, number, quote.id)
                for problem, reason in (
                    tuple(compare(quote, catalog)) or compare_copies(quote, catalog)
                )
            ]
            mismatches += found
            latest, noticed = follow(quote.source, catalog)
            if not found and (not latest or latest.digest != quote.source.digest):
                overtaken.append(Overtaken(quote.id, noticed, withdrawn=latest is None))
    return Verification(
        dossier.saved,
        sum(len(saved.quotes) for saved in dossier.answers),
        tuple(mismatches),
        tuple(overtaken),
        sum(len(saved.nearest) for saved in dossier.answers),
    )


def compare(quote: SavedQuote, catalog: Catalog) -> Iterator[tuple[Problem, str]]:
    """Yield what of a quote, its place and its citation is not as the archive has it."""
    source, words, lead, answer = quote.source, quote.words, quote.lead, quote.answer
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
    elif answer and not Span(words.start, words.end).covers(answer):
        yield Problem.ANSWER, "the words that are said to answer are not in the quote"
    if lead and not (_holds(text, lead) and lead.end <= words.start):
        yield Problem.LEAD, "the words that lead in to the quote are others"
    if differing := _list_differing(source, versions[source.digest]):
        yield Problem.CITATION, f"the archive has another {', '.join(differing)}"


def compare_copies(quote: SavedQuote, catalog: Catalog) -> Iterator[tuple[Problem, str]]:
    """Yield which articles that are said to print a quote as well do not, or are named wrongly."""
    for copy in quote.copies:
        held = find_copy(quote, copy, catalog)
        if not held:
            yield Problem.COPY, f"the archive does not have it in {copy.id} as well"
        elif differing := _list_differing(copy, held):
            yield Problem.COPY, f"the archive has another {', '.join(differing)} of {copy.id}"


def find_copy(quote: SavedQuote, copy: Source, catalog: Catalog) -> Source | None:
    """Return the archive's source of an article that is said to print a quote as well.

    Args:
        quote: The quote, which is as the archive has it.
        copy: The article, and the version of it.
        catalog: What the archive holds.

    Returns:
        The source; None if the archive does not hold it, or no sentence of the quote in it.
    """
    held = {each.digest: each for each in catalog.versions(copy.id)}.get(copy.digest)
    if not held or copy.id == quote.source.id:
        return None
    quoted = catalog.article(quote.source.id, digest=quote.source.digest)
    words = Span(quote.words.start, quote.words.end)
    sought = [span.cut(quoted.text) for span in _sentences(quoted) if words.covers(span)]
    printed = catalog.article(copy.id, digest=copy.digest)
    if any(
        are_copies(span.cut(printed.text), each) for span in _sentences(printed) for each in sought
    ):
        return held
    return None


def as_json(verification: Verification) -> dict[str, Any]:
    """Return a verification in the shape that other programs rely on."""
    return {
        "ok": verification.ok,
        "saved": verification.saved.isoformat(),
        "quotes": verification.quotes,
        "nearest": verification.nearest,
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
        "overtaken": [
            {
                "id": each.id,
                "withdrawn": each.withdrawn,
                "noticed": each.noticed.isoformat() if each.noticed else None,
            }
            for each in verification.overtaken
        ],
    }


def summarise(verification: Verification) -> str:
    """Return in one line whether the quotes of a file hold."""
    count = _count(verification.quotes, "quote")
    if verification.nearest:
        count += f" and {_count(verification.nearest, 'nearest passage')}"
    saved = f"saved {verification.saved:%Y-%m-%d %H:%M %Z}"
    if verification.ok:
        return f"verified: {count}, word for word in the archive; {saved}"
    if not verification.quotes:
        return f"not verified: the file holds no quote; {saved}"
    wrong = {(each.answer, each.quote) for each in verification.mismatches if each.answer}
    if not wrong:
        return f"not verified: the file was changed, though not the words of {count}; {saved}"
    return f"not verified: {len(wrong)} of {count} not as the archive has them; {saved}"


def as_text(verification: Verification) -> str:
    """Return a verification for a terminal."""
    lines = [summarise(verification)]
    for each in verification.mismatches:
        place = f"answer {each.answer}, quote {each.quote} ({each.id})" if each.answer else "file"
        lines.append(f"  {place}: {each.reason}")
    lines += [f"  {each.id}: the article {_tell(each)}" for each in verification.overtaken]
    return visible("\n".join(lines))


def _count(number: int, name: str) -> str:
    return f"{number} {name if number == 1 else name + 's'}"


def _sentences(article: Article) -> Iterator[Span]:
    for part in article.body:
        yield from sentences.split(article.text, part)


def _tell(overtaken: Overtaken) -> str:
    became = "was withdrawn" if overtaken.withdrawn else "was corrected since"
    return f"{became}{f' (noticed on {overtaken.noticed:%Y-%m-%d})' if overtaken.noticed else ''}"


def follow(quoted: Source, catalog: Catalog) -> tuple[Source | None, datetime | None]:
    """Return what is searched now of an article that was quoted, and when a change was noticed."""
    latest = catalog.current(quoted.id)
    if latest is None:
        return None, catalog.noticed(quoted.id)
    return latest, catalog.noticed(quoted.id, digest=quoted.digest)


def _holds(text: str, claim: Claim) -> bool:
    """Tell whether words stand in a text where they are said to."""
    if not 0 <= claim.start < claim.end <= len(text):
        return False
    return Span(claim.start, claim.end).cut(text) == claim.text


def _list_differing(saved: Source, held: Source) -> list[str]:
    return [name for name in CITED_FIELDS if getattr(saved, name) != getattr(held, name)]
