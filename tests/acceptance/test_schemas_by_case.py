"""Schemas whose names differ only in case: a name means the one as typed, then the one in lower case."""

from __future__ import annotations

import json
from typing import Any

import psycopg
import pytest

from seedkit import seed
from tests.conftest import Run, Write

Connection = psycopg.Connection[Any]

TWO_SHOPS = """
    create schema "Shop";
    create schema shop;
    create table "Shop".orders (id serial primary key, note text);
    create table shop.orders (id serial primary key, note text);
    insert into "Shop".orders values (7, 'large');
    insert into shop.orders values (9, 'small');
    """


def values(connection: Connection, table: str) -> list[Any]:
    return connection.execute(f"select id, note from {table} order by id".encode()).fetchall()


def last_values(connection: Connection) -> list[Any]:
    statement = """
        select (select last_value from "Shop".orders_id_seq), (select last_value from shop.orders_id_seq)
        """
    return list(connection.execute(statement).fetchone() or ())


@pytest.mark.parametrize(
    ("typed", "moved"),
    [
        (['"Shop".orders'], [7, 1]),
        (["Shop.ORDERS"], [7, 1]),
        (["shop.orders"], [1, 9]),
        (["SHOP.orders"], [1, 9]),
        (['"Shop".orders', "id", '"Shop".orders_id_seq'], [7, 1]),
        (["shop.orders", "id", "shop.orders_id_seq"], [1, 9]),
        (["--all", "--schema", "Shop"], [7, 1]),
        (["--all", "--schema", "shop"], [1, 9]),
    ],
)
def test_a_repair_is_of_the_schema_as_typed_then_of_the_one_in_lower_case(
    typed: list[str], moved: list[int], project: Write, connection: Connection, database: str, seedkit: Run
) -> None:
    """§1 Of two schemas whose names differ only in case, the one as typed is meant, then the folded one."""
    connection.execute(TWO_SHOPS)
    project({})

    told = seedkit("fix-sequence", *typed, DATABASE_URL=database)

    assert (told.returncode, told.stderr) == (0, "")
    assert last_values(connection) == moved


def test_a_check_and_generated_rows_are_of_the_schema_as_typed(
    project: Write, connection: Connection, database: str, seedkit: Run
) -> None:
    connection.execute(TWO_SHOPS)
    project({})

    checked = json.loads(seedkit("check", '"Shop".orders', "--json", DATABASE_URL=database).stdout)
    generated = seedkit("generate", '"Shop".orders=2', DATABASE_URL=database)

    assert [(each["schema"], each["table"]) for each in checked["sequences"]] == [("Shop", "orders")]
    assert generated.returncode == 0
    assert [len(values(connection, table)) for table in ('"Shop".orders', "shop.orders")] == [3, 1]


def test_what_is_dumped_of_both_is_seeded_into_both(
    project: Write, connection: Connection, database: str, seedkit: Run
) -> None:
    connection.execute(TWO_SHOPS)
    project({})

    dumped = seedkit("dump", "--all", "--output", "fixtures", DATABASE_URL=database)
    connection.execute('truncate "Shop".orders, shop.orders')
    seeded = seedkit("seed", DATABASE_URL=database)

    assert (dumped.returncode, seeded.returncode) == (0, 0), dumped.stderr + seeded.stderr
    assert values(connection, '"Shop".orders') == [(7, "large")]
    assert values(connection, "shop.orders") == [(9, "small")]
    assert last_values(connection) == [7, 9]


def test_a_file_of_several_tables_means_each_as_it_is_spelled(project: Write, connection: Connection) -> None:
    connection.execute(TWO_SHOPS)
    project({"fixtures/orders.yml": "'\"Shop\".orders':\n- {id: 8}\nshop.orders:\n- {id: 10}\n"})

    seed(connection=connection)

    assert values(connection, '"Shop".orders') == [(7, "large"), (8, None)]
    assert values(connection, "shop.orders") == [(9, "small"), (10, None)]


def test_a_schema_that_is_called_public_in_another_case_hides_no_table(project: Write, connection: Connection) -> None:
    connection.execute(
        'create schema "Public"; create table "Public".users (id serial primary key);'
        " create table users (id serial primary key)"
    )
    project({"fixtures/users.yml": "'\"Public\".users':\n- {id: 1}\npublic.users:\n- {id: 2}\n"})

    seed(connection=connection)

    [(first,)] = connection.execute('select id from "Public".users').fetchall()
    [(second,)] = connection.execute("select id from public.users").fetchall()
    assert (first, second) == (1, 2)


def test_a_schema_in_another_case_is_still_found_where_it_is_the_only_one(
    project: Write, connection: Connection
) -> None:
    connection.execute("create schema shop; create table shop.orders (id serial primary key)")
    project({"fixtures/orders.yml": "'\"Shop\".orders':\n- {id: 8}\n"})

    seed(connection=connection)

    assert connection.execute("select id from shop.orders").fetchall() == [(8,)]
