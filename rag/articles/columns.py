"""Which column of a table, or key of a line, gives which field of an article."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rag.errors import SettingsError

# What data sets of news call the fields, the surest name first.
NAMES = {
    "text": ("text", "body", "content", "article_text", "full_text", "maintext", "article"),
    "title": ("title", "headline", "heading"),
    "author": ("author", "authors", "byline", "creator"),
    "publisher": ("publisher", "publication", "outlet", "newspaper", "source", "site", "site_name"),
    "published": (
        *("published", "published_at", "date_published", "publication_date", "publish_date"),
        *("pubdate", "date", "datetime"),
    ),
    "url": ("url", "link", "canonical_url", "href", "uri"),
    "language": ("language", "lang"),
    "id": ("id", "article_id", "guid", "uuid"),
}


def check_mapping(fields: Mapping[str, str]) -> None:
    """Check which column or key the user says gives which field.

    Raises:
        SettingsError: There is no such field.
    """
    unknown = sorted(set(fields) - set(NAMES))
    if unknown:
        raise SettingsError(f"there is no field {unknown[0]!r}; the fields are {', '.join(NAMES)}")


def choose_columns(header: Sequence[str], fields: Mapping[str, str]) -> dict[str, int]:
    """Return the number of the column that gives each field.

    Args:
        header: The names of the columns; capitals, spaces and hyphens in them do not matter.
        fields: The columns of the fields that the user has named.

    Raises:
        ValueError: A column that the user named is not there.

    >>> choose_columns(["ID", "Headline", "Full Text"], {})
    {'text': 2, 'title': 1, 'id': 0}
    """
    columns: dict[str, int] = {}
    for number, name in enumerate(header):
        columns.setdefault(_plain(name), number)
    missing = [name for name in fields.values() if _plain(name) not in columns]
    if missing:
        raise ValueError(
            f"has no column {missing[0]!r}; its columns are {', '.join(map(repr, header))}"
        )
    found = {}
    for field, names in NAMES.items():
        wanted = (fields[field],) if field in fields else names
        numbers = [columns[_plain(name)] for name in wanted if _plain(name) in columns]
        if numbers:
            found[field] = numbers[0]
    return found


def choose_keys(record: Mapping[str, object], fields: Mapping[str, str]) -> dict[str, object]:
    """Return what a record says of each field, by the fields' own keys, or by others like columns.

    Raises:
        ValueError: A key that the user named is not there.

    >>> choose_keys({"headline": "Smoke", "body": "It rose.", "tags": []}, {})
    {'text': 'It rose.', 'title': 'Smoke'}
    """
    missing = [key for key in fields.values() if key not in record]
    if missing:
        raise ValueError(f"has no {missing[0]!r}, which is said to be one of its fields")
    keys = list(record)
    return {field: record[keys[number]] for field, number in choose_columns(keys, fields).items()}


def _plain(name: str) -> str:
    return "_".join(name.casefold().replace("-", " ").replace("_", " ").split())
