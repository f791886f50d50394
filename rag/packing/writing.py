"""Writes an archive to one file; the same archive always gives the same bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from hashlib import sha256
from typing import BinaryIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from rag.packing.form import (
    ARTICLES,
    FORMAT,
    FORMAT_VERSION,
    MANIFEST,
    Line,
    MadeWith,
    Manifest,
    Member,
    is_blown_up,
)
from rag.versions import Version

# The first day that a zip can name: when a file was packed tells nothing of the archive.
_DAY = (1980, 1, 1, 0, 0, 0)
_UNIX = 3  # the system that the permissions are of
_PERMISSIONS = 0o644 << 16


def write(
    stream: BinaryIO, read: Callable[[], Iterable[Version]], *, made_with: MadeWith | None
) -> Manifest:
    """Write an archive.

    Args:
        stream: An empty file.
        read: Returns every version of every article, an article's one after the other; called
            again where the text repeats so much that, packed, it would be taken for a trap.
        made_with: What the archive's indexes were made with; None if it was never written to.

    Returns:
        What was written.
    """
    for method in (ZIP_DEFLATED, ZIP_STORED):
        stream.seek(0)
        stream.truncate()
        with ZipFile(stream, "w") as packed:
            manifest = _pack(packed, read(), method=method, made_with=made_with)
            if not is_blown_up(packed.getinfo(ARTICLES)):
                break
    return manifest


def _pack(
    packed: ZipFile, versions: Iterable[Version], *, method: int, made_with: MadeWith | None
) -> Manifest:
    digest, size, articles, count, current = sha256(), 0, 0, 0, 0
    before = ""
    with packed.open(_member(ARTICLES, method), "w", force_zip64=True) as member:
        for version in versions:
            line = Line.of(version).model_dump_json().encode() + b"\n"
            member.write(line)
            digest.update(line)
            size += len(line)
            count += 1
            current += version.current
            articles += version.article.source.id != before
            before = version.article.source.id
    manifest = Manifest(
        format=FORMAT,
        version=FORMAT_VERSION,
        made_with=made_with,
        articles=articles,
        versions=count,
        current=current,
        members={ARTICLES: Member(size=size, sha256=digest.hexdigest())},
    )
    packed.writestr(_member(MANIFEST, method), manifest.model_dump_json(indent=2) + "\n")
    return manifest


def _member(name: str, method: int) -> ZipInfo:
    info = ZipInfo(name, _DAY)
    info.compress_type, info.create_system, info.external_attr = method, _UNIX, _PERMISSIONS
    return info
