"""What was spoken of in a conversation, and which of it a pronoun or a noun stands for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from rag import persons
from rag import words as classes
from rag.followups import phrases
from rag.followups.phrases import Phrase, Reading, Word
from rag.inferences import Reason
from rag.words import Kind

# What a topic is without: what one asks about it, and when.
_PASSING = (Kind.GENERIC, Kind.TIME)
# A plural may stand for so many names of one quote ("Which unions called the strike?").
MOST_NAMES = 3


@dataclass(frozen=True, slots=True)
class Piece:
    """A word of the conversation: of which question, or of which quote shown for it."""

    word: Word
    turn: int
    quote: int | None = None


@dataclass(frozen=True, slots=True)
class Mention:
    """Something spoken of.

    Attributes:
        pieces: The words for it.
        head: The stem of the noun that says what kind of thing it is.
        plural: Whether it is many; None of a name, which may be a group's.
        person: Whether it may be one person.
        beside: The names in its question, if it has none.
        event: All that its question says, if that says what is done.
    """

    pieces: tuple[Piece, ...]
    head: str
    plural: bool | None
    person: bool = False
    beside: tuple[Piece, ...] = ()
    event: tuple[Piece, ...] = ()

    @property
    def named(self) -> bool:
        """Whether a name is in it."""
        return any(piece.word.kind is Kind.NAME for piece in self.pieces)

    def agrees(self, *, plural: bool) -> bool:
        """Tell whether "they", or else "it", may stand for it; a name may be a body's."""
        return self.plural is None or (self.plural == plural and not self.person)


@dataclass(frozen=True, slots=True)
class Turn:
    """What a question leaves behind for those that follow it.

    Attributes:
        number: Its place in the conversation.
        reading: Its words and phrases.
        worded: Those of the question as worded to stand alone.
        focus: What a pronoun stands for next.
        topic: What a question that names no topic is about next.
        mentions: All that it names itself.
        content: All words that say what it asks, with those that were added to it.
        quotes: What was shown for it.
    """

    number: int
    reading: Reading
    worded: Reading
    focus: Mention | None
    topic: Mention | None
    mentions: tuple[Mention, ...]
    content: tuple[Piece, ...]
    quotes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pull:
    """Words that a question leans on, and what it is about by them.

    Attributes:
        pieces: The words.
        reason: Why it leans on them.
        focus: What it is about by them.
        stand_in: The word of the question that stands for them, if one does.
        fragment: The phrase of the question that takes the place of `replaced`, if one does.
        replaced: Words of the last question as it was worded.
    """

    pieces: tuple[Piece, ...]
    reason: Reason
    focus: Mention | None
    stand_in: Word | None = None
    fragment: Phrase | None = None
    replaced: tuple[Word, ...] = ()


def mention(group: Sequence[Phrase], turn: int, content: Sequence[Piece] = ()) -> Mention:
    """Return what phrases that hang together speak of, in a question of some content."""
    first = next((phrase for phrase in group if phrase.topical), group[0])
    many = classes.is_plural(first.head.text)
    if len(group) > 1 and group[1].topical and not group[1].preposition:
        many = True
    named = any(phrase.names for phrase in group)
    acted = any(piece.word.kind is Kind.VERB for piece in content)
    return Mention(
        tuple(Piece(word, turn) for phrase in group for word in phrase.topical),
        first.head.stem,
        plural=None if first.head.kind is Kind.NAME else many,
        person=_is_person(first),
        beside=tuple(each for each in content if each.word.kind is Kind.NAME and not named),
        event=tuple(each for each in content if each.word.kind not in _PASSING and acted),
    )


def pull_mention(found: Mention | None, turn: Turn, reason: Reason) -> Pull:
    """Return the words of a mention, with the names beside it; else all that was asked."""
    if not found:
        return Pull(turn.content, reason, None)
    event = found.event if reason is Reason.TOPIC else ()
    return Pull(event or (*found.pieces, *found.beside), reason, found)


def keep_names(pull: Pull) -> Pull:
    """Return only the names of what a question leans on, if it has any."""
    names = tuple(piece for piece in pull.pieces if piece.word.kind is Kind.NAME)
    return replace(pull, pieces=names) if names else pull


def leave_days(pull: Pull) -> Pull:
    """Return what a question leans on without its days, from which the question only counts."""
    pieces = tuple(piece for piece in pull.pieces if piece.word.kind is not Kind.TIME)
    return replace(pull, pieces=pieces)


def pull_event(turn: Turn) -> Pull:
    """Return all that was asked."""
    return Pull(turn.content, Reason.EVENT, turn.focus)


def pull_days(turn: Turn) -> Pull | None:
    """Return the days asked about, which "that day" stands for; None if there are none."""
    days = tuple(piece for piece in turn.content if piece.word.kind is Kind.TIME)
    return Pull(days, Reason.REFERENT, turn.focus) if days else None


def find_thing(turns: Sequence[Turn], *, plural: bool) -> Pull:
    """Return what is meant by "they", or else by "it"."""
    last = turns[-1]
    asked = _asked_for(last.reading)
    # Who does something is seldom "it", if what it is done to may be.
    other = asked == "who" and any(found.agrees(plural=False) for found in last.mentions)
    if asked and (plural or not (classes.is_plural(asked) or other)):
        names = _pull_quoted(last, _is_unplaced, most=MOST_NAMES if plural else 1)
        if names:
            return names
    # "They" may be of a kind ("a virtual machine"): what is nearest goes before what agrees.
    for turn in reversed(turns[-1:] if plural else turns):
        for found in (*((turn.focus,) if turn.focus else ()), *turn.mentions):
            if found.agrees(plural=plural):
                return pull_mention(found, turn, Reason.REFERENT)
        if plural and turn.focus and turn.mentions and turn.mentions[0] != turn.focus:
            both = (*turn.focus.pieces, *turn.mentions[0].pieces)
            return Pull(both, Reason.REFERENT, turn.focus)
    return pull_mention(last.focus, last, Reason.REFERENT)


def find_object(turn: Turn) -> Pull | None:
    """Return what somebody named does something to, which "it" stands for where it is an object."""
    subject = turn.mentions[0] if turn.mentions else None
    if not subject or subject != turn.focus or not subject.named or not turn.reading.verbs:
        return None
    fitting = (found for found in turn.mentions[1:] if found.agrees(plural=False))
    found = None if turn.reading.asks("who") else next(fitting, None)
    return pull_mention(found, turn, Reason.REFERENT) if found else None


def find_person(turns: Sequence[Turn]) -> Pull:
    """Return who is meant by "he" or "she"."""
    for turn in reversed(turns):
        people = [phrase for phrase in turn.reading.phrases if may_be_person(phrase)]
        full = [phrase for phrase in people if is_full_name(phrase)]
        if full:
            return pull_mention(mention(full[:1], turn.number), turn, Reason.REFERENT)
        asked = turn.reading.asks("who", "whom", "whose")
        quoted = _pull_quoted(turn, is_full_name) if asked else None
        if quoted:
            return quoted
        if turn.focus and turn.focus.person:
            return pull_mention(turn.focus, turn, Reason.REFERENT)
        if asked:
            described = Mention(turn.content, "", plural=False, person=True)
            return Pull(turn.content, Reason.REFERENT, described)
        if people:
            found = mention(people[:1], turn.number, turn.content)
            return pull_mention(found, turn, Reason.REFERENT)
    return pull_mention(turns[-1].focus, turns[-1], Reason.REFERENT)


def find_place(turns: Sequence[Turn]) -> Pull:
    """Return what is meant by "there"."""
    for turn in reversed(turns):
        quoted = _pull_quoted(turn, is_placed) if turn.reading.asks("where") else None
        if quoted:
            return Pull(quoted.pieces, Reason.PLACE, quoted.focus)
        named = [each for each in turn.reading.phrases if each.names and not is_full_name(each)]
        placed = [each for each in named if is_placed(each)] or named
        if placed:
            return Pull(mention(placed[-1:], turn.number).pieces, Reason.PLACE, turn.focus)
    return pull_mention(turns[-1].focus, turns[-1], Reason.PLACE)


def find_noun(phrase: Phrase, turns: Sequence[Turn]) -> Pull | None:
    """Return what described the noun of a phrase before, if nothing describes it here."""
    if len(phrase.words) > 1:
        return None
    number = (classes.is_plural(phrase.head.text), None)
    for turn in reversed(turns):
        for found in (*turn.mentions, *((turn.focus,) if turn.focus else ())):
            same = found.head == phrase.head.stem and found.plural in number
            if same and len(found.pieces) > 1:
                pieces = (*found.pieces, *found.beside)
                return Pull(pieces, Reason.NOUN, found, stand_in=phrase.head)
    return None


def find_alternative(turn: Turn, *, latter: bool) -> Pull:
    """Return what is meant by "the latter", or else by "the former"."""
    for group in reversed(turn.reading.groups):
        either = [phrase for phrase in group if phrase.topical]
        if len(either) > 1:
            found = mention([either[-1 if latter else 0]], turn.number)
            return pull_mention(found, turn, Reason.REFERENT)
    return pull_event(turn)


def may_be_person(phrase: Phrase) -> bool:
    """Tell whether a phrase may speak of one person.

    >>> [may_be_person(phrases.read(each).phrases[0]) for each in ("Ada Brandt", "the Brandt Fund")]
    [True, False]
    """
    if phrase.words[-1].kind is Kind.NAME:
        titled = any(word.low in classes.PERSON_NOUNS for word in phrase.names)
        known = titled or persons.may_be_person({word.bare for word in phrase.names})
        defined = phrase.determiner and phrase.words[0].kind is Kind.NAME  # "the Observatory"
        return known and not defined and not is_placed(phrase)
    return phrase.words[-1].low in classes.PERSON_NOUNS


def is_full_name(phrase: Phrase) -> bool:
    """Tell whether a phrase is a person's first name and surname."""
    return len(phrase.names) > 1 and may_be_person(phrase)


def is_placed(phrase: Phrase) -> bool:
    """Tell whether a phrase says where: "in Sarn"."""
    return phrase.preposition in classes.PLACING


def _is_person(phrase: Phrase) -> bool:
    """Tell whether a phrase speaks of one person, as far as can be seen."""
    return may_be_person(phrase) and (not phrase.names or is_full_name(phrase))


def _is_unplaced(phrase: Phrase) -> bool:
    return not is_placed(phrase)


def _asked_for(reading: Reading) -> str:
    """Return the noun that a question asks the name of ("which group"), or "who"."""
    for phrase in reading.phrases:
        if phrase.determiner in ("which", "what"):
            return phrase.head.low
    return "who" if reading.asks("who") else ""


def _pull_quoted(turn: Turn, fits: Callable[[Phrase], bool], *, most: int = 1) -> Pull | None:
    """Return the first names of a kind in the first quote that has any."""
    for place, quote in enumerate(turn.quotes):
        names = [name for name in _names(quote, turn.reading) if fits(name)][:most]
        if names:
            pieces = tuple(Piece(word, turn.number, place) for each in names for word in each.words)
            person = _is_person(names[0])
            found = Mention(pieces, names[0].head.stem, plural=None, person=person)
            return Pull(pieces, Reason.REFERENT, found)
    return None


def _names(quote: str, question: Reading) -> Iterator[Phrase]:
    """Yield the names in a quote that the question lacks."""
    known = {word.stem for word in question.words if word.kind is Kind.NAME}
    for phrase in phrases.read(quote).phrases:
        run: list[Word] = []
        for word in (*phrase.words, None):
            if word and word.kind is Kind.NAME:
                run.append(word)
            elif run:
                if known.isdisjoint(each.stem for each in run):
                    determiner = phrase.determiner if run[0] is phrase.words[0] else ""
                    yield Phrase(tuple(run), determiner, phrase.preposition, phrase.linked)
                run = []
