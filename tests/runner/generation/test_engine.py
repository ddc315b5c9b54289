"""Rows from the schema alone: whole schemas are filled, twice, and every sequence is right afterwards."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from seedkit.core.reports.generation import GeneratedTable, GenerationReport
from seedkit.postgres.catalog.tables import read_catalog
from tests.conftest import ROOT
from tests.runner.generation.conftest import Fill, filled

Connection = psycopg.Connection

TORTURE = """
create type mood as enum ('glad', 'so so');
create domain code as text check (value ~ '^[A-Z]{2}-[0-9]{3}$');
create table tenants (id uuid primary key default gen_random_uuid(), name text not null unique);
create table projects (
    tenant_id uuid not null references tenants, number integer not null, title text not null,
    primary key (tenant_id, number)
);
create table tasks (
    id bigserial primary key, tenant_id uuid not null, project_number integer not null,
    parent_id bigint references tasks, code code not null,
    starts_on date not null, ends_on date, check (ends_on is null or ends_on >= starts_on),
    low integer not null, high integer not null check (high > low),
    mood mood, done boolean not null, done_at timestamptz,
    foreign key (tenant_id, project_number) references projects,
    check (done = (done_at is not null))
);
create table moods (mood mood primary key, letter char(1) not null check (letter in ('a', 'b', 'c')));
create table seats (row_letter char(1) check (row_letter in ('A', 'B')), place mood, primary key (row_letter, place));
create table profiles (tenant_id uuid primary key references tenants, bio text);
create table words (id integer primary key, word text not null, size integer generated always as (length(word)) stored);
create unique index on words (lower(word));
create unique index on tasks (tenant_id) where mood = 'glad' and done;
"""


def contents(connection: Connection) -> dict[str, list[tuple[object, ...]]]:
    tables = [relation for relation in read_catalog(connection).relations if relation.kind == "r"]
    return {
        str(table.name): connection.execute(
            sql.SQL("select * from {} as t order by t::text").format(sql.Identifier(table.name.schema, table.name.name))
        ).fetchall()
        for table in tables
    }


def short(report: GenerationReport) -> list[GeneratedTable]:
    return [outcome for outcome in report.tables if outcome.rows < outcome.asked]


def test_the_example_project_is_filled_twice_and_takes_inserts_of_its_own(fill: Fill, connection: Connection) -> None:
    reports = [fill((ROOT / "schema.sql").read_text(), 120), fill("select", 120)]

    assert [short(report) for report in reports] == [[], []]
    assert all(sequence.right for report in reports for sequence in report.sequences)
    connection.execute("insert into users (email, name, country) values ('eve@example.com', 'Eve', 'NO')")
    assert connection.execute("select max(id) from users").fetchone() == (241,)


def test_keys_checks_and_references_hold_in_a_schema_of_traps(fill: Fill, connection: Connection) -> None:
    first = fill(TORTURE, 40)
    assert connection.execute("select count(*) from profiles").fetchone() == (40,)
    second = fill("select", 40)

    assert {str(outcome.table): outcome.rows for outcome in short(first) if str(outcome.table) != "tasks"} == {
        "moods": 2,
        "seats": 4,
    }
    assert next(outcome.rows for outcome in first.tables if str(outcome.table) == "tasks") > 30
    assert {outcome.rows for outcome in second.tables if str(outcome.table) in ("moods", "seats")} == {0}
    assert connection.execute("select count(*), count(distinct lower(word)) from words").fetchone() == (80, 80)


def test_a_table_that_holds_no_more_rows_says_by_which_key(fill: Fill) -> None:
    seats = "create table seats (letter text check (letter in ('A', 'B')), n boolean, primary key (letter, n))"

    report = fill(seats, 9)

    assert report.tables[0].rows == 4
    assert report.tables[0].reasons == ("table seats holds 4 rows: seats_pkey has no more",)


def test_the_same_seed_gives_the_same_rows_and_another_one_others(connection: Connection, second: Connection) -> None:
    schema = (ROOT / "schema.sql").read_text()
    for one in (connection, second):
        one.execute(schema)
        filled(one, {"*.*": 60})

    assert contents(connection) == contents(second)
    second.execute(f"drop schema public cascade; create schema public; {schema}")
    filled(second, {"*.*": 60}, seed=1)
    assert contents(connection)["users"] != contents(second)["users"]


def test_a_further_column_and_a_further_table_change_no_other_value(
    fill: Fill, connection: Connection, second: Connection
) -> None:
    schema = (ROOT / "schema.sql").read_text()
    fill(schema, 60)
    second.execute(schema + "alter table products add note text; create table more (id serial primary key);")
    filled(second, {"*.*": 60})

    one, other = contents(connection), contents(second)
    assert {name: rows for name, rows in other.items() if name not in ("products", "more")} == {
        name: rows for name, rows in one.items() if name != "products"
    }
    assert sorted(row[:-1] for row in other["products"]) == sorted(one["products"])


def test_more_rows_leave_the_first_ones_as_they_were(fill: Fill, connection: Connection, second: Connection) -> None:
    schema = "create table users (id serial primary key, email text not null unique, city text, born date)"
    fill(schema, 50)
    second.execute(schema)
    filled(second, {"*.*": 9_000})

    assert set(contents(connection)["users"]) <= set(contents(second)["users"])


CHINOOK = Path(__file__).parents[4] / "shared" / "data" / "chinook" / "schema.sql"


@pytest.mark.skipif(not CHINOOK.exists(), reason="Chinook's schema does not lie beside the clone")
def test_chinook_is_filled(fill: Fill) -> None:
    assert short(fill(CHINOOK.read_text(), 100)) == []


@pytest.mark.parametrize(
    "second_table",
    [
        "create table clips () inherits (media)",
        "create table clips (id int primary key default nextval('media_id_seq'))",
    ],
)
def test_tables_that_share_a_sequence_share_no_id(fill: Fill, connection: Connection, second_table: str) -> None:
    schema = f"create table media (id serial primary key, title text not null); {second_table}"

    reports = [fill(schema, 30), fill("select", 30)]

    assert all(sequence.right for report in reports for sequence in report.sequences)
    each = "select count(distinct id) from (select id from only media union all select id from only clips) as all_ids"
    assert connection.execute(each).fetchone() == (120,)
