"""A program of its own: a PDF on standard input, the text of its pages as JSON on standard output.

It is run by its path, imports nothing of the package, and begins by bounding itself: whatever a
hostile file makes of the parser, this process runs out of memory or time, and no other does.
"""

from __future__ import annotations

import json
import sys
from io import BytesIO
from typing import Any, BinaryIO

# Kept library: pypdf (BSD-3-Clause), pure Python. PyMuPDF is faster, and AGPL.


def bound(*, seconds: int, memory: int) -> None:
    """Bound this process, as far as its system can: CPU time, memory, and no file written."""
    try:
        import resource
    except ImportError:  # Windows: the caller's clock remains
        return
    for limit, most in (
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_FSIZE, 0),
    ):
        resource.setrlimit(limit, (most, most))


def read(stream: BinaryIO, *, max_pages: int, max_chars: int) -> dict[str, Any]:
    """Return the pages of a PDF with what it says about itself.

    Raises:
        ValueError: It cannot be read, or goes beyond the bounds.
    """
    import pypdf

    try:
        reader = pypdf.PdfReader(stream)
        if reader.is_encrypted and not reader.decrypt(""):
            raise ValueError("is encrypted; save it without a password")
        if len(reader.pages) > max_pages:
            raise ValueError(f"has more than {max_pages:,} pages; split it")
        pages: list[str] = []
        left = max_chars
        for page in reader.pages:
            pages.append(page.extract_text())
            left -= len(pages[-1])
            if left < 0:
                raise ValueError(f"holds more than {max_chars:,} characters; split it")
        return {"pages": pages, **_describe(reader)}
    except pypdf.errors.DependencyError as error:
        raise ValueError("is encrypted; save it without a password") from error
    except MemoryError as error:
        raise ValueError("needs more memory than it may have; print it to a new PDF") from error
    except ValueError:
        raise
    except Exception as error:
        # Of hostile files, anything can come out of the parser.
        raise ValueError(f"cannot be read as PDF ({error}); save it again") from error


def _describe(reader: Any) -> dict[str, str]:
    said = reader.metadata or {}
    language = reader.root_object.get("/Lang", "")
    return {
        "title": str(said.get("/Title") or ""),
        "author": str(said.get("/Author") or ""),
        "created": str(said.get("/CreationDate") or ""),
        "language": str(language or ""),
    }


def main() -> None:
    """Read, within the bounds given as arguments: seconds, bytes, pages, characters."""
    seconds, memory, max_pages, max_chars = map(int, sys.argv[1:])
    bound(seconds=seconds, memory=memory)
    try:
        result = read(BytesIO(sys.stdin.buffer.read()), max_pages=max_pages, max_chars=max_chars)
    except ValueError as error:
        result = {"error": str(error)}
    sys.stdout.write(json.dumps(result))


if __name__ == "__main__":
    main()
