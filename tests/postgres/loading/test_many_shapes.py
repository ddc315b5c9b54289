"""Rows of one table that each name other columns: the work grows with the rows, not with how differently they look."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from itertools import chain, combinations, islice

import pytest
from psycopg import sql

from seedkit.core.catalog import Table
from seedkit.core.rows.keys import OnConflict
from seedkit.core.rows.shapes import RowShape
from seedkit.postgres.catalog.tables import read_tables
from seedkit.postgres.connection import execute_alone
from seedkit.postgres.loading.merging.merge import counts_by_stage
from seedkit.postgres.loading.merging.statements import merge_statement, work_statement
from seedkit.postgres.loading.stages import Stage
from seedkit.postgres.unencoded import text_of
from tests.postgres.loads import Connection, rows_of

OPTIONAL = tuple("abcdefghij")


def a_table_of_many_columns(connection: Connection) -> Table:
    columns = ", ".join(f"{name} text default 'left out'" for name in OPTIONAL)
    connection.execute(f"create table notes (id integer primary key, {columns})".encode())
    [(oid,)] = rows_of(connection, "select 'notes'::regclass::oid::int8")
    return read_tables(connection, [oid])[oid]


def stages_of_one_row(table: Table, count: int) -> list[Stage]:
    """Stages of which each has other columns."""
    shapes: Iterator[tuple[str, ...]] = chain.from_iterable(combinations(OPTIONAL, size) for size in range(11))
    return [
        Stage(
            table=table,
            shape=RowShape(columns=("id", *columns)),
            key=("id",),
            on_conflict=OnConflict.UPDATE,
            document=json.dumps([{"id": str(number), **dict.fromkeys(columns, "given"), "seedkit_number": "1"}]),
        )
        for number, columns in enumerate(islice(shapes, count), start=1)
    ]


@pytest.mark.growth
@pytest.mark.parametrize("statement", [merge_statement, work_statement])
def test_a_statement_for_rows_of_many_shapes_grows_with_their_number(
    connection: Connection, statement: Callable[[Sequence[Stage]], sql.Composed]
) -> None:
    table = a_table_of_many_columns(connection)

    lengths = [len(text_of(statement(stages_of_one_row(table, shapes)))) for shapes in (200, 800)]

    assert lengths[1] < 6 * lengths[0]  # the later ones have more columns


def test_rows_of_more_shapes_than_a_row_of_answers_has_columns_are_merged(connection: Connection) -> None:
    table = a_table_of_many_columns(connection)
    stages = stages_of_one_row(table, 840)

    merged = counts_by_stage(execute_alone(connection, merge_statement(stages)).fetchone() or ())

    assert merged == [(0, 1)] * 840
    assert rows_of(connection, "select a, b from notes where id = 2") == [("given", "left out")]
