"""Feeds and NewsML-G2: one article an entry, and XML that means harm."""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path

import pytest

from rag.articles import Known, read
from rag.articles.blocks import Block, read_html
from rag.types import Article, Failure
from tests import formats
from tests.formats import LEFT, SAFE, SMOKE, STORY

LIMIT = 5_000_000


def read_all(
    folder: Path, content: str | bytes, name: str = "a.xml"
) -> list[Article | Known | Failure]:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return list(read([path], max_bytes=LIMIT))


def read_one(folder: Path, content: str | bytes) -> Article:
    [item] = read_all(folder, content)
    assert isinstance(item, Article), item
    return item


def fail_one(folder: Path, content: str | bytes) -> str:
    [item] = read_all(folder, content)
    assert isinstance(item, Failure), item
    return item.reason


def quotable(article: Article) -> list[str]:
    return [span.cut(article.text) for span in article.body]


# --- feeds


def test_an_entry_of_rss_is_its_full_content_with_its_fields(tmp_path: Path) -> None:
    first, second, third = read_all(tmp_path, formats.RSS)
    assert isinstance(first, Article)
    source = first.source
    assert (source.title, source.publisher) == ("Smoke above the Halcyon", "Coast Post & Mail")
    assert (source.author, source.published) == ("Ann Reay", date(2020, 3, 2))
    assert (source.url, source.language) == ("https://post.example/smoke", "en-gb")
    assert quotable(first) == ["\n\n".join(STORY)]
    assert first.text.startswith("Smoke\n\n")
    assert "appeared first on Coast Post" in first.text
    assert "track" not in first.text
    assert isinstance(second, Article)
    assert second.source.author == "Bo Lund"
    assert quotable(second) == [f"{LEFT} It was 5 & 6 o’clock."]
    assert isinstance(third, Failure)
    assert third.path.endswith("a.xml, entry 3")
    assert "neither content nor a summary" in third.reason


def test_an_entry_of_atom_is_read_with_the_fields_of_its_feed(tmp_path: Path) -> None:
    first, second = read_all(tmp_path, formats.ATOM)
    assert isinstance(first, Article)
    assert isinstance(second, Article)
    source = first.source
    assert (source.title, source.publisher) == ("Smoke & fire", "Coast Post")
    assert (source.author, source.published) == ("Ann Reay, Bo Lund", date(2020, 3, 2))
    assert (source.url, source.language) == ("https://post.example/smoke", "en")
    assert quotable(first) == ["\n\n".join(STORY)]
    source = second.source
    assert (source.publisher, source.author, source.language) == ("Küstenpost", "The desk", "de")
    assert source.published == date(2020, 3, 3)


def test_an_entry_of_rss_1_is_read(tmp_path: Path) -> None:
    source = read_one(tmp_path, formats.RDF).source
    assert (source.publisher, source.published) == ("Coast Post", date(2020, 3, 2))


def test_an_entry_keeps_its_id_when_others_come_before_it(tmp_path: Path) -> None:
    _, second = read_all(tmp_path, formats.ATOM)
    new = "<entry><title>New</title><summary>It is new, they said.</summary></entry>"
    *_, moved = read_all(tmp_path, formats.ATOM.replace("<entry>", f"{new}<entry>", 1))
    assert isinstance(second, Article)
    assert isinstance(moved, Article)
    assert second.source.id == moved.source.id


def test_plain_text_where_html_belongs_keeps_its_paragraphs(tmp_path: Path) -> None:
    feed = formats.RDF.replace(LEFT, f"{LEFT}\n {SMOKE}\n\n  {SAFE}")
    assert read_one(tmp_path, feed).text == f"{LEFT}\n{SMOKE}\n\n{SAFE}"


def test_a_character_by_its_name_in_html_is_read(tmp_path: Path) -> None:
    feed = formats.RDF.replace("dawn", "d&eacute;j&agrave;&nbsp;&amp;lt;")
    assert "déjà\u00a0<" in read_one(tmp_path, feed).text
    assert "not well-formed" in fail_one(tmp_path, formats.RDF.replace("dawn", "&bogus;"))


def test_a_feed_in_the_encoding_that_it_declares_is_read(tmp_path: Path) -> None:
    feed = '<?xml version="1.0" encoding="windows-1252"?>' + formats.RDF.replace("dawn", "“dawn”")
    assert "“dawn”" in read_one(tmp_path, feed.encode("cp1252")).text
    assert (
        "“dawn”" in read_one(tmp_path, feed.replace("windows-1252", "utf-16").encode("utf-16")).text
    )


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "not well-formed"),
        ("plain words", "not well-formed"),
        ("<rss><channel>", "not well-formed"),
        ("<rss><channel/></rss>", "without entries"),
        ("<urlset><url/></urlset>", "another kind (<urlset>)"),
        (b"<rss>caf\xe9</rss>", "not well-formed"),
        ('<?xml version="1.0" encoding="klingon"?><rss/>', "not well-formed"),
    ],
)
def test_what_is_no_feed_is_a_failure(tmp_path: Path, content: str | bytes, words: str) -> None:
    assert words in fail_one(tmp_path, content)


# --- newsml


@pytest.mark.parametrize("content", [formats.INLINE_XML, formats.INLINE_NITF, formats.INLINE_DATA])
def test_an_item_of_newsml_is_read_whatever_its_content_is_written_in(
    tmp_path: Path, content: str
) -> None:
    article = read_one(tmp_path, formats.newsml(content))
    source = article.source
    assert (source.title, source.publisher) == ("Smoke above the Halcyon", "Coast Wire")
    assert (source.author, source.published) == ("Ann Reay", date(2020, 3, 2))
    assert (source.language, source.url) == ("en-GB", "")
    assert quotable(article) == ["\n\n".join(STORY)]


def test_a_message_has_an_article_an_item_and_no_other_items(tmp_path: Path) -> None:
    message = formats.newsml(formats.INLINE_DATA, formats.PICTURE, formats.INLINE_XML)
    first, picture, third = read_all(tmp_path, message)
    assert isinstance(first, Article)
    assert isinstance(picture, Failure)
    assert picture.path.endswith("a.xml, item 2")
    assert "holds no text" in picture.reason
    assert isinstance(third, Article)
    assert first.source.id != third.source.id


@pytest.mark.parametrize("status", ["canceled", "withheld"])
def test_what_its_provider_took_back_is_no_article(tmp_path: Path, status: str) -> None:
    assert status in fail_one(tmp_path, formats.newsml(formats.INLINE_DATA, status=status))


def test_a_message_without_items_is_a_failure(tmp_path: Path) -> None:
    assert "without a news item" in fail_one(tmp_path, "<newsMessage/>")


# --- hostile

LAUGHS = '<!DOCTYPE l [<!ENTITY a "lol">' + "".join(
    f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(12)
)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (LAUGHS + "]><rss>&m;</rss>", "not well-formed"),
        (LAUGHS + ']><rss x="&m;"/>', "not well-formed"),
        (LAUGHS + ']><rss x="&b;"/>', "declares entities"),
        (
            f'<!DOCTYPE l [<!ENTITY a "{"x" * 50_000}">]><rss>{"&a;" * 50_000}</rss>',
            "not well-formed",
        ),
        ('<!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/hostname">]><rss>&a;</rss>', "declares"),
        ('<!DOCTYPE r SYSTEM "file:///etc/hostname"><rss>&a;</rss>', "does not define"),
        ("<a>" * 100_000 + "</a>" * 100_000, "not well-formed"),
        ("<rss>" + "<a/>" * 1_200_000 + "</rss>", "more than 1,000,000 tags"),
    ],
)
def test_xml_that_grows_or_reaches_out_is_a_failure(
    tmp_path: Path, content: str, words: str
) -> None:
    start = time.monotonic()
    assert words in fail_one(tmp_path, content)
    assert time.monotonic() - start < 30


def test_an_inclusion_is_not_followed(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("The password is swordfish.")
    inclusion = (
        '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" parse="text" '
        f'href="{secret.as_uri()}"/>'
    )
    feed = formats.ATOM.replace("<div ", f"<div>{inclusion}</div><div ", 1)
    first, _ = read_all(tmp_path, feed)
    assert isinstance(first, Article)
    assert "swordfish" not in first.text


# --- html in them


def test_html_becomes_the_paragraphs_that_a_reader_sees() -> None:
    markup = """<style>p{}</style><h2>What  now?</h2>
      <p>It <b>fell</b>&nbsp;at\n noon.<br>Nobody  was hurt.<p style="DISPLAY: none">Click
      <div hidden><p>Track</p></div><ul><li>One<li>Two</ul><table><tr><td>1<td>2<tr><td>3</table>
      <pre>a\n  b</pre>tail<!-- note -->"""
    assert read_html(markup) == [
        Block("What now?", heading=True),
        Block("It fell\u00a0at noon.\nNobody was hurt.", heading=False),
        *(Block(text, heading=False) for text in ("One", "Two", "1 2", "3", "a\nb", "tail")),
    ]


@pytest.mark.parametrize(
    "markup",
    [
        "<div>" * 200_000 + "It fell.",
        "<a href=" * 200_000,
        "<" * 1_000_000,
        "<p>" + "x" * 3_000_000,
        "<!--" * 200_000,
        "&" * 1_000_000,
        '<p style="' + "display :" * 200_000 + '">It fell.',
    ],
)
def test_hostile_html_is_read_in_time(markup: str) -> None:
    start = time.monotonic()
    read_html(markup)
    assert time.monotonic() - start < 30


def test_html_beyond_the_bounds_is_refused() -> None:
    with pytest.raises(ValueError, match="tags"):
        read_html("<b>" * 1_000_001)
    with pytest.raises(ValueError, match="attributes"):
        read_html("<a " + " ".join(f"x{n}=1" for n in range(100_000)) + ">")
