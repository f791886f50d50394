"""Dates as they are written out: days, months, quarters, years, decades, seasons."""

from __future__ import annotations

import re
from datetime import date

from rag.daterange.forms import Draft, Form, draft, make_form
from rag.daterange.periods import (
    LEAP_YEAR,
    Cycle,
    Days,
    Mark,
    Part,
    decade_of,
    month_of,
    move,
    move_months,
    year_of,
)
from rag.daterange.words import (
    ANY_WEEKDAY,
    DAYS,
    MONTH,
    NAMES,
    SEASON,
    SEASONS,
    TENS,
    YEAR,
    number_day,
    number_month,
    number_year,
)

# The spring, winter or fall of a people or a place is no season: "the Arab Spring of 2011".
_PROPER = re.compile(r"[A-Z]\w*\s+$", re.ASCII)


def place_season(name: str, year: int) -> Days:
    """Return the first and the last day of the season that begins in a year."""
    first = date(year, SEASONS[name.lower()], 1)
    return first, move(move_months(first, 3), -1)


def _read_iso(found: re.Match[str], _: date) -> Draft | None:
    try:
        day = date(int(found["year"]), int(found["month"]), int(found["day"]))
    except ValueError:  # no such day
        return None
    return draft(day, day)


def _read_numbers(found: re.Match[str], today: date) -> Draft | None:
    """Read 3/12/2016: day first, unless only the month can be."""
    first, second = int(found["first"]), int(found["second"])
    # Dots are written day first everywhere.
    swapped = first <= 12 and second <= 12 and first != second and found["mark"] != "."
    month, number = (first, second) if second > 12 else (second, first)
    try:
        day = date(number_year(found["year"], today), month, number)
    except ValueError:  # no such day
        return None
    return draft(day, day, Mark.SWAPPED if swapped else Mark.NONE)


def _read_days(found: re.Match[str], today: date) -> Draft | None:
    """Read a day of a month, or from the first to the last of several."""
    year, month = _read_year_in(found, today), number_month(found["month"])
    numbers = [number_day(found[name]) for name in ("day", "last") if found[name]]
    try:
        days = sorted(date(year or LEAP_YEAR, month, number) for number in numbers)
    except ValueError:  # no such day
        return None
    marks = Mark.SPANNING if len(days) > 1 else Mark.NONE
    if year:
        return draft(days[0], days[-1], marks)
    marks |= Mark.COUNTED
    # "May 3 people vote?", "did 20 march on", against "May 3rd", "on 20 march".
    opens = found["month"] == "May" and not found.string[: found.start()].strip()
    verb = found["month"].islower() and found["month"] in NAMES
    if (opens or verb) and found["day"].isdigit():
        marks |= Mark.BARE
    return draft(days[0], days[-1], marks, Cycle.YEARLY)


def _read_month(found: re.Match[str], today: date) -> Draft:
    year, month = _read_year_in(found, today), number_month(found["month"])
    first, last = month_of(date(year or LEAP_YEAR, month, 1))
    if year:
        return draft(first, last)
    marks = Mark.BARE | Mark.COUNTED
    if found["month"].lower().rstrip(".") in NAMES:
        marks |= Mark.NAME
    return draft(first, last, marks, Cycle.YEARLY)


def _read_numbered_month(found: re.Match[str], _: date) -> Draft:
    return draft(*month_of(date(int(found["year"]), int(found["month"]), 1)))


def _read_year(found: re.Match[str], _: date) -> Draft | None:
    year = int(found["year"])
    to = year // 100 * 100 + int(found["to"] or year % 100)
    marks = Mark.NONE if found["word"] else Mark.BARE
    marks |= Mark.SPANNING if to > year else Mark.NONE
    return draft(year_of(year)[0], year_of(to)[1], marks) if to >= year else None


def _read_quarter(found: re.Match[str], today: date) -> Draft | None:
    count = 4 if found["kind"].lower() == "q" else 2
    number, year = int(found["number"]) - 1, _read_year_in(found, today)
    if number >= count or not year:
        return None
    return draft(*Part(number, count).cut(year_of(year)))


def _read_decade(found: re.Match[str], today: date) -> Draft:
    if found["decade"]:
        return draft(*decade_of(int(found["decade"])), Mark.BARE)
    tens = int(found["tens"]) if found["tens"] else 20 + 10 * TENS.index(found["word"].lower())
    year = today.year // 100 * 100 + tens
    return draft(*decade_of(year - 100 if year > today.year else year), Mark.BARE)


def _read_season(found: re.Match[str], today: date) -> Draft | None:
    name = found["season"]
    if name[0].isupper() and _PROPER.search(found.string[: found.start()]):
        return None
    year = _read_year_in(found, today)
    first, last = place_season(name, year or LEAP_YEAR)
    if not year:
        marks = Mark.BARE | Mark.ENDING | Mark.SOFT | Mark.COUNTED
        return draft(first, last, marks, Cycle.YEARLY)
    if first.month == 12 and not found["to"]:  # which of the year's two winters is not said
        first = move_months(first, -12)
    return draft(first, last, Mark.SOFT)


def _read_year_in(found: re.Match[str], today: date) -> int | None:
    written: str | None = found["year"] or found["short"]
    return number_year(written, today) if written else None


_YEAR_BEHIND = rf"(?:(?:,?\s+|\s+of\s+|\s*-\s*|/|,){YEAR})?"

# Of forms that match the same letters the first counts.
FORMS: tuple[Form, ...] = (
    make_form(
        r"(?P<year>[0-9]{4})(?P<mark>[-/.])(?P<month>[0-9]{1,2})(?P=mark)(?P<day>[0-9]{1,2})"
        r"(?![0-9])",
        _read_iso,
    ),
    make_form(
        r"(?P<first>[0-9]{1,2})(?P<mark>[-/.])(?P<second>[0-9]{1,2})(?P=mark)"
        r"(?P<year>(?:1[0-9]|20)?[0-9]{2})(?![0-9])",
        _read_numbers,
    ),
    make_form(
        rf"{ANY_WEEKDAY}?(?:the\s+(?=[0-9]+[a-z]|[a-z]))?{DAYS}(?:\s*-\s*|\s+(?:of\s+)?)"
        rf"(?!may\s+(?:be|have|not)\b){MONTH}{_YEAR_BEHIND}",
        _read_days,
    ),
    make_form(
        rf"{ANY_WEEKDAY}?{MONTH}\s+(?:the\s+)?{DAYS}{_YEAR_BEHIND}(?![0-9]|[.,:][0-9])",
        _read_days,
    ),
    make_form(
        r"(?P<year>(?:19|20)[0-9]{2})-(?P<month>0[1-9]|1[0-2])(?![\w-])", _read_numbered_month
    ),
    make_form(
        r"(?P<month>0?[1-9]|1[0-2])/(?P<year>(?:19|20)[0-9]{2})(?![\w/])", _read_numbered_month
    ),
    make_form(rf"(?:the\s+month\s+of\s+)?{MONTH}{_YEAR_BEHIND}", _read_month),
    make_form(
        r"(?P<word>(?:the\s+)?year\s+)?(?P<year>(?:18|19|20)[0-9]{2})(?:[-–/](?P<to>[0-9]{2}))?"
        r"(?![\w%]|[.,:/][0-9]|-[a-z])",
        _read_year,
    ),
    make_form(rf"(?P<kind>[qh])(?P<number>[1-4])(?:\s+of\s+|\s*[/-]?\s*){YEAR}", _read_quarter),
    make_form(rf"{YEAR}\s*[/-]?\s*(?P<kind>[qh])(?P<number>[1-4])\b", _read_quarter),
    make_form(
        r"(?:the\s+)?'?(?P<decade>(?:18|19|20)[0-9]0)'?s\b|(?:the\s+'?|')(?P<tens>[0-9]0)'?s\b|"
        rf"the\s+(?P<word>{'|'.join(TENS)})\b",
        _read_decade,
    ),
    make_form(
        rf"(?:the\s+)?{SEASON}(?:(?:\s+of|,)?\s+{YEAR}(?P<to>\s*[/–-]\s*[0-9]{{2,4}}\b)?)?",
        _read_season,
    ),
)
