"""Reads the dates that news pages print; the standard library only, English month names.

A date is the day the outlet wrote down: times and time zones are passed over. `1/2/2016` can be
two days and is read as none. Of a moment that a program counted from 1970 it is the day in UTC.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?P<{0}>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|"
    r"sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_DAY = r"(?P<{0}>\d{{1,2}})(?:st|nd|rd|th)?"
# Sat Dec 03 09:30:00 +0000 2016, as C and Twitter write a date.
_CLOCK = r"(?:\s+\d\d:\d\d:\d\d(?:\s+(?:[+-]\d{4}|[A-Z]{3,4}))?)?"
_DATE = re.compile(
    "|".join(
        (
            r"(?<!\d)(?P<iso_year>\d{4})[-/.](?P<iso_month>\d{1,2})[-/.](?P<iso_day>\d{1,2})(?!\d)",
            rf"\b{_MONTH.format('us_month')}\s+{_DAY.format('us_day')},?{_CLOCK}\s+"
            r"(?P<us_year>\d{4})\b",
            rf"\b{_DAY.format('uk_day')}(?:\s+of)?[\s-]+{_MONTH.format('uk_month')},?[\s-]+"
            r"(?P<uk_year>\d{4})\b",
            # 30 to 68 are of the 1900s to spreadsheets, of the 2000s to Python: they are not read.
            rf"(?<![\w-])(?P<short_day>\d{{1,2}})-{_MONTH.format('short_month')}-"
            r"(?P<short_year>[012]\d|69|[789]\d)(?![\w-])",
            r"(?<!\d)(?P<first>\d{1,2})(?P<mark>[/.-])(?P<second>\d{1,2})(?P=mark)(?P<year>\d{4})(?!\d)",
        )
    ),
    re.IGNORECASE,
)
# What programs write: 20161203, perhaps with a time, or seconds or milliseconds since 1970.
_NUMBER = re.compile(
    r"(?P<day>\d{8})(?:T?\d{6}Z?)?|(?P<seconds>\d{10})(?:\d{3})?(?:\.\d+)?", re.ASCII
)
# Other moments are more likely numbers of something else, or a clock that was never set.
_COUNTED_YEARS = range(1971, 2101)
# What may stand around a date on its line and says nothing more.
_PADDING = re.compile(
    r"\bT(?=\d{2}:)|"
    r"(?<!\d)\d{1,2}[:.]\d{2}(?:[:.]\d{2})?(?:[.,]\d+)?\s*(?:[ap]\.?m\b\.?)?\s*(?:Z\b|[+-]\d{1,2}:?(?:\d{2})?)?|"
    r"\b\d{1,2}\s*[ap]\.?m\b\.?|"
    r"\b\d{4}\s*(?:GMT|UTC|hrs?)\b|"
    r"\b(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\b\.?|"
    r"\b(?:GMT|UTC|BST|CES?T|EE?S?T|E[SD]T|C[SD]T|M[SD]T|P[SD]T|IST|AST|MSK|noon|midnight)\b"
    r"(?:[+-]\d{1,2})?|"
    r"\b(?:first|originally|last)?\s*(?:published|posted|created|issued|filed|printed)\b|"
    r"\b(?:last\s+)?(?:updated|modified|changed)\b|\b(?:publication\s+)?(?:date|time)\b|"
    r"\b(?:at|on)\b",
    re.IGNORECASE,
)
_UPDATE = re.compile(r"\b(?:updated|modified|changed)\b", re.IGNORECASE)
_MARKS = " \t\u00a0,;:.|·•/–—()[]-"
# A dateline with an author beside it ("Published 1 December 2016 by Jane Smith") stays below.
_MAX_LINE = 160


@dataclass(frozen=True, slots=True)
class Dateline:
    """A line that says when, and beside it at most by whom or where.

    `day` is None where the date can be two days; `rest` is what is not about the date.
    """

    day: date | None
    rest: str
    updated: bool
    bare: bool


def parse(text: str) -> date | None:
    """Read a text that is a date and nothing more; None if it is not, or can be two days.

    >>> parse("Thu 1 Dec 2016 11.00 GMT"), parse("2016-12-01T11:00:00Z"), parse("1/2/2016")
    (datetime.date(2016, 12, 1), datetime.date(2016, 12, 1), None)
    """
    if number := _NUMBER.fullmatch(text.strip()):
        return _read_number(number)
    line = read_dateline(text)
    return line.day if line and not line.rest else None


def read_dateline(text: str) -> Dateline | None:
    """Read a line that holds a date; None if it holds none, or is too long for a dateline.

    >>> read_dateline("December 1, 2016 at 11:00 am by Jane Smith").rest
    'by Jane Smith'
    """
    if len(text) > _MAX_LINE:
        return None
    dates = list(_DATE.finditer(text))
    if not dates:
        return None
    first = dates[0]
    rest = _PADDING.sub(" ", _DATE.sub(" ", text))
    return Dateline(
        day=_make_date(first),
        rest=" ".join(rest.strip(_MARKS).split()),
        updated=bool(_UPDATE.search(text, 0, first.start())),
        bare=text.strip(_MARKS) == first[0].strip(_MARKS),
    )


def find_date(text: str) -> date | None:
    """Return the first date in a text that is written with its year."""
    found = _DATE.search(text)
    return _make_date(found) if found else None


def _make_date(found: re.Match[str]) -> date | None:
    if found["iso_year"]:
        parts = found["iso_year"], found["iso_month"], found["iso_day"]
    elif found["us_year"]:
        parts = found["us_year"], _number_month(found["us_month"]), found["us_day"]
    elif found["uk_year"]:
        parts = found["uk_year"], _number_month(found["uk_month"]), found["uk_day"]
    elif found["short_year"]:
        century = "20" if found["short_year"] < "30" else "19"
        month = _number_month(found["short_month"])
        parts = century + found["short_year"], month, found["short_day"]
    else:
        parts = _order_numbers(found)
    try:
        return date(int(parts[0]), int(parts[1]), int(parts[2]))
    except ValueError:  # no such day, or two readings: the page gives no date
        return None


def _read_number(found: re.Match[str]) -> date | None:
    if found["seconds"]:
        day = datetime.fromtimestamp(int(found["seconds"]), UTC).date()
        return day if day.year in _COUNTED_YEARS else None
    try:
        return date.fromisoformat(found["day"])
    except ValueError:  # no such day
        return None


def _order_numbers(found: re.Match[str]) -> tuple[str, str, str]:
    first, second = int(found["first"]), int(found["second"])
    # Dots are written day first everywhere; slashes and hyphens either way.
    day_first = found["mark"] == "." or first > 12 or first == second
    month_first = second > 12
    if day_first:
        return found["year"], found["second"], found["first"]
    if month_first:
        return found["year"], found["first"], found["second"]
    return found["year"], "0", "0"


def _number_month(name: str) -> str:
    return str(_MONTHS.index(name[:3].lower()) + 1)
