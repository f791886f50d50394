"""Whether a question leaves something out: its clause, its topic, or what something relates to."""

from __future__ import annotations

from rag import words as classes
from rag.followups import referents
from rag.followups.phrases import Phrase, Reading, Word
from rag.words import Kind

# With these before it, a question of one phrase is no clause: "And in May?".
OPENING = frozenset("also and but ok okay or so then well".split())
# What asks for more of the same ("Who else died?"), and what asks the same of another.
MORE = frozenset({"else", "other", "others"})
ALIKE = frozenset({"also", "either", "too"})
# What makes a noun one of a domain that must be known: "What are the main parties?".
RANKING = frozenset(
    "best biggest common famous highest important key largest main major popular".split()
)
# Nouns for one of several, which must be known: "What type is best?".
SORTS = frozenset("kind one sort type variety version".split())
# Nouns that narrow nothing: "Why do people care?".
VAGUE = frozenset("anyone people somebody world".split())
# No superlatives, or none that needs a domain.
NOT_RANKED = frozenset({"interest", "latest", "rest", "test", "west"})
COMPARING = frozenset("compare differ different".split())
COMPARED = frozenset("and between from the than to with".split())

# Nouns behind "what is", with the prepositions of which one must follow; owning something
# completes the third and fourth ("What is Turkey's impact on trade?").
RELATIONS = (
    (frozenset({"role"}), frozenset("as at for in on".split()), False),
    (
        frozenset("answer attitude comment objection opinion position reaction response".split()),
        frozenset("about at for in on over to toward towards".split()),
        False,
    ),
    (frozenset("effect impact influence".split()), frozenset("by from of".split()), True),
    (frozenset("connection link relation relationship".split()), {"between", "of"}, True),
)
# Verbs behind which it must be said to what.
ANSWERING = frozenset("agree answer comment disagree object react reply respond retaliate".split())
# What is said or done, if nothing more is said of it: "What did Iran say?".
SAYING = frozenset("do done say said think want wanted".split())


def find_fragment(reading: Reading) -> Phrase | None:
    """Return what a question names that is no clause: "And in May?", "What about Sarn?"."""
    if not reading.phrases:
        return None
    group, lows = reading.groups[0], list(reading.lows)
    first = next((phrase for phrase in group if phrase.topical), group[0])
    opened = lows[0] in OPENING
    while lows and lows[0] in OPENING:
        lows.pop(0)
    if lows[:2] in (["what", "about"], ["how", "about"]):
        return first
    if "same" in lows and not {"do", "did", "does"}.isdisjoint(lows):
        return first if first.topical else None
    if opened and not reading.is_clause():
        return first
    return first if _is_verb_left_out(reading) else None


def leaves_out_topic(reading: Reading) -> bool:
    """Tell whether a question says nothing of what it is about.

    >>> from rag.followups.phrases import read
    >>> [leaves_out_topic(read(each)) for each in ("Who signed?", "How did Iran respond?")]
    [True, True]
    >>> leaves_out_topic(read("Which countries banned whaling?"))
    False
    """
    if any(_lacks_complement(reading, phrase) for phrase in reading.phrases):
        return True
    if _lacks_object(reading) or _is_open_comparison(reading):
        return True
    topical = [phrase for phrase in reading.phrases if phrase.topical]
    if len(topical) == 1 and not ALIKE.isdisjoint(reading.lows):
        return True
    if any(phrase.names for phrase in topical):
        return False
    topical = [phrase for phrase in topical if phrase.head.stem not in VAGUE]
    if not topical or _asks_for_more(reading):
        return True
    alone = not any(phrase.preposition for phrase in reading.phrases)
    if alone and any(is_existential(reading, word) for word in reading.words):
        return True
    if alone and len(topical) == 1 and _is_ranked(reading, topical[0]):
        return True
    if len(reading.phrases) > 1 and topical[0].determiner != "the":
        return False
    one = len(topical) == 1 and len(topical[0].topical) == 1
    return one and topical[0].determiner in ("many", "much", "the", "what", "which")


def is_whole(reading: Reading) -> bool:
    """Tell whether a question says what is done and to what, and lacks no more than where.

    >>> from rag.followups.phrases import read
    >>> is_whole(read("How many clinics were bombed?")), is_whole(read("How did Iran respond?"))
    (True, False)
    """
    topical = any(phrase.topical and not phrase.names for phrase in reading.phrases)
    return topical and bool(reading.verbs) and not _lacks_object(reading)


def is_existential(reading: Reading, word: Word) -> bool:
    """Tell whether "there" only says that something is: "Are there", "how many are there"."""
    if word.low != "there":
        return False
    if reading.after(word.place) in classes.BE:
        return True
    counted = any(each.determiner in ("many", "much", "what", "which") for each in reading.phrases)
    led = reading.before(word.place) in classes.VERB_LEADERS
    return led and (counted or not reading.ends(word.place))


def _lacks_complement(reading: Reading, phrase: Phrase) -> bool:
    """Tell whether a phrase relates to something that is not said."""
    last = phrase.words[-1]
    if last.stem in SORTS and not (phrase.preposition or phrase.names or phrase.owned):
        return reading.after(last.place) != "of"
    topical_before = any(
        each.topical for each in reading.phrases if each.head.place < phrase.head.place
    )
    if phrase.determiner == "the" and not topical_before and all(map(_is_rank, phrase.words)):
        return True  # "What is the largest?"
    if not (_is_predicate(reading, phrase) or phrase.determiner == "any"):
        return False
    following = {
        each.preposition for each in reading.phrases if each.head.place > phrase.head.place
    }
    for nouns, prepositions, owning in RELATIONS:
        if phrase.words[-1].stem in nouns:
            completed = prepositions & following or (owning and (phrase.owned or not following))
            return not completed
    return False


def _is_rank(word: Word) -> bool:
    return word.low == "first" or (word.low.endswith("est") and word.low not in NOT_RANKED)


def _is_ranked(reading: Reading, phrase: Phrase) -> bool:
    ranked = phrase.determiner == "some" or any(word.low in RANKING for word in phrase.words)
    return ranked and _is_predicate(reading, phrase) and reading.asks("what", "who", "which")


def _is_predicate(reading: Reading, phrase: Phrase) -> bool:
    """Tell whether a phrase follows a form of "be": "What is the role of ...?"."""
    place = phrase.words[0].place
    while reading.before(place) in classes.DETERMINERS:
        place -= 1
    return not phrase.preposition and reading.before(place) in classes.BE


def _is_verb_left_out(reading: Reading) -> bool:
    """Tell whether a question is an auxiliary and who does it: "Did Iran?"."""
    leading = reading.lows[0] in (classes.DO | classes.HAVE) - {"to"}
    verb = any(word.kind is Kind.VERB for word in reading.words)
    last = reading.phrases[-1].words[-1]
    return leading and not verb and len(reading.groups) == 1 and reading.ends(last.place)


def _asks_for_more(reading: Reading) -> bool:
    return any(
        word.low in MORE and reading.before(word.place) not in classes.PREPOSITIONS
        for word in reading.words
    )


def _lacks_object(reading: Reading) -> bool:
    """Tell whether a verb that needs one has none: "How did Iran respond?"."""
    what = "what" in reading.lows[:2] and reading.lows[-1] in SAYING
    if what and len(reading.groups) == 1:
        # A full name is news: who follows up what somebody did writes the surname.
        return not any(map(referents.is_full_name, reading.phrases))
    return any(
        word.kind is Kind.VERB
        and classes.find_verb(word.low) in ANSWERING
        and reading.ends(word.place)
        for word in reading.words
    )


def _is_open_comparison(reading: Reading) -> bool:
    return not COMPARING.isdisjoint(reading.lows) and COMPARED.isdisjoint(reading.lows)
