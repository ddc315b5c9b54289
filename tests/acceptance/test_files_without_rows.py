"""Files that hold no rows for a run are named: empty ones, and JSON and CSV that no table is called after."""

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

IGNORED = 'ignored: there is no table "user"; did you mean "users"?'
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
    project({"fixtures/users.yml": "", "fixtures/user.csv": "id\n1\n", "fixtures/teams.csv": ""})

    with pytest.raises(SeedkitError) as caught:
        seed(connection=connection)

    assert caught.value.message.startswith("there is nothing to seed")
    assert caught.value.detail is not None
    assert caught.value.detail.split("\n  ") == [
        f"fixtures/user.csv ({IGNORED})",
        "fixtures/teams.csv (holds no rows)",
        "fixtures/users.yml (holds no rows)",
    ]


@pytest.mark.usefixtures("tables")
@pytest.mark.parametrize("file", ["users.yml", "users.json", "more/users.csv", "Users.jsonl"])
def test_whoever_asks_for_its_table_is_told(file: str, project: Write, connection: Connection) -> None:
    project({f"fixtures/{file}": "", "fixtures/teams.yml": "- {id: 1}\n"})

    with pytest.raises(SeedkitError) as caught:
        seed(["users"], connection=connection)

    assert caught.value.hint == f"fixtures/{file}: holds no rows."


@pytest.mark.usefixtures("tables")
def test_json_and_csv_that_no_table_is_called_after_are_named_unless_a_fixture_names_them(
    project: Write, connection: Connection
) -> None:
    connection.execute("alter table teams add settings jsonb, add list text, add more text")
    team = "{id: 1, settings: !file settings.json, list: !file 'lists/list.csv', more: !file \"a list.csv\"}"
    project(
        {
            "fixtures/teams.yml": f"- {team}\n",
            "fixtures/settings.json": "{}",
            "fixtures/lists/list.csv": "a,b",
            "fixtures/a list.csv": "a,b",
            "fixtures/user.json": '[{"id": 1}]',
            "fixtures/mock.json": '{"answer": [{"id": 1}]}',
            "fixtures/old/User.CSV": "id\n1\n",
            "fixtures/README.md": "",
            "fixtures/.hidden.json": "",
            "fixtures/set.json/teams.txt": "",
        }
    )

    report = seed(connection=connection)

    assert report.skipped == (
        SkippedStep(name="fixtures/mock.json", reason='ignored: there is no table "mock"'),
        SkippedStep(name="fixtures/old/User.CSV", reason=IGNORED.replace('"user"', '"User"')),
        SkippedStep(name="fixtures/user.json", reason=IGNORED),
    )


@pytest.mark.usefixtures("tables")
def test_a_file_that_a_fixture_names_is_none_whatever_it_is_called(project: Write, connection: Connection) -> None:
    connection.execute("alter table teams add settings jsonb")
    project({"fixtures/teams.yml": "- {id: 1, settings: !file users.json}\n", "fixtures/users.json": '{"a": 1}'})

    report = seed(connection=connection)

    assert report.skipped == ()
    assert connection.execute("select settings from teams").fetchall() == [({"a": 1},)]


@pytest.mark.usefixtures("tables")
def test_a_report_shows_them(project: Write, connection: Connection) -> None:
    project({"fixtures/teams.yml": "- {id: 1}\n", "fixtures/users.yml": "", "fixtures/user.json": "[]"})

    told = seed_text(seed(connection=connection))

    assert f"not run: fixtures/user.json ({IGNORED})\nnot run: fixtures/users.yml (holds no rows)\n" in told


@pytest.mark.usefixtures("tables")
def test_of_many_files_of_a_table_a_report_names_the_first(project: Write, connection: Connection) -> None:
    project({f"fixtures/{number:02}/users.yml": f"- {{id: {number}}}\n" for number in range(30)})

    told = seed_text(seed(connection=connection))

    assert "  fixtures/00/users.yml, fixtures/01/users.yml, fixtures/02/users.yml and 27 more\n" in told


@pytest.mark.usefixtures("tables")
@pytest.mark.parametrize("beside", ["teams.csv", "teams.yml"])
@pytest.mark.parametrize(
    ("target", "reason"),
    [
        ("nowhere", "no such file or directory"),
        ("link.yml", "too many levels of symbolic links"),
        ("x" * 300, "file name too long"),
    ],
)
def test_a_fixture_that_can_not_be_read_is_refused_whatever_is_beside_it(
    target: str, reason: str, beside: str, project: Write, connection: Connection
) -> None:
    folder = project({f"fixtures/{beside}": "id\n1\n" if beside.endswith(".csv") else "- {id: 1}\n"})
    (folder / "fixtures" / "link.yml").symlink_to(target)

    with pytest.raises(SeedkitError) as caught:
        seed(connection=connection)

    assert str(caught.value) == f"cannot read the fixture: {reason}\n  at fixtures/link.yml"


@pytest.mark.usefixtures("tables")
def test_a_link_to_no_file_that_no_table_is_called_after_is_left_alone(project: Write, connection: Connection) -> None:
    folder = project({"fixtures/teams.yml": "- {id: 1}\n"})
    (folder / "fixtures" / "more.json").symlink_to("x" * 300)

    assert [table.rows for table in seed(connection=connection).tables] == [1]
