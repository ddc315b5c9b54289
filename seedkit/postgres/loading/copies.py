"""Sends rows by COPY, one after the other; those of code are made while the server is still at work on those before.

Whoever makes them may use the connection meanwhile, so no COPY is open then: the last one has been sent to its end, and
a thread waits for the answer. It holds the lock that the driver takes for each use, so any other use waits as well.
"""

from __future__ import annotations

from contextlib import ExitStack, suppress
from threading import Thread
from types import TracebackType
from typing import Any

import psycopg
from psycopg import sql

from seedkit.postgres.connection import Connection
from seedkit.postgres.loading.copying import Run, places_of, sent
from seedkit.progress import CHECKING_FOREIGN_KEYS, current

WORTH_ROWS = 1_000
"""For fewer rows a thread takes longer than the server."""


class Copies:
    """Consecutive COPYs; `taken` counts the rows that the server took, of all when the context is left."""

    def __init__(self, connection: Connection) -> None:
        self.taken = 0
        self.connection = connection
        self._awaited: _Awaited | None = None

    def __enter__(self) -> Copies:
        """Begin without one."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        """Wait for the last answer: what it refuses came before the error that ends the context, unless by Ctrl-C."""
        if error is not None and not isinstance(error, Exception) and self._awaited:
            self._awaited.cancel(self.connection)
        else:
            self.settle()

    def settle(self) -> None:
        """Wait for the answer to the last COPY; raises LoadError for what is refused."""
        awaited, self._awaited = self._awaited, None
        if awaited:
            with places_of(awaited.run), current().at(CHECKING_FOREIGN_KEYS):
                self.taken += awaited.rows(self.connection)

    def send(self, target: sql.Composable, run: Run, *, checks: bool = False) -> None:
        """Send a run's rows, whose foreign keys the server `checks`; raises LoadError for what is refused."""
        self.settle()
        with places_of(run), current().at("copying rows"), ExitStack() as stack:
            cursor = stack.enter_context(sent(self.connection, target, run, checks=checks))
            if run.source.may_query and run.rows >= WORTH_ROWS and self.connection.lock.locked():
                self._awaited = _Awaited(run, cursor, stack.pop_all())
        if not self._awaited:
            self.taken += cursor.rowcount


class _Awaited:
    """A COPY that was sent to its end, and a thread that waits for what the server says."""

    def __init__(self, run: Run, cursor: psycopg.Cursor[Any], end: ExitStack) -> None:
        self.run = run
        self._cursor, self._end = cursor, end
        self._error: BaseException | None = None
        self._thread = Thread(target=self._wait, name="seedkit-copy", daemon=True)
        self._thread.start()

    def rows(self, connection: Connection) -> int:
        """Wait for the answer; Ctrl-C has it come early."""
        try:
            self._thread.join()
        except BaseException:
            self.cancel(connection)
            raise
        if self._error:
            raise self._error
        return self._cursor.rowcount

    def cancel(self, connection: Connection) -> None:
        """Have the server give up, and wait until it has."""
        with suppress(psycopg.Error):  # a server that does not hear it answers all the same
            connection.cancel_safe(timeout=5)
        self._thread.join()

    def _wait(self) -> None:
        try:
            self._end.close()
        except BaseException as error:  # noqa: BLE001 - it is raised where the answer is awaited
            self._error = error
