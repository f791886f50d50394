"""What was searched for and where, as chips that can be edited or taken away."""

from __future__ import annotations

from datetime import date

from rag import rendering
from rag.inferences import DateRange, intersect
from rag.types import Query


def as_chips(query: Query, turn: int) -> str:
    """Return what was searched for and where, as far as that is not just what was typed.

    Args:
        query: The query.
        turn: The place of its answer in the conversation, from 1, for the buttons.
    """
    chips = []
    if query.wording != " ".join(query.question.split()):
        chips.append(_wording(query, turn))
    chips += [_date(each, turn, place) for place, each in enumerate(query.dates, start=1)]
    hard = [(each.since, each.until) for each in query.dates if each.hard]
    if (query.since, query.until) != intersect([(None, None), *hard]):
        days = f"Published {name_days(query.since, query.until)}"
        chips.append(_removable(days, f"lift-{turn}", "the filter by date"))
    chips += [
        _removable(f"Published by {each}", f"lift-{turn}-{place}", f"the filter {each}")
        for place, each in enumerate(query.publishers, start=1)
    ]
    if not chips:
        return ""
    items = "".join(f'<li class="rag-scope">{each}</li>' for each in chips)
    return f'<ul class="rag-chips" aria-label="What was searched for">{items}</ul>'


def as_form(link: str, label: str, text: str, action: str) -> str:
    """Return a form to edit a text in place; it is shown when its button is pressed.

    Args:
        link: What the form asks the page for, with the text.
        label: What is edited.
        text: The text as it is.
        action: What the form does, as a verb.
    """
    return (
        f'<form class="rag-edit" id="form-{link}" data-link="{link}" hidden>'
        f'<label>{label}<input name="text" autocomplete="off" value="{rendering.escape(text)}">'
        f'</label><button>{action}</button><button type="button" data-cancel>Cancel</button></form>'
    )


def as_edit_button(link: str, text: str, name: str) -> str:
    """Return the button that shows the form of a link."""
    return (
        f'<button type="button" data-edit="form-{link}" aria-expanded="false" '
        f'aria-controls="form-{link}" aria-label="{name}">{text}</button>'
    )


def name_days(since: date | None, until: date | None) -> str:
    """Return a range of days in words.

    >>> name_days(date(2016, 12, 3), None)
    'from 3 December 2016'
    """
    if since and since == until:
        return f"on {rendering.show_day(since)}"
    first = f"from {rendering.show_day(since)}" if since else ""
    last = f"until {rendering.show_day(until)}" if until else ""
    return " ".join(each for each in (first, last) if each)


def _wording(query: Query, turn: int) -> str:
    link = f"reword-{turn}"
    bare = (
        f'<button type="button" data-link="bare-{turn}">Search as typed</button>'
        if query.added
        else ""
    )
    return (
        f"<span>Searched for: <bdi>{rendering.escape(query.wording)}</bdi></span>"
        f"{as_edit_button(link, 'Edit', 'Edit what is searched for')}{bare}"
        f"{as_form(link, 'Search for', query.wording, 'Search')}"
    )


def _date(dates: DateRange, turn: int, place: int) -> str:
    """Return a date of a question, how it counts, and a button to search without it."""
    counts = "published" if dates.hard else "preferably"
    days = f"“{dates.text}”: {counts} {name_days(dates.since, dates.until)}"
    if dates.ambiguous:
        days += "; day and month may be meant the other way around"
    return _removable(days, f"drop-{turn}-{place}", f"the date “{dates.text}”")


def _removable(text: str, link: str, name: str) -> str:
    return (
        f"<span><bdi>{rendering.escape(text)}</bdi></span>"
        f'<button type="button" class="rag-remove" data-link="{link}" '
        f'aria-label="Remove {rendering.escape(name)} and search again">×</button>'
    )
