"""What rows a table has, as generated ones have to know them."""

from __future__ import annotations

from collections.abc import Collection, Generator, Mapping, Sequence
from decimal import Decimal

from msgspec import Struct
from psycopg import sql

from seedkit.core.catalog import Table
from seedkit.core.generation.planning.numbering import Numbering
from seedkit.postgres.connection import Connection
from seedkit.postgres.identifiers import own_rows


class RowsThere(Struct, frozen=True):
    """How many rows a table has, and the number of the row after the last, as far as counted columns have `reached`."""

    count: int
    reached: dict[str, int]

    def past(self, row: int) -> RowsThere:
        """Have new rows begin with this one at the earliest."""
        return RowsThere(self.count, {**self.reached, "": row})


def rows_there(connection: Connection, table: Table, counted: Mapping[str, Numbering]) -> RowsThere:
    """Count a table's rows and find the last values of its counted columns; one scan."""
    asked = [sql.SQL("pg_catalog.count(*)"), *(_last_of(name, how) for name, how in counted.items())]
    statement = sql.SQL("select {} from {}").format(sql.SQL(", ").join(asked), own_rows(table))
    count, *last = connection.execute(statement).fetchone() or (0,)
    there = zip(counted.items(), last, strict=True)
    return RowsThere(count, {name: _row_after(value, how) for (name, how), value in there})


def reached_there(connection: Connection, table: Table, name: str, how: Numbering) -> int:
    """Find the number of the row after the last value of a column: an index tells, and no row is counted."""
    statement = sql.SQL("select {} from {}").format(_last_of(name, how), own_rows(table))
    (last,) = connection.execute(statement).fetchone() or (None,)
    return _row_after(last, how)


def _row_after(value: int | Decimal | None, how: Numbering) -> int:
    return 0 if value is None else how.row_of(int(value)) + 1


def _last_of(name: str, how: Numbering) -> sql.Composable:
    """Ask for the last value of a counted column; of a text for the last of the numbers in it."""
    value: sql.Composable = sql.Identifier(name)
    if how.expression is not None:
        value = sql.SQL("pg_catalog.substring({}::pg_catalog.text, {})::pg_catalog.numeric").format(
            value, sql.Literal(how.expression)
        )
    return sql.SQL("pg_catalog.max({})" if how.step > 0 else "pg_catalog.min({})").format(value)


def rows_added(connection: Connection, table: Table, there: int, sent: int) -> int:
    """Say how many of so many rows are in a table by now, beside those `there` before; some may have been swallowed."""
    return min(sent, max(0, rows_there(connection, table, {}).count - there))


def rows_as_copied(
    connection: Connection, table: Table, columns: Sequence[str], wanted: Collection[str]
) -> Generator[list[str]]:
    """Give a table's own rows as COPY texts of some columns; those that are not wanted are NULL. To be closed."""
    texts = sql.SQL(", ").join(sql.Identifier(name) if name in wanted else sql.SQL("null") for name in columns)
    statement = sql.SQL("copy (select {} from {}) to stdout").format(texts, own_rows(table))
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for line in copy:
            yield bytes(line).decode().removesuffix("\n").split("\t")
