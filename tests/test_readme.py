"""What the README shows is run as it stands."""

import json
import re
import shlex
from dataclasses import fields
from pathlib import Path

import pytest

from rag import rendering
from rag.cli import COMMANDS as COMMAND_RUNS
from rag.cli import main
from rag.cli.arguments import make_parser
from rag.settings import PREFIX, Settings
from rag.types import Answer, Query, Quote
from tests import making

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.M | re.S)
BLOCKS = [(language, code) for language, code in BLOCK.findall(README)]
PYTHON = [code for language, code in BLOCKS if language == "python"]
COMMANDS = [
    line.removeprefix("$ ")
    for language, code in BLOCKS
    if language == "console"
    for line in code.splitlines()
    if line.startswith("$ ")
]
# What needs files or a network of the reader's own is not run, but must be a command.
SHOWN = [
    line
    for language, code in BLOCKS
    if language == "sh"
    for line in code.splitlines()
    if line.startswith("rag ")
]


@pytest.fixture
def beside_the_corpus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in an empty folder that sees the corpus, as a fresh clone does."""
    (tmp_path / "corpus").symlink_to(ROOT / "corpus")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_readme_shows_python_and_commands() -> None:
    assert len(PYTHON) >= 2
    assert len(COMMANDS) >= 5


@pytest.mark.parametrize("code", PYTHON)
@pytest.mark.usefixtures("beside_the_corpus")
def test_every_python_block_runs(code: str, capfd: pytest.CaptureFixture[str]) -> None:
    exec(compile(code, "README.md", "exec"), {})  # one begins a process, which has files alone
    assert "Traceback" not in capfd.readouterr().out


@pytest.mark.usefixtures("beside_the_corpus")
def test_every_command_ends_well(capsys: pytest.CaptureFixture[str]) -> None:
    for command in COMMANDS:
        program, *arguments = shlex.split(command)
        assert program == "rag", command
        assert main(arguments) == 0, (command, capsys.readouterr())


def test_every_command_that_is_only_shown_is_one() -> None:
    assert SHOWN
    parser = make_parser(COMMAND_RUNS)
    for command in SHOWN:
        _, *arguments = shlex.split(re.split("[<|&]", command, maxsplit=1)[0], comments=True)
        assert parser.parse_args(arguments).run


def test_the_json_shown_has_fields_of_an_answer_and_spans_of_its_texts() -> None:
    (shown,) = (json.loads(code) for language, code in BLOCKS if language == "json")
    answer = Answer("", Query("", ""), (), (), 0.0, "")
    assert shown.keys() <= rendering.as_json(answer).keys()
    (passage,) = making.cut(making.article("Rain fell."))
    fields_of_quote = rendering.quote_as_json(Quote(passage, passage.sentences[0], 0.5))
    for quote in shown["quotes"]:
        assert quote.keys() <= fields_of_quote.keys()
        for source in (quote["article"], *quote["copies"]):
            assert source.keys() <= fields_of_quote["article"].keys()
        assert quote["end"] - quote["start"] == len(quote["text"])
        assert all(
            quote["start"] <= each["start"] < each["end"] <= quote["end"]
            for each in quote["figures"]
        )


def test_every_setting_stands_in_the_readme_with_its_default() -> None:
    rows = dict(re.findall(r"^\| `(RAG_\w+)` \| `([^`]*)`", README, re.M))
    assert set(rows) == {PREFIX + each.name.upper() for each in fields(Settings)}
    for each in fields(Settings):
        if each.name == "corpus":
            continue  # its default is a place on this machine
        default = int(each.default) if isinstance(each.default, bool) else each.default
        shown = "none" if default in (None, "", ()) else str(default)
        assert rows[PREFIX + each.name.upper()] == shown


def test_every_file_that_the_readme_names_is_there() -> None:
    named = re.findall(r"\]\((?!https?:)([^)#]+)\)", README)
    assert [name for name in named if not (ROOT / name).exists()] == []
