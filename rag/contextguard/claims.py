"""What one sentence does to the claim of its neighbour: denies it, doubts it, or only supposes it.

A sentence takes back or weakens the one before it ("The army denied this."), or sets up the one
after it as hearsay or supposition ("Rumours ran through the camp."). Both are told by wording: a
verb or noun of saying or doubting, together with a word that points back, such as "this", or "the
claim" without what was claimed.
"""

from __future__ import annotations

import re

from rag.wordlists import STATEMENT, TIME, UNPROVEN, any_of

# What follows a noun that brings its own content along: the claim that he fled.
_ALONE = r"(?! (?:that|of|about|against|by|from|to|who|which|whether)\b)"
# What points back to the sentence before.
_BACK = any_of(
    rf"""
    (?:this|these|those|both|such)\b(?! {TIME}\b) /
    that(?=[,.;:!?”"’]|$| (?:and|but|as|on|in|too|was|is)\b) /
    (?:it|them)\b(?! (?:had|has|was|is|were|would|will|ever)\b) /
    (?:the|his|her|their|its|all|any|every|each|either|neither) (?:\w+ )?{STATEMENT}\b{_ALONE}
    """
)
_DENYING = any_of(
    """
    den(?:y|ies|ied|ying) / reject(?:s|ed|ing)? / dismiss(?:es|ed|ing)? / disput(?:e|es|ed|ing) /
    refut(?:e|es|ed|ing) / contradict(?:s|ed|ing)? / retract(?:s|ed|ing)? /
    withdr[ae]w(?:s|n|ing)? / question(?:s|ed)? / doubt(?:s|ed)? / challeng(?:e|es|ed|ing) /
    contest(?:s|ed|ing)? / debunk(?:s|ed)? / disown(?:s|ed)? / ridicul(?:e|es|ed) /
    disprov(?:e|es|ed) / disbeliev(?:e|es|ed) / recant(?:s|ed)? / deleted? / correct(?:s|ed) /
    doubt on / took back
    """
)
_UNTRUE = any_of(
    """
    false / untrue / not true / wrong / incorrect / mistaken / baseless / groundless / unfounded /
    nonsense / rubbish / absurd / invented / fabricated / fiction / fake / forged / lies /
    propaganda / slander / satire / exaggerated / misleading / doubtful / questionable / unproven /
    unverified / unconfirmed / an? (?:fabrication|invention|hoax|forgery|lie|myth|joke|mistake) /
    denied / rejected / dismissed / disputed / contested / refuted / disproved / debunked /
    retracted / withdrawn / corrected / questioned / contradicted
    """
)
_CHECKED = any_of(
    r"""
    verif\w+ / confirm\w* / corroborat\w+ / substantiat\w+ / authenticat\w+ / check\w* /
    prove[nd]? / establish\w*
    """
)
_NOT = "(?:not|never|neither|nor|nobody|no one|unable to|impossible to|yet to|cannot|couldn[’']t)"
_BE = "(?:is|was|are|were|has|have|had|proved|proves|turned|may|might|could)"
_WHICH = "(?:the|this|that|these|those|both|his|her|their|its)"
_BUT = r"^\W*(?:but |yet |and )?"

_COMMENTS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        # The army denied this. Experts cast doubt on the figure. He has denied any role.
        rf"\b{_DENYING}(?: \w+)? {_BACK}",
        rf"\b{_DENYING} (?:any |all )?(?:such )?(?:involvement|responsibility|wrongdoing|role|part"
        r"|guilt|blame|knowledge|links?|(?:having done|doing) so)\b(?! (?:of|for|that|in)\b)",
        # The mayor called the report a lie.
        rf"\b(?:call|describ|denounc|brand|label|condemn|deride|mock)\w* (?:that|{_BACK})(?: as)?"
        rf"(?: \w+){{0,3}} {_UNTRUE}\b",
        # That, the ministry said, was false. The news turned out to be wrong.
        rf"{_BUT}(?:in fact,? )?(?:all )?{_BACK}(?:,[^,]+,)? {_BE}\b(?: \w+){{0,4}} {_UNTRUE}\b",
        rf"^\W*(?:it|they) (?:is|was|are|were|proved|turned out)(?: \w+){{0,2}} {_UNTRUE}\b",
        r"\b(?:none|nothing|not a word|little) of (?:this|that|the sort|the kind)\b",
        rf"\bno such \w+ (?:{_BE}|took|exists?|ever)\b|\b(?:was|were|is|been|of) no such\b",
        r"^\W*(?:not so|not true|untrue|false|wrong|nonsense|lies|rubbish)\b",
        # But this could not be verified. No document supports the claim. He offered no evidence.
        rf"\b{_NOT}(?: \w+){{0,4}} {_CHECKED}\b(?! (?:that|how|if|wh\w+)\b)",
        r"\bno (?:\w+ ){0,2}(?:confirmation|evidence|proof|corroboration)\b",
        rf"\bno (?:\w+ )?\w+ (?:support|back|confirm|prove|corroborate)\w* {_BACK}",
        r"\bwithout (?:\w+ )?(?:evidence|proof|naming|citing|giving a source)\b",
        # Opposition groups gave a different account. The police put the number at 90,000.
        r"\b(?:different|another|other|contrary|contradictory|conflicting|rival)"
        rf" (?:\w+ )?{STATEMENT}\b{_ALONE}",
        r"\b(?:said|says?|thinks?|thought|believes?|claim(?:s|ed)?) (?:otherwise|the opposite)\b",
        r"\bdisagree(?:s|d)?\b(?! (?:about|over|on|with)\b)",
        rf"\b(?:put|puts|gave|gives|sets?) (?:(?:the|their|its|that) )?(?:{STATEMENT}|total) at\b",
        rf"{_BUT}(?:in fact|in reality|in truth|actually|on the contrary)\b",
        # That, at any rate, is the official version. Or so his office says.
        r"^\W*(?:that|this|such|it)(?:,[^,]+,)? (?:at least )?(?:is|was)\b(?: \S+){0,4}"
        rf" (?:{UNPROVEN}|version|account|story|line|view|answer|explanation|opinion|words)\b",
        r"^\W*(?:that|this|such)(?:,[^,]+,)? (?:at least )?(?:is|was) (?:how|what) \S+",
        r"^\W*(?:or |at least )?so (?!(?:far|that|much|many)\b)(?:\S+ ){0,5}?(?:says?|said"
        r"|claims?|claimed|reads?|runs|goes|ran|went|wrote|insists?|insisted|thinks?|believes?|hopes?)\b",
        # The claim comes from a single blog.
        rf"{_BUT}{_WHICH} (?:\w+ )?{UNPROVEN}\b{_ALONE}",
        rf"{_BUT}{_WHICH} (?:\w+ )?{STATEMENT}\b{_ALONE}"
        r" (?:comes? from|came from|rests?|relie[sd]|rely|(?:is|was|are|were) (?:based|made|given"
        r"|attributed|repeated|spread|taken from|later))\b",
        # He later admitted that he had lied. It never happened.
        r"\b(?:admitted|confessed|conceded)\b.*\b(?:lied|lying|invented|made (?:it|this) up)\b",
        rf"{_BUT}(?:it|that|this|they|neither|nothing)(?: \w+)? (?:never|(?:did|has|have|had)"
        r"(?: not|n[’']t))(?: \w+)? (?:happen|occur|c[ao]me|(?:take|took) place|materiali[sz]e)",
    )
)

_HEARSAY = re.compile(
    r"\b(?:rumou?rs?|gossip|hearsay|(?:unconfirmed|unverified|false|conflicting) (?:\w+ )?reports?)"
    rf"\b{_ALONE}|\b(?:there (?:was|is|has been)|much) talk\b|\bword (?:spread|went|has it)\b"
    r"|\bstory (?:goes|went)\b"
    r"|\b(?:legend|falsehoods?|lies|hoax|forged|forgery|untruths?|invented)\b",
    re.IGNORECASE,
)
# Something said is announced: a grave accusation, its own theory, a list of allegations.
_ANNOUNCED = any_of(
    """
    (?:claim|allegation|accusation|assertion|version|explanation|prediction|forecast)s? /
    (?:scenario|charge|rumou?r|threat|suspicion|vision)s? / theor(?:y|ies) / prophec(?:y|ies) /
    stor(?:y|ies) / hypothes[ie]s / (?<!bank )accounts?
    """
)
_ANNOUNCES = re.compile(
    r"(?<!, )\b(?:an?|another|one|two|three|four|five|six|several|some|many|own|following|list of"
    r"|series of|number of|different|various|other)(?: (?!(?:is|was|are|were|been)\b)\w+){0,2}"
    rf" {_ANNOUNCED}\b(?!,? (?:that|of|from|to|who|which|whether|the|an?|he|she|it|they|saying"
    r"|(?-i:[A-Z])\w+)\b)",
    re.IGNORECASE,
)
# What is only counted is told next: "for two reasons."
_COUNTED = any_of(
    """
    grounds / reasons / conditions / demands / objections / explanations / arguments / aims / goals
    / options / counts / respects / ways / proposals / concerns
    """
)
_PROMISES = re.compile(
    r"\b(?:as follows|(?:two|three|four|five|six|several|the following)"
    rf"(?: \w+)? {_COUNTED})[.”’\"']*$",
    re.IGNORECASE,
)
_SEVERAL = re.compile(
    r"\b(?:rumou?rs|gossip|talk|lies|falsehoods|claims|allegations|accusations|charges|reports"
    r"|following|theories|predictions|threats|scenarios)\b",
    re.IGNORECASE,
)
_FICTION = re.compile(
    r"\b(?:exercise|drill|simulation|film|novel|play|game|dream|fable|satire|thriller|poem|series"
    r"|story) (?:\w+ )?(?:assum|imagin|is set|was set|tells|told|describ|begin|suppos|depict|show"
    r"|simulat)",
    re.IGNORECASE,
)

_SUPPOSES = re.compile(
    r"^\W*(?:(?:but|and|yet|so) )?(?:(?:even |only )?(?:if|unless|provided|assuming|suppose"
    r"|supposing|imagine|assume|once|in the event)\b"
    r"|(?:should|had|were) (?:the|an?|it|they|he|she|(?-i:[A-Z])\w+)\b(?!.*\?))"
    r"|\bwhat (?:would|might|could) (?:\w+ )?(?:follow|happen|be)\b|\bwould (?:follow|happen) if\b",
    re.IGNORECASE,
)
_PLANS = re.compile(
    r"\b(?:plan|proposal|draft|offer|scheme|bill|idea|treaty|scenario|terms|demand|deal|agreement"
    r"|blueprint|model|simulation)s?\b",
    re.IGNORECASE,
)
_MODAL = re.compile(r"\b(?:will|would|could|(?-i:may)|might|shall|can)\b|[’']ll\b", re.IGNORECASE)
_WOULD = re.compile(r"\bwould\b|[’']d\b", re.IGNORECASE)
_CONDITION = re.compile(r"\b(?:if|unless|were|provided|without|should)\b", re.IGNORECASE)
_RESUMES = re.compile(
    r"^\W*(?:then|in that case|otherwise|so|in such a case|if so|if not)\b", re.IGNORECASE
)

# A denial repeats at least so many words of what it denies; a word is known by its root.
SHARED = 2
ROOT = 5
_LONG_WORD = re.compile(rf"\b[^\W\d_]{{{ROOT},}}\b")


def comments(sentence: str) -> bool:
    """Tell whether a sentence denies, doubts or disowns the one before it.

    >>> comments("The army denied this.")
    True
    >>> comments("The mayor denied that the wall had cracked.")
    False
    """
    clause = re.split("[;:]", sentence, maxsplit=1)[0]
    return any(pattern.search(clause) for pattern in _COMMENTS)


def contradicts(sentence: str, before: str) -> bool:
    """Tell whether a sentence denies, in so many words, what the one before it says.

    >>> contradicts("The police denied that rubber bullets had been used.", "Rubber bullets flew.")
    True
    """
    _, *denied = re.split(rf"\b{_DENYING}\b", sentence, flags=re.IGNORECASE)
    return len(_roots(" ".join(denied)) & _roots(before)) >= SHARED


def asks(sentence: str) -> bool:
    """Tell whether a sentence is a question, closing marks aside."""
    return sentence.rstrip("”’\"'») ").endswith("?")


def introduces(sentence: str) -> bool:
    """Tell whether a sentence stops at a colon: what follows is its second half."""
    return sentence.rstrip().endswith(":")


def promises(sentence: str) -> bool:
    """Tell whether a sentence ends by announcing what only the next one tells.

    >>> promises("They turned it down on two grounds."), promises("The two grounds are sound.")
    (True, False)
    """
    return introduces(sentence) or _PROMISES.search(sentence) is not None


def tells_hearsay(sentence: str, *, further: bool = False) -> bool:
    """Tell whether what follows a sentence is only rumour, claim or fiction.

    Args:
        sentence: The sentence.
        further: Whether this must hold of more than one sentence that follows: "several claims".
    """
    if _FICTION.search(sentence):
        return True
    announces = _HEARSAY.search(sentence) or _ANNOUNCES.search(sentence)
    return announces is not None and (not further or _SEVERAL.search(sentence) is not None)


def supposes(sentence: str, following: str, *, told: bool) -> bool:
    """Tell whether a sentence sets up what follows as happening only in some case.

    Args:
        sentence: The sentence.
        following: The one after it.
        told: Whether the one after it says on whose word it stands.
    """
    if _CONDITION.search(sentence) and _RESUMES.match(following):
        return True
    if _CONDITION.search(following):
        return False
    if _SUPPOSES.search(sentence):
        return _MODAL.search(following) is not None
    planned = not told and _WOULD.search(following) is not None
    return planned and _PLANS.search(sentence) is not None


def _roots(text: str) -> set[str]:
    return {word[:ROOT].casefold() for word in _LONG_WORD.findall(text)}
