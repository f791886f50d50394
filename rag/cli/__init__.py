"""The `rag` command: arguments in, text or JSON and an exit code out. The only package that prints.

Exit codes: 0 answered, quoted exactly, verified or done, 1 the archive does not say, or not so,
2 wrong use, 3 store or model trouble.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from io import TextIOWrapper

from rag.cli import asking, changing, keeping
from rag.cli.arguments import make_parser
from rag.cli.session import DONE, INTERRUPTED, TROUBLE, WRONG_USE
from rag.errors import (
    ArticleError,
    EvidenceError,
    ExportError,
    QuestionError,
    RagError,
    SavingError,
    SelectionError,
    SettingsError,
)

COMMANDS = {
    "ingest": keeping.ingest,
    "sync": changing.sync,
    "ask": asking.ask,
    "check": asking.check,
    "chat": asking.chat,
    "mcp": asking.serve_tools,
    "articles list": keeping.list_articles,
    "articles show": keeping.show_article,
    "articles remove": changing.remove_article,
    "remove": changing.remove,
    "erase": changing.erase,
    "evaluate": asking.evaluate,
    "reindex": keeping.reindex,
    "doctor": keeping.diagnose,
    "export": keeping.export,
    "import": keeping.import_file,
}
# The errors of who uses the command, not of the store or a model.
MISTAKES = (
    *(QuestionError, SelectionError, SettingsError, ArticleError, EvidenceError),
    *(ExportError, SavingError),
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command.

    Args:
        arguments: The words after `rag`; else those of this process.

    Returns:
        The exit code.
    """
    options = make_parser(COMMANDS).parse_args(arguments)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # What cannot be encoded shows as an escape. Of JSON it is only half a pair (\ud800),
            # which JSON writes in the same way.
            stream.reconfigure(errors="backslashreplace")
    try:
        code = int(options.run(options))
        sys.stdout.flush()
        return code
    except MISTAKES as error:
        return _complain(error, WRONG_USE)
    except RagError as error:
        return _complain(error, TROUBLE)
    except BrokenPipeError:
        # Whoever read our output has seen enough; what is left of it would fail again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except KeyboardInterrupt:
        print("rag: interrupted; run the same command again to go on", file=sys.stderr)
        return INTERRUPTED


def _complain(error: RagError, code: int) -> int:
    from rag.rendering import visible

    print(f"rag: {visible(str(error))}", file=sys.stderr)
    return code
