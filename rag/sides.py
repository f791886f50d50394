"""Whether a question asks what several reports say, and not for one thing.

It does where it asks what is said about something, how it changed over time, how people took it,
whether reports differ, or for a count or a share, which reports seldom give alike. It is told by
the form of the question, so by its own verb and question word: "Why do the figures differ?" asks
for one reason. What one party by name says is one thing, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from rag.wordlists import any_of

# --- words ---------------------------------------------------------------------------------------

_AUX = any_of("did / do / does / has / have / had / is / are / was / were / will / would / can")
_AUX_MANY = any_of("did / do / have / had / will / would / can")
_BE = any_of("is / are / was / were / has been / have been / had been / is being / are being")
# Those who report, and others who come in numbers.
_REPORTS = any_of(
    """
    reports / articles / papers / newspapers / outlets / media / press / sources / accounts /
    journalists / reporters / correspondents / agencies / stories
    """
)
_MANY = any_of(
    rf"""
    {_REPORTS} / people / both / each side / all sides / everybody / everyone / others / experts /
    observers / residents / witnesses / officials / survivors / neighbours / neighbors / locals /
    critics / supporters / opponents / analysts / politicians / doctors / teachers / parents /
    farmers / economists / scientists / governments / countries / parties / activists / relatives /
    villagers / unions / businesses / leaders / the world / the public / the markets?
    """
)
# What each of many may do though it is grammatically one.
_EACH = any_of("each side / everybody / everyone / the (?:media|press|public|world|other side)")
# A plural noun; names in "s" are none.
_PLURAL = r"(?-i:[a-z-]+(?<!ss)(?<!us)(?<!is)(?<!as)s|people|men|women|children|police)"
_FATED = any_of("dead / killed / wounded / injured / missing / displaced / homeless / sick")
# Words between, of which none opens another phrase.
_SOME = r"(?:(?!(?:of|for|from|in|by|at|on|with)\b)[\w’'-]+ ){0,3}?"
_SAY = any_of(
    """
    say / said / saying / write / written / report / reported / think / thought / claim / claimed /
    argue / argued / believe / believed / know / known / tell / told / describe / described / allege
    / alleged / suggest / suggested
    """
)
_SAID = any_of(
    """
    said / written / reported / known / claimed / told / alleged / believed / thought / argued /
    suggested / rumou?red
    """
)
_TELL = any_of(
    """
    describe / cover / covered / report / portray / see / view / explain / interpret / assess /
    judge / present / depict / picture / compare / account for / characteri[sz]e
    """
)
_ABOUT = any_of("about / on / of / regarding / concerning")
_DIFFER = any_of(
    """
    differ(?:ed)? / disagree(?:d)? / agree(?:d)? / conflict / contradict(?:ed)? / diverge / vary /
    match / clash / compare
    """
)
_DIFFERING = any_of(
    """
    different / differing / conflicting / contradictory / contradicting / competing / rival /
    diverging / various / other / varying / opposing
    """
)
# What people hold or give, each their own.
_SIDES = any_of(
    """
    views / opinions / positions / stances / accounts / versions / claims / estimates /
    theories / explanations / interpretations / reactions / responses / arguments / descriptions /
    allegations / accusations / perspectives / narratives / rumou?rs / predictions / forecasts /
    assessments / figures / numbers / casualt(?:y|ies)(?: (?:figures|numbers))? / statements
    """
)
_REACT = any_of("react / reacted / respond / responded")
_CHANGE = any_of(
    """
    changed? / develop(?:ed)? / evolved? / shift(?:ed)? / unfold(?:ed)? / progress(?:ed)? /
    var(?:y|ied) / fluctuated?
    """
)
_MOVE = any_of(
    """
    rise / risen / rose / fall / fallen / fell / grow / grown / grew / climb(?:ed)? / drop(?:ped)? /
    increased? / decreased? / declined? / mount(?:ed)? / go up / go down / gone (?:up|down)
    """
)
_PART = any_of(
    """
    share / proportion / percentage / fraction / rate / turnout / (?:death )?toll / casualties /
    losses / extent of the damage / size of the crowd
    """
)
_COUNT = any_of("number / total / count / tally")
# A number of many, not the number of a flight.
_COUNTED = any_of(
    rf"""
    (?:death )?toll / (?:total )?{_COUNT} of (?:the |its |their )?(?:\w+ )?(?:{_PLURAL}|{_FATED})
    """
)
_AMOUNT = any_of(
    rf"{_PART} / {_COUNT} / figures? / numbers / prices? / costs? / rents? / levels? / population"
)
_CROWD = any_of("damage / crowd / demonstration / march / protest / rally")
_BIG = any_of("high / large / big / great / low / small / heavy")
# What is counted once and for all, or is time.
_FIXED = any_of(
    """
    seconds / minutes / hours / days / nights / weeks / months / years / decades / centuries /
    times / kilomet(?:er|re)s / met(?:er|re)s / miles / time / longer
    """
)
_END = r"(?=\s*(?:[?.!)]|$)|,|\s+(?:in|on|at|over|since|between|from|to|after|before|during|with"
_END += r"|by|as|until|within|through|across|under|among|around|this|last|so|day|overnight|when)\b)"
_THE = r"(?:(?:the|all|any|some|these|those|their|its|latest|known|main|first|official|present|"
_THE += r"current|final|total|overall|exact|of)\s+)*"

# --- forms ---------------------------------------------------------------------------------------


def _compile(*patterns: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern, re.IGNORECASE) for pattern in patterns)


_FORMS = _compile(
    # What do reports say about it? What do bakers and the mayor say? What does each side say?
    rf"what (?:else )?{_AUX_MANY} {_SOME}(?:{_MANY}|{_PLURAL})\b[^?]{{0,60}}?\b{_SAY}\b",
    rf"what (?:else )?(?:are|were) {_SOME}(?:{_MANY}|{_PLURAL}) (?:saying|reporting|writing)\b",
    rf"what (?:else )?{_AUX} {_EACH} {_SAY}\b",
    rf"what {_AUX} [^?]{{1,60}} (?:and|or) [^?]{{1,60}}\b{_SAY}\b",
    # What is being said about it? What is known about it? What are people saying?
    rf"what (?:else )?{_BE} (?:(?:now|already|also|so far|being) )?{_SAID} {_ABOUT}\b",
    # How do reports describe it? How is it seen? How was it received?
    rf"how {_AUX_MANY} {_SOME}{_MANY} [^?]{{0,60}}?\b{_TELL}\b",
    rf"how {_AUX} [^?]{{1,40}} and [^?]{{1,40}} (?:{_TELL}|{_REACT})\b",
    rf"how {_BE} [^?]+ (?:seen|viewed|received|judged|perceived|described|portrayed)\b",
    # Do reports differ? Where do they contradict each other? What do bakers disagree about?
    rf"(?:(?:where|how|on what|in what|about what|what)\b[^?]{{0,20}} )?(?:did|do|have) "
    rf"{_SOME}(?:{_REPORTS}|{_SIDES})\b[^?]*\b{_DIFFER}\b",
    rf"(?:(?:where|how|on what|in what|about what|what)\b[^?]{{0,20}} )?(?:did|do|have) "
    rf"{_SOME}(?:{_MANY}|{_PLURAL}) [^?]*\b(?:differ|disagree)(?:e?d)?\b",
    # What versions are there? What are the positions of the parties? Which figures are given?
    rf"(?:are|were) there (?:any |some )?(?:{_DIFFERING} )?{_SIDES}\b",
    rf"(?:are|were) there (?:any |some )?{_DIFFERING} {_REPORTS}\b",
    rf"(?:what|which) (?:{_BE} )?{_THE}(?:{_DIFFERING} )?(?:\w+ )?{_SIDES}\b"
    r"(?! (?:is|was|stands?|won)\b)",
    # What was the reaction to it? How have people reacted?
    rf"what {_BE} {_THE}(?:\w+ )?(?:reaction|response) to\b",
    rf"how {_AUX} (?:{_THE}(?:\w+ )?{_MANY}|(?:(?!the\b)\w+ )?{_PLURAL})\b[^?]{{0,40}}? ?"
    rf"{_REACT}\b",
    # How did it change? How did the toll rise? Has it changed?
    rf"(?:how )?(?:much |far )?{_AUX} [^?]+ {_CHANGE}\b(?: over time)?{_END}",
    rf"(?:how )?(?:much |far |fast )?{_AUX} {_THE}[^?]*\b{_AMOUNT}\b[^?]* {_MOVE}\b",
    rf"how [^?]* {_CHANGE}{_END}",
    r"what (?:has|have|had) changed\b",
    # What do the different reports blame? Who does each report name?
    rf"(?:what|who|whom|which|where|when|why|how)\b[^?]* {_DIFFERING} "
    rf"(?:{_REPORTS}|{_SIDES}|sides)\b",
    # A timeline. What happened day by day? The course of events.
    r"(?:an? |the )?(?:\w+ )?(?:timeline|chronology|course of events|sequence of events)\b",
    r"what (?:has )?happened (?:[^?]* )?(?:day by day|step by step|over time|from day to day)",
    # Compare, summarise or list what they say; or only the noun.
    rf"(?:compare|summari[sz]e|list|collect|contrast)\b[^?]*\b(?:{_REPORTS}|{_SIDES}|{_SAY})\b",
    rf"{_THE}{_SIDES}\b",
)
_COUNTING = _compile(
    # How many? How much of it? What share? What is the toll? How high is it?
    rf"how many (?!(?:more )?{_FIXED}\b)",
    rf"how much (?!{_FIXED}\b|{_AUX}\b)",
    rf"(?:what|which) {_COUNT}(?= of\b|\W*$)",
    rf"(?:what|which) {_PART}\b",
    rf"what {_BE} {_THE}(?:\w+ )?(?:{_PART}|{_COUNTED})(?: of\b|{_END})",
    rf"how {_BIG} {_BE} {_THE}(?:\w+ )?(?:{_PART}|{_COUNTED}|{_CROWD})\b",
    rf"how {_BIG} an? (?:{_PART}|{_COUNT})\b",
    rf"{_THE}(?:{_COUNTED}|{_PART} of)\b",
)

# One party is asked about, by its name or office.
_ONE_PARTY = re.compile(
    rf"\b(?i:according to (?!{_THE}(?:{_MANY})\b))"
    r"|\b(?:does|did|do) (?:the )?"
    r"(?:[A-Z][\w’'-]*|\w+ (?:ministry|minister|government|army|police))"
    r"(?: [A-Z][\w’'-]*)* (?:say|estimate|claim|think|believe|put|report)\b"
)
# What leads in to the question itself.
_OPENING = re.compile(
    r"(?:(?:and|but|so|please|now|then|well|ok|also)\b,? )*(?:(?:can|could|would|will) you )?"
    r"(?:(?:please |do you |i )*(?:tell me|show(?: me)?|give(?: me)?|know|say|find out|want to know"
    r"|wonder|like to know|is there)\b:? ?)*",
    re.IGNORECASE,
)
# A question's form stands at its start, which is the text's own or is behind an early mark; of
# these so many are tried, in so many characters each.
_CLAUSES, _LONGEST = 12, 300
_BREAK = re.compile(r"(?:[,;:]|\s[-–—]|[.!?](?=\s))\s*")


def asks_several(wording: str) -> bool:
    """Tell whether a question asks what several reports say.

    >>> [asks_several(each) for each in ("How many were killed?", "Who leads the army?")]
    [True, False]
    >>> asks_several("What do reports say about the bridge?")
    True
    """
    return asks_count(wording) or _fits(wording, _FORMS)


def asks_count(wording: str) -> bool:
    """Tell whether a question asks for a count or a share.

    >>> [asks_count(each) for each in ("How many were killed?", "How did the toll change?")]
    [True, False]
    """
    return _fits(wording, _COUNTING)


def _fits(wording: str, forms: Sequence[re.Pattern[str]]) -> bool:
    if _ONE_PARTY.search(wording):
        return False
    flat = " ".join(wording.split())
    clauses = islice(_clauses(flat), _CLAUSES)
    return any(form.match(clause) for clause in clauses for form in forms)


def _clauses(wording: str) -> Iterator[str]:
    """Yield the question from its start, and from each mark in it on, without what leads in."""
    rest = wording
    while rest:
        yield _OPENING.sub("", rest[:_LONGEST], count=1)
        parts = _BREAK.split(rest, maxsplit=1)
        rest = parts[1] if len(parts) > 1 else ""
