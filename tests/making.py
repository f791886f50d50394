"""Makes articles, passages and files for tests; every text here is invented."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

from rag import passages
from rag.types import Article, Passage, Source, Span, digest_text

FERRY = (
    "The ferry Halcyon left Sarn harbour at dawn on Monday. Forty-one passengers were on board. "
    "Captain Ilse Brandt said that the sea was calm.\n\n"
    "A fisherman saw smoke above the stern an hour later. The coastguard sent two lifeboats.\n"
)
DAM = (
    "Engineers closed the sluice gates of the Morrow dam on Friday. The reservoir held nine "
    "million litres. Mayor Odile Farrant denied that the wall had cracked.\n\n"
    "Farmers below the dam asked for sandbags.\n"
)
BRIDGE = (
    "The old bridge at Kestrel Ford will stay shut until spring. Lorries weighing more than seven "
    "tonnes had bent its girders. The council has found no money for repairs.\n"
)


def source(
    article: str = "a",
    *,
    text: str = "",
    title: str = "",
    publisher: str = "",
    published: date | None = None,
) -> Source:
    """Make a source."""
    return Source(article, title, publisher, "", published, "", f"{article}.md", digest_text(text))


def article(
    text: str,
    *,
    name: str = "a",
    title: str = "",
    publisher: str = "",
    published: date | None = None,
    body: Sequence[Span] | None = None,
) -> Article:
    """Make an article whose body is its whole text, unless it is given."""
    made = source(name, text=text, title=title, publisher=publisher, published=published)
    whole = (Span(0, len(text)),) if text else ()
    return Article(made, text, whole if body is None else tuple(body))


def count_words(texts: Sequence[str]) -> Sequence[int]:
    """Count words, as a stand-in for tokens."""
    return [len(text.split()) for text in texts]


def cut(
    made: Article,
    *,
    budget: int = 40,
    count_tokens: Callable[[Sequence[str]], Sequence[int]] = count_words,
) -> tuple[Passage, ...]:
    """Cut an article into passages."""
    return passages.cut(made, count_tokens=count_tokens, budget=budget)


def write(folder: Path, name: str, text: str, **fields: str) -> Path:
    """Write a Markdown file with front matter and return its path."""
    folder.mkdir(parents=True, exist_ok=True)
    front = "".join(f"{field}: {value}\n" for field, value in fields.items())
    path = folder / name
    path.write_bytes((f"---\n{front}---\n\n" if front else "").encode() + text.encode())
    return path


def write_trio(folder: Path) -> Path:
    """Write three articles: two dated ones of two publishers, and an undated one."""
    write(folder, "ferry.md", FERRY, title="Smoke", publisher="Coast Post", published="2020-03-02")
    write(folder, "dam.md", DAM, title="Gates", publisher="Hill Courier", published="2020-03-06")
    write(folder, "bridge.md", BRIDGE, title="Girders", publisher="Hill Courier")
    return folder


def write_many(folder: Path, count: int) -> Path:
    """Write articles of nine or so passages each, under a budget of 32 tokens."""
    for number in range(count):
        sentences = (
            f"In village {number} the keeper of gate {place} counted {number * 7 + place} swans, "
            "herons, geese, ducks, grebes, coots, terns, gulls and one very old pelican that day."
            for place in range(9)
        )
        write(folder, f"village-{number:03}.md", "\n\n".join(sentences), title=f"Village {number}")
    return folder
