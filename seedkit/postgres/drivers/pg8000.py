"""A connection of pg8000, by its DB-API or its native one."""

from __future__ import annotations

import sys
from typing import Any, BinaryIO

from psycopg.pq import TransactionStatus

from seedkit.core.names import TableName
from seedkit.postgres.drivers.driver import Driver, Said

_STATUS = {b"I": TransactionStatus.IDLE, b"T": TransactionStatus.INTRANS, b"E": TransactionStatus.INERROR}


class Pg8000(Driver):
    """A connection of pg8000; by what its cursors stand on, which begins no transaction."""

    def __init__(self, connection: Any) -> None:  # noqa: ANN401 - untyped, and not there on every machine
        self._connection = connection
        self._exceptions = sys.modules["pg8000.exceptions"]
        self._lost = False

    @property
    def errors(self) -> tuple[type[Exception], ...]:
        """What it raises."""
        return (self._exceptions.Error, OSError)

    @property
    def closed(self) -> bool:
        """Whether the network has failed; the driver does not tell."""
        return self._lost

    @property
    def status(self) -> TransactionStatus:
        """As the server's last answer had it."""
        return _STATUS.get(bytes(self._connection._transaction_status or b"I"), TransactionStatus.UNKNOWN)

    def run(self, command: str) -> None:
        """Execute a command."""
        self._connection.execute_simple(command)

    def texts(self, query: str) -> list[str]:
        """Give the rows of one text each."""
        return [text for (text,) in self._connection.execute_simple(query).rows]

    def copy_out(self, statement: str, table: TableName, column: str, out: BinaryIO) -> None:  # noqa: ARG002
        """Copy by the statement."""
        self._connection.execute_unnamed(statement, stream=out)

    def parameter(self, name: str) -> str | None:
        """Give a setting that the server has told of."""
        found: str | None = self._connection.parameter_statuses.get(name)
        return found

    def said(self, error: Exception) -> Said | None:
        """Give what the server said, which is the error's only argument, by the letters of the protocol."""
        fields = error.args[0] if error.args else None
        if not isinstance(fields, dict):
            self._lost = True
            return None
        return Said(sqlstate=fields["C"], message=fields.get("M"), detail=fields.get("D"), hint=fields.get("H"))
