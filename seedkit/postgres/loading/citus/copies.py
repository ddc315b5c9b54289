"""Brings rows of tables that Citus keeps to the coordinator, as far as they are asked about.

No statement can compare such a table with a temporary one row by row; with a copy of its rows each can. More rows than
were asked about do no harm, so that a copy is chosen by what an index can look up, or is one of the whole table.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from typing import NamedTuple

from msgspec.structs import replace
from psycopg import sql

from seedkit.core.catalog import EQUALITY, Table
from seedkit.core.names import Columns
from seedkit.core.rows.keys import OnConflict
from seedkit.postgres.connection import Connection, takes_statements
from seedkit.postgres.identifiers import names, own_rows
from seedkit.postgres.loading.stages import Stage
from seedkit.postgres.loading.table_loads import StagedLoad

_FEW = 5_000
"""So many rows are looked up, which each shard reads: 200,000 took 4.7 s, and their whole table 0.7 s."""
_TIMES = 20
"""A table of no more than so many times the rows that are looked for is copied as a whole."""

_numbers = count(1)


class Asked(NamedTuple):
    """Rows of ours, a relation or a query in brackets; of the table those are meant that agree with one in columns."""

    columns: Columns
    rows: sql.Composable


@contextmanager
def rows_at_hand(connection: Connection, loads: Sequence[StagedLoad]) -> Iterator[None]:
    """Have the rows that staged ones may mean stand beside the stages, as they are now; gone after the block."""
    copies: list[str] = []
    try:
        for staged in loads:
            if asking := [stage for stage in staged.stages if _asks(stage)]:
                table = _copy_for(connection, asking)
                copies.append(table.copy)
                staged.stages = [replace(stage, table=table) for stage in staged.stages]
        yield
    finally:
        if copies and takes_statements(connection):
            listed = sql.SQL(", ").join(sql.Identifier("pg_temp", name) for name in copies)
            connection.execute(sql.SQL("drop table {}").format(listed))


def copy_of(
    connection: Connection, table: Table, asked: Sequence[Asked], columns: sql.Composable | None = None
) -> Table:
    """Copy the rows that agree with some of ours, perhaps others too; give the table with its copy.

    It lasts to the end of the transaction or of the savepoint.
    """
    name = f"seedkit_rows_{table.oid}_{next(_numbers)}"
    connection.execute(
        sql.SQL("create temporary table {} on commit drop as select {} from {}{}").format(
            sql.Identifier("pg_temp", name),
            sql.SQL("*") if columns is None else columns,
            own_rows(table),
            _condition(connection, table, asked),
        )
    )
    return replace(table, copy=name)


def _asks(stage: Stage) -> bool:
    """Whether rows that are there make a difference."""
    return stage.on_conflict is not OnConflict.ERROR or stage.refuses_present


def _copy_for(connection: Connection, stages: Sequence[Stage]) -> Table:
    table = stages[0].table
    columns = tuple(dict.fromkeys(name for stage in stages for name in (*stage.key, *stage.shape.stable)))
    asked = [Asked(_told_by(stage), stage.identifier) for stage in stages]
    return copy_of(connection, table, asked, names(columns) if columns else sql.SQL("1 as seedkit_row"))


def _told_by(stage: Stage) -> Columns:
    """List the columns that tell which rows a stage may mean: its key, else the one that tells where a row lies."""
    if stage.key or stage.table.citus is None or stage.table.citus.column is None:
        return stage.key
    return (stage.table.citus.column,)


def _condition(connection: Connection, table: Table, asked: Sequence[Asked]) -> sql.Composable:
    looked_up = [Asked(_comparable(table, each.columns), each.rows) for each in asked]
    if not all(each.columns for each in looked_up) or _is_small_beside(connection, table, looked_up):
        return sql.SQL("")
    return sql.SQL(" where {}").format(
        sql.SQL(" or ").join(
            sql.SQL("({0}) operator(pg_catalog.=) any (select {0} from {1} as asked)").format(
                names(each.columns), each.rows
            )
            for each in looked_up
        )
    )


def _comparable(table: Table, columns: Columns) -> Columns:
    """Keep the columns that never are NULL and whose values PostgreSQL's own operator tells apart."""
    known = (table.column(name) for name in columns)
    return tuple(column.name for column in known if column.not_null and column.equality == EQUALITY)


def _is_small_beside(connection: Connection, table: Table, asked: Sequence[Asked]) -> bool:
    """Whether rows are many, and the table has not many more."""
    ours = sum(_number_of(connection, each.rows) for each in asked)
    return ours > _FEW and _number_of(connection, own_rows(table)) <= _TIMES * ours


def _number_of(connection: Connection, rows: sql.Composable) -> int:
    row = connection.execute(sql.SQL("select pg_catalog.count(*) from {} as counted").format(rows)).fetchone()
    return row[0] if row else 0
