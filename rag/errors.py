"""Everything this project raises on purpose, in one tree.

RagError
├── ArticleError(path, reason)         one article could not be read, or is not there
├── QuestionError(ValueError)          the question cannot be asked as it stands
├── SelectionError(ValueError)         which articles are meant is not said, or cannot be
├── EvidenceError(ValueError)          a file of evidence cannot be read, or not be made
├── ExportError(ValueError)            a file is no whole export of an archive
├── SavingError(ValueError)            a file cannot be written where it was to be
├── UploadError                        a file that a reader of the chat brings is not taken
├── SettingsError(ValueError)          a setting has a value that cannot work
├── BusyError                          so many questions wait that no more are taken
├── ModelError(name)                   a model could not be loaded or is not what it should be
└── StoreError                         the store cannot be used
    ├── StoreBusyError(holder)         another process is writing to it
    └── StoreMismatchError(expected, found)  it was made with other models or settings

A message says what happened and what to do next; a foreign exception is chained as the cause.
"""


class RagError(Exception):
    """What every deliberate error of this project derives from."""


class ArticleError(RagError):
    """An article could not be read, or is not in the archive.

    Attributes:
        path: The path, or the article id, that was asked for.
        reason: What is wrong with it and what to do about it.
    """

    def __init__(self, path: str, reason: str) -> None:
        self.path = path
        self.reason = reason
        super().__init__(f"{path}: {reason}")


class QuestionError(RagError, ValueError):
    """A question that cannot be asked: blank, without a word, or too long."""


class SelectionError(RagError, ValueError):
    """A selection of articles that names none, or that none can fit."""


class EvidenceError(RagError, ValueError):
    """A file that is no evidence file, or answers that are too long for one."""


class ExportError(RagError, ValueError):
    """A file that is no export of an archive, or a damaged one."""


class SavingError(RagError, ValueError):
    """A place that a file cannot be written to."""


class UploadError(RagError):
    """A file that a reader of the chat brings, and that is not taken."""


class SettingsError(RagError, ValueError):
    """A setting whose value cannot work."""


class BusyError(RagError):
    """More questions at once than may wait for their turn."""


class ModelError(RagError):
    """A model that could not be loaded, or whose weights are not the expected ones.

    Attributes:
        name: The model's name or path, as configured.
    """

    def __init__(self, name: str, reason: str) -> None:
        self.name = name
        super().__init__(f"model {name}: {reason}")


class StoreError(RagError):
    """A store that is missing, damaged, or cannot be read or written."""


class StoreBusyError(StoreError):
    """A store that another process is writing to.

    Attributes:
        holder: Who holds it, as that process wrote it down (process id and start time).
    """

    def __init__(self, store: str, holder: str) -> None:
        self.holder = holder
        super().__init__(
            f"the store {store} is being written to by {holder}; "
            "wait until that is done, or name another store"
        )


class StoreMismatchError(StoreError):
    """A store whose indexes were made with another model or other passage settings.

    Attributes:
        expected: What the present settings would make.
        found: What the store says it was made with.
    """

    def __init__(self, store: str, expected: str, found: str) -> None:
        self.expected = expected
        self.found = found
        super().__init__(
            f"the store {store} was made with {found}, but the settings say {expected}; set "
            "RAG_MODEL and RAG_PASSAGE_TOKENS to what it was made with, or make its indexes anew "
            "with: rag reindex"
        )
