"""Reads what rows say of the tables that they refer to: the classes in a column, or Django's content types."""

from __future__ import annotations

from collections.abc import Mapping

from psycopg import sql

from seedkit.core.catalog import Table
from seedkit.postgres.connection import Connection
from seedkit.postgres.generation.looks import looked_at
from seedkit.postgres.identifiers import own_rows

_MOST = 10_000
"""So many rows are looked at."""
_OF_MODELS = ("app_label", "model")


def types_there(connection: Connection, table: Table, column: str, tables: Mapping[int, Table]) -> dict[str, str]:
    """Give what rows have in a column that names tables, and what each of these calls one.

    That is the text itself, or where the column refers to content types the application and the model.
    """
    types = next((tables.get(key.references) for key in table.foreign_keys if key.columns == (column,)), None)
    columns: tuple[str, ...]
    if types is None:
        columns, rows = (column, column), own_rows(table)
    elif types.key_column is not None and all(types.find_column(name) is not None for name in _OF_MODELS):
        columns, rows = (types.key_column, *_OF_MODELS), own_rows(types)
    else:
        return {}
    texts = sql.SQL(", ").join(sql.SQL("{}::pg_catalog.text").format(sql.Identifier(name)) for name in columns)
    statement = sql.SQL("select distinct * from (select {} from {} limit {}) as found").format(
        texts, rows, sql.Literal(_MOST)
    )
    found = looked_at(connection, lambda: connection.execute(statement).fetchall(), list)
    known = sorted(row for row in found if None not in row)
    return {row[0]: " ".join(row[1:]) for row in known}
