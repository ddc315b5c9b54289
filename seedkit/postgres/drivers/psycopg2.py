"""A connection of psycopg2."""

from __future__ import annotations

import sys
from typing import Any, BinaryIO

from psycopg.pq import TransactionStatus

from seedkit.core.names import TableName
from seedkit.postgres.drivers.driver import Driver, Said


class Psycopg2(Driver):
    """A connection of psycopg2, whose rows are tuples to us whatever its owner has them be."""

    def __init__(self, connection: Any) -> None:  # noqa: ANN401 - untyped, and not there on every machine
        self._connection = connection
        self._cursor_type = sys.modules["psycopg2.extensions"].cursor

    @property
    def begins_itself(self) -> bool:  # type: ignore[override]
        """Unless it is in autocommit mode."""
        return not self._connection.autocommit

    @property
    def errors(self) -> tuple[type[Exception], ...]:
        """What it raises; for a letter that the encoding has not, that is Python's own error."""
        return (self._connection.Error,)

    @property
    def closed(self) -> bool:
        """Whether it is closed, or was lost."""
        return bool(self._connection.closed)

    @property
    def status(self) -> TransactionStatus:
        """As libpq has it."""
        return TransactionStatus(self._connection.info.transaction_status)

    def run(self, command: str) -> None:
        """Execute a command, before which it begins a transaction unless it is in autocommit mode."""
        with self._cursor() as cursor:
            cursor.execute(command)

    def texts(self, query: str) -> list[str]:
        """Give the rows of one text each."""
        with self._cursor() as cursor:
            cursor.execute(query)
            return [text for (text,) in cursor.fetchall()]

    def copy_out(self, statement: str, table: TableName, column: str, out: BinaryIO) -> None:  # noqa: ARG002
        """Copy by the statement."""
        with self._cursor() as cursor:
            cursor.copy_expert(statement, out)

    def parameter(self, name: str) -> str | None:
        """Give a setting that the server tells of."""
        found: str | None = self._connection.info.parameter_status(name)
        return found

    def said(self, error: Exception) -> Said | None:
        """Give what the server said."""
        sqlstate, diagnostics = getattr(error, "pgcode", None), getattr(error, "diag", None)
        if sqlstate is None or diagnostics is None:
            return None
        return Said(
            sqlstate=sqlstate,
            message=diagnostics.message_primary,
            detail=diagnostics.message_detail,
            hint=diagnostics.message_hint,
        )

    def commit(self) -> None:
        """Commit what it has begun itself, or we have."""
        if self.begins_itself:
            self._connection.commit()
        else:
            self.run("commit")

    def rollback(self) -> None:
        """Roll back what it has begun itself, or we have."""
        if self.begins_itself:
            self._connection.rollback()
        else:
            self.run("rollback")

    def _cursor(self) -> Any:  # noqa: ANN401
        return self._connection.cursor(cursor_factory=self._cursor_type)
