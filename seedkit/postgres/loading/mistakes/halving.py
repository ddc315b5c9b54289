"""Finds the rows that PostgreSQL refuses by loading halves, where nothing else tells which they are.

A half that it takes stays, for what comes after to be refused for the same reasons as before; a half that it refuses is
taken back and halved again. So a row costs as many statements as its number has binary digits, and all of them together
no more rows than a load has. All of it stands in a savepoint that whoever asks takes back.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import TypeAlias

import psycopg
from msgspec import Struct

from seedkit.errors import CatalogError, FixtureError, SeedkitError
from seedkit.postgres.connection import Connection
from seedkit.postgres.loading.blame import as_told
from seedkit.postgres.loading.causes import is_about_a_row, kind_of
from seedkit.postgres.loading.mistakes.no_row import is_refused_without_rows
from seedkit.postgres.loading.mistakes.pieces import Piece, chunks, halves, loads_of, rows_in
from seedkit.postgres.loading.table_loads import TableLoad

LoadRows: TypeAlias = Callable[[Connection, Sequence[TableLoad]], object]
"""Loads rows as those were loaded that were refused."""

_UNASKED_ROWS = 5_000
_TIMES_READ = 2
"""When this many times the rows that were read have been sent, no further row is looked for: the answer is to come."""

_KEPT_BYTES = 32 * 1024 * 1024


class Refused(Struct, frozen=True, kw_only=True):
    """A row that was refused, and the rows before it that were not, as far as they are remembered."""

    row: Piece
    error: psycopg.Error
    taken: tuple[Piece, ...]


class _NothingToTellError(Exception):
    """What comes back says nothing of a row."""


class Halving:
    """Looks for the rows of some loads that meet the same refusal as these did."""

    def __init__(
        self,
        connection: Connection,
        loads: Sequence[TableLoad],
        load_rows: LoadRows,
        error: psycopg.Error,
        *,
        circular: bool,
    ) -> None:
        self._connection = connection
        self._loads = loads
        self._load_rows = load_rows
        self._kind = kind_of(error)
        self._circular = circular
        self._pending: list[Piece] = []
        self._taken: deque[Piece] = deque()
        self._taken_bytes = self._read = self._sent = 0

    def refused(self) -> Iterator[Refused]:
        """Give refused rows in the order in which they are loaded; the first at any price, others if it is not far."""
        try:
            for number, chunk in enumerate(chunks(self._loads)):
                if number == 0 and is_refused_without_rows(self._connection, self._loads, chunk):
                    return
                self._read += rows_in(chunk)
                if error := self._try(chunk):
                    yield from self._among(chunk, error)
        except (_NothingToTellError, FixtureError, CatalogError):
            return

    def _among(self, pieces: list[Piece], error: psycopg.Error | None) -> Iterator[Refused]:
        """Find the refused ones of rows that are refused together, with this error where they were tried."""
        if rows_in(pieces) == 1:
            error = error or self._try(pieces)
            if error is not None and kind_of(error) == self._kind:
                yield Refused(row=pieces[0], error=error, taken=(*self._taken, *self._pending))
                self._stop_if_far(_TIMES_READ)
            return
        first, second = halves(pieces)
        if found := self._try(first):
            yield from self._among(first, found)
            if found := self._try(second):
                yield from self._among(second, found)
        else:
            yield from self._among(second, None)

    def _stop_if_far(self, times: int) -> None:
        if self._sent > _UNASKED_ROWS + times * self._read:
            raise _NothingToTellError

    def _try(self, pieces: list[Piece]) -> psycopg.Error | None:
        """Load rows, and give the error where they are refused; then nothing of them is left."""
        together = [*self._pending, *pieces]
        self._sent += rows_in(together)
        error = refusal(self._connection, self._load_rows, loads_of(self._loads, together))
        if error is not None and self._may_be_missing_parents(error):
            self._pending = together
            self._stop_if_far(2 * _TIMES_READ)
            return None
        if error is None:
            self._pending = []
            self._remember(together)
        return error

    def _may_be_missing_parents(self, error: psycopg.Error) -> bool:
        """Whether rows miss only others that come later: foreign keys are checked when all else has let them pass."""
        return self._circular and isinstance(error, psycopg.errors.ForeignKeyViolation) and kind_of(error) != self._kind

    def _remember(self, pieces: list[Piece]) -> None:
        self._taken += pieces
        self._taken_bytes += sum(len(piece.block.text) for piece in pieces)
        while self._taken_bytes > _KEPT_BYTES:
            self._taken_bytes -= len(self._taken.popleft().block.text)


def refusal(connection: Connection, load_rows: LoadRows, loads: Sequence[TableLoad]) -> psycopg.Error | None:
    """Load rows, and give the error where they are refused; raises psycopg.Error where that is no row's fault."""
    try:
        with connection.transaction():
            load_rows(connection, loads)
    except psycopg.Error as error:
        return _of_a_row(connection, as_told(error, loads))
    except SeedkitError as explained:
        if isinstance(explained.__cause__, psycopg.Error):
            return _of_a_row(connection, explained.__cause__)
        raise _NothingToTellError from None
    return None


def _of_a_row(connection: Connection, error: psycopg.Error) -> psycopg.Error:
    if connection.closed:
        raise error
    if not is_about_a_row(error):
        raise _NothingToTellError from None
    return error
