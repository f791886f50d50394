"""Sentence spans of news text, by rule.

Text is read in two steps. `blocks` finds the paragraphs, headlines, captions and list items and
undoes hard line wraps; `split` then walks the terminal marks of each block and asks of each whether
the sentence ends there. What follows a mark decides more often than what precedes it: a lower-case
word never starts a sentence (names such as iPhone or al-Assad apart), and an abbreviation that may
close one (U.S., Inc., Jr.) does so only before a word that hardly continues a name (The, He, But).

In doubt two sentences stay one: a quote too long is still true, a quote cut short may not be.

The approach is that of Grefenstette and Tapanainen (1994), "What is a word, what is a sentence?
Problems of tokenization": terminal marks, a lexicon of abbreviations by kind, and the next word.
Every pattern is anchored and either bounded or possessive, so time is linear in the text.
"""

import re
from collections.abc import Iterator
from itertools import groupby, pairwise
from statistics import median_low
from typing import NamedTuple

from rag.types import Span


def _lexicon(words: str) -> frozenset[str]:
    """Make a set of words written one after another."""
    return frozenset(words.split())


# --- marks ---------------------------------------------------------------------------------------

# Everything str.isspace accepts (none lies above U+3000), and what takes no room: zero-width space,
# joiners and direction marks, word joiner, byte order mark.
_WEIGHTLESS = "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
_BLANK = "".join(filter(str.isspace, map(chr, range(0x3001)))) + _WEIGHTLESS
_CASED_MARKS = ".!?…‽⁇⁈⁉"  # end a sentence, or do not: the words around them decide
_SURE_MARKS = "。｡！？؟۔।॥።։။។"  # CJK, Arabic, Urdu, Devanagari, Ethiopic, Armenian, Burmese, Khmer
_CLOSING = "”’»›)]}）］」』】〉》"
_OPENING = "“‘„‚«‹([{（［「『【〈《¿¡\"'"
_CONTINUING = ",;:，、；：،؛"  # after a mark: the sentence goes on, as in “Why?”, he said
_DASHES = "-–—―"
_QUOTES = "”’»›」』\"'“‘«"
_UPPER = "A-ZÀ-ÖØ-Þ"

_GAP = re.compile(f"[{re.escape(_BLANK)}]*+")

# Addresses are stepped over; a mark is part of one if the address goes on behind it.
# A run of marks may be spaced out (. . .) or follow a full stop, as in AP style (end. ... Next).
_MARKS = re.compile(
    r"(?P<address>(?:https?://|\bwww\.)(?:[^\s.!?…“”\"]|[.!?](?=[\w/%&=#]))++|@\w++(?:[.-]\w++)*+)"
    rf"|[{_CASED_MARKS}]++(?:[ \xa0]\.++(?!\w))*+|[{_SURE_MARKS}]++"
)

# What still belongs to the sentence behind its mark: closing quotes and brackets, quotes of either
# direction that no word follows, footnotes ([3], [note 2], ³), quotes set off by a space (French).
_TAIL = re.compile(
    rf"(?:[{re.escape(_CLOSING)}]|[\"'“‘«‹](?![\w“‘«(\[])|[⁰¹²³⁴-⁹]"
    r"|\[(?:\d{1,4}|[a-z]{1,2}|[a-z]{1,12} [a-z0-9]{1,12})\]|\s?[”’»](?!\w))*+"
)
_STRAIGHT_TAIL = re.compile(r'"|\s"(?!\w)')  # closes, when a straight quotation is open

# What may stand before the first letter of a sentence. Bounded, as it may run over further marks.
_LEAD = re.compile(rf"[{re.escape(_OPENING + _BLANK + _DASHES + '.…*•')}]{{0,16}}+")

# A word set against a mark (ended.The army) starts a sentence if it stands alone as a word.
_GLUED = re.compile(
    rf"[{re.escape(_OPENING)}]{{0,4}}+(?P<word>[^\W\d_]++)(?=[\s,;:’'”\"!?)\-–—]|\.(?!\w)|$)"
)
_DOMAINS = _lexicon("Com Net Org Gov Edu Info Biz Io Tv")

_WORD = re.compile(r"[^\W\d_]++(?!\.)")
_LOWER_NAME = re.compile(
    rf"[a-z]{{1,2}}[{_UPPER}]"  # iPhone, eBay
    rf"|(?:a[dlnrstz]|d|e[ls]|l|ul|ur)[-’'][{_UPPER}]"  # al-Assad, el-Sisi, d’Estaing
    rf"|(?:al|bin|da|de|del|den|der|di|dos|du|el|ibn|la|le|ter|van|von)\s(?:la\s|den?\s|der\s)?[{_UPPER}]"
)

# --- words before a full stop --------------------------------------------------------------------

# Never close a sentence: titles before a name, and words that announce what follows.
_LEADING_WORDS = _lexicon(
    """
    Mr Mrs Ms Mx Messrs Mme Mlle Dr Drs Prof Rev Rt Hon hon Msgr Fr Gov Govs Sen Sens Rep Reps
    Pres Amb Atty Dep Asst Cllr Supt Insp Det Const Gen Gens Lt Col Cols Maj Sgt Sgts Cpl Pvt Pfc
    Spc Capt Cmdr Cdr Adm Brig Ens Pol Mag Sra Srta ret vs e.g i.e cf viz approx ca incl
    """
)

# Stand before a number; otherwise they are words (No. He would not.).
_NUMBERED_WORDS = _lexicon("No Nos no nos Art Arts Fig Figs fig figs vol vols para")
_NUMERAL = re.compile(r"[#$€£]?\d|(?:[IVXLC]{2,}|[B-HJ-Z])\b")

# Close a sentence unless a date, a weekday or a time zone follows.
_CLOCK_WORDS = frozenset(("a.m", "p.m", "A.M", "P.M", "am", "pm"))
_DATE = re.compile(
    r"(?:(?:\d{1,2}\s)?(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?"
    r"|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)"
    r"|Mon(?:day)?|Tue(?:s(?:day)?)?|Wed(?:nesday)?|Thu(?:r(?:s(?:day)?)?)?|Fri(?:day)?"
    r"|Sat(?:urday)?|Sun(?:day)?"
    r"|[ECMP][SD]?T|GMT|UTC|BST|CES?T|EES?T|MSK|[IJK]ST|AES?T|Eastern|Central|Pacific)\b"
)

# May close a sentence, and then only before a word of _STARTERS: companies, degrees, streets,
# months, weekdays, American states (Associated Press style). Initials and U.S., U.N. go with them.
_AMBIGUOUS_WORDS = _lexicon(
    """
    Inc Corp Co Cos Ltd Plc Bros Jr Sr Esq Ph.D Dept Univ Assn Intl Govt St Ste Ave Blvd Rd Sq Mt
    Ft Sec Vol Vols Ch Op Ed Eds Res pp ft lb oz Jan Feb Mar Apr Jun Jul Aug Sep Sept Oct Nov Dec
    Mon Tue Tues Wed Thu Thur Thurs Fri Sat Sun Ala Ariz Ark Calif Colo Conn Del Fla Ga Ill Ind
    Kan Ky La Md Mass Mich Minn Miss Mo Mont Neb Nev Okla Ore Pa Tenn Tex Va Vt Wash Wis Wyo
    """
)
_INITIALS = re.compile(r"(?:[^\W\d_]\.)*[^\W\d_]")

# Function words that start sentences and hardly continue a name (so not Under, as in U.S. Under
# Secretary, nor Second, as in U.S. Second Fleet).
_STARTERS = _lexicon(
    """
    A About According Across After Afterwards Again Against All Almost Also Although Among An And
    Another Any Anyone Are Around As At Because Before Besides Both But By Can Could Despite Did
    Do Does During Each Earlier Either Elsewhere Even Eventually Every Everyone Few Finally For
    From Had Has Have He Her Here His How However I If In Indeed Instead Into Is It Its Just Later
    Many Meanwhile Moreover Most Much My Neither Nevertheless No Nobody None Nor Not Nothing Now
    Of Officials On Once One Only Or Other Others Our Perhaps She Should Since So Some Soon Still
    Such That The Their Then There Therefore These They This Those Though Three Through Thus To
    Today Tomorrow Two Unless Until Was We Were What When Where Whether Which While Who Whoever
    Whose Why Will With Within Without Would Yesterday Yet You Your
    """
)

# Who said it, behind a quoted question or exclamation: “Who knows?” Mayor Ann Lee said. Up to five
# words of a name are read.
_ATTRIBUTION = re.compile(
    rf"(?:(?:[a-z]{{2,3}}[-\s])?[{_UPPER}][\w’'-]*+\.?\s){{1,5}}"
    r"(?:said|says|asked|asks|added|told|replied|wondered|cried|shouted|wrote|tweeted|exclaimed)\b"
)

# A number or letter that opens a list item: 1. or 2.1. or (a. or iv.
_ENUMERATOR = re.compile(r"(?:^|[:;]\s)\(?(?:\d{1,3}(?:\.\d{1,3}){0,3}|[A-Za-z]|[ivxIVX]{2,5})\Z")

_LONGEST_WORD = 24  # code points read before a full stop; no abbreviation or title is longer

# --- lines ---------------------------------------------------------------------------------------

# Hard wraps fall between 65 (newswire) and 80 columns (terminals); with a margin on either side, as
# narrower lines are headlines or verse and wider ones are paragraphs.
_NARROWEST, _WIDEST = 40, 100
_BULLET = re.compile(r"[-–—•*·▪◦‣>#]|\(?[A-Za-z]\)\s")
_NUMBER = re.compile(r"\(?\d{1,3}[.)]\s")
_BYLINE = re.compile(rf"by\s[{_UPPER}]")


class _Stop(NamedTuple):
    """A run of terminal marks with its surroundings, as offsets into the text."""

    sentence: int  # where the sentence being read started
    marks: int  # the first terminal mark
    tail: int  # behind the marks: closing quotes, brackets, footnotes
    gap: int  # behind those: white space, if any
    next: int  # the next visible code point
    limit: int  # where the block ends


def split(text: str, within: Span | None = None) -> tuple[Span, ...]:
    """Find the sentences of a text.

    Args:
        text: Any text, best a news article with one paragraph to a line or hard-wrapped lines.
        within: Read only this part, as if it stood alone.

    Returns:
        Spans in text, ordered and disjoint, each trimmed of white space and inside one block. Every
        visible code point of the text (or of the part) lies in exactly one of them.

    Raises:
        ValueError: The part reaches beyond the text.

    >>> text = "Gen. Ana Ruiz left at 5 p.m. Nobody followed."
    >>> [span.cut(text) for span in split(text)]
    ['Gen. Ana Ruiz left at 5 p.m.', 'Nobody followed.']
    """
    if within is not None:
        return tuple(span.shifted(within.start) for span in split(within.cut(text)))
    return tuple(
        _trim(text, start, end)
        for block in blocks(text)
        for start, end in pairwise((*_starts(text, block), block.end))
    )


def blocks(text: str) -> tuple[Span, ...]:
    """Find the paragraphs, headlines, captions and list items of a text.

    A blank line ends a block. So does any other line break, unless the text is hard-wrapped there.

    Args:
        text: Any text.

    Returns:
        Spans in text, ordered and disjoint, each trimmed of white space and not empty.
    """
    return tuple(
        block
        for blank, lines in groupby(_lines(text), key=lambda line: line is None)
        if not blank
        for block in _unwrap(text, [line for line in lines if line is not None])
    )


# --- blocks --------------------------------------------------------------------------------------


def _lines(text: str) -> Iterator[Span | None]:
    """Yield each line of a text, trimmed; None for a blank one."""
    end = 0
    for line in text.splitlines(keepends=True):
        start, end = end, end + len(line)
        yield _trim(text, start, end) if line.strip(_BLANK) else None


def _trim(text: str, start: int, end: int) -> Span:
    """Shrink offsets around some visible text to a span without white space at its ends."""
    piece = text[start:end]
    return Span(end - len(piece.lstrip(_BLANK)), start + len(piece.rstrip(_BLANK)))


def _unwrap(text: str, lines: list[Span]) -> list[Span]:
    """Join the lines of a run without blank lines where a hard wrap parted them.

    The run is hard-wrapped if its lines are of a usual width and one of them evidently runs on into
    the next. Its other breaks are wraps if the next line's first word would not have fitted.
    """
    width = median_low([len(line) for line in lines[:-1]] or [0])
    runs_on = [_runs_on(text, line, below) for line, below in pairwise(lines)]
    wrapped = _NARROWEST <= width <= _WIDEST and any(runs_on)
    joined = lines[:1]
    for (line, below), evident in zip(pairwise(lines), runs_on, strict=True):
        if evident or (wrapped and _fills(text, line, below, width)):
            joined[-1] = Span(joined[-1].start, below.end)
        else:
            joined.append(below)
    return joined


def _runs_on(text: str, line: Span, below: Span) -> bool:
    """Tell whether a long unfinished line goes on in lower case in the line below."""
    return (
        len(line) >= _NARROWEST
        and not _is_finished(text, line)
        and _is_lower(text[below.start])
        and not any(p.match(text, below.start) for p in (_LOWER_NAME, _BYLINE, _BULLET))
    )


def _fills(text: str, line: Span, below: Span, width: int) -> bool:
    """Tell whether a line had no room left for the first word of the line below."""
    numbered = _NUMBER.match(text, below.start) is not None and _is_finished(text, line)
    if numbered or _BULLET.match(text, below.start):
        return False
    word = text[below.start : min(below.end, below.start + width)].split(maxsplit=1)[0]
    return len(line) + 1 + len(word) > width


def _is_finished(text: str, line: Span) -> bool:
    """Tell whether a line ends in a terminal mark or a colon, closing quotes aside."""
    ending = text[max(line.start, line.end - 4) : line.end]  # room for three quotes or brackets
    return ending.rstrip(_CLOSING + _QUOTES).endswith((*_CASED_MARKS, *_SURE_MARKS, ":"))


# --- sentences -----------------------------------------------------------------------------------


def _starts(text: str, block: Span) -> Iterator[int]:
    """Yield where each sentence of a block starts."""
    yield (start := block.start)
    counted, quotes = start, 0  # straight quotes open and close in turn
    for match in _MARKS.finditer(text, block.start, block.end):
        if match["address"] is not None:
            continue
        quotes += text.count('"', counted, match.end())
        counted = match.end()
        gap = _read_tail(text, match.end(), block.end, quoted=quotes % 2 == 1)
        following = _skip(_GAP, text, gap, block.end)
        stop = _Stop(start, *match.span(), gap, following, block.end)
        if following < block.end and _ends_sentence(text, stop):
            yield (start := following)


def _skip(pattern: re.Pattern[str], text: str, start: int, limit: int) -> int:
    """Return the end of the pattern's match at start; start itself if there is none."""
    match = pattern.match(text, start, limit)
    return match.end() if match else start


def _read_tail(text: str, start: int, limit: int, *, quoted: bool) -> int:
    """Return the end of the closing quotes, brackets and footnotes that follow a mark."""
    end = _skip(_TAIL, text, start, limit)
    if quoted and '"' not in text[start:end]:
        end = _skip(_STRAIGHT_TAIL, text, end, limit)
    return end


def _ends_sentence(text: str, stop: _Stop) -> bool:
    """Decide whether a run of marks, with visible text behind it, ends its sentence."""
    if text[stop.next] in _CONTINUING:
        return False
    if text[stop.marks] in _SURE_MARKS:
        return True
    lead = _skip(_LEAD, text, stop.next, stop.limit)
    if _opens(text, stop) or not _can_start(text, lead, stop.limit):
        return False
    if stop.next == stop.gap and not _is_glued_start(text, stop):
        return False
    marks = text[stop.marks : stop.tail]
    if marks == ".":
        return _full_stop_ends(text, stop, lead)
    if marks[0] in ".…" and text[stop.marks - 1] in _BLANK:  # omission: it stands between spaces
        return _starter_at(text, lead)
    return not (_has_quote(text, stop) and _is_attribution(text, stop))


def _opens(text: str, stop: _Stop) -> bool:
    """Tell whether the marks open something rather than close it: “…and, (?), […]."""
    before = stop.marks
    while before > stop.sentence and text[before - 1] in _OPENING:
        before -= 1
    return before == stop.sentence or (before < stop.marks and text[before - 1] in _BLANK)


def _can_start(text: str, lead: int, limit: int) -> bool:
    """Tell whether what stands at lead can start a sentence: anything but a lower-case word."""
    if lead >= limit:
        return False
    return not _is_lower(text[lead]) or _LOWER_NAME.match(text, lead, limit) is not None


def _is_lower(letter: str) -> bool:
    """Tell whether a letter is lower-case in a script that capitalises (Georgian does not)."""
    return letter.islower() and letter.title() != letter


def _is_glued_start(text: str, stop: _Stop) -> bool:
    """Tell whether the word set against a mark without a space starts a sentence."""
    match = _GLUED.match(text, stop.next, stop.limit)
    if match is None:
        return False
    word = match["word"]
    if stop.gap > stop.tail:  # behind a closing quote, bracket or footnote
        return word[0].isupper()
    is_word = word.istitle() and (len(word) > 1 or word in "AI")
    return is_word and word not in _DOMAINS and text[stop.marks - 1] not in _BLANK


def _full_stop_ends(text: str, stop: _Stop, lead: int) -> bool:
    """Decide whether a single full stop ends its sentence or only an abbreviation."""
    before = text[max(stop.sentence, stop.marks - _LONGEST_WORD) : stop.marks]
    kinds = _last_word(before)
    if kinds & _LEADING_WORDS or _ENUMERATOR.search(before):
        return False
    if kinds & _NUMBERED_WORDS:
        return _NUMERAL.match(text, lead) is None
    if kinds & _CLOCK_WORDS:
        return _DATE.match(text, lead) is None
    if kinds & _AMBIGUOUS_WORDS or any(map(_INITIALS.fullmatch, kinds)):
        return _has_quote(text, stop) or _starter_at(text, lead)
    return True


def _last_word(before: str) -> frozenset[str]:
    """Return the word that ends some text, and its last part: Ph.D and D, Lt.Gen and Gen."""
    if before[-1] in _BLANK:
        return frozenset()
    word = re.split(r"[-–—/(\[]", before.split()[-1])[-1].lstrip(_OPENING)
    if word.isupper() and len(word) > 1 and "." not in word:
        word = word.title()  # MR. SMITH
    return frozenset((word, word.rpartition(".")[2]))


def _starter_at(text: str, lead: int) -> bool:
    """Tell whether the word at lead is one that starts sentences and hardly continues a name."""
    word = _WORD.match(text, lead)
    return word is not None and word[0] in _STARTERS


def _has_quote(text: str, stop: _Stop) -> bool:
    """Tell whether a quotation closes behind the marks."""
    return any(mark in _QUOTES for mark in text[stop.tail : stop.gap])


def _is_attribution(text: str, stop: _Stop) -> bool:
    """Tell whether what follows a quoted question names its speaker."""
    if _is_lower(text[stop.next]):  # al-Assad said
        return True
    named = _ATTRIBUTION.match(text, stop.next, stop.limit) is not None
    return named and not _starter_at(text, stop.next)
