"""Words that may stand for one another in a question, in all their forms."""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

FILE = Path(__file__).parent / "data" / "synonyms.txt"
# Of the words that have synonyms, in a question that is to be reworded.
WORD_SHARE = 0.6

_BE_OR_HAVE = re.compile(r"\b(?:is|are|was|were|be|been|being|has|have|had)(?: \w+ly)? $")
_PREPOSITION = re.compile(r"\b(?:in|from|to|at|near|outside|inside|of|for|around) $")
_VOWEL = "aeiou"
PAST, PARTICIPLE = 2, 3

# A form of a word: which one it is of its kind, and what may stand for it.
Forms = Mapping[str, Sequence[tuple[int, Sequence[str]]]]


def reword(question: str, order: random.Random) -> str:
    """Return a question with some of its words replaced by synonyms in the same form."""
    forms, pattern = _read()

    def replace(match: re.Match[str]) -> str:
        word, before = match[2], question[: match.start(2)]
        if order.random() >= WORD_SHARE or (word[0].isupper() and _is_place(match)):
            return match[0]
        chosen = order.choice(_choose(forms[word], passive=bool(_BE_OR_HAVE.search(before))))
        article = match[1] or ""
        if article:
            article = article[0] + ("n " if chosen[0] in _VOWEL else " ")
        return article + chosen

    return pattern.sub(replace, question)


def _is_place(match: re.Match[str]) -> bool:
    """Tell whether the name of a capital or a country is meant as a place, or part of a name."""
    before, after = match.string[: match.start(2)], match.string[match.end() :]
    return bool(_PREPOSITION.search(before) or re.match(r" [A-Z]", after))


def _choose(forms: Sequence[tuple[int, Sequence[str]]], *, passive: bool) -> Sequence[str]:
    """Return what stands for a word: for a participle after a form of be or have, else a past."""
    for number, others in forms:
        if number == (PARTICIPLE if passive else PAST):
            return others
    return forms[0][1]


@cache
def _read() -> tuple[Forms, re.Pattern[str]]:
    forms: dict[str, list[tuple[int, Sequence[str]]]] = defaultdict(list)
    kinds: dict[str, set[str]] = defaultdict(set)
    for line in FILE.read_text(encoding="utf-8").splitlines():
        kind, *words = line.split()
        if kind == "#":
            continue
        table = [list(_inflect(kind, word)) for word in words]
        for number, row in enumerate(zip(*table, strict=True)):
            for each in row:
                kinds[each].add(kind)
                others = [other for other in row if other != each]
                forms[each].append((number, others))
    # A word that may be a noun or a verb, or two forms of verbs, would mostly be mistaken.
    sure = {
        word: found
        for word, found in forms.items()
        if len(kinds[word]) == 1
        and ({number for number, _ in found} <= {PAST, PARTICIPLE} or len(found) == 1)
    }
    longest_first = "|".join(sorted(map(re.escape, sure), key=len, reverse=True))
    return sure, re.compile(rf"\b([Aa]n? )?(?<![’'-])\b({longest_first})\b(?![’'-])")


def _inflect(kind: str, word: str) -> Iterator[str]:
    first, *given = word.split("/")
    first, _, rest = first.replace("-", " ").partition(" ")
    rest = f" {rest}" if rest else ""
    yield first + rest
    if kind == "n":
        yield (given[0] if given else _add_s(first + rest))
    elif kind == "v":
        yield _add_s(first) + rest
        past = [each.split("-")[0] for each in given] or [_add_ed(first)] * 2
        yield from (each + rest for each in past)


def _add_s(word: str) -> str:
    if re.search(r"(?:s|x|z|ch|sh)$", word):
        return f"{word}es"
    return re.sub(r"y$", "ies", word) if re.search(r"[^aeiou]y$", word) else f"{word}s"


def _add_ed(word: str) -> str:
    if word.endswith("e"):
        return f"{word}d"
    if re.search(r"[^aeiou]y$", word):
        return f"{word[:-1]}ied"
    short = re.fullmatch(r"[^aeiou]*[aeiou][bdgmnprt]", word)
    return f"{word}{word[-1]}ed" if short or word in {"admit", "forbid"} else f"{word}ed"
