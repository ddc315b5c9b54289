"""What a trigger draws is free: the sequences of the tables before are right when it may draw from them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import psycopg
import pytest

from benchmarks.delay_proxy import delay_proxy
from seedkit import SeedkitError, seed
from tests.conftest import Write

Connection = psycopg.Connection[Any]

LOG = "insert into audit_log (what) values (new.name);"
FIXTURES = {
    "fixtures/audit_log.yml": "- {id: 1, what: old}\n- {id: 2, what: older}\n",
    "fixtures/users.yml": "- {id: 1, name: Ada}\n- {id: 2, name: Ben}\n",
}


@pytest.fixture(autouse=True)
def tables(connection: Connection, project: Write) -> None:
    connection.execute(
        "create table audit_log (id serial primary key, what text);"
        "create table users (id serial primary key, name text)"
    )
    project(FIXTURES)


def on_users(
    connection: Connection, body: str, fires: str = "create trigger t after insert on users for each row"
) -> None:
    connection.execute(f"create function f() returns trigger language plpgsql as $$ begin {body} return new; end $$")
    connection.execute(f"{fires} execute function f()")


def logged(connection: Connection) -> list[tuple[Any, ...]]:
    return connection.execute("select id, what from audit_log order by id").fetchall()


@pytest.mark.parametrize(
    "body",
    [
        LOG,
        "execute 'insert into audit_log (what) values ($1)' using new.name;",
        "perform add_log(new.name);",
        "INSERT\n  INTO public.Audit_Log (what) VALUES (new.name);",
        "insert into audit_log values (nextval('audit_log_id_seq'), new.name);",
    ],
)
@pytest.mark.parametrize(
    "fires",
    [
        "create trigger t after insert on users for each row",
        "create trigger t before insert on users for each row",
        "create constraint trigger t after insert on users deferrable initially deferred for each row",
    ],
    ids=["after", "before", "deferred"],
)
def test_a_trigger_that_logs_into_a_table_of_fixtures_draws_free_ids(
    connection: Connection, body: str, fires: str
) -> None:
    """§4 Before rows whose triggers insert into tables of the run, the sequences of these are right."""
    connection.execute(
        "create function add_log(said text) returns void language sql as 'insert into audit_log (what) values (said)'"
    )
    on_users(connection, body, fires)

    report = seed(connection=connection)

    assert logged(connection) == [(1, "old"), (2, "older"), (3, "Ada"), (4, "Ben")]
    assert {told.column: told.next_value for told in report.sequences if told.table.name == "audit_log"} == {"id": 5}


def test_so_does_a_trigger_for_each_statement(connection: Connection) -> None:
    on_users(
        connection,
        "insert into audit_log (what) values ('some');",
        "create trigger t after insert on users for each statement",
    )

    seed(connection=connection)

    assert logged(connection)[2:] == [(3, "some")]


def test_so_does_a_rule(connection: Connection) -> None:
    connection.execute("create rule r as on insert to users do also insert into audit_log (what) values (new.name)")

    seed(connection=connection)

    assert [what for _, what in logged(connection)] == ["old", "older", "Ada", "Ben"]


def test_so_does_a_trigger_of_a_partition(connection: Connection) -> None:
    connection.execute(
        "drop table users; create table users (id int primary key, name text) partition by range (id);"
        "create table users_1 partition of users default"
    )
    on_users(connection, LOG, "create trigger t after insert on users_1 for each row")

    seed(connection=connection)

    assert logged(connection)[2:] == [(3, "Ada"), (4, "Ben")]


def test_ids_that_lie_above_those_that_are_drawn_leave_them_as_they_are(connection: Connection, project: Write) -> None:
    project({"fixtures/audit_log.yml": "- {id: 3, what: old}\n- {id: 4, what: older}\n"})
    on_users(connection, LOG)

    seed(connection=connection)

    assert logged(connection) == [(1, "Ada"), (2, "Ben"), (3, "old"), (4, "older")]


def test_they_are_passed_over_once_they_come_next(connection: Connection, project: Write) -> None:
    project({"fixtures/audit_log.yml": "- {id: 3, what: old}\n", "fixtures/zones.yml": "- {id: 1, name: North}\n"})
    connection.execute("create table zones (id int primary key, name text)")
    on_users(connection, LOG)
    connection.execute("create trigger t after insert on zones for each row execute function f()")

    seed(connection=connection)

    assert logged(connection) == [(1, "Ada"), (2, "Ben"), (3, "old"), (4, "North")]


def test_a_trigger_after_a_seeder_finds_right_what_that_has_filled(connection: Connection, project: Write) -> None:
    Path("fixtures/audit_log.yml").unlink()
    project(
        {
            "seeders/logs.py": """
                from seedkit import seeder

                @seeder(tables=["audit_log"])
                def seed(db):
                    db.insert("audit_log", [{"id": 1, "what": "old"}])
            """,
            "fixtures/zones.yml": "- {id: 1, name: North}\n",
        }
    )
    connection.execute("create table zones (id int primary key, name text, log int references audit_log)")
    on_users(connection, LOG, "create trigger t after insert on zones for each row")

    seed(connection=connection)

    assert logged(connection) == [(1, "old"), (2, "North")]


def test_a_dry_run_moves_nothing_and_says_so_where_a_trigger_then_meets_an_id(connection: Connection) -> None:
    on_users(connection, LOG)

    with pytest.raises(SeedkitError) as caught:
        seed(connection=connection, dry_run=True)

    assert caught.value.hint == (
        "A real run moves audit_log_id_seq past 2 before these rows, so that this is free; a dry run moves no sequence."
    )
    assert logged(connection) == []


def round_trips(database: str) -> int:
    with delay_proxy(database, 0) as proxy:
        seed(url=proxy.conninfo, dry_run=True)
        return proxy.round_trips


@pytest.mark.parametrize(
    "body",
    ["new.name := upper(new.name);", "perform pg_notify('users', new.name);", "if tg_op = 'INSERT' then null; end if;"],
)
def test_triggers_that_insert_nothing_cost_one_question(connection: Connection, database: str, body: str) -> None:
    without = round_trips(database)
    on_users(connection, body, "create trigger t before insert on users for each row")

    assert round_trips(database) <= without + 1


def test_nor_do_those_that_insert_into_tables_of_no_fixture_cost_more(connection: Connection, database: str) -> None:
    without = round_trips(database)
    connection.execute("create table events (id serial primary key, what text)")
    on_users(connection, "insert into events (what) values (new.name);")

    assert round_trips(database) <= without + 1


def trips_of_tables(connection: Connection, database: str, project: Write, number: int) -> int:
    """Seed tables whose triggers may do anything, each with ids of its own that lie far off."""
    names = [f"many_{number}_{each}" for each in range(number)]
    for name in names:
        connection.execute(f"create table {name} (id serial primary key, name text)".encode())
        connection.execute(f"create trigger t after insert on {name} for each row execute function f()".encode())
    project({f"fixtures/{name}.yml": "- {id: 100, name: Ada}\n" for name in names})
    with delay_proxy(database, 0) as proxy:
        seed(names, url=proxy.conninfo, dry_run=True)
        return proxy.round_trips


def test_what_is_asked_for_many_tables_grows_as_they_do(connection: Connection, database: str, project: Write) -> None:
    connection.execute(
        "create function f() returns trigger language plpgsql as $$ begin execute 'select 1'; return new; end $$"
    )

    few, many = (trips_of_tables(connection, database, project, number) for number in (8, 32))

    assert many <= 4 * few
