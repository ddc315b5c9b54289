"""What belongs to the one transaction of a seed: its settings, its lock, and which tables it touched."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

import psycopg
from psycopg.rows import tuple_row

from seedkit.core.catalog import Table
from seedkit.errors import SeederError
from seedkit.postgres.connection import Connection, Cursor, OwnConnection, pipelined, takes_statements
from seedkit.postgres.search_path import enter_safe_path, forget_safe_path, leave_safe_path
from seedkit.postgres.session import Answer
from seedkit.postgres.transactions.all_or_none import Lock, lock_statements
from seedkit.postgres.transactions.node_waits import told_by_nodes, waits_on_all_nodes
from seedkit.postgres.transactions.seeder_session import SessionSettings, ask_rows_written, ask_session_settings
from seedkit.postgres.transactions.short_transactions import pipelined_savepoint
from seedkit.postgres.transactions.write_locks import KEEPING_WRITERS_OUT, not_locked

_log = logging.getLogger("seedkit")


SETTINGS = {
    "client_encoding": "UTF8",
    "TimeZone": "UTC",
    "DateStyle": "ISO, YMD",
    "IntervalStyle": "postgres",
    "lc_monetary": "C",
    "array_nulls": "on",
    "xmloption": "content",
}
"""How values are read and written in a run, whatever a server, database or role has set."""


_IN_TURN = {"citus.multi_shard_modify_mode": "sequential"}


@contextmanager
def settled_values(
    connection: Connection, *, ours: bool, alone: bool = True, nodes_in_turn: bool = False
) -> Iterator[SessionSettings]:
    """Have values read alike everywhere while the work is done; a caller's transaction then gets its settings back.

    With `nodes_in_turn` a cluster is worked on as by `shards_in_turn`, where this is one.

    Only settings of the transaction, so that nothing outlives it in a pooled session, and ours needs none of them back.
    Gives the session's own. Only PostgreSQL's own names are found at first: see `leave_safe_path`. `alone` takes the
    lock that one seed at a time holds on a database, to the end of the transaction.
    """
    session: SessionSettings = {}
    before: dict[str, str] = {}
    try:
        with pipelined(connection):
            asked = ask_session_settings(connection)
            set_ = _set_locally(connection, {**_settings_on(connection), **(_IN_TURN if nodes_in_turn else {})})
            enter_safe_path(connection)
            had = _ask_for_turn(connection) if alone else None
        session |= {setting.name: setting for setting in asked.fetchall()}
        before |= {name: value for name, value, _ in set_.fetchall()}
        if had is not None and had.fetchall() != [(True,)]:
            _wait_for_other_seeds(connection)
        yield session
    finally:
        if ours:
            forget_safe_path(connection)
        else:
            leave_safe_path(connection)
            if session and takes_statements(connection):
                _set_locally(connection, before | {name: session[name].value for name in SETTINGS})


def _settings_on(connection: Connection) -> Mapping[str, str]:
    """Say what to set: a connection of ours that is in another encoding than UTF-8 has to stay so."""
    if isinstance(connection, OwnConnection) and connection.encoding is not None:
        return SETTINGS | {"client_encoding": connection.encoding}
    return SETTINGS


def _set_locally(connection: Connection, settings: Mapping[str, str]) -> Cursor:
    """Set what the server has a setting for, and give each name with what it was before, in the order of the names."""
    return connection.execute(
        "select name, pg_catalog.current_setting(name, true), pg_catalog.set_config(name, value, true)"
        " from rows from (pg_catalog.unnest(%s::pg_catalog.text[]), pg_catalog.unnest(%s::pg_catalog.text[]))"
        " as setting (name, value) where pg_catalog.current_setting(name, true) is not null",
        (list(settings), list(settings.values())),
    )


def _ask_for_turn(connection: Connection) -> Answer:
    cursor = connection.cursor(row_factory=tuple_row)
    return cursor.execute("select pg_try_advisory_xact_lock(hashtextextended('seedkit:seed', 0))")


def _wait_for_other_seeds(connection: Connection) -> None:
    _log.info("another seedkit run is at work on this database; waiting for it to end")
    connection.execute("select pg_advisory_xact_lock(hashtextextended('seedkit:seed', 0))")


def keep_other_seeds_waiting(connection: Connection) -> None:
    """Keep that lock over the commits to come; until it is given up, the session has to stay in a transaction.

    It is the session's own then. One that a pool has lent is ended with it where its client dies in a transaction.
    """
    connection.execute("select pg_catalog.pg_advisory_lock(pg_catalog.hashtextextended('seedkit:seed', 0))")


def let_other_seeds_begin(connection: Connection) -> None:
    """Give up what was kept over commits; the lock of the open transaction stays to its end."""
    connection.execute("select pg_catalog.pg_advisory_unlock(pg_catalog.hashtextextended('seedkit:seed', 0))")


def wait_on_all_nodes(connection: Connection, tables: Iterable[Table], lock_timeout: str | None) -> None:
    """Lock tables of a cluster, in the order of their OIDs, until their writers have committed.

    `lock_timeout` (None: the session's own) bounds the wait for each and is set back. Raises LoadError.
    """
    in_order = sorted(tables, key=lambda table: table.oid)
    if not in_order:
        return
    try:
        with _bounded_on_all_nodes(connection, lock_timeout):
            for statement in lock_statements([Lock(table.name, KEEPING_WRITERS_OUT) for table in in_order]):
                connection.execute(statement)
    except psycopg.errors.LockNotAvailable as error:
        raise not_locked(lock_timeout, "one of them") from error


def bound_waits(connection: Connection, lock_timeout: str) -> None:
    """Have each wait for a lock take no longer, to the end of the transaction."""
    _set_locally(connection, {"lock_timeout": lock_timeout})


@contextmanager
def _bounded_on_all_nodes(connection: Connection, lock_timeout: str | None) -> Iterator[None]:
    with told_by_nodes(connection):
        if lock_timeout is None:
            yield
            return
        found = connection.execute("select pg_catalog.current_setting('lock_timeout')").fetchall()[0][0]
        for statement in waits_on_all_nodes(lock_timeout):
            connection.execute(statement)
        yield
        for statement in waits_on_all_nodes(found):
            connection.execute(statement)


@contextmanager
def shards_in_turn(connection: Connection, *, ours: bool) -> Iterator[None]:
    """Have Citus work by one connection to each node, so that what all nodes have can be written after what one has.

    At its own choice it takes several at once for a distributed table, and then refuses a reference table to the end of
    the transaction.
    """
    before = {name: value for name, value, _ in _set_locally(connection, _IN_TURN).fetchall()}
    yield
    if not ours:
        _set_locally(connection, before)


def touched_tables(connection: Connection, *, check: bool) -> list[int] | None:
    """List the OIDs of all tables that this transaction inserted into or updated, by PostgreSQL's own count.

    Has deferred constraints checked before, where asked to, in the same round trip; after their error the rows are
    there still, for it to be looked into. The count sees raw SQL, an ORM's
    flush and what triggers inserted; partitions come with the tables above them. None where the server does not count
    (`track_counts` off): then any table may have been touched. From here on only PostgreSQL's own names are found:
    what was deferred to the commit has run, and no rows come after it.
    """
    with pipelined_savepoint(connection) if check else pipelined(connection):
        if check:
            check_constraints(connection)
        enter_safe_path(connection)
        asked = ask_rows_written(connection)
    written = asked.fetchall()[0]
    return list(written.by_table) if written.counts else None


def check_constraints(connection: Connection) -> None:
    """Check deferred constraints now, while an error can still be told from one of the commit."""
    connection.execute("set constraints all immediate")


def refuse_ended_transaction(connection: Connection, seeder: str) -> None:
    """Raise SeederError if the transaction was ended or has failed behind our back.

    psycopg commits nothing, and says nothing, where an SQL error was swallowed.
    """
    status = connection.info.transaction_status
    if status == psycopg.pq.TransactionStatus.INERROR:
        raise SeederError(
            f'seeder "{seeder}" went on after an SQL error, so nothing of the run could be kept',
            hint="Let the error pass, or wrap what may fail in `with db.connection.transaction():`.",
        )
    if status != psycopg.pq.TransactionStatus.INTRANS:
        raise ended_transaction(seeder)


def ended_transaction(seeder: str) -> SeederError:
    """Say that a seeder ended the transaction, and with it the promise that nothing or all is kept."""
    return SeederError(
        f'seeder "{seeder}" ended the run\'s transaction',
        detail="What it had committed by then stays, and its sequences may be behind.",
        hint="Take commit and rollback out of it, and run `seedkit fix-sequence --all` once.",
    )
