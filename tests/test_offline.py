"""Nothing is fetched and nobody is told: it all works where no other machine is reached."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests import making
from tests.browsing import ask, opened
from tests.processes import ROOT

QUESTION = "Who saw smoke above the stern?"
ANSWER = "A fisherman saw smoke above the stern an hour later."

# Runs when an interpreter starts: what would leave the machine, or ask for a name, is written down
# and fails.
BLOCK = """
import ipaddress, os, sys

def is_here(host):
    host = host.decode() if isinstance(host, bytes) else host
    if host in (None, "", "localhost"):
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified

def look(event, arguments):
    if event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
        address = arguments[1]
        away = isinstance(address, tuple) and not is_here(address[0])
    elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
        away = not is_here(arguments[0])
    else:
        return
    if away:
        with open(os.environ["TRIED"], "a") as file:
            file.write(f"{event} {arguments}\\n")
        raise OSError("no other machine can be reached")

sys.addaudithook(look)
"""
RUN = """
import sys
from rag.cli import main
for command in {commands}:
    assert main(command) == 0, command
main(["chat", "--port", "0"])
"""


@contextmanager
def offline(tmp_path: Path, code: str) -> Iterator[subprocess.Popen[str]]:
    """Run Python code in a process that reaches no other machine."""
    (tmp_path / "start").mkdir()
    (tmp_path / "start" / "sitecustomize.py").write_text(BLOCK)
    (tmp_path / "tried").touch()
    environment = {
        "PYTHONPATH": os.pathsep.join([str(tmp_path / "start"), str(ROOT)]),
        "TRIED": str(tmp_path / "tried"),
        "RAG_STORE": str(tmp_path / "store"),
    }
    with subprocess.Popen(
        [sys.executable, "-c", code],
        stdout=subprocess.PIPE,
        env=os.environ | environment,
        cwd=tmp_path,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.terminate()


@pytest.mark.parametrize(
    "code",
    [
        "import socket; socket.create_connection(('192.0.2.1', 80), timeout=1)",
        "import urllib.request; urllib.request.urlopen('http://archive.example/')",
    ],
)
def test_what_would_leave_the_machine_fails_and_is_written_down(tmp_path: Path, code: str) -> None:
    with offline(tmp_path, code) as process:
        assert process.wait() == 1
    assert "socket." in (tmp_path / "tried").read_text()


def test_articles_are_ingested_asked_and_checked_and_the_chat_answers_offline(
    tmp_path: Path, browser: Browser
) -> None:
    commands = [
        ["ingest", str(making.write_trio(tmp_path / "articles"))],
        ["ask", QUESTION],
        ["check", ANSWER],
    ]
    with offline(tmp_path, RUN.format(commands=commands)) as process:
        assert process.stdout
        told = ""
        while "Ask at " not in told:
            line = process.stdout.readline()
            assert line, told
            told += line
        address = told.split("Ask at ")[1].strip()
        with opened(browser, address) as page:
            answer = ask(page, QUESTION)
            assert ANSWER in answer.inner_text()
    assert ANSWER in told
    assert (tmp_path / "tried").read_text() == ""
