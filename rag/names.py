"""Which names of a question an article lacks: what tells of others does not answer.

A name is met by a word that begins as it does ("Sarnian" by "Sarn"), a country's by whatever else
it goes by ("Kremlin" by "Russian"), and a body's by its initials ("United Nations" by "UN"), or the
other way round.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from rag import accents
from rag.countries import find_countries, mentions
from rag.followups import phrases
from rag.types import Passage
from rag.words import BE, HAVE, Kind

_WORD = re.compile(r"\w+")
# Capitalised words in a row, as in a body's name: "Office for National Statistics".
_RUN = re.compile(r"[A-Z]\w+(?:\s+(?:(?:of|for|the|and|on)\s+){0,2}[A-Z]\w+)+")
_CAPITALISED = re.compile(r"[A-Z]\w+")
# Acronyms in use hardly have more letters.
_LONGEST_RUN = 8
# So many letters are the ending of a name and of what comes from it ("Colombia", "Colombian"); a
# shorter name is met as a whole.
_ENDING = 2
_SHORTEST_STEM = 4
# Capitalised inside a question, these tell that all its words are; Will and May are names, too.
_AUXILIARIES = BE | HAVE | {"did", "do", "does", "can", "could", "should", "would"}
# They stand before a name and are none.
_TITLES = frozenset("mr mrs ms dr sir lord lady prof president minister".split())


def measure_missing(question: str, passages: Sequence[Passage]) -> Mapping[str, float]:
    """Return, for every article, what share of a question's names its passages lack.

    Args:
        question: The question.
        passages: Passages of some articles; title, publisher and author count, too.

    Returns:
        Shares (0 to 1) by the ids of the articles; 0 where the question names nothing.
    """
    names = find_names(question)
    texts: dict[str, list[str]] = {}
    for each in passages:
        source = each.source
        known = texts.setdefault(source.id, [source.title, source.publisher, source.author])
        known.append(each.text)
    if not names:
        return dict.fromkeys(texts, 0.0)
    return {
        article: len(_find_missing(question, names, "\n".join(known))) / len(names)
        for article, known in texts.items()
    }


def find_names(question: str) -> tuple[str, ...]:
    """Return the words of a question that are names or parts of them.

    >>> find_names("Why did Mr Brandt's brother leave the Sarn Post?")
    ('Brandt', 'Sarn', 'Post')
    """
    words = phrases.read(question).words
    if any(each.low in _AUXILIARIES and each.text.istitle() for each in words[1:]):
        return ()  # Every Word Is Written So
    named = (each.text for each in words if each.kind is Kind.NAME)
    parts = dict.fromkeys(part for text in named for part in _WORD.findall(text))
    return tuple(part for part in parts if len(part) > 1 and part.casefold() not in _TITLES)


def _find_missing(question: str, names: Sequence[str], text: str) -> Sequence[str]:
    """Return the names that a text holds in no form."""
    words = frozenset(_WORD.findall(_fold(text)))
    initials = {short for short, _ in _abbreviate(text)}
    spelled = {
        word for short, run in _abbreviate(question) if short.casefold() in words for word in run
    }
    countries = find_countries(question)
    return [
        each
        for each in names
        if each not in initials | spelled
        and not _is_among(each, words)
        and not mentions(text, countries.get(accents.strip(each), frozenset()))
    ]


def _is_among(name: str, words: frozenset[str]) -> bool:
    folded = _fold(name)
    stem = folded[:-_ENDING]
    if folded in words or f"{folded}s" in words:
        return True
    return len(stem) >= _SHORTEST_STEM and any(word.startswith(stem) for word in words)


def _fold(text: str) -> str:
    """Return a text in lower case and without accents."""
    return accents.strip(text.casefold())


def _abbreviate(text: str) -> Iterator[tuple[str, Sequence[str]]]:
    """Yield the initials of two or more capitalised words in a row, with the words."""
    for run in _RUN.findall(text):
        words = _CAPITALISED.findall(run)[:_LONGEST_RUN]
        for start in range(len(words) - 1):
            for end in range(start + 2, len(words) + 1):
                yield "".join(word[0] for word in words[start:end]), words[start:end]
