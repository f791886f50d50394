"""The chat as a server: what it refuses, and how it ends."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path


def test_the_page_forbids_other_hosts_and_other_names(address: str) -> None:
    import httpx

    reply = httpx.get(address)
    assert "default-src 'self'" in reply.headers["content-security-policy"]
    assert httpx.get(address, headers={"Host": "evil.example:7860"}).status_code == 421


def test_the_command_serves_until_it_is_told_to_end(tmp_path: Path) -> None:
    script = """
import sys
from rag.answering import Archive
from rag.chat import serve
from rag.settings import Settings
from tests.hashing_embedder import HashingEmbedder
settings = Settings(store=sys.argv[1], port=0)
model = HashingEmbedder()
with Archive.open(sys.argv[1], settings=settings, embedder=model, reading_model=model) as archive:
    serve(archive, announce=lambda address: print(address, flush=True))
print("closed")
"""
    for sent in (signal.SIGTERM, signal.SIGINT):
        process = subprocess.Popen(
            [sys.executable, "-c", script, str(tmp_path / "store")],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=Path(__file__).parents[1],
            text=True,
        )
        assert process.stdout
        assert process.stdout.readline().startswith("http://127.0.0.1:")
        process.send_signal(sent)
        said, complained = process.communicate(timeout=30)
        assert (said, complained, process.returncode) == ("closed\n", "", 0)
