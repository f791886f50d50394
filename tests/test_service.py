"""The functions of an archive for other programs: over HTTP, and as MCP tools."""

from __future__ import annotations

import asyncio
import inspect
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from mcp import Client, StdioServerParameters

from rag import citations, dossier, rendering, verification
from rag.answering import Archive
from rag.errors import BusyError, StoreError
from rag.service import Service
from rag.turns import Turns
from tests import making
from tests.browsing import filled, served

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
DAWN = "When did the ferry Halcyon leave Sarn harbour?"
CALM = "Captain Ilse Brandt said that the sea was calm."
FUNCTIONS = ["ask", "check", "articles", "article", "cited", "verify"]


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory, _gradio: None) -> Iterator[Archive]:
    """An archive of three small articles that is only asked."""
    folder = tmp_path_factory.mktemp("service")
    with filled(folder / "store", making.write_trio(folder / "articles")) as archive:
        yield archive


@pytest.fixture(scope="module")
def at(kept: Archive) -> Iterator[str]:
    with served(kept) as address:
        yield address


@pytest.fixture
def api(at: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"{at}api") as client:
        yield client


def test_a_question_is_answered_as_on_the_command_line(api: httpx.Client, kept: Archive) -> None:
    answer = kept.ask(DAWN)
    assert answer.found
    assert api.post("/ask", json={"question": DAWN}).json() == rendering.as_json(answer)


def test_every_option_of_a_question_is_taken(api: httpx.Client, kept: Archive) -> None:
    options: dict[str, Any] = {
        "history": ["Who is Odile Farrant?"],
        "shown": [["Mayor Odile Farrant denied that the wall had cracked."]],
        "drop": ["on 2 March 2020"],
        "publishers": ["Hill Courier"],
        "limit": 1,
    }
    days = {"today": "2020-03-07", "since": "2020-03-01", "until": "2020-03-31"}
    chosen: dict[str, Any] = {name: date.fromisoformat(day) for name, day in days.items()} | options
    question = "What did she deny yesterday, on 2 March 2020?"
    expected = rendering.as_json(kept.ask(question, **chosen))
    reply = api.post("/ask", json={"question": question, **options, **days})
    assert reply.json() == expected
    assert expected["query"]["dropped"] == ["on 2 March 2020"]
    reworded = api.post("/ask", json={"question": question, "wording": DAWN}).json()
    assert reworded["query"]["wording"] == DAWN


def test_a_quotation_is_checked_and_its_permalink_opened(api: httpx.Client, kept: Archive) -> None:
    checked = api.post("/check", json={"quotation": CALM}).json()
    assert checked == rendering.check_as_json(kept.check(CALM))
    known = checked["quote"]["id"]
    opened = api.get("/cited", params={"id": known}).json()
    assert opened == citations.cited_as_json(kept.cited(known))


def test_articles_are_listed_by_pages_and_read(api: httpx.Client, kept: Archive) -> None:
    sources = [rendering.source_as_json(each) for each in kept.articles()]
    assert api.get("/articles").json() == {"total": 3, "articles": sources}
    second = api.get("/articles", params={"start": 1, "limit": 1}).json()
    assert second == {"total": 3, "articles": sources[1:2]}
    read = api.get("/article", params={"id": sources[0]["id"]}).json()
    assert read == sources[0] | {"text": kept.article(sources[0]["id"]).text}


def test_a_file_of_evidence_is_verified_as_it_was_saved(api: httpx.Client, kept: Archive) -> None:
    evidence = dossier.compose([kept.ask(DAWN)], saved=datetime.now(UTC))
    verified = api.post("/verify", content=evidence.encode())
    assert verified.json() == verification.as_json(kept.verify(evidence))
    assert verified.json()["ok"]
    altered = evidence.replace("Halcyon", "Albatross")
    assert not api.post("/verify", content=altered.encode()).json()["ok"]


@pytest.mark.parametrize(
    ("path", "sent", "status", "reason"),
    [
        ("/ask", {"question": " "}, 400, "the question is blank"),
        ("/ask", {"question": "x" * 2_001}, 400, "2,000 is the most"),
        ("/ask", {}, 400, "question: Field required"),
        ("/ask", {"question": DAWN, "histroy": []}, 400, "histroy: Extra inputs"),
        ("/ask", {"question": DAWN, "history": "Who?"}, 400, "history: 'str' instances"),
        ("/ask", {"question": DAWN, "history": ["x"] * 101}, 400, "at most 100 items"),
        ("/ask", {"question": DAWN, "since": "2016-13-01"}, 400, "since: Input should be"),
        ("/ask", {"question": DAWN, "limit": 21}, 400, "limit must be from 1 to 20"),
        ("/ask", [], 400, "Input should be"),
        ("/check", {"quotation": "?!"}, 400, "word"),
        ("/verify", {}, 400, "no evidence file"),
        ("/nothing", {}, 404, "see /api/openapi.json"),
        ("/articles", {}, 405, "see /api/openapi.json"),
    ],
)
def test_a_wrong_request_is_explained(
    api: httpx.Client, path: str, sent: object, status: int, reason: str
) -> None:
    refused = api.post(path, json=sent)
    assert (refused.status_code, list(refused.json())) == (status, ["error"])
    assert reason in refused.json()["error"]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("article?id=none", 404),
        ("cited?id=none", 400),
        ("cited?id=a@0123456789ab:1-2", 404),
        ("article", 400),
        ("articles?limit=0", 400),
        ("articles?limit=1001", 400),
        ("articles?start=-1", 400),
    ],
)
def test_what_is_not_there_is_said(api: httpx.Client, path: str, status: int) -> None:
    refused = api.get(path)
    assert (refused.status_code, list(refused.json())) == (status, ["error"])


@pytest.mark.parametrize("content", ["{", '{"question": "\\ud800"}', '{"question": NaN}', ""])
def test_what_is_no_json_or_no_text_is_said(api: httpx.Client, content: str) -> None:
    refused = api.post("/ask", content=content, headers={"Content-Type": "application/json"})
    assert (refused.status_code, list(refused.json())) == (400, ["error"])


@pytest.mark.parametrize(("error", "status"), [(StoreError("damaged"), 500), (OSError("x"), 500)])
def test_trouble_is_told_without_a_trace(
    api: httpx.Client, monkeypatch: pytest.MonkeyPatch, error: Exception, status: int
) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(Archive, "check", fail)
    told = api.post("/check", json={"quotation": CALM})
    assert (told.status_code, list(told.json())) == (status, ["error"])
    assert "Traceback" not in told.text


def test_the_interface_is_described(api: httpx.Client) -> None:
    paths = api.get("/openapi.json").json()["paths"]
    assert sorted(paths) == sorted(f"/{name}" for name in FUNCTIONS)
    for name, methods in paths.items():
        (described,) = methods.values()
        assert described["description"] == inspect.getdoc(getattr(Service, name[1:]))


def test_who_comes_when_too_many_wait_is_told_so() -> None:
    started, go = threading.Event(), threading.Event()

    def block() -> dict[str, Any]:
        started.set()
        go.wait()
        return {}

    async def crowd() -> None:
        turns = Turns(1, waiting=1)
        first = asyncio.create_task(turns.enter().call(block))
        await asyncio.to_thread(started.wait)
        second = asyncio.create_task(turns.enter().call(block))
        await asyncio.sleep(0.01)
        with pytest.raises(BusyError, match="ask again in a moment"):
            turns.enter()
        go.set()
        assert list(await asyncio.gather(first, second)) == [{}, {}]

    asyncio.run(crowd())


def test_curl_as_in_the_readme_is_answered(corpus_archive: Archive, tmp_path: Path) -> None:
    if not shutil.which("curl") and not os.environ.get("CI"):
        pytest.skip("curl is not on the path; apt-get install curl")
    commands = re.findall(r"^curl (?:.*\\\n)*.*$", README, re.MULTILINE)
    assert len(commands) >= 3
    evidence = dossier.compose([corpus_archive.ask("Who?" * 2)], saved=datetime.now(UTC))
    (tmp_path / "evidence.json").write_text(evidence)
    with served(corpus_archive) as address:
        for command in commands:
            said = command.replace("http://127.0.0.1:7860/", address)
            ran = subprocess.run(
                ["bash", "-c", f"{said} --silent --fail-with-body"],
                cwd=tmp_path,
                capture_output=True,
                check=False,
            )
            assert (ran.returncode, ran.stdout[:1]) == (0, b"{"), (said, ran)


async def use_tools(server: Any, kept: Archive) -> None:
    """Do what a program that talks would do."""
    async with Client(server) as client:
        assert "never reworded" in str(client.instructions)
        tools = (await client.list_tools()).tools
        assert [tool.name for tool in tools] == FUNCTIONS
        assert all(tool.annotations and tool.annotations.read_only_hint for tool in tools)
        assert "exactly as it stands" in str(tools[0].description)
        described = tools[0].input_schema["properties"]
        assert all(each["description"] for each in described.values())
        answered = await client.call_tool("ask", {"question": DAWN, "since": "2020-01-01"})
        expected = kept.ask(DAWN, since=date(2020, 1, 1))
        assert answered.structured_content == rendering.as_json(expected)
        checked = await client.call_tool("check", {"quotation": CALM.replace("calm", "rough")})
        assert checked.structured_content["status"] == "altered"
        evidence = dossier.compose([expected], saved=datetime.now(UTC))
        verified = await client.call_tool("verify", {"content": evidence})
        assert verified.structured_content["ok"]
        refused = await client.call_tool("article", {"id": "none"})
        assert refused.is_error
        assert "none" in refused.content[0].text  # type: ignore[union-attr]


def test_a_program_uses_the_tools_over_http(at: str, kept: Archive) -> None:
    asyncio.run(use_tools(f"{at}mcp", kept))


def test_a_program_uses_the_tools_over_standard_input(kept: Archive) -> None:
    script = """
import sys
from rag import tools
from rag.answering import Archive
from tests.hashing_embedder import HashingEmbedder
model = HashingEmbedder()
with Archive.open(sys.argv[1], embedder=model, reading_model=model) as archive:
    tools.serve(archive)
"""
    command = StdioServerParameters(
        command=sys.executable,
        args=["-c", script, str(kept.settings.store)],
        cwd=Path(__file__).parents[1],
    )
    asyncio.run(use_tools(command, kept))
