"""Damaged files of a lexical index are an error that names the repair, never another answer."""

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from shutil import copytree, rmtree
from typing import Any

import pytest

from rag.errors import StoreError
from rag.lexical import FOLDER, LexicalIndex
from rag.lexical.soundness import META
from tests import making

# Bytes of each file that are changed, one at a time.
FLIPS = 10
# What tantivy only needs to write: without it, it finds the same.
FOR_WRITING = {".managed.json", ".tantivy-meta.lock", ".tantivy-writer.lock"}

DIGITS = b"0123456789"

Damage = Callable[[bytes], bytes | None]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of two segments, of the first of which some is deleted; copied, never changed."""
    folder = tmp_path_factory.mktemp("made")
    files = sorted(making.write_many(folder / "articles", 8).iterdir())
    texts = [file.read_text(encoding="utf-8") for file in files]
    cuts = [cut for text in texts for cut in making.cut(making.article(text, title="Village"))]
    index = LexicalIndex(folder)
    index.add(dict(enumerate(cuts[:40], start=1)))
    index.add(dict(enumerate(cuts[40:], start=41)))
    index.remove([12, 30])
    return folder


def look(index: LexicalIndex) -> list[Any]:
    """Return what an index finds, in every way there is."""
    words = ["keeper", "swan", "7", "villag", "21"]
    return [
        index.count(),
        sorted(index.keys()),
        index.search(words, count=100),
        index.search_phrases([["keeper", "of", "gate", "3"], ["swan", "heron"]], count=100),
        [index.count_passages_with(word) for word in words],
    ]


def try_look(store: Path) -> list[Any] | None:
    """Return what an index finds; None where it is refused with the name of the repair."""
    try:
        return look(LexicalIndex(store))
    except StoreError as error:
        if "rag doctor --repair" not in str(error):
            raise
        return None


def keys(found: list[Any]) -> list[object]:
    """Return what an index found, without scores."""
    return [found[1], *({key for key, _ in ranked} for ranked in found[2:4]), found[4]]


def spoil(made: Path, store: Path, name: str, damage: Damage) -> None:
    """Make a copy of an index with one file damaged, in the place of the copy before."""
    # The files before are deleted, not written over: a reader may still map them into memory.
    rmtree(store / FOLDER, ignore_errors=True)
    copytree(made / FOLDER, store / FOLDER)
    file = store / FOLDER / name
    content = damage(file.read_bytes())
    if content is None:
        file.unlink()
    else:
        file.write_bytes(content)


def flip(at: int, bit: int) -> Damage:
    return lambda content: content[:at] + bytes([content[at] ^ 1 << bit]) + content[at + 1 :]


def damages(size: int, chance: Random) -> Iterator[Damage]:
    yield lambda _: None
    if size:
        yield lambda _: b""
        yield lambda content: content[: size // 2]
        yield from (flip(chance.randrange(size), chance.randrange(8)) for _ in range(FLIPS))


def test_no_damage_to_any_file_changes_what_is_found(made: Path, tmp_path: Path) -> None:
    sound, chance, refused = look(LexicalIndex(made)), Random(1), Counter[str]()
    files = [path for path in (made / FOLDER).iterdir() if path.name != META]
    for path in files:
        for damage in damages(path.stat().st_size, chance):
            spoil(made, tmp_path, path.name, damage)
            found = try_look(tmp_path)
            assert found in (None, sound), path.name
            refused[path.name] += found is None
    segments = {path.name for path in files} - FOR_WRITING
    assert len(segments) > 12
    # Only what a footer says of tantivy's own version may change unnoticed.
    assert all(refused[name] > FLIPS for name in segments)


def test_every_change_to_the_list_of_segments_is_noticed(made: Path, tmp_path: Path) -> None:
    sound, content = look(LexicalIndex(made)), (made / FOLDER / META).read_bytes()
    chance, noticed = Random(2), 0
    places = {
        *range(0, len(content), 10),
        *(at for at, byte in enumerate(content) if byte in DIGITS),
    }
    for at in sorted(places):
        spoil(made, tmp_path, META, flip(at, chance.randrange(4)))
        found = try_look(tmp_path)
        noticed += found is None
        # Another count than the catalog's the opening store notices. A segment with deletions is
        # counted by these; what is told of its size changes scores only, and those little.
        assert found is None or found[0] != sound[0] or keys(found) == keys(sound), content[
            at - 20 : at + 20
        ]
    assert noticed > len(places) / 2


def test_damage_while_the_index_is_open_is_an_error_also_where_tantivy_panics(
    made: Path, tmp_path: Path
) -> None:
    spoil(made, tmp_path, META, lambda content: content)
    (path, *_) = (tmp_path / FOLDER).glob("*.store")
    index, causes, content = LexicalIndex(tmp_path), set[str](), path.read_bytes()
    for at in range(0, len(content), 3):
        with path.open("r+b") as file:  # the very file that is mapped into memory
            file.write(flip(at, 3)(content) or b"")
        try:
            look(index)
        except StoreError as error:
            causes.add(type(error.__cause__).__name__)
    assert "PanicException" in causes
