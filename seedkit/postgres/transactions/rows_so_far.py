"""How many rows of one table the open transaction has written, by PostgreSQL's own count."""

from __future__ import annotations

from msgspec import Struct
from psycopg.rows import class_row

from seedkit.core.names import ExactName
from seedkit.postgres.connection import Connection
from seedkit.postgres.queries import query


class RowsSoFar(Struct, frozen=True, kw_only=True):
    """The rows that were inserted and updated, if the server `counts` them."""

    counts: bool
    inserted: int
    updated: int


def rows_so_far(connection: Connection, table: ExactName) -> RowsSoFar:
    """Read the counts of a table, which are 0 where there is none of that name."""
    cursor = connection.cursor(row_factory=class_row(RowsSoFar))
    return cursor.execute(query("rows_so_far"), {"table": table}).fetchall()[0]
