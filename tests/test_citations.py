"""A citation holds the quote and its source, whatever is in them, and leads back to the words."""

import html
import json
import re
from dataclasses import replace
from datetime import date
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from rag import citations, rendering
from rag.errors import QuestionError
from rag.links import ENDS, LONGEST, address, link_to_text
from rag.permalinks import Cited, Permalink
from rag.types import Article, Passage, Quote, Span, digest_text
from tests import making, tables
from tests.strategies import PIECES, articles, quotable, texts

ROWS = tables.read("text_links")
DAY = date(2020, 3, 2)
BIDI = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def sourced(article: Article, **fields: Any) -> Article:
    return replace(article, source=replace(article.source, **fields))


def quote(article: Article, *, led: bool = False) -> Quote:
    """Return the first sentence of an article, or a later one with what stands before it."""
    passage = making.cut(article)[0]
    *before, last = passage.sentences
    if led and before:
        return Quote(passage, last, 0.9, lead=Span(before[0].start, before[-1].end))
    return Quote(passage, passage.sentences[0], 0.9)


def of_text(text: str, **fields: Any) -> Quote:
    """Return a quote of a whole text, as its only sentence."""
    article = sourced(making.article(text), **fields)
    span = Span(0, len(text))
    return Quote(Passage.of(article, [span], number=0), span, 0.9)


quotes = st.builds(lambda article, led: quote(article, led=led), quotable, st.booleans())
WEB = st.sampled_from(
    (
        "https://news.example/2020/03/smoke?a=1&b=2",
        "http://n.example/a#top",
        "https://n.example/#:~:text=old",
        "https://ш.example/б c(d)[e]{f}'g\"h<i>|\\^`~%zz&amp;&copy;",
    )
)


def show(text: str) -> str:
    return rendering.visible(" ".join(text.split()))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["why"])
def test_a_link_leads_to_the_quoted_words(row: dict[str, Any]) -> None:
    assert link_to_text(of_text(row["text"], url=row["url"])) == row["link"]


@given(texts.filter(lambda text: bool(text.split())), WEB)
def test_the_words_of_a_link_are_the_quotes_first_and_last(text: str, url: str) -> None:
    made = of_text(text, url=url)
    link = link_to_text(made)
    assert link.isascii()
    assert re.fullmatch(r"[A-Za-z0-9%:/?#@!$&'()*+,;=.~_\[\]-]+", link)
    page, _, directive = link.partition(":~:text=")
    assert page.rstrip("#") == address(url).partition(":~:")[0].rstrip("#")
    words = text.split()
    if not directive:
        assert max(map(len, words)) > LONGEST
        return
    assert not set(directive) & set("&-# ")
    named = [unquote(part).split(" ") for part in directive.split(",")]
    if len(named) == 1:
        assert named == [words]
    else:
        start, end = named
        assert start == words[: len(start)]
        assert end == words[-len(end) :]
        assert 1 <= len(start) <= ENDS
        assert 1 <= len(end) <= ENDS
        assert len(start) + len(end) <= len(words)
    assert all(len(" ".join(part)) <= LONGEST for part in named)
    assert len(named) == 2 or len(text.strip().splitlines()) == 1


def test_a_long_word_without_a_break_is_not_named() -> None:
    assert link_to_text(of_text("水" * 301, url="https://n.example/a")) == "https://n.example/a"


@pytest.mark.parametrize("url", ["", "ftp://n.example/a", "data:text/html,x", "//n.example/a"])
def test_no_format_links_to_what_is_not_on_the_web(url: str) -> None:
    made = of_text("Rain fell.", url=url)
    assert "](" not in citations.as_markdown(made)
    assert "url" not in read_bibtex(citations.as_bibtex(made))[2]
    assert "URL" not in citations.as_csl(made)
    assert rendering.quote_as_json(made)["link"] is None
    assert len(citations.as_text(made).splitlines()) == 3


def test_text_has_words_citation_link_and_permalink_on_a_line_each() -> None:
    made = of_text(
        "Rain\nfell.", title="Wet", publisher="Post", published=DAY, url="https://n.example/a"
    )
    assert citations.as_text(made).splitlines() == [
        "Rain fell.",
        "— Wet · Post · 2 March 2020",
        "https://n.example/a#:~:text=Rain,fell.",
        made.id,
    ]


@given(quotes)
def test_text_steers_no_terminal_and_has_a_line_for_each_thing(made: Quote) -> None:
    shown = citations.as_text(made)
    assert shown == rendering.visible(shown)
    lines = shown.splitlines()
    assert lines[bool(made.lead)] == show(made.text)
    assert lines[-1] == made.id
    assert len(lines) == 3 + bool(made.lead) + bool(link_to_text(made))


def parse_markdown(text: str) -> Any:
    return MarkdownIt("commonmark").parse(text)


MARKUP = st.lists(
    st.sampled_from(
        ("](javascript:x)", "[", "![a](b)", "*b*", "_c_", "`d`", "<i>", "&amp;", "\\", "# ", "\n\n")
    )
    | st.sampled_from(PIECES),
    max_size=8,
).map("".join)


@given(quotes, WEB | st.just(""), MARKUP, MARKUP)
def test_markdown_is_one_block_quotation_with_the_exact_words(
    made: Quote, url: str, title: str, publisher: str
) -> None:
    source = replace(made.source, url=url, title=title, publisher=publisher)
    made = replace(made, passage=replace(made.passage, source=source))
    shown = citations.as_markdown(made)
    assert not set(shown) & BIDI
    tokens = parse_markdown(shown)
    paragraphs = [token for token in tokens if token.type == "inline"]
    kinds = [token.type for token in tokens]
    assert kinds == [
        "blockquote_open",
        *["paragraph_open", "inline", "paragraph_close"] * (2 + bool(made.lead)),
        "blockquote_close",
    ]
    words, cited = paragraphs[-2:]
    assert read_text(words) == rendering.visible(made.text)
    assert {child.type for child in words.children} <= {"text", "softbreak", "text_special"}
    facts = [show(part) for part in rendering.cite_parts(made.source)]
    assert read_text(cited) == " · ".join(["— " + facts[0], *facts[1:], show(made.id)])
    links = [child.attrs["href"] for child in cited.children if child.type == "link_open"]
    assert len(links) == bool(url)
    for link in links:
        # The parser encodes what the link keeps of RFC 3986.
        assert unquote(link) == unquote(link_to_text(made))


def read_text(token: Any) -> str:
    return "".join(child.content for child in token.children)


def test_no_format_shows_what_turns_the_direction_of_writing() -> None:
    hostile = "A \u202eB\u2066 \x1b[2J C."
    article = making.article(f"{hostile} {hostile}", title=hostile, publisher=hostile)
    made = quote(sourced(article, author=hostile, id=hostile), led=True)
    assert made.lead
    item = citations.as_csl(made)
    shown = (citations.as_text(made), citations.as_bibtex(made), "".join(map(str, item.values())))
    for text in (*shown, html.unescape(citations.as_markdown(made))):
        assert not set(text) & (BIDI | {"\x1b"})
        assert "u202e" in text


def test_markdown_shows_a_lead_above_the_words() -> None:
    made = quote(making.article("Rain *fell*. Boats came."), led=True)
    first, second, third = citations.as_markdown(made).split("\n>\n")
    assert html.unescape(first) == "> <small>Before this: Rain *fell*.</small>"
    assert html.unescape(second) == "> Boats came."
    assert third.startswith("> — a")


UNTEX = {mark: name for name, mark in citations.TEX.items()}
TEX_MARK = re.compile("|".join(re.escape(each) for each in sorted(UNTEX, key=len, reverse=True)))


def read_bibtex(text: str) -> tuple[str, str, dict[str, str]]:
    """Read the only entry of a text as BibTeX does, which counts every brace."""
    head = re.match(r"@(\w+)\{([A-Za-z0-9-]+),\n", text)
    assert head
    fields, at = {}, head.end()
    while field := re.compile(r"  (\w+) = \{").match(text, at):
        depth, end = 1, field.end()
        while depth:
            depth += {"{": 1, "}": -1}.get(text[end], 0)
            end += 1
        fields[field[1]] = text[field.end() : end - 1]
        assert text[end : end + 2] == ",\n"
        at = end + 2
    assert text[at:] == "}"
    return head[1], head[2], fields


def untex(value: str) -> str:
    assert not re.search(r"--|``|''|,,|[?!]`", value)
    assert not set(TEX_MARK.sub("", value).replace("{}", "")) & set("\\{}$&#%_^~<>|")
    return TEX_MARK.sub(lambda match: UNTEX[match[0]], re.sub(r"(?<=[-`',?!])\{\}", "", value))


MARKED = st.lists(
    st.sampled_from(("{", "}", "\\", "\\{", "$&#%_^~<>|", "--", "---", "``", "''", ",,", "?`"))
    | st.sampled_from(PIECES)
    | st.sampled_from(("@article{x,", "\n@misc{y,\n", '"', "and", " ", "{}", "\x00")),
    max_size=12,
).map("".join)


@given(texts.filter(lambda text: bool(text.strip())) | MARKED.filter(str.strip), MARKED, MARKED)
def test_bibtex_is_one_entry_with_balanced_braces_whatever_the_fields(
    text: str, title: str, name: str
) -> None:
    made = of_text(text, title=title, publisher=name, author=name, url="https://n.example/{a}")
    shown = citations.as_bibtex(made, accessed=DAY)
    assert len(re.findall(r"^\s*@", shown, re.M)) == 1
    assert len(shown.splitlines()) == shown.count("\n") + 1
    assert shown == rendering.visible(shown)
    kind, key, fields = read_bibtex(shown)
    assert kind == ("article" if show(name) else "misc")
    assert key == citations.key(made)
    assert untex(fields["abstract"]) == show(text)
    assert untex(fields["title"][1:-1]) == show(rendering.cite_parts(made.source)[0])
    assert untex(fields.get("journal", "")) == show(name)
    assert untex(fields.get("author", "{}")[1:-1]) == show(name)
    assert fields["url"] == link_to_text(made)
    assert fields["urldate"] == "2020-03-02"
    assert untex(fields["permalink"]) == show(made.id)


def test_bibtex_has_the_day_and_one_key_for_each_quote() -> None:
    article = sourced(
        making.article(making.FERRY), publisher="Côte & Post", author="A, B and C", published=DAY
    )
    passage = making.cut(article)[0]
    one, other = (Quote(passage, span, 0.9) for span in passage.sentences[:2])
    kind, key, fields = read_bibtex(citations.as_bibtex(one))
    assert (kind, key) == ("article", f"cotepost2020-{article.source.digest[:8]}-0")
    assert [fields[name] for name in ("year", "month", "day")] == ["2020", "3", "2"]
    assert (fields["author"], fields["journal"]) == ("{A, B and C}", r"Côte \& Post")
    assert {"url", "urldate"}.isdisjoint(fields)
    assert citations.key(other) != key


@pytest.mark.parametrize(
    ("publisher", "author", "start"),
    [("Post", "Ann", "post"), ("", "Ann B.", "annb"), ("新聞", "", "article"), ("", "", "article")],
)
def test_the_key_begins_with_publisher_or_author(publisher: str, author: str, start: str) -> None:
    made = of_text("Rain fell.", publisher=publisher, author=author)
    assert citations.key(made).startswith(f"{start}-")


@given(quotes, st.none() | st.just(DAY))
def test_csl_is_json_on_one_line_a_field(made: Quote, accessed: date | None) -> None:
    item = citations.as_csl(made, accessed=accessed)
    assert json.loads(json.dumps(item)) == item
    assert ("accessed" in item) == bool(accessed)
    assert "note" not in item
    assert item["abstract"].endswith(show(made.text))
    assert item["id"] == made.id
    for value in (
        item["title"],
        item["abstract"],
        *(each["literal"] for each in item.get("author", [])),
    ):
        assert value == show(value)
    published = made.source.published
    if published:
        expected = [[published.year, published.month, published.day]]
        assert item["issued"] == {"date-parts": expected}
    else:
        assert "issued" not in item


@pytest.mark.parametrize("blank", ["", " ", "\u2028\n"])
def test_a_blank_field_is_unknown(blank: str) -> None:
    made = of_text("Rain fell.", publisher=blank, author=blank, title=blank)
    item = citations.as_csl(made)
    assert (item["type"], item["title"]) == ("webpage", "a.md")
    assert {"container-title", "author"}.isdisjoint(item)
    kind, key, fields = read_bibtex(citations.as_bibtex(made))
    assert (kind, key[:8]) == ("misc", "article-")
    assert {"journal", "author"}.isdisjoint(fields)
    assert citations.as_text(made).splitlines()[1] == "— a.md"


def test_csl_tells_newspapers_from_other_pages() -> None:
    paper = citations.as_csl(of_text("Rain fell.", publisher="Post", author="Ann", title="Wet"))
    assert (paper["type"], paper["container-title"]) == ("article-newspaper", "Post")
    assert (paper["author"], paper["title"]) == ([{"literal": "Ann"}], "Wet")
    page = citations.as_csl(of_text("Rain fell."))
    assert page["type"] == "webpage"
    assert {"container-title", "author", "issued", "URL"}.isdisjoint(page)


def test_a_lead_is_cited_with_its_quote() -> None:
    made = quote(making.article("Rain fell. Boats came."), led=True)
    expected = "(Before this: Rain fell.) Boats came."
    assert citations.as_csl(made)["abstract"] == expected
    assert read_bibtex(citations.as_bibtex(made))[2]["abstract"] == expected
    assert citations.as_text(made).startswith("(Before this: Rain fell.)\nBoats came.\n")


@given(st.text(min_size=1), texts.filter(bool), st.data())
def test_the_id_of_a_quote_is_read_as_its_article_version_and_place(
    article: str, text: str, data: st.DataObject
) -> None:
    made = of_text(text, id=article)
    start = data.draw(st.integers(0, len(text) - 1))
    span = Span(start, data.draw(st.integers(start + 1, len(text))))
    part = replace(made, span=span)
    assert Permalink.parse(part.id) == Permalink(article, digest_text(text)[:12], span)


@pytest.mark.parametrize("article", ["a@b", "a:b-c", "x@0123456789ab:1-2", "@:", " ", "a\nb@"])
def test_an_articles_id_may_look_like_an_id_of_a_quote(article: str) -> None:
    assert Permalink.parse(f"{article}@0123456789ab:3-4").article == article


@pytest.mark.parametrize(
    "text",
    [
        *("", "a", "a@b", "a@0123456789ab", "a@0123456789ab:5", "a@0123456789ab:5-", "@0123:1-2"),
        *("a@0123456789ab:5-5", "a@0123456789ab:6-5", "a@0123456789ab:05-9", "@0123456789ab:1-2"),
        *("a@0123456789ab:-5-9", "a@0123456789AB:5-9", "a@0123456789ab:5-9 ", "a@0123456789ab:٥-٩"),
        *("a@0123456789a:5-9", f"a@{'0' * 65}:5-9", "a@0123456789ab:1-99999999999"),
        *("a@0123456789ab:5-9\n", "a@0123456789ab:1٥-2٩"),
    ],
)
def test_what_is_no_id_of_a_quote_is_refused(text: str) -> None:
    with pytest.raises(QuestionError, match="is not the id of a quote"):
        Permalink.parse(text)


def test_what_is_cited_says_whether_it_is_still_current() -> None:
    old, new = making.article("Rain fell."), making.article("Snow fell.")
    states = {}
    for name, latest in {"same": old.source, "other": new.source, "none": None}.items():
        cited = Cited(quote(old), old, latest)
        states[name] = (cited.current, cited.changed, cited.withdrawn)
        assert citations.cited_as_text(cited).startswith(citations.as_text(cited.quote))
        shown = citations.cited_as_json(cited)
        assert (shown["current"], shown["changed"], shown["withdrawn"]) == states[name]
        assert shown["version"]["text"] == "Rain fell."
    assert states == {
        "same": (True, False, False),
        "other": (False, True, False),
        "none": (False, False, True),
    }


def test_what_is_cited_cannot_be_of_another_article() -> None:
    one, other = making.article("Rain fell."), making.article("Rain fell.", name="b")
    with pytest.raises(ValueError, match="is not from"):
        Cited(quote(one), other, None)
    with pytest.raises(ValueError, match="is no version"):
        Cited(quote(one), one, other.source)


@given(articles())
def test_an_address_is_encoded_once_and_for_all(article: Article) -> None:
    url = f"https://n.example/{article.source.url}"
    assert address(address(url)) == address(url)
    assert urlsplit(address(url)).hostname == "n.example"
