"""Arguments of the Python functions that can't mean what they say are refused at the call, with what to write."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import psycopg
import pytest

from seedkit import SeedContext, check_sequences, fix_sequences, generate, seed
from seedkit.errors import SeederError, UsageError
from tests.conftest import Write

Connection = psycopg.Connection[Any]
NUMBER: Any = 5
CLASS: Any = SeedContext


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


# A lone name where several are wanted


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (partial(seed, "users"), 'names must be a list of names: write ["users"]'),
        (partial(seed, NUMBER), "names must be a list, not 5"),
        (partial(generate, excluded="users"), 'excluded must be a list of names: write ["users"]'),
        (partial(fix_sequences, "users"), 'tables must be a list of names: write ["users"]'),
        (partial(check_sequences, None, schema=NUMBER), "schema must be a list, not 5"),
        (partial(fix_sequences, CLASS), "tables must be a list: write [SeedContext]"),
    ],
)
def test_a_lone_name_is_told_how_to_stand_in_a_list(
    connection: Connection, call: Callable[..., object], message: str
) -> None:
    with pytest.raises(UsageError) as caught:
        call(connection=connection)

    assert caught.value.message == message


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ("tables=People", "tables takes a list: write tables=[People]"),
        ("environments='dev'", 'environments takes a list of names: write environments=["dev"]'),
    ],
)
def test_a_seeders_options_are_lists_too(connection: Connection, project: Write, options: str, message: str) -> None:
    text = f"from seedkit import seeder\n\nclass People: ...\n\n@seeder({options})\ndef people(db): ...\n"
    project({"seeders/people.py": text})

    with pytest.raises(SeederError) as caught:
        seed(connection=connection)

    assert message in str(caught.value)


def test_a_lone_key_that_is_no_name_is_refused(connection: Connection, project: Write) -> None:
    project({"seeders/people.py": "def seed(db):\n    db.insert('users', [{'email': 'a'}], key=5)\n"})

    with pytest.raises(UsageError, match="key must be a list, not 5"):
        seed(connection=connection)
