"""Questions made by rule, of sorts that people ask and few wrote.

Of the written questions hardly any asks whether something is so, who or what something is, or what
somebody said; where one did, it was mostly to tempt. Such are made here: a polar question from one
that asks when, where, why or how; a question about a speaker from the sentences that quote him; one
about a name from the sentence that explains it.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import islice

from rag.words import STOP_WORDS
from training import synonyms
from training.datasets import Asked, Paragraph

POLAR_SHARE = 0.4  # of the answered questions that can be made polar
SYNONYM_SHARE = 0.25  # of all questions have words replaced
KEYWORDS_SHARE = 0.06  # of all questions are asked in keywords
# Questions made for one paragraph, or one story, at most of each kind.
MOST = 2
# Of the questions about a speaker so many name a subject that the speaker says nothing of.
SILENT_SHARE = 0.15
# Of those about what a speaker does say so many name no subject.
WHOLE_SHARE = 0.4

_POLAR = re.compile(
    r"(?:When|Where|Why|How) "
    r"(did|was|were|is|are|has|have|had|does|do|can|could|will|would|should) (.+)"
)
_WORD = re.compile(r"[\w’'-]+")
_PART = r"[A-Z][\w’-]*[a-z]"
_NAME = re.compile(rf"\b{_PART}(?: (?:of |de |al-|bin |van |von )?{_PART}){{1,3}}\b")
_SAYS = (
    r"(?:said|says|told|added|warned|argued|insisted|denied|explained|announced|promised|claimed)"
)
_SUBJECT = re.compile(
    r"\b(?:of|about|on|for|to|in|that) (the [a-z]{4,}(?: [a-z]{4,})?)(?=[,.;”]| [a-z]{2,4}\b)"
)
_BODY = re.compile(
    r"(?:Army|Front|Council|Party|Ministry|Agency|Union|Committee|Authority|Company|University|"
    r"Group|Institute|Court|Commission|Bank|Association|Society|Board|Service|Centre|Center|"
    r"Organi[sz]ation|League|Foundation|Trust|Act|Bridge|Festival|Museum|Theatre|Hospital|Project|"
    r"Office|Department|Bureau|Network|Forum|Fund|Programme|Program|Alliance|Movement|System|War)"
)
# Capitalised words that begin a sentence and are no part of a name.
_OPENERS = {
    "the",
    "a",
    "an",
    "in",
    "on",
    "at",
    "but",
    "and",
    "when",
    "after",
    "before",
    "for",
    "as",
}


def vary(question: str, *, answered: bool, order: random.Random) -> str:
    """Return a question, or another that the same sentences answer.

    >>> vary("When did the truce end?", answered=True, order=random.Random(1))
    'Did the truce end?'
    """
    polar = _POLAR.fullmatch(question)
    if polar and answered and order.random() < POLAR_SHARE:
        question = f"{polar[1].capitalize()} {polar[2]}"
    if order.random() < SYNONYM_SHARE:
        question = synonyms.reword(question, order)
    if order.random() < KEYWORDS_SHARE:
        kept = [word for word in _WORD.findall(question) if word.casefold() not in STOP_WORDS]
        return " ".join(kept) if len(kept) > 1 else question
    return question


def add_questions(paragraphs: Sequence[Paragraph], seed: int) -> list[Paragraph]:
    """Return paragraphs with questions about their speakers and names added.

    Reports of a story share them, as they do its other questions.
    """
    order = random.Random(seed)
    stories: dict[str, list[int]] = {}
    for number, paragraph in enumerate(paragraphs):
        stories.setdefault(paragraph.story or f"#{number}", []).append(number)
    grown = list(paragraphs)
    for numbers in stories.values():
        told = [_cut(paragraphs[number]) for number in numbers]
        names = _find_names(told)
        order.shuffle(names)
        made = [*_ask_speakers(names, told, order), *_ask_names(names, told)]
        for question, right in made:
            for place, number in enumerate(numbers):
                asked = Asked(question, frozenset(right[place]), kind="made")
                grown[number] = replace(grown[number], asked=(*grown[number].asked, asked))
    return grown


Made = tuple[str, list[set[int]]]


def _ask_speakers(
    names: Sequence[str], told: Sequence[Sequence[str]], order: random.Random
) -> Iterator[Made]:
    subjects = sorted(
        {subject for text in told for each in text for subject in _SUBJECT.findall(each)}
    )
    for name, right in _find_told(names, _compile_says, told):
        own = [text[at] for text, found in zip(told, right, strict=True) for at in sorted(found)]
        spoken_of = [found for each in own for found in _SUBJECT.findall(each)]
        tempts = bool(subjects) and order.random() < SILENT_SHARE
        if not tempts and (not spoken_of or order.random() < WHOLE_SHARE):
            yield f"What did {name} say?", right
            continue
        subject = order.choice(subjects if tempts else spoken_of)
        about = re.compile(rf"\b{re.escape(subject.split()[-1])}")
        both = [one & two for one, two in zip(right, _match(about, told), strict=True)]
        yield f"What did {name} say about {subject}?", both


def _ask_names(names: Sequence[str], told: Sequence[Sequence[str]]) -> Iterator[Made]:
    for name, right in _find_told(names, _compile_explains, told):
        article = "the " if any(f"he {name}" in each for text in told for each in text) else ""
        if _BODY.search(name) or article:
            yield f"What is {article}{name}?", right
        else:
            yield f"Who is {name}?", right


def _find_told(
    names: Sequence[str],
    compile_for: Callable[[str], re.Pattern[str]],
    told: Sequence[Sequence[str]],
) -> Iterator[Made]:
    """Yield the first names of which something is told, with the sentences that do."""
    matched = ((name, _match(compile_for(name), told)) for name in names)
    return islice(((name, right) for name, right in matched if any(right)), MOST)


def _compile_says(name: str) -> re.Pattern[str]:
    last = re.escape(name.split()[-1])
    return re.compile(
        rf"\b{last}(?:,[^,“”]{{0,70}},)? (?:\w+ )?{_SAYS}\b"
        rf"|\b{_SAYS} (?:[\w’-]+ ){{0,5}}{last}\b"
    )


def _compile_explains(name: str) -> re.Pattern[str]:
    whole = re.escape(name)
    return re.compile(
        rf"\b{whole}(?: \([A-Z]+\))?, (?:an?|the|who|whose|which|chief|head|director|leader)\b"
        rf"|\b{whole} (?:is|was) (?:an?|the)\b|\b[a-z]{{5,}}, {whole}\b(?! and| {_SAYS})"
    )


def _find_names(told: Sequence[Sequence[str]]) -> list[str]:
    names = set()
    for match in (match for text in told for each in text for match in _NAME.findall(each)):
        first, _, rest = match.partition(" ")
        name = rest if first.casefold() in _OPENERS else match
        if " " in name:
            names.add(name)
    return sorted(names)


def _match(pattern: re.Pattern[str], told: Sequence[Sequence[str]]) -> list[set[int]]:
    return [{at for at, each in enumerate(text) if pattern.search(each)} for text in told]


def _cut(paragraph: Paragraph) -> list[str]:
    return [paragraph.text[span.start : span.end] for span in paragraph.spans]
