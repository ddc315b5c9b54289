"""`seedkit generate`: which tables get how many rows, what is told of it, and what is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from typer.testing import CliRunner, Result

from seedkit.cli.app import app
from tests.conftest import ROOT, Write

Connection = psycopg.Connection[Any]
Generate = Callable[..., Result]

SHOP = (ROOT / "schema.sql").read_text()
TENANTS = """
create table tenants (id serial primary key, name text not null);
create table coupons (id serial primary key, code text);
create table campaigns (id serial primary key, coupon_id integer references coupons);
create table orders (
    id bigserial primary key,
    tenant_id integer not null references tenants,
    campaign_id integer references campaigns,
    note text
);
"""


@pytest.fixture
def generate(project: Write, database: str, monkeypatch: pytest.MonkeyPatch) -> Generate:
    """Run `seedkit generate` in this process, on the test's database and the same day each time."""
    project({})
    monkeypatch.setenv("DATABASE_URL", database)

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(app, ["generate", "--now", "2026-11-30", *arguments], prog_name="seedkit")

    return run


def rows(connection: Connection, *tables: str) -> list[int]:
    return [connection.execute(f"select count(*) from {table}".encode()).fetchall()[0][0] for table in tables]


def test_tables_get_the_rows_that_are_asked_for_and_empty_parents_what_these_need(
    connection: Connection, generate: Generate
) -> None:
    connection.execute(TENANTS.encode())

    ran = generate("orders=500")

    assert ran.exit_code == 0, ran.output
    assert rows(connection, "orders", "tenants", "campaigns", "coupons") == [500, 50, 50, 0]
    told = [line.split(maxsplit=2) for line in ran.stdout.splitlines()[3:6]]
    assert told == [["campaigns", "50", "for orders"], ["orders", "500"], ["tenants", "50", "for orders"]]
    assert ran.stdout.splitlines()[-1] == "generator 1, --random-seed 0 --now 2026-11-30"
    connection.execute("insert into orders (tenant_id) values (1)")


def test_a_parent_of_which_each_row_has_but_one_child_gets_as_many_rows(
    connection: Connection, generate: Generate
) -> None:
    connection.execute("create table users (id serial primary key)")
    connection.execute("create table profiles (user_id integer primary key references users)")

    generate("profiles=70")

    assert rows(connection, "users", "profiles") == [70, 70]


def test_without_names_every_empty_table_gets_a_hundred_rows_and_a_second_run_is_quiet(
    connection: Connection, generate: Generate
) -> None:
    connection.execute(SHOP.encode())
    connection.execute("insert into users (email, name, country) values ('ada@example.com', 'Ada', 'GB')")

    first, second = generate(), generate()

    assert (first.exit_code, second.exit_code) == (0, 0), first.output
    assert rows(connection, "users", "orders", "employees") == [1, 100, 100]
    assert "no table is empty: nothing was added" in second.stdout
    assert second.stderr == ""


MEANT = {
    "app.*=5": [5, 5, 0],
    "app.*=5 app.users=2": [2, 5, 0],  # a name beats a pattern
    "*.*=5 app.*=3": [3, 3, 5],  # the later pattern
    "app.*=5 --except app.groups": [5, 0, 0],
    "app.users": [100, 0, 0],
    "app.users=2k notes=0": [2000, 0, 0],
    "--except app.*": [0, 0, 100],
}


def test_names_patterns_and_exceptions_mean_these_tables(connection: Connection, generate: Generate) -> None:
    connection.execute(
        "create schema app; create table app.users (id serial primary key);"
        "create table app.groups (id serial primary key); create table notes (body text)"
    )

    def found(asked: str) -> list[int]:
        connection.execute("truncate app.users, app.groups, notes")
        ran = generate(*asked.split())
        assert ran.exit_code == 0, ran.output
        return rows(connection, "app.users", "app.groups", "notes")

    assert {asked: found(asked) for asked in MEANT} == MEANT


NOT_MEANT = {
    "usres=3": (1, 'table "usres" does not exist\n\nhint: Did you mean users?'),
    "u.*=3": (1, 'no table fits "u.*"'),
    "--except usres": (1, 'table "usres" does not exist'),
    "users:5": (1, 'table "users:5" does not exist\n\nhint: Write users=5: a table and how many rows.'),
    "u.*:5": (1, 'no table fits "u.*:5"\n\nhint: Write u.*=5: a table and how many rows.'),
    "users 5": (1, 'table "5" does not exist\n\nhint: Write it behind the table: users=5.'),
    "users=5,seen=2": (1, 'table "users=5,seen" does not exist\n\nhint: Write users=5 seen=2: a table and how many'),
    "users=abc": (2, '"abc" is no number of rows for users\n\nhint: Write users=1000, or 20k, or 1M.'),
    "users=": (2, '"" is no number of rows for users'),
    "users=-1": (2, "users can not get -1 rows"),
    "=4": (2, 'no table stands before "=4"'),
    "users=1 USERS=2": (2, 'table "users" is asked for twice: with 1 and 2'),
    "users=1 --except users": (2, 'table "users" is named and excepted'),
    "seen=1": (1, '"seen" is a view, not a table'),
    "far=1": (1, '"far" is a foreign table, not a table'),
    "visits_2026=1": (2, 'table "visits_2026" is a partition of visits\n\nhint: Name visits:'),
    "users=1 --commit-every 0": (2, "a commit comes after one row at the earliest"),
    "users=1 --commit-every 1k --dry-run": (2, "a dry run keeps nothing, and --commit-every commits"),
}


def test_what_can_not_be_meant_is_told_and_nothing_is_changed(connection: Connection, generate: Generate) -> None:
    connection.execute(
        """
        create table users (id serial primary key); create view seen as table users;
        create table visits (at date not null) partition by range (at);
        create table visits_2026 partition of visits for values from ('2000-01-01') to ('2100-01-01');
        create foreign data wrapper none; create server elsewhere foreign data wrapper none;
        create foreign table far (id integer) server elsewhere;
        """
    )

    ran = {asked: generate(*asked.split()) for asked in NOT_MEANT}

    told = {
        asked: (result.exit_code, result.stderr.removeprefix("error: ")[: len(NOT_MEANT[asked][1])])
        for asked, result in ran.items()
    }
    assert told == NOT_MEANT
    assert {result.stdout for result in ran.values()} == {""}
    assert rows(connection, "users") == [0]


def test_a_database_without_tables_is_told_what_comes_first(generate: Generate) -> None:
    ran = generate()

    assert ran.exit_code == 0
    assert "the database has no tables to fill: run your migrations first" in ran.stdout


@pytest.mark.parametrize("asked", [["orders=5", "--except", "tenants"], ["orders=5", "tenants=0"]])
def test_rows_without_the_parents_that_they_need_are_refused(
    connection: Connection, generate: Generate, asked: list[str]
) -> None:
    connection.execute(TENANTS.encode())

    ran = generate(*asked)

    assert ran.exit_code == 1
    assert 'error: table "orders" refers by tenant_id to tenants, which has no rows' in ran.stderr
    assert "hint: Name tenants as well, or fill it first." in ran.stderr
    assert rows(connection, "campaigns", "orders") == [0, 0]


def test_tables_of_tools_and_extensions_are_left_alone_unless_they_are_named(
    connection: Connection, generate: Generate
) -> None:
    connection.execute(
        """
        create table users (id serial primary key); create table alembic_version (version_num varchar(32) primary key);
        create table kept (id integer); alter extension plpgsql add table kept;
        """
    )

    bare, pattern = generate(), generate("*=5")
    named = generate("kept=3")

    assert rows(connection, "users", "alembic_version", "kept") == [105, 0, 3]
    assert "left alone: alembic_version (keeps what a tool has done)" in bare.stdout
    assert "left alone: kept (belongs to extension plpgsql)" in bare.stdout
    assert (pattern.exit_code, named.exit_code) == (0, 0)


def test_a_name_that_tools_and_others_use_is_left_alone_where_its_columns_are_a_tools(
    connection: Connection, generate: Generate
) -> None:
    connection.execute(
        """
        create table migrations (id serial primary key, migration varchar(255) not null, batch integer not null);
        create schema birds create table migrations (id serial primary key, species text not null);
        """
    )

    pattern = generate("*=5", "birds.*=3")

    assert "left alone" not in pattern.stderr
    assert rows(connection, "migrations", "birds.migrations") == [0, 3]


def test_a_table_that_can_not_be_filled_does_not_stop_the_others_unless_it_was_named(
    connection: Connection, generate: Generate
) -> None:
    connection.execute(
        """
        create table users (id serial primary key);
        create table bad (id serial primary key); create table worse (bad_id integer not null references bad);
        create function refuse() returns trigger language plpgsql as $$begin raise exception 'not today'; end$$;
        create trigger refuse before insert on bad for each row execute function refuse();
        """
    )

    bare = generate("--json")
    found = {table["table"]: table for table in json.loads(bare.stdout)["tables"]}
    named = generate("users=5", "bad=5")

    assert bare.exit_code == 1
    assert (found["users"]["rows"], found["bad"]["failed"], found["worse"]["rows"]) == (100, True, 0)
    assert 'refuse() ("not today") refused all of the first 64 of 100 rows' in found["bad"]["reasons"][0]
    assert found["worse"]["reasons"][0] == 'table "worse" refers by bad_id to bad, which has no rows'
    assert (named.exit_code, rows(connection, "users")) == (1, [100])
    assert 'error: table bad: refuse() ("not today") refused all of 5 rows' in named.stderr


def test_a_deferred_key_that_does_not_hold_gives_up_its_table_alone(connection: Connection, generate: Generate) -> None:
    connection.execute(
        """
        create table users (id serial primary key);
        create table notes (
            id serial primary key, user_id integer not null references users deferrable initially deferred
        );
        create function elsewhere() returns trigger language plpgsql as
            $$begin new.user_id := new.user_id + 1000; return new; end$$;
        create trigger elsewhere before insert on notes for each row execute function elsewhere();
        """
    )

    ran = generate("--json")
    found = {table["table"]: table for table in json.loads(ran.stdout)["tables"]}

    assert ran.exit_code == 1
    assert rows(connection, "users", "notes") == [100, 0]
    assert "notes_user_id_fkey refused all of the first 64 of 100 rows" in found["notes"]["reasons"][0]


def test_a_deferred_key_may_have_the_name_of_one_that_can_not_be_deferred(
    connection: Connection, generate: Generate
) -> None:
    connection.execute(
        """
        create table users (id serial primary key);
        create table orders (
            user_id integer not null constraint by_user references users deferrable initially deferred
        );
        create table notes (user_id integer not null constraint by_user references users);
        """
    )

    ran = generate("orders=20", "notes=20")

    assert ran.exit_code == 0, ran.output
    assert rows(connection, "orders", "notes") == [20, 20]


@pytest.mark.parametrize("table", ["notes", "users"])
def test_with_commits_a_table_that_fails_midway_keeps_those_that_were_committed(
    connection: Connection, generate: Generate, table: str
) -> None:
    connection.execute(
        f"""
        create table users (id serial primary key); create table notes (id serial primary key, user_id integer);
        create sequence few maxvalue 12000;
        create function draw() returns trigger language plpgsql as $$begin perform nextval('few'); return new; end$$;
        create trigger draw before insert on {table} for each row execute function draw();
        """.encode()
    )

    ran = generate("*=20k", "--commit-every", "8k", "--json")
    found = {table["table"]: table for table in json.loads(ran.stdout)["tables"]}

    assert (ran.exit_code, found[table]["failed"], found[table]["rows"]) == (1, True, 8192)
    assert "reached maximum value of sequence" in found[table]["reasons"][0]
    other = "users" if table == "notes" else "notes"
    assert rows(connection, table, other) == [8192, 20_000]


def test_a_table_that_is_full_is_told_and_no_failure(connection: Connection, generate: Generate) -> None:
    connection.execute(
        "create table seats (letter text check (letter in ('A', 'B')), n boolean, primary key (letter, n))"
    )

    first, second = generate("seats=9"), generate("seats=9")

    assert (first.exit_code, second.exit_code) == (0, 0)
    assert "seats     4  of 9\n  table seats holds 4 rows: seats_pkey has no more\n" in first.stdout
    assert rows(connection, "seats") == [4]


def test_the_report_in_json_says_the_same(connection: Connection, generate: Generate) -> None:
    connection.execute(TENANTS.encode())

    report = json.loads(generate("orders=30", "--json", "--random-seed", "7").stdout)

    orders = next(table for table in report["tables"] if table["table"] == "orders")
    assert (orders["rows"], orders["asked"], orders["full"], orders["failed"]) == (30, 30, False, False)
    assert [table["parent_of"] for table in report["tables"] if table["table"] == "tenants"] == [["orders"]]
    assert (report["ok"], report["generator"], report["random_seed"], report["now"]) == (True, 1, 7, "2026-11-30")
    assert {sequence["status"] for sequence in report["sequences"]} == {"fixed"}


def test_a_dry_run_keeps_nothing_and_moves_no_sequence(connection: Connection, generate: Generate) -> None:
    connection.execute(TENANTS.encode())

    ran = generate("orders=30", "--dry-run")

    assert ran.exit_code == 0, ran.output
    assert "dry run, nothing was kept: 50 rows would be added to 3 tables" in ran.stdout
    assert rows(connection, "orders", "tenants") == [0, 0]
    assert connection.execute("select is_called from orders_id_seq").fetchone() == (False,)


def test_top_up_adds_what_is_missing_and_gives_the_rows_that_were_due(
    connection: Connection, generate: Generate
) -> None:
    connection.execute("create table users (id serial primary key, email text unique, city text)")
    generate("users=90")
    whole = connection.execute("select * from users order by id").fetchall()
    connection.execute("delete from users where id > 40")

    ran = generate("users=90", "--top-up")
    again = generate("users=90", "--top-up")

    assert connection.execute("select * from users order by id").fetchall() == whole
    assert "users    50\n" in ran.stdout
    assert "users     0  90 are there" in again.stdout


def test_progress_is_a_plain_line_a_table_and_none_where_it_is_to_be_quiet(
    connection: Connection, generate: Generate
) -> None:
    connection.execute(TENANTS.encode())

    told, quiet = generate("orders=30"), generate("orders=30", "-q")

    lines = told.stderr.splitlines()
    assert list(dict.fromkeys(line.split(":")[0] for line in lines)) == [
        "[1/3] campaigns",
        "[2/3] tenants",
        "[3/3] orders",
    ]
    assert quiet.stderr == ""


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_a_day_without_room_for_dates_around_it_is_refused(
    connection: Connection, generate: Generate, day: str
) -> None:
    connection.execute("create table events (id serial primary key, created_at timestamptz not null, birth_date date)")

    ran = generate("events=5", "--now", day)

    assert ran.exit_code == 2
    assert f"error: there are no dates to be made up around {day}\n" in ran.stderr
    assert "hint: Take a day of the years 1000 to 8999: --now 2026-12-01.\n" in ran.stderr
    assert rows(connection, "events") == [0]
