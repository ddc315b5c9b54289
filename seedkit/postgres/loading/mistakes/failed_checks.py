"""Rows for which a CHECK is false."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import psycopg
from psycopg import sql

from seedkit.postgres.connection import Connection
from seedkit.postgres.identifiers import trusted
from seedkit.postgres.loading.mistakes.doubts import Doubts
from seedkit.postgres.loading.mistakes.invalid_inputs import invalid_inputs
from seedkit.postgres.loading.mistakes.mistake import Mistake, mistakes_where, of_table


def failed_checks(connection: Connection, doubts: Sequence[Doubts], error: psycopg.Error) -> Iterator[Mistake]:
    """Find rows for which a CHECK is false; that of a domain is a matter of the value's input."""
    if error.diag.table_name is None:
        yield from invalid_inputs(connection, doubts, error)
    for found in of_table(doubts, error):
        row = connection.execute(
            "select pg_catalog.pg_get_expr(conbin, conrelid) from pg_catalog.pg_constraint"
            " where conrelid operator(pg_catalog.=) %s::pg_catalog.oid and conname operator(pg_catalog.=) %s",
            (found.table.oid, error.diag.constraint_name),
        ).fetchone()
        if row is not None and row[0] is not None:
            rows = sql.SQL("({}) as row").format(found.typed())
            failing = sql.SQL("not {}").format(trusted(row[0]))
            yield from mistakes_where(connection, found, rows, failing, f"it must be that {row[0]}")
