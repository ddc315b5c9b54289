"""What the server refuses of a seeder's rows is told with the number of the row, and its column."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest

from seedkit import seed
from seedkit.errors import SeedkitError
from tests.conftest import Write

Connection = psycopg.Connection[Any]


@pytest.fixture(autouse=True)
def tables(connection: Connection) -> None:
    connection.execute(
        """
        create type mood as enum ('glad', 'sad');
        create table users (id int primary key, score numeric, tags text[], mood mood, "a: b" int, name text not null
            default 'x');
        create table teams (id int primary key, user_id int references users)
        """
    )


def told(connection: Connection, project: Write, rows: str, table: str = "users") -> SeedkitError:
    project({"seeders/s.py": f"def seed(db):\n    rows = {rows}\n    db.insert({table!r}, rows)\n"})
    with pytest.raises(SeedkitError) as caught:
        seed(connection=connection)
    assert str(caught.value.origin) == "seeders/s.py:3"
    return caught.value


@pytest.mark.parametrize("there", [0, 1])
@pytest.mark.parametrize("kind", ["list", "iter"])
def test_one_of_many_rows(connection: Connection, project: Write, there: int, kind: str) -> None:
    connection.execute("insert into users select 99_999_999 where %s = 1", [there])

    error = told(
        connection, project, f'{kind}([{{"id": n, "score": "oops" if n == 50_000 else n}} for n in range(1, 60_001)])'
    )

    assert error.message == 'invalid input syntax for type numeric: "oops"'
    assert error.detail == 'row 50,000, column "score" (while loading users from s)'


@pytest.mark.parametrize(
    ("column", "value"), [("id", "1.5"), ("id", "True"), ("tags", '("a", "b")'), ("mood", '"bored"'), ("a: b", '"x"')]
)
@pytest.mark.parametrize("kind", ["list", "iter"])
def test_values_that_are_no_input_for_their_column(
    connection: Connection, project: Write, column: str, value: str, kind: str
) -> None:
    others = '{"id": 1}, {"id": 2, "score": 1}, {"id": 3}'

    error = told(connection, project, f'{kind}([{others}, {{"id": 4}} | {{{column!r}: {value}}}])')

    assert str(error.detail).startswith(f'row 4, column "{column}"')


def test_rows_of_several_shapes(connection: Connection, project: Write) -> None:
    shapes = '{"id": n, "score": "oops" if n == 7_001 else n} if n % 2 else {"id": n, "name": "x"}'

    error = told(connection, project, f"({shapes} for n in range(1, 9_001))")

    assert str(error.detail).startswith('row 7,001, column "score"')


def test_two_rows_with_the_same_key(connection: Connection, project: Write) -> None:
    error = told(connection, project, '[{"id": 1}, {"id": 2}, {"id": 1}]')

    assert error.message == 'two rows of table "users" have the same key, id 1'
    assert error.detail == "rows 1 and 3"


def test_two_of_many_rows_with_the_same_key(connection: Connection, project: Write) -> None:
    error = told(connection, project, '({"id": 5 if n == 3_000 else n} for n in range(1, 4_001))')

    assert error.message == 'two rows of table "users" have the same key, id 5'
    assert error.detail == "The second one is row 3,000."


@pytest.mark.parametrize("there", [0, 1])
def test_a_row_that_lacks_its_parent(connection: Connection, project: Write, there: int) -> None:
    connection.execute("insert into teams select 1 where %s = 1", [there])

    error = told(connection, project, '[{"id": 2, "user_id": None}, {"id": 3, "user_id": 77}]', "teams")

    assert str(error.detail).startswith('row 2: Key (user_id)=(77) is not present in table "users".')


@pytest.mark.parametrize("there", [0, 1])
def test_a_row_that_lacks_a_value(connection: Connection, project: Write, there: int) -> None:
    connection.execute("insert into users select 1 where %s = 1", [there])

    error = told(connection, project, '[{"id": 2, "name": "x"}, {"id": 3, "name": None}]')

    assert str(error.detail).startswith("row 2: Failing row contains (3, ")


def test_a_value_without_a_text_late_in_a_generator(connection: Connection, project: Write) -> None:
    error = told(connection, project, '({"id": n, "name": object() if n == 5_001 else "x"} for n in range(1, 6_001))')

    assert error.message == 'row 5,001 has a value of the type object for column "name" of table "users"'
