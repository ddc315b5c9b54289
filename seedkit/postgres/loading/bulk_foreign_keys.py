"""Suspends the foreign keys of empty tables for a bulk load, and has them checked all at once before the commit.

PostgreSQL then checks a whole table by one join instead of row by row. Only what `not enforced` can do without a trace:
keys that are enforced and valid, at the root of partitioned tables, of tables that we own; the definitions are the same
afterwards. Both tables of a key are locked against readers until the commit.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import psycopg
from msgspec import Struct
from psycopg import sql
from psycopg.rows import class_row

from seedkit.core.catalog import Table
from seedkit.core.names import TableName, in_quotes
from seedkit.errors import UsageError
from seedkit.postgres.connection import Connection
from seedkit.postgres.empty_tables import rowless
from seedkit.postgres.loading.blame import addressed, with_places_of_key
from seedkit.postgres.loading.table_loads import TableLoad
from seedkit.postgres.queries import query
from seedkit.postgres.search_path import safe_path
from seedkit.postgres.transactions.seeding import check_constraints

FIRST_VERSION = 180004
"""PostgreSQL 18.4: the first whose `alter constraint … not enforced` this was tried on."""


class _Key(Struct, frozen=True, kw_only=True):
    """A row of the query `suspendable_foreign_keys`."""

    schema: str
    table: str
    name: str
    owned: bool
    owner: str
    referenced_schema: str
    referenced_table: str
    planned: bool

    def __str__(self) -> str:
        return f'foreign key "{self.name}" of table {in_quotes(TableName(self.schema, self.table))}'


def refuse_bulk(connection: Connection, *, ours: bool) -> None:
    """Raise UsageError where foreign keys can't be suspended: on an old server, or in somebody else's transaction."""
    if not ours:
        raise UsageError(
            "foreign keys can not be suspended on a borrowed connection",
            detail="Its tables would stay locked against readers until its owner commits.",
            hint="Let seedkit connect itself, or leave out --bulk-fk.",
        )
    version = connection.info.server_version
    if version < FIRST_VERSION:
        raise UsageError(
            f"--bulk-fk needs PostgreSQL 18.4 or later; this is {version // 10_000}.{version % 10_000}",
            hint="Leave it out: the rows load all the same, only slower.",
        )


@contextmanager
def suspended_foreign_keys(
    connection: Connection, planned: Sequence[Table], loads: Sequence[TableLoad]
) -> Iterator[None]:
    """Suspend the foreign keys of those loads' tables that are empty while the work is done, then check them.

    Raises UsageError for a table that isn't ours or one that refers to a table which isn't planned, before anything is
    changed; LoadError with the row that lacks its parent. After an error the keys are what the rollback makes of them.
    """
    empty = rowless(connection, [load.table for load in loads])
    keys = _read_keys(connection, empty, planned)
    for key in keys:
        _refuse(key)
    check_constraints(connection)
    for key in keys:
        connection.execute(_alter(key, enforced=False))
    yield
    check_constraints(connection)
    for key in keys:
        try:
            connection.execute(_alter(key, enforced=True))
        except psycopg.Error as error:
            blamed = [load for load in loads if _belongs(key, load)]
            raise with_places_of_key(addressed(error, blamed), error, blamed) from error


def _read_keys(connection: Connection, tables: Sequence[int], planned: Sequence[Table]) -> list[_Key]:
    parameters = {"tables": tables, "planned": [table.oid for table in planned]}
    with safe_path(connection), connection.cursor(row_factory=class_row(_Key)) as cursor:
        return cursor.execute(query("suspendable_foreign_keys"), parameters).fetchall()


def _refuse(key: _Key) -> None:
    if not key.owned:
        raise UsageError(
            f"{key} can not be suspended: the table belongs to {key.owner}",
            hint="Run it as the tables' owner, or leave out --bulk-fk.",
        )
    if not key.planned:
        referenced = TableName(key.referenced_schema, key.referenced_table)
        raise UsageError(
            f"{key} can not be suspended: it refers to {in_quotes(referenced)}, which this run does not fill",
            detail="Its readers would be blocked until the commit.",
            hint=f"Seed {referenced} as well, or leave out --bulk-fk.",
        )


def _alter(key: _Key, *, enforced: bool) -> sql.Composed:
    return sql.SQL("alter table {} alter constraint {} {}").format(
        sql.Identifier(key.schema, key.table),
        sql.Identifier(key.name),
        sql.SQL("enforced" if enforced else "not enforced"),
    )


def _belongs(key: _Key, load: TableLoad) -> bool:
    return load.table.name == TableName(key.schema, key.table)
