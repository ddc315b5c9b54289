"""Looks up what rows have in the database: those that fixtures name, by their keys or all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice

from psycopg import sql

from seedkit.core.catalog import Table
from seedkit.core.fixtures import Value
from seedkit.core.rows.labelled_rows import KeyTexts
from seedkit.core.values.encoder_choice import encoder_for
from seedkit.errors import FixtureError
from seedkit.postgres.connection import Connection
from seedkit.postgres.identifiers import table_identifier, type_of

CHUNK = 1_000
"""Rows looked up in one statement."""


def stored_values(connection: Connection, table: Table, column: str, keys: Mapping[str, KeyTexts]) -> dict[str, Value]:
    """Look labelled rows up by their keys; gives label → value of the column as text, for those that are there."""
    found: dict[str, Value] = {}
    by_columns: dict[tuple[str, ...], dict[str, tuple[str | None, ...]]] = {}
    for label, key in keys.items():
        names, texts = zip(*key, strict=True)
        by_columns.setdefault(names, {})[label] = texts
    for names, rows in by_columns.items():
        for start in range(0, len(rows), CHUNK):
            found |= _stored_chunk(connection, table, column, names, dict(islice(rows.items(), start, start + CHUNK)))
    return found


def _stored_chunk(
    connection: Connection, table: Table, column: str, key: Sequence[str], rows: Mapping[str, Sequence[str | None]]
) -> dict[str, Value]:
    conditions = (
        sql.SQL("target.{0} is not distinct from given.{0}::{1}").format(
            sql.Identifier(name), type_of(table.column(name))
        )
        for name in key
    )
    statement = sql.SQL(
        "select given.label, target.{column}::text from unnest({arrays}) as given (label, {key}) "
        "join {table} as target on {conditions}"
    ).format(
        column=sql.Identifier(column),
        arrays=sql.SQL(", ").join([sql.SQL("%s::text[]")] * (len(key) + 1)),
        key=sql.SQL(", ").join(map(sql.Identifier, key)),
        table=table_identifier(table),
        conditions=sql.SQL(" and ").join(conditions),
    )
    texts = [list(texts) for texts in zip(*rows.values(), strict=True)]
    return dict(connection.execute(statement, [list(rows), *texts]).fetchall())


def stored_value(connection: Connection, table: Table, key: str, value: Value, column: str) -> object:
    """Return what the row with a key has in a column; raises FixtureError where it is not there."""
    statement = sql.SQL("select {} from {} where {} = {}::{}").format(
        sql.Identifier(column),
        table_identifier(table),
        sql.Identifier(key),
        sql.Literal(encoder_for(table.column(key))(value)),
        type_of(table.column(key)),
    )
    row: tuple[object] | None = connection.execute(statement).fetchone()
    if row is None:
        raise FixtureError(
            f'the row of table "{table.name}" is not in the database yet',
            hint=f'Load it before: @seeder(depends_on=["{table.name.name}"]).',
        )
    return row[0]


def stored_keys(connection: Connection, table: Table, column: str) -> list[str]:
    """List the keys of all rows of a table, as text, in their order."""
    statement = sql.SQL("select {0}::text from {1} order by {0}").format(
        sql.Identifier(column), table_identifier(table)
    )
    return [text for (text,) in connection.execute(statement)]
