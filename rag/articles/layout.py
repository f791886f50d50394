"""Tells a saved page's story from its furniture. Pure: a text in, a `Layout` out.

From above a page has what stands before the headline, the headline, bylines and datelines, then
the story (captions, decks and sub-headings included), then whatever furniture ends the page. A
rule that is unsure leaves a line in the story: a line too many does less harm than a lost one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from rag.articles.bodies import cut_body
from rag.articles.dates import Dateline, find_date
from rag.articles.furniture import ends_story, heads_links, is_furniture, is_notice
from rag.articles.headers import Label, is_names, read_byline, read_day, read_label
from rag.articles.headlines import choose_headline, split_outlet
from rag.articles.publishers import find_publisher, find_wire
from rag.articles.units import Unit, cut_units
from rag.types import Span

# Labelled fields stand at the very top; further down "From:" can be a story's own.
_LABELS_WITHIN = 12
# Between headline and story, a line this short is a name, a section or a place.
_MAX_FRAGMENT_WORDS = 3
# This many bare dates above paragraphs are a timeline's, not the page's.
_TIMELINE = 3
# Prose about the outlet is looked for in this last share of a page.
_NOTICES_AFTER = 2 / 3
# What follows "Most read" is cut off only if it is headlines and teasers: paragraphs shorter than
# this, and altogether no more than this share of the page below the headline.
_TEASER = 250
_TEASERS_SHARE = 0.2
# The story's words are known well enough from its beginning.
_PARAGRAPHS = 20


@dataclass(frozen=True, slots=True)
class Layout:
    """What a saved page says about its story, and where the story stands."""

    title: str
    publisher: str
    author: str
    published: date | None
    url: str
    body: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class _Header:
    """The lines above the story; `top` and `end` are unit positions."""

    headline: int | None  # None: the page has none, or a label says it
    labels: dict[int, Label]
    days: dict[int, Dateline]
    end: int  # the first paragraph below headline, byline and dateline

    @property
    def top(self) -> int:
        """Where story, captions and decks can begin."""
        return 0 if self.headline is None else self.headline + 1


def read_layout(text: str) -> Layout:
    """Read a saved page.

    Args:
        text: The page's normalised text.

    Returns:
        What was found; strings are empty, the date None and the body empty where nothing was.
    """
    units = cut_units(text)
    header = _read_header(units)
    end = _find_end(units, header)
    left_out = set(_leave_out(units, header, end))
    body = cut_body(text, (unit.span for at, unit in enumerate(units) if at in left_out))
    if not body:  # a headline alone, or a list of short lines: then these are the story
        body = cut_body(text, (unit.span for unit in units if is_furniture(unit.words)))
    story = [unit.words for unit in units[header.end :][:2]]
    outside = [units[at].words for at in sorted(left_out) if at < header.end or at >= end]
    title, outlet = _read_title(units, header)
    labelled = {label.kind: label.value for label in reversed(header.labels.values())}
    return Layout(
        title=title,
        publisher=labelled.get("publisher") or outlet or find_publisher(outside, story=story),
        author=labelled.get("author") or _find_author(units, header),
        published=_find_published(header, story),
        url=labelled.get("url", ""),
        body=body,
    )


def _read_header(units: Sequence[Unit]) -> _Header:
    prose = _find_prose(units)
    first = next(prose, len(units))
    second = next(prose, len(units))
    labels = _read_labels(units)
    days = _read_days(units, before=second)
    if any(label.kind == "title" for label in labels.values()):
        return _Header(None, labels, days, first)
    # A deck with a full stop reads as prose, but byline and dateline still come.
    late = any(at in days or read_byline(units[at].words) for at in range(first + 1, second))
    end = second if late else first
    open_ = [at for at in range(first) if at not in labels and at not in days]
    titles = [at for at in open_ if _is_headline(units, at)]
    top = min(days, default=0)
    above = [at for at in titles if at < top]
    chosen = _choose(units, above or titles, first, dated=bool(above))
    return _Header(chosen, labels, days, end)


def _choose(units: Sequence[Unit], titles: Sequence[int], first: int, *, dated: bool) -> int | None:
    if not titles:
        return None
    lines = [units[at].words for at in titles]
    story = [unit.words for unit in units[first : first + _PARAGRAPHS] if unit.is_prose]
    line = lines[choose_headline(lines, story=story, dated=dated)]
    headline, _ = split_outlet(line, set(lines))
    # A page's title repeats the headline; the last one stands above the story.
    return max(at for at in titles if units[at].words in {line, headline})


def _find_prose(units: Sequence[Unit]) -> Iterator[int]:
    """Yield where there is prose that can be the story's beginning."""
    for at, unit in enumerate(units):
        if unit.is_prose and not unit.is_title and not _is_page(unit.words):
            yield at


def _read_labels(units: Sequence[Unit]) -> dict[int, Label]:
    found = {at: read_label(unit.words) for at, unit in enumerate(units[:_LABELS_WITHIN])}
    labels = {at: label for at, label in found.items() if label}
    # One alone can be a headline ("Source: Turkey to send troops"), two are a list of fields.
    return labels if len(labels) > 1 else {}


def _read_days(units: Sequence[Unit], *, before: int) -> dict[int, Dateline]:
    days = {at: day for at, unit in enumerate(units) if (day := read_day(unit.words))}
    dated = [at for at, day in days.items() if day.bare and at + 1 < len(units)]
    timeline = sum(units[at + 1].is_prose for at in dated) >= _TIMELINE
    return {at: day for at, day in days.items() if at < before and not (timeline and day.bare)}


def _is_headline(units: Sequence[Unit], at: int) -> bool:
    unit = units[at]
    if not unit.is_title or _is_page(unit.words) or read_byline(unit.words) is not None:
        return False
    below = units[at + 1] if at + 1 < len(units) else None
    # Directly above prose, on a page that sets paragraphs apart, it is the prose's first line.
    runs_on = below is not None and not below.after_blank and below.is_prose and not below.is_title
    return at > 0 or not runs_on or not _sets_apart(units)


def _sets_apart(units: Sequence[Unit]) -> bool:
    return sum(unit.after_blank for unit in units) * 2 > len(units)


def _is_page(words: str) -> bool:
    return is_furniture(words) or is_notice(words)


def _find_end(units: Sequence[Unit], header: _Header) -> int:
    """Return where the furniture that ends the page begins."""
    end = _find_end_heading(units, header.end)
    prose = [at for at in range(end) if units[at].is_prose and not _is_page(units[at].words)]
    for at in range(prose[-1] + 1 if prose else header.top, end):
        if _is_page(units[at].words):
            return at
    return end


def _find_end_heading(units: Sequence[Unit], start: int) -> int:
    """Return the first heading such as "Most read" with nothing but headlines and teasers below."""
    end = len(units)
    rest = 0
    most = _TEASERS_SHARE * sum(len(unit.words) for unit in units[start:])
    for at in range(len(units) - 1, start, -1):
        words = units[at].words
        if ends_story(words):
            end = at
        elif not _is_page(words):
            rest += len(words)
            if rest > most or len(words) >= _TEASER:
                break
    return end


def _leave_out(units: Sequence[Unit], header: _Header, end: int) -> Iterator[int]:
    """Yield the positions of what is not the story."""
    notices = int(len(units) * _NOTICES_AFTER)
    linking = False  # among the headlines under "Related stories"
    for at, unit in enumerate(units):
        words = unit.words
        linking = heads_links(words) or (linking and unit.is_title)
        outside = at < header.top or at >= end
        above = at < header.end and _is_above(units, header, at)
        notice = at >= notices and is_notice(words)
        if outside or above or linking or notice or is_furniture(words) or at in header.days:
            yield at


def _is_above(units: Sequence[Unit], header: _Header, at: int) -> bool:
    """Tell whether a line between headline and story is about the page."""
    words = units[at].words
    if at in header.labels or read_byline(words) is not None or is_notice(words):
        return True
    if header.headline is not None and words == units[header.headline].words:
        return True
    beside_day = at - 1 in header.days or at + 1 in header.days
    # Without any prose below, the short lines are the story.
    short = len(words.split()) <= _MAX_FRAGMENT_WORDS and header.end < len(units)
    return units[at].is_title and (short or (beside_day and is_names(words)))


def _read_title(units: Sequence[Unit], header: _Header) -> tuple[str, str]:
    """Return the headline, and the outlet where a page's title names it beside the headline."""
    if header.headline is None:
        titles = (label.value for label in header.labels.values() if label.kind == "title")
        return next(titles, ""), ""
    words = units[header.headline].words
    lines = {unit.words: None for unit in units[: header.end]}  # ordered
    title, outlet = split_outlet(words, lines.keys())
    if not outlet:
        split = (split_outlet(line, lines.keys()) for line in lines)
        outlet = next((name for headline, name in split if headline == words), "")
    return title, outlet


def _find_author(units: Sequence[Unit], header: _Header) -> str:
    for at, unit in enumerate(units[: header.end]):
        rest = header.days[at].rest if at in header.days else unit.words
        author = read_byline(rest)
        if author:
            return author
    return ""


def _find_published(header: _Header, story: Sequence[str]) -> date | None:
    labelled = [label.value for label in header.labels.values() if label.kind == "published"]
    for value in labelled:
        if day := find_date(value):
            return day
    # "Last updated" counts only where nothing says when it was published.
    days = sorted(header.days.items(), key=lambda item: (item[1].updated, item[0]))
    for _, line in days:
        if line.day:
            return line.day
    return find_date(find_wire(story[0])) if story else None
