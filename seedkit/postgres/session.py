"""What looking at sequences and moving them asks of a connection: psycopg's own is such as it is.

For the connections of other drivers `seedkit.postgres.drivers` has one that speaks it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, LiteralString, Protocol, TypeAlias

import psycopg
from psycopg import sql
from psycopg.rows import RowFactory

Statement: TypeAlias = "LiteralString | sql.SQL | sql.Composed"


class Answer(Protocol):
    """A cursor: it sends a statement, and has the rows of its answer."""

    @property
    def description(self) -> Sequence[object] | None:
        """The columns of the answer, None where it has none."""

    def execute(self, query: Statement, params: Sequence[Any] | Mapping[str, Any] | None = None) -> Answer:
        """Send a statement; in a pipeline, rows and errors come later."""

    def fetchone(self) -> Any:  # noqa: ANN401 - a tuple or a dict, as was asked for
        """Give the next row, None after the last one."""

    def fetchall(self) -> list[Any]:
        """Give the rows that are left."""

    def scroll(self, value: int, mode: str) -> None:
        """Go to a row, to have it once more."""


class ServerFacts(Protocol):
    """What a connection knows of its session and of the server."""

    @property
    def transaction_status(self) -> psycopg.pq.TransactionStatus:
        """Whether a transaction is open, and whether it has failed."""

    @property
    def server_version(self) -> int:
        """Such as 180001."""

    @property
    def dbname(self) -> str:
        """The database."""

    @property
    def user(self) -> str:
        """The role."""

    @property
    def host(self) -> str:
        """Where the server is, a socket's folder too."""

    @property
    def hostaddr(self) -> str:
        """Its address."""

    @property
    def port(self) -> int:
        """Its port."""

    def get_parameters(self) -> dict[str, str]:
        """Give what the connection was asked for with, but passwords and defaults."""

    def parameter_status(self, param_name: str) -> str | None:
        """Give a setting that the server tells of by itself."""


class Session(Protocol):
    """A connection on which sequences can be looked at and moved."""

    @property
    def closed(self) -> bool:
        """Whether it is lost or was closed."""

    @property
    def autocommit(self) -> bool:
        """Whether a statement begins no transaction."""

    @property
    def isolation_level(self) -> psycopg.IsolationLevel | None:
        """That of the transactions it begins, where it was told."""

    @property
    def read_only(self) -> bool | None:
        """Whether the transactions it begins only read, where it was told."""

    @property
    def info(self) -> ServerFacts:
        """What it knows without asking."""

    def execute(self, query: Statement, params: Sequence[Any] | Mapping[str, Any] | None = None) -> Answer:
        """Send a statement; its rows are tuples."""

    def cursor(self, *, row_factory: RowFactory[Any]) -> Answer:
        """Make a cursor whose rows are tuples or dicts."""

    def transaction(
        self,
        savepoint_name: str | None = None,
        force_rollback: bool = False,  # noqa: FBT001, FBT002 - as psycopg has it
    ) -> AbstractContextManager[object]:
        """Begin a transaction, or a savepoint in the one that is open."""

    def commit(self) -> None:
        """Commit the transaction."""

    def rollback(self) -> None:
        """Roll the transaction back."""
