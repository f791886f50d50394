"""A text as the words and marks by which its wording is compared with another's.

What may differ though the wording is the same is folded here, and nothing else: case, the kinds of
quotation marks and dashes, how an ellipsis is written, white space, and characters that take no
room. A figure is one word ("30,000"), as a part of it is another figure.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

QUOTE, DASH, ELLIPSIS = '"', "-", "…"

_QUOTES = "\"'`´‘’‚‛“”„‟′″‹›«»「」『』〝〞〟＂＇"
_DASHES = "-‐‑‒–—―−﹘﹣－"
_APOSTROPHES = "'’‘‛ʼ`´′＇"
# Soft hyphen, zero-width space and joiners, marks of direction, word joiner, variation selectors,
# byte order mark; and the underscore, which makes words slanted in Markdown.
_WEIGHTLESS = "\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff_"
# Combining marks of scripts that put spaces between words; \w leaves them out.
_COMBINING = (
    "\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf-\u05c7\u0610-\u061a\u064b-\u065f\u0670"
    "\u06d6-\u06ed\u0900-\u0963\u0971-\u0df3\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20f0"
)
# Scripts without spaces: every character counts as a word (Thai, Lao, Burmese, Khmer, kana, Han).
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003ffff"
)
_LETTERS = rf"(?:[^\W{_UNSPACED}]++|[{_COMBINING}{_WEIGHTLESS}]++)++"
_DOTS = r"(?:…|\.(?:\s?\.){2,})(?:\s?[….])*+"
_TOKEN = re.compile(
    rf"(?P<word>{_LETTERS}(?:(?:[{_APOSTROPHES}](?=\w)|(?<=\d)[.,:/٫٬](?=\d)){_LETTERS})*+)"
    rf"|(?P<ellipsis>\[\s?{_DOTS}\s?\]|\(\s?{_DOTS}\s?\)|{_DOTS})"
    rf"|(?P<quote>[{_QUOTES}](?:\s*+[{_QUOTES}])*+)"
    rf"|(?P<dash>[{_DASHES}]++)"
    rf"|(?P<markup>\*++|(?<![\w{_COMBINING}])\#++(?!\w))"  # bold, and a heading, in Markdown
    r"|(?P<mark>\S)"
)
_SHAPES = {"quote": QUOTE, "dash": DASH, "ellipsis": ELLIPSIS, "markup": ""}
_NOTHING = re.compile(f"[{_WEIGHTLESS}]")
_SAME_APOSTROPHE = str.maketrans(dict.fromkeys(_APOSTROPHES, "'"))

# Ties the words on either side to one: hyphens, and what stands between the ends of a range.
_TIES = "-‐‑–−/"
_SIGNS = "-–−+±$€£¥"  # before a figure
_UNITS = "%‰°"  # behind one
_NO_BREAK = "\u00a0\u202f"  # between the thousands of a figure


@dataclass(frozen=True, slots=True)
class Wording:
    """A text's words and marks: what each is compared by, and where it stands.

    Attributes:
        text: The text.
        keys: What the words and marks are compared by.
        places: Start and end of each.
    """

    text: str
    keys: tuple[str, ...]
    places: tuple[tuple[int, int], ...]

    def cut(self, start: int, end: int) -> str:
        """Return the text from one word up to another, without what is around them."""
        return self.text[self.places[start][0] : self.places[end - 1][1]] if start < end else ""

    def is_whole(self, start: int, end: int) -> bool:
        """Tell whether a run of words breaks no word, figure or compound in two at its ends.

        >>> wording = read("non-combatants lost $5.")
        >>> wording.is_whole(0, 4), wording.is_whole(2, 4), wording.is_whole(3, 6)
        (True, False, True)
        """
        return not (self._tied_before(start) or self._tied_behind(end))

    def widen(self, start: int, end: int) -> tuple[int, int]:
        """Return the smallest run of whole words around a run."""
        while self._tied_before(start):
            start -= 1
            if not self._begins_with_letter(start) and self._touches(start):
                start -= 1
        while self._tied_behind(end):
            end += 1
            if not self._begins_with_letter(end - 1) and self._touches(end):
                end += 1
        return start, end

    def _touches(self, word: int) -> bool:
        """Tell whether nothing is between a word and the one before."""
        inside = 0 < word < len(self.places)
        return inside and self.places[word - 1][1] == self.places[word][0]

    def _begins_with_letter(self, word: int) -> bool:
        return self.text[self.places[word][0]].isalnum()

    def _tied_before(self, word: int) -> bool:
        at = self.places[word][0]
        first, second = self.text[at], self.text[at + 1 : at + 2]
        third, other, tie = tuple(self.text[max(0, at - 3) : at].rjust(3))
        if not at or not first.isalnum():
            return False
        if first.isdigit() and (
            (tie in _SIGNS and other.isspace())
            or (tie in _NO_BREAK and other.isdigit())
            or (tie == "." and other.isspace() and third not in "….")
        ):
            return True
        initial = tie == "." and other.isalpha() and not third.isalnum()
        return (tie in _TIES and other.isalnum()) or (
            initial and first.isalpha() and not second.isalnum()
        )

    def _tied_behind(self, end: int) -> bool:
        at = self.places[end - 1][1]
        second, last = tuple(self.text[max(0, at - 2) : at].rjust(2))
        tie, other, third = tuple(self.text[at : at + 3].ljust(3))
        if not last.isalnum() or at == len(self.text):
            return False
        if last.isdigit() and (tie in _UNITS or (tie in _NO_BREAK and other.isdigit())):
            return True
        initial = tie == "." and other.isalpha() and not third.isalnum()
        return (tie in _TIES and other.isalnum()) or (
            initial and last.isalpha() and not second.isalnum()
        )


def read(text: str) -> Wording:
    """Return the wording of a text.

    >>> read("“Go!”, he said – 30,000 times...").keys
    ('"', 'go', '!', '"', ',', 'he', 'said', '-', '30,000', 'times', '…')
    """
    keys: list[str] = []
    places: list[tuple[int, int]] = []
    known: dict[str, str] = {}
    for match in _TOKEN.finditer(text):
        token = match[0]
        key = _SHAPES.get(match.lastgroup or "")
        if key is None:
            key = known.get(token)
        if key is None:
            key = known[token] = fold_case(fold_apostrophes(drop_weightless(token)))
        if key:
            keys.append(key)
            places.append(match.span())
    return Wording(text, tuple(keys), tuple(places))


def is_word(key: str) -> bool:
    """Tell whether a key is that of a word or a figure, not of a mark."""
    return any(map(str.isalnum, key))


def fold_case(text: str) -> str:
    """Return a text for a comparison without regard to case (Unicode 15, D145)."""
    decomposed = unicodedata.normalize("NFD", text).casefold()
    return unicodedata.normalize("NFD", decomposed)


def fold_apostrophes(text: str) -> str:
    """Return a text with every apostrophe as the straight one."""
    return text.translate(_SAME_APOSTROPHE)


def drop_weightless(text: str) -> str:
    """Return a text without characters that take no room."""
    return _NOTHING.sub("", text)
