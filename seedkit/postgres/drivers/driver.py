"""What a driver has to do for us, and its errors as psycopg's, which the rest of seedkit knows."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, BinaryIO

import psycopg
from msgspec import Struct
from psycopg.pq import DiagnosticField, TransactionStatus

from seedkit.core.names import TableName

_ENDS_THE_SESSION = frozenset({"57P01", "57P02", "57P03", "57P05", "25P03", "25P04"})
"""Shutdowns and time-outs after which the server has hung up, whatever the driver has noticed of it."""


class Said(Struct, frozen=True, kw_only=True):
    """What the server said in an error."""

    sqlstate: str
    message: str | None
    detail: str | None
    hint: str | None


class Driver(ABC):
    """A connection of another driver, and the few things that are asked of it.

    `begins_itself` where a statement begins a transaction, as the DB-API has it. Statements are whole texts: nothing is
    prepared under a name, so that nothing stays in the session.
    """

    begins_itself = False

    @property
    @abstractmethod
    def errors(self) -> tuple[type[Exception], ...]:
        """What the driver raises."""

    @property
    @abstractmethod
    def closed(self) -> bool:
        """Whether the connection is closed, as far as the driver knows."""

    @property
    @abstractmethod
    def status(self) -> TransactionStatus:
        """Whether a transaction is open, and whether it has failed."""

    @abstractmethod
    def run(self, command: str) -> None:
        """Execute what gives no rows."""

    @abstractmethod
    def texts(self, query: str) -> list[str]:
        """Give the rows of a query that has one column, of type text."""

    @abstractmethod
    def copy_out(self, statement: str, table: TableName, column: str, out: BinaryIO) -> None:
        """Copy a column of a table as UTF-8, by the statement that does it where the driver takes one."""

    @abstractmethod
    def parameter(self, name: str) -> str | None:
        """Give a setting that the server tells of by itself."""

    @abstractmethod
    def said(self, error: Exception) -> Said | None:
        """Give what the server said, None for an error of the driver's own."""

    def commit(self) -> None:
        """Commit."""
        self.run("commit")

    def rollback(self) -> None:
        """Roll back."""
        self.run("rollback")


def translated(said: Said | None, error: Exception, *, closed: bool) -> psycopg.Error:
    """Make psycopg's error of the same SQLSTATE; one without is a lost connection, where that is closed by now."""
    if said is None:
        return psycopg.OperationalError(str(error)) if closed else psycopg.InterfaceError(str(error))
    try:
        kind = psycopg.errors.lookup(said.sqlstate)
    except KeyError:
        kind = psycopg.DatabaseError
    told: dict[int, Any] = dict.fromkeys(DiagnosticField)
    told |= {
        DiagnosticField.SQLSTATE: said.sqlstate.encode(),
        DiagnosticField.MESSAGE_PRIMARY: _bytes(said.message or str(error)),
        DiagnosticField.MESSAGE_DETAIL: _bytes(said.detail),
        DiagnosticField.MESSAGE_HINT: _bytes(said.hint),
    }
    return kind(said.message or str(error), info=told)


def _bytes(text: str | None) -> bytes | None:
    return None if text is None else text.encode("utf-8", "surrogateescape")


def ends_the_session(said: Said | None) -> bool:
    """Whether the server has hung up after this."""
    return said is not None and (said.sqlstate in _ENDS_THE_SESSION or said.sqlstate.startswith("08"))
