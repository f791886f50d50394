"""On a full disk a change is an error of the store; with room again it is done, nothing lost."""

import json
import os
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
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from rag import cli, embedding
from rag.answering import Archive
from rag.settings import Settings
from tests.hashing_embedder import HashingEmbedder

disk, before, rooms, *command = sys.argv[1:]
model, store, told = HashingEmbedder(), Path(disk) / "store", []
embedding.load = lambda _: model
def run(*words):
    with redirect_stderr(StringIO()) as printed, redirect_stdout(StringIO()):
        code = cli.main([*words, "--store", str(store)])
    return code, printed.getvalue()
assert run("ingest", before)[0] == 0
for room in map(int, rooms.split(",")):
    state = os.statvfs(disk)
    (Path(disk) / "filling").write_bytes(bytes(max(0, state.f_bavail * state.f_frsize - room)))
    told.append(run(*command))
    (Path(disk) / "filling").unlink()
if all(code for code, _ in told):
    told.append(run(*command))
tokens = 64 if "reindex" in command else 32
with Archive.open(settings=Settings(store=store, passage_tokens=tokens)) as archive:
    print(json.dumps({"told": told, "counts": dict(archive.count())}))
"""


@pytest.mark.parametrize(
    ("command", "articles"),
    [
        ("ingest {more}", 80),
        ("sync {more}", 80),
        ("erase --path */village-000.md --yes", 19),
        ("reindex --passage-tokens 64", 20),
    ],
)
def test_what_a_full_disk_stops_is_done_when_there_is_room_again(
    tmp_path: Path, command: str, articles: int
) -> None:
    (tmp_path / "disk").mkdir()
    before = making.write_many(tmp_path / "before", 20)
    more = making.write_many(tmp_path / "more", 60)
    mount = ["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", f"{tmp_path / 'disk'}"]
    alone = ["unshare", "--mount", "--map-root-user"]
    if not which(alone[0]) or subprocess.run([*alone, *mount], check=False).returncode:
        pytest.skip("nothing can be mounted here")
    arguments = [f"{tmp_path / 'disk'}", f"{before}", ",".join(map(str, ROOMS))]
    done = subprocess.run(
        [
            *alone,
            *("sh", "-c", f'{" ".join(mount)} && exec "$@"', "sh"),
            *(sys.executable, "-c", FILL, *arguments, *command.format(more=more).split()),
        ],
        cwd=ROOT,
        env=os.environ | {"RAG_PASSAGE_TOKENS": "32"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    refusals = [printed for code, printed in told["told"] if code]
    assert len(refusals) >= 2
    assert {code for code, _ in told["told"]} == {0, 3}
    assert all("free some space, and run the same command again" in each for each in refusals)
    assert not any("--repair" in each for each in refusals)
    counts = told["counts"]
    assert counts["passages"] == counts["vectors"] == counts["lexical entries"]
    assert counts["articles"] == articles
