"""Markdown as other programs write it: its front matter, its titles, its lines without prose."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.articles import File, read
from rag.articles.frontmatter import cut_front
from rag.articles.markdown import parse
from rag.types import Article, Failure, Source

STORY = "The mill at Quern burned on Monday. Nobody was hurt, the council said."


def read_text(text: str) -> Article:
    return parse(File("a.md", Path("/a.md")), text.encode())


def quotable(text: str) -> str:
    article = read_text(text)
    return "\n".join(span.cut(article.text) for span in article.body)


def read_source(front: str, *, mark: str = "---") -> Source:
    article = read_text(f"{mark}\n{front}\n{mark}\n\n{STORY}\n")
    assert article.text == STORY
    return article.source


# --- a rule, or front matter


@pytest.mark.parametrize(
    "text",
    [
        "---\n\nLONDON: Firefighters worked all night.\n\n---\n\nNo one was injured.",
        "---\n \t\ntitle: of the song\n---\nIt was sung.",
        "---\nLONDON: Firefighters worked all night.\n---\nNo one was injured.",
        "---\nLONDON: Firefighters: all night.\n---\nNo one was injured.",
        "---\nLONDON: Firefighters worked all night.\n\nNo one was injured.",
        "---\nFirefighters worked all night.\n---\nNo one was injured.",
        "---\nFirefighters worked all night.\nDate: 3 May.\n...\nNo one was injured.",
        "---\n# Fire\n---\nNo one was injured.",
        "---\n- Firefighters worked\n- No one was injured\n---\nIt rained.",
        "---\nText: of a song\n---\nIt was sung.",
        "+++\nFirefighters worked all night.\n+++\nNo one was injured.",
        "---\nLONDON: " + "x" * 70_000 + "\n---\nNo one was injured.",
    ],
)
def test_a_rule_above_the_story_takes_nothing_from_it(text: str) -> None:
    assert read_text(text).text == text


@pytest.mark.parametrize(
    "front",
    [
        "---\ntitle: Fire\n---\n",
        "---\ntitle: Fire\n...\n",
        "\n---\ntitle: Fire\n---\n",
        "\n \n---  \ntitle: Fire\n---\t\n",
        "-----\ntitle: Fire\n-----\n",
        "---\n# a comment\nTags: [a]\nTitle: Fire\n---\n",
        "---\nTITLE: Fire\n---\n",
        "+++\ntitle = 'Fire'\n+++\n",
        "\n+++\n\ntitle = 'Fire'\n\n+++\n",
    ],
)
def test_front_matter_is_read_as_the_programs_write_it(front: str) -> None:
    article = read_text(f"{front}\n{STORY}")
    assert (article.source.title, article.text) == ("Fire", STORY)


def test_front_matter_may_hold_no_field_that_is_read() -> None:
    for front in (
        "layout: post\ndraft: true",
        "title:\nauthor: null",
        "description: He said: no",
    ):
        assert read_source(front).title == "a"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("---\ntitle: Fire\n\nIt burned.", "no `---` line ends"),
        ("---\nlayout: post\ntags:\n- a\n  - b\ntitle: Fire\n\nIt burned.", "no `---` line"),
        ("---\ntitle: Fire\n\nIt burned.\n\n---\n\nIt rained.", "not a list of"),
        ("+++\ntitle = 'Fire'\n\nIt burned.", "no `+++` line ends"),
        ("+++\ntitle = Fire\n+++\nIt burned.", "malformed front matter"),
        ("+++\ntitle = " + "[" * 5_000 + "\n+++\nIt burned.", "malformed front matter"),
        ("+++\ntitle = '" + "x" * 70_000 + "'\n+++\nIt burned.", "more than 65,536"),
        ("+++\ntitle = [1]\n+++\nIt burned.", "title that is not a string"),
    ],
)
def test_fields_that_cannot_be_read_are_a_failure(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "a.md"
    path.write_text(text)
    (item,) = read([path], max_bytes=100_000)
    assert isinstance(item, Failure)
    assert words in item.reason


@given(st.text(st.sampled_from("ab:=[]{}&*!-+.# \n\t'\"|>"), max_size=40))
def test_what_stands_below_front_matter_is_an_exact_end_of_the_text(text: str) -> None:
    for start in ("", "---\n", "+++\n", "---\nLONDON: ", "---\ntags: "):
        _, rest = cut_front(f"{start}{text}\n---\n{STORY}")
        assert f"{start}{text}\n---\n{STORY}".endswith(rest)
        assert rest.endswith(STORY)


# --- fields


def test_toml_gives_the_fields() -> None:
    front = (
        'title = "Warehouse fire"\ndate = {}\nauthors = ["Jane Smith", "Bo Lund"]\ndraft = false'
    )
    for day in ("2016-12-03", "2016-12-03T09:30:00Z", "2016-12-03T09:30:00", '"3 December 2016"'):
        source = read_source(front.format(day), mark="+++")
        assert (source.title, source.author) == ("Warehouse fire", "Jane Smith, Bo Lund")
        assert source.published == date(2016, 12, 3)


@pytest.mark.parametrize(
    ("front", "title"),
    [
        ("title: [Analysis] Why it spread", "[Analysis] Why it spread"),
        ("title: *Exclusive* Fire", "*Exclusive* Fire"),
        ("title: &Beyond: fire", "&Beyond: fire"),
        ("title: {Live} Fire", "{Live} Fire"),
        ("title: Fire: what\n  we know\n\n  so far", "Fire: what we know so far"),
        ("title: Fire: what\n# a comment\n", "Fire: what"),
        ("title: Fire\ndescription: He said: no\n  and more", "Fire"),
        ("title: Fire\ntags:\n\t- a\n\t- b", "Fire"),
        ("title : Fire: what", "Fire: what"),
        ("title: Fire &amp; smoke: Bo&#8217;s story", "Fire & smoke: Bo’s story"),
        ("title: AT&T &lt;b&gt; &#99999999;", "AT&T <b> &#99999999;"),
    ],
)
def test_a_title_that_is_no_yaml_is_read_as_it_is_meant(front: str, title: str) -> None:
    source = read_source(f"author:\n- Ada Brandt\n{front}\nid: 007")
    assert (source.title, source.author, source.id) == (title, "Ada Brandt", "007")


def test_authors_may_be_listed_with_tabs() -> None:
    assert read_source("author:\n\t- Ada Brandt\n\t- Bo Lund").author == "Ada Brandt, Bo Lund"


@pytest.mark.parametrize(
    ("value", "publisher", "url"),
    [
        ("[The Courier](https://courier.example/(1))", "The Courier", ""),
        ("'[The Courier](https://courier.example)'", "The Courier", ""),
        ("'[[papers/courier|The Courier]]'", "The Courier", ""),
        ("The Courier", "The Courier", ""),
        ("https://courier.example/1", "", "https://courier.example/1"),
    ],
)
def test_the_source_is_a_publisher_or_an_address(value: str, publisher: str, url: str) -> None:
    for name in ("source", "Source", "SOURCE"):
        source = read_source(f"{name}: {value}")
        assert (source.publisher, source.url) == (publisher, url)


# --- titles of headings


@pytest.mark.parametrize(
    ("heading", "title"),
    [
        ("# [Warehouse fire](https://x.example/(1))", "Warehouse fire"),
        ("# [Warehouse fire][1] in [[notes/Quern|Quern]]", "Warehouse fire in Quern"),
        ("# **Warehouse** fire", "Warehouse fire"),
        (
            "# **_All_ of it** and __more__ in ~~two~~ `one` line",
            "All of it and more in two one line",
        ),
        ("# 2 * 3 * 4 in snake_case_name", "2 * 3 * 4 in snake_case_name"),
        ("# ![logo](x.png) Fire", "Fire"),
        ("# The truth about C#", "The truth about C#"),
        ("# The truth ##  ", "The truth"),
        ("# #", "a"),
        ("# Fire &amp; smoke &mdash; Bo&#8217;s", "Fire & smoke — Bo’s"),
    ],
)
def test_a_heading_gives_the_title_without_its_marks(heading: str, title: str) -> None:
    article = read_text(f"{heading}\n\n{STORY}")
    assert article.source.title == title
    assert article.text == f"{heading}\n\n{STORY}"


# --- lines without prose


@pytest.mark.parametrize(
    "line",
    [
        "![[fire.jpg]]",
        "![[fire.jpg|300]] ![x](y)",
        "> [!note] My note",
        ">> [!WARNING]- My note",
        "#fire #city, #a/b-1",
        "{{< figure src='x.jpg' caption='Smoke over Quern' >}}",
        "{{% notice %}} {{ content }}",
        "{% include gallery.html %} {% endraw %}",
        '[caption id="1"]<img src="x.jpg" /> Smoke over Quern[/caption]',
        "![A](x_(1).jpg)",
        "![A [AFP]](x.jpg)",
        "[![A](x_(1).jpg)](y_(2))",
        "Advertisement",
        "**Read more:** [Floods in Tarn](https://post.example/tarn)",
        "- [Share on Facebook](https://share.example)",
        "> Follow us on Twitter",
    ],
)
def test_a_line_without_prose_is_kept_but_not_quotable(line: str) -> None:
    for text in (f"{line}\n\n{STORY}", f"# Fire\n{line}\n{STORY}", f"{STORY}\n{line}\n{line}"):
        assert read_text(text).text == text
        assert quotable(text) == STORY


@pytest.mark.parametrize(
    "line",
    [
        "![[fire.jpg]] burned.",
        "> He wrote [!] beside it.",
        "#fire is what they wrote.",
        "#1 of the charts",
        "{{< quote >}}It burned.{{< /quote >}}",
        "{% quote %}It burned.{% endquote %}",
        "[caption]A[/caption] It burned. [caption]B[/caption]",
        "[captions] It burned. [/caption]",
        "[The mill](x_(1)) burned.",
        "Thousands of people wrote\n#fire #city\nuntil it rained.",
        "The mill was built in\n1930.",
        "They look at\ncomments, share\nand save.",
    ],
)
def test_a_line_that_holds_prose_is_quotable(line: str) -> None:
    assert quotable(f"{STORY}\n\n{line}\n\n{STORY}") == f"{STORY}\n\n{line}\n\n{STORY}"
