"""What a question leaves out, put where it belongs: "And in May?" becomes a question again.

The reader was trained on questions, not on loose words behind one: where what is left out can
take the place of a pronoun, or a fragment its place in the last question, it does.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise

from rag import words as classes
from rag.followups import referents
from rag.followups.phrases import Phrase, Reading, Word
from rag.followups.referents import Piece, Pull, Turn
from rag.inferences import Reason
from rag.words import CONTENT, Kind

# Determiners that say no whose; what was mentioned is "the".
_ARTICLES = frozenset("a an the".split())
_FIRST = _ARTICLES | frozenset("many much some that these this those what which".split())
# What may stand between the words of one mention: "the history of the toilet".
_JOINING = classes.PREPOSITIONS | classes.DETERMINERS
_DOING = frozenset("did do does".split())
# What belongs to "there", where another word may belong to the verb: "What is going on there?".
_LEADING_THERE = frozenset("around from in inside near outside through to".split())


@dataclass(frozen=True, slots=True)
class Insertion:
    """A text to take the place of a part of a question, and the pieces that it holds."""

    start: int
    end: int
    text: str
    pieces: frozenset[Piece]


def insert(
    reading: Reading, pulls: Sequence[Pull], turns: Sequence[Turn], added: Collection[Piece]
) -> tuple[str, frozenset[Piece]]:
    """Return a question with what it leans on in its place, and which words that placed.

    Args:
        reading: The question.
        pulls: What it leans on.
        turns: The questions before it.
        added: The words that may be added to it.

    Returns:
        The question itself and no words, where what it leans on has no place in it.
    """
    by_number = {turn.number: turn for turn in turns}
    for pull in pulls:
        if pull.fragment:
            return _complete(reading, pull, turns[-1], added)
    text, placed, rest = reading.text, frozenset[Piece](), len(reading.text)
    found = (_replace_word(reading, pull, by_number, added) for pull in pulls)
    for each in sorted(filter(None, found), key=lambda each: -each.start):
        if each.end <= rest:  # "those" and "dam" may both stand for what "those dams" does
            text, rest = text[: each.start] + each.text + text[each.end :], each.start
            placed |= each.pieces
    return text, placed


# Pronouns, and nouns that were described before


def _replace_word(
    reading: Reading, pull: Pull, turns: dict[int, Turn], added: Collection[Piece]
) -> Insertion | None:
    """Return what to put in the place of a word; None if that is no run of words, or unsure."""
    word, pieces = pull.stand_in, _choose_pieces(pull)
    if not word or not pieces or word.low != word.text.casefold():
        return None
    # What was said out of reach is remembered by its words alone.
    if any(piece.turn not in turns for piece in pieces) or _is_unsure(word, pull, turns):
        return None
    placed = frozenset(piece for piece in pieces if piece.word.stem != word.stem)
    named = _name(pieces, turns)
    if not named or not all(piece in added for piece in placed):
        return None
    described = pull.reason is Reason.NOUN or word.low in ("former", "latter")
    first = _begin(reading, word.place) if described else word
    if _possesses(reading, word):
        if not _is_run([piece.word for piece in pieces]):
            return None  # "the people in Sarn’s"
        named += "’" if named.endswith("s") else "’s"
    elif pull.reason is Reason.PLACE and reading.before(word.place) not in _LEADING_THERE:
        named = f"in {named}"
    if not first.place:
        named = named[0].upper() + named[1:]
    return Insertion(first.start, word.end, named, placed)


def _choose_pieces(pull: Pull) -> tuple[Piece, ...]:
    """Return the words that a word stands for, without those only said beside them."""
    if pull.reason is Reason.PLACE:
        return pull.pieces
    meant = pull.reason in (Reason.REFERENT, Reason.NOUN)
    pieces = pull.focus.pieces if pull.focus and meant else ()
    return pieces if pull.pieces[: len(pieces)] == pieces else ()


def _is_unsure(word: Word, pull: Pull, turns: dict[int, Turn]) -> bool:
    """Tell whether "they" may be other than one thing, "it" a person, or "there" no place."""
    first = pull.pieces[0]
    if first.quote is not None:
        return False
    turn = turns[first.turn]
    within = (each for each in turn.reading.phrases if first.word in each.words)
    placed = any(map(referents.is_placed, within))
    if pull.reason is Reason.PLACE:
        return not placed
    if word.low not in classes.PLURAL or not pull.focus or pull.focus.plural:
        return word.low in classes.SINGULAR and bool(pull.focus and pull.focus.person)
    return placed or pull.focus.plural is False or any(each.plural for each in turn.mentions)


def _name(pieces: Sequence[Piece], turns: dict[int, Turn]) -> str:
    """Return the words of a mention as they stood, behind "the" if they are no bare name."""
    first, last = pieces[0], pieces[-1]
    if any((piece.turn, piece.quote) != (first.turn, first.quote) for piece in pieces):
        return ""
    if first.quote is not None:
        text = " ".join((*(piece.word.text for piece in pieces[:-1]), last.word.bare))
        return text if _is_run([piece.word for piece in pieces]) else ""
    places = {piece.word.place for piece in pieces}
    reading = turns[first.turn].reading
    phrase = next((each for each in reading.phrases if first.word in each.words), None)
    if not phrase or last.word not in reading.words:
        return ""  # a whole event, or what was itself taken over from an earlier question
    between = reading.words[first.word.place : last.word.place + 1]
    if any(word.place not in places and word.low not in _JOINING for word in between):
        return ""
    text = reading.text[first.word.start : last.word.start] + last.word.bare
    if phrase.names and phrase.determiner not in _ARTICLES:
        return text if phrase.determiner in _FIRST | {""} else ""
    return f"the {text}" if phrase.determiner in _FIRST | {""} else ""


def _is_run(words: Sequence[Word]) -> bool:
    """Tell whether words follow each other without a gap."""
    return all(after.place == before.place + 1 for before, after in pairwise(words))


def _possesses(reading: Reading, word: Word) -> bool:
    if word.low in ("her", "his"):
        following = reading.words[word.place + 1 : word.place + 2]
        return any(each.kind in CONTENT for each in following)
    return word.low in classes.POSSESSIVE


# Fragments


def _complete(
    reading: Reading, pull: Pull, last: Turn, added: Collection[Piece]
) -> tuple[str, frozenset[Piece]]:
    """Return the last question with a fragment in the place of what it is instead of."""
    none = reading.text, frozenset[Piece]()
    own = _cut_fragment(reading, pull.fragment) if pull.fragment else ""
    place = _find_place(last.worded, pull)
    known = {word.stem for word in last.worded.words}
    placed = frozenset(piece for piece in pull.pieces if piece.word.stem in known)
    # Where nothing of the last question is left, the fragment stands for all of it.
    if not (own and place and placed) or not all(piece in added for piece in placed):
        return none
    (start, end), text = place, last.worded.text
    worded = f"{text[:start]}{' ' if start == end else ''}{own}{text[end:]}"
    mine, others = reading.words[0], last.worded.words[0]
    if start > others.end and _DOING.issuperset((mine.low, others.low)):
        worded = f"{mine.text}{worded[others.end :]}"  # "Do the unions?" for "Does the mayor ...?"
    return worded, placed


def _cut_fragment(reading: Reading, fragment: Phrase) -> str:
    """Return a fragment with its preposition and determiner, if nothing follows it."""
    group = next(each for each in reading.groups if fragment in each)
    first, last = group[0], group[-1].words[-1]
    followed = any(word.kind is not Kind.MARK for word in reading.words[last.place + 1 :])
    if followed or any(phrase.timely for phrase in group[1:]):
        return ""  # two are contrasted at once: "And the tunnel in May?"
    begin = _begin(reading, first.words[0].place, preposition=_is_led(first))
    return reading.text[begin.start : last.end]


def _is_led(phrase: Phrase) -> bool:
    """Tell whether a phrase has a preposition of its own: "in May", not "what about May"."""
    return phrase.preposition not in ("", "about")


def _begin(reading: Reading, place: int, *, preposition: bool = False) -> Word:
    """Return the first of the determiners, and the preposition if asked for, before a place."""
    while place and reading.words[place - 1].low in classes.DETERMINERS:
        place -= 1
    if preposition and place and reading.words[place - 1].low in classes.PREPOSITIONS:
        place -= 1
    return reading.words[place]


def _find_place(worded: Reading, pull: Pull) -> tuple[int, int] | None:
    """Return where in the last question a fragment belongs; None if that is no run of words."""
    fragment, replaced = pull.fragment, pull.replaced
    if fragment and not replaced:
        if not (_is_led(fragment) or fragment.timely):
            return None
        end = max((word.end for word in worded.words if word.kind is not Kind.MARK), default=0)
        return (end, end) if end else None
    if not fragment or not _is_run(replaced) or not all(word in worded.words for word in replaced):
        return None
    opens = any(phrase.words[0] == replaced[0] for phrase in worded.phrases)
    first = (
        _begin(worded, replaced[0].place, preposition=_is_led(fragment)) if opens else replaced[0]
    )
    return first.start, replaced[-1].end
