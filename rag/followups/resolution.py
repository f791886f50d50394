"""A question that leans on those before it is worded to stand alone, by rules, without a model."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from rag import daterange
from rag import words as classes
from rag.followups import ellipsis, insertion, phrases, referents
from rag.followups.phrases import Phrase, Reading, Word
from rag.followups.referents import Mention, Piece, Pull, Turn
from rag.inferences import Added, Reason
from rag.words import CONTENT, Kind

# The longest conversation of TREC CAsT 2019 has 12 turns; nothing is sought further back.
REACH = 12
# Wordings by hand add at most 7 words there (topics 31 to 60); an event may need more.
MOST_WORDS = 12
# What is longer is no word, as in the lexical index.
LONGEST_WORD = 64

# What drops everything said before.
_SWITCH = re.compile(
    r"\W*(?:(?:ok|okay|so|now|well|and|but|right|thanks|thank you)\b\W*)*(?:"
    r"let(?:[’']s| us| me) (?:switch|turn|move|change|talk about|discuss|go on to)\b"
    r"|on (?:another|a different|an unrelated|a separate) (?:note|topic|subject|matter)\b"
    r"|(?:an?|my|the)? ?(?:new|next|different|another|unrelated|separate|other)"
    r" (?:question|topic|subject|matter)\b"
    r"|(?:change|changing|switch|switching) (?:of |the )?(?:topics?|subjects?)\b"
    r"|(?:moving|turning|switching) (?:on|to|over)\b|(?:forget|never mind|leave) (?:that|it|this)\b"
    r"|unrelated\b|(?:i(?:[’']d| would)? (?:want|like) to ask (?:about )?)?"
    r"(?:something|anything) (?:completely |entirely |totally |quite )?(?:else|different|new)\b"
    r")(?:\W*(?:the (?:topic|subject)|altogether|instead|completely|entirely)\b)?",
    re.I,
)
# "It" that stands for nothing: "Is it true that ...?", "How long does it take to ...?", "who made
# it possible to ...", "how likely is it that ...".
_EXPLETIVE = re.compile(
    r"\b(?:is|was|does|did|will|would|has|can|could) it (?:\w+ )?"
    r"(?:true|possible|likely|clear|known|certain|take|matter|mean|rain|rained|snow|safe|legal|"
    r"illegal|allowed|necessary|important|late|time)\b(?=.* (?:that|to|for|if|when)\b)"
    r"|\bputs? it\b|\bma(?:de|kes?) it \w+ to\b|\bit that\b"
)
_POINTING = frozenset("these this those that ones".split())


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A question worded to stand alone, with every word that was added."""

    wording: str
    added: tuple[Added, ...]


def resolve(
    question: str, *, history: Sequence[str] = (), shown: Sequence[Sequence[str]] = ()
) -> FollowUp:
    """Word a question to stand alone.

    Args:
        question: The question.
        history: The earlier questions, oldest first.
        shown: The texts of the quotes shown for each of them, in the same order; may be shorter.

    Returns:
        The question with what it leaves out, where a pronoun, a noun or a fragment has a place
        for it; in parentheses behind it where none has.

    >>> resolve("Who leads it?", history=["What is the Aleppo Army?"]).wording
    'Who leads the Aleppo Army?'
    >>> resolve("And in May?", history=["How many boats sank in Sarn in June?"]).wording
    'How many boats sank in Sarn in May?'
    """
    turns: list[Turn] = []
    for number, earlier in enumerate(history):
        if switches(earlier):
            turns.clear()
        quotes = tuple(shown[number]) if number < len(shown) else ()
        turns.append(_remember(_read(earlier), turns[-REACH:], number, quotes))
    if switches(question):
        turns.clear()
    reading = _read(question)
    pulls = _pull(reading, turns[-REACH:])
    if daterange.leave_out(question) != question:
        pulls = [referents.leave_days(each) for each in pulls]
    added = dict(_add(reading, pulls))
    wording, placed = question, frozenset[Piece]()
    if reading.text == question:
        wording, placed = insertion.insert(reading, pulls, turns, added)
    words = " ".join(each.word for piece, each in added.items() if piece not in placed)
    return FollowUp(f"{wording} ({words})" if words else wording, tuple(added.values()))


def switches(question: str) -> bool:
    """Tell whether a question says that it drops what was spoken of before.

    >>> switches("On another note, who won?")
    True
    """
    return bool(_SWITCH.match(question))


def _read(question: str) -> Reading:
    """Read a question without the words that only switch to it, or count from an earlier day."""
    switch = _SWITCH.match(question)
    return phrases.read(daterange.leave_out(question[switch.end() :] if switch else question))


def _add(reading: Reading, pulls: Iterable[Pull]) -> Iterator[tuple[Piece, Added]]:
    known = {word.stem for word in reading.words}
    room = MOST_WORDS
    for pull in pulls:
        for piece in pull.pieces:
            word = piece.word
            if room and word.stem not in known and len(word.bare) <= LONGEST_WORD:
                known.add(word.stem)
                room -= 1
                yield piece, Added(word.bare, piece.turn, piece.quote, pull.reason)


def _remember(
    reading: Reading, turns: Sequence[Turn], number: int, quotes: tuple[str, ...]
) -> Turn:
    """Return what a question leaves behind."""
    pulls = _pull(reading, turns)
    known = {word.stem for word in reading.telling}
    pulled = (piece for pull in pulls for piece in pull.pieces)
    content = (
        *(Piece(word, number) for word in reading.telling),
        *(piece for piece in pulled if piece.word.stem not in known),
    )
    found = (referents.mention(group, number, content) for group in reading.groups)
    mentions = tuple(each for each in found if each.pieces)
    before = turns[-1].topic if turns else None
    if pulls:
        focus = topic = pulls[0].focus
    else:
        focus = mentions[0] if mentions else None
        named = _find_subject(reading, mentions) or focus
        topic = named if named and (not before or _introduces(reading)) else before
    worded = phrases.read(insertion.insert(reading, pulls, turns, dict(_add(reading, pulls)))[0])
    return Turn(number, reading, worded, focus, topic, mentions, content, quotes)


def _find_subject(reading: Reading, mentions: Sequence[Mention]) -> Mention | None:
    """Return what is spoken about: the bridge in "What did the mayor say about the bridge?"."""
    if ellipsis.SAYING.isdisjoint(reading.lows):
        return None
    about = {phrase.head.stem for phrase in reading.phrases if phrase.preposition == "about"}
    return next((each for each in mentions if each.head in about), None)


def _introduces(reading: Reading) -> bool:
    """Tell whether what a question names takes the place of the topic before it.

    Names do, what somebody does, and "Tell me about X" or "What is X?"; "What are the types of
    X?" stays with the topic.
    """
    if reading.verbs or any(phrase.names for phrase in reading.phrases):
        return True
    if reading.lows[0] in ("describe", "explain", "tell"):
        return True
    what_is = reading.lows[0] in ("what", "who") and reading.lows[1] in classes.BE
    return what_is and bool(reading.phrases[0].topical)


def _pull(reading: Reading, turns: Sequence[Turn]) -> list[Pull]:
    """Return what a question leans on, most telling first; nothing if it stands alone."""
    if not turns:
        return []
    last = turns[-1]
    if _is_bare(reading):
        return [referents.pull_event(last)]
    pulls = list(_pull_pronouns(reading, turns))
    if pulls:
        return pulls
    fragment = ellipsis.find_fragment(reading)
    if fragment and (fragment.topical or fragment.timely):
        acting = reading.lows[0] in classes.DO | classes.HAVE
        return [_contrast(fragment, last, acting=acting)]
    if not reading.telling:
        return [referents.pull_event(last)]
    for phrase in reading.phrases:
        definite = phrase.determiner == "the" and not reading.is_completed(phrase)
        spoken = phrase.topical or phrase.head.low in classes.PERSON_NOUNS
        described = referents.find_noun(phrase, turns) if spoken and definite else None
        if described:
            return [described]
    if fragment or (ellipsis.leaves_out_topic(reading) and not _is_known(reading, turns)):
        pull = referents.pull_mention(last.topic, last, Reason.TOPIC)
        return [referents.keep_names(pull) if ellipsis.is_whole(reading) else pull]
    return []


def _is_known(reading: Reading, turns: Sequence[Turn]) -> bool:
    """Tell whether a question only asks who somebody is that was named before."""
    asks = reading.lows[0] == "who" and reading.lows[1] in classes.BE
    named = {found.head for turn in turns for found in turn.mentions}
    return asks and len(reading.phrases) == 1 and reading.phrases[0].head.stem in named


def _is_bare(reading: Reading) -> bool:
    """Tell whether a question is no more than a question word: "Why not there?"."""
    if reading.lows == ("how", "come"):
        return True
    pronouns = classes.SINGULAR | classes.PLURAL | classes.PERSONAL
    said = any(word.kind is Kind.VERB or word.low in pronouns for word in reading.words)
    return reading.asks() and not reading.telling and not said


# Pronouns


def _pull_pronouns(reading: Reading, turns: Sequence[Turn]) -> Iterator[Pull]:
    done: set[str] = set()
    for word in reading.words:
        found = None
        if word.low in done:
            continue
        if word.low in ("former", "latter") and not _describes(reading, word):
            found = referents.find_alternative(turns[-1], latter=word.low == "latter")
        elif word.kind is not Kind.FUNCTION:
            continue
        elif word.low in classes.SINGULAR | classes.PLURAL | classes.PERSONAL:
            found = _refer(reading, word, turns)
            # All of a kind stand for the same.
            kinds = (classes.SINGULAR, classes.PLURAL, classes.PERSONAL)
            done |= next(kind for kind in kinds if word.low in kind)
        elif word.low in _POINTING:
            found = _point(reading, word, turns)
        elif word.low in ("there", "nearby") and not ellipsis.is_existential(reading, word):
            found = referents.find_place(turns)
        elif word.low == "then" and word.place and reading.ends(word.place):
            found = referents.pull_event(turns[-1])
        if found:
            yield found if found.stand_in else replace(found, stand_in=word)


def _describes(reading: Reading, word: Word) -> bool:
    """Tell whether a noun follows that a word belongs to."""
    following = reading.words[word.place + 1 : word.place + 2]
    return any(each.kind in CONTENT for each in following)


def _refer(reading: Reading, word: Word, turns: Sequence[Turn]) -> Pull | None:
    """Return what "it", "they" or "he" stands for, if that was said in an earlier question."""
    if _is_within(reading, word):
        return None
    if word.low in classes.PERSONAL:
        return referents.find_person(turns)
    if word.low in classes.PLURAL:
        return referents.find_thing(turns, plural=True)
    if _EXPLETIVE.search(" ".join(reading.lows)):
        return None
    acted = reading.before(word.place) in ("did", "do", "does") and reading.ends(word.place)
    if acted or (len(reading.lows) == len("when was it".split()) and reading.lows[1] == "was"):
        return referents.pull_event(turns[-1])
    behind = reading.words[word.place - 1] if word.place else word
    if behind.kind is Kind.VERB or behind.low in classes.PREPOSITIONS:
        return referents.find_object(turns[-1]) or referents.find_thing(turns, plural=False)
    return referents.find_thing(turns, plural=False)


def _is_within(reading: Reading, word: Word) -> bool:
    """Tell whether a pronoun stands for something in its own question."""
    before = [
        each
        for each in reading.phrases
        if each.head.place < word.place and (each.topical or each.determiner in ("what", "which"))
    ]
    if word.low in classes.PERSONAL:
        before = [each for each in before if referents.may_be_person(each)]
    behind = reading.words[word.place - 1] if word.place else word
    follows = reading.words[word.place + 1 : word.place + 2]
    does = any(
        classes.find_verb(each.low) or each.low in classes.VERB_LEADERS or each.low.endswith("ed")
        for each in follows
    )
    # A clause of its own: "before he left".
    led = behind.low in classes.VERB_LEADERS
    opens = does and word.low in ("he", "it", "she", "they") and not led
    if opens and word.place > 1 and reading.lows[0] == "who":
        return True
    if word.low in classes.SINGULAR:
        before = [each for each in before if not classes.is_plural(each.head.text)]
    if not before:
        return False
    between = reading.words[before[0].head.place + 1 : word.place]
    near = reading.words[before[-1].head.place + 1 : word.place]
    parting = classes.CLAUSE_STARTS | {"that"}
    parted = any(
        each.kind is Kind.MARK or each.low in (parting if each in near else parting - {"and", "or"})
        for each in between
    )
    verbs = (each.kind is Kind.VERB or classes.find_verb(each.low) for each in between)
    verb = any(verbs) or any(each.low in classes.HAVE for each in between)
    return opens or parted or (word.low in classes.POSSESSIVE and verb)


def _point(reading: Reading, word: Word, turns: Sequence[Turn]) -> Pull | None:
    """Return what "this", "that", "those" or "ones" points to."""
    place, low = word.place, word.low
    if reading.after(place) in ("of", "that", "which", "who", "whose"):
        return None
    if low == "that" and reading.after(place) in classes.SPANS_OF_TIME:
        return referents.pull_days(turns[-1])
    if low == "that" and not _may_point(reading, place):
        return None
    if low == "those" and re.search("(?:ed|ing|en|wn)$", reading.after(place)):
        return None
    if low != "ones" and _describes(reading, word):
        following = reading.words[place + 1]
        if following.kind is Kind.TIME:
            return None
        (phrase,) = [each for each in reading.phrases if following in each.words]
        described = referents.find_noun(phrase, turns)
        if described:
            return described
        if low in ("this", "that") and phrase.head.low in classes.PERSON_NOUNS:
            return referents.find_person(turns)
    if low in ("this", "that"):
        return referents.pull_event(turns[-1])
    return referents.find_thing(turns, plural=True)


def _may_point(reading: Reading, place: int) -> bool:
    """Tell whether "that" points to something, and does not open a clause."""
    if place == 0 or reading.ends(place) or reading.words[place - 1].kind is Kind.MARK:
        return True
    if reading.words[place - 1].kind is Kind.VERB:
        rest = reading.words[place + 1 :]
        return not any(each.kind is Kind.VERB or each.low in classes.AUXILIARIES for each in rest)
    return reading.before(place) in classes.PREPOSITIONS | classes.AUXILIARIES


# Fragments


def _contrast(instead: Phrase, last: Turn, *, acting: bool) -> Pull:
    """Return the words of the last question without those that a fragment stands in for.

    `acting` says that it stands in for who does something: "Did Iran?".
    """
    replaced = tuple(_find_actor(last) if acting else _find_replaced(instead, last))
    stems = {word.stem for word in replaced}
    pieces = tuple(piece for piece in last.content if piece.word.stem not in stems)
    placed = instead.timely or instead.preposition not in ("", "about")
    focus = last.focus if placed else referents.mention([instead], last.number + 1)
    return Pull(pieces, Reason.CONTRAST, focus, fragment=instead, replaced=replaced)


def _find_actor(last: Turn) -> Sequence[Word]:
    first = last.worded.phrases[:1]
    asked = last.worded.asks("who", "what", "which")
    return first[0].words if first and not asked and not first[0].preposition else ()


def _find_replaced(instead: Phrase, last: Turn) -> Sequence[Word]:
    """Return the words of the last question that a fragment stands in for."""
    own = [phrase for phrase in last.worded.phrases if phrase.topical]
    if instead.timely:
        return [word for word in last.worded.words if word.kind is Kind.TIME]
    if instead.words[-1].owns:
        return [word for phrase in own for word in phrase.words if word.owns][:1]
    same = [phrase for phrase in own if phrase.head.stem == instead.head.stem]
    if not same and instead.preposition == "about" and not referents.may_be_person(instead):
        same = [phrase for phrase in own if phrase.preposition == "about"][-1:]
    if not same and instead.preposition not in ("", "about"):
        alike = classes.PLACING if instead.preposition in classes.PLACING else {instead.preposition}
        same = [
            phrase
            for phrase in own
            if phrase.preposition in alike and bool(phrase.names) == bool(instead.names)
        ][-1:]
    elif not same:
        same = [phrase for phrase in own if phrase.names or not instead.names]
        full = referents.is_full_name(instead)
        same = [each for each in same if referents.is_full_name(each) == full] or same
        if not same and last.focus and last.focus.named:
            return [piece.word for piece in last.focus.pieces]
    return same[0].words if same else ()
