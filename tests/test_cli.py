"""The `rag` command: exit codes, text or JSON on stdout, and never a traceback."""

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from rag.answering import Archive
from rag.catalog import FILE
from rag.embedding import SentenceEmbedder
from tests import making

ROOT = Path(__file__).parents[1]
CALM = "Captain Ilse Brandt said that the sea was calm."
ANSWER_KEYS = [
    *("question", "found", "several", "confidence", "reason", "query", "quotes", "nearest")
]
QUOTE_KEYS = [
    *("id", "text", "start", "end", "score", "answer", "lead", "link", "article"),
    *("copies", "figures"),
]
ARTICLE_KEYS = ["id", "title", "publisher", "author", "published", "url", "path"]


@dataclass(frozen=True)
class Ran:
    """What a command left: its exit code and what it wrote."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def rows(self) -> list[Any]:
        return [json.loads(line) for line in self.out.splitlines()]


Run = Callable[..., Ran]


@pytest.fixture
def run(call_command: Callable[..., tuple[int, str, str]]) -> Run:
    """Run the command in this process."""
    return lambda *arguments: Ran(*call_command(*arguments))


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory, model: SentenceEmbedder) -> Path:
    """A store with the three small articles that is only asked."""
    folder = tmp_path_factory.mktemp("command")
    with Archive.open(folder / "store", embedder=model) as archive:
        archive.ingest(making.write_trio(folder / "articles"))
    return folder / "store"


@contextmanager
def standard_input(monkeypatch: pytest.MonkeyPatch, raw: bytes) -> Iterator[None]:
    """Give some bytes on standard input, as a pipe in a UTF-8 locale does."""
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw), encoding="utf-8"))
        yield


def test_a_question_that_is_answered_exits_0_and_shows_the_quote(run: Run, shared: Path) -> None:
    ran = run("ask", CALM, "--store", shared)
    assert (ran.code, ran.err) == (0, "")
    assert f"[1] {CALM}\n    — Smoke · Coast Post · 2 March 2020" in ran.out


def test_a_question_that_is_not_answered_exits_1_and_says_so(run: Run, shared: Path) -> None:
    ran = run("ask", "Which zebra painted marmalade?", "--store", shared)
    assert (ran.code, ran.err) == (1, "")
    assert ran.out.startswith("The archive does not say")


@pytest.mark.parametrize("question", ["", "   ", "???", "Who\x07?", "a" * 100_000])
def test_a_question_that_cannot_be_asked_exits_2(run: Run, shared: Path, question: str) -> None:
    ran = run("ask", question, "--store", shared)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("rag: the question")
    assert ran.err.count("\n") == 1


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["nosuch"],
        ["ask"],
        ["ask", "Who?", "--batch", "questions.jsonl"],
        ["ask", "Who?", "--since", "yesterday"],
        ["ask", "Who?", "--since", "2016-13-01"],
        ["ask", "Who?", "--limit", "many"],
        ["ask", "Who?", "--limit", "0"],
        ["ask", "Who?", "--since", "2020-03-03", "--until", "2020-03-02"],
        ["ask", "--batch", "nosuch.jsonl"],
        ["ingest"],
        ["sync", "corpus", "--dry-run", "--allow-private"],
        ["check"],
        ["check", " … "],
        ["articles", "show"],
        ["articles", "show", "nosuch"],
        ["articles", "remove", "nosuch"],
        ["evaluate", "nosuch.jsonl"],
    ],
    ids=" ".join,
)
def test_wrong_use_exits_2_with_a_message_and_no_output(
    run: Run, shared: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    monkeypatch.setenv("RAG_STORE", str(shared))
    ran = run(*arguments)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err


@pytest.mark.parametrize("command", [["ask", "Who?"], ["articles"], ["evaluate", "x.jsonl"]])
def test_a_store_that_is_not_there_exits_3_and_is_not_made(
    run: Run, store: Path, command: list[str]
) -> None:
    ran = run(*command, "--store", store)
    assert (ran.code, ran.out) == (3, "")
    assert "rag ingest" in ran.err
    assert not store.exists()


def test_a_damaged_store_exits_3(run: Run, store: Path, folder: Path) -> None:
    store.mkdir()
    (store / FILE).write_bytes(b"no database" * 100)
    for command in (["ask", "Who?"], ["articles"], ["ingest", folder]):
        ran = run(*command, "--store", store)
        assert (ran.code, ran.out) == (3, "")
        assert ran.err.startswith("rag: the catalog ")


def test_a_file_in_the_place_of_the_store_exits_3(run: Run, store: Path, folder: Path) -> None:
    store.write_text("not a folder")
    for command in (["ask", "Who?"], ["articles"], ["ingest", folder]):
        ran = run(*command, "--store", store)
        assert (ran.code, ran.out) == (3, "")
        assert str(store) in ran.err


def test_a_setting_that_cannot_work_exits_2(
    run: Run, shared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAG_READING", "none")
    ran = run("ask", "Who?", "--store", shared)
    assert (ran.code, ran.out) == (2, "")
    assert "RAG_READING" in ran.err


def test_a_model_that_is_not_there_exits_3(
    run: Run, store: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAG_MODEL", str(store / "nosuch-model"))
    ran = run("ingest", folder, "--store", store)
    assert (ran.code, ran.out) == (3, "")
    assert "nosuch-model" in ran.err
    assert "RAG_DOWNLOAD" in ran.err


def test_json_of_an_answer_has_exactly_the_keys_of_the_contract(run: Run, shared: Path) -> None:
    shown = run("ask", CALM, "--json", "--store", shared).json
    assert list(shown) == ANSWER_KEYS
    assert (shown["question"], shown["found"], shown["nearest"]) == (CALM, True, [])
    quote = shown["quotes"][0]
    assert list(quote) == QUOTE_KEYS
    assert list(quote["article"]) == ARTICLE_KEYS
    text = run("articles", "show", quote["article"]["id"], "--json", "--store", shared).json["text"]
    assert text[quote["start"] : quote["end"]] == quote["text"] == CALM


def test_json_of_an_abstention_has_the_same_keys(run: Run, shared: Path) -> None:
    ran = run("ask", "Which zebra painted marmalade?", "--json", "--store", shared)
    assert ran.code == 1
    assert list(ran.json) == ANSWER_KEYS
    assert (ran.json["found"], ran.json["quotes"]) == (False, [])
    assert [list(each) for each in ran.json["nearest"]] == [QUOTE_KEYS] * len(ran.json["nearest"])


def test_history_and_filters_reach_the_question(run: Run, shared: Path) -> None:
    ran = run(
        *("ask", "And what did she deny?", "--history", "Who is Odile Farrant?", "--json"),
        *("--since", "2020-03-06", "--until", "2020-03-06", "--publisher", "Hill Courier"),
        *("--limit", "1", "--store", shared),
    )
    query = ran.json["query"]
    assert "Farrant" in query["wording"]
    assert (query["since"], query["until"]) == ("2020-03-06", "2020-03-06")
    assert query["publishers"] == ["Hill Courier"]
    shown = [*ran.json["quotes"], *ran.json["nearest"]]
    assert [each["article"]["title"] for each in shown] == ["Gates"]


def test_what_is_read_into_a_question_can_be_steered(run: Run, shared: Path) -> None:
    ask = ("ask", "Who spoke yesterday?", "--json", "--store", shared)
    assert run(*ask, "--today", "2020-03-03").json["query"]["since"] == "2020-03-02"
    assert run(*ask, "--drop", "yesterday").json["query"]["dates"] == []
    query = run(*ask, "--wording", "Who said that the sea was calm?").json["query"]
    assert (query["wording"], query["dates"]) == ("Who said that the sea was calm?", [])


CHECK_KEYS = ["status", "similarity", "quote", "differences"]


def test_a_quotation_that_is_exact_exits_0_and_shows_where_it_stands(
    run: Run, shared: Path
) -> None:
    ran = run("check", f"“{CALM}”", "--store", shared)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == f"exact\n\n    {CALM}\n    — Smoke · Coast Post · 2 March 2020\n"


def test_a_quotation_that_is_altered_exits_1_and_shows_how(run: Run, shared: Path) -> None:
    ran = run("check", CALM.replace("calm", "rough"), "--store", shared)
    assert (ran.code, ran.err) == (1, "")
    assert "the sea was [-rough-]{+calm+}." in ran.out
    shown = run("check", CALM.replace("calm", "rough"), "--json", "--store", shared).json
    assert list(shown)[:4] == CHECK_KEYS
    assert list(shown["quote"]) == QUOTE_KEYS
    assert [(each["kind"], each["archive"]) for each in shown["differences"]] == [
        ("changed", "calm")
    ]


def test_a_quotation_that_is_not_found_exits_1_and_shows_the_nearest(
    run: Run, shared: Path
) -> None:
    ran = run("check", "Purple zebras painted marmalade on Tuesday", "--json", "--store", shared)
    assert ran.code == 1
    assert (ran.json["status"], ran.json["quote"]) == ("not found", None)


def test_a_quotation_is_read_from_standard_input(
    run: Run, shared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with standard_input(monkeypatch, CALM.replace(" ", "\n").encode()):
        ran = run("check", "-", "--store", shared)
    assert ran.code == 0
    assert ran.out.startswith("exact; differs only in spacing\n")
    with standard_input(monkeypatch, b"the sea \xff was calm"):
        assert run("check", "-", "--store", shared).code == 2


BATCH = [
    ('{"id": "good", "question": "' + CALM + '"}', "good", None),
    ("", None, ""),
    ("{not json", None, "error"),
    ("[1, 2]", None, "error"),
    ("7", None, "error"),
    ('{"id": 3}', 3, "error"),
    ('{"id": 4, "question": 7}', 4, "error"),
    ('{"id": 5, "question": " "}', 5, "error"),
    ('{"id": 6, "question": "Who?", "history": "Who?"}', 6, "error"),
    ('{"id": 7, "question": "Who?", "history": [1]}', 7, "error"),
    ('{"id": 8, "question": "Who?", "history": {"a": 1}}', 8, "error"),
    ('{"id": 9, "question": "\\u0000"}', 9, "error"),
    ('{"id": 10, "question": "Who \\ud800?"}', 10, "error"),
    ('{"id": 11, "question": "' + "a" * 100_000 + '"}', 11, "error"),
    ("[" * 100_000, None, "error"),
    ('{"id": {"a": [1]}, "question": "Which zebra?", "history": null}', {"a": [1]}, None),
    ('{"question": "Which zebra painted marmalade?"}', None, None),
]


def check_batch(ran: Ran) -> None:
    assert (ran.code, ran.err) == (0, "")
    expected = [(known, error) for _, known, error in BATCH if error != ""]
    assert len(ran.rows) == len(expected)
    for row, (known, error) in zip(ran.rows, expected, strict=True):
        assert row["id"] == known
        assert list(row) == (["id", "error"] if error else ["id", *ANSWER_KEYS])
        assert not error or row["error"]


def test_a_batch_answers_every_line_and_never_stops(run: Run, shared: Path, tmp_path: Path) -> None:
    path = tmp_path / "questions.jsonl"
    path.write_text("\n".join(line for line, _, _ in BATCH), encoding="utf-8")
    ran = run("ask", "--batch", path, "--store", shared)
    check_batch(ran)
    assert ran.rows[0]["quotes"][0]["text"] == CALM


def test_a_batch_is_read_from_standard_input(
    run: Run, shared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with standard_input(monkeypatch, "\n".join(line for line, _, _ in BATCH).encode()):
        check_batch(run("ask", "--batch", "-", "--store", shared))


STRAY = (
    b'{"id": 1, "question": "Which \xff zebra?"}\n\xff\xfe\n{"id": 2, "question": "Which zebra?"}\n'
)


def test_a_stray_byte_in_a_batch_fails_its_own_line_only(
    run: Run, shared: Path, tmp_path: Path
) -> None:
    (tmp_path / "questions.jsonl").write_bytes(STRAY)
    ran = run("ask", "--batch", tmp_path / "questions.jsonl", "--store", shared)
    assert ran.code == 0
    assert [("error" in row, row["id"]) for row in ran.rows] == [
        (True, 1),
        (True, None),
        (False, 2),
    ]


def test_a_stray_byte_on_standard_input_fails_its_own_line_only(
    run: Run, shared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with standard_input(monkeypatch, STRAY):
        ran = run("ask", "--batch", "-", "--store", shared)
    assert ran.code == 0
    assert [("error" in row, row["id"]) for row in ran.rows] == [
        (True, 1),
        (True, None),
        (False, 2),
    ]


@pytest.mark.parametrize("known", ['"\\ud800"', '{"\\udfff": 1}'])
def test_an_id_that_is_no_text_does_not_stop_a_batch(
    run: Run, shared: Path, tmp_path: Path, known: str
) -> None:
    path = tmp_path / "questions.jsonl"
    path.write_text(f'{{"id": {known}, "question": "Which zebra?"}}\n{{"id": 2}}')
    ran = run("ask", "--batch", path, "--store", shared)
    assert ran.code == 0
    assert [row["id"] for row in ran.rows] == [json.loads(known), 2]


def test_an_empty_batch_is_done(run: Run, shared: Path, tmp_path: Path) -> None:
    (tmp_path / "questions.jsonl").write_text("\n\n")
    ran = run("ask", "--batch", tmp_path / "questions.jsonl", "--store", shared)
    assert (ran.code, ran.out) == (0, "")


def test_articles_are_ingested_listed_shown_and_removed(
    run: Run, store: Path, folder: Path
) -> None:
    ran = run("ingest", folder, "--store", store)
    assert (ran.code, ran.out) == (0, "3 added; 3 passages written\n")
    assert run("ingest", folder, "--store", store).out == "3 unchanged; 0 passages written\n"

    for words in (["articles"], ["articles", "list"]):
        shown = run(*words, "--json", "--store", store).json
        assert [list(each) for each in shown] == [ARTICLE_KEYS] * 3
        lines = run(*words, "--store", store).out.splitlines()
        assert [line.split("\t")[0] for line in lines] == [each["id"] for each in shown]
    smoke = next(each for each in shown if each["title"] == "Smoke")
    assert smoke["path"] == str(folder / "ferry.md")
    assert (smoke["publisher"], smoke["published"]) == ("Coast Post", "2020-03-02")

    text = run("articles", "show", smoke["id"], "--store", store).out
    assert text == f"Smoke · Coast Post · 2 March 2020\n\n{making.FERRY}"

    assert run("articles", "remove", smoke["id"], "--store", store).code == 0
    ran = run("articles", "remove", smoke["id"], "--store", store)
    assert (ran.code, ran.out) == (2, "")
    assert smoke["id"] in ran.err
    assert run("ask", CALM, "--store", store).code == 1


@pytest.mark.parametrize("action", [[], ["list"]])
def test_options_before_and_behind_an_action_mean_the_same(
    run: Run, shared: Path, action: list[str]
) -> None:
    behind = run("articles", *action, "--json", "--store", shared)
    before = run("articles", "--json", "--store", shared, *action)
    assert behind.json == before.json


def test_columns_are_named_by_option(run: Run, store: Path, tmp_path: Path) -> None:
    table = tmp_path / "a.csv"
    table.write_text(f"corpo;titolo\n{making.FERRY.split(chr(10))[0]};Smoke\n")
    ran = run("ingest", table, "--fields", "text=corpo, title=titolo", "--store", store)
    assert (ran.code, ran.out) == (0, "1 added; 1 passages written\n")
    assert [each["title"] for each in run("articles", "--json", "--store", store).json] == ["Smoke"]
    assert run("ingest", table, "--store", store).code == 2  # no column for the text
    ran = run("ingest", table, "--fields", "body=corpo", "--store", store)
    assert (ran.code, ran.out) == (2, "")
    assert "no field 'body'" in ran.err


def test_a_path_that_is_not_there_exits_2_and_is_named(run: Run, store: Path, folder: Path) -> None:
    ran = run("ingest", folder / "nosuch", folder, "--store", store)
    assert ran.code == 2
    assert f"{folder / 'nosuch'}: does not exist" in ran.out + ran.err
    assert "3 added" in ran.out


def test_a_bad_file_in_a_folder_is_reported_and_no_wrong_use(
    run: Run, store: Path, folder: Path
) -> None:
    (folder / "empty.txt").write_text("")
    ran = run("ingest", folder, "--store", store)
    assert ran.code == 0
    assert "1 failed" in ran.out
    assert "empty.txt: is empty" in ran.out


def test_the_default_store_is_made_on_first_use(
    run: Run, store: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAG_STORE", str(store))
    monkeypatch.setenv("RAG_CORPUS", str(folder))
    ran = run("ask", CALM, "--json")
    assert ran.code == 0
    assert ran.json["quotes"][0]["text"] == CALM
    assert (store / FILE).is_file()


def test_text_of_an_article_cannot_steer_the_terminal(
    run: Run, store: Path, tmp_path: Path
) -> None:
    making.write(
        tmp_path / "in", "evil.md", "The \x1b[31mred\x1b[0m\u202e dam held all night long.\n",
        title="Dams",
    )  # fmt: skip
    run("ingest", tmp_path / "in", "--store", store)
    (shown,) = run("articles", "--json", "--store", store).json
    for words in (
        ["ask", "Did the red dam hold all night long?"],
        ["articles", "show", shown["id"]],
    ):
        ran = run(*words, "--store", store)
        assert "dam held" in ran.out
        assert not set(ran.out + ran.err) & set("\x1b\u202e")


def test_evaluating_prints_figures(run: Run, shared: Path, tmp_path: Path) -> None:
    path = tmp_path / "golden.jsonl"
    answers = [{"article": "ferry.md", "contains": "sea was calm"}]
    path.write_text(json.dumps({"id": 1, "kind": "said", "question": CALM, "answers": answers}))
    shown = run("evaluate", path, "--json", "--store", shared)
    assert shown.code == 0
    assert shown.json["all"]["right_first"] == 1
    assert shown.json["all"]["offset_violations"] == 0
    ran = run("evaluate", path, "--store", shared)
    assert ran.code == 0
    assert "said" in ran.out


def test_evaluating_a_bad_file_exits_2(run: Run, shared: Path, tmp_path: Path) -> None:
    (tmp_path / "golden.jsonl").write_text("{")
    ran = run("evaluate", tmp_path / "golden.jsonl", "--store", shared)
    assert (ran.code, ran.out) == (2, "")
    assert "golden.jsonl:1" in ran.err


def test_the_doctor_finds_everything_in_order(run: Run, shared: Path) -> None:
    ran = run("doctor", "--store", shared)
    assert ran.code == 0
    assert all(line.startswith("ok ") for line in ran.out.splitlines())
    assert "3 articles, 3 passages" in ran.out


def test_the_doctor_says_what_is_missing_and_how_to_get_it(run: Run, store: Path) -> None:
    ran = run("doctor", "--store", store)
    assert ran.code == 3
    (bad,) = [line for line in ran.out.splitlines() if line.startswith("BAD")]
    assert "rag ingest" in bad
    assert not store.exists()


def test_an_interrupted_command_says_how_to_go_on(
    run: Run, shared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Interrupting(io.RawIOBase):
        def readable(self) -> bool:
            return True

        def readinto(self, _buffer: object) -> int:
            raise KeyboardInterrupt

    lines = io.TextIOWrapper(io.BufferedReader(Interrupting()), encoding="utf-8")
    monkeypatch.setattr(sys, "stdin", lines)
    ran = run("ask", "--batch", "-", "--store", shared)
    assert ran.code == 130
    assert "again" in ran.err


@pytest.mark.parametrize("words", [["--help"], ["ask", "--help"], ["articles", "--help"]])
def test_help_is_printed(run: Run, words: list[str]) -> None:
    ran = run(*words)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("usage: rag")


def test_help_names_every_command(run: Run) -> None:
    shown = run("--help").out
    for command in ("ingest", "ask", "check", "chat", "articles", "evaluate", "doctor"):
        assert f"\n    {command} " in shown


def run_process(*arguments: object, **environment: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-W", "error", "-m", "rag", *map(str, arguments)],
        cwd=ROOT,
        env=os.environ | environment,
        capture_output=True,
        check=False,
    )


def test_a_process_of_its_own_prints_json_alone_on_its_output(shared: Path) -> None:
    ran = run_process("ask", CALM, "--json", "--store", shared, PYTHONWARNINGS="")
    assert (ran.returncode, ran.stderr) == (0, b"")
    assert json.loads(ran.stdout)["found"] is True


def test_json_is_json_where_the_output_lacks_characters(
    run: Run, shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    question = "Où est le zèbre 🙂?"
    path = tmp_path / "questions.jsonl"
    path.write_text(json.dumps({"question": question}))
    for arguments in (["ask", question, "--json"], ["ask", "--batch", path]):
        out = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
        monkeypatch.setattr(sys, "stdout", out)
        run(*arguments, "--store", shared)
        assert json.loads(out.buffer.getvalue())["question"] == question


def test_a_process_of_its_own_says_what_is_wrong_without_a_traceback(store: Path) -> None:
    ran = run_process("ask", "Who?", "--store", store)
    assert (ran.returncode, ran.stdout) == (3, b"")
    assert ran.stderr.startswith(b"rag: there is no store at")
    assert ran.stderr.count(b"\n") == 1


@pytest.mark.parametrize("name", ["-", "questions.jsonl"])
def test_a_reader_that_leaves_early_is_no_error(shared: Path, tmp_path: Path, name: str) -> None:
    questions = "\n".join(['{"question": "Which zebra?"}'] * 50)
    (tmp_path / "questions.jsonl").write_text(questions)
    with subprocess.Popen(
        [sys.executable, "-m", "rag", "ask", "--batch", name, "--store", str(shared)],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": ""},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin
        assert process.stdout
        assert process.stderr
        process.stdin.write(questions)
        process.stdin.close()
        assert process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == ""
    assert process.returncode == 0
