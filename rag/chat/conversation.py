"""What one reader has asked and been answered, as a frozen value; each step returns a new one."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from secrets import token_hex
from typing import Self

from rag.restoration import Restored
from rag.types import Answer, Quote, Span

# What a link of the page says: which answer of the conversation, which quote of it, from 1.
REFERENCE = re.compile(r"cite-([1-9]\d{0,5})-([1-9]\d{0,2})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Citation:
    """A quote of a conversation, by the numbers that the reader sees."""

    turn: int
    number: int
    answer: Answer

    @property
    def shown(self) -> tuple[Quote, ...]:
        """The passages that were shown together: the quotes, or else the nearest."""
        return self.answer.quotes or self.answer.nearest

    @property
    def quote(self) -> Quote:
        """The quote that is cited."""
        return self.shown[self.number - 1]

    @property
    def marks(self) -> dict[int, Span]:
        """The spans that were shown from this version of the article, by their numbers."""
        return {
            number: quote.span
            for number, quote in enumerate(self.shown, start=1)
            if quote.source.id == self.quote.source.id
            and quote.source.digest == self.quote.source.digest
        }


@dataclass(frozen=True, slots=True)
class Pending:
    """A question under way.

    Attributes:
        question: The question, as typed.
        stage: What is being done, in words.
        after: How many answers stay before the one to come; those behind make room for it.
        answer: The answer by what is read so far; None where that does not answer.
    """

    question: str
    stage: str
    after: int
    answer: Answer | None = None


@dataclass(frozen=True, slots=True)
class Conversation:
    """The answers so far, oldest first.

    Attributes:
        answers: The answers.
        pending: A question under way.
        notice: Why the last attempt gave no answer; empty if it did.
        verdicts: What the reader thinks of answers, as a turn and a word of `feedback`.
        id: The name under which the browser keeps it; empty before the first answer.
        restored: Of the answers that the browser had kept, how they were; the first of `answers`.
        caution: What is to be said of the conversation as a whole.
    """

    answers: tuple[Answer, ...] = ()
    pending: Pending | None = None
    notice: str = ""
    verdicts: tuple[tuple[int, str], ...] = ()
    id: str = ""
    restored: tuple[Restored, ...] = ()
    caution: str = ""

    @property
    def questions(self) -> tuple[str, ...]:
        """What was asked and answered so far, oldest first."""
        return tuple(answer.question for answer in self.answers)

    @property
    def shown(self) -> tuple[tuple[str, ...], ...]:
        """The texts of the quotes of each answer."""
        return tuple(tuple(each.text for each in answer.quotes) for answer in self.answers)

    @property
    def kept(self) -> tuple[Answer, ...]:
        """The answers that stay whatever comes of the question under way."""
        return self.answers[: self.pending.after] if self.pending else self.answers

    def before(self, turn: int) -> Self:
        """Return the conversation before an answer, counted from 1."""
        verdicts = tuple(each for each in self.verdicts if each[0] < turn)
        answers, restored = self.answers[: turn - 1], self.restored[: turn - 1]
        return type(self)(
            answers, verdicts=verdicts, id=self.id, restored=restored, caution=self.caution
        )

    def asking(
        self, question: str, stage: str, *, instead_of: int = 0, answer: Answer | None = None
    ) -> Self:
        """Return the conversation while a question is being answered.

        Args:
            question: The question.
            stage: What is being done.
            instead_of: The answer that the new one replaces with all behind it; 0 for none.
            answer: The answer by what is read so far.
        """
        after = instead_of - 1 if instead_of else len(self.answers)
        return replace(self, pending=Pending(question, stage, after, answer), notice="")

    def answered(self, answer: Answer) -> Self:
        """Return the conversation with the answer to the question under way."""
        kept = self.before(len(self.kept) + 1)
        return replace(kept, answers=(*kept.answers, answer), id=self.id or token_hex(8))

    def noticed(self, notice: str) -> Self:
        """Return the conversation with a notice in place of an answer."""
        return replace(self, pending=None, notice=notice)

    def judged(self, turn: int, verdict: str) -> Self:
        """Return the conversation with a verdict on an answer; an empty one withdraws it."""
        others = tuple(each for each in self.verdicts if each[0] != turn)
        return replace(self, verdicts=(*others, (turn, verdict)) if verdict else others)

    def find(self, reference: object) -> Citation | None:
        """Return the citation that a link of the page names; None if there is no such one.

        Args:
            reference: What the browser sent, which may be anything.
        """
        match = REFERENCE.fullmatch(reference) if isinstance(reference, str) else None
        if not match:
            return None
        turn, number = int(match[1]), int(match[2])
        so_far = self.pending.answer if self.pending else None
        answers = (*self.kept, so_far) if so_far else self.kept
        if turn > len(answers):
            return None
        answer = answers[turn - 1]
        if number > len(answer.quotes or answer.nearest):
            return None
        return Citation(turn, number, answer)


def refer(turn: int, number: int) -> str:
    """Return how a link of the page names a quote.

    >>> refer(1, 2)
    'cite-1-2'
    """
    return f"cite-{turn}-{number}"
