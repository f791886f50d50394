"""Ask an archive of news articles; be answered only in the articles' own words.

Importing this loads no model and no index; what is used is loaded then.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rag.answering import Archive
    from rag.checking import Check, Difference, Status
    from rag.errors import (
        ArticleError,
        EvidenceError,
        ExportError,
        ModelError,
        QuestionError,
        RagError,
        SavingError,
        SelectionError,
        SettingsError,
        StoreBusyError,
        StoreError,
        StoreMismatchError,
    )
    from rag.opening import ask
    from rag.permalinks import Cited
    from rag.reports import Report
    from rag.settings import Settings
    from rag.types import (
        Answer,
        Article,
        Failure,
        Passage,
        Query,
        Quote,
        Source,
        Span,
    )
    from rag.verification import Mismatch, Verification

__all__ = [
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

_TYPES = "Answer Article Failure Passage Query Quote Source Span".split()
_HOMES = dict.fromkeys(_TYPES, "types") | {
    "Archive": "answering",
    "Check": "checking",
    "Cited": "permalinks",
    "Difference": "checking",
    "Mismatch": "verification",
    "Report": "reports",
    "Settings": "settings",
    "Status": "checking",
    "Verification": "verification",
    "ask": "opening",
}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'rag' has no attribute {name!r}")
    return getattr(import_module(f"rag.{_HOMES.get(name, 'errors')}"), name)


def __dir__() -> list[str]:
    return __all__
