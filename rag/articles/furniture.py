"""The words of page furniture: what stands around a story on a saved page, line by line.

- A line that is nothing but furniture words is furniture anywhere.
- A promotion is a short line that begins as no sentence of a story does; furniture anywhere.
- A notice is prose about the outlet, its terms or its letters. A story can hold similar words,
  so these rules are asked only about what stands outside the story.

Whoever adds a rule asks first which sentence of a story it could take away, and adds that
sentence to the tests.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.types import Span

# A line of buttons or links; a judgement, not a measurement: longer lines are rather sentences.
_MAX_WORDS = 60
# A sentence of this many words that ends in a full stop is no button.
_MIN_SENTENCE = 5
# A label and a headline; the longest such line looked at had 151 characters.
_MAX_LINK = 200
# Room for more than the longest sign-up line looked at, of 86 characters.
_MAX_PROMOTION = 220
# Room for more than the longest notice looked at, Middle East Eye's, of 250 characters.
_MAX_NOTICE = 900


def _any_of(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.IGNORECASE)


_NETWORK = (
    r"(?:facebook|twitter|x|instagram|whatsapp|telegram|linkedin|youtube|reddit|pinterest|e-?mail|"
    r"messenger|bluesky|threads|mastodon|tiktok|flipboard|google(?:\+| news)?|social media)"
)
_COUNT = r"\d[\d.,]*k?"
_STORY = r"(?:article|story|page|post|news|piece)"

_WORDS = _any_of(
    # Finding one's way.
    r"(?:skip|jump) to .+|back to .+|return to .+|go to (?:top|home.*)",
    r"clear|close|open|more|back|next|previous|search|home(?: ?page)?|help|faqs?|play|pause",
    r"(?:main |toggle )?(?:menu|navigation)|(?:site|main|primary|secondary) navigation|site ?map",
    r"about(?: us)?|contact(?: us)?|careers|advertise(?: with us)?|accessibility(?: \w+)?",
    r"terms(?: (?:of|and|&) (?:use|service|conditions))?|(?:privacy|cookie) \w+(?: .+)?",
    r"(?:accept|reject|manage|allow)(?: all)? ?(?:cookies)?(?: settings)?|i (?:agree|accept)",
    # Advertising.
    r"advertisements?|ads?|advertising|sponsored(?: content| by .+)?|promoted(?: content)?",
    rf"(?:advertisement\W+)?(?:{_STORY} continues|continue reading).*",
    # Sharing, printing, commenting.
    rf"(?:{_COUNT} )?(?:shares?|tweets?|likes?|views?|retweets?)(?: {_COUNT})?|{_COUNT}",
    rf"(?:share|print|save|tweet|post|send|copy)(?: (?:this|the))?(?: (?:{_STORY}|link|url|it))?"
    rf"(?: (?:on|to|via|by|with) ?(?:{_NETWORK}|friends|a friend)?)?",
    rf"(?:{_NETWORK}|share|print|save|comments?|copy link|reprints?|rss|gift|and|[|/·•,&\s])+",
    rf"(?:{_COUNT} )?(?:comments?|replies|responses)(?: ?\(?{_COUNT}\)?)?|no comments(?: yet)?",
    r"(?:leave|post|add|write) a (?:comment|reply)|join the (?:conversation|discussion|debate)",
    r"(?:view|show|see|read|load|hide) (?:all |more )?(?:\d+ )?comments?\W*\d*|comments? .*closed",
    r"(?:text|font) size.*|a[+-]|(?:in|de)crease text size",
    # Accounts, letters, money.
    r"(?:sign|log) ?(?:in|up|out)(?: (?:to|for) .+)?|register(?: now| here)?|my account",
    r"subscribe(?: (?:now|today|here|to .+))?|subscriptions?|newsletters?|e-?paper|notifications?",
    r"donate(?: now| today)?|support us|become a (?:member|subscriber|supporter)|e-?mail alerts?",
    r"(?:follow|like|find|join) us(?: (?:on|at) .+)?|unsubscribe.*",
    r"view (?:this|it|in) .*browser|forward (?:this )?to a friend|sent from my \w+",
    # Other stories.
    r"(?:most|more) (?:read|popular|viewed|shared|recent|watched|headlines|stories|news|coverage)"
    r"(?: (?:in|on|from) .+)?",
    r"more (?:from|on|about|like) .+|editor'?s'? (?:picks?|choice)|what to read next|up next",
    rf"(?:related|recommended|featured|latest|trending|popular|top|similar|other|further|suggested)"
    rf"(?: (?:{_STORY}|articles|stories|posts|topics?|tags|content|coverage|links?|reads|reading|"
    r"videos?|headlines|now))?(?: (?:for you|(?:from|in|on) .+))?",
    rf"read (?:next|more|also|the full {_STORY})|see (?:also|more)|in this {_STORY}|don'?t miss",
    r"you (?:may|might) (?:also )?(?:like|be interested in).*|from (?:around )?the web|tags|topics",
    r"(?:load|show|view|see|read|click for) (?:more|less|all)",
    r"from the section .+|like loading\W*|reuse this content",
    r"keep reading|list (?:of \d+ items?|\d+ of \d+)|end of list|link copied\W*",
    # Reading, listening, looking.
    rf"\d+[ -]min(?:ute)?s?(?: read)?|reading time.*|listen(?: to this {_STORY})?|"
    rf"this {_STORY} is more than .+ old",
    r"watch (?:live|now|video|the video)|live (?:updates|blog|tv)|(?:photo|image) gallery",
    r"(?:view|see|open|launch) (?:gallery|slideshow|photos|image in fullscreen|full ?screen)",
    r"(?:image|media|photo) (?:copyright|source|credit)s?:?(?: \S+){0,5}|media playback is .+",
    r"(?:photo(?:graph)?|image|picture|credit)s?(?: by| credit)?: ?\S+(?: \S+){0,4}|enlarge image",
    r"(?:source|published by|courtesy of): \S+(?: \S+){0,3}|published by \S+(?: \S+){0,3}",
    # The end, as wires and local papers mark it.
    r"30|ends?|the end|end of (?:article|story)",
)
_LINK = _any_of(
    r"(?:also read|read|read (?:also|more|next|here)|see (?:also|more)|more|watch(?: live| now)?|"
    r"related(?: \w+)?|listen(?: now)?|don'?t miss|must read|recommended|full coverage|"
    r"click here|find out more|dig deeper|go deeper)\s*[:>»|].*\S",
    r"(?:tags?|tagged|topics?|categor(?:y|ies)|filed under|posted in|keywords?|labels)\s*:.*",
    r"(?:tagged|filed under|posted) in .+|(?:#\w+[\s,]*)+",
    r"(?:https?://|www\.)\S+|\S+@\S+\.\w+|@\w+",
    # Breadcrumbs.
    r"[^.!?«>»›►]{2,30}(?:[>»›►][^.!?«>»›►]{2,60})+",
    r"(?:©|\(c\) \d|copyright (?:©|\(c\)|\d)).*|.*\ball rights reserved\b.*",
)
# Names only: "Reporting by the UN showed ..." is a sentence.
_CREDIT = re.compile(
    r"[(\[]?(?i:additional reporting|reporting|writing|editing|compiled|translated) (?i:by)"
    r"(?:[,;)\]]*\s(?:(?:al-|el-)?[^\W\d_a-z][^\s,;)\]]*|&|and|in|from|for|by|with|writing|editing|additional|"
    r"reporting|al|bin|de|van))+[,;)\]]*"
)
_PROMOTION = _any_of(
    r"(?:click here to )?(?:sign up|subscribe)\b.{0,90}\b(?:newsletters?|e-?mails?|alerts?|inbox|"
    r"briefing|updates|channel|podcast|latest|digest|edition|today|free)\b.*",
    r"stay (?:informed|up[ -]to[ -]date|connected|in the know|tuned|ahead of)\b.*",
    r"(?:get|receive) .{0,80}\b(?:newsletters?|inbox|alerts|to your phone|our (?:free )?app)\b.*",
    r"download (?:our|the) .{0,40}\bapp\b.*",
    rf"(?:follow|join) .{{1,60}} on (?:our )?(?:\w+ )?{_NETWORK}\b.{{0,60}}",
    r"click here (?:to|for)\b.*",
    r"your e-?mail address will not be .*|required fields are marked.*",
    r"enter your e-?mail.*|by (?:signing up|subscribing|continuing|clicking).{0,40}\byou\b.*",
    r"(?:please )?(?:enable|turn on) javascript.*|your browser (?:does not|doesn'?t) support.*",
    r"(?:do you have|have you got|got) an? (?:news )?(?:story|tip)\b.*\?.*",
)
_NOTICE = _any_of(
    r"\bdelivers? (?:independent|unrivall?ed|trusted|original|in-depth|the latest)\b.{0,120}"
    r"\b(?:coverage|news|reporting|journalism|analysis)\b",
    r"\bmore about .{1,80} can be found here\b",
    r"\b(?:republish(?:ed|ing)? (?:this|our|under|with)|permission to republish)\b",
    rf"\bthis (?:{_STORY}|content|material)s? (?:may|can|must|should)(?:not| not)? be "
    r"(?:re)?(?:published|broadcast|written|distributed|produced|used|printed)\b",
    rf"\b(?:this|the) {_STORY} (?:was |has been )?(?:first|originally) (?:appeared|published)\b",
    rf"^a version of this {_STORY} (?:appears|appeared) in print\b",
    r"\b(?:our|free|daily|weekly|morning) (?:\w+ )?newsletters?\b",
    r"\bto your inbox\b|\bunsubscribe\b",
    r"\b(?:we|site|website) uses? cookies\b|\bour (?:privacy|cookie) policy\b",
    r"\b(?:support|fund|sustain) (?:our|independent|quality) (?:journalism|reporting|newsroom)\b",
    r"\bviews? expressed (?:in this|here|are)\b",
    r"\bdo(?:es)? not necessarily (?:reflect|represent)\b",
    r"\b(?:e-?mail|write to|contact) (?:us at|the (?:author|reporter|newsroom))\b",
    r"\ball rights reserved\b|\bcopyright \d{4}\b|© ?\d{4}\b",
    r"\byou(?:'re| are)? receiv(?:ed|ing) this\b|\bour mailing address\b",
    r"\bcomments? (?:are|is) (?:moderated|subject to)\b|\bcommunity (?:guidelines|standards)\b",
)
# Under these stand the headlines of other stories.
_LIST_HEADING = _any_of(
    r"(?:related|recommended|read (?:next|more|also)|see also|more (?:on|from|stories|news|like)|"
    r"most (?:read|popular|viewed|shared)|trending|popular|top stories|latest|editor'?s'? pick|"
    r"you (?:may|might)|what to read|further reading|in this (?:story|article)|don'?t miss|"
    r"(?:from|around) the web|must reads?|other stories|similar|featured|sponsored|promoted)\b.*"
)
# After these the page belongs to other stories and to readers.
_END_HEADING = _any_of(
    r"(?:most (?:read|popular|viewed|shared)|latest (?:news|stories|headlines)|top stories|"
    r"about the authors?|editor'?s'? picks?|more from|related (?:articles|stories|posts)).*",
    r"leave a (?:reply|comment)|post a comment|\d+ comments?|comments? \(\d+\)",
    r"join the (?:conversation|discussion)|you (?:may|might) also (?:like|be interested in).*",
    r"(?:recommended|more) for you|(?:from|around) the web",
)


def is_furniture(line: str) -> bool:
    """Tell whether a line is furniture wherever it stands.

    Args:
        line: One line, or a wrapped paragraph on one line, without outer white space.

    >>> is_furniture("Share on Facebook"), is_furniture("Shares fell on Thursday.")
    (True, False)
    """
    if not any(char.isalnum() for char in line):
        return True
    line = _straighten(line)
    sentence = line.endswith(".") and len(line.split()) >= _MIN_SENTENCE
    if len(line) <= _MAX_WORDS and not sentence:
        words = line.strip(" .:|•·→»›>-–—[]()+#*")
        if not words or _WORDS.fullmatch(words):
            return True
    if len(line) <= _MAX_LINK and (_LINK.fullmatch(line) or _CREDIT.fullmatch(line)):
        return True
    return len(line) <= _MAX_PROMOTION and bool(_PROMOTION.fullmatch(line))


def find_furniture(text: str) -> Iterator[Span]:
    r"""Yield the lines of a story's text that are furniture.

    A line that goes on with the sentence above is none, whatever its words.

    >>> list(find_furniture("It fell in\n1930.\nShare"))
    [Span(start=17, end=22)]
    """
    start = 0
    above = ""
    for line in text.split("\n"):
        words = line.strip()
        if words and is_furniture(words) and not goes_on(above, words):
            yield Span(start, start + len(line))
            words = ""
        above = words
        start += len(line) + 1


def goes_on(above: str, line: str) -> bool:
    """Tell whether a short line is rather the rest of a sentence that the line above began."""
    unfinished = bool(above) and not above.rstrip("\"'”’»)*_").endswith((".", "!", "?", ":", "…"))
    return unfinished and (line.endswith(".") or line[:1].islower())


def is_notice(line: str) -> bool:
    """Tell whether prose outside the story is about the outlet, its terms or its letters."""
    return len(line) <= _MAX_NOTICE and bool(_NOTICE.search(_straighten(line)))


def heads_links(line: str) -> bool:
    """Tell whether the headlines of other stories stand under this line."""
    return _is_heading(line) and bool(_LIST_HEADING.fullmatch(_straighten(line)))


def ends_story(line: str) -> bool:
    """Tell whether the page after this line may be about other things."""
    return _is_heading(line) and bool(_END_HEADING.fullmatch(_straighten(line).rstrip(":")))


def _is_heading(line: str) -> bool:
    return len(line) <= _MAX_WORDS and not line.endswith(".") and is_furniture(line)


def _straighten(line: str) -> str:
    return line.replace("’", "'")
