"""Rows whose key may be NULL: what they are joined by grows with them and no faster, and means what it did."""

from __future__ import annotations

from typing import LiteralString

import pytest
from psycopg import sql

from seedkit.core.rows.keys import OnConflict
from seedkit.core.rows.shapes import RowShape
from seedkit.postgres.catalog.tables import read_catalog, read_tables
from seedkit.postgres.loading.merging.present_rows import present_rows_statement
from seedkit.postgres.loading.merging.statements import merge_statement, work_statement
from seedkit.postgres.loading.stages import Stage, stage_statement
from seedkit.postgres.loading.stored_rows import CHUNK, stored_values_statement
from tests.postgres.growth import rows_touched_by
from tests.postgres.loads import Connection, Load, rows_of, watch

PLACES = "list_id integer, position integer, name text, unique (list_id, position)"
ROWS: LiteralString = """
    insert into items (list_id, position, name)
    select nullif(number / 10, 0), nullif(number % 10, 0), 'name ' || number from generate_series(1, {}) as number
"""


@pytest.fixture
def connection(emptied: Connection) -> Connection:
    return emptied


def filled_stage(connection: Connection, rows: int, on_conflict: OnConflict = OnConflict.UPDATE) -> Stage:
    """Rows in the table `items`, with NULLs in either column of their key, and the same once more in a stage."""
    connection.execute(sql.SQL("drop table if exists items"))
    connection.execute(f"create table items (id serial primary key, {PLACES})".encode())
    connection.execute(sql.SQL(ROWS).format(sql.Literal(rows)))
    connection.execute("analyze items")
    oid = read_catalog(connection).table("items").oid
    table, columns = read_tables(connection, [oid])[oid], ("list_id", "position", "name")
    stage = Stage(table=table, shape=RowShape(columns=columns), key=columns[:2], on_conflict=on_conflict)
    connection.execute(stage_statement(stage))
    connection.execute(sql.SQL("insert into {} select list_id, position, name from items").format(stage.identifier))
    return stage


@pytest.mark.growth
@pytest.mark.parametrize("statement", ["merge", "work", "present"])
def test_rows_that_are_there_are_joined_in_proportion_to_their_number(connection: Connection, statement: str) -> None:
    touched = []
    for rows in (1_000, 4_000):
        with connection.transaction(force_rollback=True):
            stage = filled_stage(connection, rows)
            made = {
                "merge": merge_statement([stage]),
                "work": work_statement([stage]),
                "present": present_rows_statement(stage, rows),
            }
            touched.append(rows_touched_by(connection, made[statement]))

    assert touched[1] < 6 * touched[0]


@pytest.mark.growth
def test_a_thousand_labelled_rows_are_looked_up_by_one_look_at_the_table(connection: Connection) -> None:
    rows, key = 20_000, ("list_id", "position")
    with connection.transaction(force_rollback=True):
        table = filled_stage(connection, rows).table
        texts = [str(number) for number in range(1, CHUNK + 1)]
        statement = stored_values_statement(table, "id", key, frozenset({"position"}))

        touched = rows_touched_by(connection, statement, [texts, texts, [None] * CHUNK])

    assert touched < 5 * (rows + CHUNK)


@pytest.mark.usefixtures("way")
def test_rows_with_nulls_in_different_columns_are_recognised_and_inserted_in_their_order(
    connection: Connection, load: Load
) -> None:
    connection.execute(f"create table items (id serial primary key, {PLACES})".encode())
    pairs = [("~", "~"), (1, 1), ("~", 2), (1, "~"), (2, 2), (3, "~")]
    fixture = "".join(f"- {{list_id: {first}, position: {second}, name: a}}\n" for first, second in pairs)
    later = fixture.replace("position: 2, name: a", "position: 2, name: b") + "- {list_id: ~, position: 3, name: c}\n"
    assert load(items=fixture) == {"items": (6, 0, 0)}
    first = rows_of(connection, "select list_id, position from items order by id")

    assert load(items=fixture) == {"items": (0, 0, 6)}
    assert load(items=later) == {"items": (1, 2, 4)}

    assert first == [(None, None), (1, 1), (None, 2), (1, None), (2, 2), (3, None)]
    named = rows_of(connection, "select list_id, position, name from items where name <> 'a' order by id")
    assert named == [(None, 2, "b"), (2, 2, "b"), (None, 3, "c")]


def test_five_columns_that_may_be_null_recognise_their_rows(connection: Connection, load: Load) -> None:
    connection.execute("create table items (a int, b int, c int, d int, e int, name text, unique (a, b, c, d, e))")
    fixture = "".join(f"- {{a: ~, b: ~, c: ~, d: ~, e: {e}, name: n}}\n" for e in ("~", 1, 2))
    load(items=fixture)

    again = load(items=fixture.replace("e: 2, name: n", "e: 2, name: m"))

    assert again == {"items": (0, 1, 2)}


def test_a_trigger_for_each_statement_fires_once_for_an_update(connection: Connection, load: Load) -> None:
    connection.execute(f"create table items (id serial primary key, {PLACES})".encode())
    fixture = "- {list_id: ~, position: 1, name: a}\n- {list_id: 1, position: 1, name: a}\n"
    load(items=fixture)
    watch(connection, "items", each="statement")

    load(items=fixture.replace("name: a", "name: b"))

    assert rows_of(connection, "select what from writes") == [("UPDATE",)]
