from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

Run = Callable[..., subprocess.CompletedProcess[str]]

NEARLY_FULL = """
    create table orders (id serial primary key);
    select setval('orders_id_seq', 2000000000);
"""
INTEGER_SEQUENCE = """
    create table events (id serial primary key);
    alter table events alter column id type bigint;
    select setval('events_id_seq', 1900000000);
"""
CALM = "create table customers (id bigint generated always as identity primary key);"
BEHIND = "create table users (id serial primary key); insert into users (id) values (41);"


def test_a_column_that_is_about_to_overflow_stands_first(seedkit: Run, connection: psycopg.Connection, database: str):
    connection.execute(CALM + NEARLY_FULL)

    result = seedkit("check", "--url", database)

    assert result.returncode == 0
    assert fed_columns(result.stdout) == ["orders.id", "customers.id"]
    assert "93.1 % of integer" in result.stdout
    assert "nearest limit: orders.id has used 93.1 % of integer, 147,483,647 values are left" in result.stdout
    assert "hint: alter table orders alter column id type bigint; alter sequence orders_id_seq" in result.stdout


def test_a_sequence_that_is_behind_stands_before_a_limit_that_is_near(
    seedkit: Run, connection: psycopg.Connection, database: str
):
    connection.execute(NEARLY_FULL + BEHIND)

    result = seedkit("check", "--url", database)

    assert result.returncode == 1
    assert fed_columns(result.stdout) == ["users.id", "orders.id"]


def test_the_integer_sequence_of_a_bigint_column_is_the_limit(
    seedkit: Run, connection: psycopg.Connection, database: str
):
    connection.execute(INTEGER_SEQUENCE)

    result = seedkit("check", "--url", database)

    assert "88.4 % of the sequence" in result.stdout
    assert "hint: alter sequence events_id_seq as bigint no maxvalue;" in result.stdout


@pytest.mark.parametrize("tables", [NEARLY_FULL, INTEGER_SEQUENCE])
def test_the_statements_of_the_hint_make_room(seedkit: Run, connection: psycopg.Connection, database: str, tables: str):
    connection.execute(tables)
    hint = re.search(r"hint: ([^(\n]*)", seedkit("check", "--url", database).stdout)

    assert hint is not None
    connection.execute(hint[1].encode())

    assert "0.0 % of bigint" in seedkit("check", "--url", database).stdout


@pytest.mark.parametrize(
    ("column", "last", "statements", "room"),
    [
        pytest.param(
            "integer generated always as identity (maxvalue 1000)",
            900,
            "alter sequence tickets_id_seq as bigint maxvalue 2147483647;  -- the end of integer, the type of",
            "of integer",
            id="its own bound",
        ),
        pytest.param(
            "smallserial",
            32_000,
            "alter table tickets alter column id type bigint; alter sequence tickets_id_seq as bigint no maxvalue;",
            "of bigint",
            id="both end together",
        ),
        pytest.param(
            "integer generated always as identity (maxvalue 2147483000)",
            2_147_000_000,
            "alter table tickets alter column id type bigint; alter sequence tickets_id_seq as bigint no maxvalue;",
            "of bigint",
            id="both are near",
        ),
        pytest.param(
            "integer generated always as identity (increment -1 minvalue -1000)",
            -900,
            "alter sequence tickets_id_seq as bigint minvalue -2147483648;",
            "of integer",
            id="descending",
        ),
        pytest.param(
            "numeric(5,0) default nextval('given')",
            900,
            "alter sequence given as bigint maxvalue 99999;",
            "of numeric(5,0)",
            id="numeric",
        ),
    ],
)
def test_no_hint_lets_a_sequence_run_past_its_column(
    seedkit: Run,
    connection: psycopg.Connection,
    database: str,
    column: str,
    last: int,
    statements: str,
    room: str,
):
    """§2 A hint widens a sequence no further than its column, or the column together with it."""
    connection.execute("create sequence given maxvalue 1000")
    connection.execute(f"create table tickets (id {column}, name text)".encode())
    sequence = "given" if "given" in column else "tickets_id_seq"
    connection.execute("select setval(%s, %s)", (sequence, last))

    hint = re.search(r"hint: (.*)", seedkit("check", "--url", database).stdout)

    assert hint is not None
    assert hint[1].startswith(statements)
    connection.execute(hint[1].encode())
    assert room in seedkit("check", "--url", database).stdout


def test_the_columns_of_a_shared_sequence_are_widened_together(
    seedkit: Run, connection: psycopg.Connection, database: str
):
    """§2 Where a sequence is widened, so are all columns that it would run past."""
    connection.execute("create table orders (id serial); create table archive (like orders including defaults)")
    connection.execute("select setval('orders_id_seq', 2000000000)")

    hint = re.search(r"hint: (.*)", seedkit("check", "--url", database).stdout)

    assert hint is not None
    connection.execute(hint[1].encode())
    types = "select distinct format_type(atttypid, null) from pg_attribute where attname = 'id' and attnum = 1"
    assert connection.execute(f"{types} and attrelid in ('orders'::regclass, 'archive'::regclass)").fetchall() == [
        ("bigint",)
    ]


def test_nothing_is_said_of_limits_that_are_far(seedkit: Run, connection: psycopg.Connection, database: str):
    connection.execute(CALM)

    result = seedkit("check", "--url", database)

    assert "0.0 % of bigint" in result.stdout
    assert "nearest limit" not in result.stdout


def test_a_column_without_an_index_is_told(seedkit: Run, connection: psycopg.Connection, database: str):
    connection.execute("create table logs (id serial, line int); create index on logs (line, id)")
    connection.execute("create table traces (id serial); create index on traces (id) where id > 10")
    connection.execute(CALM)

    lines = {line.split()[0]: line for line in seedkit("check", "--url", database).stdout.splitlines() if line}

    assert lines["logs.id"].endswith("no index: scanned the whole table")
    assert lines["traces.id"].endswith("no index: scanned the whole table")
    assert "index" not in lines["customers.id"]


def test_json_carries_the_shares(seedkit: Run, connection: psycopg.Connection, database: str):
    connection.execute(INTEGER_SEQUENCE)

    result = seedkit("check", "--json", "--url", database)

    [sequence] = json.loads(result.stdout)["sequences"]
    assert sequence["used_share_of_sequence"] == 0.884756
    assert sequence["used_share_of_column"] == 0.0
    assert sequence["values_left"] == 247_483_647
    assert sequence["indexed"] is True


def test_json_is_sorted_by_danger_as_well(seedkit: Run, connection: psycopg.Connection, database: str):
    connection.execute(CALM + NEARLY_FULL + BEHIND)

    result = seedkit("check", "--json", "--url", database)

    tables = [sequence["table"] for sequence in json.loads(result.stdout)["sequences"]]
    assert tables == ["users", "orders", "customers"]


def test_fix_sequence_says_nothing_of_headroom(seedkit: Run, connection: psycopg.Connection, database: str):
    connection.execute(CALM + NEARLY_FULL)

    result = seedkit("fix-sequence", "--all", "--url", database)

    assert fed_columns(result.stdout) == ["customers.id", "orders.id"]
    assert "%" not in result.stdout


def test_a_page_is_written_beside_the_report(
    seedkit: Run, connection: psycopg.Connection, database: str, tmp_path: Path
):
    connection.execute(CALM + NEARLY_FULL + BEHIND)
    page = tmp_path / "report.html"
    page.write_text("of yesterday")

    result = seedkit("check", "--html", "report.html", "--url", database)

    assert result.returncode == 1
    assert result.stderr == "wrote report.html\n"
    assert fed_columns(result.stdout) == ["users.id", "orders.id", "customers.id"]
    written = page.read_text(encoding="utf-8")
    assert re.findall(r">(\w+)\.id<", written) == ["users", "orders", "customers"]
    assert "3 sequences: 2 in step, 1 behind" in written


@pytest.mark.parametrize("path", ["missing/report.html", "."])
def test_a_page_that_can_not_be_written_stops_before_the_check(seedkit: Run, path: str):
    result = seedkit("check", "--html", path, "--url", "postgresql://nobody@127.0.0.1:1/nowhere")

    assert result.returncode == 2
    assert result.stdout == ""
    assert result.stderr.startswith(f"error: can not write {path}: ")


def test_a_check_that_can_not_start_leaves_no_page(seedkit: Run, tmp_path: Path):
    result = seedkit("check", "--html", "report.html", "--url", "postgresql://nobody@127.0.0.1:1/nowhere")

    assert result.returncode == 2
    assert not (tmp_path / "report.html").exists()


def fed_columns(report: str) -> list[str]:
    """The first words of the report's table, without its heading."""
    table = report.split("\n\n")[1].splitlines()[1:]
    return [line.split()[0] for line in table if not line.startswith(" ")]
