"""Whether a sentence leans on an earlier one: a pronoun, "the group", "however", "there".

A pronoun leans unless something before it in its own sentence can be what it stands for. That is
judged by words alone: whether a name, a person's office or some noun precedes it at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from enum import Enum

from rag.contextguard.speech import Voice
from rag.wordlists import PERSONS, SAYING, TIME, any_of


class Lean(Enum):
    """What a sentence needs of those before it."""

    NOTHING = 0
    SOMETHING = 1
    SOMEBODY = 2


# --- words ---------------------------------------------------------------------------------------

_HE = frozenset("he him his himself she her hers herself".split())
_THEY = frozenset("they them their theirs it its".split())
_PLURAL = frozenset("they them their theirs".split())
_SUBJECTS = frozenset("he she it they".split())
_PREPOSITIONS = frozenset(
    "in at on after before during with despite for to from since by under near throughout".split()
)
_PLACING = frozenset("in at near across outside inside into around to from".split())
_AUXILIARY = frozenset("is was has had will would does did can could may might must".split())
_LINKING = frozenset("that who which and ,".split())
_UNINFLECTED = frozenset("people police men women".split())  # plurals without an s
_BODIES = frozenset("police government parliament".split())
# Words that a pronoun behind them cannot stand for: the closed classes of English, and time.
_EMPTY = frozenset(
    """
    a about above across after against ago all almost along already also although always am among
    an and another any are around as at autumn away back be because been before behind being below
    between both but by can could day days dawn did do does down during each earlier early either
    else end even evening ever every fact few finally first five for four friday from had half has
    have hour hours how however i if in indeed inside instead into is just last late later least
    less like long many meanwhile midnight minute minutes moment monday month months more morning
    most much must near never next night nine no noon nor not nothing now of off often on once one
    only onto or other others our out outside over past perhaps point rather saturday season seven
    several shall should since six so some sometimes soon spring still such summer sunday ten than
    that the then there therefore these this those though three through throughout thursday thus
    time to today together tomorrow tonight too toward towards tuesday two under until up upon us
    very was we wednesday week weekend weeks were what when where whether which while who whom
    whose why will winter with within without would year years yesterday yet you your afterwards
    eventually recently turn return response case addition contrast part result say said
    january february march april may june july august september october november december
    """.split()
)
# Words that name something in a phrase of place or time: during the second siege of Kassa.
LONGEST_PHRASE = 4

_TOKEN = re.compile(r"[^\W\d_](?:[\w’'-]*\w)?|[,;:“]")
_OPENING_MARKS = "“„«‘\"'–—-… "

# --- phrases -------------------------------------------------------------------------------------

_EXPLETIVE = re.compile(
    r"it(?:[’']s| (?:is|was|will be|would be|has been|had been|may be|became|becomes)"
    r"| (?:seem|appear|remain)(?:s|ed))(?: \w+ly)?"
    r"(?: (?:not|still|now|also|too|far|so|more|the|a|already))* "
    + any_of(
        r"""
        (?:un)?(?:clear|known|likely|certain|important|necessary|true|safe|common|expected) /
        (?:im)?possible / hard / difficult / easy / time / early / late / understood / said /
        claimed / alleged / reported / believed / thought / feared / hoped / announced / rumou?red /
        agreed / decided / dark / cold / hot / raining / snowing / dawn / noon / midnight / best /
        better / suspected / estimated / worth / rare / normal / wrong / right / open / seen /
        shown / as if / as though / that / who
        """
    )
    + r"\b|it (?:takes|took|will take|would take) \S+|it (?:rained|snowed|rains|snows)\b"
    r"|it (?:is|was) (?:not )?(?:the|in|on|at|from|(?-i:[A-Z])\w+)[^,.;]* (?:that|who|when)\b",
    re.IGNORECASE,
)

_COUNT = "(?:one|two|three|four|five|six|seven|eight|nine|ten|\\d+|most|many|some|several|none|few)"
_HAVE = "(?:was|were|had|has|have|is|are|did|will|would|say|said|died|fled)"
_THERE_IS = any_of(
    "is / are / was / were / has / have / had / will / would / may / might / could / can / must / "
    "should / seems? / remains? / appears?"
)
# Who or what is meant, and how this follows, stands in the sentence before.
_OPENS_LEANING = re.compile(
    any_of(
        rf"""
        however / but / yet(?! to) / and / nor / therefore / thus / hence / instead(?! of) /
        nevertheless / nonetheless / otherwise / consequently / moreover / furthermore / likewise /
        similarly / conversely / afterwards? / thereafter / besides / still(?=,) / even so /
        then(?![-–]|\ (?:president|prime)) / so(?! far| that| many| much| called|-) / not so /
        for (?:this|that|example|instance) / as a (?:result|consequence) / by contrast /
        in (?:contrast|response|return|turn|addition)(?! to) / on the (?:contrary|other hand) /
        if (?:so|not) / that said / (?:since|by|until|before|after) (?:then|that) /
        at that (?:time|point|moment) / in (?:that|this|such|which) /
        (?:because of|despite) (?:this|that) / among (?:them|these|those) /
        of (?:them|these|those)(?! who) / (?:the )?(?:next|following|same) {TIME} /
        (?:(?:an?|{_COUNT}) )?{TIME}s? (?:later|earlier|before|after(?:wards)?(?=,)) /
        both(?!.* and ) / neither(?!.* nor ) / either(?!.* or ) / others? / only the latter /
        the (?:two|three|four|latter|former|others?|rest|remainder|same|second|third)\b(?! of) /
        (?:{_COUNT}|all|half|each) (?:of (?:them|these|those)|others|more|{_HAVE}) /
        such(?! as) / similar / another (?:\d|\w+ {_HAVE}) / this(?! {TIME}) / these /
        those(?! (?:who|whose|in|of|with|from|at|on|under|without|\w+ (?:who|that|which|whose))\b) /
        that(?= (?:{_HAVE}|does|may|could|might|leaves|left|means|made|makes|came|comes)\b|,) /
        there(?! {_THERE_IS}\b)
        """
    )
    + r"\b",
    re.IGNORECASE,
)
# Nouns that "the" before them, and nothing behind them to tell which, makes point back.
_OPENS_WITH_KNOWN = re.compile(
    "the "
    + any_of(
        """
        group / organi[sz]ation / body / firm / company / faction / movement / party / paper /
        newspaper / outlet / agency / site / ship / vessel / boat / plane / aircraft / train / bus /
        lorry / car / building / house / village / town / man / woman / men / women / boys? /
        girls? / couple / pair / trio / suspects? / victims? / officials? / officers? / spokesman /
        spokeswoman / author / witness / move / decision / deal / plan / offer / proposal /
        agreement / attack / blast / explosion / raid / strike / incident / accident / crash /
        collision / fire / vote / ruling / verdict / bill / meeting / visit / trip / statement /
        announcement / comments? / remarks? / report / document / letter / leaflet / study /
        survey / figures? / number / scheme / project / measures? / step / amount / sum / money /
        operation / claims? / allegations? / accusations? / charges? / news / answer / reason /
        cause / effect / aim / idea / merger / change / pause / video / post / device / weapon /
        shots? / initiative / reforms?
        """
    )
    + r"\b(?! (?:of|on|in|that|who|whose|which|between|for|from|at|by|to|with|near|against|into"
    r"|over|named|called)\b)",
    re.IGNORECASE,
)
_UNNAMED = (
    "(?:the|this|that) (?:man|woman|official|spokesman|spokeswoman|officer|person|source|witness)"
)
_POINTS_BACK = re.compile(
    any_of(
        rf"""
        ,\ however\b / \bthe same\b(?! time)(?!(?: \S+){{1,3}} as\b) / \b(?:no|any|one|a) such\b /
        \bsuch\b(?! as\b)(?!.* that\b) / \bthis\b(?! (?:{TIME}|newspaper)\b) /
        \bthose\b(?! (?:who|whose|that|in|of|with|from|at|on|under|without)\b)(?!(?: \w+){{1,3}}
        (?:who|that|which|whose|of|with)\b) / \bthese\b(?! days\b) / \bin return\b(?! for) /
        \b(?:because of|after|before|despite|about|to|of|with|than) that(?=[,.;]|$) / \bthat day\b /
        \bthe (?:claim|allegation|accusation|rumour|assertion)s?\b(?!
        (?:that|of|about|against|by|from|to|made)\b) / , {_UNNAMED} (?:said|says|added|told)\b /
        , (?:said|says|added) {_UNNAMED}\b
        """
    ),
    re.IGNORECASE,
)
# The place is meant, not "there is": behind a word that does not open a clause, and not before a
# form of "be", unless that makes a passive.
_THERE = re.compile(
    r"\b(?!"
    + any_of(
        """
        that / and / but / or / because / if / as / when / while / where / whether / so / although /
        though / since / until / than / is / are / was / were / be / been / said / says / say /
        told / added / believes? / believed / thinks? / which / what / why / how
        """
    )
    + r"\b)[a-z’'-]+ there\b(?! (?:is|are|was|were|be|(?:has|have|had) been|(?:will|would|may) be"
    r"|remains?|seems?)\b(?! \w+(?:ed|en)\b))"
)
_PLACED = re.compile(r"\b(?:in|to|at|on|from|near) (?:the |an? )?\w+.*\bthere\b", re.IGNORECASE)
_SHORT_ANSWER = re.compile(
    r"(?:yes|no|never|not yet|none|nothing|nobody|perhaps|certainly)\W*$", re.IGNORECASE
)
_PRONOUN = re.compile(r"(?:he|she|they|it|his|her|their|its)\b", re.IGNORECASE)
# A phrase or clause before the subject, closed by a comma: When he left Oran, Ruiz ...
_FRONTED = re.compile(
    any_of(
        """
        in / at / on / after / before / during / with / despite / for / as / while / when /
        although / though / to / from / since / by / under / like / unlike / because / once /
        until / without
        """
    )
    + r"\b[^,]*, (?P<main>.*)",
    re.IGNORECASE,
)
_NOUN_PHRASE = re.compile(r"(?:the|an?|[A-Z])")


def leans(sentence: str, voice: Voice) -> Lean:
    """Tell what a sentence needs of those before it to be understood.

    Args:
        sentence: The sentence.
        voice: Whose words it is made of.
    """
    told = voice.narration
    needs = set(_unresolved(told))
    if Lean.SOMEBODY in needs:
        return Lean.SOMEBODY
    opening = sentence.lstrip(_OPENING_MARKS)
    if (
        needs
        or _OPENS_LEANING.match(opening)
        or _OPENS_WITH_KNOWN.match(opening)
        or _SHORT_ANSWER.match(opening)
        or (sentence[0] in _OPENING_MARKS and _opens_with_pronoun(opening))
        or _POINTS_BACK.search(told)
        or (_THERE.search(told) and not _PLACED.search(told))
    ):
        return Lean.SOMETHING
    return Lean.NOTHING


def names_somebody(narration: str) -> bool:
    """Tell whether a sentence names somebody whom "he" or "she" may stand for."""
    tokens = _TOKEN.findall(narration)
    return any(_is_person(tokens, place) for place in range(len(tokens)))


# --- pronouns ------------------------------------------------------------------------------------


def _opens_with_pronoun(quoted: str) -> bool:
    return _PRONOUN.match(quoted) is not None and _EXPLETIVE.match(quoted) is None


def _unresolved(narration: str) -> Iterator[Lean]:
    """Yield a need for every pronoun that nothing before it in its sentence can stand for."""
    tokens = _TOKEN.findall(narration)
    person = thing = False
    for place, token in enumerate(tokens):
        word = token.casefold()
        if word not in _HE | _THEY:
            person = person or _is_person(tokens, place)
            thing = thing or _names_something(token)
        elif not _comes_later(narration, tokens[:place]):
            if _is_first_subject(tokens, place):
                person = thing = False
            tag = _is_tag(tokens, place)
            if word in _HE and not (person and (not tag or _opens_with_person(tokens))):
                yield Lean.SOMEBODY
            expletive = _EXPLETIVE.match(" ".join(tokens[place:]))
            found = expletive or (thing and (not tag or _agrees(tokens, word)))
            if word in _THEY and not found:
                yield Lean.SOMETHING


def _names_something(token: str) -> bool:
    word = token.casefold()
    return token[0].isalpha() and word not in _EMPTY and not word.endswith("ly")


def _comes_later(narration: str, before: Sequence[str]) -> bool:
    """Tell whether a pronoun in a fronted phrase stands for the subject: In his speech, Ruiz ..."""
    fronted = _FRONTED.match(narration)
    if fronted is None or "," in before:
        return False
    subject = _TOKEN.match(fronted["main"])
    known = subject is not None and subject[0].casefold() not in _HE | _THEY
    return known and _NOUN_PHRASE.match(fronted["main"]) is not None


def _is_first_subject(tokens: Sequence[str], place: int) -> bool:
    """Tell whether a pronoun follows nothing but a phrase of place or time: In the fog they ..."""
    before = [token.casefold() for token in tokens[:place]]
    if before[-1:] == [","]:
        before.pop()
    if len(before) < 2 or before[0] not in _PREPOSITIONS or before[-1] in _EMPTY:
        return False
    named = [word for word in before if word not in _EMPTY]
    verbs = (_AUXILIARY | SAYING | _LINKING).intersection(before)
    return tokens[place].casefold() in _SUBJECTS and len(named) <= LONGEST_PHRASE and not verbs


def _is_tag(tokens: Sequence[str], place: int) -> bool:
    """Tell whether a pronoun is who says what stands before it: ..., he said."""
    following = tokens[place + 1 : place + 2]
    return place > 0 and tokens[place - 1] in ",“" and bool(SAYING.intersection(following))


def _is_person(tokens: Sequence[str], place: int) -> bool:
    """Tell whether a word may be somebody's name or office."""
    token = tokens[place]
    word = token.casefold()
    if word in PERSONS:
        return True
    if not token[0].isupper() or word in _EMPTY | _HE | _THEY:
        return False
    if place and tokens[place - 1] != "“":
        return tokens[place - 1].casefold() not in _PLACING
    # The first word is capitalised whatever it is.
    following = tokens[place + 1] if place + 1 < len(tokens) else ""
    if following[:1].isupper():
        return True
    return following in _AUXILIARY | SAYING | {","} and not (token[-1] == "s" or word in _BODIES)


def _opens_with_person(tokens: Sequence[str]) -> bool:
    return any(_is_person(tokens, place) for place in range(min(3, len(tokens))))


def _agrees(tokens: Sequence[str], pronoun: str) -> bool:
    """Tell whether what a sentence opens with is of the pronoun's number."""
    named = [token for token in tokens[:3] if _names_something(token)]
    return any(
        (each[-1] == "s" or each in _UNINFLECTED) == (pronoun in _PLURAL) for each in named[:1]
    )
