"""What readers think of answers: JSON lines in the store's folder, bounded, sent nowhere."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from rag.errors import StoreError

FILE = "feedback.jsonl"
# Where the older half goes; what it held before is dropped.
OLDER = "feedback-older.jsonl"
# Bytes of a file: some ten thousand judgements of a question and five quotes each.
LARGEST = 5_000_000

GOOD, POOR, WITHDRAWN = "good", "poor", "withdrawn"


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a reader thinks of an answer.

    Attributes:
        question: What was asked.
        quotes: The ids of the quotes shown, `Quote.id`.
        verdict: `good`, `poor` or `withdrawn`.
        time: When, in the form of ISO 8601.
    """

    question: str
    quotes: tuple[str, ...]
    verdict: str
    time: str


def record(store: Path, judgement: Judgement) -> None:
    """Add a judgement to those of a store.

    Raises:
        StoreError: It cannot be written.
    """
    path = store / FILE
    line = json.dumps(asdict(judgement)) + "\n"
    try:
        if path.exists() and path.stat().st_size + len(line) > LARGEST:
            path.replace(store / OLDER)
        with path.open("a", encoding="utf-8", newline="\n") as file:
            file.write(line)
    except OSError as error:
        raise StoreError(f"{path} cannot be written ({error.strerror}); check the disk") from error


def read(store: Path) -> tuple[Judgement, ...]:
    """Return the judgements of a store, oldest first.

    Raises:
        StoreError: They cannot be read.
    """
    found: list[Judgement] = []
    for path in (store / OLDER, store / FILE):
        try:
            lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
            for line in lines:
                fields = json.loads(line)
                found.append(Judgement(**fields | {"quotes": tuple(fields["quotes"])}))
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise StoreError(f"{path} cannot be read ({error}); move it away") from error
    return tuple(found)
