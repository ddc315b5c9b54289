"""Takes several locks: all of them, or none while one is not to be had.

Whoever holds one lock and waits for another meets those in a deadlock who go the other way, and the server ends one of
both: an application as well as us. So nothing is held while we wait.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from itertools import groupby

import psycopg
from msgspec import Struct
from psycopg import sql

from seedkit.core.names import QualifiedName
from seedkit.postgres.session import Session
from seedkit.postgres.transactions.lock_waits import Deadline
from seedkit.postgres.transactions.short_transactions import pipelined_savepoint


class Lock(Struct, frozen=True):
    """A lock on a table in one of PostgreSQL's modes; of its `own_rows` alone, not of tables that inherit from it."""

    table: QualifiedName
    mode: sql.SQL
    own_rows: bool = False


class _GivenBack(Exception):  # noqa: N818 - nothing has gone wrong
    """Has a savepoint give back the locks that were taken in it."""


def take_at_once(connection: Session, locks: Sequence[Lock]) -> bool:
    """Take locks to the end of the transaction if all can be had without waiting; False if that is not so."""
    try:
        with pipelined_savepoint(connection):
            for statement in lock_statements(locks):
                connection.execute(sql.SQL("{} nowait").format(statement))
    except psycopg.errors.LockNotAvailable:
        return False
    return True


def take_all(
    connection: Session,
    locks: Sequence[Lock],
    lock_timeout: str | None = None,
    around_wait: Callable[[Lock], AbstractContextManager[object]] = nullcontext,
) -> None:
    """Take locks to the end of the transaction, and wait for one at a time until all can be had.

    Once the one that is in the way has been waited for, the others are to be had at once, or it is given back.
    `lock_timeout` (None: the session's own) bounds all of that; LockNotAvailable passes through `around_wait` then,
    which hears of the lock that was waited for.
    """
    own = connection.execute("select pg_catalog.current_setting('lock_timeout')").fetchall()[0][0]
    deadline = Deadline(lock_timeout or own)
    taken = False
    while not taken:
        busy = _one_in_the_way(connection, locks)
        with suppress(_GivenBack), connection.transaction():
            with around_wait(busy):
                _wait_for(connection, busy, deadline.left, own)
            taken = take_at_once(connection, locks)
            if not taken:
                raise _GivenBack


def lock_statements(locks: Iterable[Lock]) -> Iterator[sql.Composed]:
    """Write the statements that take locks: one for those in a row that are of one mode."""
    for mode, alike in groupby(locks, key=lambda lock: lock.mode):
        yield sql.SQL("lock table {} in {} mode").format(sql.SQL(", ").join(map(_named, alike)), mode)


def _named(lock: Lock) -> sql.Composable:
    name = sql.Identifier(lock.table.schema, lock.table.name)
    return sql.SQL("only {}").format(name) if lock.own_rows else name


def _one_in_the_way(connection: Session, locks: Sequence[Lock]) -> Lock:
    """Find a lock that is not to be had, by halves: PostgreSQL names it in the server's language alone."""
    while len(locks) > 1:
        middle = len(locks) // 2
        locks = locks[middle:] if _is_free(connection, locks[:middle]) else locks[:middle]
    return locks[0]


def _is_free(connection: Session, locks: Sequence[Lock]) -> bool:
    found = False
    with suppress(_GivenBack), connection.transaction():
        found = take_at_once(connection, locks)
        raise _GivenBack
    return found


def _wait_for(connection: Session, lock: Lock, lock_timeout: str, own: str) -> None:
    _set_lock_timeout(connection, lock_timeout)
    for statement in lock_statements([lock]):
        connection.execute(statement)
    _set_lock_timeout(connection, own)


def _set_lock_timeout(connection: Session, lock_timeout: str) -> None:
    connection.execute("select pg_catalog.set_config('lock_timeout', %s, true)", (lock_timeout,))
