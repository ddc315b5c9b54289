"""Transactions of our own that are over as soon as they can be, so that nobody waits for us and our locks are few."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from typing import Any, TypeAlias

import psycopg
from psycopg import sql
from psycopg.rows import dict_row

from seedkit.postgres.connection import in_transaction, pipelined
from seedkit.postgres.search_path import begin_safely, find_own_names, safe_path
from seedkit.postgres.session import Answer, Session

_Statement: TypeAlias = "sql.SQL | sql.Composed"


@contextmanager
def short_transaction(connection: Session, lock_timeout: str | None) -> Iterator[None]:
    """Work in a transaction of our own that waits for locks so long, or in a savepoint of the one that is open.

    A caller's transaction keeps its own lock_timeout, as SET LOCAL would outlast the savepoint. Only PostgreSQL's own
    names are found.
    """
    if in_transaction(connection):
        with connection.transaction(), safe_path(connection):
            yield
        return
    with safe_path(connection, lock_timeout):
        yield


def rows_of_each(
    connection: Session,
    transactions: Sequence[Sequence[_Statement]],
    lock_timeout: str | None,
) -> list[dict[str, Any]]:
    """Run queries in short transactions, and gather their rows; in one round trip where that can be had.

    psycopg's own transactions wait for an answer each, so here they are begun and committed by hand. In a transaction
    that is open, one savepoint holds them all, and is rolled back: so what was read is not locked to the end of that,
    and names mean again what they did before.
    (Of a sequence that gave a value the lock stays: PostgreSQL takes that for the transaction as a whole.)
    """
    status = connection.info.transaction_status
    if psycopg.Pipeline.is_supported():
        if status == psycopg.pq.TransactionStatus.INTRANS:
            return _pipelined_in_savepoint(connection, transactions)
        if status == psycopg.pq.TransactionStatus.IDLE and connection.autocommit:
            return _pipelined(connection, transactions, lock_timeout)
    with short_transaction(connection, lock_timeout):
        return _rows(_sent(connection, chain.from_iterable(transactions)))


def _pipelined_in_savepoint(connection: Session, transactions: Sequence[Sequence[_Statement]]) -> list[dict[str, Any]]:
    with pipelined_savepoint(connection):
        find_own_names(connection)
        sent = _sent(connection, chain.from_iterable(transactions))
        connection.execute("rollback to seedkit_rows")
    return _rows(sent)


def _sent(connection: Session, statements: Iterable[_Statement]) -> list[Answer]:
    return [connection.cursor(row_factory=dict_row).execute(statement) for statement in statements]


def _rows(cursors: Iterable[Answer]) -> list[dict[str, Any]]:
    return [row for cursor in cursors if cursor.description for row in cursor.fetchall()]


@contextmanager
def pipelined_savepoint(connection: Session) -> Iterator[None]:
    """Send statements without waiting for answers, all in one savepoint; an error takes them all back.

    psycopg's own savepoints wait for an answer each.
    """
    try:
        with pipelined(connection):
            connection.execute("savepoint seedkit_rows")
            yield
            connection.execute("release seedkit_rows")
    except BaseException:
        if not connection.closed:
            connection.execute("rollback to seedkit_rows")
            connection.execute("release seedkit_rows")
        raise


def _pipelined(
    connection: Session, transactions: Sequence[Sequence[_Statement]], lock_timeout: str | None
) -> list[dict[str, Any]]:
    try:
        with pipelined(connection):
            sent = [_sent_alone(connection, statements, lock_timeout) for statements in transactions]
    except psycopg.Error:
        if not connection.closed and in_transaction(connection):
            connection.rollback()
        raise
    return _rows(chain.from_iterable(sent))


def _sent_alone(connection: Session, statements: Iterable[_Statement], lock_timeout: str | None) -> list[Answer]:
    """Send a transaction."""
    begin_safely(connection, lock_timeout)
    cursors = _sent(connection, statements)
    connection.execute("commit")
    return cursors


def sees_all_committed(connection: Session) -> bool:
    """Whether max() sees what others have committed by now; always so outside a transaction."""
    if not in_transaction(connection):
        return True
    row = connection.execute("select current_setting('transaction_isolation')").fetchone()
    return row is not None and row[0] in ("read committed", "read uncommitted")
