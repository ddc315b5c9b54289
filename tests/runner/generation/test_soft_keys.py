"""What a schema does not say, but means: columns that are named for a table refer to its rows."""

from __future__ import annotations

import psycopg

from tests.runner.generation.test_keys import filled, rows

Connection = psycopg.Connection


def test_a_column_that_is_named_for_a_table_refers_to_its_rows(connection: Connection) -> None:
    connection.execute("""
        create table zebras (id integer primary key check (id >= 5000));
        create table categories (id uuid primary key);
        create table animals (
            id serial primary key, zebra_id bigint not null, favourite_zebra_id integer, category_id uuid,
            category_uuid text, unicorn_id integer
        );
    """)

    filled(connection, {"*": 30})

    asked = """
        select bool_and(zebra_id in (select id from zebras)), bool_and(favourite_zebra_id in (select id from zebras)),
            bool_and(category_id in (select id from categories)), count(favourite_zebra_id) < 30
        from animals
    """
    assert connection.execute(asked).fetchone() == (True, True, True, True)


def test_names_alone_bound_no_table_and_make_no_circle(connection: Connection) -> None:
    connection.execute("""
        create table users (id serial primary key, team_id integer);
        create table teams (id serial primary key, user_id integer unique, zone_id integer not null);
        create table zones (id serial primary key check (id < 0));
    """)

    report = filled(connection, {"u*": 30, "t*": 50})

    assert rows(report) == {"users": 30, "teams": 50}
