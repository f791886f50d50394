"""On a full disk a change is an error of the store; with room again it is done, nothing lost."""

import json
import subprocess
import sys
from pathlib import Path
from shutil import which

import pytest

from tests import making
from tests.processes import ROOT

# Bytes that are free: none, enough to begin, and enough for the catalog but not for an index.
ROOMS = (0, 20_000, 300_000)
FILL = """
import json, os, sys
from pathlib import Path
from rag.answering import Archive
from rag.errors import StoreError
from rag.settings import Settings
from tests.hashing_embedder import HashingEmbedder

disk, before, more, change, rooms = sys.argv[1:]
model, store, told = HashingEmbedder(), Path(disk) / "store", []
changes = {
    "ingest": lambda archive: archive.ingest(more),
    "sync": lambda archive: archive.sync(more),
    "erase": lambda archive: archive.erase(paths=["*/village-000.md"]),
    "reindex": lambda _: Archive.reindex(store, settings=settings(64), embedder=model),
}
def settings(tokens):
    return Settings(store=store, passage_tokens=tokens)
def act():
    with Archive.open(settings=settings(32), embedder=model, reading_model=model) as archive:
        changes[change](archive)
with Archive.open(settings=settings(32), embedder=model, reading_model=model) as archive:
    archive.ingest(before)
for room in map(int, rooms.split(",")):
    state = os.statvfs(disk)
    (Path(disk) / "filling").write_bytes(bytes(max(0, state.f_bavail * state.f_frsize - room)))
    try:
        act()
    except StoreError as error:
        told.append(str(error))
    (Path(disk) / "filling").unlink()
if len(told) == rooms.count(",") + 1:
    act()
tokens = 64 if change == "reindex" else 32
with Archive.open(settings=settings(tokens), embedder=model, reading_model=model) as archive:
    print(json.dumps({"refusals": told, "counts": dict(archive.count())}))
"""


@pytest.mark.parametrize(
    ("change", "articles"), [("ingest", 80), ("sync", 80), ("erase", 19), ("reindex", 20)]
)
def test_what_a_full_disk_stops_is_done_when_there_is_room_again(
    tmp_path: Path, change: str, articles: int
) -> None:
    (tmp_path / "disk").mkdir()
    before = making.write_many(tmp_path / "before", 20)
    more = making.write_many(tmp_path / "more", 60)
    mount = ["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", f"{tmp_path / 'disk'}"]
    alone = ["unshare", "--mount", "--map-root-user"]
    if not which(alone[0]) or subprocess.run([*alone, *mount], check=False).returncode:
        pytest.skip("nothing can be mounted here")
    arguments = [f"{tmp_path / 'disk'}", f"{before}", f"{more}", change]
    done = subprocess.run(
        [
            *alone,
            *("sh", "-c", f'{" ".join(mount)} && exec "$@"', "sh"),
            *(sys.executable, "-c", FILL, *arguments, ",".join(map(str, ROOMS))),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert len(told["refusals"]) >= 2
    assert all("cannot be" in each for each in told["refusals"])
    counts = told["counts"]
    assert counts["passages"] == counts["vectors"] == counts["lexical entries"]
    assert counts["articles"] == articles
