"""Letters without their accents, as they are often written from abroad."""

import unicodedata


def strip(text: str) -> str:
    """Return a text without accents, otherwise as it was.

    >>> strip("Élysée")
    'Elysee'
    """
    parts = unicodedata.normalize("NFKD", text)
    return "".join(char for char in parts if not unicodedata.combining(char))
