"""A file that gives no more at once than it may."""

from __future__ import annotations

from io import SEEK_SET
from typing import BinaryIO


class Bounded:
    """A file that is not read in pieces so large that only a hostile zip's list of members is."""

    def __init__(self, stream: BinaryIO, *, most: int) -> None:
        """Bound a file.

        Args:
            stream: The open file.
            most: The most bytes that may be asked for at once.
        """
        self._stream = stream
        self._most = most

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes.

        Raises:
            ValueError: More are asked for than may be.
        """
        if size > self._most:
            raise ValueError(f"its list of members has {size:,} bytes")
        return self._stream.read(size)

    def seek(self, offset: int, whence: int = SEEK_SET) -> int:
        """Go to a place."""
        return self._stream.seek(offset, whence)

    def tell(self) -> int:
        """Return the place."""
        return self._stream.tell()

    def seekable(self) -> bool:
        """Tell that any place can be gone to."""
        return True

    def close(self) -> None:
        """Leave the file open; it is not ours."""
