"""The words of page furniture: what stands around a story on a saved page, line by line.

Three kinds of rules. A whole line of furniture words is furniture anywhere. A promotion is a short
line that begins as no sentence of a story does. A notice is prose (republishing, cookies, who the
outlet is), so its rules hold only outside the story: above the headline and after its last words.
Whoever adds a rule asks first which sentence of a story it could take away.
"""

from __future__ import annotations

import re

# A line of links or buttons; a story's paragraph is longer, or is a sentence and keeps its full stop.
_MAX_WORDS = 60
# A link to another story, with its headline.
_MAX_LINK = 200
# A sign-up line mid-story; notices at the end may be longer.
_MAX_PROMOTION = 220
_MAX_NOTICE = 900

_ANY_NETWORK = (
    r"(?:facebook|twitter|x|instagram|whatsapp|telegram|linkedin|youtube|reddit|pinterest|email|"
    r"e-mail|messenger|bluesky|threads|mastodon|tiktok|flipboard|google\+?|social media)"
)
_WORDS = re.compile(
    "|".join(
        (
            r"(?:skip|jump) to .{1,40}",
            r"clear|close|menu|main menu|home|homepage|search|back|next|previous|more|open|play|pause",
            r"(?:back to|go to|return to) (?:top|home\s?page|the top|results|.{1,20} home)",
            r"(?:site|main|secondary|primary) navigation|navigation menu|toggle \w+|table of contents",
            r"-*\s*(?:advertisements?|ads?|adverti[sz]ing|promoted(?: content)?|paid content|sponsored"
            r"(?: content| post| by .{1,30})?)\s*-*",
            r"(?:advertisement\W{1,3})?(?:story|article|content) continues (?:below|after).{0,30}",
            r"(?:advertisement\W{1,3})?continue reading(?: the main story| below)?.{0,20}",
            r"(?:\d[\d.,k]* )?(?:shares?|tweets?|likes?|views?|retweets?)(?: \d[\d.,k]*)?",
            rf"(?:share|print|save|tweet|post|send|copy|pin)(?: (?:this|the|a))?(?: (?:article|story|page|"
            rf"post|link|url|news|piece|it))?(?: (?:on|to|via|by|with|in) {_ANY_NETWORK}| (?:on|via):?|"
            r" with friends)?:?",
            rf"(?:{_ANY_NETWORK}|share|print|save|comments?|copy link|reprints?|rss|bookmark|gift|"
            rf"[|/·•,&]|\s|and)+",
            r"(?:text|font) size.{0,20}|[+-]?a[+-]|increase text size|decrease text size",
            r"(?:\d[\d,]* )?(?:comments?|replies|responses)(?: ?\(\d[\d,]*\)| ?[:|]? ?\d[\d,]*)?|"
            r"(?:leave|post|add|write) a (?:comment|reply).{0,20}|no comments(?: yet)?|"
            r"(?:view|show|see|read|load|hide)(?: all| more)?(?: \d+)? comments?.{0,15}|"
            r"join the (?:conversation|discussion|debate)|comments are (?:closed|off).{0,30}|"
            r"comments (?:for this (?:article|post|story) )?are (?:now )?(?:closed|disabled).{0,30}",
            r"(?:sign|log) ?(?:in|up|out|on)(?: (?:to|for) .{1,40})?|register(?: now| here)?|my account|"
            r"create (?:an|your) account|manage (?:my|your) .{1,30}",
            r"subscribe(?: (?:now|today|here|to .{1,40}))?|subscriptions?|subscriber exclusive|"
            r"newsletters?|e-?paper|donate(?: now)?|support us|become a (?:member|subscriber|supporter)|"
            r"e-?mail (?:alerts?|updates?|newsletters?|address|sign-?up).{0,20}|notifications?",
            r"(?:follow|like|find|join) us(?: (?:on|at) .{1,40})?:?|follow (?:on|@)? ?.{1,25}|"
            r"get (?:the|our) (?:app|newsletter)",
            r"(?:accept|reject|manage|allow)(?: all)?(?: cookies| cookie settings)?|cookie (?:policy|"
            r"settings|preferences|notice)|i (?:agree|accept)|privacy (?:policy|notice|settings|& cookies).{0,30}",
            r"terms(?: (?:of|and|&) (?:use|service|conditions))?|about(?: us)?|contact(?: us)?|advertise"
            r"(?: with us)?|careers|accessibility(?: help| links)?|site ?map|help|faqs?|corrections?",
            r"(?:most|more) (?:read|popular|viewed|shared|recent|commented|watched|headlines|stories|news|coverage)"
            r"(?: (?:in|on|from) .{1,40})?|more (?:from|on|about) .{1,50}|more like this",
            r"(?:related|recommended|featured|latest|trending|popular|top|similar|other|further|suggested|"
            r"recent|must)(?: (?:articles?|stor(?:y|ies)|news|topics?|content|posts?|links?|reads?|reading|"
            r"coverage|videos?|headlines|tags|items|now|today|on \w+))*(?: (?:for you|from .{1,40}|in .{1,30}))?:?",
            r"trending(?: now| topics| stories)?|editor'?s'? (?:picks?|choice)|in this (?:story|article)|"
            r"what to read next|read (?:next|more|also|the full (?:story|article).{0,20})|see (?:also|more)|"
            r"you (?:may|might) (?:also )?(?:like|be interested in).{0,20}|don'?t miss|up next|"
            r"more on this (?:story|topic)|from (?:the web|around the web|our partners).{0,20}",
            r"(?:load|show|view|see|read|click for) (?:more|less|all)(?: .{1,20})?",
            r"\d{1,3}[ -]?min(?:ute)?s?(?: of)? (?:read|reading)(?: time)?|reading time:? .{1,15}|"
            r"(?:listen|listen to this (?:article|story)|audio)(?: \(?\d.{0,12})?|"
            r"this (?:article|story) is more than .{1,15} old",
            r"watch(?: (?:live|now|video|the video.{0,20}))|live (?:updates|blog|tv|stream)|photo gallery|"
            r"(?:view|see|open|launch) (?:gallery|slideshow|photos|all photos|image in fullscreen|full ?screen)",
            r"(?:image|media|photo) (?:copyright|source|credit)s?:? .{0,40}|media playback is .{1,40}|"
            r"(?:hide|show|toggle) caption|enlarge(?: this)? image|getty images|"
            r"(?:photo(?:graph)?|image|picture|credit)s?(?: by| credit)?: (?:\S+ ?){1,5}",
            r"view (?:this (?:email|message|newsletter)|it|in) .{0,10}(?:in|browser).{0,25}|unsubscribe.{0,40}|"
            r"forward to a friend|update your preferences|view in browser|sent from my .{1,20}",
            r"-?\s?30\s?-|ends?|#+|the end|\(?more\)?|end of (?:article|story|content).{0,20}",
            # A slogan under an outlet's name.
            r"(?:[\w’',&-]+ ){1,7}since (?:1[6-9]|20)\d\d",
        )
    ),
    re.IGNORECASE,
)
_LINK = re.compile(
    r"(?:read|also read|read also|read more|read next|read here|related|related (?:article|story|news|"
    r"content|reading|link|topic|coverage|video)s?|see also|see more|more|watch|watch live|watch now|"
    r"listen|listen now|don'?t miss|must read|opinion|in pictures|in photos|gallery|video|podcast|exclusive"
    r" video|also on .{1,30}|recommended|live updates|full coverage|click here|find out more|"
    r"dig deeper|go deeper|explainer)\s*(?::|>|»|\|).*\S",
    re.IGNORECASE,
)
_TAGS = re.compile(
    r"(?:tags?|tagged|topics?|categor(?:y|ies)|filed under|posted in|keywords?|sections?|labels|hashtags)"
    r"\s*(?::|in\b).*|(?:#\w+[\s,]*)+",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+|\S+@\S+\.\w+|@\w{2,30}", re.IGNORECASE)
_CRUMBS = re.compile(r"[^.!?>»›]{2,30}(?:\s*[>»›]\s*[^.!?>»›]{2,60})+")
_RIGHTS = re.compile(
    r"(?:©|\(c\) |copyright\b|all rights reserved).*|.{0,120}\ball rights reserved\.?.{0,80}",
    re.IGNORECASE,
)
_CREDIT = re.compile(
    r"[(\[]?(?:additional )?(?:reporting|writing|editing|compiled|translated|edited|reported) by\b.*",
    re.IGNORECASE,
)
_PROMOTION = re.compile(
    "|".join(
        (
            r"(?:click here to )?(?:sign up|subscribe|register)\b.{0,80}\b(?:newsletters?|e-?mails?|alerts?|"
            r"inbox|briefing|updates|channel|podcast|latest|digest|edition|access|free)\b.*",
            r"stay (?:informed|up to date|up-to-date|connected|in the know|tuned|ahead)\b.*",
            r"(?:get|receive|have) .{0,60}\b(?:newsletters?|inbox|alerts|breaking news|briefing|delivered|our"
            r" (?:free )?app)\b.*",
            r"download (?:our|the) .{0,40}\bapp\b.*",
            r"(?:follow|like|join|find) .{1,60} on (?:our )?(?:\w+ )?(?:facebook|twitter|instagram|whatsapp|"
            r"telegram|linkedin|youtube|bluesky|threads|x|google news|social media)\b.*",
            r"click here (?:to|for)\b.*",
            r"enter your e-?mail.*|by (?:signing up|subscribing|submitting|continuing|clicking).{0,40}\byou\b.*",
            r"(?:please )?(?:enable|turn on) javascript.*|your browser (?:does not|doesn'?t) support.*",
            r"(?:do you have|got|have) an? (?:news )?(?:story|tip|news tip)\b.*\?.*",
        )
    ),
    re.IGNORECASE,
)
_NOTICE = re.compile(
    "|".join(
        (
            r"\bdelivers? (?:independent|unrivall?ed|trusted|original|in-depth|the latest)\b.{0,120}"
            r"\b(?:coverage|news|reporting|journalism|analysis)\b",
            r"\bmore about .{1,80} can be found here\b",
            r"\brepublish(?:ed|ing)?\b.{0,80}\b(?:content|article|story|piece|form|permission|licen[cs]e)\b",
            r"\b(?:article|story|content|material|piece|report)s? (?:may|can|must|cannot|should)(?: not)? ?(?:not )?be "
            r"(?:re)?(?:published|broadcast|written|distributed|produced|used|printed)\b",
            r"\b(?:this|the) (?:article|story|post|piece|report) (?:was |is )?(?:first|originally) "
            r"(?:appeared|published|posted)\b",
            r"\b(?:newsletters?|mailing list|your inbox)\b.{0,120}|\bunsubscribe\b",
            r"\b(?:we|site|website) uses? cookies\b|\bcookies? (?:policy|settings|preferences)\b|"
            r"\bour (?:privacy policy|terms of (?:use|service))\b",
            r"\b(?:support|fund|help fund|sustain) (?:our|independent|quality|public[- ]interest) "
            r"(?:journalism|reporting|news|work|newsroom)\b|\bmake a (?:contribution|donation)\b|\bbecome a "
            r"(?:member|subscriber|supporter|patron)\b",
            r"\bviews? expressed (?:in|by|here|on|are)\b|\bdo(?:es)? not necessarily (?:reflect|represent)\b",
            r"\b(?:is|are) (?:a|an) (?:independent|non-?profit|reader-funded|award-winning)[\w ,-]{0,40} "
            r"(?:news|media|newsroom|publication|newspaper|magazine|website|outlet)",
            r"\b(?:contact|e-?mail|write to|tip off|reach) (?:us|our (?:newsroom|editors?|reporters?)|the (?:author|"
            r"newsroom|editor|reporter))\b|\bsend (?:us |your )?(?:tips|letters|a tip|news)\b",
            r"\b(?:all rights reserved|copyright \d{4}|© ?\d{4})\b",
            r"\byou (?:are receiving|received|'re receiving|’re receiving) this\b|\bour mailing address\b",
            r"\brules for (?:posting|commenting)\b|\bcomments? (?:are|is) (?:moderated|subject)\b|"
            r"\bcommunity (?:guidelines|standards)\b",
        )
    ),
    re.IGNORECASE,
)
# Under these stand the headlines of other stories.
_LIST_HEADING = re.compile(
    r"(?:related|recommended|read (?:next|more|also)|see also|more (?:on|from|about|stories|news|headlines|"
    r"like)|most (?:read|popular|viewed|shared|commented|recent)|trending|popular|top stories|latest|"
    r"editor'?s'? (?:picks?|choice)|you (?:may|might)|what to read|further reading|in this (?:story|article)|"
    r"don'?t miss|from (?:the|around|our)|must reads?|other stories|similar|featured|sponsored|promoted)\b.{0,60}",
    re.IGNORECASE,
)
# The page after these belongs to other stories and to readers.
_END_HEADING = re.compile(
    r"most (?:read|popular|viewed|shared|commented).{0,30}|editor'?s'? (?:picks?|choice)|top stories|latest "
    r"(?:news|stories|headlines)|about the authors?|leave a (?:reply|comment)|post a comment|\d+ comments?|"
    r"comments? \(?\d+\)?|join the (?:conversation|discussion)|you (?:may|might) also (?:like|be interested in)|"
    r"(?:recommended|more) for you|(?:from|around) the web|more from .{1,40}|related (?:articles|stories|posts)",
    re.IGNORECASE,
)


def is_furniture(line: str) -> bool:
    """Tell whether a line is furniture wherever it stands.

    Args:
        line: One line, or a wrapped paragraph on one line, without outer white space.

    >>> is_furniture("Share on Facebook"), is_furniture("Shares fell on Thursday.")
    (True, False)
    """
    line = line.replace("’", "'")
    if not any(char.isalnum() for char in line):
        return True
    if len(line) <= _MAX_WORDS and _WORDS.fullmatch(line.strip(" .:|•·→»›>-–—[]()▼▲+")):
        return True
    if len(line) <= _MAX_LINK and any(
        rule.fullmatch(line) for rule in (_LINK, _TAGS, _ADDRESS, _CRUMBS, _RIGHTS, _CREDIT)
    ):
        return True
    return len(line) <= _MAX_PROMOTION and bool(_PROMOTION.fullmatch(line))


def is_notice(line: str) -> bool:
    """Tell whether prose outside the story is about the outlet, its terms or its letters."""
    return len(line) <= _MAX_NOTICE and bool(_NOTICE.search(line.replace("’", "'")))


def heads_links(line: str) -> bool:
    """Tell whether the headlines of other stories stand under this line."""
    return len(line) <= _MAX_WORDS and bool(_LIST_HEADING.fullmatch(line.replace("’", "'")))


def ends_story(line: str) -> bool:
    """Tell whether the page after this line is about other things, if nothing long follows."""
    return len(line) <= _MAX_WORDS and bool(_END_HEADING.fullmatch(line.replace("’", "'").rstrip(":")))
