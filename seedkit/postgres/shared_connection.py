"""A run's connection as a library takes it that begins and ends transactions of its own, such as SQLAlchemy.

What it does to the connection itself comes to nothing: the run commits, or nobody. It makes cursors alone, whose rows
and values are what a new connection would give, whatever the run's own has been told.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import psycopg
from psycopg.adapt import AdaptersMap
from psycopg.rows import tuple_row

from seedkit.errors import UsageError
from seedkit.postgres.connection import Connection, Cursor


class SharedConnection:
    """A psycopg connection without its ends: neither commit nor rollback nor close reaches the server.

    `adapters` are its own, so that what is registered there changes no value of the run's. A statement waits for
    `turn`, by which the run keeps savepoints from being laid side by side in threads. All else is the connection's.
    """

    def __init__(self, connection: Connection, turn: AbstractContextManager[Any]) -> None:
        self._shared = connection
        self._turn = turn
        self.adapters = AdaptersMap(psycopg.adapters)

    @property
    def own(self) -> Connection:
        """The run's connection itself."""
        return self._shared

    @property
    def lock(self) -> AbstractContextManager[Any]:
        """What a cursor holds while its statement is at work; it is not to be had inside a pipeline."""
        return _held(self._turn, self._shared)

    def cursor(self, name: str = "", **options: Any) -> Any:  # noqa: ANN401 - a cursor, or one of the server
        """Make a cursor whose rows are tuples; with a name it is one of the server, whose rows come bit by bit."""
        shared: Any = self
        if name:
            return psycopg.ServerCursor(shared, name, row_factory=tuple_row, **options)
        cursor: Cursor = psycopg.Cursor(shared, row_factory=tuple_row)
        return cursor

    def commit(self) -> None:
        """Leave it to the run."""

    def rollback(self) -> None:
        """Leave it to the run; what a library takes back, it takes back to a savepoint."""

    def close(self) -> None:
        """Leave it to the run."""

    def add_notice_handler(self, handler: object) -> None:
        """Leave notices to the run's own handlers."""

    @property
    def autocommit(self) -> bool:
        """False: a transaction is open, and stays so."""
        return False

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401
        return getattr(self._shared, name)


@contextmanager
def _held(turn: AbstractContextManager[Any], connection: Connection) -> Iterator[None]:
    with turn, connection.lock:
        if connection.pgconn.pipeline_status != psycopg.pq.PipelineStatus.OFF:
            raise UsageError(
                "the session of a seeder can not be used inside a pipeline of db.connection",
                hint="Use it before the pipeline or after it.",
            )
        yield
