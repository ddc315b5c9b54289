"""The session's time-outs: which count while we are at work, and where one comes from that has stopped us."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import sql
from psycopg.rows import tuple_row

from seedkit.core.names import quote_identifier
from seedkit.errors import ConnectionLostError, SeedkitError
from seedkit.postgres.connection import OwnConnection, begin_statement, in_transaction, pipelined, unit_of_work
from seedkit.postgres.driver_errors import SERVER_ENDED_IT
from seedkit.postgres.server_limits import limit_hint
from seedkit.postgres.session import Session
from seedkit.postgres.session_options import option

_SET_ASIDE = ("transaction_timeout", "statement_timeout", "idle_in_transaction_session_timeout", "lock_timeout")
_SINCE_17 = "transaction_timeout"

_BY_SQLSTATE = {"57014": "statement_timeout", "55P03": "lock_timeout"}
"""Those that leave the session alive, so that it can be asked; 57014 is any cancel."""

_PLACES = {
    "database": "alter database {database} set …",
    "user": "alter role {role} set …",
    "database user": "alter role {role} in database {database} set …",
    "global": "alter role all set …",
    "client": "the connection's options (PGOPTIONS)",
    "configuration file": "the server's configuration",
    "command line": "the server's command line",
    "session": "a SET in this session",
}
"""What has set it, by `pg_settings.source`."""


@contextmanager
def transaction_without_time_outs(connection: Session) -> Iterator[None]:
    """Work in a transaction of our own in which only time-outs of who runs us count; begun in one round trip."""
    try:
        with pipelined(connection):
            connection.execute(begin_statement(connection))
            set_time_outs_aside(connection)
        yield
    except BaseException:
        if not connection.closed:
            connection.rollback()
        raise
    connection.commit()


@contextmanager
def work_without_time_outs(connection: Session, *, roll_back: bool = False) -> Iterator[None]:
    """Do a `unit_of_work` in which, if the transaction is ours, only time-outs of who runs us count."""
    begins = not in_transaction(connection)
    with unit_of_work(connection, roll_back=roll_back):
        if begins:
            with pipelined(connection):
                set_time_outs_aside(connection)
        yield


def set_time_outs_aside(connection: Session) -> None:
    """Have time-outs of the database and the role not count in the transaction that has just begun, as pg_dump does.

    On a connection of ours: whoever owns the database could stop us by them. What whoever runs us has said counts:
    `statement_timeout` of the connection, and the options of libpq (PGOPTIONS). Each by a plain SET, which takes next
    to no time itself, where a query might take a millisecond.
    """
    if isinstance(connection, OwnConnection):
        for name, value in _wanted(connection):
            connection.execute(sql.SQL("set local {} = {}").format(sql.Identifier(name), sql.Literal(value)))


def _wanted(connection: OwnConnection) -> Iterator[tuple[str, str]]:
    options = connection.info.options.lower().replace("-", "_")  # --statement-timeout=1s is a spelling too
    for name in _SET_ASIDE:
        if name == "statement_timeout" and connection.statement_timeout is not None:
            yield name, connection.statement_timeout
        elif name not in options and (name != _SINCE_17 or connection.info.server_version >= 170000):
            yield name, "0"


@contextmanager
def time_outs_told(connection: Session, *, ours: Collection[str] = ()) -> Iterator[None]:
    """Have an error that comes from a time-out say which it was, where it is set, and what to do.

    `ours` are those that the work itself has set, and says more of.
    """
    try:
        yield
    except SeedkitError as error:
        if isinstance(error.__cause__, psycopg.Error):
            said = None if error.hint == limit_hint(error.__cause__) else error.hint
            if _BY_SQLSTATE.get(error.__cause__.sqlstate or "") not in ours:
                error.hint = _joined(_more_of(connection, error, error.__cause__) or error.hint, said)
        raise


def _joined(more: str | None, hint: str | None) -> str | None:
    """Say both: what was kept of a run stays true whatever has ended it."""
    return f"{more} {hint}" if more and hint and hint != more else more or hint


def _more_of(connection: Session, error: SeedkitError, cause: psycopg.Error) -> str | None:
    if connection.closed and not isinstance(error, ConnectionLostError):
        return limit_hint(cause) or SERVER_ENDED_IT
    return time_out_hint(connection, cause)


def time_out_hint(connection: Session, error: psycopg.Error) -> str | None:
    """Say where the time-out comes from that has stopped us; None for another error or where nobody can be asked."""
    name = _BY_SQLSTATE.get(error.sqlstate or "")
    if name is None or not _can_be_asked(connection):
        return None
    row = _asked(connection, name)
    if row is None or row[0] == "0" or row[1] not in _PLACES:
        return None
    value, source, database, role = row
    place = _PLACES[source].format(database=quote_identifier(database), role=quote_identifier(role))
    return f"{name} is {value} by {place}: raise it there, or {_way_out(connection, name)}."


def _can_be_asked(connection: Session) -> bool:
    if isinstance(connection, OwnConnection) and connection.statement_timeout is not None:
        return False  # then it is that one, most likely
    status = connection.info.transaction_status
    idle = status == psycopg.pq.TransactionStatus.IDLE and connection.autocommit
    return not connection.closed and (idle or status == psycopg.pq.TransactionStatus.INTRANS)


def _asked(connection: Session, name: str) -> tuple[Any, ...] | None:
    question = (
        "select pg_catalog.current_setting(name), source, pg_catalog.current_database(), session_user"
        " from pg_catalog.pg_settings where name operator(pg_catalog.=) %s"
    )
    try:
        with connection.transaction():
            row: tuple[Any, ...] | None = connection.cursor(row_factory=tuple_row).execute(question, (name,)).fetchone()
            return row
    except psycopg.Error:  # such as the same time-out once more
        return None


def _way_out(connection: Session, name: str) -> str:
    if not isinstance(connection, OwnConnection):
        return f"for this transaction: set local {name} = 0"
    return "give --statement-timeout" if name == "statement_timeout" else f"give {option(connection, name, '0')}"
