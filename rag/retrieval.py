"""A query becomes the passages nearest to it, by meaning and by words; a quotation, articles."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from rag import fusion
from rag.inferences import intersect
from rag.ingestion import Indexes
from rag.types import Article, Hit, Query

if TYPE_CHECKING:
    from rag.types import Vector

# How many times more passages are asked for where a filter will drop some. A filter inside Chroma
# took 391 ms where it let half of 95,000 passages pass, a plain search 3 ms.
OVERSAMPLING = 4

# Stems of one phrase of a quotation. One altered word spoils one phrase; five words in a row are
# rarely in many articles.
PHRASE = 5
# Phrases, and rare words, of a quotation that are searched for; a quotation is mostly shorter.
PHRASES = 40
RARE = 40

Search = Callable[[int, Query | None], Sequence[tuple[int, float]]]


def retrieve(
    query: Query, stems: Sequence[str], vector: Vector, *, indexes: Indexes, count: int
) -> tuple[Hit, ...]:
    """Return passages that pass a query's filters, best first.

    Args:
        query: The query.
        stems: The stems of its content words.
        vector: Its unit vector, (dimension,).
        indexes: The store to search.
        count: Passages each index offers.

    Returns:
        At most twice `count` hits, scored by reciprocal rank fusion.
    """
    searches: dict[str, Search] = {
        "dense": lambda size, within: indexes.vectors.search(vector, count=size, within=within),
        "lexical": lambda size, within: indexes.lexical.search(stems, count=size, within=within),
    }
    rankings = {
        name: _search(search, query, indexes=indexes, count=count)
        for name, search in searches.items()
    }
    preferred = _prefer(query)
    if preferred:
        for name, search in searches.items():
            found = _search(search, preferred, indexes=indexes, count=count)
            rankings[f"{name}, {fusion.PREFERRED}"] = found
    fused = fusion.fuse(rankings)
    passages = indexes.catalog.passages(each.key for each in fused)
    return tuple(
        Hit(passages[each.key], each.score, each.ranks) for each in fused if each.key in passages
    )


def retrieve_articles(
    stems: Sequence[str], vector: Vector | None, *, indexes: Indexes, count: int
) -> tuple[Article, ...]:
    """Return the articles that a quotation may be from, the likeliest first.

    Args:
        stems: The stems of the quotation's words, in order.
        vector: Its unit vector, (dimension,); None to go by the words alone.
        indexes: The store to search.
        count: Passages each search offers, and articles at most.
    """
    lexical, catalog = indexes.lexical, indexes.catalog
    starts = [*range(0, len(stems) - PHRASE, PHRASE), max(0, len(stems) - PHRASE)]
    spread = starts[:: -(-len(starts) // PHRASES)]
    phrases = [stems[start : start + PHRASE] for start in spread]
    held = {stem: lexical.count_passages_with(stem) for stem in dict.fromkeys(stems)}
    rare = sorted((stem for stem in held if held[stem]), key=held.__getitem__)[:RARE]
    rankings = {
        "phrases": lexical.search_phrases(phrases, count=count),
        "lexical": lexical.search(rare, count=count),
    }
    if vector is not None:
        rankings["dense"] = indexes.vectors.search(vector, count=count)
    fused = fusion.fuse({name: [key for key, _ in found] for name, found in rankings.items()})
    passages = catalog.passages(each.key for each in fused)
    named = (passages[each.key].source.id for each in fused if each.key in passages)
    return tuple(catalog.article(article) for article in list(dict.fromkeys(named))[:count])


def _prefer(query: Query) -> Query | None:
    """Return a query for the days that are preferred; None if there are none."""
    soft = [(each.since, each.until) for each in query.dates if not each.hard]
    if not soft:
        return None
    since, until = intersect([(query.since, query.until), *soft])
    if since and until and since > until:
        return None
    return replace(query, since=since, until=until)


def _search(search: Search, query: Query, *, indexes: Indexes, count: int) -> Sequence[int]:
    """Search widely and filter; where too few pass, let the index filter, slow but sure."""
    if not query.narrows:
        return [key for key, _ in search(count, None)]
    wide = [key for key, _ in search(count * OVERSAMPLING, None)]
    passages = indexes.catalog.passages(wide)
    passing = [key for key in wide if key in passages and query.admits(passages[key].source)]
    if len(passing) >= count or len(wide) < count * OVERSAMPLING:
        return passing[:count]
    return [key for key, _ in search(count, query)]
