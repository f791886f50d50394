"""The words that dates are written with, as pieces of patterns and as numbers."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
# The first month of each.
SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}
TENS = "twenties thirties forties fifties sixties seventies eighties nineties".split()
NUMBERS = "one two three four five six seven eight nine ten eleven twelve".split()
ORDINALS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth "
    "fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth twenty-first "
    "twenty-second twenty-third twenty-fourth twenty-fifth twenty-sixth twenty-seventh "
    "twenty-eighth twenty-ninth thirtieth thirty-first"
).split()
# Months that are also a given name, a verb or an adjective.
NAMES = frozenset("jan mar march april may june august".split())
AUXILIARIES = frozenset(
    """
    are be been can could did do does had has have is may might must shall should was were will
    would
    """.split()
)
# Words behind a date that are no noun which the date could describe ("the 3 December agreement").
FUNCTION_WORDS = AUXILIARIES | frozenset(
    """
    a about above according after against again all also although am among amid an and any as at
    because before being between both but by during each either every for from he her his how i if
    in instead into it its near never no nor not now of off on once only onto or our out over she
    since so such than that the their them then there these they this those through till to too
    toward towards under until up upon we what when where whether which while who whom whose why
    with within without you your
    """.split()
)

MONTH = (
    r"(?P<month>may\.(?=\s+[0-9])|(?:january|february|march|april|may|june|july|august|"
    r"september|october|november|december)\b|"
    r"(?:jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\b\.?)"
)
WEEKDAY = r"(?P<weekday>(?:mon|tues|wednes|thurs|fri|satur|sun)day\b)"
ANY_WEEKDAY = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\b\.?,?\s+)"
SEASON = r"(?P<season>(?:spring|summer|autumn|fall|winter)\b)"
YEAR = r"(?:(?P<year>(?:1[0-9]|20)[0-9]{2})|'(?P<short>[0-9]{2}))(?![0-9a-z])"
_DAY = (
    r"(?:[0-9]{1,2}(?:(?:st|nd|rd|th)\b|(?![0-9a-z]))|"
    rf"(?:{'|'.join(sorted(ORDINALS, key=len, reverse=True))})\b)"
)
_AND = r"(?:\s*[-–,&]\s*|,?\s+(?:to|and|or|until|till|through)\s+)(?:the\s+)?"
# A day, or several of one month.
DAYS = rf"(?P<day>{_DAY})(?:(?:{_AND}{_DAY})*{_AND}(?P<last>{_DAY}))?"
COUNT = rf"(?P<count>(?:[0-9]{{1,3}}|an?|{'|'.join(NUMBERS)})\b)"
SOME = r"(?P<some>(?:(?:a\s+)?few|several|some|(?:a\s+)?couple(?:\s+of)?)\b)"
UNIT = r"(?P<unit>hour|day|week|fortnight|month|year|decade)s?\b"
TIME_OF_DAY = r"(?:\s+(?:morning|afternoon|evening|night)\b)?"
# No date begins within a word, a number or a sum.
START = r"(?<!\w)(?<![0-9][.,/:])(?<![$€£])"


def flatten(question: str) -> str:
    """Return a text of the same length in which ASCII rules tell words, blanks and marks."""
    return "".join(map(_flatten, question))


def number_month(name: str) -> int:
    """Return the number of a month's name, from 1."""
    return MONTHS.index(name[:3].lower()) + 1


def number_day(written: str) -> int:
    """Return the number of a day: "3", "3rd" or "third"."""
    digits = re.match(r"[0-9]+", written)
    return int(digits[0]) if digits else ORDINALS.index(written.lower()) + 1


def number_count(written: str) -> int:
    """Return the number of a count: "2", "two" or "a"."""
    if written.isdigit():
        return int(written)
    return NUMBERS.index(written.lower()) + 1 if written.lower() in NUMBERS else 1


def number_year(written: str, today: date) -> int:
    """Return a year; of one with two digits the last that has begun, or the next one."""
    if len(written) > 2:
        return int(written)
    year = today.year // 100 * 100 + int(written)
    return year - 100 if year > today.year + 1 else year


def _flatten(letter: str) -> str:
    if letter.isspace():
        return " "
    if letter.isascii():
        return letter
    if letter in "‘’ʼ′":
        return "'"
    if letter in "‐‑‒−":
        return "-"
    if letter in "“”„«»":
        return '"'
    if letter == "—":
        return "–"
    if letter.isalnum() or unicodedata.combining(letter):
        return "X" if letter.isupper() else "x"
    return letter
