"""A part of a file, each of whose lines keeps its number. Knows nothing of what stands there."""

from __future__ import annotations

from io import BytesIO
from typing import BinaryIO, NamedTuple

_OTHER_BREAKS = (b"\xc2\x85", b"\xe2\x80\xa8", b"\xe2\x80\xa9")
"""What YAML takes for line breaks besides those of ASCII."""
_DIRECTIVE = b"\n%"


class Part(NamedTuple):
    """From a byte on, at the start of a line, up to another, or to the file's end.

    `lines_above` saves counting the lines that stand above.
    """

    start: int = 0
    end: int | None = None
    lines_above: int | None = None


WHOLE = Part()


class FilePart:
    """Reads a part of a file from its start; of what stands above, nothing but the line breaks."""

    def __init__(self, file: BinaryIO, part: Part) -> None:
        self._above = BytesIO(b"\n" * _lines_above(file, part))
        self._file = file
        self._left = None if part.end is None else part.end - part.start

    def read(self, size: int = -1) -> bytes:
        """Read at most so many bytes."""
        if above := self._above.read(size):
            return above
        if self._left is None:
            return self._file.read(size)
        piece = self._file.read(self._left if size < 0 else min(size, self._left))
        self._left -= len(piece)
        return piece


def _lines_above(file: BinaryIO, part: Part) -> int:
    if part.lines_above is None:
        return file.read(part.start).count(b"\n")
    file.seek(part.start)
    return part.lines_above


def holds_other_breaks(window: bytes) -> bool:
    """Whether lines may end otherwise than with a line feed, or a directive stand among them."""
    text = window.replace(b"\r\n", b"\n") if b"\r" in window else window
    if b"\r" in text or (b"%" in text and _DIRECTIVE in text):
        return True
    return not text.isascii() and any(sign in text for sign in _OTHER_BREAKS)
