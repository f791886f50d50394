"""Which article is found where: an article keeps its id when its file is renamed.

An article that names no id of its own is named by where it stands. Once its file is renamed, the
new place gives another name, which from then on means the article; and the old place, where another
article may come to stand, does not mean it any more.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from rag.types import Place


@dataclass(frozen=True, slots=True)
class Identities:
    """What an archive knows of where its articles stand.

    Attributes:
        places: Where they stand, by id.
        moved: The ids of those whose place gives them another name, by that name.
        used: Every id that an article has or had.
    """

    places: Mapping[str, Place]
    moved: Mapping[str, str]
    used: Collection[str]

    @classmethod
    def of(cls, places: Mapping[str, Place], used: Collection[str]) -> Identities:
        """Return the identities of articles by where they stand."""
        moved = {place.name: article for article, place in places.items() if place.name != article}
        return cls(places, moved, used)

    def identify(self, found: Place) -> str:
        """Return the id of the article that is found at a place.

        >>> known = Identities.of({"a": Place("b", "/new/b.md")}, {"a"})
        >>> known.identify(Place("b", "/new/b.md")), known.identify(Place("a", "/old/a.md"))
        ('a', 'a-2')
        """
        name = found.name
        if name in self.moved:
            return self.moved[name]
        held = self.places.get(name)
        if held is None or held.name == name or held.path == found.path:
            return name
        # Another file stands now where an article stood that has moved on with its id.
        number = 2
        while f"{name}-{number}" in self.used:
            number += 1
        return f"{name}-{number}"
