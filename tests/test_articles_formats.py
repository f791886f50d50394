"""All formats: each ends in quotes cut from the stored text, and no damage makes one raise."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from socket import socket

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.answering import Archive
from rag.articles import pdfpages, read
from rag.articles.decoding import normalise
from rag.articles.files import SUFFIXES
from rag.types import Article, Failure
from tests import formats
from tests.formats import LEFT, SAMPLES
from tests.hashing_embedder import HashingEmbedder

LIMIT = 1_000_000


def write(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def test_there_is_a_sample_of_every_format() -> None:
    assert {Path(name).suffix for name in SAMPLES} == set(SUFFIXES) - {".htm"}


@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_ends_in_quotes_that_are_cut_from_its_stored_text(
    name: str, tmp_path: Path, store: Path, embedder: HashingEmbedder
) -> None:
    path = write(tmp_path, name, SAMPLES[name])
    with Archive.open(store, embedder=embedder, reading_model=embedder) as archive:
        report = archive.ingest(path)
        assert report.added
        answer = archive.ask("When did the ferry Halcyon leave Sarn harbour?")
        assert LEFT in [quote.text for quote in answer.quotes]
        for quote in answer.quotes:
            article = archive.article(quote.source.id)
            assert article.text[quote.span.start : quote.span.end] == quote.text
            assert normalise(article.text) == article.text
        assert archive.ingest(path).added == ()


@pytest.mark.parametrize("name", SAMPLES)
def test_reading_twice_gives_the_same(name: str, tmp_path: Path) -> None:
    path = write(tmp_path, name, SAMPLES[name])
    first = list(read([path], max_bytes=LIMIT))
    assert first == list(read([path], max_bytes=LIMIT))
    # Two members of the zip, and two entries of the feed, are in one file.
    assert all(isinstance(item, Article) for item in first) or name == "rss.xml"


@st.composite
def damaged(draw: st.DrawFn, name: str) -> bytes:
    """Draw a sample with some bits turned over, some bytes put in, or its end cut off."""
    raw = bytearray(SAMPLES[name])
    for at in draw(st.lists(st.integers(0, len(raw) - 1), max_size=8)):
        raw[at] ^= 1 << draw(st.integers(0, 7))
    if draw(st.booleans()):
        at = draw(st.integers(0, len(raw)))
        raw[at:at] = draw(st.binary(max_size=20))
    return bytes(raw[: draw(st.integers(0, len(raw)))] if draw(st.booleans()) else raw)


# A PDF is read in a process of its own, which takes a third of a second to begin.
EXAMPLES = {"a.pdf": 8, "a.zip": 20, "a.html": 15}


@pytest.mark.parametrize("name", SAMPLES)
def test_no_damage_makes_reading_raise(name: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.getbasetemp()

    @settings(max_examples=EXAMPLES.get(name, 30))
    @given(damaged(name))
    def check(raw: bytes) -> None:
        for item in read([write(folder, f"any-{name}", raw)], max_bytes=LIMIT):
            assert isinstance(item, Article | Failure)
            assert not isinstance(item, Failure) or item.reason

    check()


@settings(max_examples=40)
@given(st.data())
def test_no_damage_makes_the_reader_of_pdfs_raise_anything_else(data: st.DataObject) -> None:
    raw = data.draw(damaged("a.pdf"))
    try:
        found = pdfpages.read(BytesIO(raw), max_pages=10, max_chars=10_000)
        assert all(isinstance(page, str) for page in found["pages"])
    except ValueError:
        pass


@pytest.mark.parametrize("suffix", [suffix for suffix in SUFFIXES if suffix != ".pdf"])
@settings(max_examples=15)
@given(raw=st.binary(max_size=300))
def test_no_bytes_make_reading_raise(
    suffix: str, raw: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = write(tmp_path_factory.getbasetemp(), f"any{suffix}", raw)
    for item in read([path], max_bytes=LIMIT):
        assert isinstance(item, Article | Failure)


def test_no_address_that_a_file_names_is_fetched(tmp_path: Path) -> None:
    with socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        server.setblocking(False)
        outside = f"http://127.0.0.1:{server.getsockname()[1]}/x"
        doctype = f'<!DOCTYPE rss SYSTEM "{outside}">'
        parameter = f'<!DOCTYPE rss [<!ENTITY % a SYSTEM "{outside}"> %a;]>'
        links = (
            f'<base href="{outside}"/><link rel="stylesheet" href="{outside}"/>'
            f'<img src="{outside}"/><script src="{outside}"></script>'
            f'<iframe src="{outside}"></iframe>'
            f'<meta http-equiv="refresh" content="0;url={outside}"/><p>{LEFT} Nobody knew why.</p>'
        )
        include = f'<i:include xmlns:i="http://www.w3.org/2001/XInclude" href="{outside}"/>'
        files: dict[str, str | bytes] = {
            "a.xml": doctype + formats.RDF,
            "b.xml": parameter + formats.RDF,
            "c.xml": formats.RSS.replace("<description>", f"<description>{include}"),
            "d.xml": formats.RSS.replace("<h2>", f"{links}<h2>"),
            "e.xml": formats.newsml(f'<remoteContent href="{outside}"/>{formats.INLINE_DATA}'),
            "f.html": f'<!DOCTYPE html SYSTEM "{outside}"><article>{links}{formats.HTML}</article>',
            "g.eml": formats.mail("", html=links),
            "h.epub": formats.epub({"a.xhtml": f"<body>{include}{links}</body>"}),
            "i.docx": formats.word(f"{include}{formats.paragraph(LEFT)}"),
            "j.pdf": formats.pdf(
                formats.PRINTED, catalog=f"/OpenAction << /S /URI /URI ({outside}) >>"
            ),
            "k.md": f"---\nurl: {outside}\n---\n![x]({outside})\n\n{links}",
        }
        for name, content in files.items():
            raw = content.encode() if isinstance(content, str) else content
            items = list(read([write(tmp_path, name, raw)], max_bytes=LIMIT))
            assert any(isinstance(item, Article) for item in items) or name == "b.xml", items
        with pytest.raises(BlockingIOError):  # nobody has called
            server.accept()


def test_a_format_in_the_wrong_suffix_is_a_failure_or_text(tmp_path: Path) -> None:
    for name, content in SAMPLES.items():
        for suffix in SUFFIXES:
            if suffix == Path(name).suffix or suffix == ".pdf":
                continue
            path = write(tmp_path, f"wrong{suffix}", content)
            assert list(read([path], max_bytes=LIMIT))
            path.unlink()


def test_a_line_beyond_the_bound_is_a_failure_in_every_format(tmp_path: Path) -> None:
    path = tmp_path / "long"
    with path.open("wb") as file:
        file.write(b"text\n")
        for _ in range(20):
            file.write(b"x" * LIMIT)
    for suffix in SUFFIXES:
        path = path.rename(tmp_path / f"long{suffix}")
        items = list(read([path], max_bytes=LIMIT))
        assert items
        assert all(isinstance(item, Failure) for item in items)
