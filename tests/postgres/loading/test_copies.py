"""Rows of code are made while the server is at work on those before: whatever that code does, as if it had waited."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest

from seedkit.core.rows.blocks import RowSource
from seedkit.core.rows.keys import OnConflict
from seedkit.core.rows.python_rows import BLOCK_ROWS, value_blocks
from seedkit.errors import LoadError
from seedkit.postgres.catalog.tables import read_catalog, read_tables
from seedkit.postgres.loading.table_loads import TableLoad
from seedkit.postgres.loading.ways import load_tables
from tests.postgres.loads import Connection, rows_of

MADE = 2 * BLOCK_ROWS + 10
TABLE = "create table things (id integer primary key check (id <> 7), seen bigint)"
SLOW = """
    create function slow() returns trigger language plpgsql as $$begin perform pg_sleep({seconds}); return null; end$$;
    create trigger slow after insert on things for each statement execute function slow()
"""


def insert(connection: Connection, rows: Iterator[dict[str, Any]]) -> int:
    """Insert rows of code, in a transaction."""
    oid = read_catalog(connection).table("things").oid
    table = read_tables(connection, [oid])[oid]
    source = RowSource(
        name="a seeder",
        may_query=True,
        blocks=lambda: value_blocks(rows, table),
        on_conflict=OnConflict.UPDATE,
        key=(),
    )
    with connection.transaction():
        return load_tables(connection, [TableLoad(table=table, sources=(source,))])[0].inserted


def test_rows_are_made_while_the_server_is_at_work_on_those_before(connection: Connection) -> None:
    connection.execute(TABLE)
    connection.execute(SLOW.format(seconds=0.1).encode())
    is_at_work = []

    def rows() -> Iterator[dict[str, Any]]:
        for number in range(MADE):
            if number == BLOCK_ROWS:
                is_at_work.append(connection.lock.locked())
            yield {"id": -number}

    assert insert(connection, rows()) == MADE
    assert is_at_work == [True]


@pytest.mark.parametrize("there", [0, 1], ids=["an empty table", "a table with rows"])
def test_whoever_makes_the_rows_may_use_the_connection_and_finds_what_was_sent(
    there: int, connection: Connection
) -> None:
    connection.execute(TABLE)
    connection.execute("insert into things select 1000000 from generate_series(1, %s)", (there,))

    def rows() -> Iterator[dict[str, Any]]:
        for number in range(MADE):
            ask = number in (0, BLOCK_ROWS, MADE - 1)
            yield {"id": -number, "seen": rows_of(connection, "select count(*) from things")[0][0] if ask else None}

    insert(connection, rows())

    seen = [
        count for (count,) in rows_of(connection, "select seen from things where seen is not null order by id desc")
    ]
    assert seen == ([1, 1, 1] if there else [0, BLOCK_ROWS, 2 * BLOCK_ROWS])  # others wait in a stage for the merge


@pytest.mark.parametrize("then", ["uses the connection", "goes on", "fails"])
def test_a_refused_row_is_told_whatever_the_code_does_before_it_is_known(then: str, connection: Connection) -> None:
    connection.execute(TABLE)

    def rows() -> Iterator[dict[str, Any]]:
        for number in range(BLOCK_ROWS - 3, MADE + BLOCK_ROWS):
            if number == 2 * BLOCK_ROWS and then == "uses the connection":
                connection.execute("select 1")
            if number == 2 * BLOCK_ROWS and then == "fails":
                raise ValueError("the code's own")
            yield {"id": 7 if number == BLOCK_ROWS else -number}

    with pytest.raises(LoadError, match="things_id_check"):
        insert(connection, rows())

    assert rows_of(connection, "select count(*) from things") == [(0,)]


def test_ctrl_c_while_rows_are_made_has_the_server_give_up(connection: Connection) -> None:
    connection.execute(TABLE)
    connection.execute(SLOW.format(seconds=60).encode())

    def rows() -> Iterator[dict[str, Any]]:
        yield from ({"id": -number} for number in range(BLOCK_ROWS))
        raise KeyboardInterrupt

    start = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        insert(connection, rows())

    assert time.monotonic() - start < 30
    assert rows_of(connection, "select count(*) from things") == [(0,)]
