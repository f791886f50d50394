"""Hypothesis strategies: exotic text, articles with gaps in their body, and what is cut of them."""

from __future__ import annotations

from datetime import date

from hypothesis import strategies as st

from rag.types import Article, Span, digest_text
from rag.types import Source as ArticleSource
from tests.making import cut

PIECES = (
    *("The dam held", "he said", "Mr", "U.S", "al-Amin", "3.5", "https://a.b/c?d", "No", "p.m"),
    *(".", ". ", "? ", "!", "…", "。", "؟ ", "।", ",", ";", ":", "—", "-", "•", "“", "”", "'", '"'),
    *(" ", "  ", "\n", "\n\n", "\t", "\u00a0", "\u2028", "\u3000", "\u200b", "\u200d", "\u2060"),
    *(
        "👩\u200d🚒",
        "🏳️\u200d🌈",
        "e\u0301\u0323",
        "a\u0300\u0301\u0302",
        "שלום",
        "مرحبا",
        "\u202eabc\u202c",
    ),
    *("水は高い", "你好", "\U00010400\U00010401", "𝔘𝔫", "İ", "ß", "ﬁ", "\x1c", "\x85", "\ufeff"),
    *("<b>&amp;", "[x](y)", "*_`#", "\\", "&#60;", "1. ", "## ", "word " * 30, "x" * 300),
)

pieces = st.lists(st.sampled_from(PIECES), max_size=50).map("".join)
hard_wrapped = st.lists(st.sampled_from(("tide", "Tide", "tide.", "of")), max_size=150).map(
    lambda words: "\n".join(" ".join(words[at : at + 11]) for at in range(0, len(words), 11))
)
# Half a surrogate pair is refused when an article is read, so no text holds one.
texts = st.one_of(st.text(st.characters(codec="utf-8")), pieces, hard_wrapped)

days = st.none() | st.dates(date(1990, 1, 1), date(2030, 12, 31))


@st.composite
def articles(draw: st.DrawFn, *, name: str = "a", minimum: int = 1) -> Article:
    """Draw an article whose body is one or more parts of an exotic text."""
    text = draw(st.one_of(st.just("Rain fell."), texts.filter(lambda text: len(text) >= minimum)))
    edges = sorted(draw(st.sets(st.integers(0, len(text)), min_size=2, max_size=8)) or {0, 1})
    body = tuple(
        Span(start, end) for start, end in zip(edges[::2], edges[1::2], strict=False) if start < end
    )
    if draw(st.booleans()):
        body = (Span(0, len(text)),)
    fields = st.text(st.characters(codec="utf-8"), max_size=20)
    source = ArticleSource(
        id=name,
        title=draw(fields),
        publisher=draw(fields),
        author=draw(fields),
        published=draw(days),
        url=draw(fields),
        path=draw(fields),
        digest=digest_text(text),
    )
    return Article(source, text, body)


# Articles that can be quoted from.
quotable = articles().filter(lambda each: bool(cut(each)))
