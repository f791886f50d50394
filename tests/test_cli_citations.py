"""Citations, permalinks and files of evidence on the command line."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests import making

CALM = "Captain Ilse Brandt said that the sea was calm."
ZEBRA = "Which zebra painted marmalade?"
URL = "https://news.example/smoke"
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    """The three small articles, one of them on the web."""
    folder = making.write_trio(tmp_path / "articles")
    write_ferry(folder, making.FERRY)
    return folder


def write_ferry(folder: Path, text: str) -> None:
    fields = {"title": "Smoke", "publisher": "Coast Post", "published": "2020-03-02", "url": URL}
    making.write(folder, "ferry.md", text, **fields)


@pytest.fixture
def run(run: Run, monkeypatch: pytest.MonkeyPatch, articles: Path, tmp_path: Path) -> Run:
    """Run the command in an empty folder, on the default store."""
    monkeypatch.setenv("RAG_CORPUS", str(articles))
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    run("articles")  # makes the store, so that no bar is shown later
    return run


def ask_json(run: Run, question: str = CALM) -> Any:
    code, out, _ = run("ask", question, "--json")
    assert code == 0
    return json.loads(out)


def test_json_of_a_quote_has_a_link_to_its_words(run: Run) -> None:
    made = ask_json(run)["quotes"][0]
    assert made["link"] == f"{URL}#:~:text={CALM.replace(' ', '%20')}"
    made = ask_json(run, "Mayor Odile Farrant denied that the wall had cracked.")["quotes"][0]
    assert made["link"] is None


def test_citations_are_printed_in_the_format_that_is_asked_for(run: Run) -> None:
    made = ask_json(run)["quotes"][0]
    shown = {}
    for form in ("text", "markdown", "bibtex", "csl"):
        code, shown[form], err = run("ask", CALM, "--cite", form)
        assert (code, err) == (0, "")
    assert shown["text"].splitlines()[:4] == [
        CALM,
        "— Smoke · Coast Post · 2 March 2020",
        made["link"],
        made["id"],
    ]
    assert f"]({made['link']})" in shown["markdown"]
    assert shown["bibtex"].startswith("@article{coastpost2020-")
    items = json.loads(shown["csl"])
    assert items[0]["id"] == made["id"]
    assert items[0]["URL"] == made["link"]


@pytest.mark.parametrize(("form", "nothing"), [("bibtex", ""), ("csl", "[]\n"), ("text", "")])
def test_where_there_is_no_quote_no_citation_is_printed(run: Run, form: str, nothing: str) -> None:
    code, out, err = run("ask", ZEBRA, "--cite", form)
    assert (code, out) == (1, nothing)
    assert err.startswith("The archive does not say")


@pytest.mark.parametrize(
    "arguments",
    [
        ["ask", CALM, "--cite", "ris"],
        ["ask", CALM, "--cite", "csl", "--json"],
        ["ask", "--batch", "questions.jsonl", "--cite", "csl"],
        ["ask", CALM, "--save", "nosuch/evidence.json"],
        ["ask", CALM, "--save", "."],
        ["ask", CALM, "--save", "x" * 300],
        ["check", "nosuch.json"],
        ["check", "no such.json"],
        ["check", "./nosuch"],
        ["check", "/nosuch/evidence"],
        ["check", "~/nosuch"],
        ["articles", "show", "nosuch@0123456789ab:0-5"],
    ],
    ids=" ".join,
)
def test_wrong_use_exits_2_with_a_message_and_no_output(run: Run, arguments: list[str]) -> None:
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert err
    assert list(Path().iterdir()) == []


def test_a_missing_file_is_named_and_words_are_words(run: Run) -> None:
    assert "nosuch.json is not there" in run("check", "nosuch.json")[2]
    assert run("check", "the sea and/or the stern")[0] == 1
    assert run("check", CALM)[0] == 0


def test_a_quotation_longer_than_a_files_name_is_a_quotation(run: Run) -> None:
    text = " ".join(making.FERRY.split())
    assert run("check", text + " " * 60)[0] == 0


def test_an_answer_is_saved_and_verified(run: Run) -> None:
    code, out, _ = run("ask", CALM, "--save", "evidence.json", "--json")
    assert code == 0
    quotes = json.loads(out)["quotes"]
    assert [each.name for each in Path().iterdir()] == ["evidence.json"]
    code, out, err = run("check", "evidence.json")
    assert (code, err) == (0, "")
    assert out.startswith(f"verified: {len(quotes)} quote")
    code, out, _ = run("check", "evidence.json", "--json")
    shown = json.loads(out)
    assert code == 0
    told = ["ok", "saved", "quotes", "nearest", "mismatches", "changed", "overtaken"]
    assert list(shown) == told
    assert (shown["ok"], shown["mismatches"]) == (True, [])


def test_a_changed_file_exits_1_and_lists_what_is_wrong(run: Run) -> None:
    run("ask", CALM, "--save", "evidence.json")
    path = Path("evidence.json")
    path.write_text(path.read_text("utf-8").replace("sea was calm", "sea was rough"), "utf-8")
    code, out, err = run("check", path)
    assert (code, err) == (1, "")
    assert "answer 1, quote 1" in out
    assert "checksum" in out
    code, out, _ = run("check", path, "--json")
    assert code == 1
    assert [each["problem"] for each in json.loads(out)["mismatches"]] == ["checksum", "words"]


def test_a_file_that_is_no_evidence_exits_2_and_says_how_to_check_words(run: Run) -> None:
    Path("story.txt").write_text(CALM)
    code, out, err = run("check", "story.txt")
    assert (code, out) == (2, "")
    assert err.startswith("rag: story.txt: no evidence file")
    assert "rag check -" in err


def test_a_saved_file_is_written_over_only_if_that_is_wanted(run: Run) -> None:
    Path("evidence.json").write_text("mine")
    code, out, err = run("ask", CALM, "--save", "evidence.json")
    assert (code, out) == (2, "")
    assert "--force" in err
    assert Path("evidence.json").read_text() == "mine"
    assert run("ask", CALM, "--save", "evidence.json", "--force")[0] == 0
    assert run("check", "evidence.json")[0] == 0
    assert [each.name for each in Path().iterdir()] == ["evidence.json"]


def test_a_file_that_cannot_be_written_leaves_what_was_there(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("evidence.json").write_text("mine")

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", fail)
    code, out, err = run("ask", CALM, "--save", "evidence.json", "--force")
    assert (code, out) == (2, "")
    assert "No space left on device" in err
    assert [(each.name, each.read_text()) for each in Path().iterdir()] == [
        ("evidence.json", "mine")
    ]


def test_an_abstention_is_saved_but_verifies_nothing(run: Run) -> None:
    assert run("ask", ZEBRA, "--save", "evidence.json")[0] == 1
    code, out, _ = run("check", "evidence.json")
    assert code == 1
    assert "no quote" in out


def test_a_batch_is_saved_as_one_conversation(run: Run) -> None:
    lines = [{"id": 1, "question": CALM}, {"id": 2}, {"id": 3, "question": ZEBRA}]
    Path("questions.jsonl").write_text("\n".join(map(json.dumps, lines)))
    code, out, _ = run("ask", "--batch", "questions.jsonl", "--save", "evidence.json")
    assert code == 0
    assert [json.loads(line)["id"] for line in out.splitlines()] == [1, 2, 3]
    saved = json.loads(Path("evidence.json").read_text("utf-8"))
    assert [each["question"] for each in saved["answers"]] == [CALM, ZEBRA]
    assert run("check", "evidence.json")[0] == 0


def test_a_batch_is_not_begun_if_it_cannot_be_saved(run: Run) -> None:
    Path("questions.jsonl").write_text(json.dumps({"question": CALM}))
    code, out, err = run("ask", "--batch", "questions.jsonl", "--save", "questions.jsonl")
    assert (code, out) == (2, "")
    assert "there already" in err


def test_the_id_of_a_quote_is_shown_as_it_was_quoted(run: Run, articles: Path) -> None:
    made = ask_json(run)["quotes"][0]
    code, out, err = run("articles", "show", made["id"])
    assert (code, err) == (0, "")
    assert out.splitlines() == [
        *(CALM, "— Smoke · Coast Post · 2 March 2020", made["link"], made["id"], ""),
        "The article has not changed since.",
    ]
    write_ferry(articles, "The sea was rough after all.\n")
    assert run("ingest", articles)[0] == 0
    code, out, _ = run("articles", "show", made["id"])
    assert code == 0
    assert out.startswith(CALM)
    assert "The article was corrected since (noticed on " in out
    shown = json.loads(run("articles", "show", made["id"], "--json")[1])
    standing = ["current", "changed", "withdrawn", "noticed"]
    assert list(shown) == ["quote", *standing, "version", "latest"]
    assert (shown["current"], shown["changed"], shown["withdrawn"]) == (False, True, False)
    assert shown["version"]["text"] == making.FERRY.strip()
    assert shown["quote"]["text"] == CALM


def test_the_id_of_a_quote_from_a_removed_article_is_shown_with_that(run: Run) -> None:
    made = ask_json(run)["quotes"][0]
    run("articles", "remove", made["article"]["id"])
    code, out, _ = run("articles", "show", made["id"])
    assert code == 0
    assert out.startswith(CALM)
    assert "The article was withdrawn (noticed on " in out
    code, out, err = run("articles", "show", made["article"]["id"])
    assert (code, out) == (2, "")
    assert "was withdrawn on" in err


def test_an_article_whose_id_looks_like_that_of_a_quote_is_shown(run: Run, articles: Path) -> None:
    odd = "x@0123456789ab:0-5"
    making.write(articles, "odd.md", "Owls nest in the mill.\n", id=odd, title="Owls")
    run("ingest", articles)
    code, out, _ = run("articles", "show", odd)
    assert code == 0
    assert out.startswith("Owls\n\nOwls nest")
    made = ask_json(run, "Owls nest in the mill.")["quotes"][0]
    assert made["id"].startswith(f"{odd}@")
    assert run("articles", "show", made["id"])[1].startswith("Owls nest in the mill.\n— Owls\n")
