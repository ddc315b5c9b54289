"""The session by which a run of tests makes its databases; the lock that it holds shows others that the run lives.

Nothing is ever created in the database that was named, nor changed: the databases are made beside it.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from psycopg import sql

from seedkit.core.names import in_quotes, quote_identifier
from seedkit.errors import ConnectionFailedError, UsageError
from seedkit.postgres.alone import alone_with
from seedkit.postgres.clones.names import RunNames, project_names
from seedkit.postgres.clones.urls import database_url
from seedkit.postgres.connection import Connection, OwnConnection
from seedkit.postgres.driver_errors import explained
from seedkit.postgres.opening import connect
from seedkit.postgres.queries import query

_MAINTENANCE = "postgres"
"""Advisory locks are a database's own: all runs meet in this one, whichever was named."""

_SOON, _LOOKS = 0.2, 0.002
"""Seconds that a session is given to go before a drop is sent all the same, and between two looks."""

_log = logging.getLogger("seedkit")


@dataclass(slots=True, kw_only=True)
class CloneSession:
    """A run's session; `durable` is whether the server waits for the disk.

    Where it does not, files are copied, which needs a checkpoint (20 ms for a small database, against 30 to 45 by way
    of the log, measured); where it does, the checkpoint would wait for all that others have written.
    """

    connection: Connection
    conninfo: str = field(repr=False)
    names: RunNames
    durable: bool
    made: int = 0

    def url(self, name: str) -> str:
        """Give the URL of a database beside the one that was named."""
        return database_url(self.conninfo, name)

    def clone(self, template: str, *, name: str | None = None) -> str:
        """Make a clone of a template, and give its name."""
        name = name or self.names.clone(self.next_number())
        copied = sql.SQL("wal_log" if self.durable else "file_copy")
        create = sql.SQL("create database {} template {} strategy {}")
        with explained("cloning the template"):
            self.connection.execute(create.format(sql.Identifier(name), sql.Identifier(template), copied))
        return name

    def drop(self, name: str) -> None:
        """Drop a database, with the sessions in it.

        They are ended before, as PostgreSQL looks only every 100 ms whether they have gone; so it would after a test
        that has just closed its connection.
        """
        self.end_sessions(name, seconds=_SOON)
        self.connection.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))

    def end_sessions(self, name: str, *, seconds: float) -> None:
        """End the sessions in a database, and wait some seconds for them to go."""
        deadline = time.monotonic() + seconds
        while self.connection.execute(query("sessions_ended"), {"name": name}).fetchall():
            if time.monotonic() > deadline:
                return
            time.sleep(_LOOKS)

    def named(self, beginning: str) -> list[str]:
        """List the databases whose names begin so, the oldest first."""
        rows = self.connection.execute(query("databases_named"), {"beginning": beginning}).fetchall()
        return [name for (name,) in rows]

    def next_number(self) -> int:
        """Count what the run makes."""
        self.made += 1
        return self.made


@contextmanager
def clone_session(conninfo: str, *, source: str, folder: Path) -> Iterator[CloneSession]:
    """Come to a server for a run of the tests in a folder; at the end all clones of the run are dropped.

    What runs have left that were killed is dropped at the beginning. Raises ConnectionFailedError, and UsageError where
    the role may not create databases.
    """
    with _maintenance(conninfo, source) as connection:
        role, durable = _role_that_creates(connection, source)
        names = project_names(folder, role)
        session = CloneSession(connection=connection, conninfo=conninfo, names=names, durable=durable)
        connection.execute("set idle_session_timeout to 0")  # its lock is to be held as long as the run lives
        connection.execute("select pg_catalog.pg_advisory_lock(%s)", [names.run])
        drop_leftovers(session)
        try:
            yield session
        finally:
            if not connection.closed:
                _drop_those_of(session, {names.run})


def drop_leftovers(session: CloneSession) -> None:
    """Drop the clones and unfinished templates of those runs of the project that live no more."""
    names = session.named(f"{session.names.project}_")
    found = {run for name in names if (run := session.names.run_of(name)) is not None}
    rows = session.connection.execute(query("held_advisory_locks")).fetchall() if found else []
    _drop_those_of(session, found - {number for (number,) in rows})


def _drop_those_of(session: CloneSession, runs: set[int]) -> None:
    for name in session.named(f"{session.names.project}_") if runs else ():
        if session.names.run_of(name) in runs:
            session.drop(name)


def _maintenance(conninfo: str, source: str) -> OwnConnection:
    with alone_with(conninfo, source):
        try:
            return connect(database_url(conninfo, _MAINTENANCE), source=source)
        except ConnectionFailedError:
            _log.debug("no way to database %s: the runs meet in the one that was named", _MAINTENANCE)
        return connect(conninfo, source=source)


def _role_that_creates(connection: Connection, source: str) -> tuple[str, bool]:
    row = connection.execute(query("may_create_databases")).fetchone()
    role, may_create, durable = row if row else ("", False, True)
    if not may_create:
        raise UsageError(
            f"role {in_quotes(role)} of {source} may not create databases, and tests are given databases of their own",
            hint=f"As a superuser: alter role {quote_identifier(role)} createdb. Or name another role there.",
        )
    return str(role), durable
