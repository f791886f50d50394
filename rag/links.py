"""Web addresses of articles, and of the very words that are quoted from them.

The latter is a text fragment, https://wicg.github.io/scroll-to-text-fragment/: behind `#:~:text=`
stand the words, or the first and the last of them, which a browser scrolls to and marks.
"""

from __future__ import annotations

import re
from urllib.parse import quote as encode

from rag.types import Quote

# The addresses that may be followed.
WEB = re.compile(r"https?://[^\s/?#]", re.IGNORECASE)

# What RFC 3986 gives a meaning in an address, besides letters, digits and "-._~"; the percent sign
# is kept, as what stands behind it is encoded already.
RESERVED = ":/?#[]@!$&'()*+,;=%"

# A longer quote is named by its first and last words. Chromium draws the line here, too.
LONGEST = 300
# Words named at either end. Of the 213 sentences of the corpus with ten words or more, none has its
# first five in common with another place of its article; with three words three of 251 do.
ENDS = 5


def address(url: str) -> str:
    """Return a web address with all that is not ASCII or could end it percent-encoded.

    Any other address gives an empty string.

    >>> address("https://a.example/é b")
    'https://a.example/%C3%A9%20b'
    >>> address("javascript:alert(1)")
    ''
    """
    return encode(url, safe=RESERVED) if WEB.match(url) else ""


def link_to_text(quote: Quote) -> str:
    """Return the address of the quoted words in their article on the web.

    A fragment that the article's address has is kept; without a web address the link is empty.
    """
    page, *rest = address(quote.source.url).split("#", 1)
    if not page:
        return ""
    fragment = "".join(rest).split(":~:", 1)[0]
    if directive := _direct(quote.text):
        fragment += f":~:text={directive}"
    return f"{page}#{fragment}" if fragment else page


def _direct(text: str) -> str:
    """Return the words to look for, encoded; empty, if they are too long to be named.

    A browser looks for one text inside a paragraph, but for two texts in different ones: what goes
    over a line break, which may be the end of a paragraph, is named by its ends.
    """
    lines = [words for line in text.splitlines() if (words := line.split())]
    if not lines:
        return ""
    if len(lines) == 1 and len(" ".join(lines[0])) <= LONGEST:
        return _encode(lines[0])
    first, last = lines[0], lines[-1]
    if len(lines) == 1:
        first, last = first[: len(first) // 2], last[len(last) // 2 :]
    start, end = first[:ENDS], last[-ENDS:]
    if not start or len(" ".join(start)) > LONGEST or len(" ".join(end)) > LONGEST:
        return ""
    return f"{_encode(start)},{_encode(end)}"


def _encode(words: list[str]) -> str:
    # The hyphen parts the text from its context.
    return encode(" ".join(words), safe="").replace("-", "%2D")
