"""A folder of articles that come, change and go, with a memory of every text there ever was."""

from __future__ import annotations

from pathlib import Path
from random import Random

from rag import articles
from rag.types import Article

BIRDS = "swan heron goose grebe coot tern gull pelican plover lapwing curlew dunlin".split()
LARGEST = 10_000
PLACES = "mill lock weir quay chapel barn forge tower".split()


class Newsroom:
    """Invented articles in a folder, the same ones for the same seed."""

    def __init__(self, folder: Path, *, seed: int = 0) -> None:
        """Begin with an empty folder.

        Args:
            folder: Where the articles are written; made if it is not there.
            seed: Chooses what changes.
        """
        self.folder = folder
        self.texts: dict[str, str] = {}
        self.questions: list[str] = []
        self._chance = Random(seed)
        self._written = 0
        folder.mkdir(parents=True, exist_ok=True)

    def write(self, count: int) -> None:
        """Add articles."""
        for _ in range(count):
            self._written += 1
            self._write(self._written)

    def turn(self) -> None:
        """Change two articles, let one go and add three."""
        numbers = sorted(int(path.stem) for path in self.folder.glob("*.md"))
        first, second, gone = self._chance.sample(numbers, 3)
        self._write(first)
        self._write(second)
        (self.folder / f"{gone}.md").unlink()
        self.write(3)

    def _write(self, number: int) -> None:
        chosen = [(bird, self._chance.randrange(2, 900)) for bird in self._chance.sample(BIRDS, 6)]
        place = self._chance.choice(PLACES)
        lines = [
            f"The warden of Tarn {number} counted {n} {bird}s by the {place}." for bird, n in chosen
        ]
        path = self.folder / f"{number}.md"
        path.write_text(
            f"---\ntitle: Tarn {number}\n---\n\n" + "\n\n".join(lines), encoding="utf-8"
        )
        for found in articles.read([path], max_bytes=LARGEST):
            assert isinstance(found, Article), found
            self.texts[found.source.digest] = found.text
        self.questions.append(f"How many {chosen[0][0]}s did the warden of Tarn {number} count?")
