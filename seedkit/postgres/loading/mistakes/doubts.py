"""The rows of a load that failed, laid out as text with their places, so that PostgreSQL can be asked which are wrong.

Read again from the files, as the load itself keeps no line numbers. All of it is temporary and rolled back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

import psycopg
from msgspec import Struct
from msgspec.structs import replace
from psycopg import sql

from seedkit.core.catalog import Table
from seedkit.core.names import Columns
from seedkit.core.rows.blocks import Block, PlacedBlock, PlacedRow, RowSource, WaitingRows
from seedkit.core.rows.keys import OnConflict, row_key
from seedkit.core.rows.shapes import RowShape
from seedkit.errors import LoadError, Origin
from seedkit.postgres.connection import Connection
from seedkit.postgres.identifiers import operator, own_rows, trusted, type_of
from seedkit.postgres.loading.stages import Stage

FILE, LINE = sql.Identifier("seedkit file"), sql.Identifier("seedkit line")


class Doubts(Struct, frozen=True, kw_only=True):
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

    def keeps(self, *columns: str) -> sql.Composable:
        """Say that a `row` is in the table already and leaves what is there: as a whole, or in all of some columns."""
        leaving = [
            sql.SQL("(row.{} operator(pg_catalog.=) {} and exists (select 1 from {} as there where {}))").format(
                FILE, sql.Literal(number), own_rows(self.table), self.same(stage.key)
            )
            for number, stage in enumerate(map(self.stage, self.files))
            if stage.key and (stage.on_conflict is OnConflict.SKIP or _leaves(stage, columns))
        ]
        return sql.SQL("({})").format(sql.SQL(" or ").join(leaving)) if leaving else sql.SQL("false")

    def with_keys(self, columns: Iterable[str]) -> tuple[str, ...]:
        """Add to columns those by which the rows are recognised, for `keeps`."""
        return tuple(dict.fromkeys([*columns, *(name for source in self.files for name in self.stage(source).key)]))

    def stage(self, source: RowSource) -> Stage:
        """Say how the rows of a source are recognised, and what becomes of those that are there."""
        key = row_key(self.table, self.shape.stable, source.key, source.on_conflict, source.origin)
        return Stage(table=self.table, shape=self.shape, key=key, on_conflict=source.on_conflict)

    def same(self, columns: Sequence[str], left: str = "there", right: str = "row") -> sql.Composed:
        """Say that two rows agree in columns, none of them NULL."""
        return sql.SQL(" and ").join(
            sql.SQL("{} {} {}::{}").format(
                sql.Identifier(left, name),
                operator(equality),
                sql.Identifier(right, name),
                type_of(self.table.column(name)),
            )
            for name, equality in zip(columns, self.table.equalities(columns), strict=True)
        )

    def _typed(self, name: str) -> sql.Composed:
        value = sql.Identifier(name) if name in self.shape.columns else sql.SQL("null")
        column = self.table.column(name)
        collated = sql.SQL(" collate {}").format(trusted(column.collation)) if column.collation else sql.SQL("")
        return sql.SQL("{}::{}{} as {}").format(value, type_of(column), collated, sql.Identifier(name))


def _leaves(stage: Stage, columns: Columns) -> bool:
    return stage.on_conflict is OnConflict.UPDATE and bool(columns) and {*stage.updatable}.isdisjoint(columns)


def doubt(
    connection: Connection, number: int, table: Table, files: Sequence[RowSource], since: Origin | None = None
) -> list[Doubts]:
    """Lay out the rows of a table's sources; `number` tells its tables from those of others.

    Of rows that were sent one after the other, those before `since` are known to be right, and left out.
    """
    found: dict[RowShape, Doubts] = {}
    for block in _blocks(files, since):
        shape = block.shape
        if shape not in found:
            name = sql.Identifier("pg_temp", f"seedkit_doubts_{number}_{len(found)}")
            found[shape] = Doubts(name=name, table=table, shape=shape, files=files)
            _create(connection, found[shape])
        columns = sql.SQL(", ").join([FILE, LINE, *map(sql.Identifier, shape.columns)])
        with (
            connection.cursor() as cursor,
            cursor.copy(sql.SQL("copy {} ({}) from stdin").format(found[shape].name, columns)) as copy,
        ):
            copy.write(block.text)
    return [_with_rows_there(connection, each) for each in found.values()]


def _with_rows_there(connection: Connection, doubts: Doubts) -> Doubts:
    """Have the table's rows that agree with one of ours in a key where we can compare them.

    Not where a value is no input for its type, or nothing tells rows apart: those are looked for without the table.
    """
    if doubts.table.citus is None:
        return doubts
    from seedkit.postgres.loading.citus.copies import Asked, copy_of

    try:
        asked = [Asked(key, sql.SQL("({})").format(doubts.typed(key))) for key in _keys(doubts)]
        with connection.transaction():
            return replace(doubts, table=copy_of(connection, doubts.table, asked)) if asked else doubts
    except (psycopg.DataError, LoadError):
        return doubts


def _keys(doubts: Doubts) -> list[Columns]:
    keys = (*(doubts.stage(source).key for source in doubts.files), *(key.columns for key in doubts.table.keys))
    return [key for key in dict.fromkeys(keys) if key and {*doubts.shape.columns}.issuperset(key)]


def _create(connection: Connection, doubts: Doubts) -> None:
    columns = [sql.SQL("{} pg_catalog.text").format(sql.Identifier(name)) for name in doubts.shape.columns]
    connection.execute(
        sql.SQL("create temporary table {} ({}) on commit drop").format(
            doubts.name, sql.SQL(", ").join([sql.SQL("{} int").format(FILE), sql.SQL("{} int").format(LINE), *columns])
        )
    )


def _blocks(files: Sequence[RowSource], since: Origin | None) -> Iterator[Block]:
    """Give the rows in blocks of one shape, each with its place in front."""
    waiting = WaitingRows()
    for number, row in _rows(files) if since is None else _rows_since(files, since):
        if isinstance(row, PlacedBlock):
            yield from waiting.rest()  # shapes are told of in the order in which they come
            yield _with_places(number, row)
        elif full := waiting.add(row.shape, _line(number, row)):
            yield full
    yield from waiting.rest()


def _rows(files: Sequence[RowSource]) -> Iterator[tuple[int, PlacedRow | PlacedBlock]]:
    return ((number, row) for number, source in enumerate(files) for row in (source.placed() if source.placed else ()))


def _rows_since(files: Sequence[RowSource], since: Origin) -> Iterator[tuple[int, PlacedRow | PlacedBlock]]:
    """Leave out what was sent before a row; of several shapes that is not known, as each was sent by itself."""
    placed_since = files[0].placed_since if len(files) == 1 else None
    rows = ((0, row) for row in placed_since(since.line or 0)) if placed_since else _rows(files)
    shapes = set()
    for number, row in rows:
        shapes.add(row.shape)
        if len(shapes) > 1:
            break
        last = row.lines[-1] if isinstance(row, PlacedBlock) else row.line
        origin = files[number].origin
        if origin is not None and origin.path == since.path and last >= (since.line or 0):
            return chain([(number, row)], rows)
    return _rows(files)


def _with_places(number: int, block: PlacedBlock) -> Block:
    """Put the places in front of the rows of a block: these are many, and going one by one took as long as all else."""
    rows = zip(block.lines, block.text.decode().split("\n"), strict=False)
    text = "".join([f"{number}\t{line}\t{row}\n" for line, row in rows])
    return Block(block.shape, text.encode(), len(block.lines))


def _line(number: int, row: PlacedRow) -> str:
    return f"{number}\t{row.line}\t{row.text}" if row.shape.columns else f"{number}\t{row.line}\n"
