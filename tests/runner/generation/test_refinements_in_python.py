"""What a program says of columns when it generates rows: constants, tags, and functions that are given a row."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
import pytest

from seedkit import SeedkitError, generate, seed, tags

Connection = psycopg.Connection[Any]
USERS = """
create table users (
    id serial primary key, name text not null, email text not null unique, plan text, credit numeric(8, 2),
    born date, seen_at timestamptz, tags text[], about jsonb, note text default 'none'
)
"""


@pytest.fixture(autouse=True)
def users(connection: Connection, project: Callable[[dict[str, str]], Path]) -> None:
    connection.execute(USERS.encode())
    project({"pyproject.toml": "[tool.seedkit]\n", "generate.yml": "users: {plan: team, note: of the file}"})


def test_constants_tags_and_functions_say_what_columns_have(connection: Connection) -> None:
    def greeting(row: dict[str, Any]) -> str:
        return f"{row['name']}, {row['born'].year}, {row['about']['x']}"

    generate(
        "users",
        200,
        connection=connection,
        now=date(2026, 11, 30),
        email=tags.format("user{id}@example.com"),
        plan=tags.choice({"free": 90, "pro": 10}),
        credit=tags.between(5, "9.50"),
        born=date(1999, 12, 31),
        seen_at=tags.maybe(0.5, tags.ago("3d")),
        tags=["a", "b"],
        about={"x": 1},
        note=greeting,
    )

    (row,) = connection.execute(
        """
        select bool_and(email = 'user' || id || '@example.com'), count(*) filter (where plan = 'free') > 160,
            min(credit) >= 5 and max(credit) <= 9.5, bool_and(born = '1999-12-31'), count(seen_at) between 60 and 140,
            bool_and(tags = '{a,b}' and about = '{"x": 1}'), bool_and(note = name || ', 1999, 1'), count(*)
        from users
        """
    ).fetchall()
    assert row == (True, True, True, True, True, True, True, 200)


def test_what_the_program_says_wins_over_the_file(connection: Connection) -> None:
    generate("users", 3, connection=connection, plan="pro")

    assert connection.execute("select distinct plan, note from users").fetchall() == [("pro", "of the file")]


@pytest.mark.parametrize(
    ("tables", "columns", "message"),
    [
        ("users", {"plna": "pro"}, 'table "users" has no column "plna"'),
        ("users", {"id": 5}, 'column "id" has the numbers of the rows'),
        ("users", {"email": "a@example.com"}, "the same value in every row"),
        ("u*", {"plan": "pro"}, "columns are those of one table that is named"),
        ({"users": 1, "others": 1}, {"plan": "pro"}, "columns are those of one table that is named"),
        ("users", {"plan": object()}, "can not be written as a value"),
    ],
)
def test_what_can_not_be_is_told_before_the_first_row(
    connection: Connection, tables: Any, columns: dict[str, object], message: str
) -> None:
    with pytest.raises(SeedkitError, match=message) as caught:
        generate(tables, None if isinstance(tables, dict) else 5, connection=connection, columns=columns)

    assert caught.value.origin is None
    assert connection.execute("select count(*) from users").fetchall() == [(0,)]


def test_a_seeder_says_what_columns_have(connection: Connection, project: Callable[[dict[str, str]], Path]) -> None:
    project(
        {
            "seeders/users.py": """
                from seedkit import SeedContext, tags

                def seed(db: SeedContext) -> None:
                    db.generate("users", 4, plan=tags.choice(["a"]), note=lambda row: row["plan"] + "!")
                """
        }
    )

    seed(connection=connection)

    assert connection.execute("select plan, note, count(*) from users group by 1, 2").fetchall() == [("a", "a!", 4)]


def test_the_error_of_a_function_says_for_which_column_it_was_called(connection: Connection) -> None:
    with pytest.raises(KeyError, match="nmae") as caught:
        generate("users", 3, note=lambda row: row["nmae"], connection=connection)

    assert caught.value.__notes__ == ["seedkit: this comes from the function for users.note"]
