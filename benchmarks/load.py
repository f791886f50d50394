"""Many ask at once while articles come, change and go: what fails, and what is misquoted."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

from benchmarks.newsroom import Newsroom
from rag.answering import Archive
from rag.types import Quote

QUESTIONERS = 16


@dataclass(frozen=True)
class Load:
    """What happened under load.

    Attributes:
        asked: The seconds that each question took.
        quotes: Quotes shown.
        wrong: Ids of quotes that are not the slice of the version that they cite.
        errors: Every error, as text.
        rounds: Times that articles were written.
        megabytes: Memory of this process, each second.
    """

    asked: Sequence[float]
    quotes: int
    wrong: Sequence[str]
    errors: Sequence[str]
    rounds: int
    megabytes: Sequence[float]

    def growth(self, since: float) -> float:
        """Return the megabytes of the last tenth of the time above those of another tenth.

        Args:
            since: The share of the time after which that tenth begins.
        """
        tenth, begin = max(1, len(self.megabytes) // 10), int(since * len(self.megabytes))
        early, late = self.megabytes[begin : begin + tenth], self.megabytes[-tenth:]
        return sum(late) / len(late) - sum(early) / len(early)


def measure(
    archive: Archive, newsroom: Newsroom, write: Callable[[], object], *, seconds: float
) -> Load:
    """Ask from sixteen threads for some time, while articles are written.

    Args:
        archive: The archive that is asked.
        newsroom: Writes the articles' files.
        write: Brings the files into the archive, here or in another process.
        seconds: How long.
    """
    end = time.monotonic() + seconds
    with ThreadPoolExecutor(QUESTIONERS + 1) as pool:
        asking = [pool.submit(_ask, archive, newsroom, start, end) for start in range(QUESTIONERS)]
        writing = pool.submit(_write, newsroom, write, end)
        megabytes = []
        while time.monotonic() < end:
            megabytes.append(measure_memory())
            time.sleep(1)
    done = [each.result() for each in asking]
    rounds, failed = writing.result()
    return Load(
        asked=[each for one in done for each in one.asked],
        quotes=sum(one.quotes for one in done),
        wrong=[each for one in done for each in one.wrong],
        errors=[*failed, *(each for one in done for each in one.errors)],
        rounds=rounds,
        megabytes=megabytes,
    )


def is_true(quote: Quote, texts: Mapping[str, str]) -> bool:
    """Tell whether a quote is the slice that it cites of the version that it cites."""
    text = texts.get(quote.source.digest, "")
    return text[quote.span.start : quote.span.end] == quote.text


def _ask(archive: Archive, newsroom: Newsroom, start: int, end: float) -> Load:
    asked, wrong, errors, quotes = list[float](), list[str](), list[str](), 0
    for number in cycle(range(start, 1_000_000, QUESTIONERS)):
        begun = time.monotonic()
        if begun > end:
            break
        try:
            answer = archive.ask(newsroom.questions[number % len(newsroom.questions)])
        except Exception as error:  # noqa: BLE001 - every error is counted
            errors.append(f"{type(error).__name__}: {error}")
        else:
            shown = (*answer.quotes, *answer.nearest)
            quotes += len(shown)
            wrong += [each.id for each in shown if not is_true(each, newsroom.texts)]
        asked.append(time.monotonic() - begun)
    return Load(asked, quotes, wrong, errors, 0, ())


def _write(
    newsroom: Newsroom, write: Callable[[], object], end: float
) -> tuple[int, Sequence[str]]:
    rounds, errors = 0, list[str]()
    while time.monotonic() < end:
        newsroom.turn()
        try:
            write()
        except Exception as error:  # noqa: BLE001 - every error is counted
            errors.append(f"{type(error).__name__}: {error}")
        rounds += 1
    return rounds, errors


def measure_memory() -> float:
    """Return the megabytes of memory that this process holds."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * 4096 / 1e6
