"""The rows of a load that failed, laid out as text with their places, so that PostgreSQL can be asked which are wrong.

Read again from the files, as the load itself keeps no line numbers. All of it is temporary and rolled back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from psycopg import sql

from seedkit.core.catalog import Table
from seedkit.core.rows.blocks import Block, PlacedRow, RowSource, WaitingRows
from seedkit.core.rows.shapes import RowShape
from seedkit.errors import Origin
from seedkit.postgres.connection import Connection
from seedkit.postgres.identifiers import type_of

FILE, LINE = sql.Identifier("seedkit file"), sql.Identifier("seedkit line")


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubts:
    """The rows of one shape for one table, as text, in a temporary table; `files` are the sources they come from."""

    name: sql.Identifier
    table: Table
    shape: RowShape
    files: Sequence[RowSource]

    def origin(self, file: int, line: int) -> Origin | None:
        """Return the place of a row by the two numbers that stand beside it."""
        source = self.files[file]
        return Origin(path=source.origin.path, line=line) if source.origin else None

    def typed(self, columns: Iterable[str] | None = None) -> sql.Composed:
        """Select the rows with their places and some columns, by default all, typed; NULL where one is not given."""
        wanted = tuple(column.name for column in self.table.columns) if columns is None else tuple(columns)
        values = [self._typed(name) for name in wanted]
        return sql.SQL("select {} from {}").format(sql.SQL(", ").join([FILE, LINE, *values]), self.name)

    def _typed(self, name: str) -> sql.Composed:
        value = sql.Identifier(name) if name in self.shape.columns else sql.SQL("null")
        type_name = type_of(self.table.column(name))
        return sql.SQL("{}::{} as {}").format(value, type_name, sql.Identifier(name))


def doubt(connection: Connection, number: int, table: Table, files: Sequence[RowSource]) -> list[Doubts]:
    """Lay out the rows of a table's sources; `number` tells its tables from those of others."""
    found: dict[RowShape, Doubts] = {}
    for shape, text, _ in _blocks(files):
        if shape not in found:
            name = sql.Identifier("pg_temp", f"seedkit_doubts_{number}_{len(found)}")
            found[shape] = Doubts(name=name, table=table, shape=shape, files=files)
            _create(connection, found[shape])
        columns = sql.SQL(", ").join([FILE, LINE, *map(sql.Identifier, shape.columns)])
        with (
            connection.cursor() as cursor,
            cursor.copy(sql.SQL("copy {} ({}) from stdin").format(found[shape].name, columns)) as copy,
        ):
            copy.write(text)
    return list(found.values())


def _create(connection: Connection, doubts: Doubts) -> None:
    columns = [sql.SQL("{} pg_catalog.text").format(sql.Identifier(name)) for name in doubts.shape.columns]
    connection.execute(
        sql.SQL("create temporary table {} ({}) on commit drop").format(
            doubts.name, sql.SQL(", ").join([sql.SQL("{} int").format(FILE), sql.SQL("{} int").format(LINE), *columns])
        )
    )


def _blocks(files: Sequence[RowSource]) -> Iterator[Block]:
    """Give the rows in blocks of one shape, each with its place in front."""
    waiting = WaitingRows()
    for number, source in enumerate(files):
        for row in source.placed() if source.placed else ():
            if full := waiting.add(row.shape, _line(number, row)):
                yield full
    yield from waiting.rest()


def _line(number: int, row: PlacedRow) -> str:
    return f"{number}\t{row.line}\t{row.text}" if row.shape.columns else f"{number}\t{row.line}\n"
