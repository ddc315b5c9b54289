"""Text that waits for the end of a run, in one file without a name: nobody else can open it, and no end leaves it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, TypeAlias

from seedkit.errors import UsageError

Piece: TypeAlias = "tuple[int, int]"
"""Where a piece of text begins in the file, and where it ends."""


class Spool:
    """Keeps pieces of text, of which each can be read again."""

    def __init__(self) -> None:
        from tempfile import TemporaryFile

        with _told():
            self._file: IO[bytes] = TemporaryFile()  # noqa: SIM115 - open as long as the run
        self._end = 0

    def keep(self, text: str) -> Piece:
        """Keep a piece, and say where it is; raises UsageError where there is no room for it."""
        data = text.encode(errors="surrogateescape")
        with _told():
            self._file.seek(self._end)
            self._file.write(data)
            self._file.flush()
        begin, self._end = self._end, self._end + len(data)
        return begin, self._end

    def read(self, piece: Piece) -> bytes:
        """Read a piece again."""
        begin, end = piece
        self._file.seek(begin)
        return self._file.read(end - begin)

    def close(self) -> None:
        """Give up what was kept."""
        self._file.close()


@contextmanager
def _told() -> Iterator[None]:
    """Turn what the file system says into UsageError."""
    try:
        yield
    except OSError as error:
        from tempfile import gettempdir

        raise UsageError(
            f"rows can not be kept in {gettempdir()}: {(error.strerror or str(error)).lower()}",
            hint="Say in TMPDIR which folder has room for them.",
        ) from error
