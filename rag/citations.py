"""A quote with its citation, as text, Markdown, BibTeX and CSL-JSON.

Every field comes from articles, and is escaped for the format it goes into: marks that steer a
terminal or turn the direction of writing show as escapes, and a field stays on its line.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from typing import Any

from rag.links import link_to_text
from rag.permalinks import Cited
from rag.rendering import BEFORE, cite, cite_parts, escape, quote_as_json, visible
from rag.types import Quote, Source

# What TeX reads as markup, or shows as another character in its oldest fonts. BibTeX counts braces
# even behind a backslash: theirs must be written by name.
TEX = {
    **{mark: f"\\{mark}" for mark in "$&#%_"},
    "\\": r"\textbackslash{}",
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
}
# Pairs of characters that TeX sets as one other.
LIGATURE = re.compile(r"-(?=-)|`(?=`)|'(?=')|,(?=,)|[?!](?=`)")

# What would end a link in Markdown, or be read in it as a character reference.
MARKDOWN_LINK = str.maketrans({"(": "%28", ")": "%29", "&": "&amp;"})

# Letters of a name in the key of an entry: the longest names of newspapers have about as many.
LONGEST_NAME = 20
# Eight digits of a digest are enough to tell the articles of a bibliography apart.
DIGEST_DIGITS = 8


def as_text(quote: Quote) -> str:
    """Return a quote's words, its citation, its link and its permalink, each on a line."""
    lines = [f"({BEFORE} {quote.lead_text})"] if quote.lead else []
    lines += [quote.text, f"— {cite(quote.source)}", link_to_text(quote), quote.id]
    return "\n".join(_show(line) for line in lines if line)


def as_markdown(quote: Quote) -> str:
    """Return a quote as a block quotation with its citation; the title leads to the words."""
    link = link_to_text(quote).translate(MARKDOWN_LINK)
    title, *facts = (escape(_show(part)) for part in cite_parts(quote.source))
    cited = " · ".join([f"[{title}]({link})" if link else title, *facts, escape(_show(quote.id))])
    lead = f"<small>{BEFORE} {escape(visible(quote.lead_text))}</small>\n>\n> "
    return f"> {lead if quote.lead else ''}{escape(visible(quote.text))}\n>\n> — {cited}"


def as_bibtex(quote: Quote, *, accessed: date | None = None) -> str:
    """Return a quote as a BibTeX entry, its words in the field `abstract`.

    Args:
        quote: The quote.
        accessed: The day that the article was read on the web, if it is to be told.
    """
    source = quote.source
    # Names and titles are kept as they are by a second pair of braces.
    fields = {
        "author": f"{{{_tex(source.author)}}}" if source.author.strip() else "",
        "title": f"{{{_tex(cite_parts(source)[0])}}}",
        "journal": _tex(source.publisher),
        **(_bibtex_day(source.published) if source.published else {}),
        "url": link_to_text(quote),
        "urldate": accessed.isoformat() if accessed else "",
        "abstract": _tex(_words(quote)),
        "permalink": _tex(quote.id),
    }
    kind = "article" if source.publisher.strip() else "misc"
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join([f"@{kind}{{{key(quote)},", *lines, "}"])


def as_csl(quote: Quote, *, accessed: date | None = None) -> dict[str, Any]:
    """Return a quote as an item of CSL-JSON, its words in `abstract`, its permalink as the id.

    Nothing is put into `note`: processors read fields out of it, which a text could then set.

    Args:
        quote: The quote.
        accessed: The day that the article was read on the web, if it is to be told.
    """
    source = quote.source
    item = {
        "id": _show(quote.id),
        "type": "article-newspaper" if source.publisher.strip() else "webpage",
        "citation-key": key(quote),
        "title": _show(cite_parts(source)[0]),
        "container-title": _show(source.publisher),
        "author": [{"literal": _show(source.author)}] if source.author.strip() else [],
        "issued": _csl_day(source.published) if source.published else {},
        "accessed": _csl_day(accessed) if accessed else {},
        "URL": link_to_text(quote),
        "abstract": _show(_words(quote)),
    }
    return {name: value for name, value in item.items() if value}


def key(quote: Quote) -> str:
    """Return the key of a quote in a bibliography: the same every time, another for every quote.

    It is made of publisher or author, year, the digest of the version and where the quote begins.
    """
    source = quote.source
    names = (_letters(name) for name in (source.publisher, source.author))
    year = f"{source.published.year:04}" if source.published else ""
    name = next(filter(None, names), "article")
    return f"{name}{year}-{source.digest[:DIGEST_DIGITS]}-{quote.span.start}"


def cited_as_text(cited: Cited) -> str:
    """Return what a permalink opens, and whether the article has changed since."""
    return f"{as_text(cited.quote)}\n\n{name_standing(cited)}"


def cited_as_json(cited: Cited) -> dict[str, Any]:
    """Return what a permalink opens in the shape that other programs rely on."""
    return {
        "quote": quote_as_json(cited.quote),
        "current": cited.current,
        "changed": cited.changed,
        "withdrawn": cited.withdrawn,
        "noticed": cited.noticed.isoformat() if cited.noticed else None,
        "version": _version_as_json(cited.article.source) | {"text": cited.article.text},
        "latest": _version_as_json(cited.latest) if cited.latest else None,
    }


def name_standing(cited: Cited) -> str:
    """Return whether an article has changed since it was quoted, as a sentence."""
    noticed = f" (noticed on {cited.noticed:%Y-%m-%d})" if cited.noticed else ""
    if cited.withdrawn:
        return f"The article was withdrawn{noticed}; this is the version that was quoted."
    if cited.changed:
        return f"The article was corrected since{noticed}; this is the version that was quoted."
    return "The article has not changed since."


def _version_as_json(source: Source) -> dict[str, Any]:
    published = source.published.isoformat() if source.published else None
    return {"digest": source.digest, "published": published}


def _words(quote: Quote) -> str:
    return f"({BEFORE} {quote.lead_text}) {quote.text}" if quote.lead else quote.text


def _show(text: str) -> str:
    """Return a text on one line, in which nothing steers how it is shown."""
    return visible(" ".join(text.split()))


def _tex(text: str) -> str:
    r"""Escape a text for a field of BibTeX.

    >>> _tex("50 % of {x}")
    '50 \\% of \\textbraceleft{}x\\textbraceright{}'
    """
    apart = LIGATURE.sub(r"\g<0>" + "\0", _show(text))  # no text that is shown holds a NUL
    return "".join(TEX.get(each, each) for each in apart).replace("\0", "{}")


def _bibtex_day(day: date) -> dict[str, str]:
    return {"year": f"{day.year:04}", "month": str(day.month), "day": str(day.day)}


def _csl_day(day: date) -> dict[str, Any]:
    return {"date-parts": [[day.year, day.month, day.day]]}


def _letters(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]", "", plain.lower())[:LONGEST_NAME]
