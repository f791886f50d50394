"""Settings come from what is chosen, else the environment, else the defaults; all are checked."""

import os
from pathlib import Path
from typing import Any

import pytest

from rag.errors import SettingsError
from rag.settings import QUIET, Settings, find_corpus, quiet_libraries

BOUNDS = {
    "threads": (1, 256),
    "passage_tokens": (32, 100_000),
    "candidates": (1, 1_000),
    "reading": (1, 100),
    "limit": (1, 20),
    "max_question_chars": (1, 100_000),
    "max_article_bytes": (1, 2**31),
    "port": (0, 65_535),
    "concurrency": (1, 64),
    "waiting": (1, 10_000),
}
EDGES = [(name, value) for name, (low, high) in BOUNDS.items() for value in (low, high)]
BEYOND = [(name, value) for name, (low, high) in BOUNDS.items() for value in (low - 1, high + 1)]


def test_the_defaults_work() -> None:
    assert Settings().store == Path("rag-store")
    assert Settings().limit == 5


@pytest.mark.parametrize(("name", "value"), EDGES)
def test_a_number_may_be_at_its_bound(name: str, value: int) -> None:
    assert getattr(Settings(**{name: value}), name) == value  # type: ignore[arg-type]


@pytest.mark.parametrize(("name", "value"), BEYOND)
def test_a_number_beyond_its_bound_is_refused_with_both_bounds(name: str, value: int) -> None:
    low, high = BOUNDS[name]
    with pytest.raises(SettingsError, match=f"{name} must be from {low} to {high}, not {value}"):
        Settings(**{name: value})  # type: ignore[arg-type]


@pytest.mark.parametrize("path", ["/", "archive", "/archive/", "/a//b", "/a?b", "https://a/b"])
def test_a_root_path_that_is_no_path_is_refused(path: str) -> None:
    with pytest.raises(SettingsError, match="such as /archive"):
        Settings(root_path=path)


@pytest.mark.parametrize("name", ["model", "host"])
def test_a_blank_name_is_refused(name: str) -> None:
    with pytest.raises(SettingsError, match=name):
        Settings(**{name: " "})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("store", "/some/where", Path("/some/where")),
        ("limit", "7", 7),
        ("port", "0", 0),
        ("host", "0.0.0.0", "0.0.0.0"),
        ("download", "1", True),
        ("download", "true", True),
        ("download", "False", False),
        ("download", "0", False),
        ("allow_host", "a.example, b.example", ("a.example", "b.example")),
        ("login", "logins", Path("logins")),
        ("root_path", "/news/archive", "/news/archive"),
    ],
)
def test_every_setting_can_come_from_the_environment(
    monkeypatch: pytest.MonkeyPatch, name: str, text: str, value: Any
) -> None:
    monkeypatch.setenv(f"RAG_{name.upper()}", text)
    assert getattr(Settings.load(), name) == value


@pytest.mark.parametrize(
    ("name", "text"),
    [("limit", "many"), ("limit", "2.5"), ("port", "70000"), ("download", "perhaps")],
)
def test_an_environment_variable_that_cannot_work_is_named(
    monkeypatch: pytest.MonkeyPatch, name: str, text: str
) -> None:
    monkeypatch.setenv(f"RAG_{name.upper()}", text)
    with pytest.raises(SettingsError, match=name if text == "70000" else f"RAG_{name.upper()}"):
        Settings.load()


def test_what_is_chosen_wins_over_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAG_LIMIT", "7")
    assert Settings.load(limit=3).limit == 3
    assert Settings.load(limit=None).limit == 7


def test_an_empty_variable_counts_as_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAG_LIMIT", "")
    assert Settings.load().limit == Settings().limit


def test_the_corpus_that_ships_is_found() -> None:
    assert list(find_corpus().glob("*.md"))


def test_libraries_are_told_not_to_call_home(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in QUIET:
        monkeypatch.setenv(name, "unset by test")
    quiet_libraries()
    assert {name: os.environ[name] for name in QUIET} == QUIET
