"""Where a sequence feeds several columns, every report says whose the highest id is, and which others there are."""

from __future__ import annotations

import json
from typing import Any

import psycopg
import pytest

from seedkit import check_sequences
from tests.conftest import Run

Connection = psycopg.Connection[Any]
ARCHIVE = {"schema": "public", "table": "archive", "column": "id"}
USERS = {"schema": "public", "table": "users", "column": "id"}


@pytest.fixture(autouse=True)
def tables(connection: Connection) -> None:
    connection.execute("create table users (id serial primary key, name text)")
    connection.execute("create table archive (like users including all)")
    connection.execute("insert into users (id) values (7); insert into archive (id) values (41)")


def test_a_check_says_in_which_column_the_highest_id_stands(database: str, seedkit: Run) -> None:
    """§7 A shared sequence comes with the column that has the highest id, and with all that it feeds."""
    checked = seedkit("check", "users", DATABASE_URL=database)

    [line] = [line for line in checked.stdout.splitlines() if line.startswith("users.id")]
    assert line.endswith("also feeds archive.id (with the highest id)")


def test_so_does_the_page(database: str, seedkit: Run, tmp_path: Any) -> None:
    seedkit("check", "users", "--html", "report.html", DATABASE_URL=database)

    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "also feeds archive.id (with the highest id)" in page


def test_so_does_a_repair(database: str, seedkit: Run) -> None:
    repaired = seedkit("fix-sequence", "users", DATABASE_URL=database)

    assert "  also feeds archive.id (with the highest id)" in repaired.stdout.splitlines()


def test_json_names_the_columns(database: str, seedkit: Run) -> None:
    """§7 JSON has the column of the highest id and the others as members."""
    [users] = json.loads(seedkit("check", "users", "--json", DATABASE_URL=database).stdout)["sequences"]
    [archive] = json.loads(seedkit("check", "archive", "--json", DATABASE_URL=database).stdout)["sequences"]

    assert (users["table"], users["highest_id_in"], users["also_feeds"]) == ("users", ARCHIVE, [ARCHIVE])
    assert (archive["table"], archive["highest_id_in"], archive["also_feeds"]) == ("archive", ARCHIVE, [USERS])


def test_python_has_them_too(connection: Connection) -> None:
    [report] = check_sequences(["users"], connection=connection).sequences

    assert str(report.deciding) == "archive.id"
    assert sorted(map(str, report.columns)) == ["archive.id", "users.id"]


def test_where_the_own_column_decides_the_others_are_listed_alone(
    connection: Connection, database: str, seedkit: Run
) -> None:
    connection.execute("insert into users (id) values (99)")
    for number in range(6):
        connection.execute(f"create table more_{number} (like users including all)".encode())

    checked = seedkit("check", "users", DATABASE_URL=database)

    [line] = [line for line in checked.stdout.splitlines() if line.startswith("users.id")]
    assert "with the highest id" not in line
    assert line.endswith("also feeds archive.id, more_0.id, more_1.id, more_2.id, more_3.id, 2 more")


def test_the_leaves_of_a_partitioned_table_are_no_others(connection: Connection, database: str, seedkit: Run) -> None:
    connection.execute(
        """
        drop table archive, users;
        create table events (id bigserial, day date) partition by range (day);
        create table events_2026 partition of events for values from ('2026-01-01') to ('2027-01-01');
        insert into events values (5, '2026-11-29');
        """
    )

    checked = seedkit("check", DATABASE_URL=database)

    assert "also feeds" not in checked.stdout
