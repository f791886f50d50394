"""The numbers of a text, in digits or in words, with what stands around them to say how exact."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from rag.wording import DASH, Wording

SHARE, POINTS = "share", "points"

_UNITS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen"
).split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_SMALL = {word: float(value) for value, word in enumerate(_UNITS)} | {
    word: 10.0 * value for value, word in enumerate(_TENS, start=2)
}
_SCALES = {
    "hundred": 1e2,
    "thousand": 1e3,
    "million": 1e6,
    "billion": 1e9,
    "trillion": 1e12,
    "bn": 1e9,
    "dozen": 12.0,
}
_SUFFIXES = {"m": 1e6, "mn": 1e6, "bn": 1e9, "tn": 1e12, "k": 1e3, "million": 1e6, "billion": 1e9}
_PARTS = {
    "third": 3,
    "quarter": 4,
    "fifth": 5,
    "sixth": 6,
    "seventh": 7,
    "eighth": 8,
    "ninth": 9,
    "tenth": 10,
}
# A part in words stands for what rounds to it.
_ROUNDING = 0.01
# From two of a kind to where the next is said; "thousands" is said of tens of thousands, too.
_VAGUE = {
    "tens": (10.0, 99.0),
    "dozens": (24.0, 199.0),
    "scores": (40.0, 199.0),
    "hundreds": (200.0, 1_999.0),
    "thousands": (2e3, 199_999.0),
    "millions": (2e6, 199_999_999.0),
    "billions": (2e9, 199_999_999_999.0),
}

_SIGNS = "$€£¥"
_CURRENCIES = {"dollar": "$", "euro": "€", "pound": "£", "yen": "¥"}
_DIGITS = re.compile(r"(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)([a-z]*)")

# Longest first, as "no more than" holds "more than".
_HEDGES = {
    tuple(words.split()): kind
    for kind, phrases in {
        ">": "no fewer than/no less than/upwards of/at least/more than/over/above",
        "<": "no more than/fewer than/less than/as many as/as much as/at most/up to/under/nearly"
        "/almost",
        "~": "an estimated/close to/about/around/some/roughly/approximately/circa/estimated",
    }.items()
    for words in phrases.split("/")
}
_LONGEST_HEDGE = max(map(len, _HEDGES))
# Behind a part in words: "a third of them", "a third voted"; but "a third man" is no part.
_BEHIND_PARTS = frozenset(
    """
    a all an and are as at but by for from had has have her his in is its my no of on only or our
    said than that the their these they this those to was were which who will with
    """.split()
)
_HALVES = frozenset("first second other last latter each in later the".split())


@dataclass(frozen=True, slots=True)
class Number:
    """A number of a text.

    Attributes:
        start: The first of its words, with what says how exact it is.
        end: The end of its words.
        low: The least that it stands for.
        high: The most.
        unit: "share", "points" (of a percentage), or the sign of a currency; else empty.
        hedge: ">" for "more than" and the like, "<" for "up to", "~" for "about"; else empty.
        core: The first of its words without what says how exact it is.
    """

    start: int
    end: int
    low: float
    high: float
    unit: str = ""
    hedge: str = ""
    core: int = 0

    @property
    def value(self) -> tuple[float, float, str, str]:
        """What it says, however it is written."""
        return self.low, self.high, self.unit, self.hedge

    def differs(self, other: Number) -> bool:
        """Tell whether no amount is meant by both.

        >>> half, hundreds = Number(0, 1, 0.49, 0.51), Number(0, 1, 200, 1999)
        >>> half.differs(hundreds), hundreds.differs(Number(0, 1, 300, 300))
        (True, False)
        """
        return self.high < other.low or other.high < self.low


def read(wording: Wording) -> tuple[Number, ...]:
    """Return the numbers of a text, in order.

    >>> from rag import wording
    >>> [(each.low, each.high) for each in read(wording.read("two hundred or 1.5bn, 10 to 12"))]
    [(200.0, 200.0), (1500000000.0, 1500000000.0), (10.0, 12.0)]
    """
    text = _Text(wording)
    numbers: list[Number] = []
    at = 0
    while at < len(wording.keys):
        number = text.number(at)
        if number:
            numbers.append(number)
        at = number.end if number else at + 1
    return tuple(numbers)


@dataclass(frozen=True, slots=True)
class _Amount:
    """Where an amount ends, what it is at least and at most, and what it is counted in.

    `scale` is that of its words: a million, or a hundredth for a share.
    """

    end: int
    low: float
    high: float
    unit: str = ""
    scale: float = 1.0

    def reach(self, last: _Amount) -> _Amount | None:
        """Return the range up to another amount, whose unit and scale count for both if need be.

        >>> _Amount(1, 2, 2).reach(_Amount(4, 3e6, 3e6, scale=1e6)).low
        2000000.0
        """
        if self.unit not in ("", last.unit):
            return None
        # "2 to 3 million", but "500 to 1 million".
        shared = self.scale == 1 and self.low * last.scale < last.low
        low = self.low * last.scale if shared else self.low
        return _Amount(last.end, low, last.high, last.unit) if low < last.low else None


class _Text:
    """Words by their places, and what numbers begin at one."""

    def __init__(self, wording: Wording) -> None:
        self._keys, self._places = wording.keys, wording.places

    def number(self, at: int) -> Number | None:
        """Return the number that begins at a place, with what says how exact it is."""
        core, hedge = self._hedge(at)
        amount = self._between(core) or self._range(core)
        if not amount:
            return None
        return Number(at, amount.end, amount.low, amount.high, amount.unit, hedge, core)

    def _hedge(self, at: int) -> tuple[int, str]:
        for length in range(_LONGEST_HEDGE, 0, -1):
            kind = _HEDGES.get(self._keys[at : at + length])
            if kind:
                return at + length, kind
        return at, ""

    def _between(self, at: int) -> _Amount | None:
        """Read "between 200 and 300"."""
        first = self._amount(at + 1) if self._key(at) == "between" else None
        second = self._amount(first.end + 1) if first and self._key(first.end) == "and" else None
        return first.reach(second) if first and second else None

    def _range(self, at: int) -> _Amount | None:
        """Read an amount, or a range such as "12-15" or "10 to 12"."""
        first = self._amount(at)
        if not first:
            return None
        dash = self._key(first.end) == DASH and self._glued(first.end)
        to = self._key(first.end) == "to" and self._key(at - 1) != "from"
        second = self._amount(first.end + 1) if dash or to else None
        return (second and first.reach(second)) or first

    def _amount(self, at: int) -> _Amount | None:
        sign = self._key(at) if self._key(at) in _SIGNS else ""
        start = at + bool(sign)
        found = self._digits(start, sign) or self._part(at) or self._vague(at) or self._words(at)
        if not found or (sign and found.end == start):
            return None
        return self._unit(found, sign)

    def _unit(self, amount: _Amount, sign: str) -> _Amount:
        """Take along "per cent", or note the currency."""
        end, key = amount.end, self._key(amount.end)
        if amount.unit or sign:
            return replace(amount, unit=amount.unit or sign)
        if key in ("percent", "%", "pct") or (key, self._key(end + 1)) == ("per", "cent"):
            end += 2 if key == "per" else 1
            return _Amount(end, amount.low / 100, amount.high / 100, SHARE, 0.01)
        if key == "percentage" and self._key(end + 1) in ("point", "points"):
            return _Amount(end + 2, amount.low, amount.high, POINTS)
        return replace(amount, unit=_CURRENCIES.get(key.removesuffix("s"), ""))

    def _digits(self, at: int, sign: str) -> _Amount | None:
        match = _DIGITS.fullmatch(self._key(at))
        if not match or (match[2] and match[2] not in _SUFFIXES):
            return None
        if match[2] in ("m", "k") and not sign:
            return None  # metres, or thousands: who knows
        end, scale = self._scale(at + 1)
        scale *= _SUFFIXES.get(match[2], 1)
        value = float(match[1].replace(",", "")) * scale
        return _Amount(end, value, value, scale=scale)

    def _words(self, at: int) -> _Amount | None:
        """Read a number in words: "two hundred and six", "a dozen", "thirty-one thousand"."""
        half = self._key(at) == "half"
        if half or self._key(at) == "a":
            end, scale = self._scale(at + 1 + (half and self._key(at + 1) == "a"))
            value = scale / 2 if half else scale
            if scale == 1 or half:
                return _Amount(end, value, value) if scale > 1 else None
        else:
            end, value, scale = at, 0.0, 1.0
        joined = end + (end > at and self._key(end) == "and")
        while self._small(joined)[1] > joined:
            small, after = self._small(joined)
            end, scale = self._scale(after)
            value += small * scale
            joined = end + (self._key(end) == "and" and scale > 1)
            if scale == 1:
                break
        return _Amount(end, value, value, scale=scale) if end > at else None

    def _small(self, at: int) -> tuple[float, int]:
        """Read a number below a hundred; it ends where it began if there is none."""
        value = _SMALL.get(self._key(at))
        if value is None:
            return 0.0, at
        unit = at + 2 if self._key(at + 1) == DASH and self._glued(at + 1) else at + 1
        if 20 <= value < 100 and 0 < _SMALL.get(self._key(unit), 0) < 10:
            return value + _SMALL[self._key(unit)], unit + 1
        return value, at + 1

    def _scale(self, at: int) -> tuple[int, float]:
        scale = 1.0
        while self._key(at) in _SCALES:
            scale *= _SCALES[self._key(at)]
            at += 1
        return at, scale

    def _part(self, at: int) -> _Amount | None:
        """Read "a third", "two-thirds", "half"."""
        many = 1.0 if self._key(at) in ("a", "one") else _SMALL.get(self._key(at), 0)
        glued = self._key(at + 1) == DASH and self._glued(at + 1)
        name = self._key(at + 1 + glued)
        part = _PARTS.get(name.removesuffix("s") if many > 1 else name)
        end = at + 2 + glued
        share = many / part if part else 0.0
        if self._key(at) == "half" and self._key(at - 1) not in _HALVES:
            share, end = 0.5, at + 1
            if {self._key(at + 1), self._key(at + 2)} & _SCALES.keys() or self._glued(at + 1):
                return None
        behind = self._key(end)
        if not share or (behind and any(map(str.isalnum, behind)) and behind not in _BEHIND_PARTS):
            return None
        return _Amount(end, share - _ROUNDING, share + _ROUNDING, SHARE)

    def _vague(self, at: int) -> _Amount | None:
        """Read "dozens", "tens of thousands"."""
        many = _VAGUE.get(self._key(at))
        if not many:
            return None
        low, high = many
        further = self._key(at + 2) if self._key(at + 1) == "of" else ""
        if further in _VAGUE:
            scale = _SCALES.get(further.removesuffix("s"), 1.0)
            return _Amount(at + 3, low * scale, (high + 1) * scale - 1)
        return _Amount(at + 1, low, high)

    def _key(self, at: int) -> str:
        return self._keys[at] if 0 <= at < len(self._keys) else ""

    def _glued(self, at: int) -> bool:
        """Tell whether a mark stands between two words without a space."""
        if not 0 < at < len(self._keys) - 1:
            return False
        start, end = self._places[at]
        return self._places[at - 1][1] == start and self._places[at + 1][0] == end
