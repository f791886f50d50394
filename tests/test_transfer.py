"""What is exported and imported again is the same archive; a damaged file changes nothing."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZIP_STORED, ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag import packing, saving, transfer
from rag.answering import Archive
from rag.catalog import Catalog
from rag.errors import ExportError, SavingError
from rag.opening import open_id
from rag.permalinks import Cited
from rag.reports import Report
from rag.settings import Settings
from rag.types import Article, Place
from rag.versions import Version
from tests import making, strategies
from tests.hashing_embedder import HashingEmbedder
from tests.test_ingestion import check_whole

OTTERS = "Otters live in the empty reservoir now."
QUESTIONS = ("Who denied that the wall had cracked?", "What had bent the girders of the bridge?")
FIRST = datetime(2020, 1, 2, 3, 4, 5, tzinfo=UTC)


def open_archive(store: Path, **options: Any) -> Archive:
    embedder = HashingEmbedder()
    return Archive.open(store, embedder=embedder, reading_model=embedder, **options)


def identify(archive: Archive, title: str) -> str:
    return next(each.id for each in archive.articles() if each.title == title)


def read_history(store: Path) -> list[Version]:
    with closing(Catalog(store, create=False)) as catalog, catalog.snapshot():
        return list(catalog.history())


@pytest.fixture
def lived(archive: Archive, folder: Path) -> Archive:
    """An archive with a corrected, a renamed and a withdrawn article."""
    archive.sync(folder)
    making.write(folder, "dam.md", OTTERS, title="Gates", publisher="Hill Courier")
    (folder / "bridge.md").rename(folder / "crossing.md")
    archive.sync(folder)
    archive.remove(identify(archive, "Smoke"))
    return archive


@pytest.fixture
def exported(lived: Archive, tmp_path: Path) -> Path:
    path = tmp_path / "archive.zip"
    lived.export_to(path)
    return path


def test_an_archive_comes_through_an_empty_store_byte_by_byte(
    lived: Archive, exported: Path, store: Path, tmp_path: Path
) -> None:
    again, other = tmp_path / "again.zip", tmp_path / "other"
    lived.export_to(again)
    assert again.read_bytes() == exported.read_bytes()
    with open_archive(other) as imported:
        report = imported.import_from(exported)
        assert len(report.added) == 3
        assert imported.export_to(again, force=True).versions == 4
    assert again.read_bytes() == exported.read_bytes()
    assert read_history(other) == read_history(store)
    check_whole(other)


def test_answers_are_the_same_after_an_import(archive: Archive, tmp_path: Path) -> None:
    archive.export_to(tmp_path / "archive.zip")
    with open_archive(tmp_path / "other") as imported:
        imported.import_from(tmp_path / "archive.zip")
        for question in QUESTIONS:
            answer = imported.ask(question)
            assert answer.found
            assert answer == archive.ask(question)


def test_what_was_quoted_before_opens_after_an_import_as_it_did(
    archive: Archive, folder: Path, tmp_path: Path
) -> None:
    quotes = [quote.id for each in QUESTIONS for quote in archive.ask(each).quotes]
    assert quotes
    making.write(folder, "dam.md", OTTERS, title="Gates")
    archive.ingest(folder)
    archive.remove(identify(archive, "Girders"))
    archive.export_to(tmp_path / "archive.zip")
    with open_archive(tmp_path / "other") as imported:
        imported.import_from(tmp_path / "archive.zip")
        for quote in quotes:
            cited = open_id(imported, quote)
            assert isinstance(cited, Cited)
            assert cited == open_id(archive, quote)
            assert not cited.current


def test_a_renamed_article_keeps_its_id_in_a_sync_after_an_import(
    lived: Archive, exported: Path, folder: Path, tmp_path: Path
) -> None:
    with open_archive(tmp_path / "other") as imported:
        imported.import_from(exported)
        assert imported.sync(folder).unchanged == lived.sync(folder).unchanged


def test_importing_again_changes_nothing(lived: Archive, exported: Path, store: Path) -> None:
    before = read_history(store)
    report = lived.import_from(exported)
    assert report == Report(unchanged=tuple(dict.fromkeys(v.article.source.id for v in before)))
    assert read_history(store) == before


def test_a_later_export_brings_an_earlier_archive_up_to_date(
    exported: Path, tmp_path: Path, store: Path
) -> None:
    trio = making.write_trio(tmp_path / "articles")  # as the files were at first
    (trio / "crossing.md").unlink()
    with open_archive(tmp_path / "other") as other:
        other.ingest(trio)
        smoke, gates = identify(other, "Smoke"), identify(other, "Gates")
        girders = identify(other, "Girders")
        report = other.import_from(exported)
        assert report == Report(
            updated=(gates,), unchanged=(girders,), removed=(smoke,), passages=1
        )
        assert other.ask("Where do otters live?").quotes[0].text == OTTERS
    mine, theirs = read_history(tmp_path / "other"), read_history(store)
    assert {tell_standing(each) for each in mine} == {tell_standing(each) for each in theirs}
    check_whole(tmp_path / "other")


def tell_standing(version: Version) -> tuple[str, bool, datetime | None]:
    return version.article.source.digest, version.current, version.noticed


def test_the_file_decides_what_is_current_and_the_report_says_so(
    lived: Archive, exported: Path, folder: Path, store: Path
) -> None:
    gates, girders = identify(lived, "Gates"), identify(lived, "Girders")
    making.write(folder, "dam.md", "Herons came.", title="Gates", publisher="Hill Courier")
    making.write(folder, "owls.md", "Owls nest in the mill.", title="Owls")
    lived.ingest(folder)
    (herons,) = (each for each in lived.articles() if each.id == gates)
    lived.remove(girders)
    report = lived.import_from(exported)
    assert set(report.overruled) == {gates, girders}
    assert (report.updated, report.added) == ((gates,), (girders,))
    assert lived.article(gates).text == OTTERS
    assert lived.article(gates, digest=herons.digest).text == "Herons came."
    assert {each.title for each in lived.articles()} == {"Gates", "Girders", "Owls"}
    check_whole(store)


def test_a_place_that_means_another_article_of_the_store_is_left_to_it(
    exported: Path, store: Path, tmp_path: Path
) -> None:
    (renamed,) = (v for v in read_history(store) if is_moved(v))
    assert renamed.place
    other = making.write(tmp_path / "mine", "x.md", "Rain fell.", id=renamed.place.name)
    with open_archive(tmp_path / "other") as imported:
        imported.ingest(other)
        imported.import_from(exported)
    placed = [v.place for v in read_history(tmp_path / "other") if is_moved(v)]
    assert placed == []


def is_moved(version: Version) -> bool:
    return bool(version.place and version.place.name != version.article.source.id)


def test_an_article_without_a_sentence_is_kept_and_told(tmp_path: Path) -> None:
    bare = Version(making.article("Rain fell.", name="bare", body=()), current=True)
    path = tmp_path / "archive.zip"
    write(path, [bare])
    with open_archive(tmp_path / "other") as imported:
        report = imported.import_from(path)
        assert [each.path for each in report.failed] == ["bare.md"]
        assert imported.article("bare").text == "Rain fell."
        assert imported.import_from(path).unchanged == ("bare",)


def test_an_import_that_broke_off_is_finished_by_the_next(
    exported: Path, store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transfer, "GROUP", 1)
    left, add = [2], Catalog.add

    def break_off(*arguments: Any, **named: Any) -> Any:
        left[0] -= 1
        if not left[0]:
            raise KeyboardInterrupt
        return add(*arguments, **named)

    monkeypatch.setattr(Catalog, "add", break_off)
    with open_archive(tmp_path / "other") as imported:
        with pytest.raises(KeyboardInterrupt):
            imported.import_from(exported)
        assert len(imported.articles()) == 1
    with open_archive(tmp_path / "other") as imported:
        assert len(imported.import_from(exported).unchanged) == 1
    assert read_history(tmp_path / "other") == read_history(store)
    check_whole(tmp_path / "other")


def test_progress_counts_articles(exported: Path, tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    with open_archive(tmp_path / "other") as imported:
        imported.import_from(exported, progress=lambda *each: seen.append(each))
    assert seen[-1] == (3, 3)
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)


def write(path: Path, versions: list[Version]) -> None:
    """Export versions that no store holds."""
    with saving.opened(path, force=True) as stream:
        packing.write(stream, lambda: versions, made_with=None)


moments = st.none() | st.integers(0, 4_000_000_000).map(lambda at: datetime.fromtimestamp(at, UTC))
places = st.none() | st.builds(Place, strategies.pieces, strategies.pieces)


@st.composite
def histories(draw: st.DrawFn) -> list[Version]:
    """Draw versions of a few articles with exotic texts, as a store may hold them."""
    found: list[Version] = []
    for name in ("a", "b\u202e\n", "ü@0:1"):
        place = draw(places)
        article = strategies.articles(name=name)
        versions = {each.source.digest: each for each in draw(st.lists(article, max_size=3))}
        current = draw(st.booleans())
        for number, each in enumerate(versions.values(), start=1):
            last = current and number == len(versions)
            found.append(Version(each, last, None if last else draw(moments), place))
    return found


@given(histories())
@settings(max_examples=15)
def test_whatever_a_store_holds_comes_through(versions: list[Version]) -> None:
    with TemporaryDirectory() as place:
        first, second = Path(place, "first.zip"), Path(place, "second.zip")
        write(first, versions)
        with open_archive(Path(place, "store")) as archive:
            archive.import_from(first)
            archive.export_to(second)
        name = "articles.jsonl"
        assert read_members(second)[name] == read_members(first)[name]


# What is wrong with a file, what its message says of it, and how it is made from a whole one.
Spoil = Callable[[dict[str, bytes]], Mapping[str, bytes] | None]


def read_members(path: Path) -> dict[str, bytes]:
    with ZipFile(path) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def pack(path: Path, members: Mapping[str, bytes], method: int = ZIP_DEFLATED) -> None:
    with ZipFile(path, "w", method) as packed:
        for name, content in members.items():
            packed.writestr(name, content)


def signed(members: dict[str, bytes], lines: list[bytes], /, **told: Any) -> dict[str, bytes]:
    """Return the members with other lines, and with a manifest that fits them."""
    content = b"".join(lines)
    manifest = json.loads(members["manifest.json"])
    manifest["members"]["articles.jsonl"] = {
        "size": len(content),
        "sha256": sha256(content).hexdigest(),
    }
    found = [json.loads(line) for line in lines if line.startswith(b'{"id"')]
    manifest |= {
        "versions": len(lines),
        "articles": len({each["id"] for each in found}),
        "current": sum(each["current"] is True for each in found),
    }
    manifest |= told
    return {"articles.jsonl": content, "manifest.json": json.dumps(manifest).encode()}


def retold(**fields: Any) -> Spoil:
    """Return what changes fields of the first line."""

    def spoil(members: dict[str, bytes]) -> dict[str, bytes]:
        first, *rest = members["articles.jsonl"].splitlines(keepends=True)
        line = {name: fields.get(name, value) for name, value in json.loads(first).items()}
        line |= fields
        kept = {name: value for name, value in line.items() if value is not ...}
        return signed(members, [json.dumps(kept).encode() + b"\n", *rest])

    return spoil


def relined(change: Callable[[list[bytes]], list[bytes]]) -> Spoil:
    return lambda members: signed(
        members, change(members["articles.jsonl"].splitlines(keepends=True))
    )


def remarked(**told: Any) -> Spoil:
    return lambda members: signed(
        members, members["articles.jsonl"].splitlines(keepends=True), **told
    )


SPOILT: dict[str, tuple[str, Spoil]] = {
    "a member lacks": ("a zip of", lambda m: {"manifest.json": m["manifest.json"]}),
    "a member too many": ("a zip of", lambda m: m | {"../evil.md": b"x"}),
    "another format": ("mark it as", remarked(format="other")),
    "a newer version": ("version 2 of the format", remarked(version=2)),
    "no manifest": ("it:", lambda m: m | {"manifest.json": b"[]"}),
    "a manifest that nests": ("it:", lambda m: m | {"manifest.json": b"[" * 60_000}),
    "a long manifest": ("longer than", lambda m: m | {"manifest.json": b" " * (1 << 17)}),
    "a count too many": ("number of articles", remarked(articles=9)),
    "a version too many": ("number of versions", remarked(versions=9)),
    "another count of current ones": ("number of versions", remarked(current=0)),
    "another member in the manifest": ("other members", remarked(members={})),
    "a changed text": (
        "does not match its digest",
        lambda m: m | {"articles.jsonl": m["articles.jsonl"].replace(b"Otters", b"Snakes")},
    ),
    "a changed title": (
        "not what",
        lambda m: m | {"articles.jsonl": m["articles.jsonl"].replace(b"Gates", b"Goats")},
    ),
    "a longer file": (
        "not the size",
        lambda m: m | {"articles.jsonl": m["articles.jsonl"] + b"\n"},
    ),
    "an unknown field": ("line 1", retold(more=1)),
    "a field that lacks": ("line 1", retold(url=...)),
    "a body beyond the text": ("in its text", retold(body=[[0, 10_000]])),
    "a body without length": ("0 <= start < end", retold(body=[[4, 4]])),
    "a body of numbers": ("line 1", retold(body=[1.5])),
    "an empty id": ("needs an id", retold(id="")),
    "half a surrogate pair": ("line 1", retold(title="\ud800")),
    "no date": ("line 1", retold(published="yesterday")),
    "a time without a zone": ("line 1", retold(noticed="2020-01-01T00:00:00")),
    "a time beyond the calendar": ("line 1", retold(noticed="0001-01-01T00:00:00+14:00")),
    "a time with parts of a second": ("whole seconds", retold(noticed="2020-01-01T00:00:00.5Z")),
    "a truth that is a number": ("line 1", retold(current=1)),
    "a line that is no JSON": ("line 2", relined(lambda lines: [lines[0], b"{\n", *lines[2:]])),
    "a line that nests": ("line 1", relined(lambda lines: [b"[" * 90_000 + b"\n", *lines])),
    "a line of nothing": ("line 1", relined(lambda lines: [b"\n", *lines])),
    "a version twice": ("stands in it twice", relined(lambda lines: [lines[0], *lines])),
    "versions apart": ("follow each other", relined(lambda lines: [*lines, lines[0]])),
}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("whole") / "archive.zip"
    old = making.article(making.DAM, name="dam", title="Gates")
    new = making.article(OTTERS, name="dam", title="Gates")
    ferry = making.article(making.FERRY, name="ferry", title="Smoke")
    write(path, [Version(old, False, FIRST), Version(new, True), Version(ferry, True)])
    return path


@pytest.fixture
def kept(archive: Archive, store: Path) -> Iterator[Archive]:
    """An archive that is the same after the test as before."""
    before = read_history(store)
    yield archive
    assert read_history(store) == before
    assert set(archive.count().values()) == {3}


@pytest.mark.parametrize(("said", "spoil"), SPOILT.values(), ids=SPOILT)
def test_a_damaged_file_is_refused_and_nothing_is_written(
    said: str, spoil: Spoil, kept: Archive, whole: Path, tmp_path: Path
) -> None:
    members = spoil(read_members(whole))
    assert members is not None
    pack(tmp_path / "bad.zip", members)
    with pytest.raises(ExportError, match=said) as caught:
        kept.import_from(tmp_path / "bad.zip")
    assert str(caught.value).startswith(str(tmp_path / "bad.zip"))
    assert len(str(caught.value)) < 500


def test_two_versions_that_are_current_or_stand_apart_are_refused(
    kept: Archive, tmp_path: Path
) -> None:
    one, two = making.article("Rain fell."), making.article("Snow fell.")
    for first, said in (
        (Version(one, True), "not the last"),
        (Version(one, False, None, Place("a", "/a")), "different places"),
    ):
        write(tmp_path / "bad.zip", [first, Version(two, True)])
        with pytest.raises(ExportError, match=said):
            kept.import_from(tmp_path / "bad.zip")


def test_bombs_and_other_packings_are_refused(kept: Archive, whole: Path, tmp_path: Path) -> None:
    path, members = tmp_path / "bad.zip", read_members(whole)
    pack(path, members | {"articles.jsonl": b" " * (8 << 20)})
    with pytest.raises(ExportError, match="1/200"):
        kept.import_from(path)
    pack(path, members, ZIP_BZIP2)
    with pytest.raises(ExportError, match="deflate"):
        kept.import_from(path)
    pack(path, {f"{number}.txt": b"" for number in range(3_000)})
    with pytest.raises(ExportError, match="list of members"):
        kept.import_from(path)


def test_lines_and_articles_are_bounded(whole: Path, tmp_path: Path) -> None:
    small = Settings(store=tmp_path / "small", max_article_bytes=40)
    with open_archive(tmp_path / "small", settings=small) as archive:
        with pytest.raises(ExportError, match="RAG_MAX_ARTICLE_BYTES"):
            archive.import_from(whole)
        many = [making.article(f"Rain fell on day {day}.") for day in range(60)]
        write(tmp_path / "many.zip", [Version(each, False) for each in many])
        with pytest.raises(ExportError, match="the versions of a have more"):
            archive.import_from(tmp_path / "many.zip")


@given(st.data())
@settings(max_examples=40)
def test_no_file_with_a_few_other_bytes_is_taken_for_another_archive(
    whole: Path, data: st.DataObject
) -> None:
    content = bytearray(whole.read_bytes())
    if data.draw(st.booleans()):
        content = content[: data.draw(st.integers(0, len(content) - 1))]
    for _ in range(data.draw(st.integers(1, 3)) if content else 0):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    with TemporaryDirectory() as place:
        path = Path(place, "bad.zip")
        path.write_bytes(content)
        with packing.opened(whole, max_bytes=10_000) as packed:
            expected = list(packed.articles())
        try:
            with packing.opened(path, max_bytes=10_000) as packed:
                assert list(packed.articles()) == expected  # as where only a name's date differs
        except ExportError:
            pass


def test_a_text_that_packs_like_a_bomb_still_comes_through(tmp_path: Path) -> None:
    path = tmp_path / "archive.zip"
    write(path, [Version(making.article("x" * 3_000_000), True)])
    with ZipFile(path) as packed:
        assert {each.compress_type for each in packed.infolist()} == {ZIP_STORED}
    with packing.opened(path, max_bytes=20_000_000) as opened:
        assert opened.ids == {"a"}


def test_an_export_is_whole_or_not_there_and_overwrites_only_by_force(
    archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "archive.zip"
    archive.export_to(path)
    before = path.read_bytes()
    with pytest.raises(SavingError, match="is there already"):
        archive.export_to(path)

    def break_off(_: Article) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr("rag.packing.writing.Line.of", break_off)
    with pytest.raises(KeyboardInterrupt):
        archive.export_to(path, force=True)
    assert path.read_bytes() == before
    assert [each for each in tmp_path.iterdir() if each.name.startswith(".")] == []
    monkeypatch.undo()
    archive.export_to(path, force=True)
    assert path.read_bytes() == before


def test_an_export_holds_the_archive_of_one_moment(
    archive: Archive, folder: Path, store: Path
) -> None:
    with closing(Catalog(store, create=False)) as catalog, catalog.snapshot():
        history = catalog.history()
        seen = [next(history)]
        making.write(folder, "dam.md", OTTERS, title="Gates")
        archive.ingest(folder)
        seen += history
    assert [(each.current, each.noticed) for each in seen] == [(True, None)] * 3


@pytest.fixture
def run(
    run: Callable[..., tuple[int, str, str]], archive: Archive
) -> Callable[..., tuple[int, str, str]]:
    """Run the command; the fixture's store holds the three small articles."""
    archive.close()
    return run


def test_the_command_exports_and_imports(
    run: Callable[..., tuple[int, str, str]], store: Path, tmp_path: Path
) -> None:
    path, other = tmp_path / "archive.zip", tmp_path / "other"
    code, out, _ = run("export", path, "--store", store, "--json")
    assert (code, json.loads(out)["versions"]) == (0, 3)
    code, _, err = run("export", path, "--store", store)
    assert (code, "--force" in err) == (2, True)
    code, out, _ = run("export", path, "--store", store, "--force")
    assert (code, out) == (0, f"3 articles, 3 versions written to {path}\n")
    code, out, _ = run("import", path, "--store", other)
    assert (code, out.startswith("3 added; ")) == (0, True)
    code, out, _ = run("import", path, "--store", other, "--json")
    assert len(json.loads(out)["unchanged"]) == 3


def test_the_command_makes_no_store_for_a_file_that_it_refuses(
    run: Callable[..., tuple[int, str, str]], tmp_path: Path
) -> None:
    (tmp_path / "bad.zip").write_bytes(b"PK")
    for name, said in (("bad.zip", "no whole export"), ("none.zip", "cannot be read")):
        code, _, err = run("import", tmp_path / name, "--store", tmp_path / "other")
        assert (code, said in err, (tmp_path / "other").exists()) == (2, True, False)
