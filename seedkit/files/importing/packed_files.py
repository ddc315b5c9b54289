"""Files that `loaddata` reads packed. What comes out has a bound: a small file can hold a very large one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader, RawIOBase
from pathlib import Path
from typing import Any, BinaryIO

from seedkit.errors import FixtureError, Origin
from seedkit.files.bounded_file import Readable
from seedkit.files.paths import shown_path
from seedkit.files.regular_files import open_regular

PACKINGS = frozenset({".gz", ".bz2", ".xz", ".lzma"})
LONGEST_UNPACKED_BYTES = 4 << 30


@contextmanager
def open_packed(path: Path) -> Iterator[BinaryIO]:
    """Open a file, unpacked by what its name ends in; raises FixtureError, OSError and EOFError as it is read."""
    with open_regular(path) as file:
        unpacked = _unpacked(path, file)
        if unpacked is None:
            yield file
            return
        with BufferedReader(_Bounded(path, unpacked)) as bounded:
            yield bounded


def _unpacked(path: Path, file: BinaryIO) -> Readable | None:
    kind = path.suffix.lower()
    if kind == ".gz":
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
    """Reads up to the bound, and raises FixtureError beyond."""

    def __init__(self, path: Path, file: Readable) -> None:
        self._path = path
        self._file = file
        self._read = 0

    def readable(self) -> bool:
        """Say that it is for reading."""
        return True

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401 - whatever can be written to
        """Fill a buffer with what comes next."""
        view = memoryview(buffer)
        piece = self._file.read(len(view))
        self._read += len(piece)
        if self._read > LONGEST_UNPACKED_BYTES:
            raise FixtureError(
                f"the file holds more than {LONGEST_UNPACKED_BYTES >> 30} GB",
                origin=Origin(path=shown_path(self._path)),
                hint="Unpack it first, if it is meant.",
            )
        view[: len(piece)] = piece
        return len(piece)
