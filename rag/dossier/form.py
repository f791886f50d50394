"""What marks a file of evidence, how long it may be, and its checksum."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

FORMAT = "rag-evidence"
# Since 3 a file holds the wording that the user gave; since 2, all that is shown of an answer; one
# of 1, its quotes and the wording.
SCHEMA = 3
OLDEST_SCHEMA = 1

# A quote takes one or two thousand bytes, so that this is a conversation of thousands.
LARGEST = 10_000_000


def digest(content: dict[str, Any]) -> str:
    """Return the sha256 of a content, however it is laid out in its file."""
    plain = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(plain.encode()).hexdigest()
