"""Arguments of the Python functions that can't mean what they say are refused at the call, with what to write."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from seedkit import generate, seed
from seedkit.errors import SeederError, UsageError
from tests.conftest import Write

Connection = psycopg.Connection[Any]


@pytest.fixture(autouse=True)
def users(connection: Connection, project: Write) -> None:
    """A project with one table and a row for it."""
    connection.execute("create table users (id serial primary key, email text unique)")
    project({"fixtures/users.yml": "- {email: ada@example.org}\n"})


# A connection, and an address beside it


@pytest.mark.parametrize("function", [seed, generate])
def test_a_connection_and_an_address_are_two_databases(function: Callable[..., object], connection: Connection) -> None:
    with pytest.raises(UsageError, match="connection and url each name a database"):
        function(connection=connection, url="postgresql://elsewhere/shop")

    assert connection.execute("select count(*) from users").fetchone() == (0,)


def test_a_seeder_can_not_have_its_run_work_elsewhere(connection: Connection, project: Write) -> None:
    project(
        {
            "seeders/more.py": "from seedkit import generate\n\n"
            "def seed(db):\n    generate('users', 3, url='postgresql://elsewhere/shop')\n"
        }
    )

    with pytest.raises((SeederError, UsageError), match="the connection of the run and url each name a database"):
        seed(connection=connection)
