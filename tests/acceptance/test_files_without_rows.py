"""Files that hold no rows for a run are named: empty ones, and JSON and CSV that nobody reads."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest

from seedkit import SeedkitError, seed
from seedkit.core.reports.runs import SkippedStep
from seedkit.reports.text import seed_text

Connection = psycopg.Connection[Any]
Write = Callable[[dict[str, str]], Path]

IGNORED = "ignored: fixtures are .yml and .yaml files"
EMPTY = ["", "# - {id: 1}\n", "---\n", "{}\n", "_fixture: {table: users}\n", "DEFAULTS: &DEFAULTS {id: 1}\n", "~\n"]


@pytest.fixture
def tables(connection: Connection) -> None:
    connection.execute("create table users (id integer primary key); create table teams (id integer primary key)")


@pytest.mark.usefixtures("tables")
@pytest.mark.parametrize("text", EMPTY)
def test_a_fixture_without_rows_is_named(text: str, project: Write, connection: Connection) -> None:
    project({"fixtures/users.yml": text, "fixtures/teams.yml": "- {id: 1}\n"})

    report = seed(connection=connection)

    assert report.skipped == (SkippedStep(name="fixtures/users.yml", reason="holds no rows"),)
    assert [found.table.name for found in report.tables] == ["teams"]


@pytest.mark.usefixtures("tables")
def test_where_no_file_holds_rows_each_is_named(project: Write, connection: Connection) -> None:
    project({"fixtures/users.yml": "", "fixtures/teams.csv": "id\n1\n"})

    with pytest.raises(SeedkitError) as caught:
        seed(connection=connection)

    assert caught.value.message.startswith("there is nothing to seed")
    assert caught.value.detail == f"fixtures/teams.csv ({IGNORED})\n  fixtures/users.yml (holds no rows)"


@pytest.mark.usefixtures("tables")
@pytest.mark.parametrize(
    ("file", "reason"), [("users.yml", "holds no rows"), ("users.json", IGNORED), ("more/users.csv", IGNORED)]
)
def test_whoever_asks_for_its_table_is_told(file: str, reason: str, project: Write, connection: Connection) -> None:
    project({f"fixtures/{file}": "", "fixtures/teams.yml": "- {id: 1}\n"})

    with pytest.raises(SeedkitError) as caught:
        seed(["users"], connection=connection)

    assert caught.value.hint == f"fixtures/{file}: {reason}."


@pytest.mark.usefixtures("tables")
def test_json_and_csv_are_named_as_ignored_unless_a_fixture_names_them(project: Write, connection: Connection) -> None:
    connection.execute("alter table teams add settings jsonb, add list text, add more text")
    team = "{id: 1, settings: !file settings.json, list: !file 'lists/list.csv', more: !file \"a list.csv\"}"
    project(
        {
            "fixtures/teams.yml": f"- {team}\n",
            "fixtures/settings.json": "{}",
            "fixtures/lists/list.csv": "a,b",
            "fixtures/a list.csv": "a,b",
            "fixtures/users.json": '[{"id": 1}]',
            "fixtures/old/Users.CSV": "id\n1\n",
            "fixtures/README.md": "",
            "fixtures/.hidden.json": "",
            "fixtures/set.json/teams.txt": "",
        }
    )

    report = seed(connection=connection)

    assert report.skipped == (
        SkippedStep(name="fixtures/old/Users.CSV", reason=IGNORED),
        SkippedStep(name="fixtures/users.json", reason=IGNORED),
    )


@pytest.mark.usefixtures("tables")
def test_a_report_shows_them(project: Write, connection: Connection) -> None:
    project({"fixtures/teams.yml": "- {id: 1}\n", "fixtures/users.yml": "", "fixtures/users.json": "[]"})

    told = seed_text(seed(connection=connection))

    assert f"not run: fixtures/users.json ({IGNORED})\nnot run: fixtures/users.yml (holds no rows)\n" in told


@pytest.mark.usefixtures("tables")
def test_of_many_files_of_a_table_a_report_names_the_first(project: Write, connection: Connection) -> None:
    project({f"fixtures/{number:02}/users.yml": f"- {{id: {number}}}\n" for number in range(30)})

    told = seed_text(seed(connection=connection))

    assert "  fixtures/00/users.yml, fixtures/01/users.yml, fixtures/02/users.yml and 27 more\n" in told
