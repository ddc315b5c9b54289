"""Sequences that functions, triggers and rules draw from: no dependency tells of them, and a repair judges them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from seedkit import check_sequences, fix_sequence, fix_sequences
from seedkit.core.reports.runs import SequenceReport
from seedkit.postgres.queries import query
from tests.conftest import Run
from tests.postgres.sequences.sequence_states import inserted_id, state_of

Connection = psycopg.Connection[Any]


@pytest.fixture
def connection(emptied: Connection) -> Connection:
    return emptied


def function(connection: Connection, signature: str, body: str, options: str = "language plpgsql") -> None:
    connection.execute(f"create function {signature} {options} as $body${body}$body$".encode())


def trigger(connection: Connection, table: str, body: str, arguments: str = "") -> None:
    function(connection, f"fill_{table}() returns trigger", body)
    connection.execute(
        f"create trigger fill before insert on {table} for each row execute function fill_{table}({arguments})".encode()
    )


def only_report(connection: Connection) -> SequenceReport:
    (report,) = fix_sequences(connection=connection).sequences
    return report


def test_a_function_default_of_a_column_that_is_no_key_is_judged(connection: Connection) -> None:
    """§1 A function default of any column is seen through, not of a primary key alone."""
    connection.execute("create sequence order_no_seq")
    function(connection, "next_order_no() returns bigint", "begin return nextval('order_no_seq'); end")
    connection.execute("create table orders (id int, order_no bigint unique default next_order_no())")
    connection.execute("insert into orders values (1, 41)")

    report = only_report(connection)

    assert (report.column, str(report.sequence), report.status) == ("order_no", "order_no_seq", "fixed")
    assert inserted_id(connection, "insert into orders (id) values (2) returning order_no") == 42


@pytest.mark.parametrize(
    ("signature", "body", "call"),
    [
        ("next(text) returns bigint", "begin return nextval($1); end", "next('ids')"),
        ("next(named regclass) returns bigint", "begin return nextval(named); end", "next('ids'::regclass)"),
        ("next() returns int", "declare x int; begin x := nextval('ids'); return x; end", "next()"),
        ("next() returns bigint", "begin return nextval('ids'); end", "coalesce(null, next())"),
        ("public.next() returns bigint", "begin return nextval('public.ids'); end", "public.next()"),
    ],
)
def test_a_function_is_seen_through_however_it_is_called(
    connection: Connection, signature: str, body: str, call: str
) -> None:
    """§1 Of overloads the one that is called is read, with the constants it is given and what is around the call."""
    connection.execute("create sequence ids; create sequence others")
    function(connection, "next(int) returns bigint", "begin return nextval('others') * $1; end")
    function(connection, signature, body)
    connection.execute(f"create table users (id bigint primary key default {call}, name text)".encode())
    connection.execute("insert into users values (41)")

    fix_sequence("users", connection=connection)

    assert inserted_id(connection, "insert into users (name) values ('Ada') returning id") == 42
    assert state_of(connection, "others") == (1, False)


@pytest.mark.parametrize(
    "body", ["return nextval('ids')", "begin atomic; select nextval('ids'); end", "return (select nextval('ids'))"]
)
def test_a_body_in_sql_standard_form_is_seen_through(connection: Connection, body: str) -> None:
    """§1 A body in SQL-standard form names its sequence by number, whatever that is called by now."""
    connection.execute("create sequence ids")
    connection.execute(f"create function next() returns bigint {body}".encode())
    connection.execute("create table users (id bigint primary key default next(), name text)")
    connection.execute("alter sequence ids rename to renamed; insert into users values (41)")

    report = fix_sequence("users", connection=connection)

    assert str(report.sequence) == "renamed"
    assert inserted_id(connection, "insert into users (name) values ('Ada') returning id") == 42


def test_a_body_that_computes_is_reported(connection: Connection) -> None:
    """§1 A body in SQL-standard form that computes with what it draws is reported, with its sequence."""
    connection.execute("create sequence ids; create function next() returns bigint return nextval('ids') * 2")
    connection.execute("create table users (id bigint primary key default next()); insert into users values (41)")

    report = only_report(connection)

    assert (str(report.sequence), report.status) == ("ids", "skipped")
    assert report.reason is not None
    assert report.reason.startswith("users.id is computed from the sequence's values by next()")


def test_the_search_path_that_a_function_sets_decides(connection: Connection) -> None:
    """§1 A function that sets its search path draws from what it finds there, whatever else has the name."""
    connection.execute("create schema counters; create sequence counters.ids; create sequence ids")
    options = "language plpgsql set search_path = counters, pg_temp"
    function(connection, "next() returns bigint", "begin return nextval('ids'); end", options)
    connection.execute("create table users (id bigint primary key default next(), name text)")
    connection.execute("insert into users values (41)")

    report = fix_sequence("users", connection=connection)

    assert str(report.sequence) == "counters.ids"
    assert inserted_id(connection, "insert into users (name) values ('Ada') returning id") == 42


def test_a_function_that_draws_from_a_sequence_that_is_gone_is_reported(connection: Connection) -> None:
    """§1 A function whose sequence is not found is reported, never called ok."""
    function(connection, "next() returns bigint", "begin return nextval('gone'); end")
    connection.execute("create table users (name text default next()::text)")

    report = only_report(connection)

    assert (report.status, report.sequence) == ("skipped", None)
    assert report.reason == 'its default looks up "gone" at every insert, and there is no such sequence'


def test_a_function_without_a_draw_is_no_concern_of_a_check(connection: Connection) -> None:
    """§1 A function that draws from nothing is no concern of a repair, whatever it does and what its type is."""
    function(connection, "slug() returns text", "begin execute 'select 1'; return md5(random()::text); end")
    connection.execute("create table users (id text primary key default slug(), at text default slug())")

    assert check_sequences(connection=connection).sequences == ()


TRIGGERS = {
    "assigned": "begin new.id := nextval('ids'); return new; end",
    "where it is null": "begin if new.id is null then new.id := nextval('public.ids'); end if; return new; end",
    "coalesced": "begin new.id = coalesce(new.id, nextval('ids')); return new; end",
    "selected": "begin select nextval('ids') into new.id; return new; end",
    "by a variable": "declare next int; begin next := nextval('ids'); new.id := next; return new; end",
    "by an argument": "begin new.id := nextval(tg_argv[0]::regclass); return new; end",
}


@pytest.mark.parametrize("body", TRIGGERS.values(), ids=TRIGGERS)
def test_a_column_that_a_trigger_fills_is_judged(connection: Connection, body: str) -> None:
    """§1 A trigger BEFORE INSERT that draws for the new row feeds the column, whichever way it assigns."""
    connection.execute("create sequence ids; create table users (id int, name text)")
    trigger(connection, "users", body, "'ids'")
    connection.execute("alter table users disable trigger fill; insert into users values (41)")
    connection.execute("alter table users enable trigger fill")

    report = only_report(connection)

    assert (str(report.table), report.column, str(report.sequence), report.status) == ("users", "id", "ids", "fixed")
    assert inserted_id(connection, "insert into users (name) values ('Ada') returning id") == 42


def test_one_trigger_for_many_tables_draws_by_the_tables_name(connection: Connection) -> None:
    """§1 A trigger's function that makes up the name of its table's sequence feeds each of its tables by its own."""
    function(
        connection, "fill() returns trigger", "begin new.id := nextval(tg_table_name || '_id_seq'); return new; end"
    )
    for table, highest in (("users", 41), ("orders", 7)):
        connection.execute(f"create sequence {table}_id_seq; create table {table} (id int, name text)".encode())
        connection.execute(f"insert into {table} values ({highest})".encode())
        connection.execute(
            f"create trigger fill before insert on {table} for each row execute function fill()".encode()
        )

    report = fix_sequences(connection=connection)

    assert {str(found.sequence): found.next_value for found in report.sequences} == {
        "orders_id_seq": 8,
        "users_id_seq": 42,
    }
    assert inserted_id(connection, "insert into users (name) values ('Ada') returning id") == 42


def test_a_trigger_beside_a_default_does_not_hide_it(connection: Connection) -> None:
    """§1 A trigger may leave the default's value as it is, so both sequences are judged."""
    connection.execute("create sequence ids; create table users (id serial primary key, name text)")
    trigger(connection, "users", "begin if new.name = '' then new.id := nextval('ids'); end if; return new; end")
    connection.execute("insert into users values (41, 'Ada')")

    report = fix_sequences(connection=connection)

    assert {str(found.sequence): found.next_value for found in report.sequences} == {"ids": 42, "users_id_seq": 42}


def test_a_trigger_of_a_partitioned_table_counts_once(connection: Connection) -> None:
    """§1 A trigger that partitions share is one: the highest id is that of the root."""
    connection.execute("create sequence ids; create table events (id int, place text) partition by list (place)")
    connection.execute("create table events_here partition of events for values in ('here')")
    connection.execute("insert into events values (41, 'here')")
    trigger(connection, "events", TRIGGERS["assigned"])

    report = only_report(connection)

    assert (str(report.table), report.highest_id) == ("events", 41)
    assert inserted_id(connection, "insert into events (place) values ('here') returning id") == 42


@pytest.mark.parametrize("state", ["disable trigger fill", "enable replica trigger fill"])
def test_a_trigger_that_does_not_fire_feeds_nothing(connection: Connection, state: str) -> None:
    """§1 A trigger that is disabled, or fires for replicas alone, feeds nothing."""
    connection.execute("create sequence ids; create table users (id int); insert into users values (41)")
    trigger(connection, "users", TRIGGERS["assigned"])
    connection.execute(f"alter table users {state}".encode())

    report = check_sequences(connection=connection)

    assert (report.sequences, [str(found.name) for found in report.unlinked]) == ((), ["ids"])


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (
            "begin new.id := nextval('ids') * 10; return new; end",
            "users.id is computed from the sequence's values by fill_users(), "
            "so its highest value says nothing about the sequence",
        ),
        (
            "begin new.id := next_id(); return new; end",
            "its trigger fill calls fill_users(), and how its value follows from what that draws can't be known",
        ),
        (
            "begin new.id := nextval('ids_' || new.name); return new; end",
            "its trigger fill calls fill_users(), and which sequence that draws from can't be known",
        ),
    ],
)
def test_a_trigger_that_computes_is_reported(connection: Connection, body: str, reason: str) -> None:
    """§1 A trigger that computes with what it draws, or draws by another function, is reported, never called ok."""
    connection.execute("create sequence ids; create table users (id int, name text); insert into users values (41)")
    function(connection, "next_id() returns bigint", "begin return nextval('ids'); end")
    trigger(connection, "users", body)

    report = only_report(connection)

    assert (report.column, report.status, report.reason) == ("id", "skipped", reason)
    assert state_of(connection, "ids") == (1, False)


def test_a_trigger_of_contrib_names_its_sequence(connection: Connection) -> None:
    """§1 The trigger autoinc of PostgreSQL's contrib names columns and sequences in its arguments."""
    if connection.execute("select from pg_available_extensions where name = 'autoinc'").fetchone() is None:
        pytest.skip("this server has no autoinc")
    connection.execute("create extension autoinc; create sequence ids; create table users (name text, id int)")
    connection.execute("insert into users values ('Ada', 41)")
    connection.execute("create trigger t before insert on users for each row execute function autoinc(id, ids)")

    report = only_report(connection)

    assert (report.column, str(report.sequence)) == ("id", "ids")
    assert inserted_id(connection, "insert into users (name) values ('Grace') returning id") == 42
    connection.execute("drop extension autoinc cascade")


def test_a_rule_that_draws_feeds_the_table_it_inserts_into(connection: Connection) -> None:
    """§1 A rule ON INSERT feeds the column for which its action draws."""
    connection.execute("create sequence ids; create table users (name text, id int); create view people as table users")
    connection.execute(
        "create rule add as on insert to people do instead"
        " insert into users (id, name) values (coalesce(new.id, nextval('ids')), new.name) returning users.*"
    )
    connection.execute("insert into people values ('Ada', 41)")

    report = only_report(connection)

    assert (str(report.table), report.column, str(report.sequence)) == ("users", "id", "ids")
    assert inserted_id(connection, "insert into people (name) values ('Grace') returning id") == 42


def test_a_trigger_fed_key_is_never_taken_for_nothing(
    connection: Connection, module_database: str, seedkit: Run
) -> None:
    """§1 A database whose only sequence is drawn by a trigger is judged, not said to have none."""
    connection.execute("create sequence ids; create table users (id int, name text); insert into users values (41)")
    trigger(connection, "users", TRIGGERS["where it is null"])

    checked = seedkit("check", DATABASE_URL=module_database)
    fixed = seedkit("fix-sequence", "users", DATABASE_URL=module_database)

    assert (checked.returncode, "behind" in checked.stdout) == (1, True)
    assert (fixed.returncode, "1 → 42" in fixed.stdout) == (0, True)


def test_a_locked_table_holds_up_nobody_who_reads_functions(connection: Connection) -> None:
    """§1 Functions, triggers and rules are read as stored, without a lock on a table."""
    connection.execute("create sequence ids; create table users (id int, name text)")
    trigger(connection, "users", TRIGGERS["assigned"])
    connection.execute("create table orders (id serial); insert into orders values (41)")

    with psycopg.connect(connection.info.dsn) as other:
        other.execute("lock table users in access exclusive mode")
        report = fix_sequences(lock_timeout="100ms", connection=connection)

    assert {str(found.table): str(found.status) for found in report.sequences} == {
        "orders": "fixed",
        "users": "skipped",
    }


def test_the_planner_makes_room_for_no_more_than_there_may_be(connection: Connection) -> None:
    """A recursion that is taken for a million rows has its tables made before it begins, which takes 30 ms."""
    connection.execute("set search_path to pg_catalog")
    question = query("drawing_functions").as_string(connection).encode()
    [([plan],)] = connection.execute(b"explain (format json) " + question).fetchall()

    recursions = [node["Plan Rows"] for node in _nodes(plan["Plan"]) if node["Node Type"] == "Recursive Union"]

    assert len(recursions) == 3
    assert max(recursions) < 100_000


def _nodes(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for below in node.get("Plans", ()):
        yield from _nodes(below)
