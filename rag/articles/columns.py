"""Which column of a table, or key of a line, gives which field of an article."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence

from rag.errors import SettingsError

# What data sets of news call the fields, the surest name first.
NAMES = {
    "text": (
        *("text", "body", "content", "article_text", "article_body", "full_text", "body_text"),
        *("news_text", "main_text", "article"),
    ),
    "title": ("title", "headline", "heading"),
    "author": ("author", "authors", "byline", "creator"),
    "publisher": ("publisher", "publication", "outlet", "newspaper", "source", "site", "site_name"),
    "published": (
        *("published", "published_at", "published_date", "published_on", "date_published"),
        *("publication_date", "publish_date", "date_publish", "pub_date", "date", "datetime"),
        *("posted", "timestamp", "created_at"),
    ),
    "url": ("url", "link", "canonical_url", "href", "uri"),
    "language": ("language", "lang"),
    "id": ("id", "article_id", "guid", "uuid"),
}
# How people, pandas, JavaScript, YAML and MySQL write that they know nothing.
_NOTHING = {
    *("", "~", "nan", "nat", "none", "null", "n/a", "n.d.", "unknown"),
    *("0000-00-00", "0000-00-00 00:00:00"),
}
# Jekyll's `published: true` says whether a page is shown, not when it was written.
_SWITCHES = {"true", "false"}


def check_mapping(fields: Mapping[str, str]) -> None:
    """Check which column or key the user says gives which field.

    Raises:
        SettingsError: There is no such field.
    """
    unknown = sorted(set(fields) - set(NAMES))
    if unknown:
        raise SettingsError(f"there is no field {unknown[0]!r}; the fields are {', '.join(NAMES)}")


def choose_columns(header: Sequence[str], fields: Mapping[str, str]) -> dict[str, tuple[int, ...]]:
    """Return the numbers of the columns that may give each field, the surest first.

    Args:
        header: The names of the columns; capitals, spaces, hyphens and underscores in them do not
            matter.
        fields: The columns of the fields that the user has named.

    Raises:
        ValueError: A column that the user named is not there.

    >>> choose_columns(["ID", "Headline", "Full Text", "Body", "publishedAt"], {})
    {'text': (3, 2), 'title': (1,), 'published': (4,), 'id': (0,)}
    """
    columns = _number_names(header)
    missing = [name for name in fields.values() if _plain(name) not in columns]
    if missing:
        raise ValueError(
            f"has no column {missing[0]!r}; its columns are {', '.join(map(repr, header))}"
        )
    found = {}
    for field, names in NAMES.items():
        wanted = (fields[field],) if field in fields else names
        numbers = tuple(columns[_plain(name)][0] for name in wanted if _plain(name) in columns)
        if numbers:
            found[field] = numbers
    return found


def choose_keys(record: Mapping[str, object], fields: Mapping[str, str]) -> dict[str, object]:
    """Return what a record says of each field, by the surest of its names that has a value.

    Raises:
        ValueError: A key that the user named is not there.

    >>> choose_keys({"text": "", "body": "It rose.", "headline": "Smoke", "tags": []}, {})
    {'text': 'It rose.', 'title': 'Smoke'}
    """
    missing = [key for key in fields.values() if key not in record]
    if missing:
        raise ValueError(f"has no {missing[0]!r}, which is said to be one of its fields")
    values = list(record.values())
    numbers = _number_names(record)
    found = {}
    for field, names in NAMES.items():
        said = [values[number] for name in names for number in numbers.get(_plain(name), ())]
        if field in fields:
            said = [record[fields[field]]]
        known = [value for value in said if has_value(field, value)]
        if known:
            found[field] = known[0]
    return found


def has_value(field: str, value: object) -> bool:
    """Tell whether a value says anything of a field.

    >>> has_value("title", "N/A"), has_value("author", [None]), has_value("published", "true")
    (False, False, False)
    """
    word = str(value).casefold() if isinstance(value, bool | str) else ""
    switch = field == "published" and word in _SWITCHES
    return bool(list_names(value)) and not switch


def list_names(value: object) -> list[object]:
    """Return the values in a list, or the one; of those that are records of somebody their names.

    >>> list_names([{"id": 7, "name": "Ann Reay"}, None, "Bo Lund"])
    ['Ann Reay', 'Bo Lund']
    """
    listed = value if isinstance(value, list) else [value]
    named = [each.get("name", each) if isinstance(each, dict) else each for each in listed]
    return [each for each in named if not _is_nothing(each)]


def _is_nothing(value: object) -> bool:
    if isinstance(value, str):
        return value.strip().casefold() in _NOTHING
    return value is None or (isinstance(value, float) and math.isnan(value))


def _number_names(names: Iterable[str]) -> dict[str, list[int]]:
    numbers: dict[str, list[int]] = {}
    for number, name in enumerate(names):
        numbers.setdefault(_plain(name), []).append(number)
    return numbers


def _plain(name: str) -> str:
    # Without what parts its words: published_at, publishedAt and "Published At" are one name.
    return re.sub(r"[\s_-]+", "", name.casefold())
