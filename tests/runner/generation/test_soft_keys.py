"""What a schema does not say, but means: columns named for a table, and tables that triggers write into."""

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


def test_writers_come_before_what_their_triggers_write(connection: Connection) -> None:
    connection.execute("""
        create table a_details (user_id integer primary key, note text);
        create table users (id serial primary key, name text not null);
        create function writes() returns trigger language plpgsql as
            'begin insert into public.a_details (user_id) values (new.id); return null; end';
        create trigger writes after insert on users for each row execute function writes();
    """)

    report = filled(connection, {"*": 20})

    assert rows(report)["users"] == 20
    assert connection.execute("select count(*) >= 20 from a_details").fetchone() == (True,)


def test_what_triggers_copy_holds_where_it_goes(connection: Connection) -> None:
    connection.execute("""
        create table rules_of_teams (id integer primary key, updated_at timestamp not null,
            size integer not null check (size > 5000));
        create table rules (id serial primary key, updated_at timestamp, size integer, note text);
        create table teams (id serial primary key, rules_id integer references rules);
        alter table rules add team_id integer references teams;
        create function copies() returns trigger language plpgsql as 'begin
            insert into rules_of_teams (id, updated_at, size) values (NEW.id, NEW.updated_at, NEW.size); return null;
        end';
        create trigger copies after insert on rules for each row execute function copies();
    """)

    report = filled(connection, {"*": 40})  # rules and teams are a circle, of whose rows none can be left out

    assert rows(report) == {"rules": 40, "teams": 40, "rules_of_teams": 40}
    assert connection.execute("select count(*) from rules_of_teams").fetchone() == (80,)
