"""Looks up what rows have in the database: those that fixtures name, by their keys or all."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from itertools import islice
from typing import TYPE_CHECKING

from psycopg import sql

from seedkit.core.catalog import Table
from seedkit.core.fixtures import Value
from seedkit.core.names import Columns, in_quotes
from seedkit.core.rows.labelled_rows import KeyTexts
from seedkit.core.values.encoder_choice import encoder_for
from seedkit.errors import FixtureError
from seedkit.postgres.connection import Connection, pipelined
from seedkit.postgres.identifiers import names, operator, own_rows, same, type_of

if TYPE_CHECKING:
    from seedkit.core.fixture_language.packed_texts import PackedTexts

CHUNK = 50_000
"""Rows looked up in one statement: without an index, each reads the whole table."""


def stored_values(connection: Connection, table: Table, column: str, keys: Mapping[str, KeyTexts]) -> dict[str, Value]:
    """Look labelled rows up by their keys; gives label → value of the column as text, for those that are there."""
    found: dict[str, Value] = {}
    alike: dict[tuple[Columns, frozenset[str]], dict[str, tuple[str | None, ...]]] = {}
    for label, key in keys.items():
        columns, texts = zip(*key, strict=True)
        null = frozenset(name for name, text in key if text is None)
        alike.setdefault((columns, null), {})[label] = texts
    for (columns, null), rows in alike.items():
        statement = stored_values_statement(table, column, columns, null)
        remaining = iter(rows.items())
        while chunk := dict(islice(remaining, CHUNK)):
            arrays = [list(texts) for texts in zip(*chunk.values(), strict=True)]
            found |= dict(connection.execute(statement, [list(chunk), *arrays]).fetchall())
    return found


def stored_values_statement(table: Table, column: str, key: Columns, null: frozenset[str]) -> sql.Composed:
    """Look up rows of which these columns of the key are NULL, and no others."""
    return sql.SQL(
        "select staged.label, target.{column}::pg_catalog.text"
        " from (select label, {typed} from rows from ({arrays}) as given (label, {key})) as staged"
        " join {table} as target on {same}"
    ).format(
        column=sql.Identifier(column),
        arrays=sql.SQL(", ").join([sql.SQL("pg_catalog.unnest(%s::pg_catalog.text[])")] * (len(key) + 1)),
        key=names(key),
        typed=sql.SQL(", ").join(
            sql.SQL("{0}::{1} as {0}").format(sql.Identifier(name), type_of(table.column(name))) for name in key
        ),
        table=own_rows(table),
        same=same(key, table.equalities(key), frozenset(key) - null, null),
    )


def stored_value(connection: Connection, table: Table, key: str, value: Value, column: str) -> object:
    """Return what the row with a key has in a column; raises FixtureError where it is not there."""
    statement = sql.SQL("select {} from {} where {} {} {}::{}").format(
        sql.Identifier(column),
        own_rows(table),
        sql.Identifier(key),
        operator(table.column(key).equality),
        sql.Literal(encoder_for(table.column(key))(value)),
        type_of(table.column(key)),
    )
    with pipelined(connection):  # by the extended protocol, as the statement holds text of a file
        found = connection.execute(statement)
    row: tuple[object] | None = found.fetchone()
    if row is None:
        raise FixtureError(
            f"the row of table {in_quotes(table.name)} is not in the database yet",
            hint=f'Load it before: @seeder(depends_on=["{table.name}"]).',
        )
    return row[0]


def stored_texts(connection: Connection, table: Table, column: str, texts: Collection[str]) -> set[str]:
    """Look up which texts rows have in a column of text, as they are: a cast to its type would cut them.

    Where it may take texts for equal that are spelled variously, the case of letters does not count.
    """
    if not texts:
        return set()
    spelled = sql.SQL("pg_catalog.lower({})" if table.column(column).spelled_variously else "{}")
    stored = sql.SQL("target.{}::pg_catalog.text").format(sql.Identifier(column))
    statement = sql.SQL(
        "select given.label from pg_catalog.unnest(%s::pg_catalog.text[]) as given (label)"
        " where {} operator(pg_catalog.=) any (select {} from {} as target)"
    ).format(spelled.format(sql.SQL("given.label")), spelled.format(stored), own_rows(table))
    return {text for (text,) in connection.execute(statement, [list(texts)])}


def stored_keys(connection: Connection, table: Table, column: str) -> PackedTexts:
    """Stream the keys of all rows of a table, as text."""
    from seedkit.core.fixture_language.packed_texts import PackedTexts

    statement = sql.SQL("copy (select {}::pg_catalog.text from {}) to stdout").format(
        sql.Identifier(column), own_rows(table)
    )
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        return PackedTexts(row[0] for row in copy.rows())
