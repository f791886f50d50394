"""How well an archive answers a file of questions whose answers are known."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from rag.answering import Archive
from rag.errors import QuestionError
from rag.types import Answer, Quote

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Expected:
    """A sentence that answers: the file name of its article, and words only this sentence has."""

    article: str
    contains: str

    def fits(self, quote: Quote) -> bool:
        """Tell whether a quote shows this sentence."""
        return Path(quote.source.path).name == self.article and self.contains in quote.text


@dataclass(frozen=True, slots=True)
class GoldenQuestion:
    """A question with every sentence that answers it; none means that the archive does not say.

    `history` are the questions that it follows up, oldest first.
    """

    id: str
    kind: str
    question: str
    answers: tuple[Expected, ...]
    history: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts over a file of questions, and the ratios that follow from them.

    `right_first` and `right_in_three` count answerable questions that were answered with the right
    quote first, or among the first three, of the best; several sides are shown in the order of
    their dates. Abstaining is scored as the positive class.
    """

    answerable: int
    unanswerable: int
    right_first: int
    right_in_three: int
    abstained_rightly: int
    abstained_wrongly: int
    offset_violations: int

    @property
    def abstention_f1(self) -> float:
        """The harmonic mean of precision and recall of abstaining."""
        return _ratio(
            2 * self.abstained_rightly,
            self.abstained_rightly + self.abstained_wrongly + self.unanswerable,
        )


def read_questions(path: str | Path) -> tuple[GoldenQuestion, ...]:
    """Read golden questions from JSON lines.

    Args:
        path: A file with an object a line: `id`, `kind`, `question`, and `answers`, a list of
            `article` (a file name) and `contains` (words that only the answering sentence has);
            and `history`, if it follows up earlier questions.

    Raises:
        QuestionError: The file cannot be read, or a line is not such an object.
    """
    try:
        lines = Path(path).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise QuestionError(f"{path} cannot be read: {error}") from error
    questions = []
    for number, line in enumerate(lines, start=1):
        try:
            if line.strip():
                questions.append(_read_question(json.loads(line)))
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise QuestionError(f"{path}:{number} is not a golden question: {error}") from error
    return tuple(questions)


def evaluate(
    archive: Archive,
    questions: Sequence[GoldenQuestion],
    *,
    progress: Progress | None = None,
) -> Mapping[str, Figures]:
    """Ask every question and count.

    Args:
        archive: The archive.
        questions: The questions.
        progress: Called with questions asked and questions in all.

    Returns:
        The figures for all questions under "all", and for each kind under its name.
    """
    outcomes: dict[str, list[Figures]] = {"all": []}
    for number, question in enumerate(questions, start=1):
        answer = archive.ask(question.question, history=question.history)
        outcome = score(question, answer, archive)
        outcomes["all"].append(outcome)
        outcomes.setdefault(question.kind, []).append(outcome)
        if progress:
            progress(number, len(questions))
    return {kind: add(each) for kind, each in outcomes.items()}


def score(question: GoldenQuestion, answer: Answer, archive: Archive) -> Figures:
    """Return the figures of a single question."""
    best_first = sorted(answer.quotes, key=lambda quote: -quote.score)
    right = [any(each.fits(quote) for each in question.answers) for quote in best_first]
    known = bool(question.answers)
    return Figures(
        answerable=int(known),
        unanswerable=int(not known),
        right_first=int(any(right[:1])),
        right_in_three=int(any(right[:3])),
        abstained_rightly=int(not known and not answer.found),
        abstained_wrongly=int(known and not answer.found),
        offset_violations=sum(
            archive.article(quote.source.id).text[quote.span.start : quote.span.end] != quote.text
            for quote in (*answer.quotes, *answer.nearest)
        ),
    )


def as_json(figures: Mapping[str, Figures]) -> dict[str, Any]:
    """Return figures as counts and ratios."""
    return {
        kind: asdict(each) | {"abstention_f1": round(each.abstention_f1, 4)}
        for kind, each in figures.items()
    }


def as_text(figures: Mapping[str, Figures]) -> str:
    """Return figures as a table."""
    lines = [f"{'':14}questions  right first  in three  abstained rightly/wrongly  F1    offsets"]
    for kind, each in figures.items():
        first, three = (
            f"{_ratio(count, each.answerable):.2f}" if each.answerable else "-"
            for count in (each.right_first, each.right_in_three)
        )
        abstained = f"{each.abstained_rightly}/{each.unanswerable}, {each.abstained_wrongly}"
        harmonic = f"{each.abstention_f1:.2f}" if each.answerable and each.unanswerable else "-"
        lines.append(
            f"{kind:14}{each.answerable + each.unanswerable:9}  {first:>11}  {three:>8}  "
            f"{abstained:>25}  {harmonic:>4}  {each.offset_violations:7}"
        )
    return "\n".join(lines)


def _read_question(row: Mapping[str, Any]) -> GoldenQuestion:
    answers = tuple(Expected(**each) for each in row["answers"])
    question = GoldenQuestion(
        id=str(row["id"]),
        kind=row.get("kind", ""),
        question=row["question"],
        answers=answers,
        history=tuple(row.get("history", ())),
    )
    if not isinstance(row.get("history", []), list):
        raise TypeError("the history is no list")
    texts = [question.kind, question.question, *question.history]
    texts += [text for answer in answers for text in (answer.article, answer.contains)]
    if not all(isinstance(text, str) for text in texts):
        raise TypeError("a field is not a text")
    return question


def add(outcomes: Iterable[Figures]) -> Figures:
    """Return the figures of several questions together."""
    counts = Counter[str]()
    for outcome in outcomes:
        counts.update(asdict(outcome))
    return Figures(**{each.name: counts[each.name] for each in fields(Figures)})


def _ratio(part: int, whole: int) -> float:
    return part / whole if whole else 0.0
