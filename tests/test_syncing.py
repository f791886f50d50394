"""After a sync the archive equals the folder; it withdraws nothing that it only could not read."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.answering import Archive
from rag.errors import ArticleError
from rag.reports import Report
from tests import making
from tests.hashing_embedder import HashingEmbedder
from tests.test_ingestion import Interrupted, check_whole

if TYPE_CHECKING:
    from rag.types import Vectors

DENIED = "Mayor Odile Farrant denied that the wall had cracked."


class CountingEmbedder(HashingEmbedder):
    """Counts the texts that it is given."""

    texts = 0

    def encode(self, texts: Sequence[str]) -> "Vectors":
        self.texts += len(texts)
        return super().encode(texts)


def titles(archive: Archive) -> set[str]:
    return {source.title for source in archive.articles()}


def identify(archive: Archive, title: str) -> str:
    (article,) = (each.id for each in archive.articles() if each.title == title)
    return article


def test_what_was_added_changed_and_removed_is_so_in_the_archive(
    archive: Archive, folder: Path, store: Path
) -> None:
    ids = {title: identify(archive, title) for title in titles(archive)}
    making.write(folder, "owls.md", "Owls nest in the mill.", title="Owls")
    making.write(folder, "dam.md", "Otters live there now.", title="Gates")
    (folder / "ferry.md").unlink()
    would = archive.sync(folder, dry_run=True)
    assert titles(archive) == set(ids)
    report = archive.sync(folder)
    assert report == would
    assert report == Report(
        added=(identify(archive, "Owls"),),
        updated=(ids["Gates"],),
        unchanged=(ids["Girders"],),
        removed=(ids["Smoke"],),
        passages=2,
    )
    assert titles(archive) == {"Owls", "Gates", "Girders"}
    assert len(archive.sync(folder).unchanged) == 3
    check_whole(store)


def test_what_a_sync_withdraws_can_still_be_cited_and_comes_back(
    archive: Archive, folder: Path
) -> None:
    quote = archive.ask(DENIED).quotes[0]
    kept = (folder / "dam.md").read_bytes()
    (folder / "dam.md").unlink()
    archive.sync(folder)
    assert archive.cited(quote.id).withdrawn
    (folder / "dam.md").write_bytes(kept)
    assert archive.sync(folder).added == (quote.source.id,)
    assert archive.cited(quote.id).current


def test_a_renamed_file_keeps_its_article_without_being_embedded_again(
    store: Path, folder: Path
) -> None:
    model = CountingEmbedder()
    with Archive.open(store, embedder=model, reading_model=model) as archive:
        archive.ingest(folder)
        quote = archive.ask(DENIED).quotes[0]
        (folder / "deep").mkdir()
        (folder / "dam.md").rename(folder / "deep" / "sluice.md")
        model.texts = 0
        assert archive.sync(folder, dry_run=True).renamed == (quote.source.id,)
        report = archive.sync(folder)
        assert (report.renamed, report.added, report.removed) == ((quote.source.id,), (), ())
        assert (len(report.unchanged), model.texts) == (2, 0)
        moved = next(each for each in archive.articles() if each.id == quote.source.id)
        assert moved.path.endswith("deep/sluice.md")
        assert archive.cited(quote.id).current
        # By its new name it is the same article, for an ingest as well.
        for again in (archive.sync(folder), archive.ingest(folder)):
            assert (len(again.unchanged), again.added, again.renamed) == (3, (), ())
        assert archive.count()["articles"] == 3
    check_whole(store)


def test_a_new_file_under_the_name_of_a_renamed_one_is_another_article(
    archive: Archive, folder: Path
) -> None:
    first = identify(archive, "Gates")
    (folder / "dam.md").rename(folder / "old.md")
    archive.sync(folder)
    making.write(folder, "dam.md", "Otters live there now.", title="Otters")
    report = archive.sync(folder)
    second = identify(archive, "Otters")
    assert (report.added, second) == ((second,), f"{first}-2")
    assert identify(archive, "Gates") == first
    (folder / "dam.md").rename(folder / "older.md")
    making.write(folder, "dam.md", "Herons live there now.", title="Herons")
    # Where the name is taken again at once, it is the file of that name that was changed.
    report = archive.sync(folder)
    assert (report.updated, len(report.added)) == ((second,), 1)
    assert identify(archive, "Herons") == second
    assert len(archive.sync(folder).unchanged) == 5


def test_a_file_that_gets_its_name_back_is_the_same_article(archive: Archive, folder: Path) -> None:
    first = identify(archive, "Gates")
    (folder / "dam.md").rename(folder / "old.md")
    archive.sync(folder)
    (folder / "old.md").rename(folder / "dam.md")
    assert archive.sync(folder).renamed == (first,)
    assert len(archive.ingest(folder).unchanged) == 3


def test_articles_from_elsewhere_stay(
    archive: Archive, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = tmp_path / "articles-of-others"
    making.write(elsewhere, "owls.md", "Owls nest in the mill.", title="Owls")
    monkeypatch.chdir(elsewhere)
    archive.ingest("owls.md")
    (elsewhere / "owls.md").unlink()
    (folder / "ferry.md").unlink()
    assert len(archive.sync(folder).removed) == 1
    assert titles(archive) == {"Owls", "Gates", "Girders"}


def test_what_cannot_be_read_is_a_failure_and_withdraws_nothing(
    archive: Archive, folder: Path
) -> None:
    lines = [{"id": name, "text": f"{name} nest in the mill."} for name in ("Owls", "Bats")]
    several = folder / "several.jsonl"
    several.write_text("\n".join(map(json.dumps, lines)))
    archive.sync(folder)
    (folder / "dam.md").write_bytes(b"\x00\x01")
    (folder / "ferry.md").unlink()
    (folder / "ferry.md").symlink_to(folder / "bridge.md")
    several.write_text(json.dumps(lines[0]) + "\n{")
    report = archive.sync(folder)
    assert (report.removed, len(report.failed)) == ((), 3)
    assert titles(archive) >= {"Smoke", "Gates", "Girders"}
    several.write_text(json.dumps(lines[0]))
    assert archive.sync(folder).removed == ("Bats",)


@pytest.mark.parametrize("damage", ["missing", "file", "empty"])
def test_a_folder_that_is_gone_or_empty_withdraws_nothing_unless_that_is_said(
    archive: Archive, folder: Path, damage: str
) -> None:
    for path in folder.iterdir():
        path.unlink()
    if damage != "empty":
        folder.rmdir()
    if damage == "file":
        folder.write_text("A file now.")
    with pytest.raises(ArticleError, match="nothing was changed"):
        archive.sync(folder)
    assert archive.count()["articles"] == 3
    if damage == "empty":
        assert len(archive.sync(folder, allow_empty=True).removed) == 3
        assert archive.articles() == ()
    else:
        with pytest.raises(ArticleError, match="nothing was changed"):
            archive.sync(folder, allow_empty=True)


def test_an_interrupted_sync_is_finished_by_the_next(
    archive: Archive, folder: Path, store: Path
) -> None:
    (folder / "dam.md").rename(folder / "sluice.md")
    (folder / "ferry.md").unlink()
    for name in ("owls", "bats"):
        making.write(folder, f"{name}.md", f"{name} nest in the mill.", title=name)

    with pytest.raises(KeyboardInterrupt):
        archive.sync(folder, progress=Interrupted(after=1))
    assert titles(archive) >= {"Smoke", "Gates", "Girders"}
    archive.sync(folder)
    assert titles(archive) == {"Gates", "Girders", "owls", "bats"}
    check_whole(store)


TEXTS = ["Rain fell.", "Snow fell.", "Hail fell on the town."]
folders = st.dictionaries(st.sampled_from(["a.txt", "b.txt", "c/d.txt"]), st.sampled_from(TEXTS))


@settings(max_examples=8)
@given(st.lists(folders, min_size=2, max_size=3))
def test_the_archive_equals_the_folder_whatever_happened_in_it(
    tmp_path_factory: pytest.TempPathFactory, states: list[dict[str, str]]
) -> None:
    place = tmp_path_factory.mktemp("sync")
    folder, model = place / "articles", HashingEmbedder()
    (folder / "c").mkdir(parents=True)
    with Archive.open(place / "store", embedder=model, reading_model=model) as archive:
        for state in states:
            for path in folder.rglob("*.txt"):
                path.unlink()
            for name, text in state.items():
                (folder / name).write_text(text)
            archive.sync(folder, allow_empty=True)
            held = {each.path: archive.article(each.id).text for each in archive.articles()}
            assert held == {str(folder / name): text for name, text in state.items()}
    check_whole(place / "store")


def test_the_command_says_what_was_done(
    run: Callable[..., tuple[int, str, str]], folder: Path
) -> None:
    code, out, _ = run("sync", folder, "--dry-run")
    assert (code, out) == (0, "would be 3 added; 3 passages to write\n")
    code, out, _ = run("sync", folder, "--json")
    assert (code, len(json.loads(out)["added"])) == (0, 3)
    (folder / "dam.md").rename(folder / "sluice.md")
    (folder / "ferry.md").unlink()
    code, out, _ = run("sync", folder)
    assert (code, out) == (0, "1 renamed, 1 unchanged, 1 removed; 0 passages written\n")
    code, _, err = run("sync", folder / "nosuch")
    assert code == 2
    assert "nothing was changed" in err
    assert json.loads(run("ingest", folder, "--json")[1])["unchanged"]
