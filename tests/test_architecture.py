"""The rules that the layout of the code keeps, read from its syntax trees.

Every rule is a function from a module's name and source to what breaks it, so that each is also
tried on made-up sources: a rule that cannot fail proves nothing.
"""

import ast
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import rag

ROOT = Path(rag.__file__).parent
LONGEST_FILE = 400
LONGEST_FUNCTION = 40

GROUND = {
    *("errors", "types", "versions", "inferences", "settings", "reports", "room", "schema"),
    "streams",
}
PURE = {
    "copies",
    "figures",
    "wording",
    "wordlists",
    "words",
    "sides",
    "contextguard",
    "names",
    "countries",
    "accents",
    "persons",
    "excerpts",
    "reader",
    "origin",
    "sentences",
    "passages",
    "questions",
    "followups",
    "daterange",
    "languages",
    "fusion",
    "quotes",
    "verdict",
    "checking",
    "rendering",
    "links",
    "citations",
    "permalinks",
    "selection",
    "identities",
    "listing",
    "dossier",
}
EDGES = {
    "articles",
    "embedding",
    "crossencoder",
    "catalog",
    "vectors",
    "lexical",
    "lock",
    "saving",
    "packing",
    "feedback",
    "residue",
    "snapshots",
    "turns",
}
PIPELINES = {
    *("retrieval", "ingestion", "answering", "opening", "evaluation", "diagnosis"),
    *("batch", "restoration", "service", "store", "verification"),
    *("generations", "holdings", "syncing", "reprints", "erasure", "transfer"),
}
SURFACES = {"cli", "chat", "tools", "__main__"}

# What the modules of each layer may import from `rag`. Edges never import each other.
LAYERS: list[tuple[set[str], set[str]]] = [
    (GROUND, GROUND),
    (PURE, GROUND | PURE),
    (EDGES, GROUND),
    (PIPELINES, GROUND | PURE | EDGES | PIPELINES),
    (SURFACES, GROUND | PURE | EDGES | PIPELINES | SURFACES),
]

# Outside things have one owner each: a module, or all the modules of a folder. The two models
# share what they are made with.
OWNERS = {
    "chromadb": "vectors",
    "sentence_transformers": "embedding",
    "torch": "embedding crossencoder",
    "transformers": "embedding crossencoder",
    "safetensors": "crossencoder",
    "tantivy": "lexical",
    "gradio": "chat",
    "sqlite3": "catalog",
    "filelock": "lock",
    "ahocorasick_rs": "residue",
    "trafilatura": "articles",
    "lxml": "articles",
    "pypdf": "articles",
    "charset_normalizer": "articles",
    "httpcore2": "articles",
    "protego": "articles",
    "socket": "articles chat",
    "yaml": "articles",
    "tqdm": "cli",
    "argparse": "cli",
    "bcrypt": "chat",
    "uvicorn": "chat",
    "fastapi": "chat",
    "mcp": "tools chat",
    "anyio": "turns",
    "pydantic": "service chat packing",
}

# Text is cut, never found: no module behind the articles searches a text for where something is.
SEARCHES = {"find", "rfind", "index", "rindex", "partition", "rpartition", "finditer"}
SEARCHED_FOR_A_REASON = {
    ("passages", "rfind"): "where a sentence longer than the model's window may be parted",
    (
        "checking.quotation",
        "find",
    ): "a quotation that the user checks, looked for in articles",
    ("wording", "finditer"): "the words of a text, one by one; none is looked for",
    ("persons", "finditer"): "the names of a sentence, one by one; none is looked for",
    ("followups.phrases", "finditer"): "the words of a question, one by one; none is looked for",
    ("languages", "partition"): "the script in the name of a letter",
    ("chat.evidence", "index"): "the place of a citation's number among the marks; no text",
    ("chat.handlers", "find"): "the conversation's own look-up of a citation; no text",
    ("chat.guard", "partition"): "the host of an origin; no article",
    ("chat.login", "partition"): "the parts of a header; no article",
}
READS_NO_ARTICLE = {
    *("sentences", "questions", "daterange", "embedding", "settings", "errors", "__init__"),
    "articles",
}


def modules() -> dict[str, str]:
    """Return the source of every module by its name below `rag`, with dots."""
    found = {}
    for path in sorted(ROOT.rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" and len(parts) > 1 else parts)
        found[name] = path.read_text(encoding="utf-8")
    return found


MODULES = modules()


def imports(source: str) -> Iterator[str]:
    """Yield what a source imports, wherever it does, as dotted names."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports hide what is imported"
            assert node.module
            for alias in node.names:
                yield f"{node.module}.{alias.name}"


def top(name: str) -> str:
    """Return the part of a module's name that has a layer."""
    return name.partition(".")[0]


def breaks_layers(name: str, source: str) -> Iterator[str]:
    if name == "__init__":
        return
    (allowed,) = [below for layer, below in LAYERS if top(name) in layer] or [set()]
    for imported in imports(source):
        package, _, rest = imported.partition(".")
        if package == "rag" and top(rest) not in {*allowed, top(name)}:
            yield imported


def breaks_ownership(name: str, source: str) -> Iterator[str]:
    for imported in imports(source):
        if top(name) not in OWNERS.get(top(imported), top(name)).split():
            yield imported


def loads_at_import(name: str, source: str) -> Iterator[str]:
    """Find heavy libraries that are imported at the top of a module, not on first use."""
    heavy = {"chromadb", "sentence_transformers", "torch", "tantivy", "gradio", "trafilatura"}
    heavy |= {"pypdf", "charset_normalizer"}
    tree = ast.parse(source)
    for node in tree.body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            for imported in imports(ast.unparse(node)):
                if top(imported) in heavy and top(name) != "chat":
                    yield imported


def searches_text(name: str, source: str) -> Iterator[str]:
    if top(name) in READS_NO_ARTICLE:
        return
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            method = node.func.attr
            if method in SEARCHES and (name, method) not in SEARCHED_FOR_A_REASON:
                yield f"{name}:{node.lineno} .{method}()"


def prints(name: str, source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        called = isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        if called and ast.unparse(node.func) == "print" and top(name) != "cli":  # type: ignore[attr-defined]
            yield f"{name}:{node.lineno}"  # type: ignore[attr-defined]


def reads_environment(name: str, source: str) -> Iterator[str]:
    if name == "settings":
        return
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv"}:
            yield f"{name}:{node.lineno}"


def is_too_long(name: str, source: str) -> Iterator[str]:
    if len(source.splitlines()) > LONGEST_FILE:
        yield name
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[0]
            lines = (node.end_lineno or 0) - node.lineno + 1
            if ast.get_docstring(node) is not None:
                lines -= (first.end_lineno or 0) - first.lineno + 1
            if lines > LONGEST_FUNCTION:
                yield f"{name}.{node.name}: {lines} lines"


Rule = Callable[[str, str], Iterator[str]]
RULES: list[Rule] = [
    breaks_layers,
    breaks_ownership,
    loads_at_import,
    searches_text,
    prints,
    reads_environment,
    is_too_long,
]

BROKEN: list[tuple[Rule, str, str]] = [
    (breaks_layers, "types", "from rag.passages import cut"),
    (breaks_layers, "quotes", "from rag import catalog"),
    (breaks_layers, "vectors", "def f():\n    from rag.catalog import Catalog"),
    (breaks_layers, "articles.html", "import rag.embedding"),
    (breaks_layers, "retrieval", "from rag.cli import main"),
    (breaks_layers, "nowhere", "from rag import types"),
    (breaks_ownership, "ingestion", "def f():\n    import chromadb.config"),
    (breaks_ownership, "articles.text", "from sqlite3 import connect"),
    (breaks_ownership, "cli", "import gradio as gr"),
    (loads_at_import, "embedding", "import torch"),
    (searches_text, "quotes", "start = article.text.find(quote)"),
    (searches_text, "chat.panel", "start = text.index(quote)"),
    (prints, "answering", "print('found')"),
    (reads_environment, "lock", "import os\nos.environ['HOME']"),
    (is_too_long, "fusion", "\n" * LONGEST_FILE + "a = 1"),
    (is_too_long, "fusion", "def f():\n" + "    a = 1\n" * LONGEST_FUNCTION),
]
SOUND: list[tuple[Rule, str, str]] = [
    (breaks_layers, "articles.html", "from rag.articles.files import File\nfrom rag import types"),
    (breaks_layers, "chat.panel", "from rag.chat import layout\nfrom rag.answering import Archive"),
    (breaks_ownership, "vectors", "def f():\n    import chromadb"),
    (breaks_ownership, "quotes", "import re"),
    (loads_at_import, "embedding", "def f():\n    import torch"),
    (searches_text, "chat.evidence", "place = marks.index(number)"),
    (prints, "cli", "print('found')"),
    (is_too_long, "fusion", '"""' + "\n" * 90 + '"""\n' + "a = 1\n" * 300),
    (is_too_long, "fusion", 'def f():\n    """Long.' + "\n" * 60 + '    """\n    return 1'),
]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_every_module_keeps_the_rule(rule: Rule) -> None:
    assert [broken for name, source in MODULES.items() for broken in rule(name, source)] == []


@pytest.mark.parametrize(("rule", "name", "source"), BROKEN)
def test_a_rule_finds_what_breaks_it(rule: Rule, name: str, source: str) -> None:
    assert list(rule(name, source))


@pytest.mark.parametrize(("rule", "name", "source"), SOUND)
def test_a_rule_lets_pass_what_keeps_it(rule: Rule, name: str, source: str) -> None:
    assert list(rule(name, source)) == []


def test_every_module_has_a_layer_and_every_layer_its_modules() -> None:
    placed = [name for layer, _ in LAYERS for name in layer]
    assert len(placed) == len(set(placed))
    found = {top(name) for name in MODULES} - {"__init__"}
    assert found - set(placed) == set()


def test_every_exception_to_searching_is_still_needed() -> None:
    for (name, method), reason in SEARCHED_FOR_A_REASON.items():
        assert reason
        assert f".{method}(" in MODULES[name]


def test_every_module_says_what_it_is_for() -> None:
    assert [
        name for name, source in MODULES.items() if not ast.get_docstring(ast.parse(source))
    ] == []
