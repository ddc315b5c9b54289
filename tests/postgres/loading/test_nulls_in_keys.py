"""Rows whose key may be NULL: what they are joined by grows with them and no faster, and means what it did."""

from __future__ import annotations

from typing import LiteralString

import pytest
from msgspec.structs import replace
from psycopg import sql

from seedkit.core.rows.keys import OnConflict
from seedkit.core.rows.shapes import RowShape
from seedkit.postgres.catalog.tables import read_catalog, read_tables
from seedkit.postgres.identifiers import names
from seedkit.postgres.loading.merging.meant_twice import meant_twice_statement
from seedkit.postgres.loading.merging.present_rows import present_rows_statement
from seedkit.postgres.loading.merging.statements import merge_statement, work_statement
from seedkit.postgres.loading.stages import Stage, stage_statement
from seedkit.postgres.loading.stored_rows import stored_values, stored_values_statement
from tests.postgres.growth import rows_touched_by
from tests.postgres.loads import Connection, Load, rows_of, watch

PLACES = "list_id integer, position integer, name text, unique (list_id, position)"
ROWS: LiteralString = """
    insert into items (list_id, position, name)
    select nullif(number / 10, 0), nullif(number % 10, 0), 'name ' || number from generate_series(1, {}) as number
"""
VARIOUS = """
    create extension if not exists citext;
    create domain code as varchar(9) check (value <> '');
    create type pair as (one integer, other text);
"""


@pytest.fixture
def connection(emptied: Connection) -> Connection:
    return emptied


def filled_stage(connection: Connection, rows: int, *, key: str = "list_id, position") -> Stage:
    """Rows in the table `items`, with NULLs in columns of their key, and the same once more in a stage."""
    connection.execute(
        "create table items (id serial primary key, list_id integer, position integer, a integer, b integer,"
        f" c integer, name text, unique ({key}))".encode()
    )
    connection.execute(sql.SQL(ROWS).format(sql.Literal(rows)))
    connection.execute("analyze items")
    oid = read_catalog(connection).table("items").oid
    columns = (*key.split(", "), "name")
    stage = Stage(
        table=read_tables(connection, [oid])[oid],
        shape=RowShape(columns=columns),
        key=columns[:-1],
        on_conflict=OnConflict.UPDATE,
    )
    fill(connection, stage)
    return stage


def fill(connection: Connection, stage: Stage) -> None:
    connection.execute(stage_statement(stage))
    columns = names(stage.shape.columns)
    connection.execute(sql.SQL("insert into {} select {} from items").format(stage.identifier, columns))


def rows_scanned(connection: Connection, table: str) -> int:
    """Count the rows that this session's scans of a table have read so far."""
    connection.execute("select pg_stat_force_next_flush()")
    counted = connection.execute(
        "select seq_tup_read + coalesce(idx_tup_fetch, 0) from pg_stat_user_tables where relname = %s", [table]
    )
    return int((counted.fetchone() or (0,))[0])


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
@pytest.mark.parametrize("key", ["list_id, position", "list_id, position, a, b, c"])
def test_rows_of_a_table_with_a_trigger_for_each_statement_are_joined_in_proportion_to_their_number(
    connection: Connection, key: str
) -> None:
    touched = []
    for rows in (500, 2_000):
        with connection.transaction(force_rollback=True):
            stage = filled_stage(connection, rows, key=key)
            watch(connection, "items", each="statement")
            table = read_tables(connection, [stage.table.oid])[stage.table.oid]
            touched.append(rows_touched_by(connection, merge_statement([replace(stage, table=table)])))

    assert touched[1] < 6 * touched[0]


@pytest.mark.growth
def test_rows_that_several_fixtures_mean_by_different_keys_are_compared_in_proportion_to_their_number(
    connection: Connection,
) -> None:
    touched = []
    for rows in (500, 2_000):
        with connection.transaction(force_rollback=True):
            stage = filled_stage(connection, rows, key="list_id, position, a, b, c")
            fill(connection, other := replace(stage, key=("name",)))
            touched.append(rows_touched_by(connection, meant_twice_statement(stage, other)))

    assert touched[1] < 6 * touched[0]


@pytest.mark.growth
def test_a_thousand_labelled_rows_are_looked_up_by_one_look_at_the_table(connection: Connection) -> None:
    rows, looked_up, key = 20_000, 1_000, ("list_id", "position")
    with connection.transaction(force_rollback=True):
        table = filled_stage(connection, rows).table
        texts = [str(number) for number in range(1, looked_up + 1)]
        statement = stored_values_statement(table, "id", key, frozenset({"position"}))

        touched = rows_touched_by(connection, statement, [texts, texts, [None] * looked_up])

    assert touched < 5 * (rows + looked_up)


@pytest.mark.growth
def test_labelled_rows_are_looked_up_in_proportion_to_their_number(connection: Connection) -> None:
    connection.execute("create table items (id serial primary key, name text)")
    [table] = read_tables(connection, [read_catalog(connection).table("items").oid]).values()
    read = [0]
    for rows in (5_000, 20_000):
        connection.execute("truncate items restart identity")
        connection.execute("insert into items (name) select 'n' || number from generate_series(1, %s) number", [rows])
        keys = {f"l{number}": (("name", f"n{number}"),) for number in range(1, rows + 1)}

        found = stored_values(connection, table, "id", keys)

        assert found == {label: label[1:] for label in keys}
        read.append(rows_scanned(connection, "items"))

    assert read[2] - read[1] < 6 * read[1]


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


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("citext", "Ada"),
        ('text collate "C"', "Ada"),
        ("code", "x1"),
        ("pair", "{one: 1, other: ~}"),
        ("integer[]", "[1, ~]"),
        ("int4range", "'[1,5)'"),
        ("character(3)", "ab"),
    ],
)
@pytest.mark.usefixtures("way")
def test_a_key_of_any_type_recognises_rows_with_and_without_null_where_a_trigger_sees_each_statement(
    connection: Connection, load: Load, column: str, value: str
) -> None:
    connection.execute(VARIOUS.encode())
    connection.execute(f"create table items (a {column}, b integer not null, name text, unique (a, b))".encode())
    watch(connection, "items", each="statement")
    fixture = "".join(f"- {{a: {a}, b: {b}, name: n}}\n" for b in range(2) for a in ("~", value))
    load(items=fixture)

    again = load(items=fixture.replace("name: n", "name: m"))

    assert again == {"items": (0, 4, 0)}
