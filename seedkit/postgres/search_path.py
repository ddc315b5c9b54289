"""What names mean: PostgreSQL's own alone while we ask and move, the user's while their code runs.

Who may create in a schema of the path can plant a function or an operator there that fits better than PostgreSQL's own,
and it runs with the rights of whoever meets it (CVE-2018-1058). Who owns a table can put a view in its place, whose
functions run when it is read (CVE-2024-7348). All by SET LOCAL, as a session may be somebody else's next.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar
from weakref import WeakKeyDictionary

from psycopg import sql
from psycopg.rows import tuple_row

from seedkit.postgres.connection import begin_statement, in_transaction, pipelined, takes_statements
from seedkit.postgres.session import Answer, Session
from seedkit.postgres.time_outs import set_time_outs_aside

_Asked = TypeVar("_Asked")

_KINDS = "restrict_nonsystem_relation_kind"
_SAFE = sql.SQL(
    "select pg_catalog.current_setting('search_path') as path, pg_catalog.current_setting({kinds}, true) as kinds,"
    " pg_catalog.current_setting('jit') as jit, pg_catalog.current_setting('quote_all_identifiers') as quoting,"
    " pg_catalog.set_config('jit', 'off', true), pg_catalog.set_config('quote_all_identifiers', 'off', true),"
    " pg_catalog.set_config('seedkit.schemas', pg_catalog.current_schemas(true)::pg_catalog.text, true),"
    " pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true),"
    " case when pg_catalog.current_setting({kinds}, true) is not null"
    " then pg_catalog.set_config({kinds}, 'view, foreign-table', true) end"
).format(kinds=sql.Literal(_KINDS))
"""Queries find the schemas of the user's path in the setting `seedkit.schemas`, with those that are always searched.

Those of the catalog seem dear to the planner, and are not: compiling them took half of a small run's time (JIT).
Types are told by their names, which have no quotes unless they need them.
"""

_WITHOUT_POLICIES = sql.SQL("{}, pg_catalog.set_config('row_security', 'off', true)")
"""A table whose policies would choose the rows that we see is then refused, and none of them runs."""

_LOCK_TIMEOUT = sql.SQL("{}, pg_catalog.set_config('lock_timeout', {}, true)")

FOREIGN_TABLES_TOO = sql.SQL("set local restrict_nonsystem_relation_kind = 'view'")
"""For statements over tables whose leaves the catalog has shown to be foreign; where `refuses_views`."""

_entered: WeakKeyDictionary[Session, Answer] = WeakKeyDictionary()
"""The connections in whose open transaction only PostgreSQL's own names are found, with the settings of before."""

_refuses_views: WeakKeyDictionary[Session, bool] = WeakKeyDictionary()


@contextmanager
def safe_path(connection: Session, lock_timeout: str | None = None) -> Iterator[None]:
    """Find only PostgreSQL's own names while the work is done, and then again what was found before.

    In the transaction that is open; where none is, in a short one of its own, which is committed and waits for locks
    as long as it is told to. Views and foreign tables of others are refused meanwhile, where the server can do that.
    """
    if connection in _entered:
        yield  # an empty pipeline would be a round trip
    else:
        with asked_safely(connection, lambda: None, lock_timeout):
            yield


@contextmanager
def asked_safely(connection: Session, ask: Callable[[], _Asked], lock_timeout: str | None = None) -> Iterator[_Asked]:
    """Give what `ask` has sent in the first round trip of a `safe_path`, which lasts as long as the block."""
    if connection in _entered:
        with pipelined(connection):
            asked = ask()
        yield asked
    elif in_transaction(connection):
        try:
            with pipelined(connection):
                enter_safe_path(connection)
                asked = ask()
            yield asked
        finally:
            leave_safe_path(connection)
    else:
        with _short_transaction(connection, ask, lock_timeout) as asked:
            yield asked


def enter_safe_path(connection: Session) -> None:
    """Find only PostgreSQL's own names from now on, in the transaction that is open."""
    _entered[connection] = _execute(connection, _SAFE)


def find_own_names(connection: Session) -> None:
    """Find only PostgreSQL's own names up to the rollback of the savepoint that is open, as settings go with it."""
    if connection not in _entered:
        _execute(connection, _SAFE)


def leave_safe_path(connection: Session) -> None:
    """Find again what was found before, if that is not so already; a transaction that failed is rolled back to it."""
    entered = _entered.pop(connection, None)
    if entered is not None and takes_statements(connection):
        _set_back(connection, entered)


def _set_back(connection: Session, entered: Answer) -> None:
    path, kinds, jit, quoting = entered.fetchall()[0][:4]
    _refuses_views[connection] = kinds is not None
    connection.execute(
        "select pg_catalog.set_config('search_path', %s, true), pg_catalog.set_config('jit', %s, true),"
        " pg_catalog.set_config('quote_all_identifiers', %s, true),"
        " case when %s::pg_catalog.text is not null then pg_catalog.set_config(%s, %s, true) end",
        (path, jit, quoting, kinds, _KINDS, kinds),
    )


def ask_and_leave(connection: Session, ask: Callable[[], _Asked]) -> _Asked:
    """Give what `ask` has sent in the round trip of `leave_safe_path`, on the path that it leaves."""
    entered = _entered.get(connection)
    with pipelined(connection):
        asked = ask()
        if entered is not None:
            _set_back(connection, entered)
    forget_safe_path(connection)
    return asked


def forget_safe_path(connection: Session) -> None:
    """Take note that the transaction, and the path with it, is about to end."""
    _entered.pop(connection, None)


def begin_safely(connection: Session, lock_timeout: str | None = None, *, writes: bool = False) -> Answer:
    """Begin a transaction by hand, with the safe path for as long as it lasts; a pipeline waits for no answer.

    `writes`: also where the connection's transactions only read.
    """
    connection.execute(begin_statement(connection, writes=writes))
    set_time_outs_aside(connection)
    statement = _WITHOUT_POLICIES.format(_SAFE)
    if lock_timeout is not None:
        statement = _LOCK_TIMEOUT.format(statement, sql.Literal(lock_timeout))
    return _execute(connection, statement)


def _execute(connection: Session, statement: sql.Composed) -> Answer:
    """Execute a statement whose row is a tuple, whatever a seeder has its connection give."""
    return connection.cursor(row_factory=tuple_row).execute(statement)


def refuses_views(connection: Session) -> bool:
    """Whether the server refuses a view in place of a table (15.8, 16.4, 17); what it can is asked, not its version."""
    if connection not in _refuses_views:
        with safe_path(connection):
            _note(connection)
    return _refuses_views[connection]


def _note(connection: Session) -> None:
    """Remember what the server can, as the first answer told; it is read once more by who leaves the path."""
    entered = _entered[connection]
    _refuses_views[connection] = entered.fetchall()[0][1] is not None
    entered.scroll(0, mode="absolute")


@contextmanager
def _short_transaction(connection: Session, ask: Callable[[], _Asked], lock_timeout: str | None) -> Iterator[_Asked]:
    try:
        with pipelined(connection):
            _entered[connection] = begin_safely(connection, lock_timeout)
            asked = ask()
        _note(connection)
        yield asked
    except BaseException:
        forget_safe_path(connection)
        if not connection.closed:
            connection.rollback()
        raise
    forget_safe_path(connection)
    connection.commit()
