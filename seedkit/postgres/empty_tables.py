"""Which tables have no row: by the room that they take, or by a look into them. Nothing here commits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from psycopg import sql

from seedkit.core.catalog import Table
from seedkit.postgres.connection import Connection
from seedkit.postgres.identifiers import own_rows
from seedkit.postgres.queries import query

Look: TypeAlias = Callable[[Connection, Sequence[Table]], list[tuple[int, bool]]]
"""Says of some tables, by their OIDs, whether they have a row."""

_TOGETHER = 100


def pageless(connection: Connection, tables: Sequence[Table]) -> frozenset[int]:
    """Tell, by their OIDs, which tables have no rows for certain, as they have no room for any.

    So there are nobody's, committed or not; those of Citus' tables lie elsewhere. It opens no table, and needs no plan
    for each: 500 tables take 5 ms of the server's time.
    """
    asked = [table.oid for table in tables if table.citus is None]
    found = connection.execute(query("tables_without_pages"), {"tables": asked}).fetchall()
    return frozenset(oid for (oid,) in found)


def have_rows(connection: Connection, tables: Sequence[Table]) -> list[tuple[int, bool]]:
    """Look into some tables at once; runs the code of their owners, as any look at rows may."""
    questions = (
        sql.SQL("select {}::pg_catalog.int8, exists (select 1 from {} limit 1)").format(
            sql.Literal(table.oid), own_rows(table)
        )
        for table in tables
    )
    return connection.execute(sql.SQL(" union all ").join(questions)).fetchall()


def rowless(connection: Connection, tables: Sequence[Table], look: Look = have_rows) -> list[int]:
    """Say which tables (OIDs) have no row, by a look into many of them at a time."""
    chunks = (tables[place : place + _TOGETHER] for place in range(0, len(tables), _TOGETHER))
    return [oid for chunk in chunks for oid, holds in look(connection, chunk) if not holds]
