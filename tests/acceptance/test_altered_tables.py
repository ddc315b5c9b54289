"""Tables that seeders alter: what they insert and look up afterwards is meant for the tables as they are by then."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest

from seedkit import SeedkitError, seed
from seedkit.errors import CatalogError
from tests.conftest import Write

Connection = psycopg.Connection[Any]
ADD = 'db.execute("alter table users add column zip text")'


@pytest.fixture(autouse=True)
def users(connection: Connection) -> None:
    connection.execute("create table users (id serial primary key, email text unique, name text)")


def seeded(project: Write, *lines: str, **files: str) -> None:
    project(
        {
            "fixtures/users.yml": "ada: {id: 1, email: ada@example.org}\n",
            "seeders/a.py": "def seed(db):\n" + "".join(f"    {line}\n" for line in lines),
            **{f"seeders/{name}.py": text for name, text in files.items()},
        }
    )


@pytest.mark.parametrize(
    "insert",
    [
        'db.insert("users", [{"email": "z", "zip": "12"}])',
        'db.insert("users", [{"email": "y"}, {"email": "z", "zip": "12"}])',
        'db.insert("users", ({"email": f"{number}", "zip": f"{number}"} for number in range(2500)))',
        'db.insert("users", iter([{"email": "z", "zip": "12"}]), key=["email"])',
    ],
)
def test_a_column_that_a_seeder_has_added_is_there(connection: Connection, project: Write, insert: str) -> None:
    seeded(project, ADD, insert)

    seed(connection=connection)

    assert connection.execute("select count(*) from users where zip = '12'").fetchone() == (1,)


def test_it_is_there_for_the_next_seeder(connection: Connection, project: Write) -> None:
    seeded(project, ADD, b='def seed(db):\n    db.insert("users", [{"id": 7, "zip": "12"}])\n')

    seed(connection=connection)

    assert connection.execute("select zip from users where zip is not null").fetchall() == [("12",)]


@pytest.mark.parametrize(
    ("change", "row"),
    [
        ("alter table users rename column name to called", '{"email": "z", "called": "Zoe"}'),
        ("alter table users drop column name", '{"email": "z"}'),
    ],
)
def test_a_column_goes_by_its_new_name_or_not_at_all(
    connection: Connection, project: Write, change: str, row: str
) -> None:
    seeded(project, f'db.execute("{change}")', f'db.insert("users", [{row}])')

    seed(connection=connection)

    assert connection.execute("select count(*) from users").fetchone() == (2,)


def test_a_reference_finds_it(connection: Connection, project: Write) -> None:
    seeded(
        project,
        'db.insert("users", [{"email": db.ref("users.ada.email") + "!"}])',
        "db.execute(\"alter table users add column zip text default '12'\")",
        'db.insert("users", [{"email": db.ref("users.ada.zip")}])',
    )

    seed(connection=connection)

    assert connection.execute("select count(*) from users where email = '12'").fetchone() == (1,)


def test_rows_that_name_it_late_are_told_so(connection: Connection, project: Write) -> None:
    late = '({"email": f"{number}", **({"zip": "12"} if number == 2400 else {})} for number in range(2500))'
    seeded(project, ADD, f'db.insert("users", {late})')

    with pytest.raises(CatalogError, match='has no column "zip"') as caught:
        seed(connection=connection)

    assert caught.value.hint == "The table was altered in this run: name its new columns within the first 2,000 rows."


def test_rows_are_not_drawn_once_more_from_code_that_has_failed(connection: Connection, project: Write) -> None:
    seeded(
        project,
        ADD,
        "def rows():",
        '    yield {"email": "z"}',
        '    db.insert("nowhere", [{"id": 1}])',
        'db.insert("users", rows())',
    )

    with pytest.raises(CatalogError, match='table "nowhere" does not exist'):
        seed(connection=connection)


def test_a_slip_is_told_with_the_columns_of_now(connection: Connection, project: Write) -> None:
    seeded(project, ADD, 'db.insert("users", [{"zipp": "12"}])')

    with pytest.raises(SeedkitError, match='has no column "zipp"') as caught:
        seed(connection=connection)

    assert caught.value.hint == 'Did you mean "zip"?'
