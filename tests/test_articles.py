"""Finding, decoding and reading articles of every format, and every way in which one can be bad."""

from __future__ import annotations

import json
import os
import stat
import unicodedata
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.articles import File, find, read
from rag.articles.decoding import decode, normalise
from rag.types import Article, Failure

LIMIT = 100_000
STORY = "The bridge at Tarn fell on Monday. Nobody was hurt, the council said.\n"
PAGE = f"""<!doctype html><html><head><title>Bridge falls | Tarn Echo</title>
<meta property="og:site_name" content="Tarn Echo"><meta name="author" content="Ann Reay">
<meta property="article:published_time" content="2015-08-01T10:00:00+01:00">
<link rel="canonical" href="https://tarn.example/bridge"></head><body>
<nav><a href="/">Home</a></nav><article><h1>Bridge falls</h1><p>{STORY * 3}</p>
<h2>What now?</h2><p>The road is shut&nbsp;until May, and “nobody” knows who pays.</p>
<p>Read more: Lorry driver fined</p><p>Buses go round by Lund, which takes an hour more.</p>
</article><footer>© 2015 Tarn Echo</footer></body></html>"""


def write(folder: Path, name: str, content: str | bytes = STORY) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def read_one(path: Path, *, max_bytes: int = LIMIT) -> Article:
    [item] = read([path], max_bytes=max_bytes)
    assert isinstance(item, Article), item
    return item


def fail_one(path: Path | str, *, max_bytes: int = LIMIT) -> Failure:
    [item] = read([path], max_bytes=max_bytes)
    assert isinstance(item, Failure), item
    return item


def quotable(article: Article) -> str:
    return "\n".join(span.cut(article.text) for span in article.body)


# --- finding


def test_a_folder_is_walked_in_sorted_order(tmp_path: Path) -> None:
    for name in ("b.txt", "a/z.md", "a/c/y.txt", "a.txt"):
        write(tmp_path, name)
    paths = [item.path for item in find([tmp_path])]
    assert paths == [
        f"{tmp_path.as_posix()}/{name}" for name in ("a/c/y.txt", "a/z.md", "a.txt", "b.txt")
    ]


def test_hidden_files_and_readmes_of_a_folder_are_left_out_but_read_when_named(
    tmp_path: Path,
) -> None:
    write(tmp_path, ".git/x.txt")
    hidden = write(tmp_path, ".draft.txt")
    readme = write(tmp_path, "README.md")
    story = write(tmp_path, "story.txt")
    assert [item.path for item in find([tmp_path])] == [story.as_posix()]
    assert all(isinstance(item, Article) for item in read([hidden, readme], max_bytes=LIMIT))


def test_a_file_named_twice_is_read_once(tmp_path: Path) -> None:
    story = write(tmp_path, "story.txt")
    again = tmp_path / "sub" / ".." / "story.txt"
    (tmp_path / "sub").mkdir()
    assert len(find([story, tmp_path, again])) == 1


def test_the_path_is_kept_as_it_was_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, "news/a/story.txt")
    monkeypatch.chdir(tmp_path)
    [article] = read(["news"], max_bytes=LIMIT)
    assert isinstance(article, Article)
    assert article.source.path == "news/a/story.txt"


def test_the_id_depends_on_the_real_path_and_not_on_the_text_or_the_way_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path, "Étude №1 — the Bridge.txt")
    first = read_one(path).source.id
    path.write_text("Another text. It says more than the first did.")
    monkeypatch.chdir(tmp_path)
    assert read_one(Path(path.name)).source.id == first
    assert first.startswith("etude-no1-the-bridge-")


def test_links_in_a_folder_are_failures_and_links_that_are_named_are_read(tmp_path: Path) -> None:
    story = write(tmp_path, "real/story.txt")
    folder = tmp_path / "links"
    folder.mkdir()
    link = folder / "link.txt"
    link.symlink_to(story)
    (folder / "circle").symlink_to(folder)
    failures = list(read([folder], max_bytes=LIMIT))
    assert [type(item) for item in failures] == [Failure, Failure]
    assert all("link" in item.reason for item in failures if isinstance(item, Failure))
    assert read_one(link).source.path == link.as_posix()


def test_deeply_nested_folders_are_walked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    depth = 1200  # beyond the interpreter's recursion limit
    for _ in range(depth):
        Path("d").mkdir()
        os.chdir("d")
    Path("a.txt").write_text(STORY)
    os.chdir(tmp_path)
    [item] = read(["d"], max_bytes=LIMIT)
    os.chdir("d/" * depth)
    Path("a.txt").unlink()
    for _ in range(depth):  # as deep a folder cannot be removed by those who clean up
        os.chdir("..")
        Path("d").rmdir()
    assert isinstance(item, Article), item


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("missing.txt", "does not exist"),
        ("nul\0.txt", "cannot be read"),
        ("ftp://news.example/story.html", "ftp:"),
    ],
)
def test_a_path_that_leads_nowhere_is_a_failure(name: str, words: str) -> None:
    assert words in fail_one(name).reason


def test_what_cannot_be_an_article_is_a_failure(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.txt"
    os.mkfifo(pipe)
    circle = tmp_path / "circle.txt"
    circle.symlink_to(circle)
    empty = tmp_path / "empty"
    empty.mkdir()
    assert "pipe" in fail_one(pipe).reason
    assert "device" in fail_one("/dev/null").reason
    assert "cannot be read" in fail_one(circle).reason
    assert "without articles" in fail_one(empty).reason
    assert "unsupported format" in fail_one(write(tmp_path, "a.rtf")).reason
    assert "unsupported format" in fail_one(write(tmp_path / "walked", "b.png").parent).reason


def test_names_that_cannot_be_printed_are_failures_with_a_printable_path(tmp_path: Path) -> None:
    write(tmp_path, "line\nbreak.txt")
    (tmp_path / os.fsdecode(b"bad\xff.txt")).write_text(STORY)
    for item in read([tmp_path], max_bytes=LIMIT):
        assert isinstance(item, Failure)
        assert item.path.encode().decode() == item.path
        assert "rename" in item.reason


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is unreadable to root")
def test_an_unreadable_file_is_a_failure(tmp_path: Path) -> None:
    path = write(tmp_path, "secret.txt")
    path.chmod(0)
    assert "permission" in fail_one(path).reason
    path.chmod(stat.S_IRUSR)


def test_a_file_that_vanishes_between_finding_and_reading_is_a_failure(tmp_path: Path) -> None:
    first, second = write(tmp_path, "a.txt"), write(tmp_path, "b.txt")
    reading = read([first, second], max_bytes=LIMIT)
    assert isinstance(next(reading), Article)
    second.unlink()
    last = next(reading)
    assert isinstance(last, Failure)
    assert "does not exist" in last.reason


def test_the_size_bound_is_exact(tmp_path: Path) -> None:
    path = write(tmp_path, "story.txt")
    size = path.stat().st_size
    assert read_one(path, max_bytes=size).text == STORY
    assert "bigger than" in fail_one(path, max_bytes=size - 1).reason


def test_a_limit_below_one_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="max_bytes"):
        list(read([tmp_path], max_bytes=0))


# --- decoding


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_text_is_decoded_with_or_without_a_byte_order_mark(tmp_path: Path, encoding: str) -> None:
    text = "Zoë “left”.\u00a0The naïve 🛶 went on.\n"
    assert read_one(write(tmp_path, "a.txt", text.encode(encoding))).text == text


def test_line_ends_and_composition_are_the_only_things_altered() -> None:
    odd = "\u00a0\u200b\u202e“x”\u2028\x0b\x85\ufeff"
    assert normalise("cafe\u0301\r\nnew\rline" + odd) == "caf\u00e9\nnew\nline" + odd


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
def test_decoding_gives_back_what_was_written_and_normalising_twice_changes_nothing(
    text: str,
) -> None:
    stored = normalise(text)
    assert normalise(stored) == stored
    assert unicodedata.is_normalized("NFC", stored)
    assert decode(b"\xef\xbb\xbf" + text.encode()) == stored
    assert decode(b"\xff\xfe" + text.encode("utf-16-le")) == stored


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "is empty"),
        (b" \n\t\xc2\xa0\n", "is empty"),
        (b"a\0b and more words.", "binary"),
        (STORY.encode("utf-32"), "binary"),
        (b"\x81\x8d and more words.", "not valid UTF-8 at byte 0"),
        (b"\xff\xfea", "not valid UTF-8"),
        (b"a\n" * 300_000, "more than 250,000 lines"),
        (b"***\n---\n", "no article text"),
        (b"Menu\nShare\nPrint\n", "no article text"),
    ],
)
def test_bytes_that_hold_no_text_are_a_failure(tmp_path: Path, raw: bytes, words: str) -> None:
    assert words in fail_one(write(tmp_path, "a.txt", raw), max_bytes=1_000_000).reason


# --- markdown

FRONT = """---
title: "Bridge: it fell"
publisher: Tarn Echo
author: [Ann Reay, Bo Lund]
published: 2015-08-01T23:30:00-05:00
url: https://tarn.example/bridge
id: 007
mood: grim
---

"""


def test_front_matter_gives_the_fields_and_the_text_is_the_rest_as_written(tmp_path: Path) -> None:
    body = "\u00a0# Not a heading\n\n  *The* bridge—fell.  \nNobody `was` hurt.\n\n---\nEnd of it."
    article = read_one(write(tmp_path, "a.md", FRONT + "\n\n" + body + "\n\n"))
    source = article.source
    assert article.text == body
    assert (source.title, source.publisher) == ("Bridge: it fell", "Tarn Echo")
    assert (source.author, source.published) == ("Ann Reay, Bo Lund", date(2015, 8, 1))
    assert (source.url, source.id) == ("https://tarn.example/bridge", "007")


def test_headings_rules_images_and_comments_are_kept_but_not_quotable(tmp_path: Path) -> None:
    text = """# Bridge falls #

<!-- note -->
![the bridge](bridge.png "a [b]")
[![x](y)](z)
It fell at **noon**.
<!-- check
this --> The council met. <!-- never closed

## What now

Next steps
----------

Nobody knows, said one
***
#hashtag stays
<figure class="x">
[1]: https://tarn.example
A rule follows this sentence.
---
The end is near."""
    article = read_one(write(tmp_path, "a.md", text))
    assert article.text == text
    assert article.source.title == "Bridge falls"
    assert [span.cut(text) for span in article.body] == [
        "It fell at **noon**.",
        "The council met. <!-- never closed",
        "Nobody knows, said one",
        "#hashtag stays",
        "A rule follows this sentence.",
        "The end is near.",
    ]


def test_markdown_without_front_matter_may_begin_with_a_rule(tmp_path: Path) -> None:
    article = read_one(write(tmp_path, "a_b.md", "---\n\n" + STORY))
    assert quotable(article) == STORY.strip()
    assert article.source.title == "a b"


def test_empty_front_matter_and_nulls_are_unknown_fields(tmp_path: Path) -> None:
    source = read_one(write(tmp_path, "a.md", f"---\n---\n{STORY}")).source
    assert (source.title, source.publisher) == ("a", "")
    front = "---\ntitle: null\nid:\npublished: ~\n---\n"
    source = read_one(write(tmp_path, "b.md", front + STORY)).source
    assert (source.title, source.published) == ("b", None)
    assert source.id.startswith("b-")


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ("title: Bridge: it fell", "Bridge: it fell"),
        ('title: "We won\'t go": strikers defy court', '"We won\'t go": strikers defy court'),
        ("title: 'Bridge': it fell", "'Bridge': it fell"),
        ("title: @bridge fell", "@bridge fell"),
        ("title: 100%: all of it  ", "100%: all of it"),
    ],
)
def test_a_headline_with_a_colon_or_a_quotation_is_read_as_it_is_meant(
    tmp_path: Path, line: str, title: str
) -> None:
    front = f"---\nid: 007\n{line}\nauthor:\n  - Ada Brandt\n  - Odile Lund\n---\n"
    source = read_one(write(tmp_path, "a.md", front + STORY)).source
    assert (source.title, source.id) == (title, "007")
    assert source.author == "Ada Brandt, Odile Lund"


OTHER_NAMES = {
    "Headline": "The bridge",
    "Byline": "Ada Brandt",
    "outlet": "Sarn Herald",
    "date": "2020-03-02T10:30:00+01:00",
    "lang": "en-GB",
}


def test_fields_are_known_by_their_usual_other_names(tmp_path: Path) -> None:
    front = "".join(f"{name}: {value}\n" for name, value in OTHER_NAMES.items())
    noted = f"---\n{front}link: /2020/bridge\nguid: 'page 7'\n---\n{STORY}"
    line = json.dumps({**OTHER_NAMES, "body": STORY})
    for path in (write(tmp_path, "a.md", noted), write(tmp_path, "a.jsonl", line)):
        source = read_one(path).source
        assert (source.title, source.author) == ("The bridge", "Ada Brandt")
        assert (source.publisher, source.published) == ("Sarn Herald", date(2020, 3, 2))
        assert (source.language, source.url) == ("en-GB", "")


def test_a_clipped_page_has_its_address_as_the_source(tmp_path: Path) -> None:
    front = "title: The bridge\nsource: https://tarn.example/bridge\n"
    source = read_one(write(tmp_path, "a.md", f"---\n{front}---\n{STORY}")).source
    assert (source.publisher, source.url) == ("", "https://tarn.example/bridge")
    front += "publisher: Sarn Herald\nurl: https://sarn.example/1\n"
    source = read_one(write(tmp_path, "b.md", f"---\n{front}---\n{STORY}")).source
    assert (source.publisher, source.url) == ("Sarn Herald", "https://sarn.example/1")


BOMB = "a: &a [x, x, x, x]\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join(['*' + chr(97 + n)] * 9)}]\n" for n in range(12)
)


@pytest.mark.parametrize(
    ("front", "words"),
    [
        ("title: [", "malformed front matter"),
        ("title: " + "[" * 5000, "malformed front matter"),
        ("title: x\n? [a]\n: b", "malformed front matter"),
        ("title: x\njust words", "not a list of"),
        ("title: x\n- a", "malformed front matter"),
        ("title: " + "y" * 70_000, "shorten it"),
        ("published: last week", "published date"),
        ("published: 1/2/2016", "published date"),
        ("published: 2016-02-30", "published date"),
        ("published: [2016]", "published that is not a string"),
        ("title: {a: b}", "title that is not a string"),
        ("author: [[a]]", "author"),
        (BOMB + "author: *m", "author"),
        ("url: javascript:alert(1)", "url"),
        ("url: 'https://['", "url"),
        ("url: 'https:///path'", "url"),
        ("id: ' x'", "id"),
        ('id: "a\\u202Eb"', "id"),
        ("id: " + "x" * 201, "id"),
        ("id: [1]", "id"),
        ('title: "bell \\a rings"', "control character"),
        ("title: " + "x" * 1001, "longer than 1,000"),
    ],
)
def test_bad_front_matter_is_a_failure_that_names_it(
    tmp_path: Path, front: str, words: str
) -> None:
    assert words in fail_one(write(tmp_path, "a.md", f"---\n{front}\n---\n{STORY}")).reason


def test_a_bomb_of_aliases_in_an_unknown_field_is_harmless(tmp_path: Path) -> None:
    assert read_one(write(tmp_path, "a.md", f"---\n{BOMB}---\n{STORY}")).source.title == "a"


def test_front_matter_that_does_not_end_is_a_failure(tmp_path: Path) -> None:
    assert (
        "no `---` line ends" in fail_one(write(tmp_path, "a.md", f"---\ntitle: x\n{STORY}")).reason
    )


def test_markdown_without_prose_is_a_failure(tmp_path: Path) -> None:
    assert "no article text" in fail_one(write(tmp_path, "a.md", FRONT + "# Heading\n")).reason


# --- html


def test_a_web_page_gives_its_story_and_its_fields(tmp_path: Path) -> None:
    article = read_one(write(tmp_path, "page.HTML", PAGE))
    source = article.source
    assert (source.title, source.publisher, source.author) == (
        "Bridge falls",
        "Tarn Echo",
        "Ann Reay",
    )
    assert (source.published, source.url) == (date(2015, 8, 1), "https://tarn.example/bridge")
    body = quotable(article)
    assert "The road is shut" in body
    assert "Buses go round" in body
    for words in ("Bridge falls", "What now?", "Read more", "Home", "©"):
        assert words not in body


def test_a_page_in_the_encoding_it_declares_is_decoded(tmp_path: Path) -> None:
    page = PAGE.replace("<title>", '<meta charset="iso-8859-1"><title>')
    article = read_one(write(tmp_path, "a.html", page.encode("cp1252")))
    assert "“nobody” knows" in article.text


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "no article text"),
        (b"plain words", "no article text"),
        (b"<html><body><nav>Home</nav></body></html>", "no article text"),
        (b"<div>" * 40_000, "no article text"),
        (b"<div>" * 60_000, "more than 50,000 tags"),
        (b"<a " + b" ".join(b"x%d=1" % n for n in range(300)) + b">", "attributes"),
        (b"<a href=" * 20_000, "no article text"),
        (b"%PDF-1.7 \0\0", "binary"),
        (b"<p>caf\xe9</p>", "not valid UTF-8"),
        (b"<meta charset='klingon'><p>caf\xe9</p>", "is not the klingon"),
        (b"<meta charset='hex'><p>caf\xe9</p>", "is not the hex"),
    ],
)
def test_a_page_without_a_story_is_a_failure(tmp_path: Path, raw: bytes, words: str) -> None:
    path = write(tmp_path, "a.htm", raw)
    assert words in fail_one(path, max_bytes=2_000_000).reason


def test_a_page_with_a_wrong_xml_declaration_is_read(tmp_path: Path) -> None:
    assert read_one(
        write(tmp_path, "a.html", f'<?xml version="1.0" encoding="utf-16"?>{PAGE}')
    ).body


# --- json lines


def test_each_line_is_an_article_or_a_failure_of_its_own(tmp_path: Path) -> None:
    good = {"text": STORY, "title": "Bridge\n falls", "published": "2015-08-01", "id": 7, "x": [1]}
    lines = [
        json.dumps(good),
        "",
        '{"text": "The line was cut',
        json.dumps({"text": STORY, "url": "https://tarn.example/1"}),
        json.dumps({"text": STORY}),
    ]
    path = write(tmp_path, "news.jsonl", "\ufeff" + "\r\n".join(lines))
    first, bad, second, third = read([path], max_bytes=LIMIT)
    assert isinstance(first, Article)
    assert (first.source.id, first.source.title, first.source.path) == (
        "7",
        "Bridge falls",
        path.as_posix(),
    )
    assert bad == Failure(f"{path.as_posix()}:3", bad.reason) if isinstance(bad, Failure) else False
    assert isinstance(second, Article)
    assert isinstance(third, Article)
    assert third.source.title == "news, line 5"
    assert second.source.id != third.source.id


def test_an_article_with_a_url_keeps_its_id_when_its_line_moves(tmp_path: Path) -> None:
    line = json.dumps({"text": STORY, "url": "https://tarn.example/1"})
    path = write(tmp_path, "a.jsonl", line)
    first = read_one(path).source.id
    path.write_text("\n\n" + line)
    assert read_one(path).source.id == first


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("[1, 2]", "not a JSON object"),
        ("null", "not a JSON object"),
        ("[" * 50_000, "not valid JSON"),
        ('{"text": ' + "1" * 5000 + "}", "not valid JSON"),
        ("{}", "has no text"),
        ('{"text": " "}', "has no text"),
        ('{"text": 3}', "has no text"),
        ('{"text": "***"}', "no article text"),
        ('{"text": "half \\ud83d of it"}', "surrogate"),
        ('{"text": "a\\u0000b"}', "binary"),
        ('{"text": "It fell.", "title": "\\ud83d"}', "control character in its title"),
        ('{"text": "It fell.", "title": true}', "title"),
        ('{"text": "It fell.", "id": true}', "id"),
        ('{"text": "It fell.", "id": 1.5}', "id"),
        ('{"text": "It fell.", "published": 2016}', "published"),
        ('{"text": "It fell.", "url": "ftp://tarn.example"}', "url"),
        ('{"text": "It fell.", "author": ["a", 1]}', "author"),
    ],
)
def test_a_bad_line_is_a_failure_that_names_the_line(tmp_path: Path, line: str, words: str) -> None:
    path = write(tmp_path, "a.jsonl", "\n" + line)
    failure = fail_one(path)
    assert failure.path == f"{path.as_posix()}:2"
    assert words in failure.reason


def test_a_line_over_the_bound_fails_alone(tmp_path: Path) -> None:
    short = json.dumps({"text": STORY})
    long = json.dumps({"text": STORY * 10})
    path = write(tmp_path, "a.jsonl", f"{long}\n{short}\n{long}")
    kinds = [type(item) for item in read([path], max_bytes=len(short))]
    assert kinds == [Failure, Article, Failure]


@pytest.mark.parametrize(
    ("raw", "words"),
    [(b"", "is empty"), (b"\n \n", "is empty"), ('{"text": "x"}'.encode("utf-16"), "UTF-16")],
)
def test_a_file_that_is_no_json_lines_is_one_failure(
    tmp_path: Path, raw: bytes, words: str
) -> None:
    path = write(tmp_path, "a.jsonl", raw)
    failure = fail_one(path)
    assert failure.path == path.as_posix()
    assert words in failure.reason


# --- all together


def test_the_same_id_twice_is_a_failure_that_names_the_first(tmp_path: Path) -> None:
    first = write(tmp_path, "a.md", f"---\nid: x\n---\n{STORY}")
    write(tmp_path, "b.jsonl", json.dumps({"id": "x", "text": STORY}))
    good, bad = read([tmp_path], max_bytes=LIMIT)
    assert isinstance(good, Article)
    assert isinstance(bad, Failure)
    assert first.as_posix() in bad.reason


def test_bad_files_do_not_stop_the_good_ones(tmp_path: Path) -> None:
    write(tmp_path, "a.txt", b"\xff\xff")
    write(tmp_path, "b.txt")
    write(tmp_path, "c.md", "---\n[\n---\n")
    write(tmp_path, "d.html", PAGE)
    items = list(read([tmp_path], max_bytes=LIMIT))
    assert [type(item) for item in items] == [Failure, Article, Failure, Article]
    assert len(find([tmp_path])) == len(items)


@given(st.binary(max_size=400), st.sampled_from([".txt", ".md", ".html", ".jsonl"]))
def test_no_bytes_make_reading_raise(
    tmp_path_factory: pytest.TempPathFactory, raw: bytes, suffix: str
) -> None:
    path = tmp_path_factory.getbasetemp() / f"any{suffix}"
    path.write_bytes(raw)
    for item in read([path], max_bytes=LIMIT):
        assert isinstance(item, Article | Failure)


def test_a_file_knows_its_suffix_and_stem() -> None:
    file = File("news/Big.Story.TXT", Path("/news/Big.Story.TXT"))
    assert (file.suffix, file.stem) == (".txt", "Big.Story")
