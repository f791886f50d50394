"""The dates in the words of a question, as ranges of days that an archive can be narrowed to.

What is decided here, and why:

- A day without a year is the last one that has come; as a limit ("by 20 December") or a plan
  the nearest, or, behind "will", the next.
- An article may tell a day or two later what happened. So the days an article may be from end
  `inferences.TELLING` days after those of the event, unless asked when it was published.
- A range is hard, a filter, where the words name days: a date, a month, "last week", "before 12
  December", and also "in early December", the first third, give or take two days. It is only a
  preference where they are vague (seasons, "around", "recently"), where the day can be two
  ("3/12/2016"), where the date names a thing of which articles tell later ("the 3 December
  agreement", "born in 1950", "president until 2014"), and where they tell it before ("planned for
  20 December").
- "Before the truce" names no day and is not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from rag.daterange import moved, phrases
from rag.daterange.forms import Form
from rag.daterange.periods import Cycle, Days, Lean, Mark, Period, move
from rag.daterange.setting import Joint, Relation, Setting, read_joint, read_setting
from rag.daterange.words import AUXILIARIES, FUNCTION_WORDS, flatten
from rag.inferences import DateRange
from rag.types import Span

# Behind these a number that can be a year is one, even with a noun behind it.
_YEAR_LEADS = {"in", "during", "since", "throughout", "until"}


@dataclass(frozen=True, slots=True)
class _Phrase:
    """One period, or several that are joined, and what stands around them."""

    periods: tuple[Period, ...]
    joint: Joint
    setting: Setting

    @property
    def marks(self) -> Mark:
        marks = Mark.NONE
        for each in self.periods:
            marks |= each.marks
        return marks


def read(question: str, *, today: date, spoken: date | None = None) -> tuple[DateRange, ...]:
    """Read the dates in a question.

    Args:
        question: The question.
        today: The day from which "yesterday", and the year of a day without one, are counted:
            the day of asking, or that of the newest article where an archive has ended before.
        spoken: The day that was spoken of before, from which "the next day" is counted.

    Returns:
        The ranges in the order of their phrases. An article within all hard ones can be meant.

    >>> (found,) = read("Who left on 3 December?", today=date(2016, 12, 12))
    >>> found.span.cut("Who left on 3 December?"), str(found.since), str(found.until), found.hard
    ('on 3 December', '2016-12-03', '2016-12-05', True)
    """
    ranges = _read(question, today, phrases.FORMS)
    # "On 3 December and the next day" counts from its own day.
    if spoken and not ranges:
        ranges = _read(question, spoken, moved.FORMS)
        ranges = [replace(each, hard=each.hard and _has_come(each, today)) for each in ranges]
    return _agree(ranges)


def _read(question: str, today: date, forms: Sequence[Form]) -> list[DateRange]:
    text = flatten(question)
    periods, ranges = phrases.find(text, today, forms), []
    while periods:
        phrase = _join(text, periods)
        if _is_date(phrase):
            ranges.append(_make_range(question, phrase, today))
        periods = periods[len(phrase.periods) :]
    return ranges


def _has_come(days: DateRange, today: date) -> bool:
    return not days.first or days.first <= today


def find_spoken(questions: Iterable[str], *, today: date) -> date | None:
    """Return the day that was spoken of last.

    Args:
        questions: The questions, oldest first; each may count from the day of those before it.
        today: The day from which "yesterday" is counted.

    Returns:
        The day; None if no question names a single one.

    >>> find_spoken(["Who left on 3 December?", "And two days later?"], today=date(2016, 12, 12))
    datetime.date(2016, 12, 5)
    """
    spoken = None
    for question in questions:
        for each in read(question, today=today, spoken=spoken):
            if each.first == each.last and not each.ambiguous:
                spoken = each.first
    return spoken


def strip(question: str, dates: Iterable[DateRange]) -> str:
    """Return a question without its dates, for searching by words.

    Only hard ranges are taken out, as they filter by themselves, and only where the question
    reads on without them.

    Args:
        question: The question.
        dates: What was read from it.

    >>> question = "On 3 December, who left?"
    >>> strip(question, read(question, today=date(2016, 12, 12)))
    'Who left?'
    """
    rest = question
    for each in sorted(dates, key=lambda each: each.span, reverse=True):
        if each.hard and each.removable:
            rest = _cut(rest, each.span)
    return rest if any(letter.isalnum() for letter in rest) else question


def _cut(question: str, span: Span) -> str:
    """Return a question without a span, with the marks and blanks around it made even."""
    before, after = question[: span.start].rstrip(), question[span.end :].lstrip()
    if before.endswith("(") and after.startswith(")"):
        before, after = before[:-1].rstrip(), after[1:].lstrip()
    if not before:
        after = after.lstrip(",;:–— ")
        return after[:1].upper() + after[1:] if question.lstrip()[:1].isupper() else after
    if after.startswith(",") and before.endswith(","):
        before, after = before[:-1], after[1:].lstrip()
    # The second comma of "on December 3, 2016, in Geneva" is the date's own.
    if after.startswith(",") and "," in span.cut(question):
        after = after[1:].lstrip()
    if re.match(r"[.?!…]", after):
        before = before.rstrip(",;: ")
    return before + ("" if re.match(r"[,;:.?!…)]|$", after) else " ") + after


def _join(text: str, periods: Sequence[Period]) -> _Phrase:
    """Make a phrase of the first period and of those that hang on it."""
    start, end = periods[0].span.start, periods[0].span.end
    own = Mark.OWN in periods[0].marks and not periods[0].part
    setting = read_setting(text, start, end, own=own)
    joint, count = Joint.NONE, 1
    for left, right in pairwise(periods):
        found = read_joint(text[left.span.end : right.span.start], setting.relation)
        if found is Joint.NONE or (count > 1 and (joint, found) != (Joint.LIST, Joint.LIST)):
            break
        joint, count, end = found, count + 1, right.span.end
    if count > 1:
        setting = read_setting(text, start, end, own=own)
    return _Phrase(tuple(periods[:count]), joint, setting)


def _is_date(phrase: _Phrase) -> bool:
    """Tell whether what looks like a date is meant as one, by what stands around it."""
    setting, first = phrase.setting, phrase.periods[0]
    if setting.excluded:
        return False
    if setting.relation is Relation.BETWEEN and len(phrase.periods) == 1:
        return Mark.SPANNING in first.marks or setting.onwards
    if Mark.NAME in phrase.periods[-1].marks and not _is_month(setting, first):
        return False
    if Mark.ENDING in first.marks and setting.noun:
        return False
    if Mark.BARE in first.marks and not _is_bare_date(phrase):
        return False
    # "The 6 April Movement" is a name.
    proper = setting.noun[:1].isupper() and setting.determiner and not setting.possessive
    return not (proper and first.cycle is Cycle.YEARLY)


def _is_month(setting: Setting, month: Period) -> bool:
    """Tell May the month from May the minister, and March from the march."""
    written = month.span.cut(setting.text)
    if setting.possessive or (setting.determiner and written.islower()):
        return False
    if setting.lead in {"in", "during", "throughout"}:
        return True
    return not setting.follower or setting.follower in FUNCTION_WORDS - AUXILIARIES


def _is_bare_date(phrase: _Phrase) -> bool:
    setting, first = phrase.setting, phrase.periods[0]
    if setting.follower == "of" or setting.lead == "following":
        return False
    weekday = first.cycle is Cycle.WEEKLY
    described = setting.determiner and not setting.possessive
    if weekday and (described or setting.lead == "at"):
        return False
    if setting.relation is Relation.NONE and (weekday or Mark.ENDING in first.marks):
        return setting.possessive or (weekday and setting.adverbial)
    if _is_year(first) and not setting.determiner:
        if setting.lead in {"at", "over", "within", "near"}:
            return False
        if setting.noun.islower() and setting.lead not in _YEAR_LEADS:
            return False  # so many people, not the year
    return setting.relation is not Relation.NONE or setting.describes


def _is_year(period: Period) -> bool:
    """Tell whether a period is written as a mere year, which can be a number of anything."""
    return not (period.part or Mark.COUNTED in period.marks) and Mark.BARE in period.marks


def _make_range(question: str, phrase: _Phrase, today: date) -> DateRange:
    setting = phrase.setting
    span = Span(setting.start, setting.end)
    first, last = _place(phrase, today)
    hard = _is_hard(phrase, first, today)
    weekday = phrase.periods[0].cycle is Cycle.WEEKLY
    adverb = setting.relation is not Relation.NONE or Mark.OWN in phrase.marks or weekday
    return DateRange(
        span=span,
        text=span.cut(question),
        first=first,
        last=last,
        hard=hard,
        published=setting.published,
        ambiguous=Mark.SWAPPED in phrase.marks,
        removable=setting.apart and (adverb or setting.set_off),
    )


def _is_hard(phrase: _Phrase, first: date | None, today: date) -> bool:
    setting, marks, relation = phrase.setting, phrase.marks, phrase.setting.relation
    if marks & (Mark.SOFT | Mark.SWAPPED) or (Mark.NAME in marks and relation is Relation.BY):
        return False
    if setting.published:
        return True
    loose = {Relation.NEAR, Relation.PLANNED}
    if relation in loose or (relation is Relation.UNTIL and len(phrase.periods) == 1):
        return False
    if setting.describes or setting.lead == "of" or setting.origin:
        return False
    if setting.planned or setting.halved:
        return False
    # What leads "today", and what is held "in May", does so not only then.
    yearly = Mark.BARE in marks and phrase.periods[0].cycle is Cycle.YEARLY
    if (Mark.NOW in marks and setting.present) or (yearly and setting.habitual):
        return False
    if _is_year(phrase.periods[-1]) and setting.noun.islower():
        return False
    if relation is Relation.NONE and setting.noun[:1].isupper():
        return False
    return not (Mark.COUNTED in marks and first and first > today)


def _place(phrase: _Phrase, today: date) -> tuple[date | None, date | None]:
    """Return the first and the last day that a phrase names."""
    relation, lean = phrase.setting.relation, _lean(phrase.setting)
    if phrase.joint is Joint.LIST:
        return _place_list(phrase.periods, today, lean)
    if phrase.joint is not Joint.NONE:
        return _place_pair(phrase, today, lean)
    (period,) = phrase.periods
    days = period.place(today, lean)
    exact = not (period.part and period.part.slack and not period.part.edge)
    first, last = period.narrow(days, limit=True)
    spans = Mark.SPANNING in period.marks or phrase.setting.published
    begins = relation is Relation.FROM and not spans
    if begins or phrase.setting.onwards or relation is Relation.SINCE:
        return first, None
    if relation is Relation.AFTER:
        return move(last, 1) if exact else first, None
    if relation is Relation.BEFORE:
        return None, move(first, -1) if exact else last
    if relation in {Relation.BY, Relation.UNTIL}:
        return None, last
    return period.narrow(days)


def _lean(setting: Setting) -> Lean:
    if setting.ahead:
        return Lean.AHEAD
    limits = {Relation.BY, Relation.UNTIL, Relation.BEFORE}
    return Lean.NEAR if setting.planned or setting.relation in limits else Lean.BACK


def _place_pair(phrase: _Phrase, today: date, lean: Lean) -> Days:
    """Place a range; what has no year takes it from the other end."""
    left, right = phrase.periods
    if left.cycle is not Cycle.ONCE and right.cycle is Cycle.ONCE:
        end = right.place(today)
        start = left.place(end[0])
    else:
        start = left.place(today, lean)
        end = right.place(start[0], Lean.AHEAD)
    first, last = left.narrow(start, limit=True), right.narrow(end, limit=True)
    if phrase.setting.relation is Relation.AFTER:
        first = move(first[1], 1), move(first[1], 1)
    if phrase.joint is Joint.BEFORE:
        last = move(last[0], -1), move(last[0], -1)
    return min(first[0], last[0]), max(first[1], last[1])


def _place_list(periods: Sequence[Period], today: date, lean: Lean) -> Days:
    """Place several periods and return what they reach over."""
    once = next((each for each in periods if each.cycle is Cycle.ONCE), None)
    anchor = once.first if once else periods[0].place(today, lean)[0]
    every = [each.narrow(each.place(anchor, Lean.NEAR)) for each in periods]
    return min(days[0] for days in every), max(days[1] for days in every)


def _agree(ranges: Sequence[DateRange]) -> tuple[DateRange, ...]:
    """Make soft what cannot be meant together, so that an article can lie in all hard ranges.

    Who says when the articles were published has chosen them; of other dates they may tell.
    """
    if any(each.hard and each.published for each in ranges):
        ranges = [replace(each, hard=each.hard and each.published) for each in ranges]
    since = max((each.since for each in ranges if each.hard and each.since), default=date.min)
    until = min((each.until for each in ranges if each.hard and each.until), default=date.max)
    if since > until:
        ranges = [replace(each, hard=False) for each in ranges]
    return tuple(ranges)
