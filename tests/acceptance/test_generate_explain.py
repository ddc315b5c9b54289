"""`seedkit generate --explain`: what makes each column, and why; what bounds a table's rows."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from typer.testing import CliRunner, Result

from seedkit.cli.app import app
from tests.conftest import ROOT, Write

Connection = psycopg.Connection[Any]
Explain = Callable[..., Result]

SEATS = """
create table halls (id serial primary key, name text not null);
create table seats (
    hall_id integer not null references halls, letter text not null check (letter in ('A', 'B')),
    primary key (hall_id, letter)
);
create table visits (
    id bigserial primary key, seat_hall integer, seat_letter text, began date not null, ended date,
    check ((seat_hall is null) = (ended is null)), length integer generated always as (ended - began) stored,
    foreign key (seat_hall, seat_letter) references seats
);
"""


@pytest.fixture
def explain(project: Write, database: str, monkeypatch: pytest.MonkeyPatch) -> Explain:
    project({})
    monkeypatch.setenv("DATABASE_URL", database)

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(app, ["generate", "--explain", "--now", "2026-11-30", *arguments])

    return run


def test_each_column_has_its_generator_and_what_decided_about_it(connection: Connection, explain: Explain) -> None:
    connection.execute(SEATS.encode())

    told = explain()

    assert told.exit_code == 0, told.output
    lines = told.stdout.splitlines()
    assert [line for line in lines if line and not line.startswith(" ")][1:] == [
        "halls: made by the column",
        "seats: made by the row",
        "visits: made by the row",
        "bounds are those with 100 rows in each table that rows refer to",
        "generator 1, --random-seed 0 --now 2026-11-30",
    ]
    cells = [re.split("  +", line.strip()) for line in lines if line.startswith("  ")]
    why = {cell[0]: cell[-1] for cell in cells}
    assert why["because of visits_check"]
    assert (why["id"], why["hall_id"], why["seat_letter"]) == ("key", "foreign key to halls", "foreign key to seats")
    assert (why["ended"], why["length"]) == ("name", "computed by the server")
    assert why["at most 200 rows: seats_pkey"]
    made = {cell[0]: cell[1] for cell in cells if len(cell) > 2}
    assert made["hall_id"] == "!choice {ref: halls}"
    assert made["letter"] == '!choice ["A", "B"]'
    assert made["seat_hall"] == "!maybe [90%, !choice {ref: seats}]"
    assert connection.execute("select count(*) from halls").fetchone() == (0,)


def test_a_column_of_two_foreign_keys_comes_from_the_table_that_is_told_as_its_parent(
    connection: Connection, explain: Explain
) -> None:
    connection.execute(
        """
        create table tenants (id serial primary key);
        create table users (
            id serial primary key, tenant_id integer not null references tenants, unique (id, tenant_id)
        );
        create table posts (
            id serial primary key, tenant_id integer not null references tenants, author_id integer not null,
            foreign key (author_id, tenant_id) references users (id, tenant_id)
        )
        """
    )

    cells = [re.split("  +", line.strip()) for line in explain("posts").stdout.splitlines()]

    assert ["tenant_id", "!choice {ref: users}", "foreign key to users"] in cells


def test_names_that_a_key_makes_are_no_range_of_numbers(connection: Connection, explain: Explain) -> None:
    connection.execute("create table departments (id smallserial primary key, name text not null unique)")

    cells = [re.split("  +", line.strip()) for line in explain().stdout.splitlines()]

    assert ["id", "!range", "key"] in cells
    assert ["name", "!like department", "key"] in cells


def test_some_tables_are_explained_alone_with_the_rows_that_parents_are_to_have(
    connection: Connection, explain: Explain
) -> None:
    connection.execute(SEATS.encode())

    told = explain("seats", "halls=3")

    assert "seats: made by the row\n  at most 6 rows: seats_pkey\n" in told.stdout
    assert "visits" not in told.stdout


def test_json_says_the_same_with_types_and_whole_lists(connection: Connection, explain: Explain) -> None:
    connection.execute(SEATS.encode())

    report = json.loads(explain("visits", "--json").stdout)

    (visits,) = report["tables"]
    assert (visits["table"], visits["mode"], visits["looked_at"]) == ("visits", "row", ["visits_check"])
    columns = {column["name"]: column for column in visits["columns"]}
    assert (columns["seat_hall"]["why"], columns["length"]["why"]) == ("foreign key to seats", "computed by the server")
    assert columns["began"]["type"] == "date"


def test_no_line_is_longer_than_a_hundred_letters(connection: Connection, explain: Explain) -> None:
    connection.execute((ROOT / "schema.sql").read_bytes())
    connection.execute(
        "create type many as enum ('one word', 'another word', 'a third word', 'a fourth word', 'and a fifth word');"
        "create table a_table_with_a_name_that_is_rather_long (a_column_of_which_the_same_can_be_said many not null)"
    )

    lines = explain().stdout.splitlines()

    assert [line for line in lines[1:] if len(line) > 100] == []
    assert any(line.startswith("a_table_with") for line in lines)


def test_a_bound_that_is_a_types_says_which(connection: Connection, explain: Explain) -> None:
    connection.execute("create table t (id smallserial primary key)")

    assert "  at most 32,766 rows: id is smallint\n" in explain().stdout


def test_what_there_is_no_generator_for_is_said(connection: Connection, explain: Explain) -> None:
    connection.execute("create table t (id serial primary key, kind regclass not null)")

    told = explain()

    assert "  kind  null    no generator" in told.stdout
