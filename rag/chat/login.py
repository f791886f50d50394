"""Who may use the chat: names with hashed passwords from a file, told with every request.

The file is one of Apache's `htpasswd`, with passwords hashed by bcrypt (`htpasswd -B FILE NAME`);
the browser asks for name and password, as RFC 7617 has it.
"""

from __future__ import annotations

import base64
import hmac
import re
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Self

import bcrypt

from rag.errors import SettingsError

LINE = re.compile(rb"(?P<name>[^:\s][^:]*):(?P<hash>\$2[aby]\$\d\d\$[./A-Za-z0-9]{53})")
# Of a longer password bcrypt reads no more, and its library refuses it.
LONGEST_PASSWORD = 72
# Of the right form, but of no password that anybody is given.
NOBODY = b"$2b$12$" + b"." * 53


class Logins:
    """The names that are known, and their hashed passwords."""

    def __init__(self, hashes: Mapping[bytes, bytes]) -> None:
        self._hashes = hashes
        # Hashing takes a good part of a second, on purpose: what was right once is known again,
        # without being kept.
        self._key, self._right = secrets.token_bytes(32), set[bytes]()

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read a file of logins.

        Raises:
            SettingsError: It cannot be read, or is not such a file.
        """
        try:
            lines = path.read_bytes().splitlines()
        except OSError as error:
            raise SettingsError(f"the logins in {path} cannot be read: {error.strerror}") from error
        hashes = {}
        for number, line in enumerate(map(bytes.strip, lines), start=1):
            if not line or line.startswith(b"#"):
                continue
            match = LINE.fullmatch(line)
            if not match:
                raise SettingsError(
                    f"{path}, line {number}: no name with a bcrypt hash; write it with: "
                    f"htpasswd -B {path} NAME"
                )
            hashes[match["name"]] = match["hash"]
        if not hashes:
            raise SettingsError(f"{path} names nobody; add one with: htpasswd -B {path} NAME")
        return cls(hashes)

    def recall(self, header: str) -> bool:
        """Tell, at once, whether an `Authorization` header was accepted before."""
        return self._seal(header) in self._right

    def accept(self, header: str) -> bool:
        """Tell, in a good part of a second, whether a header gives a name and its password."""
        scheme, _, credentials = header.partition(" ")
        if scheme.lower() != "basic":
            return False
        try:
            name, _, password = base64.b64decode(credentials, validate=True).partition(b":")
        except ValueError:  # no base64, or no ASCII
            return False
        # An unknown name takes as long as a wrong password.
        hashed = self._hashes.get(name, NOBODY)
        if len(password) > LONGEST_PASSWORD or not bcrypt.checkpw(password, hashed):
            return False
        self._right.add(self._seal(header))
        return True

    def _seal(self, header: str) -> bytes:
        return hmac.digest(self._key, header.encode(), "sha256")
