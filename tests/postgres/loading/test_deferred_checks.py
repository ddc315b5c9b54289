"""Constraints that are checked at the end of a run: the rows that they refuse are named all the same."""

from __future__ import annotations

import pytest

from seedkit import SeedkitError, seed
from tests.conftest import Write
from tests.postgres.loads import Connection


@pytest.fixture
def connection(emptied: Connection) -> Connection:
    return emptied


TWICE = "Key ({0})=(5) stands at fixtures/items.yml:1 already."


@pytest.mark.parametrize(
    ("columns", "rows", "line", "details"),
    [
        pytest.param(
            "team_id integer references teams deferrable initially deferred",
            ["team_id: 1", "team_id: 5", "team_id: 6"],
            2,
            [
                'Key (team_id)=(5) is not present in table "teams".',
                'also at fixtures/items.yml:3: Key (team_id)=(6) is not present in table "teams".',
            ],
            id="foreign key",
        ),
        pytest.param("n integer, unique (n) {0}", ["n: 5", "n: 6", "n: 5"], 3, [TWICE.format("n")], id="unique"),
        pytest.param('"N" integer unique {0}', ["N: 5", "N: 6", "N: 5"], 3, [TWICE.format("N")], id="quoted"),
        pytest.param(
            "n integer unique {0}",
            ["n: 5", "n: 90"],
            2,
            ["Key (n)=(90) already exists, in the row (id)=(90)."],
            id="a row of the table",
        ),
    ],
)
def test_rows_that_a_deferred_constraint_refuses_are_named(
    connection: Connection, project: Write, columns: str, rows: list[str], line: int, details: list[str]
) -> None:
    definition = columns.format("deferrable initially deferred")
    connection.execute("create table teams (id integer primary key); insert into teams values (1)")
    connection.execute(f"create table items (id integer primary key, {definition})".encode())
    connection.execute(b"insert into items values (90, %s)" % (b"1" if "teams" in columns else b"90"))
    project({"fixtures/items.yml": "".join(f"- {{id: {number}, {row}}}\n" for number, row in enumerate(rows))})

    with pytest.raises(SeedkitError) as caught:
        seed(connection=connection)

    assert str(caught.value.origin) == f"fixtures/items.yml:{line}"
    assert (caught.value.detail or "").split("\n  ") == details
    assert connection.execute("select count(*) from items").fetchone() == (1,)
