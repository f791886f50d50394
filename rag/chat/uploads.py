"""Articles that a reader brings along: an archive of the reader's own, for a while.

It lies beside the shared archive, in a temporary folder, under a token that only the reader's
browser knows. Everything is bounded here, whatever a page sends.
"""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path, PurePosixPath
from secrets import token_hex
from tempfile import TemporaryDirectory
from threading import RLock
from types import TracebackType
from typing import Self

from rag.answering import Archive
from rag.articles.files import SUFFIXES
from rag.errors import UploadError
from rag.ingestion import Progress
from rag.reports import Report
from rag.types import Failure

# As the page makes it: 128 random bits.
TOKEN = re.compile(r"[0-9a-f]{32}", re.ASCII)
# What one reader may bring: some dossiers of reports, not an archive, which is for the command.
MOST_FILES = 100
MOST_BYTES = 30_000_000
LARGEST_FILE = 10_000_000
# Readers with articles of their own at a time; each holds some 30 MB of memory.
MOST_SESSIONS = 20
# Seconds without a request after which the articles are gone.
IDLE = 3_600.0
# Characters of a file's name that are kept: file systems take 255 bytes.
LONGEST_NAME = 60
DIGEST_DIGITS = 12
STILL_READING = "your articles are still being read"
# Within the store, where the files of what is added to the shared archive are kept.
FOLDER = "uploads"


@dataclass(slots=True)
class Session:
    """What one reader brought along; while it is read it stays, and no more is taken."""

    folder: TemporaryDirectory[str]
    archive: Archive
    used: float
    files: int = 0
    size: int = 0
    reading: bool = False
    waiting: dict[str, Path] = field(default_factory=dict)
    refused: list[Failure] = field(default_factory=list)

    def close(self) -> None:
        """Delete the articles."""
        self.archive.close()
        self.folder.cleanup()


class Uploads:
    """The readers' own articles; close it to delete them all. Safe to use from several threads."""

    def __init__(self, archive: Archive, *, clock: Callable[[], float] = time.monotonic) -> None:
        """Bring along articles beside an archive.

        Args:
            archive: The shared archive, whose models and settings are used.
            clock: Returns seconds.
        """
        self.shared = archive
        self._clock = clock
        self._sessions: dict[str, Session] = {}
        self._lock = RLock()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Delete the articles of all readers."""
        with self._lock:
            for token in list(self._sessions):
                self.forget(token)

    def receive(self, token: str, name: str, data: bytes, *, first: bool) -> bool:
        """Take a part of a file.

        Args:
            token: The reader's.
            name: The file's name.
            data: The part.
            first: Whether it is the first part.

        Returns:
            Whether more of the file is wanted; a refusal is told by the report of `ingest`.

        Raises:
            UploadError: There is no room for another reader, or the token is none.
        """
        with self._lock:
            session = self._open(token)
            shown = _plain(name)
            try:
                self._take(session, shown, data, first=first)
            except UploadError as error:
                session.refused.append(Failure(shown, str(error)))
                if waiting := session.waiting.pop(shown, None):
                    _empty([waiting])
                return False
            return True

    def ingest(
        self, token: str, *, share: bool = False, progress: Progress | None = None
    ) -> Report:
        """Read the files that were received.

        Args:
            token: The reader's.
            share: Whether they go into the shared archive.
            progress: As for `Archive.ingest`.

        Returns:
            What was done; the paths in it are the files' names.

        Raises:
            RagError: As `Archive.ingest`.
            UploadError: Sharing is not allowed, a file cannot be kept, or others are being read.
        """
        if share and not self.shared.settings.allow_upload:
            raise UploadError("the operator of this chat does not let readers add to the archive")
        with self._lock:
            session = self._open(token)
            if session.reading:
                raise UploadError(f"{STILL_READING}; add more when that is done")
            session.reading = True
            waiting, session.waiting = list(session.waiting.values()), {}
            refused, session.refused = session.refused, []
        archive = self.shared if share else session.archive
        try:
            paths = list(map(self._keep, waiting)) if share else waiting
            report = archive.ingest(paths, progress=progress) if paths else Report()
            session.size += 0 if share else _measure(waiting)
        finally:
            self._end_reading(token, session, waiting)
        below = f"{session.folder.name}/"
        failed = (
            Failure(_name_in(each.path, paths), each.reason.replace(below, ""))
            for each in report.failed
        )
        return replace(report, failed=(*refused, *failed))

    def _end_reading(self, token: str, session: Session, waiting: list[Path]) -> None:
        with self._lock:
            session.reading, session.used = False, self._clock()
            if self._sessions.get(token) is session:
                _empty(waiting)
            else:
                session.close()

    def archive_of(self, token: str) -> Archive | None:
        """Return a reader's own archive; None if there is none, or no more."""
        with self._lock:
            self._sweep()
            session = self._sessions.get(token)
            if session:
                session.used = self._clock()
            return session.archive if session else None

    def forget(self, token: str) -> None:
        """Delete a reader's articles; those that are being read go when that is done."""
        with self._lock:
            session = self._sessions.pop(token, None)
            if session and not session.reading:
                session.close()

    def _open(self, token: str) -> Session:
        self._sweep()
        session = self._sessions.get(token)
        if not session:
            if not TOKEN.fullmatch(token):
                raise UploadError("the page did not say whose files these are; load it again")
            if len(self._sessions) >= MOST_SESSIONS:
                raise UploadError(
                    f"{MOST_SESSIONS} readers have articles of their own here; try again later"
                )
            session = self._sessions[token] = self._make()
        session.used = self._clock()
        return session

    def _make(self) -> Session:
        with _writing():
            folder = TemporaryDirectory(prefix="rag-own-")
        settings = replace(self.shared.settings, store=Path(folder.name) / "store")
        archive = Archive.open(
            settings=settings,
            embedder=self.shared.embedder,
            reading_model=self.shared.reading_model,
        )
        return Session(folder, archive, self._clock())

    def _sweep(self) -> None:
        oldest = self._clock() - IDLE
        for token, session in list(self._sessions.items()):
            if session.used < oldest and not session.reading:
                self.forget(token)

    def _take(self, session: Session, name: str, data: bytes, *, first: bool) -> None:
        if session.reading:
            raise UploadError(f"came while {STILL_READING}; send it again when that is done")
        if first:
            if Path(name).suffix.lower() not in SUFFIXES:
                raise UploadError(f"has an unsupported format; {', '.join(SUFFIXES)} are read")
            if session.files >= MOST_FILES:
                raise UploadError(f"is one too many: {MOST_FILES} files are the most")
            session.files += 1
            path = session.waiting[name] = Path(session.folder.name) / name
            with _writing():
                path.write_bytes(b"")
        elif name not in session.waiting:
            raise UploadError("came without its beginning; send it again")
        path = session.waiting[name]
        if path.stat().st_size + len(data) > LARGEST_FILE:
            raise UploadError(f"is bigger than the {LARGEST_FILE:,} bytes allowed; split it")
        if session.size + _measure(session.waiting.values()) + len(data) > MOST_BYTES:
            raise UploadError(f"is too much: all files together may have {MOST_BYTES:,} bytes")
        with _writing(), path.open("ab") as file:
            file.write(data)

    def _keep(self, path: Path) -> Path:
        """Copy a file to where it stays; the same content has one place, another has another."""
        with _writing():
            digest = sha256(path.read_bytes()).hexdigest()[:DIGEST_DIGITS]
            kept = self.shared.settings.store / FOLDER / digest / path.name
            kept.parent.mkdir(parents=True, exist_ok=True)
            # Another reader may be sending the same.
            aside = kept.with_name(f".{token_hex(8)}")
            try:
                shutil.copyfile(path, aside)
                aside.replace(kept)
            finally:
                aside.unlink(missing_ok=True)
        return kept


@contextmanager
def _writing() -> Iterator[None]:
    """Tell a reader that the system does not let a file be written."""
    try:
        yield
    except OSError as error:
        raise UploadError(
            f"the disk of this chat takes no file ({error.strerror}); ask its operator to see to "
            "it, then send the file again"
        ) from error


def _measure(paths: Iterable[Path]) -> int:
    return sum(each.stat().st_size for each in paths)


def _plain(name: str) -> str:
    r"""Return a file's name without folders and without what no name needs.

    >>> _plain("../a\\b/Rép\x00ort (1).MD")
    'Rép_ort _1_.MD'
    """
    last = PurePosixPath(name.replace("\\", "/")).name
    plain = re.sub(r"[^\w. -]", "_", last).lstrip(". ")
    stem, suffix = Path(plain).stem[:LONGEST_NAME], Path(plain).suffix[:LONGEST_NAME]
    return f"{stem}{suffix}" or "file"


def _empty(paths: Iterable[Path]) -> None:
    """Drop what files hold; their names stay, as no other file's articles are to replace theirs."""
    with _writing():
        for path in paths:
            path.write_bytes(b"")


def _name_in(path: str, paths: list[Path]) -> str:
    """Return a path without the folder that a file was received in."""
    folders = (f"{each.parent.as_posix()}/" for each in paths)
    return next((path.removeprefix(each) for each in folders if path.startswith(each)), path)
