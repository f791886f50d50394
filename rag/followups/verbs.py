"""Which words of a question are its verbs, by the words they stand behind."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag import words as classes
from rag.words import CONTENT, Kind

# Requests: what follows them is no clause.
TELLING = frozenset("give let show tell".split())
# Infinitives that are seldom nouns, so that a noun behind them is theirs: "take part".
INFINITIVES = frozenset("become bring get give have keep lose make take".split())


def find_verbs(lows: Sequence[str], kinds: Sequence[Kind]) -> Iterator[int]:
    """Yield the places of verbs: the auxiliary that came last says which forms are verbs."""
    tagged = list(kinds)
    auxiliary, found, subject = "", False, False
    for place, low in enumerate(lows):
        if tagged[place] is Kind.MARK or low in classes.CLAUSE_STARTS:
            auxiliary, found, subject = "", False, False
        elif low in TELLING and not subject:
            found = True
        elif tagged[place] is not Kind.TIME and low in classes.VERB_LEADERS:
            asked = low in classes.DO and "who" in lows[place - 1 : place]
            auxiliary, found, subject = low, False, subject or low == "to" or asked
        elif tagged[place] is Kind.NAME or low in classes.ACTING:
            subject = True
        elif tagged[place] in (Kind.NOUN, Kind.GENERIC):
            clause = _Clause(lows, tagged, place, auxiliary, subject)
            joined = clause.before in ("and", "or")
            if clause.is_gerund() or ((joined or not found) and clause.is_verb()):
                found, tagged[place] = True, Kind.VERB
                yield place
            subject = True


@dataclass(frozen=True, slots=True)
class _Clause:
    """A word that may be a verb, and what of its clause came before it."""

    lows: Sequence[str]
    kinds: Sequence[Kind]
    place: int
    auxiliary: str
    subject: bool

    @property
    def low(self) -> str:
        return self.lows[self.place]

    @property
    def verb(self) -> str:
        return classes.find_verb(self.low)

    @property
    def before(self) -> str:
        return self.lows[self.place - 1] if self.place else ""

    def is_gerund(self) -> bool:
        """Tell whether the word is an -ing form with an object of its own ("of losing weight")."""
        led = self.place > 0 and self.kinds[self.place - 1] is Kind.VERB
        leads = self.place + 1 < len(self.kinds) and self.kinds[self.place + 1] in CONTENT
        led = led or self.before in classes.PREPOSITIONS
        return led and leads and self.low.endswith("ing") and bool(self.verb)

    def is_verb(self) -> bool:
        """Tell whether the word is the verb of its clause."""
        if self.before in ("who", "that"):
            return self.before == "who" or bool(self.verb)
        if self.before in ("what", "which"):
            return bool(self.verb) and self.low != self.verb and not self._is_followed_by_verb()
        if self.before in classes.DETERMINERS | classes.PREPOSITIONS - {"to"}:
            return False
        if self.before in ("and", "or"):
            return bool(self.verb) and self.place > 1 and self.kinds[self.place - 2] is Kind.VERB
        if self.auxiliary in classes.DO:
            return self._is_infinitive()
        if self.auxiliary:
            return self._is_ing() if self.low.endswith("ing") else self._is_past()
        if not self.place or self.kinds[self.place - 1] is Kind.MARK:
            return self.low == self.verb
        if self._is_subject():
            return False
        past = self.low.endswith("ed") and not self.low.endswith("eed")
        return self.subject and (past or (bool(self.verb) and not self.low.endswith("ing")))

    def _is_infinitive(self) -> bool:
        """Of words that may be infinitives and follow each other, the last one is.

        Where no known verb follows in the clause, the last noun of a run is one: it needs a verb.
        """
        if not self.subject:
            return False
        if self.low in INFINITIVES:
            return True
        if self.low == self.verb:
            return not any(map(self._may_be_infinitive, self._run()))
        led = self.kinds[self.place - 1] in CONTENT or self.before in classes.ACTING
        singular = not self.low.endswith("s") or self.low.endswith("ss")
        if self.auxiliary == "to" or not (led and singular) or any(True for _ in self._run()):
            return False
        noun = self.kinds[self.place] is Kind.NOUN and self.low not in classes.PERSON_NOUNS
        return noun and not any(map(self._may_be_infinitive, self._rest()))

    def _may_be_infinitive(self, place: int) -> bool:
        noun = self.kinds[place] in (Kind.NOUN, Kind.GENERIC)
        bare = noun and classes.find_verb(self.lows[place]) == self.lows[place]
        return bare and self.lows[place - 1] not in classes.DETERMINERS

    def _run(self) -> Iterator[int]:
        """Yield the places of the nouns and names that follow without a break."""
        for place in range(self.place + 1, len(self.lows)):
            if self.kinds[place] not in CONTENT:
                return
            yield place

    def _rest(self) -> Iterator[int]:
        """Yield the places of the rest of the clause."""
        for place in range(self.place + 1, len(self.lows)):
            if self.kinds[place] is Kind.MARK or self.lows[place] in classes.CLAUSE_STARTS:
                return
            yield place

    def _is_past(self) -> bool:
        past = self.low.endswith("ed") or self.low in classes.IRREGULAR
        return past and (bool(self.verb) or self.subject)

    def _is_ing(self) -> bool:
        two_before = self.lows[self.place - 2] if self.place > 1 else ""
        if not self.subject and two_before not in ("who", "what", "which"):
            return False  # "Why is learning hard?"
        # "What is binge drinking?", but "What are rebels planning?"
        noun = self.kinds[self.place - 1] is Kind.NOUN and not classes.is_plural(self.before)
        return bool(self.verb) and not (noun and two_before in classes.BE)

    def _is_subject(self) -> bool:
        """Tell whether the next word is an auxiliary: "What secret talks were held?"."""
        return not classes.AUXILIARIES.isdisjoint(self.lows[self.place + 1 : self.place + 2])

    def _is_followed_by_verb(self) -> bool:
        for low in self.lows[self.place + 1 :]:
            if low in classes.CLAUSE_STARTS:
                return False
            if low in classes.AUXILIARIES:
                return True
        return False
