"""A part of a file, each of whose lines keeps its number. Knows nothing of what stands there."""

from __future__ import annotations

from io import BytesIO
from typing import BinaryIO, NamedTuple


class Part(NamedTuple):
    """From a byte on, at the start of a line, up to another, or to the file's end."""

    start: int = 0
    end: int | None = None


WHOLE = Part()


class FilePart:
    """Reads a part of a file from its start; of what stands above, nothing but the line breaks."""

    def __init__(self, file: BinaryIO, part: Part) -> None:
        self._above = BytesIO(b"\n" * file.read(part.start).count(b"\n"))
        self._file = file
        self._left = part.end

    def read(self, size: int = -1) -> bytes:
        """Read at most so many bytes."""
        if above := self._above.read(size):
            return above
        if self._left is None:
            return self._file.read(size)
        piece = self._file.read(self._left if size < 0 else min(size, self._left))
        self._left -= len(piece)
        return piece
