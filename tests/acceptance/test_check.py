from __future__ import annotations

import json
from typing import Any

import psycopg
import pytest

from seedkit import check_sequences
from tests.conftest import Run

Connection = psycopg.Connection[Any]


@pytest.fixture(autouse=True)
def tables(connection: Connection) -> None:
    connection.execute("create table users (id serial primary key)")
    connection.execute("create table orders (id integer generated always as identity primary key)")
    connection.execute("insert into users values (41)")


def states(connection: Connection) -> list[tuple[Any, ...]]:
    return connection.execute(
        "select last_value, is_called from users_id_seq union all select last_value, is_called from orders_id_seq"
    ).fetchall()


def test_a_sequence_that_is_behind_ends_the_check_with_1_and_nothing_is_written(
    connection: Connection, database: str, seedkit: Run
) -> None:
    before = states(connection)

    ran = seedkit("check", DATABASE_URL=database)

    assert ran.returncode == 1
    assert "hint: `seedkit fix-sequence --all` moves the sequences that are behind." in ran.stdout
    assert states(connection) == before


def test_the_check_passes_once_the_sequence_is_fixed(database: str, seedkit: Run) -> None:
    seedkit("fix-sequence", "--all", DATABASE_URL=database)

    ran = seedkit("check", "--json", DATABASE_URL=database)

    report = json.loads(ran.stdout)
    assert (ran.returncode, report["ok"]) == (0, True)
    assert {sequence["table"]: sequence["status"] for sequence in report["sequences"]} == {
        "users": "in step",
        "orders": "in step",
    }


def test_a_database_without_sequences_passes(connection: Connection, database: str, seedkit: Run) -> None:
    connection.execute("drop table users, orders")

    assert seedkit("check", DATABASE_URL=database).returncode == 0


def test_only_the_named_tables_are_judged(connection: Connection) -> None:
    report = check_sequences(["orders"], connection=connection)

    assert ([str(sequence.table) for sequence in report.sequences], report.right) == (["orders"], True)


def test_a_check_from_python_writes_nothing(connection: Connection) -> None:
    before = states(connection)

    report = check_sequences(connection=connection)

    assert (report.right, report.sequences[0].status) == (False, "behind")
    assert states(connection) == before
