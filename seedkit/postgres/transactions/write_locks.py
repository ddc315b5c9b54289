"""Takes the locks of a run's writes before its first write: all of them, or none while one is not to be had."""

from __future__ import annotations

import logging
from collections.abc import Sequence

import psycopg
from psycopg import sql

from seedkit.core.catalog import Table
from seedkit.postgres.connection import Connection
from seedkit.postgres.driver_errors import explain
from seedkit.postgres.identifiers import table_identifier
from seedkit.postgres.transactions.lock_room import look_for_room
from seedkit.postgres.transactions.short_transactions import pipelined_savepoint

_log = logging.getLogger("seedkit")


def take_write_locks(connection: Connection, tables: Sequence[Table]) -> bool:
    """Lock tables as INSERT does, to the end of the transaction; True if others had to be waited for.

    Those may have changed the tables. As nothing is held while we wait, a migration that has one of the tables and
    wants another never meets us in a deadlock, in whatever order it goes. Raises LoadError where the session's own
    lock_timeout ends the wait, or the server surely has no room for so many locks.
    """
    look_for_room(connection, tables)
    waited = False
    while tables and not _locked_at_once(connection, tables):
        if not waited:
            _log.info("another session has locked a planned table; waiting for it to end")
        waited = True
        for table in tables:
            _wait_for(connection, table)
    return waited


def _locked_at_once(connection: Connection, tables: Sequence[Table]) -> bool:
    names = sql.SQL(", ").join(sql.SQL("only {}").format(table_identifier(table)) for table in tables)
    try:
        with pipelined_savepoint(connection):
            connection.execute(sql.SQL("lock table {} in row exclusive mode nowait").format(names))
    except psycopg.errors.LockNotAvailable:
        return False
    except psycopg.errors.InsufficientPrivilege:  # until PostgreSQL 15 INSERT alone does not allow it
        _log.debug("this role may not lock the planned tables beforehand; its writes lock them one by one")
    return True


def _wait_for(connection: Connection, table: Table) -> None:
    try:
        with connection.transaction(force_rollback=True):
            connection.execute(sql.SQL("lock table only {} in row exclusive mode").format(table_identifier(table)))
    except psycopg.Error as error:
        raise explain(error, f"waiting for a lock on {table.name}") from error
