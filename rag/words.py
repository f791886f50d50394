"""Closed classes of English words: what joins, what asks, what stands for something else."""

from __future__ import annotations

import re
from enum import Enum, auto


class Kind(Enum):
    """What a word does in its question."""

    NAME = auto()
    NOUN = auto()
    GENERIC = auto()
    TIME = auto()
    VERB = auto()
    FUNCTION = auto()
    MARK = auto()


CONTENT = frozenset({Kind.NAME, Kind.NOUN, Kind.GENERIC, Kind.TIME})

WORD = re.compile(r"\w+(?:[’'.-]\w+)*")

# Words that ask or join but name nothing: the closed classes of English (articles, pronouns,
# prepositions, conjunctions, auxiliaries), with the ways a question or a request opens.
STOP_WORDS = frozenset(
    """
    a about after again against all also am an and any anybody anyone anything are as at be because
    been before being between both but by can could did do does doing done during each either else
    ever every for from give had has have having he her here hers him his how i if in into is it its
    itself just let like many may me might mine more most much must my no nor not of off on once one
    only onto or other our out over own per please shall she should show so some someone something
    still such tell than that the their theirs them then there these they this those through to
    too under until up upon us very was we were what whatever when where whether which while who
    whom whose why will with within without would yes you your
    d don doesn didn isn wasn weren won wouldn couldn shouldn hasn haven hadn aren ll m re s t ve
    article articles archive report reports according
    """.split()
)

# More of the same closed classes, which matter to where a phrase ends; "ca", "sha" and "wo" are
# what "n't" leaves of "can", "shall" and "will".
_NO_FUNCTION = {"article", "articles", "archive", "report", "reports", "won"}
FUNCTION_WORDS = STOP_WORDS - _NO_FUNCTION | frozenset(
    """
    above across ago ahead along already although always amid among another around away back behind
    below besides beyond ca cannot despite down enough even everybody everyone everything exactly
    except far few following hello herself hi himself later less maybe near nearby neither never
    nevertheless nobody none nothing now often ok okay ones onwards otherwise ourselves outside
    perhaps quite rather really regarding several sha since somebody sometimes soon thank thanks
    themselves there's though today together tomorrow toward towards twice unless unlike versus via
    vs well whenever wherever whoever wo yesterday yet yourself
    """.split()
)

PREPOSITIONS = frozenset(
    """
    about above across after against ahead along amid among around at before behind below besides
    between beyond by despite during except for from in inside into near of off on onto outside over
    per regarding since than through to toward towards under unlike until upon versus via vs with
    within without
    """.split()
)
# Those that say where or when; of these, one fragment replaces another ("in May", "at noon").
PLACING = frozenset(
    "across around at from in inside into near on outside to toward towards".split()
)
DETERMINERS = frozenset(
    """
    a all an another any both each enough every few her his its many more most much my no other our
    several some that the their these this those what which whose your
    """.split()
)
CLAUSE_STARTS = frozenset(
    """
    although and because but how if or since so that though unless until what when whenever where
    whereas whether which while who whom whose why
    """.split()
)
ASKING = frozenset("how what when where which who whom whose why".split())

BE = frozenset("am are be been being is was were".split())
HAVE = frozenset("had has have having".split())
# What a bare verb follows.
DO = frozenset(
    "ca can cannot could did do does may might must sha shall should to will wo would".split()
)
# What a form of a verb follows; and what makes a clause, where "to" alone makes none.
VERB_LEADERS = BE | HAVE | DO
AUXILIARIES = VERB_LEADERS - {"to"}

SINGULAR = frozenset("it its".split())
PLURAL = frozenset("they them their theirs".split())
PERSONAL = frozenset("he him his she her hers".split())
# All that stands where the one who does something stands.
ACTING = (
    SINGULAR
    | PLURAL
    | PERSONAL
    | frozenset(
        """
        anybody anyone everybody everyone i nobody one ones somebody someone there these those we
        you
        """.split()
    )
)
POSSESSIVE = frozenset("its their his her theirs hers".split())

# What one asks about a topic; alone, it is none ("the causes", "the death toll so far").
GENERIC_NOUNS = frozenset(
    """
    ability achievement action activity advantage age aim amount answer application approach area
    argument aspect attribute author average background barrier basis behavior behaviour belief
    benefit bit branch calendar capability career case category cause challenge chance
    characteristic circumstance class component composition con concept conclusion condition
    consequence content context contribution cost creation criticism cure custom cycle danger date
    day deadline death definition description detail development diagnosis difference dimension
    direction disadvantage discovery dose drawback duration duty effect element emphasis end era
    error establishment event evidence example experience explanation extent fact factor failure
    feature figure finding flaw focus form foundation founder frequency function future gain genre
    goal group habit hazard health height highlight history idea identity impact implication
    importance incident indicator influence information ingredient injury inspiration instance
    intention interest invention issue item kind layer leader legacy length lesson level lifespan
    limit limitation list location logic look loss main manner matter meaning means measure
    mechanism member method milestone mission mistake mode model month motivation motive myth name
    nature need news number nutshell objective obstacle occurrence one opportunity option order
    origin other outcome outline parameter part pattern peak percentage performance period person
    perspective phase phenomenon philosophy place plot point portion position possibility potential
    practice precaution prediction preparation prevalence prevention price principle pro problem
    procedure process profile prognosis progress proof property prospect purpose quality quantity
    question range rank ratio reaction reason recommendation record relation relationship remedy
    replacement reputation requirement response responsibility restriction result review reward risk
    role root rule scale schedule scope score section segment setting severity shape share
    shortcoming side sight sign significance similarity situation size skill solution sort source
    speed stage stance standard start statistic status step story strategy strength structure stuff
    style subject success suggestion summary surface survivor symptom technique temperature tendency
    term theme thing threat threshold time tip title toll tool topic total trait transition
    treatment trend trick type uniqueness usage use value variation variety verdict version victim
    view vision volume warning way weakness week width worth year
    """.split()
)
# What describes anything.
GENERIC_ADJECTIVES = frozenset(
    """
    able actual additional alternative available average bad basic best better big biggest certain
    cheap clear close closest common dead different difficult earliest early easier easiest easy
    effective entire exact famous fast final first free full general good great
    greatest hard harder harmful high higher highest huge important influential injured interesting
    key killed known large larger largest last late latest legal likely little local long longer
    longest low lower lowest main major modern natural new newest next nice notable old older oldest
    original particular popular possible present previous primary principal real recent related
    reliable right safe same serious short significant similar simple single small smaller smallest
    special specific strong sure true typical unusual useful usual whole worse worst
    wounded wrong young younger youngest
    """.split()
)
# Verbs that say no more than that something is, happens or is told.
LIGHT_VERBS = frozenset(
    """
    be become begin call clarify come compare concern consider contrast describe discuss do
    elaborate end exist explain find get give go happen have help hold include involve know learn
    let like list look make mean name need please provide put relate say see seem show start switch
    take talk tell think try turn understand use want wonder work
    """.split()
)
VERBS = LIGHT_VERBS | frozenset(
    """
    abandon abolish abuse accept accuse achieve acquire act add address admit adopt advise affect
    agree aid aim allow amend announce answer appeal appear appoint approve argue arm arrest arrive
    ask assassinate assume attack attempt attend avoid award back ban bar base beat believe belong
    benefit bet blame block bomb break bring broadcast build burn bury buy campaign cancel capture
    carry cast catch cause cease celebrate change charge cheat check choose claim clash clear close
    collapse collect combat command comment commit complain condemn conduct confirm consume contain
    continue contrast control convict cost cover crash create criticise criticize cross cut damage
    deal decide declare decline decrease defeat defend delay deliver demand deny depend deploy
    destroy detain develop die differ disappear discover dismiss distrust divide donate draft draw
    drink drive drop earn eat elect emerge enable enter escape establish estimate evacuate evolve
    examine expand expect expel experience explode export express extend face fail fall favour fear
    feed feel fight file fill finance fine fire fix flee flood fly follow forbid force form found
    freeze fund gain govern grant grow guarantee harm head hear hit hope host hurt identify ignore
    import impose improve increase influence inform injure insist inspire insult interpret introduce
    invade invent invest investigate invite issue jail join justify keep kidnap kill land last
    launch lay lead leak leave lend lie lift limit link live lobby lose love manage march mark meet
    merge move murder negotiate nominate note object occupy occur offer open operate oppose order
    organise organize oust own paint pardon part participate pass pay permit pick plan play plead
    point pose postpone predict prepare prevent produce promise promote propose prosecute protect
    protest prove publish pull punish push question quit raid raise ratify reach react read receive
    recognise recognize recommend recover recycle reduce refuse reject release rely remain remember
    remove reopen repair repeat replace report represent request rescue resign resist resolve
    respond rest restore resume retain retire retreat return reveal review rig ring rise rob rule
    run rush sail save seek seize sell send sentence separate serve set settle shake share shell
    shift shoot shut sign sink sit slow smuggle solve speak spend split spread stab stage stand
    state stay steal stop store storm strike struggle study sue suffer suggest supply support
    surrender surround survive suspect suspend take target teach tear tempt test testify thank
    threaten throw trade train transfer transform translate travel treat trigger trust turn unite
    urge vary veto visit vote wait walk warn wash waste watch weaken wear weigh welcome win withdraw
    witness wound write
    """.split()
)
# The past forms that no rule makes.
IRREGULAR = {
    past: base
    for base, pasts in (
        pair.split(":")
        for pair in """
        become:became begin:began,begun bring:brought build:built buy:bought catch:caught
        choose:chose,chosen come:came deal:dealt do:done draw:drew,drawn drink:drank,drunk
        drive:drove,driven eat:ate,eaten fall:fell,fallen feed:fed feel:felt fight:fought
        find:found flee:fled fly:flew,flown forbid:forbade,forbidden freeze:froze,frozen
        get:got,gotten give:gave,given go:went,gone grow:grew,grown hear:heard hold:held keep:kept
        know:knew,known lay:laid lead:led leave:left lend:lent lie:lay,lain lose:lost make:made
        mean:meant meet:met pay:paid ring:rang,rung rise:rose,risen run:ran say:said see:saw,seen
        seek:sought sell:sold send:sent shake:shook,shaken shoot:shot show:shown sink:sank,sunk
        sit:sat speak:spoke,spoken spend:spent stand:stood steal:stole,stolen strike:struck
        take:took,taken teach:taught tear:tore,torn tell:told think:thought throw:threw,thrown
        understand:understood wear:wore,worn win:won withdraw:withdrew,withdrawn write:wrote,written
        break:broke,broken
        """.split()
    )
    for past in pasts.split(",")
}

MONTHS = frozenset(
    """
    April August December February January July June March May November October September
    """.split()
)
DAYS = frozenset("Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split())
SPANS_OF_TIME = frozenset(
    """
    afternoon autumn day evening month morning night spring summer week weekend winter year
    """.split()
)

# Who may be meant by "he" or "she" without a name.
PERSON_NOUNS = frozenset(
    """
    activist actor actress admiral ambassador archbishop artist athlete author banker bishop boss
    boy brother candidate captain chairman chairperson chairwoman chancellor chief coach colonel
    commander commissioner counsellor daughter defendant deputy director doctor driver emir engineer
    envoy executive farmer father fighter founder general girl governor guard gunman head imam
    journalist judge king lawyer leader man mayor minister monarch mother negotiator newcomer nurse
    officer official owner passenger patient pilot player poet pope premier president priest prince
    princess prisoner professor prosecutor queen rebel reporter researcher resident scientist
    secretary senator sergeant shooter singer sister soldier son source speaker spokesman
    spokesperson spokeswoman striker student sultan surgeon suspect teacher victim widow winner
    witness woman worker writer
    """.split()
)


def is_date(word: str) -> bool:
    """Tell whether a word is a month, a weekday, or a year from 1000 to 2999."""
    return word in MONTHS or word in DAYS or bool(re.fullmatch(r"[12]\d{3}s?", word))


def fold(word: str) -> str:
    """Return a word in lower case, without the endings of the plural and the possessive.

    >>> [fold(each) for each in ("Sharks'", "Netflix’s", "Cities", "bus", "crosses")]
    ['shark', 'netflix', 'city', 'bus', 'cross']
    """
    folded = re.sub(r"[’']s?$", "", word.casefold())
    if len(folded) > 3 and folded.endswith("s") and not folded.endswith(("ss", "us", "is")):
        if folded.endswith("ies"):
            return folded[:-3] + "y"
        return folded[: -2 if folded.endswith(("sses", "shes", "ches", "xes")) else -1]
    return folded


def is_plural(word: str) -> bool:
    """Tell whether a noun looks like a plural."""
    return fold(word) != re.sub(r"[’']s?$", "", word.casefold()) or word.casefold() in {
        "men",
        "people",
        "women",
        "children",
        "police",
    }


def find_verb(word: str) -> str:
    """Return the verb that a word may be a form of, or an empty string.

    >>> [find_verb(each) for each in ("led", "causes", "denied", "stopped", "leaving", "dam")]
    ['lead', 'cause', 'deny', 'stop', 'leave', '']
    """
    low = word.casefold()
    stems = [low, IRREGULAR.get(low, "")]
    for ending in ("s", "es", "d", "ed", "ing"):
        if low.endswith(ending) and len(low) > len(ending) + 1:
            stem = low.removesuffix(ending)
            stems += [stem, stem + "e", stem[:-1] if stem[-1] == stem[-2] else stem]
            stems.append(stem[:-1] + "y" if stem.endswith("i") else stem)
    return next((each for each in stems if each in VERBS), "")
