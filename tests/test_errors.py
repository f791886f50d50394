"""The tree of errors is as drawn, and each error says what happened and what to do."""

import inspect

import pytest

from rag import errors
from rag.errors import (
    ArticleError,
    BusyError,
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
    UploadError,
)

TREE: dict[type[Exception], tuple[type, ...]] = {
    RagError: (Exception,),
    ArticleError: (RagError,),
    QuestionError: (RagError, ValueError),
    SelectionError: (RagError, ValueError),
    EvidenceError: (RagError, ValueError),
    ExportError: (RagError, ValueError),
    SavingError: (RagError, ValueError),
    UploadError: (RagError,),
    SettingsError: (RagError, ValueError),
    BusyError: (RagError,),
    ModelError: (RagError,),
    StoreError: (RagError,),
    StoreBusyError: (StoreError,),
    StoreMismatchError: (StoreError,),
}


@pytest.mark.parametrize(("kind", "bases"), TREE.items())
def test_every_error_has_its_place_in_the_tree(
    kind: type[Exception], bases: tuple[type, ...]
) -> None:
    assert kind.__bases__ == bases


def test_the_tree_is_complete_and_drawn_in_the_docstring() -> None:
    defined = {
        each
        for _, each in inspect.getmembers(errors, inspect.isclass)
        if issubclass(each, Exception)
    }
    assert defined == set(TREE)
    assert all(each.__name__ in (errors.__doc__ or "") for each in TREE)


def test_errors_carry_what_a_program_needs_to_act() -> None:
    article = ArticleError("a.txt", "is empty; write something")
    assert (article.path, article.reason) == ("a.txt", "is empty; write something")
    assert ModelError("mini", "is missing").name == "mini"
    assert StoreBusyError("store", "process 7").holder == "process 7"
    mismatch = StoreMismatchError("store", "model a", "model b")
    assert (mismatch.expected, mismatch.found) == ("model a", "model b")


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (ArticleError("a.txt", "is empty"), ["a.txt", "is empty"]),
        (ModelError("mini", "is missing"), ["mini", "is missing"]),
        (StoreBusyError("store", "process 7"), ["store", "process 7", "wait"]),
        (StoreMismatchError("store", "model a", "model b"), ["model a", "model b", "rag reindex"]),
    ],
)
def test_a_message_says_what_happened_and_what_to_do(error: RagError, words: list[str]) -> None:
    assert all(word in str(error) for word in words)
