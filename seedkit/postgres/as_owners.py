"""Evaluates what reads others' tables with the rights of their owners, so that nothing of theirs runs with ours.

PostgreSQL evaluates functions while it plans a query: those in a table's index expressions and predicates, in extended
statistics and partition keys. They run with the rights of whoever asks, and could make a superuser's their own. Within
a function that is SECURITY DEFINER they have their owner's alone, and can not SET ROLE back to ours. The function is
made in pg_temp, and the transaction rolled back: that takes back whatever the owner's code has set or begun, too.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import psycopg
from psycopg import sql
from psycopg.rows import dict_row

from seedkit.errors import ConnectionLostError
from seedkit.postgres.connection import OwnConnection, in_transaction, pipelined
from seedkit.postgres.search_path import begin_safely
from seedkit.postgres.session import Session
from seedkit.postgres.unencoded import text_of

_FUNCTION = sql.Identifier("pg_temp", "seedkit_as_owner")
_FOUND = sql.Identifier("seedkit_found")
_SAVEPOINT = "savepoint seedkit_as_owner"
_BACK = "rollback to seedkit_as_owner"
_NOTHING_PREPARED = sql.SQL(
    "select from pg_catalog.pg_prepared_statements"
    " where 1 operator(pg_catalog./) case when name is null then 1 else 0 end operator(pg_catalog.=) 2"
).format()
"""An error where something is, as who pools sessions may have prepared it; else no row."""


def rows_as_owner(
    role: str, rows: sql.Composable, columns: sql.Composable
) -> tuple[list[sql.Composed], sql.Composable]:
    """Write what makes a function that gives a query's rows, and the query that calls it.

    `columns` are the names of its columns with their types.
    """
    made = _made_by(role, rows, sql.SQL("setof record"))
    return made, sql.SQL("select * from {}() as found ({})").format(_FUNCTION, columns)


def can_act_as_owners(connection: Session) -> bool:
    """Whether it can be seen to that nothing of an owner's code is left: on a connection of ours, between transactions.

    What it prepares outlasts a rollback, and in a session that is lent its owner would run it.
    """
    return isinstance(connection, OwnConnection) and not in_transaction(connection) and psycopg.Pipeline.is_supported()


def rows_as_owners(
    connection: Session, transactions: Iterable[Sequence[sql.SQL | sql.Composed]], lock_timeout: str | None
) -> list[dict[str, Any]]:
    """Run queries that call such functions, each in a transaction that is rolled back, and gather their rows."""
    rows: list[dict[str, Any]] = []
    for statements in transactions:
        try:
            with pipelined(connection):
                begin_safely(connection, lock_timeout, writes=True)
                connection.execute(_SAVEPOINT)
                sent = [connection.cursor(row_factory=dict_row).execute(statement) for statement in statements]
            rows += [row for cursor in sent if cursor.description for row in cursor.fetchall()]
        finally:
            _take_back(connection)
    return rows


def _refuse_prepared(connection: Session) -> None:
    """Raise ConnectionLostError where the session had to be ended."""
    if connection.closed:
        raise ConnectionLostError(
            "the session was ended: code of a table's owner has prepared statements in this session",
            hint="It runs as PostgreSQL plans a query: look at the functions that indexes of others' tables call, or "
            "run this as a role that may read and is no superuser.",
        )


def _take_back(connection: Session) -> None:
    """Roll back, and before that leave nothing of what a rollback leaves: still in the session that a pool has lent."""
    if connection.closed:
        return
    try:
        with pipelined(connection):
            connection.execute(_BACK)
            leave_nothing(connection)
            connection.execute("rollback")
    except psycopg.Error:
        if not connection.closed:
            connection.rollback()
        _refuse_prepared(connection)


def leave_nothing(connection: Session) -> None:
    """Release the session's advisory locks, and end a session in which something is prepared by now."""
    connection.execute("select pg_catalog.pg_advisory_unlock_all()")
    connection.execute(
        "select pg_catalog.pg_terminate_backend(pg_catalog.pg_backend_pid())"
        " where exists (select from pg_catalog.pg_prepared_statements)"
    )


class AsOwner:
    """Gathers expressions of type text, and writes the function of a role that evaluates them; of one role alone.

    Another's function in the same statement could be replaced by the first one's code, where that may act as its owner.
    Without a role the expressions stand for themselves. The function is STABLE: it sees what the statement sees.
    """

    def __init__(self, role: str | None) -> None:
        self._role = role
        self._expressions: list[sql.Composable] = []

    def evaluate(self, role: str | None, expression: sql.Composable) -> sql.Composable:
        """Give what stands for the expression in the statement: itself where there is no role to evaluate it as."""
        if role is None:
            return expression
        self._expressions.append(expression)
        return sql.SQL("(select found[{}] from {})").format(sql.Literal(len(self._expressions)), _FOUND)

    def statements(self) -> list[sql.Composed]:
        """Write what makes the function."""
        if self._role is None:
            return []
        query = sql.SQL("select array[{}]").format(sql.SQL(", ").join(self._expressions))
        return _made_by(self._role, query, sql.SQL("pg_catalog.text[]"))

    def common_tables(self) -> list[sql.Composed]:
        """Write the common table expression that calls the function, once."""
        if self._role is None:
            return []
        return [sql.SQL("{} as materialized (select {}() as found)").format(_FOUND, _FUNCTION)]


def _made_by(role: str, query: sql.Composable, returned: sql.Composable) -> list[sql.Composed]:
    """Write what makes the function, where nothing is prepared: else nobody could tell what its code has prepared."""
    return [
        _NOTHING_PREPARED,
        sql.SQL(
            "create function {}() returns {} language sql stable security definer"
            " set search_path from current set row_security = off as {}"
        ).format(_FUNCTION, returned, sql.Literal(text_of(query))),
        sql.SQL("alter function {}() owner to {}").format(_FUNCTION, sql.Identifier(role)),
    ]
