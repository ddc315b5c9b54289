"""Rows on their way into several files at once: small ones in memory, larger ones in files that have no name.

They are written only when all rows are known, so that an import leaves all of its files, or none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from tempfile import SpooledTemporaryFile
from types import TracebackType
from typing import IO

from seedkit.core.importing.report import RowsFile
from seedkit.errors import UsageError

_KEPT_BYTES = 1 << 20
_PIECE = 1 << 16


class RowSpools:
    """Takes rows as text, file by file; used as a context, whose end forgets them."""

    def __init__(self) -> None:
        self._spools: dict[RowsFile, IO[str]] = {}
        self._stack = ExitStack()
        self._counts: dict[RowsFile, int] = {}

    def __enter__(self) -> RowSpools:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    @property
    def counts(self) -> Mapping[RowsFile, int]:
        """How many rows each file has."""
        return self._counts

    def add(self, file: RowsFile, row: str) -> None:
        """Take a row; raises UsageError where the disk does not."""
        try:
            self._spool(file).write(row)
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise UsageError(f"can not keep the rows of {file.table}: {reason}") from error
        self._counts[file] += 1

    def pieces(self, file: RowsFile, head: str) -> Iterable[str]:
        """Give a file's text, with what stands above its rows."""
        yield head
        yield from self._read(self._spools[file])

    def _spool(self, file: RowsFile) -> IO[str]:
        if file not in self._spools:
            self._spools[file] = self._stack.enter_context(
                SpooledTemporaryFile(_KEPT_BYTES, "w+", encoding="utf-8", newline="\n")  # noqa: SIM115 - the stack closes it
            )
            self._counts[file] = 0
        return self._spools[file]

    def _read(self, spool: IO[str]) -> Iterator[str]:
        spool.seek(0)
        while piece := spool.read(_PIECE):
            yield piece
