"""Takes the locks of a run before its first write: all of them, or none while one is not to be had."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import partial

import psycopg
from psycopg import sql

from seedkit.core.catalog import Table
from seedkit.core.names import in_quotes
from seedkit.errors import LoadError
from seedkit.postgres.connection import Connection
from seedkit.postgres.driver_errors import explain
from seedkit.postgres.transactions.all_or_none import Lock, take_all, take_at_once
from seedkit.postgres.transactions.lock_room import look_for_room

WRITING = sql.SQL("row exclusive")
KEEPING_WRITERS_OUT = sql.SQL("share row exclusive")
EMPTYING = sql.SQL("access exclusive")

_log = logging.getLogger("seedkit")


def take_write_locks(connection: Connection, tables: Sequence[Table]) -> bool:
    """Lock tables as INSERT does, to the end of the transaction; True if others had to be waited for.

    Those may have changed the tables. As nothing is held while we wait, a migration that has one of the tables and
    wants another never meets us in a deadlock, in whatever order it goes. Raises LoadError where the session's own
    lock_timeout ends the wait, or the server surely has no room for so many locks.
    """
    look_for_room(connection, tables)
    try:
        return _taken(connection, [Lock(table.name, WRITING, own_rows=True) for table in tables], None, _told)
    except psycopg.errors.InsufficientPrivilege:  # until PostgreSQL 15 INSERT alone does not allow it
        _log.debug("this role may not lock the planned tables beforehand; its writes lock them one by one")
        return False


def keep_others_out(
    connection: Connection, tables: Sequence[Table], *, writers: bool, emptied: bool, lock_timeout: str | None
) -> bool:
    """Lock tables to the end of the transaction, as `take_write_locks` does but against more.

    Against `writers`, once these have committed, in the tables that inherit from one as well; against everybody, as
    TRUNCATE does, where tables are to be `emptied`. `lock_timeout` (None: the session's own) bounds the wait for
    writers.
    """
    look_for_room(connection, tables)
    locks = [Lock(table.name, KEEPING_WRITERS_OUT) for table in tables if writers]
    locks += [Lock(table.name, EMPTYING, own_rows=table.kind != "p") for table in tables if emptied]
    if not writers:
        return _taken(connection, locks, None, _told)
    return _taken(connection, locks, lock_timeout, partial(_told_of_writers, lock_timeout))


def _taken(
    connection: Connection,
    locks: Sequence[Lock],
    lock_timeout: str | None,
    told: Callable[[Lock], AbstractContextManager[None]],
) -> bool:
    if not locks or take_at_once(connection, locks):
        return False
    _log.info("another session has locked a planned table; waiting for it to end")
    take_all(connection, locks, lock_timeout, told)
    return True


@contextmanager
def _told(lock: Lock) -> Iterator[None]:
    try:
        yield
    except psycopg.Error as error:
        raise explain(error, f"waiting for a lock on {lock.table}") from error


@contextmanager
def _told_of_writers(lock_timeout: str | None, lock: Lock) -> Iterator[None]:
    try:
        yield
    except psycopg.errors.LockNotAvailable as error:
        raise not_locked(lock_timeout, in_quotes(lock.table)) from error


def not_locked(lock_timeout: str | None, which: str) -> LoadError:
    """Say that writers were waited for in vain."""
    within = f" within {lock_timeout}" if lock_timeout else ""
    return LoadError(
        f"the planned tables could not be locked{within}",
        detail=f"Another session has written to {which} and not committed.",
        hint="Try again when that has ended, with a longer --lock-timeout, or without --wait.",
    )
