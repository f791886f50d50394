"""What the package promises to other programs: its names, their docstrings, a light import."""

import inspect
import json
import subprocess
import sys
from pathlib import Path

import pytest

import rag

NAMES = [
    "Answer",
    "Archive",
    "Article",
    "ArticleError",
    "Check",
    "Cited",
    "Difference",
    "EvidenceError",
    "ExportError",
    "Failure",
    "Mismatch",
    "ModelError",
    "Passage",
    "Query",
    "QuestionError",
    "Quote",
    "RagError",
    "Report",
    "SavingError",
    "SelectionError",
    "Settings",
    "SettingsError",
    "Source",
    "Span",
    "Status",
    "StoreBusyError",
    "StoreError",
    "StoreMismatchError",
    "Verification",
    "ask",
]
ROOT = Path(rag.__file__).parents[1]

# Loading any of these takes from a tenth of a second to many seconds.
HEAVY = {
    *("torch", "transformers", "sentence_transformers", "chromadb", "tantivy", "gradio"),
    *("trafilatura", "numpy", "pandas", "sqlite3", "yaml", "tqdm", "filelock"),
}
LIST_MODULES = "import json, sys\nprint('\\n' + json.dumps(sorted(sys.modules)))"
HELP = f"""
import runpy, sys
sys.argv = ["rag", "--help"]
try:
    runpy.run_module("rag", run_name="__main__")
except SystemExit as stop:
    assert not stop.code
{LIST_MODULES}
"""


def test_the_public_names_are_these_sorted() -> None:
    assert rag.__all__ == sorted(rag.__all__) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_every_public_name_is_there_and_documented(name: str) -> None:
    value = getattr(rag, name)
    assert value.__name__ == name
    assert inspect.getdoc(value)


@pytest.mark.parametrize("name", [name for name in NAMES if name[0].isupper()])
def test_every_public_method_is_documented(name: str) -> None:
    for attribute, value in vars(getattr(rag, name)).items():
        made = isinstance(value, property | classmethod) or inspect.isfunction(value)
        if made and not attribute.startswith("_"):
            assert inspect.getdoc(value), f"{name}.{attribute}"


def test_a_name_that_is_not_public_is_not_there() -> None:
    with pytest.raises(AttributeError, match="nosuch"):
        rag.nosuch  # noqa: B018
    assert dir(rag) == NAMES


@pytest.mark.parametrize(
    "program",
    [
        f"import rag\n{LIST_MODULES}",
        f"import rag\nrag.Span, rag.RagError, rag.Settings\n{LIST_MODULES}",
        HELP,
    ],
    ids=["import", "types", "help"],
)
def test_nothing_heavy_is_loaded_before_it_is_used(program: str) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, check=True, text=True
    )
    assert ran.stderr == ""
    loaded = {name.partition(".")[0] for name in json.loads(ran.stdout.splitlines()[-1])}
    assert loaded & HEAVY == set()
