"""A connection of asyncpg, used from a thread beside the loop that it lives on."""

from __future__ import annotations

import sys
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any, BinaryIO

from psycopg.pq import TransactionStatus

from seedkit.core.names import TableName
from seedkit.postgres.drivers.driver import Driver, Said
from seedkit.postgres.interruption import Interrupted


class Asyncpg(Driver):
    """A connection of asyncpg; `awaited` has its loop run a coroutine, and waits for what comes of it."""

    def __init__(self, connection: Any, awaited: Callable[[Coroutine[Any, Any, Any]], Any]) -> None:  # noqa: ANN401 - not there on every machine
        self._connection = connection
        self._awaited = awaited
        self._exceptions = sys.modules["asyncpg.exceptions"]
        self._failed = self._lost = False

    @property
    def errors(self) -> tuple[type[Exception], ...]:
        """What it raises."""
        known = self._exceptions
        return (known.PostgresError, known.InterfaceError, known.InternalClientError, OSError)

    @property
    def closed(self) -> bool:
        """Whether it is closed; one that the server has ended may only be out of its mind at first."""
        return self._lost or bool(self._connection.is_closed())

    @property
    def status(self) -> TransactionStatus:
        """As it tells; that a transaction has failed is remembered, or found out at the first statement."""
        if not self._connection.is_in_transaction():
            return TransactionStatus.IDLE
        return TransactionStatus.INERROR if self._failed else TransactionStatus.INTRANS

    def run(self, command: str) -> None:
        """Execute a command, by the simple protocol."""
        self._sent(self._connection.execute(command))
        if command.startswith("rollback"):
            self._failed = False

    def texts(self, query: str) -> list[str]:
        """Give the rows of one text each; the statement has no name, so that it does not stay prepared."""
        found: list[str] = self._sent(self._fetched(query))
        return found

    def _sent(self, coroutine: Coroutine[Any, Any, Any]) -> Any:  # noqa: ANN401
        """Have a statement sent. Where it is cut short, the server is asked how that has left the transaction."""
        try:
            return self._awaited(coroutine)
        except Interrupted:
            with suppress(*self.errors):
                self._failed = True
                self._awaited(self._connection.execute("select"))
                self._failed = False
            raise

    async def _fetched(self, query: str) -> list[str]:
        statement = await self._connection.prepare(query, name="")
        return [record[0] for record in await statement.fetch()]

    def copy_out(self, statement: str, table: TableName, column: str, out: BinaryIO) -> None:  # noqa: ARG002
        """Copy by names, from which it makes the statement itself."""
        place = {"schema_name": table.schema, "columns": [column]}
        self._sent(self._connection.copy_from_table(table.name, **place, output=out, encoding="UTF8"))

    def parameter(self, name: str) -> str | None:
        """Give a setting that the server has told of."""
        return getattr(self._connection.get_settings(), name, None)

    def said(self, error: Exception) -> Said | None:
        """Give what the server said; the transaction has failed by it."""
        self._lost |= isinstance(error, self._exceptions.InternalClientError)
        sqlstate = getattr(error, "sqlstate", None)
        if sqlstate is None:
            return None
        self._failed = self._connection.is_in_transaction()
        message, detail, hint = (getattr(error, name, None) for name in ("message", "detail", "hint"))
        return Said(sqlstate=sqlstate, message=message, detail=detail, hint=hint)
