"""Columns that must have a value and have none."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import psycopg
from psycopg import sql

from seedkit.postgres.connection import Connection
from seedkit.postgres.loading.mistakes.doubts import Doubts
from seedkit.postgres.loading.mistakes.mistake import Mistake, mistakes_where, of_table


def missing_values(connection: Connection, doubts: Sequence[Doubts], error: psycopg.Error) -> Iterator[Mistake]:
    """Find rows that have no value in the column that must have one."""
    name = error.diag.column_name
    for found in of_table(doubts, error):
        if name is None or name in (column for column, _ in found.shape.computed):
            continue
        given, column = name in found.shape.columns, found.table.column(name)
        if not given and (column.has_default or column.identity):
            continue  # what the server fills in is no row's own value
        missing = sql.SQL("{} is null").format(sql.Identifier(name)) if given else sql.SQL("true")
        told = f'column "{name}" is {"null" if given else "left out and has no default"}'
        rows = sql.SQL("{} as row").format(found.name)
        wrong = sql.SQL("{} and not {}").format(missing, found.keeps(name))
        yield from mistakes_where(connection, found, rows, wrong, told)
