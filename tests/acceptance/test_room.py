"""Rows that take their key from a sequence get a free one, whatever ids stand in the table and in the fixtures."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest

from seedkit import seed

Connection = psycopg.Connection[Any]
Write = Callable[[dict[str, str]], Path]
USERS = "create table users (id serial primary key, email text not null unique)"


def ids(connection: Connection) -> list[int]:
    return [user for (user,) in connection.execute("select id from users order by id")]


@pytest.mark.parametrize("before", ["", "(1, 'x@example.com'), (2, 'y@example.com')"], ids=["empty", "filled"])
def test_rows_with_and_without_ids_may_stand_in_one_table(before: str, project: Write, connection: Connection) -> None:
    connection.execute(USERS)
    if before:
        connection.execute(f"insert into users (id, email) values {before}".encode())
    project({"fixtures/users.yml": "ada: {id: 3, email: a@example.com}\nbob: {email: b@example.com}"})

    seed(connection=connection)

    assert ids(connection) == ([1, 2, 3, 4] if before else [1, 3])


def test_an_id_at_the_very_end_leaves_the_others_their_room(project: Write, connection: Connection) -> None:
    """§4 A marker at the very end, in the table or in a fixture, keeps no row from a free key."""
    connection.execute(USERS)
    project(
        {
            "fixtures/users.yml": "ada: {id: 1, email: a@example.com}\n"
            "nobody: {id: 2147483647, email: n@example.com}\nbob: {email: b@example.com}"
        }
    )

    first = seed(connection=connection)
    connection.execute("insert into users (email) values ('c@example.com')")

    assert (first.right, ids(connection)) == (True, [1, 2, 3, 2147483647])


def test_a_tree_with_an_id_at_its_root_alone_loads(project: Write, connection: Connection) -> None:
    connection.execute(
        "create table nodes (id serial primary key, name text unique, parent_id integer references nodes)"
    )
    project({"fixtures/nodes.yml": "root: {id: 1, name: Root}\nleaf: {name: Leaf, parent: root}"})

    seed(connection=connection)

    assert connection.execute("select id, parent_id from nodes order by id").fetchall() == [(1, None), (2, 1)]


def test_a_seeder_draws_ids_behind_the_fixtures(project: Write, connection: Connection) -> None:
    connection.execute(USERS)
    project(
        {
            "fixtures/users.yml": "- {id: 1, email: a@example.com}\n- {id: 2, email: b@example.com}",
            "seeders/more.py": """
                from seedkit import SeedContext

                def seed(db: SeedContext) -> None:
                    db.insert("users", [{"email": "c@example.com"}])
                    db.insert("users", ({"email": f"{number}@example.com"} for number in range(600)))
                """,
        }
    )

    seed(connection=connection)

    assert ids(connection) == list(range(1, 604))
