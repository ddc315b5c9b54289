"""Files that may be packed. What comes out has a bound: a small file can hold a very large one."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from io import BufferedReader, RawIOBase
from pathlib import Path
from typing import Any, Protocol

from seedkit.errors import FixtureError, Origin
from seedkit.files.paths import GZIPPED, is_packed, shown_path
from seedkit.files.regular_files import open_regular

PACKINGS = frozenset({".gz", ".bz2", ".xz", ".lzma"})
LONGEST_UNPACKED_BYTES = 4 << 30
_SIZE_BYTES = 4
WINDOW_BYTES = 1 << 16
"""Three times as fast as 256 KiB, which the allocator maps, and the kernel clears, anew for every piece."""


def open_fixture(path: Path) -> BufferedReader:
    """Open a fixture as `open_regular` does, unpacked if it is packed; then reading it may raise FixtureError."""
    return open_packed(path) if is_packed(path) else open_regular(path)


def opened_fixture(path: Path) -> BufferedReader:
    """Open a fixture as `open_fixture` does; raises FixtureError where it can't be."""
    try:
        return open_fixture(path)
    except OSError as error:
        raise unreadable(path, error) from error


def windows(path: Path, overlap: int) -> Iterator[bytes]:
    """Read a file piece by piece, each with the end of the one before; a mapped file would count as our memory."""
    end = b""
    with open_fixture(path) as file:
        while piece := file.read(WINDOW_BYTES):
            yield end + piece
            end = piece[-overlap:]


def unreadable(path: Path, error: OSError) -> FixtureError:
    """Make the error that says why a fixture can't be read."""
    reason = (error.strerror or str(error)).lower()
    return FixtureError(f"cannot read the fixture: {reason}", origin=Origin(path=shown_path(path)))


def refuse_wide_characters(path: Path, start: bytes) -> None:
    """Raise FixtureError where a file begins as UTF-16 or UTF-32 does: with their mark, or a sign of ASCII in zeros."""
    for encoding, begins in _WIDE.items():
        if begins(start):
            raise FixtureError(
                f"the file is {encoding[:6]}, not UTF-8",
                origin=Origin(path=shown_path(path), line=1),
                hint=f"Save it as UTF-8: iconv -f {encoding} -t UTF-8 {path.name}",
            )


_WIDE: dict[str, Callable[[bytes], object]] = {
    "UTF-32": re.compile(rb"\xff\xfe\0\0|\0\0\xfe\xff").match,
    "UTF-32LE": re.compile(rb"[^\0]\0\0\0", re.DOTALL).match,
    "UTF-32BE": re.compile(rb"\0\0\0[^\0]", re.DOTALL).match,
    "UTF-16": re.compile(rb"\xff\xfe|\xfe\xff").match,
    "UTF-16LE": re.compile(rb"[^\0]\0[^\0]", re.DOTALL).match,
    "UTF-16BE": re.compile(rb"\0[^\0]\0[^\0]", re.DOTALL).match,
}


def unpacked_size(path: Path) -> int:
    """Tell how many bytes a fixture holds: one that is packed says so at its end; raises OSError."""
    size = path.stat().st_size
    if not is_packed(path) or size < _SIZE_BYTES:
        return size
    with path.open("rb") as file:
        file.seek(-_SIZE_BYTES, io.SEEK_END)
        return max(size, int.from_bytes(file.read(), "little"))


def open_packed(path: Path) -> BufferedReader:
    """Open a file, unpacked by what its name ends in; raises FixtureError and OSError, now and as it is read."""
    file = open_regular(path)
    unpacked = _unpacked(path, file)
    return file if unpacked is None else BufferedReader(_Bounded(path, file, unpacked))


class _Unpacked(Protocol):
    def read(self, size: int = -1, /) -> bytes: ...

    def seek(self, offset: int, /) -> int: ...


def _unpacked(path: Path, file: BufferedReader) -> _Unpacked | None:
    kind = path.suffix.lower()
    if kind == GZIPPED:
        import gzip

        return gzip.open(file)
    if kind == ".bz2":
        import bz2

        return bz2.open(file)
    if kind in (".xz", ".lzma"):
        import lzma

        return lzma.open(file)
    return None


class _Bounded(RawIOBase):
    """Reads up to the bound, and raises FixtureError beyond, and where the file is damaged."""

    def __init__(self, path: Path, packed: BufferedReader, file: _Unpacked) -> None:
        self._path = path
        self._packed = packed
        self._file = file
        self._read = 0

    def readable(self) -> bool:
        """Say that it is for reading."""
        return True

    def seekable(self) -> bool:
        """Say that it may be read again."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a place, from the start on; all above it is unpacked again."""
        if whence != io.SEEK_SET:
            raise io.UnsupportedOperation("a packed file is read from its start")
        self._read = self._file.seek(offset)
        return self._read

    def tell(self) -> int:
        """Tell how much was read."""
        return self._read

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401 - whatever can be written to
        """Fill a buffer with what comes next."""
        view = memoryview(buffer)
        piece = self._piece(len(view))
        self._read += len(piece)
        if self._read > LONGEST_UNPACKED_BYTES:
            raise self._error(
                f"the file holds more than {LONGEST_UNPACKED_BYTES >> 30} GB", "Unpack it first, if it is meant."
            )
        view[: len(piece)] = piece
        return len(piece)

    def close(self) -> None:
        """Close the packed file too."""
        try:
            self._packed.close()
        finally:
            super().close()

    def _piece(self, size: int) -> bytes:
        import zlib
        from lzma import LZMAError

        try:
            return self._file.read(size)
        except (OSError, EOFError, zlib.error, LZMAError) as error:
            if isinstance(error, OSError) and error.errno:
                raise
            reason = "it ends too early" if isinstance(error, EOFError) else str(error)
            hint = "It may not have been copied to its end: look with gzip -t." if is_packed(self._path) else None
            raise self._error(f"cannot read the file: {reason}", hint) from error

    def _error(self, message: str, hint: str | None) -> FixtureError:
        return FixtureError(message, origin=Origin(path=shown_path(self._path)), hint=hint)
