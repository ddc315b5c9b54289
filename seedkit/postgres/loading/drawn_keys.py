"""Draws keys for rows that are to be inserted, from the column's default; ROLLBACK does not give them back."""

from __future__ import annotations

from collections.abc import Collection

from psycopg import sql

from seedkit.core.catalog import Table
from seedkit.core.names import in_quotes
from seedkit.errors import FixtureError
from seedkit.postgres.connection import Connection
from seedkit.postgres.identifiers import table_identifier, trusted
from seedkit.postgres.queries import query
from seedkit.postgres.sequences.room import make_room
from seedkit.postgres.unencoded import text_of


def drawn_keys(connection: Connection, table: Table, column: str, count: int, taken: Collection[int]) -> list[str]:
    """Draw keys from the column's default, as inserts would; other rows of the fixtures will have `taken`."""
    make_room(connection, table, [column], taken)
    name = text_of(table_identifier(table))
    row = connection.execute(query("column_default"), {"table": name, "column": column}).fetchone()
    if row is None or row[0] is None:
        raise FixtureError(
            f'rows of table {in_quotes(table.name)} have labels but no "{column}", and it has no default',
            hint=f'Give each of them a "{column}".',
        )
    drawn = sql.SQL("select ({})::pg_catalog.text from pg_catalog.generate_series(1, {})").format(
        trusted(row[0]), sql.Literal(count)
    )
    return [text for (text,) in connection.execute(drawn)]
