"""Tables of every kind: partitioned, of other schemas, in circles, with triggers, rules of their types and lengths."""

from __future__ import annotations

from typing import LiteralString

import pytest

from tests.postgres.loads import Connection, Load, Refusal, rows_of

pytestmark = pytest.mark.usefixtures("way")


@pytest.fixture
def connection(emptied: Connection) -> Connection:
    return emptied


def test_a_circle_takes_rows_that_name_different_columns(plain_owner: Connection, load: Load) -> None:
    plain_owner.execute(
        """
        create table departments (id integer primary key, head_id integer not null, name text default 'no name');
        create table employees (
            id integer primary key, department_id integer not null references departments, boss_id integer
        );
        alter table departments add foreign key (head_id) references employees;
        alter table employees add foreign key (boss_id) references employees;
        """
    )
    fixtures = {
        "departments": "- {id: 1, head_id: 2, name: Workshop}\n- {id: 2, head_id: 1}\n",
        "employees": "- {id: 1, department_id: 2, boss_id: 2}\n- {id: 2, department_id: 1}\n",
    }

    loaded = [load(**fixtures), load(**fixtures)]

    assert loaded == [
        {"departments": (2, 0, 0), "employees": (2, 0, 0)},
        {"departments": (0, 0, 2), "employees": (0, 0, 2)},
    ]
    assert rows_of(plain_owner, "select name from departments order by id") == [("Workshop",), ("no name",)]


def test_a_tree_takes_rows_that_name_different_columns(connection: Connection, load: Load) -> None:
    connection.execute("create table parts (id integer primary key, whole integer references parts, name text)")
    fixture = "- {id: 1, whole: 3}\n- {id: 2, whole: 1, name: b}\n- {id: 3, name: c}\n- {id: 4}\n"

    assert [load(parts=fixture), load(parts=fixture)] == [{"parts": (4, 0, 0)}, {"parts": (0, 0, 4)}]


def test_a_constraint_that_is_not_valid_holds_for_new_rows_alone(
    connection: Connection, load: Load, refusal: Refusal
) -> None:
    connection.execute("create table users (id integer primary key, age integer)")
    connection.execute("insert into users values (1, -1)")
    connection.execute("alter table users add constraint grown check (age > 0) not valid")

    assert load(users="- {id: 1, age: -1}\n- {id: 2, age: 1}\n") == {"users": (1, 0, 1)}
    assert "grown" in refusal(users="- {id: 3, age: -3}\n").message


def test_the_sequence_of_a_table_that_only_a_trigger_writes_to_is_right_afterwards(
    connection: Connection, load: Load
) -> None:
    connection.execute(
        """
        create table users (id integer primary key);
        create table audit (id serial primary key, user_id integer);
        create function note() returns trigger language plpgsql as
            $$begin insert into audit values (new.id + 100, new.id); return null; end$$;
        create trigger note after insert on users for each row execute function note();
        """
    )

    load(users="- {id: 1}\n- {id: 2}\n")

    connection.execute("insert into audit (user_id) values (3)")
    assert rows_of(connection, "select id from audit order by id") == [(101,), (102,), (103,)]


def test_a_trigger_may_write_to_a_table_that_is_loaded_later(connection: Connection, load: Load) -> None:
    connection.execute(
        """
        create table users (id integer primary key);
        create table profiles (id integer primary key references users, bio text);
        create function note() returns trigger language plpgsql as
            $$begin insert into profiles values (new.id, 'empty'); return null; end$$;
        create trigger note after insert on users for each row execute function note();
        """
    )

    loaded = load(users="- {id: 1}\n", profiles="- {id: 1, bio: full}\n")

    assert loaded == {"users": (1, 0, 0), "profiles": (0, 1, 0)}


def test_partitions_of_another_schema_are_filled(connection: Connection, load: Load) -> None:
    connection.execute(
        """
        create schema shop;
        create table shop.events (id bigint generated always as identity, at date, primary key (id, at))
            partition by range (at);
        create table shop.events_2026 partition of shop.events for values from ('2026-01-01') to ('2027-01-01');
        create table shop.events_rest partition of shop.events default;
        """
    )
    fixture = "_fixture: {table: shop.events}\na: {id: 7, at: 2026-05-01}\nb: {id: 8, at: 2031-05-01}\n"

    assert [load(events=fixture), load(events=fixture)] == [{"shop.events": (2, 0, 0)}, {"shop.events": (0, 0, 2)}]
    connection.execute("insert into shop.events (at) values ('2026-06-01')")
    assert rows_of(connection, "select id, tableoid::regclass::text from shop.events order by id") == [
        (7, "shop.events_2026"),
        (8, "shop.events_rest"),
        (9, "shop.events_2026"),
    ]


@pytest.mark.parametrize("before", ["", "insert into things values (9, null)"], ids=["empty", "filled"])
@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("varchar(3)", "abcd"),
        ("char(3)", "abcd"),
        ("bit(3)", "1010"),
        ("bit(3)", "10"),
        ("varbit(3)", "1010"),
        ("numeric(3, 1)", "1000"),
        ("short", "abcd"),
        ("varchar(3)[]", "[abcd]"),
    ],
)
def test_a_value_that_is_too_long_for_its_column_is_never_cut(
    connection: Connection, refusal: Refusal, before: LiteralString, column: str, value: str
) -> None:
    connection.execute("create domain short as varchar(3)")
    connection.execute(f"create table things (id integer primary key, value {column})".encode())
    connection.execute(before)

    error = refusal(things=f"- {{id: 1, value: ~}}\n- {{id: 2, value: {value}}}\n")

    assert str(error.origin) == "fixtures/things.yml:2"


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("varchar(3)", "'ab  '"),
        ("char(3)", "a"),
        ("bit(3)", "'101'"),
        ("numeric(5, 2)", "1.999"),
        ("timestamp(0)", "2026-01-02 03:04:05.6"),
        ("interval(0)", "1 day 00:00:01.6"),
        ("json", "{a: [1, 'b \"c\"'], d: ~}"),
        ("json[]", "['{\"a\": 1}', '2']"),
        ("jsonb", "[1, 2]"),
        ("document", "{a: 1}"),
        ("positive", "7"),
        ("mood", "glad"),
        ("mood[]", "[glad, ~]"),
        ("text[]", "[[a, b], [c, 'd,e']]"),
        ("pair", "'(1,\"a b\")'"),
        ("int4range", "'[1,5)'"),
        ("int4multirange", "'{[1,5),[7,9)}'"),
        ("bytea", "'\\x00ff'"),
        ('"char"', "x"),
        ("name", "somebody"),
        ("inet", "10.0.0.1/8"),
        ("money", "1.50"),
        ("regclass", "pg_class"),
        ("tsvector", "a b"),
        ("point", "'(1,2)'"),
        ("float8", "0.1"),
        ("float4", ".nan"),
        ('text collate "C"', "ä"),
    ],
)
def test_a_value_of_any_type_is_stored_once_and_found_again(
    connection: Connection, load: Load, column: str, value: str
) -> None:
    connection.execute(
        """
        create domain positive as integer not null default 1 check (value > 0);
        create domain document as jsonb;
        create type mood as enum ('glad', 'sad');
        create type pair as (id integer, name text);
        """
    )
    connection.execute(f"create table things (id integer primary key, value {column}, more positive)".encode())
    fixture = f"- {{id: 1, value: {value}}}\n"

    loaded = [load(things=fixture), load(things=fixture)]

    assert loaded == [{"things": (1, 0, 0)}, {"things": (0, 0, 1)}]
