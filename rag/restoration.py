"""Makes the answers of a file of evidence anew: every quote is cut from the archive's own text.

Of the file's words none is shown as a quote. A quote that the archive does not hold, word for word
at its place, is left out, and named with the reason.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from rag import verification
from rag.catalog import Catalog
from rag.citations import name_standing
from rag.dossier import Dossier, SavedAnswer, SavedQuote
from rag.errors import EvidenceError
from rag.permalinks import Cited
from rag.types import Answer, Passage, Quote, Source, Span
from rag.verification import Problem

# What does not keep a quote from being shown: the archive's own id and citation are.
HARMLESS = {Problem.ID, Problem.CITATION}


@dataclass(frozen=True, slots=True)
class Note:
    """What is to be said of a restored quote, or of one that is not shown.

    Attributes:
        number: Its number in the restored answer, from 1; 0 if it is not shown.
        source: The article that it is from, or is said to be from.
        reason: What is to be said.
    """

    number: int
    source: Source
    reason: str


@dataclass(frozen=True, slots=True)
class Restored:
    """An answer of a file, made anew.

    Attributes:
        saved: The answer as the file holds it.
        answer: The answer with those of its quotes that the archive holds.
        notes: What is to be said of its quotes.
    """

    saved: SavedAnswer
    answer: Answer
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class Restoration:
    """The answers of a file, made anew.

    Attributes:
        saved: When the file says it was saved.
        intact: Whether the file is as it was saved, as far as its checksum tells.
        answers: The answers, oldest first.
    """

    saved: datetime
    intact: bool
    answers: tuple[Restored, ...]


def restore(dossier: Dossier, catalog: Catalog) -> Restoration:
    """Make the answers of a file of evidence anew.

    Raises:
        EvidenceError: An answer cannot be, such as one with quotes that overlap.
    """
    answers = tuple(_restore(each, catalog) for each in dossier.answers)
    return Restoration(dossier.saved, dossier.intact, answers)


def _restore(saved: SavedAnswer, catalog: Catalog) -> Restored:
    notes: list[Note] = []
    try:
        answer = Answer(
            question=saved.query.question,
            query=saved.query,
            quotes=_cut(saved.quotes, catalog, notes),
            nearest=_cut(saved.nearest, catalog, notes),
            confidence=saved.confidence,
            reason=saved.reason,
            several=saved.several,
        )
    except ValueError as error:
        raise EvidenceError(f"no evidence file: an answer cannot be ({error})") from error
    return Restored(saved, answer, tuple(notes))


def _cut(saved: Iterable[SavedQuote], catalog: Catalog, notes: list[Note]) -> tuple[Quote, ...]:
    """Return the quotes that the archive holds; what is to be said is added to the notes."""
    quotes: list[Quote] = []
    for each in saved:
        problems = dict(verification.compare(each, catalog))
        wrong = [reason for problem, reason in problems.items() if problem not in HARMLESS]
        if wrong:
            notes.append(Note(0, each.source, "; ".join(wrong)))
            continue
        cited = _cite(each, catalog)
        quotes.append(cited.quote)
        number = len(quotes)
        if not cited.current:
            notes.append(Note(number, cited.quote.source, name_standing(cited)))
        if reason := problems.get(Problem.CITATION):
            notes.append(Note(number, cited.quote.source, f"{reason} now"))
        notes += [
            Note(number, cited.quote.source, reason)
            for _, reason in verification.compare_copies(each, catalog)
        ]
    return tuple(quotes)


def _cite(saved: SavedQuote, catalog: Catalog) -> Cited:
    """Cut a quote that the archive holds, with its lead and its copies as the archive has them."""
    article = catalog.article(saved.source.id, digest=saved.source.digest)
    words = Span(saved.words.start, saved.words.end)
    lead = Span(saved.lead.start, saved.lead.end) if saved.lead else None
    copies = (verification.find_copy(saved, copy, catalog) for copy in saved.copies)
    quote = Quote(
        Passage.of(article, [lead, words] if lead else [words], number=0),
        words,
        saved.score,
        saved.answer,
        lead,
        tuple({copy.id: copy for copy in copies if copy}.values()),
    )
    return Cited(quote, article, *verification.follow(article.source, catalog))
