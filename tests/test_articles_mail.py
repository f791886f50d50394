"""Mail: what was sent, by whom, when; attachments are left alone."""

from __future__ import annotations

import time
from datetime import date
from email.message import EmailMessage
from functools import partial
from pathlib import Path

import pytest

from tests import formats, reading
from tests.formats import HTML, LEFT, SAFE, SMOKE, STORY, TEXT
from tests.reading import quotable

read_item = partial(reading.read_item, name="a.eml")
read_one = partial(reading.read_one, name="a.eml")
fail_one = partial(reading.fail_one, name="a.eml")
HEAD = (
    b"From: Coast Post <news@post.example>\nSubject: Smoke\nDate: Mon, 2 Mar 2020 09:30:00 +0000\n"
)


def test_the_plain_text_of_a_mail_is_read_with_its_headers(tmp_path: Path) -> None:
    article = read_one(tmp_path, formats.mail(html=f"<p>{SAFE} In HTML.</p>"))
    source = article.source
    assert article.text == TEXT.strip()
    assert (source.title, source.publisher) == (
        "Smoke above the Halcyon – live",
        "Coast Post – Küste",
    )
    assert (source.published, source.language) == (date(2020, 3, 2), "en-GB")
    assert source.url == "https://post.example/smoke"


def test_the_html_is_read_where_there_is_no_text(tmp_path: Path) -> None:
    page = f"<html><head><title>x</title></head><body><h1>Smoke</h1>{HTML}<p>Unsubscribe</p></body>"
    for text in ("", " \n"):
        article = read_one(tmp_path, formats.mail(text, html=page))
        assert article.text == "\n\n".join(("Smoke", *STORY, "Unsubscribe"))
        assert quotable(article) == ["\n\n".join(STORY)]


def test_the_signature_and_what_follows_the_story_are_not_quotable(tmp_path: Path) -> None:
    article = read_one(tmp_path, formats.mail(f"{TEXT}\n-- \nCoast Post, Sarn\nIt rained.\n"))
    assert quotable(article) == ["\n\n".join(STORY)]
    assert article.text.endswith("It rained.")


def test_lines_that_were_wrapped_on_the_way_are_joined(tmp_path: Path) -> None:
    flowed = "The ferry \nleft at dawn. \nNobody\nwas hurt.\n >quoted\n-- \nPost"
    head = HEAD + b"Content-Type: text/plain; format=flowed\n\n"
    assert read_one(tmp_path, head + flowed.encode()).text == (
        "The ferry left at dawn. Nobody\nwas hurt.\n>quoted\n-- \nPost"
    )
    head = HEAD + b"Content-Type: text/plain; format=flowed; delsp=yes\n\n"
    assert (
        read_one(tmp_path, head + "水は \n高い。人が来た。".encode()).text == "水は高い。人が来た。"
    )


def test_attachments_are_not_read(tmp_path: Path) -> None:
    message = EmailMessage()
    message["From"] = "Coast Post <news@post.example>"
    message.add_attachment(TEXT, filename="smoke.txt")
    message.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="smoke.pdf")
    forwarded = EmailMessage()
    forwarded.set_content(TEXT)
    message.add_attachment(forwarded)
    assert "holds no text of its own" in fail_one(tmp_path, message.as_bytes())


@pytest.mark.parametrize(
    "charset", ["us-ascii", "utf-8", "x-unknown", "klingon\n", "hex", "utf-16"]
)
def test_text_in_another_encoding_than_it_says_is_detected(tmp_path: Path, charset: str) -> None:
    text = f"{LEFT} “Nobody knows,” said the café’s owner. {SMOKE}\n\n{SAFE}" * 3
    head = HEAD + f"Content-Type: text/plain; charset={charset}\n\n".encode()
    assert read_one(tmp_path, head + text.encode("cp1252")).text == text


@pytest.mark.parametrize(
    ("subject", "title"),
    [
        (b"=?utf-8?q?K=C3=BCste?= =?utf-8?q?_brennt?=", "Küste brennt"),
        ("Küste brennt".encode(), "Küste brennt"),
        (b"=?klingon?q?K=C3?=", "=?klingon?q?K=C3?="),
        ("=?küste?q?K=C3?=".encode(), "=?küste?q?K=C3?="),
        (b"=?utf-8?b?a?=", "=?utf-8?b?a?="),
        (b"folded\n  over lines", "folded over lines"),
    ],
)
def test_a_subject_is_decoded(tmp_path: Path, subject: bytes, title: str) -> None:
    mail = b"Subject: " + subject + b"\nDate: 2 Mar 2020\n\n" + TEXT.encode()
    assert read_one(tmp_path, mail).source.title == title


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "no mail"),
        (b"plain words", "no mail"),
        (TEXT.encode(), "no mail"),
        (HEAD, "holds no text"),
        (HEAD + b"\n\n", "holds no text"),
        (HEAD + b"Content-Type: image/png\n\nxxxx", "holds no text"),
        (HEAD + b"Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\nAAAA", "binary"),
        (HEAD + b"Content-Type: multipart/mixed; boundary=x\n\n" + b"--x\n\n" * 20_000, "parts"),
        (HEAD + b"A: b\n" * 600_000 + b"\n", "lines"),
    ],
)
def test_what_is_no_mail_with_text_is_a_failure(tmp_path: Path, content: bytes, words: str) -> None:
    assert words in fail_one(tmp_path, content)


def nest(depth: int) -> bytes:
    """Make multiparts inside each other."""
    return b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(depth)
    )


@pytest.mark.parametrize(
    "content",
    [
        HEAD + nest(50) + b"\n" + TEXT.encode(),
        HEAD + nest(4_000) + b"\n" + TEXT.encode(),
        b"From: " + b"(" * 100_000 + b"\nSubject: x\n\n" + TEXT.encode(),
        b"From: " + b"a@b, " * 100_000 + b"\nSubject: x\n\n" + TEXT.encode(),
        b"Subject: " + b"=?utf-8?q?a?= " * 100_000 + b"\n\n" + TEXT.encode(),
        HEAD + b"Content-Type: " + b"text/plain; a=b; " * 100_000 + b"\n\n" + TEXT.encode(),
        HEAD + b"Content-Type: text/plain; " + b"a*0*=x; " * 50_000 + b"\n\n" + TEXT.encode(),
        HEAD + b"Content-Type: text/html\n\n" + b"<div>" * 100_000 + TEXT.encode(),
        HEAD + b"Content-Transfer-Encoding: x-uuencode\n\nbegin 666 x\n" + b"M" * 100_000,
        HEAD + b"\n" + b"x" * 15_000_000,
    ],
)
def test_mail_that_means_harm_is_read_in_time(tmp_path: Path, content: bytes) -> None:
    start = time.monotonic()
    read_item(tmp_path, content)
    assert time.monotonic() - start < 60
