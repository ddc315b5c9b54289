"""What rows a table has, as generated ones have to know them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from psycopg import sql

from seedkit.core.catalog import Table
from seedkit.postgres.connection import Connection
from seedkit.postgres.identifiers import own_rows


@dataclass(frozen=True, slots=True)
class RowsThere:
    """How many rows a table has, and the highest value of each counted column."""

    count: int
    highest: dict[str, int]


def rows_there(connection: Connection, table: Table, counted: Sequence[str]) -> RowsThere:
    """Count a table's rows and find the highest values of its counted columns; one scan."""
    asked: list[sql.Composable] = [sql.SQL("pg_catalog.count(*)")]
    asked += [sql.SQL("pg_catalog.max({})").format(sql.Identifier(name)) for name in counted]
    statement = sql.SQL("select {} from {}").format(sql.SQL(", ").join(asked), own_rows(table))
    count, *highest = connection.execute(statement).fetchone() or (0,)
    return RowsThere(count, {name: int(value or 0) for name, value in zip(counted, highest, strict=True)})


def rows_added(connection: Connection, table: Table, there: int, sent: int) -> int:
    """Say how many of so many rows are in a table by now, beside those `there` before; some may have been swallowed."""
    return min(sent, max(0, rows_there(connection, table, ()).count - there))


def rows_as_copied(
    connection: Connection, table: Table, columns: Sequence[str], wanted: Collection[str]
) -> Iterator[list[str]]:
    """Give a table's own rows as COPY texts of some columns; those that are not wanted are NULL."""
    texts = sql.SQL(", ").join(sql.Identifier(name) if name in wanted else sql.SQL("null") for name in columns)
    statement = sql.SQL("copy (select {} from {}) to stdout").format(texts, own_rows(table))
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for line in copy:
            yield bytes(line).decode().removesuffix("\n").split("\t")
