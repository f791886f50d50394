"""Zips: their members are read as files; tricks of names, links and sizes are failures."""

from __future__ import annotations

import stat
import struct
import time
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZIP_LZMA, ZipFile, ZipInfo

import pytest

from rag.articles import Known, read
from rag.types import Article, Failure
from tests import formats
from tests.formats import LEFT, SAFE, TEXT, pack

LIMIT = 1_000_000


def read_all(
    folder: Path, content: bytes, *, max_bytes: int = LIMIT
) -> list[Article | Known | Failure]:
    path = folder / "a.zip"
    path.write_bytes(content)
    return list(read([path], max_bytes=max_bytes))


def fail_all(folder: Path, content: bytes, *, max_bytes: int = LIMIT) -> dict[str, str]:
    items = read_all(folder, content, max_bytes=max_bytes)
    assert all(isinstance(item, Failure) for item in items), items
    start = f"{(folder / 'a.zip').as_posix()}"
    return {
        item.path.removeprefix(start).removeprefix("/"): item.reason
        for item in items
        if isinstance(item, Failure)
    }


def pack_infos(*members: tuple[ZipInfo, bytes | str]) -> bytes:
    stream = BytesIO()
    with ZipFile(stream, "w") as packed:
        for info, content in members:
            packed.writestr(info, content, info.compress_type or ZIP_DEFLATED)
    return stream.getvalue()


def test_members_are_read_in_the_order_of_their_names_with_paths_below_the_zip(
    tmp_path: Path,
) -> None:
    content = pack(
        {
            "b/z.txt": TEXT,
            "b/": "",
            "a.eml": formats.mail(),
            "a.pdf": formats.pdf(formats.PRINTED),
            "c.csv": formats.CSV,
            "d.xml": formats.ATOM,
            "e.docx": formats.docx(),
        }
    )
    items = read_all(tmp_path, content)
    assert all(isinstance(item, Article) for item in items), items
    folder = (tmp_path / "a.zip").as_posix()
    assert [item.source.path for item in items if isinstance(item, Article)] == [
        f"{folder}/{name}"
        for name in ("a.eml", "a.pdf", "b/z.txt", "c.csv", "d.xml", "d.xml", "e.docx")
    ]
    assert list(tmp_path.iterdir()) == [tmp_path / "a.zip"]


def test_a_member_keeps_its_id_however_the_zip_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    [first] = read_all(tmp_path, pack({"a.txt": TEXT}))
    monkeypatch.chdir(tmp_path)
    [second] = read(["a.zip"], max_bytes=LIMIT)
    assert isinstance(first, Article)
    assert isinstance(second, Article)
    assert second.source.path == "a.zip/a.txt"
    assert first.source.id == second.source.id


def test_hidden_members_are_passed_over_and_other_formats_are_failures(tmp_path: Path) -> None:
    hidden = dict.fromkeys((".a.txt", ".git/b.txt", "__MACOSX/._c.txt", "in/README.md"), TEXT)
    assert list(fail_all(tmp_path, pack(hidden))) == [""]
    reasons = fail_all(tmp_path, pack({**hidden, "smoke.jpg": "x", "a.exe": "x"}))
    assert list(reasons) == ["a.exe", "smoke.jpg"]
    assert all("unsupported format" in reason for reason in reasons.values())


def test_a_zip_in_a_zip_is_read_and_no_deeper(tmp_path: Path) -> None:
    inner = pack({"deep.zip": pack({"a.txt": TEXT}), "b.txt": TEXT})
    article, inner_failure = read_all(tmp_path, pack({"in.zip": inner}))
    assert isinstance(article, Article)
    assert article.source.path.endswith("/a.zip/in.zip/b.txt")
    assert isinstance(inner_failure, Failure)
    assert inner_failure.path.endswith("/a.zip/in.zip/deep.zip")
    assert "zip in a zip in a zip" in inner_failure.reason


@pytest.mark.parametrize(
    "name",
    [
        "/etc/a.txt",
        "../a.txt",
        "in/../../a.txt",
        "in\\..\\a.txt",
        "C:/a.txt",
        "c:a.txt",
        "in//a.txt",
        "./a.txt",
        "..",
    ],
)
def test_a_name_that_leads_out_of_the_zip_is_a_failure(tmp_path: Path, name: str) -> None:
    [reason] = fail_all(tmp_path, pack({name: TEXT})).values()
    assert "leads out of the zip" in reason
    assert list(tmp_path.iterdir()) == [tmp_path / "a.zip"]


def test_a_name_that_cannot_be_printed_is_a_failure_with_a_printable_path(tmp_path: Path) -> None:
    [(path, reason)] = fail_all(tmp_path, pack({"a\nb.txt": TEXT})).items()
    assert path == "a\\nb.txt"
    assert "control character" in reason


def test_a_link_is_a_failure(tmp_path: Path) -> None:
    link = ZipInfo("a.txt")
    link.create_system = 3
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    [reason] = fail_all(tmp_path, pack_infos((link, "/etc/hostname"))).values()
    assert "is a link" in reason


def test_an_encrypted_member_is_a_failure(tmp_path: Path) -> None:
    content = bytearray(pack({"a.txt": TEXT}))
    for header, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(header) + offset] |= 1
    [reason] = fail_all(tmp_path, bytes(content)).values()
    assert "encrypted" in reason


@pytest.mark.parametrize("method", [ZIP_BZIP2, ZIP_LZMA])
def test_a_method_that_unpacks_without_bounds_is_refused(tmp_path: Path, method: int) -> None:
    info = ZipInfo("a.txt")
    info.compress_type = method
    [reason] = fail_all(tmp_path, pack_infos((info, TEXT))).values()
    assert "pack it with deflate" in reason


def test_what_grows_too_much_is_a_failure(tmp_path: Path) -> None:
    bomb = pack({"a.txt": LEFT, "b.txt": b"x" * 30_000_000})
    article, failure = read_all(tmp_path, bomb, max_bytes=40_000_000)
    assert isinstance(article, Article)
    assert isinstance(failure, Failure)
    assert "packed to less than 1/200" in failure.reason
    [reason] = fail_all(tmp_path, pack({"b.txt": b"x" * 30_000_000})).values()
    assert "bigger than the 1,000,000 bytes" in reason


def test_a_member_that_is_longer_than_it_says_is_damaged(tmp_path: Path) -> None:
    content = bytearray(pack({"a.txt": LEFT * 1_000}))
    size = struct.pack("<L", len(LEFT) * 1_000)
    for _ in range(2):
        content[content.index(size) : content.index(size) + 4] = struct.pack("<L", 100)
    [reason] = fail_all(tmp_path, bytes(content)).values()
    assert "damaged" in reason


def test_what_a_zip_and_the_zips_in_it_unpack_to_is_bounded(tmp_path: Path) -> None:
    members = {f"{n:03}.txt": f"{LEFT} {n}" for n in range(60)}
    inner = pack({name: text for name, text in members.items() if name > "030"})
    outer = pack(
        {**{name: text for name, text in members.items() if name <= "030"}, "z.zip": inner}
    )
    most = max(len(inner), 60)
    items = read_all(tmp_path, outer, max_bytes=most)
    assert sum(isinstance(item, Article) for item in items) == len(items) == 60
    items = read_all(tmp_path, pack(members), max_bytes=60)
    assert any(isinstance(item, Failure) and "3,000 bytes" in item.reason for item in items)


def test_too_many_members_are_a_failure(tmp_path: Path) -> None:
    many = pack({f"{n}.txt": "" for n in range(100_001)})
    start = time.monotonic()
    [reason] = fail_all(tmp_path, many).values()
    assert "more than 100,000 members" in reason
    longer = pack({f"{n:0200}.txt": "" for n in range(70_000)})
    [reason] = fail_all(tmp_path, longer).values()
    assert "list of members has" in reason
    assert time.monotonic() - start < 120


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "not a whole zip"),
        (b"plain words", "not a whole zip"),
        (pack({"a.txt": TEXT})[:-30], "not a whole zip"),
        (pack({}), "zip without files"),
        (pack({"in/": ""}), "zip without files"),
    ],
)
def test_what_is_no_zip_with_files_is_a_failure(tmp_path: Path, content: bytes, words: str) -> None:
    [reason] = fail_all(tmp_path, content).values()
    assert words in reason


def test_the_same_name_twice_is_a_failure_of_the_second(tmp_path: Path) -> None:
    with pytest.warns(UserWarning, match="Duplicate"):
        content = pack_infos((ZipInfo("a.txt"), LEFT), (ZipInfo("a.txt"), SAFE))
    first, second = read_all(tmp_path, content)
    assert isinstance(first, Article)
    assert isinstance(second, Failure)
