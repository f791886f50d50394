"""A store whose folder and files cannot be written is asked, checked and listed, not changed."""

import json
import os
import subprocess
import sys
from pathlib import Path
from shutil import copyfile, which

import pytest

from rag import snapshots
from rag.answering import Archive
from rag.catalog import FILE
from tests import making
from tests.processes import ROOT

# Without these, permissions hold for root, too.
PLAIN = ("setpriv", "--bounding-set", "-dac_override,-dac_read_search")
USE = """
import json, sys
from rag import diagnosis
from rag.answering import Archive
from rag.errors import StoreError
from rag.settings import Settings
from tests.hashing_embedder import HashingEmbedder
store, folder = sys.argv[1:]
model, told = HashingEmbedder(), {}
with Archive.open(store, embedder=model, reading_model=model) as archive:
    told["articles"] = [each.title for each in archive.articles()]
    told["quote"] = archive.ask("Who saw smoke above the stern?").quotes[0].text
    told["check"] = archive.check("The reservoir held nine million litres.").status.value
    told["counts"] = dict(archive.count())
    changes = (
        lambda: archive.ingest(folder),
        lambda: archive.sync(folder),
        lambda: archive.remove(publishers=["Hill Courier"]),
        lambda: archive.erase(publishers=["Hill Courier"]),
        lambda: Archive.reindex(store, settings=Settings(passage_tokens=32), embedder=model),
    )
    told["refusals"] = []
    for change in changes:
        try:
            change()
        except StoreError as error:
            told["refusals"].append(str(error))
told["indexes"] = diagnosis.look_at_indexes(Settings(store=archive.settings.store)).state
print(json.dumps(told))
"""


def seal(store: Path, *, sealed: bool) -> None:
    """Take away, or give back, the permission to write."""
    for path in (store, *store.rglob("*")):
        path.chmod((0o500 if sealed else 0o700) if path.is_dir() else 0o400 if sealed else 0o600)


def use(store: Path, folder: Path, *before: str) -> dict[str, object]:
    """Do what there is to do with a store in a process that permissions hold for."""
    if os.geteuid() == 0 and not before:
        if not which(PLAIN[0]):
            pytest.skip("root may write everything here, and setpriv is not there")
        before = PLAIN
    done = subprocess.run(
        [*before, sys.executable, "-c", USE, str(store), str(folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told: dict[str, object] = json.loads(done.stdout)
    return told


def check_told(told: dict[str, object], store: Path) -> None:
    assert told["articles"] == ["Girders", "Smoke", "Gates"]
    assert told["quote"] == "A fisherman saw smoke above the stern an hour later."
    assert told["check"] == "exact"
    counts = told["counts"]
    assert isinstance(counts, dict)
    assert counts["passages"] == counts["vectors"] == counts["lexical entries"] > 0
    refusals = told["refusals"]
    assert isinstance(refusals, list)
    assert len(refusals) == 5
    assert all(str(store) in each and "permissions" in each for each in refusals[:4])
    assert "writ" in refusals[4]


def states(store: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in store.rglob("*") if path.is_file()}


@pytest.mark.parametrize("changed", ["folder", "files"])
def test_a_store_without_permission_to_write_is_read_and_left_as_it_is(
    archive: Archive, store: Path, folder: Path, changed: str
) -> None:
    archive.close()
    before = states(store)
    seal(store, sealed=True)
    if changed == "files":
        store.chmod(0o700)
    try:
        told = use(store, folder)
    finally:
        seal(store, sealed=False)
    check_told(told, store)
    after = states(store)
    assert {name: after.get(name) for name in before} == before


def test_a_store_on_a_medium_that_cannot_be_written_is_read(
    archive: Archive, store: Path, folder: Path
) -> None:
    archive.close()
    mount = f"mount --bind {store} {store} && mount -o remount,bind,ro {store}"
    alone = ("unshare", "--mount", "--map-root-user")
    if not which("unshare") or subprocess.run([*alone, "sh", "-c", mount], check=False).returncode:
        pytest.skip("nothing can be mounted here")
    check_told(use(store, folder, *alone, "sh", "-c", f'{mount} && exec "$@"', "sh"), store)


def test_a_copy_is_of_one_moment_though_another_process_writes(
    archive: Archive, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive.close()
    monkeypatch.setattr(snapshots, "_is_writable", lambda _: False)
    rounds = list[Path]()

    def write_meanwhile(source: Path, target: Path) -> None:
        copyfile(source, target)
        if len(rounds) < 3:
            rounds.append(making.write(store, "new.md", f"{len(rounds)}"))

    monkeypatch.setattr(snapshots, "copyfile", write_meanwhile)
    with snapshots.readable(store) as copy:
        assert copy != store
        assert (copy / "new.md").read_text() == "2"
        assert (copy / FILE).read_bytes() == (store / FILE).read_bytes()
    assert not copy.exists()
