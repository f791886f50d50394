"""Words that several rules about English news prose share, and how a list of them is matched."""

from __future__ import annotations


def any_of(phrases: str) -> str:
    """Return the pattern of any of some phrases, written on any lines with " / " between.

    >>> any_of("claims? / false rumours")
    '(?:claims?|false rumours)'
    """
    return f"(?:{'|'.join(' '.join(phrases.split()).split(' / '))})"


# Verbs that tell who says something, in the forms in which they do, and nouns that stand for them.
SAYING = frozenset(
    """
    accuse accused accuses acknowledged acknowledges add added adds admit admits admitted admitting
    allege alleged alleges announced announces answer answered answers argue argued argues ask asked
    asks asserted asserts assured believes boasted call called calling calls cautioned charged
    charges cited cites claim claimed claiming claims commented complain complained complains
    conceded concluded confirmed confirms contended countered cried declare declared declares
    demanded demands denied denies deny denounced describe described describes dismissed estimated
    estimates exclaimed explain explained explains expressed heard hoped insist insisted insists
    interview interviewed joked lamented message mocked noted notes posted praised predicted
    predicts promised promises protested protests quoted quotes read reads recalled recalls remarked
    repeated replied replies reported reports retorted said say saying says shouted speaking spoke
    stated statement states stressed suggested suggests swore telling tells testified thought told
    tweeted urged urges voiced vowed vows warned warns wondered words writes writing wrote
    """.split()
)

# Persons by what they do or are to others: whom "he" or "she" may stand for.
PERSONS = frozenset(
    """
    activist actor actress adviser aide ambassador analyst archbishop artist assistant author
    baker banker bishop boy brother businessman candidate captain chairman chairwoman chancellor
    chief child clerk coach colonel commander commissioner critic daughter deputy diplomat director
    doctor driver economist editor emir engineer envoy expert farmer father fisherman founder friend
    general girl governor guard head historian husband inmate inspector journalist judge king
    landlord lawyer leader lieutenant major maker man manager mayor member merchant minister
    mother neighbour nurse officer official owner painter pastor patriarch peasant physicist pilot
    player poet politician pope premier president priest prince princess prisoner professor
    prosecutor protester queen rebel refugee reporter representative researcher resident sailor
    scientist secretary senator sergeant sheikh singer sister soldier son speaker spokesman
    spokesperson spokeswoman student suspect tailor teacher tourist trader victim villager visitor
    widow wife winner witness woman worker writer
    """.split()
)

# Nouns for what somebody says. Those of the first kind tell that it may be untrue.
UNPROVEN = any_of(
    "allegations? / accusations? / assertions? / claims? / conspirac(?:y|ies) / insinuations? / "
    "rumou?rs? / suggestions? / theor(?:y|ies)"
)
STATEMENT = any_of(
    f"{UNPROVEN} / accounts? / announcements? / answers? / articles? / charges? / comments? / "
    "confessions? / counts? / descriptions? / estimates? / explanations? / figures? / findings? / "
    "ideas? / information / messages? / news / notions? / numbers? / pictures? / posts? / "
    "remarks? / reports? / statements? / stor(?:y|ies) / suspicions? / tales? / testimon(?:y|ies)"
    " / tolls? / tweets? / versions? / videos? / views? / warnings? / words?"
)

# Behind "this" and "that", these make a date of it.
TIME = any_of(
    "minute / hour / day / night / morning / afternoon / evening / weekend / week / month / "
    "spring / summer / autumn / winter / season / year / decade / century / time / "
    "(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
)
