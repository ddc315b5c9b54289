"""A file that ends early where a reader takes too much of it at once: libyaml keeps a value of any length in memory."""

from __future__ import annotations

from typing import Protocol

LONGEST_VALUE_BYTES = 64 << 20
"""libyaml needs three times as much memory. What is longer belongs into a file of its own."""

LONGEST_IN_CHUNKS_BYTES = 4 << 20
"""A row longer than this is read with the rest of its file, row by row: in a chunk it would be there several times."""


class Readable(Protocol):
    """What gives bytes, piece by piece."""

    def read(self, size: int = -1, /) -> bytes:
        """Read at most so many bytes; none at the end."""
        ...


class BoundedFile:
    """Counts what is read since `begin`; beyond the limit it looks like its own end."""

    def __init__(self, file: Readable) -> None:
        self._file = file
        self._read = 0
        self.is_beyond = False

    def begin(self) -> None:
        """Count from zero."""
        self._read = 0

    def read(self, size: int = -1) -> bytes:
        """Read at most so many bytes."""
        if self._read > LONGEST_VALUE_BYTES:
            self.is_beyond = True
            return b""
        chunk = self._file.read(size)
        self._read += len(chunk)
        return chunk


def taken_together(parts: list[bytes]) -> bytes:
    """Join parts, and let go of them: they may be as long as a value may be."""
    whole = b"".join(parts)
    parts.clear()
    return whole
