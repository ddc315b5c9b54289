"""A psycopg connection for a test: whatever the test does on it, commits too, is taken back at its end.

The test works in a savepoint of one transaction: its commit keeps the savepoint's work and begins another, its rollback
goes back to the last commit. Sequences are put back by themselves, as ROLLBACK does not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any

import psycopg
from psycopg import pq, sql
from psycopg.abc import PQGen
from psycopg.pq.abc import PGresult

from seedkit.postgres.alone import alone_with
from seedkit.postgres.clones.kept_sequences import Place, places, put_back, set_statements
from seedkit.postgres.opening import connect
from seedkit.postgres.queries import query

_BEGIN = b"begin; savepoint seedkit_test"
_ROLLBACK = b"rollback to savepoint seedkit_test"
_COMMIT = (b"release savepoint seedkit_test", b"savepoint seedkit_test")
_END = "rollback; select pg_catalog.pg_advisory_unlock_all(); discard sequences; deallocate all"
_SOURCE = "a clone for tests"


class RolledBackConnection(psycopg.Connection[Any]):
    """A connection as psycopg opens it, but that its commit and rollback move inside a transaction of the test's.

    It is psycopg's default: not in autocommit mode, rows as tuples.
    """

    ended: bool | None = None
    """Whether the test has ended its transaction by SQL: known once it is over, None where it can't be known."""
    written: Sequence[int] = ()
    """The OIDs of the relations that the test has written or moved: known once it is over."""
    _is_inside: bool = True

    def _exec_command(self, command: Any, result_format: pq.Format = pq.Format.TEXT) -> PQGen[PGresult | None]:  # noqa: ANN401 - as psycopg has it
        """Send what psycopg sends by itself, which then forgets what it has prepared, in pipelines too.

        It begins a transaction only where none is open: then the test has ended its own by SQL.
        """
        if command == self._get_tx_start_command():
            self._is_inside = False
        *before, last = self._inside(command) if self._is_inside else (command,)
        for statement in before:
            yield from super()._exec_command(statement)
        return (yield from super()._exec_command(last, result_format))

    def _inside(self, command: Any) -> tuple[Any, ...]:  # noqa: ANN401 - as psycopg has it
        """Tell what a command of psycopg's own is in the transaction of the test."""
        has_failed = self.info.transaction_status == pq.TransactionStatus.INERROR
        if command == b"ROLLBACK" or (command == b"COMMIT" and has_failed):
            return (_ROLLBACK,)  # what PostgreSQL makes of a commit then
        return _COMMIT if command == b"COMMIT" else (command,)

    def _check_intrans_gen(self, attribute: str) -> PQGen[None]:
        """Refuse what can be set outside a transaction only, in psycopg's words and with the way to it."""
        try:
            yield from super()._check_intrans_gen(attribute)
        except psycopg.ProgrammingError as error:
            raise psycopg.ProgrammingError(f"{error}; a test that sets it takes seedkit_fresh_database") from None

    def close(self) -> None:
        """Close the connection; before that it is looked at whether the test's transaction is still open."""
        if not self.closed:
            self.end_test()
        super().close()

    def end_test(self) -> None:
        """Go back to before the test, and note what it has written; the transaction is still to be rolled back.

        In the midst of a statement that is not to be had: whoever copies or streams rows holds the connection.
        """
        status = self.info.transaction_status
        if status == pq.TransactionStatus.IDLE:
            self.ended = True
        if status in {pq.TransactionStatus.IDLE, pq.TransactionStatus.ACTIVE}:
            return
        with suppress(psycopg.Error):  # lost, or in the midst of something
            try:
                self.written = _numbers(self.send(_ROLLBACK + b";" + query("relations_written").as_bytes(self)))
                self.ended = False
            except psycopg.errors.InvalidSavepointSpecification:  # it was ended, and another begun
                self.ended = True

    def begin_test(self) -> None:
        """Begin the transaction of a test, as psycopg has a connection that was just opened."""
        psycopg.Connection.__init__(self, self.pgconn)  # what was prepared, handlers, adapters, factories
        self.ended, self._is_inside = None, True
        self.send(_BEGIN)

    def send(self, statements: bytes) -> PGresult:
        """Send statements in one go, past psycopg's own bookkeeping; raises psycopg.Error for the first that fails."""
        result = self.pgconn.exec_(statements)
        if result.status in {pq.ExecStatus.COMMAND_OK, pq.ExecStatus.TUPLES_OK}:
            return result
        raise psycopg.errors.error_from_result(result)


class CloneConnections:
    """The connection to a clone that one test after another is given.

    `soiled` tells that a test may have left something; `ended`, that it did so by ending its transaction by SQL.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._connection: RolledBackConnection | None = None
        with _own_connection(url) as connection:
            self._kept: Mapping[int, Place] = places(connection)
        self.soiled = False
        self.ended = False

    @contextmanager
    def for_a_test(self) -> Iterator[RolledBackConnection]:
        """Lend the connection for a test, and take back all that was done on it."""
        connection = self._begun()
        try:
            yield connection
        finally:
            self._take_back(connection)

    def put_sequences_back(self) -> None:
        """Put back all sequences, whoever has moved them."""
        with _own_connection(self._url) as connection:
            put_back(connection, self._kept)

    def close(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            self._connection.close()

    def _begun(self) -> RolledBackConnection:
        if self._connection is not None and not self._connection.closed:
            with suppress(psycopg.OperationalError):  # the server may have ended it meanwhile
                self._connection.begin_test()
                return self._connection
        with alone_with(self._url, _SOURCE):
            self._connection = RolledBackConnection.connect(self._url)
        self._connection.begin_test()
        return self._connection

    def _take_back(self, connection: RolledBackConnection) -> None:
        if not connection.closed:
            connection.end_test()
        if connection.ended is False and connection.closed:
            self.put_sequences_back()
        elif connection.ended is False:
            statements = [sql.SQL(_END), *set_statements(connection.written, self._kept)]
            connection.send(sql.SQL(";").join(statements).as_bytes(connection))
        else:
            self.soiled, self.ended = True, connection.ended is True
            connection.close()


@contextmanager
def _own_connection(url: str) -> Iterator[psycopg.Connection[Any]]:
    with alone_with(url, _SOURCE), connect(url, source=_SOURCE) as connection:
        yield connection


def _numbers(result: PGresult) -> list[int]:
    values = (result.get_value(row, 0) for row in range(result.ntuples))
    return [int(value) for value in values if value is not None]
