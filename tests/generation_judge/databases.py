"""Fresh databases from a template, and what stands in their tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from itertools import count

import psycopg
from psycopg import sql

from tests.generation_judge.schema import Connection, Table
from tests.servers import fresh_database

Row = tuple[str | None, ...]
Contents = Mapping[str, "TableContents"]
Fresh = Callable[[], AbstractContextManager[str]]
"""Gives the conninfo of a database that has a schema and no rows, for as long as it is needed."""

_NUMBERS = count()


class TableContents:
    """The rows of a table as texts, in no order."""

    def __init__(self, columns: Sequence[str], rows: Sequence[Row]) -> None:
        self.columns = list(columns)
        self.rows = rows

    def of(self, columns: Sequence[str]) -> list[Row]:
        """Give some columns of all rows, sorted."""
        places = [self.columns.index(name) for name in columns]
        return sorted((tuple(row[place] for place in places) for row in self.rows), key=_nulls_first)

    def differing(self, other: TableContents, columns: Sequence[str]) -> list[str]:
        """List those of some columns that have other values in another table, whatever the order of the rows."""
        if self.of(columns) == other.of(columns):
            return []
        alone = [name for name in columns if self.of([name]) != other.of([name])]
        return alone or list(columns)


def _nulls_first(row: Row) -> list[tuple[bool, str]]:
    return [(value is not None, value or "") for value in row]


def read_contents(connection: Connection, tables: Sequence[Table]) -> dict[str, TableContents]:
    """Read all rows of some tables, each value as its text."""
    return {table.name: _read(connection, table) for table in tables}


def _read(connection: Connection, table: Table) -> TableContents:
    names = [column.name for column in table.columns]
    texts = sql.SQL(", ").join(sql.SQL("{}::text").format(sql.Identifier(name)) for name in names)
    only = sql.SQL("" if len(table.relations) > 1 else "only ")
    statement = sql.SQL("select {} from {}{}").format(texts, only, sql.SQL(table.name))
    return TableContents(names, connection.execute(statement).fetchall())


@contextmanager
def template(server: str, schema: bytes) -> Iterator[Fresh]:
    """Create a schema once, and give what makes fresh databases of it."""
    with fresh_database(server, _name()) as first:
        with psycopg.connect(first, autocommit=True) as connection:
            connection.execute(schema)
            name = connection.info.dbname
        yield lambda: fresh_database(server, _name(), name)


def _name() -> str:
    return f"judged_{next(_NUMBERS)}"
