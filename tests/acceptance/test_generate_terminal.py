"""`seedkit generate` at a terminal: very many rows are asked about once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.acceptance.terminals import typed
from tests.conftest import Write

Connection = psycopg.Connection[Any]

MANY = "users=100001"


@pytest.fixture
def folder(project: Write, connection: Connection) -> Path:
    connection.execute("create table users (id serial primary key)")
    return project({})


def count(connection: Connection) -> int:
    return int(connection.execute("select count(*) from users").fetchall()[0][0])


@pytest.mark.parametrize(("answer", "code", "rows"), [("yes", 0, 100_001), ("no", 2, 0)])
def test_more_than_a_hundred_thousand_rows_are_asked_about(
    folder: Path, connection: Connection, database: str, answer: str, code: int, rows: int
) -> None:
    ended, shown = typed(answer, "generate", MANY, cwd=folder, DATABASE_URL=database)

    assert (ended, count(connection)) == (code, rows), shown
    assert f'100,001 rows will be added to database "{connection.info.dbname}" on' in shown
    assert ("Nothing was changed." in shown) == (answer == "no")


@pytest.mark.parametrize("apart", ["a dry run", "the database's comment"])
def test_nobody_is_asked_where_it_is_meant(folder: Path, connection: Connection, database: str, apart: str) -> None:
    if apart == "the database's comment":
        name = connection.info.dbname
        connection.execute(f"comment on database {name} is 'for tests\n[seedkit: generate]'".encode())

    ended, shown = typed(
        "", "generate", MANY, *(["--dry-run"] if apart == "a dry run" else []), cwd=folder, DATABASE_URL=database
    )

    assert ended == 0, shown
    assert "Type yes" not in shown
