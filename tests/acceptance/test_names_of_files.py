"""Names of files whose letters are decomposed, as macOS keeps them, while a table's are composed as they are typed."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest

from seedkit import seed

Connection = psycopg.Connection[Any]
Write = Callable[[dict[str, str]], Path]

COMPOSED, DECOMPOSED = "café", unicodedata.normalize("NFD", "café")


@pytest.mark.parametrize(("table", "file"), [(COMPOSED, DECOMPOSED), (DECOMPOSED, COMPOSED)])
def test_a_fixture_means_the_table_whose_name_looks_the_same(
    table: str, file: str, project: Write, connection: Connection
) -> None:
    connection.execute(f'create table "{table}" (id integer primary key, name text)'.encode())
    project({f"fixtures/{file}.yml": "ada: {id: 1, name: Ada}\n"})

    report = seed(connection=connection)

    assert [(found.table.name, found.inserted) for found in report.tables] == [(table, 1)]


def test_a_table_that_is_spelled_just_so_comes_first(project: Write, connection: Connection) -> None:
    for table in (COMPOSED, DECOMPOSED):
        connection.execute(f'create table "{table}" (id integer primary key)'.encode())
    project({f"fixtures/{DECOMPOSED}.yml": "- {id: 1}\n", f"fixtures/{COMPOSED}.yml": "- {id: 1}\n- {id: 2}\n"})

    report = seed(connection=connection)

    assert {found.table.name: found.inserted for found in report.tables} == {COMPOSED: 2, DECOMPOSED: 1}


def test_a_seeder_is_called_by_the_name_that_is_typed(project: Write, connection: Connection) -> None:
    project({f"seeders/{DECOMPOSED}.py": "def seed(db):\n    pass\n"})

    report = seed([COMPOSED], connection=connection)

    assert [seeder.name for seeder in report.seeders] == [COMPOSED]


@pytest.mark.parametrize(("written", "kept"), [(COMPOSED, DECOMPOSED), (DECOMPOSED, COMPOSED)])
def test_a_file_beside_the_fixture_is_found(written: str, kept: str, project: Write, connection: Connection) -> None:
    connection.execute("create table notes (id integer primary key, text text)")
    project({"fixtures/notes.yml": f'- {{id: 1, text: !file "{written}.txt"}}\n', f"fixtures/{kept}.txt": "hello"})

    seed(connection=connection)

    assert connection.execute("select text from notes").fetchone() == ("hello",)
