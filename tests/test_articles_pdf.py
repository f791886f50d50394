"""PDF: lines of pages become paragraphs again; scans, passwords and traps are reported."""

from __future__ import annotations

import sys
import time
from datetime import date
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.articles.pdf import read_pages
from rag.articles.reflow import reflow
from rag.types import Article, Failure
from tests import formats, reading, strategies
from tests.formats import STORY
from tests.reading import quotable

read_item = partial(reading.read_item, name="a.pdf")
read_one = partial(reading.read_one, name="a.pdf")
fail_one = partial(reading.fail_one, name="a.pdf")


# --- files


def test_a_pdf_gives_its_story_and_what_it_says_about_itself(tmp_path: Path) -> None:
    content = formats.pdf(
        [[*STORY]],
        info="/Title (Smoke above) /Author (Ann Reay) /CreationDate (D:20200302093000Z)",
        catalog="/Lang (en-GB)",
    )
    article = read_one(tmp_path, content)
    source = article.source
    assert " ".join(quotable(article)).split() == " ".join(STORY).split()
    assert (source.title, source.author) == ("Smoke above", "Ann Reay")
    assert (source.published, source.language) == (date(2020, 3, 2), "en-GB")


def test_what_the_page_prints_comes_before_what_a_program_wrote(tmp_path: Path) -> None:
    info = "/Title (Microsoft Word - smoke.doc) /Author (admin) /CreationDate (D:20210101)"
    source = read_one(tmp_path, formats.pdf(formats.PRINTED, info=info)).source
    assert (source.title, source.author) == ("Smoke above the Halcyon", "Ann Reay")
    assert source.published == date(2020, 3, 2)


def test_a_scan_is_reported_as_holding_no_text(tmp_path: Path) -> None:
    scans: list[list[list[str]]] = [[[]], [[], []], [["1"], ["2"]], [["—", "•"]]]
    for pages in scans:
        reason = fail_one(tmp_path, formats.pdf(pages))
        assert "no text: a scan?" in reason or "no article text" in reason


def test_a_missing_library_says_which_extra_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pypdf", None)
    assert 'pip install ".[pdf]"' in fail_one(tmp_path, formats.pdf(formats.PRINTED))


def test_an_encrypted_pdf_is_a_failure(tmp_path: Path) -> None:
    from pypdf import PdfReader, PdfWriter

    plain = tmp_path / "plain.pdf"
    plain.write_bytes(formats.pdf(formats.PRINTED))
    for user, owner, opens in (("secret", None, False), ("", "secret", True)):
        writer = PdfWriter(PdfReader(plain))
        writer.encrypt(user, owner, algorithm="RC4-128")
        path = tmp_path / "locked.pdf"
        writer.write(path)
        item = read_item(tmp_path, path.read_bytes())
        # With an owner's password only, every viewer opens it.
        assert isinstance(item, Article) == opens
        assert opens or (isinstance(item, Failure) and "is encrypted" in item.reason)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "cannot be read as PDF"),
        (b"plain words", "cannot be read as PDF"),
        (b"%PDF-1.7\n" + b"\xff" * 1_000, "cannot be read as PDF"),
        (formats.pdf([]), "no text"),
        (formats.pdf([["x"]] * 1_001), "more than 1,000 pages"),
        (formats.pdf([["x" * 80_000_000]]), "cannot be read as PDF"),
        (formats.pdf([["x" * 12_000_000]]), "more than 10,000,000 characters"),
        (formats.pdf([["x"]]).replace(b"/Kids [4 0 R]", b"/Kids [2 0 R]"), "cannot be read"),
    ],
)
def test_what_is_no_pdf_with_text_or_a_trap_is_a_failure(
    tmp_path: Path, content: bytes, words: str
) -> None:
    assert words in fail_one(tmp_path, content)


def test_a_pdf_that_takes_too_long_is_given_up() -> None:
    slow = formats.pdf([[f"({n})" for n in range(2_000)]] * 300)
    start = time.monotonic()
    with pytest.raises(ValueError, match=r"longer than 1 seconds|more time or memory"):
        read_pages(slow, seconds=1)
    assert time.monotonic() - start < 30


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such bound")
def test_a_pdf_that_takes_too_much_memory_is_given_up() -> None:
    large = formats.pdf([["x" * 900] * 20_000])
    with pytest.raises(ValueError, match="memory"):
        read_pages(large, memory=60 << 20)


# --- paragraphs


def flow(*pages: str) -> list[str]:
    return reflow(pages).text.split("\n\n")


def test_lines_of_a_column_are_joined_to_paragraphs() -> None:
    page = """Bridge falls at Tarn
    By Ann Reay
    The old bridge at Kestrel Ford will stay shut
    until spring, President of the council Ilse
    Brandt said on Monday, as Gen. Ruiz did.
    Lorries had bent its girders, which are of
    cast iron.
    What now for the Ford
    Buses go round by Lund, which takes an hour
    more than it did before the bridge was shut."""
    assert flow(page) == [
        "Bridge falls at Tarn",
        "By Ann Reay",
        "The old bridge at Kestrel Ford will stay shut until spring, President of the council Ilse "
        "Brandt said on Monday, as Gen. Ruiz did. Lorries had bent its girders, which are of "
        "cast iron.",
        "What now for the Ford",
        "Buses go round by Lund, which takes an hour more than it did before the bridge was shut.",
    ]


def test_a_blank_line_parts_paragraphs_unless_every_line_has_one() -> None:
    assert flow("It fell at the very first.\n\nNobody was hurt by that at all.") == [
        "It fell at the very first.",
        "Nobody was hurt by that at all.",
    ]
    lines = ["The bridge at Kestrel", "Ford fell on Monday", "at noon, as President", "Ruiz said."]
    assert flow("\n\n".join(lines)) == [" ".join(lines)]


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("The govern-\nment fell.", "The govern-\nment fell."),
        ("The govern-\nment fell. A government fell.", "The government fell. A government fell."),
        ("A well-\nknown one. It is well-known.", "A well-known one. It is well-known."),
        ("The govern\u00ad\nment fell.", "The government fell."),
        ("In Baden-\nBaden it fell.", "In Baden- Baden it fell."),
        ("From 1990-\n91 it fell.", "From 1990- 91 it fell."),
        ("A re-\nform. To re-form a reform.", "A re-\nform. To re-form a reform."),
    ],
)
def test_a_parted_word_is_made_whole_only_where_that_is_certain(page: str, text: str) -> None:
    assert reflow([page]).text == text


def test_running_heads_stand_after_the_paragraph_that_they_interrupt() -> None:
    places = ("Sarn", "Lund", "Tarn", "Kestrel Ford")
    pages = [
        f"Coast Post {number}\n\nThe ferry left {place} at dawn and\nwas seen by all of {place}.\n"
        f"In {place}, President\n\nPage {number} of 4"
        for number, place in enumerate(places, start=1)
    ]
    reflowed = reflow(pages)
    first, *rest = reflowed.text.split("\n\n")
    assert "In Sarn, President The ferry left Lund at dawn" in first
    assert rest == [
        line for number in range(1, 5) for line in (f"Coast Post {number}", f"Page {number} of 4")
    ]
    assert [span.cut(reflowed.text) for span in reflowed.running] == rest


def test_a_line_that_is_no_page_number_stays() -> None:
    assert reflow(["It is the\n1\nand only."]).running == ()
    assert reflow(["It is the\n7"]).running == ()


@given(st.lists(strategies.texts.map(lambda text: text.replace("\0", "")), max_size=5))
def test_every_visible_letter_of_the_pages_is_kept(pages: list[str]) -> None:
    reflowed = reflow(pages)
    assert sorted(letters("".join(pages))) == sorted(letters(reflowed.text))
    assert all(span.cut(reflowed.text).strip() for span in reflowed.running)


def letters(text: str) -> str:
    return "".join(char for char in text if char.isalnum())
