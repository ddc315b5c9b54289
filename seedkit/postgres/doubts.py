"""The rows of a load that failed, laid out as text with their places, so that PostgreSQL can be asked which are wrong.

Read again from the files, as the load itself keeps no line numbers. All of it is temporary and rolled back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import LiteralString, cast

from psycopg import sql

from seedkit.core.catalog import Table
from seedkit.core.row_blocks import PlacedRow, RowSource
from seedkit.core.row_shapes import RowShape
from seedkit.errors import Origin
from seedkit.postgres.connection import Connection
from seedkit.postgres.stages import type_of

FILE, LINE = sql.Identifier("seedkit file"), sql.Identifier("seedkit line")
MANY_BYTES = 256 * 1024


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


def trusted(text: str) -> sql.SQL:
    """Take an expression that PostgreSQL itself has written as SQL."""
    return sql.SQL(cast(LiteralString, text))


def doubt(connection: Connection, number: int, table: Table, files: Sequence[RowSource]) -> list[Doubts]:
    """Lay out the rows of a table's sources; `number` tells its tables from those of others."""
    found: dict[RowShape, Doubts] = {}
    for shape, text in _texts(files):
        if shape not in found:
            name = sql.Identifier(f"seedkit_doubts_{number}_{len(found)}")
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
    columns = [sql.SQL("{} text").format(sql.Identifier(name)) for name in doubts.shape.columns]
    connection.execute(
        sql.SQL("create temporary table {} ({}) on commit drop").format(
            doubts.name, sql.SQL(", ").join([sql.SQL("{} int").format(FILE), sql.SQL("{} int").format(LINE), *columns])
        )
    )


def _texts(files: Sequence[RowSource]) -> Iterator[tuple[RowShape, str]]:
    """Give the rows in pieces of one shape, each as COPY text with its place in front."""
    waiting: dict[RowShape, list[str]] = {}
    sizes: dict[RowShape, int] = {}
    for number, source in enumerate(files):
        for row in source.placed() if source.placed else ():
            waiting.setdefault(row.shape, []).append(_line(number, row))
            sizes[row.shape] = sizes.get(row.shape, 0) + len(row.text)
            if sizes[row.shape] > MANY_BYTES:
                yield row.shape, "".join(waiting.pop(row.shape))
                del sizes[row.shape]
    yield from ((shape, "".join(lines)) for shape, lines in waiting.items())


def _line(number: int, row: PlacedRow) -> str:
    return f"{number}\t{row.line}\t{row.text}"
