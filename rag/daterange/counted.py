"""Dates that count from the day of asking: "yesterday", "last week", "on Tuesday", "lately"."""

from __future__ import annotations

import re
from datetime import date

from rag.daterange.forms import Draft, Form, draft, make_form
from rag.daterange.periods import (
    LEAP_YEAR,
    Cycle,
    Days,
    Mark,
    Period,
    decade_of,
    month_of,
    move,
    move_months,
    week_of,
    year_of,
)
from rag.daterange.words import (
    COUNT,
    MONTH,
    NAMES,
    SEASON,
    SOME,
    TIME_OF_DAY,
    UNIT,
    WEEKDAY,
    WEEKDAYS,
    number_count,
    number_month,
)
from rag.daterange.written import place_season
from rag.types import Span

# "A few days ago", "recent weeks": two, up to so many.
FEW = 5
# "Two weeks ago" is half a week more or less; hardly anybody means a day by "two years ago".
SLACK = {"hour": 0, "day": 0, "week": 3, "fortnight": 3, "month": 15, "year": 183, "decade": 1826}
_DAYS = {"day": 1, "week": 7, "fortnight": 14}
_MONTHS_IN = {"month": 1, "year": 12, "decade": 120}
_OFFSETS = {
    "the day before yesterday": -2,
    "yesterday": -1,
    "last night": -1,
    "tomorrow": 1,
    "the day after tomorrow": 2,
}
# Papers are named after the day they appear on.
_PAPER_BEFORE = re.compile(r"\b(?:Mail|Independent|Scotland|Ireland|Wales)\s+on\s+$", re.ASCII)
_PAPER = re.compile(
    r"\s+(?:Times|Telegraph|Mirror|Express|Mail|Post|Herald|People|Star|World|Tribune|Sun)\b",
    re.ASCII,
)


def _read_which(found: re.Match[str], today: date) -> Draft | None:
    """Read what is last, this or next: a week, a Tuesday, a December, a summer."""
    which, marks = found["which"].lower(), Mark.OWN | Mark.COUNTED
    if which == "next" or found["season"]:
        marks |= Mark.SOFT
    if found["unit"]:
        return draft(*_place_unit(found["unit"].lower(), which, today), marks)
    if found["month"] and found["month"].islower() and found["month"] in NAMES and which == "this":
        return None
    return draft(*_choose(_make_template(found), which, today), marks)


def _read_current(found: re.Match[str], today: date) -> Draft:
    """Read "the weekend"; or "the year", which is a date only behind "the end of"."""
    unit = found["unit"].lower()
    marks = Mark.BARE if unit == "weekend" else Mark.PARTED | Mark.OWN
    return draft(*_place_unit(unit, "this", today), marks | Mark.COUNTED)


def _read_ago(found: re.Match[str], today: date) -> Draft:
    unit, marks = found["unit"].lower(), Mark.OWN | Mark.COUNTED
    if found["some"]:
        first, last = go_back(today, FEW, unit), go_back(today, 2, unit)
        return draft(first, last, marks | Mark.SOFT)
    day = go_back(today, number_count(found["count"]), unit)
    marks |= Mark.SOFT if unit in _MONTHS_IN and unit != "month" else Mark.NONE
    return draft(move(day, -SLACK[unit]), move(day, SLACK[unit]), marks)


def _read_past(found: re.Match[str], today: date) -> Draft:
    """Read "the past ten days", which end with the day of asking."""
    groups, marks = found.groupdict(), Mark.BARE | Mark.COUNTED
    if groups.get("some"):
        marks |= Mark.SOFT
    count = FEW if groups.get("some") else number_count(groups.get("count") or "a")
    return draft(go_back(today, count, found["unit"].lower()), today, marks)


def _read_recent(found: re.Match[str], today: date) -> Draft:
    """Read "in recent days" as the past few; "recently" and the like as the past few weeks."""
    marks = Mark.SOFT | Mark.COUNTED | (Mark.BARE if found["unit"] else Mark.OWN)
    return draft(go_back(today, FEW, (found["unit"] or "week").lower()), today, marks)


def _read_near(found: re.Match[str], today: date) -> Draft:
    day = move(today, _OFFSETS.get(" ".join(found["word"].lower().split()), 0))
    marks = Mark.OWN | Mark.COUNTED | (Mark.SOFT if day > today else Mark.NONE)
    return draft(day, day, marks | (Mark.NOW if found["word"].lower() == "today" else Mark.NONE))


def _read_weekday(found: re.Match[str], _: date) -> Draft | None:
    if _PAPER_BEFORE.search(found.string[: found.start()]):
        return None
    # "Saturday Night Live" is a title, as is "Sunday Times".
    if _PAPER.match(found.string, found.end()) or found[0].split()[-1] in {"Night", "Morning"}:
        return None
    template = _make_template(found)
    return draft(template.first, template.last, Mark.BARE | Mark.COUNTED, Cycle.WEEKLY)


def _read_numbered_day(found: re.Match[str], today: date) -> Draft | None:
    """Read "the 3rd": the last day of that number."""
    for back in range(12):
        first, last = month_of(move_months(today.replace(day=1), -back))
        day = move(first, int(found["day"]) - 1)
        if first <= day <= min(last, today):
            return draft(day, day, Mark.BARE | Mark.ENDING | Mark.COUNTED)
    return None


def _make_template(found: re.Match[str]) -> Period:
    """Make the period that a month, a weekday or a season is, whenever it comes."""
    span, groups = Span(*found.span()), found.groupdict()
    if groups.get("weekday"):
        monday = week_of(date(LEAP_YEAR, 1, 1))[0]
        day = move(monday, WEEKDAYS.index(found["weekday"][:3].lower()))
        return Period(span, day, day, Cycle.WEEKLY)
    if groups["season"]:
        days = place_season(found["season"], LEAP_YEAR)
    else:
        days = month_of(date(LEAP_YEAR, number_month(found["month"]), 1))
    return Period(span, *days, Cycle.YEARLY)


def _choose(template: Period, which: str, today: date) -> Days:
    every = template.occasions(today)
    if which == "last":
        return next((days for days in reversed(every) if days[1] < today), every[0])
    if which == "next":
        return next((days for days in every if days[0] > today), every[-1])
    first, last = week_of(today) if template.cycle is Cycle.WEEKLY else year_of(today.year)
    now = next((days for days in every if days[0] <= today <= days[1]), None)
    return now or next((days for days in every if first <= days[0] <= last), every[0])


def _place_unit(unit: str, which: str, today: date) -> Days:
    by = {"last": -1, "next": 1}.get(which, 0)
    if unit == "weekend":
        saturday = move(today, -((today.weekday() + 2) % 7))
        if by < 0 and move(saturday, 1) >= today:
            saturday = move(saturday, -7)
        saturday = move(saturday, 7) if by > 0 else saturday
        return saturday, move(saturday, 1)
    if unit == "week":
        return week_of(move(today, 7 * by))
    if unit == "month":
        return month_of(move_months(today, by))
    if unit == "quarter":
        first = move_months(date(today.year, (today.month - 1) // 3 * 3 + 1, 1), 3 * by)
        return first, month_of(move_months(first, 2))[1]
    if unit == "year":
        return year_of(min(max(today.year + by, 1), 9999))
    return decade_of(min(max(today.year + 10 * by, 1), 9999))


def go_back(today: date, count: int, unit: str) -> date:
    """Return the day so many days, weeks or years before another; after it, if the count is < 0."""
    if unit == "hour":
        return move(today, -count // 24)
    if unit in _DAYS:
        return move(today, -count * _DAYS[unit])
    return move_months(today, -count * _MONTHS_IN[unit])


_UNITS = r"(?P<unit>week|month|year|decade|weekend|quarter)\b"

FORMS: tuple[Form, ...] = (
    make_form(
        rf"(?P<which>last|this|next)\s+(?:{_UNITS}|{WEEKDAY}{TIME_OF_DAY}|{SEASON}|{MONTH})",
        _read_which,
    ),
    make_form(rf"the\s+{_UNITS}", _read_current),
    make_form(rf"(?:{SOME}|{COUNT})\s+{UNIT}\s+ago(?:\s+today)?\b", _read_ago),
    make_form(rf"(?:the\s+)?(?:last|past|previous)\s+(?:{SOME}|{COUNT})\s+{UNIT}", _read_past),
    make_form(rf"(?:the\s+(?:last|past)|past)\s+{UNIT}", _read_past),
    make_form(rf"recent\s+{UNIT}|recently\b|lately\b|these\s+days\b|of\s+late\b", _read_recent),
    make_form(
        rf"(?P<word>the\s+day\s+before\s+yesterday|the\s+day\s+after\s+tomorrow|last\s+night|"
        rf"tonight|this\s+(?:morning|afternoon|evening)|(?:yesterday|today|tomorrow)\b){TIME_OF_DAY}",
        _read_near,
    ),
    make_form(rf"{WEEKDAY}{TIME_OF_DAY}", _read_weekday),
    make_form(r"the\s+(?P<day>[12]?[0-9]|3[01])(?:st|nd|rd|th)\b(?!\s+of)", _read_numbered_day),
)
