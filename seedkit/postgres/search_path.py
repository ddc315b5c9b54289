"""What unqualified names mean: PostgreSQL's own alone while we ask and move, the user's while their code runs.

Who may create in a schema of the path can plant a function or an operator there that fits better than PostgreSQL's own,
and it runs with the rights of whoever meets it (CVE-2018-1058). SET LOCAL, as a session may be somebody else's next.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any, TypeVar
from weakref import WeakSet

import psycopg
from psycopg import sql

from seedkit.postgres.connection import Connection, begin_statement, in_transaction, pipelined

_Asked = TypeVar("_Asked")

_SAFE = sql.SQL(
    "select pg_catalog.current_setting('search_path') as path,"
    " pg_catalog.set_config('seedkit.schemas', pg_catalog.current_schemas(true)::pg_catalog.text, true),"
    " pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true)"
)
"""Queries find the schemas of the user's path in the setting `seedkit.schemas`, with those that are always searched."""

_LOCK_TIMEOUT = sql.SQL("{}, pg_catalog.set_config('lock_timeout', {}, true)")

_safe: WeakSet[Connection] = WeakSet()
"""Connections in whose open transaction only PostgreSQL's own names are found."""


def safe_path(connection: Connection, lock_timeout: str | None = None) -> AbstractContextManager[None]:
    """Find only PostgreSQL's own names while the work is done, and then again what was found before.

    In the transaction that is open; where none is, in a short one of its own, which is committed and waits for locks
    as long as it is told to.
    """
    return asked_safely(connection, lambda: None, lock_timeout)


@contextmanager
def asked_safely(
    connection: Connection, ask: Callable[[], _Asked], lock_timeout: str | None = None
) -> Iterator[_Asked]:
    """Give what `ask` has sent in the first round trip of a `safe_path`, which lasts as long as the block."""
    if connection in _safe:
        yield ask()
    elif in_transaction(connection):
        with pipelined(connection):
            entered = enter_safe_path(connection)
            asked = ask()
        try:
            yield asked
        finally:
            leave_safe_path(connection, entered.fetchall()[0][0])
    else:
        with _short_transaction(connection, ask, lock_timeout) as asked:
            yield asked


def enter_safe_path(connection: Connection) -> psycopg.Cursor[Any]:
    """Find only PostgreSQL's own names from now on, in a transaction; the answer is the path of before."""
    entered = connection.execute(_SAFE)
    _safe.add(connection)
    return entered


def leave_safe_path(connection: Connection, path: str) -> None:
    """Find again what a path finds; in a transaction that has failed, its rollback sees to that."""
    forget_safe_path(connection)
    if connection.info.transaction_status == psycopg.pq.TransactionStatus.INTRANS:
        connection.execute("select pg_catalog.set_config('search_path', %s, true)", (path,))


def forget_safe_path(connection: Connection) -> None:
    """Take note that the transaction, and the path with it, is about to end."""
    _safe.discard(connection)


def begin_safely(connection: Connection, lock_timeout: str | None = None) -> None:
    """Begin a transaction by hand, with the safe path for as long as it lasts; a pipeline waits for no answer."""
    connection.execute(begin_statement(connection))
    connection.execute(_SAFE if lock_timeout is None else _LOCK_TIMEOUT.format(_SAFE, sql.Literal(lock_timeout)))


@contextmanager
def _short_transaction(connection: Connection, ask: Callable[[], _Asked], lock_timeout: str | None) -> Iterator[_Asked]:
    try:
        with pipelined(connection):
            begin_safely(connection, lock_timeout)
            _safe.add(connection)
            asked = ask()
        yield asked
    except BaseException:
        forget_safe_path(connection)
        if not connection.closed:
            connection.rollback()
        raise
    forget_safe_path(connection)
    connection.commit()
