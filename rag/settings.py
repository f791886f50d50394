"""Every option in one place: the only copy of each default, the only reader of the environment."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from rag.errors import SettingsError

PREFIX = "RAG_"

# Quotes of an answer: more are no answer that anybody reads through.
MOST_QUOTES = 20

ROOT_PATH = re.compile(r"(?:/[\w.~-]+)*", re.ASCII)
# A name and password in an address would be shown wherever the address is.
ADDRESS = re.compile(r"https?://[^\s/?#@]+(?:/[^\s?#@]*)?", re.ASCII)
# A header's name is a token (RFC 9110, 5.6.2); a line break in its value would begin another.
HEADER = re.compile(r"[\w!#$%&'*+.^`|~-]+=[\x20-\x7e]+", re.ASCII)

# Read by the libraries when they are imported; nothing here may call home.
QUIET = {
    "ANONYMIZED_TELEMETRY": "False",
    "DO_NOT_TRACK": "1",
    "GRADIO_ANALYTICS_ENABLED": "False",
    # Gradio sums its queue up with pandas after every so many events; nobody reads that here.
    "GRADIO_ANALYTICS_CACHE_FREQUENCY": "1000000000",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HF_HUB_DISABLE_PROGRESS_BARS": "1",
    "TOKENIZERS_PARALLELISM": "false",
}


def find_corpus() -> Path:
    """Return the folder of the articles that ship: beside the package, or inside it."""
    package = Path(__file__).resolve().parent
    beside = package.parent / "corpus"
    return beside if beside.is_dir() else package / "corpus"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What can be chosen; each field is also an environment variable, `RAG_` and its name.

    Attributes:
        store: The folder that holds the catalog and the indexes.
        corpus: The articles that the default store is made from on first use.
        model: A sentence-transformers model: the one that ships, a local path, or a hub name.
        download: Whether a hub name may be fetched over the network.
        threads: CPU threads that embed and read, each its own passages: two for one passage, with
            another process on the second core, answered fifteen times slower than one.
        passage_tokens: The size a passage is packed to, in the model's tokens. The window of the
            model that ships is 256, of which the title and the date take up to 48.
        candidates: Passages each retriever offers to the other.
        reading: Passages whose sentences are scored at most.
        limit: Quotes shown at most.
        max_question_chars: The longest question that is searched for.
        max_article_bytes: The largest file or page that is read, line of JSON lines, row of a
            table, or file in a zip.
        chroma_url: The address of a Chroma server that holds the vectors; else the store's folder
            does.
        chroma_headers: Sent to it with every request, each as `Name=value`; secret.
        chroma_tenant: The tenant on it.
        chroma_database: The tenant's database.
        chroma_timeout: Seconds after which a request to it is given up.
        host: The address the chat binds to.
        port: The port the chat binds to.
        login: An htpasswd file (bcrypt) of those who may use the chat; else there is no login.
        public: Whether the chat may be served to other machines without a login.
        allow_host: Names, besides its own, that the chat may be opened under; a proxy's.
        root_path: The path that a proxy serves the chat under, such as `/archive`.
        concurrency: Questions worked on at once, of the page and of other programs together.
        waiting: Questions that may wait for their turn; what comes then is refused.
        allow_remove: Whether readers of the chat may remove articles from the archive.
        allow_upload: Whether they may add articles to it.
    """

    store: Path = Path("rag-store")
    corpus: Path = field(default_factory=find_corpus)
    model: str = "all-MiniLM-L6-v2"
    download: bool = False
    threads: int = 2
    passage_tokens: int = 160
    candidates: int = 50
    reading: int = 24
    limit: int = 5
    max_question_chars: int = 2_000
    max_article_bytes: int = 20_000_000
    chroma_url: str = ""
    chroma_headers: tuple[str, ...] = field(default=(), repr=False)
    chroma_tenant: str = "default_tenant"
    chroma_database: str = "default_database"
    chroma_timeout: int = 10
    host: str = "127.0.0.1"
    port: int = 7860
    login: Path | None = None
    public: bool = False
    allow_host: tuple[str, ...] = ()
    root_path: str = ""
    concurrency: int = 2
    waiting: int = 32
    allow_remove: bool = False
    allow_upload: bool = False

    def __post_init__(self) -> None:
        bounds = {
            "threads": (1, 256),
            "passage_tokens": (32, 100_000),
            "candidates": (1, 1_000),
            "reading": (1, 100),
            "limit": (1, MOST_QUOTES),
            "max_question_chars": (1, 100_000),
            "max_article_bytes": (1, 2**31),
            "chroma_timeout": (1, 3_600),
            "port": (0, 65_535),
            "concurrency": (1, 64),
            "waiting": (1, 10_000),
        }
        for name, (low, high) in bounds.items():
            value = getattr(self, name)
            if not low <= value <= high:
                raise SettingsError(f"{name} must be from {low} to {high}, not {value}")
        if self.chroma_url and not ADDRESS.fullmatch(self.chroma_url):
            raise SettingsError(
                "chroma_url must be an address such as http://127.0.0.1:8000; a name and password "
                "go into chroma_headers"
            )
        if not all(HEADER.fullmatch(each) for each in self.chroma_headers):
            raise SettingsError("chroma_headers must be Name=value, with commas between several")
        for name in ("model", "host"):
            if not getattr(self, name).strip():
                raise SettingsError(f"{name} must not be blank")
        if not ROOT_PATH.fullmatch(self.root_path):
            raise SettingsError(f"root_path must be a path such as /archive, not {self.root_path}")

    @classmethod
    def load(cls, **chosen: Any) -> Settings:
        """Return the settings chosen here, else in the environment, else by default.

        Args:
            chosen: Fields by name; one that is None counts as not chosen.

        Raises:
            SettingsError: A value cannot be read, or cannot work.
        """
        values: dict[str, Any] = {}
        for each in fields(cls):
            text = os.environ.get(PREFIX + each.name.upper(), "")
            if chosen.get(each.name) is not None:
                values[each.name] = chosen[each.name]
            elif text:
                values[each.name] = _parse(each.name, str(each.type), text)
        return cls(**values)


def quiet_libraries(environment: Mapping[str, str] | None = None) -> None:
    """Turn telemetry and analytics of the libraries off; call before they are imported."""
    os.environ.update(QUIET if environment is None else environment)


def _parse(name: str, kind: str, text: str) -> Any:
    try:
        if kind == "int":
            return int(text)
        if kind == "bool":
            return {"1": True, "true": True, "0": False, "false": False}[text.lower()]
    except (ValueError, KeyError) as error:
        meant = "a whole number" if kind == "int" else "1 or 0"
        raise SettingsError(f"{PREFIX}{name.upper()} must be {meant}, not {text!r}") from error
    if kind == "tuple[str, ...]":
        return tuple(each.strip() for each in text.split(","))
    return Path(text) if kind.startswith("Path") else text
