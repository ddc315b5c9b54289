"""Arguments of the Python functions that can't mean what they say are refused at the call, with what to write."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

import psycopg
import pytest

from seedkit import SeedContext, SeedkitError, aio, check_sequences, fix_sequence, fix_sequences, generate, seed
from seedkit.errors import SeederError, UsageError
from tests.conftest import Write

Connection = psycopg.Connection[Any]
NUMBER: Any = 5
wrong: Any = partial  # to a checker
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


@pytest.mark.parametrize("call", [seed, wrong(generate, "users", 1)])
@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("postgresql://ada@127.0.0.1:1/shop", "hint: Is the server running? What was tried comes from url."),
        ("postgresql://ada@127.0.0.1:abc/shop", "hint: Check the port in url: "),
        ("mysql://ada@127.0.0.1/shop", "url is a URL of MySQL, and seedkit works on PostgreSQL alone"),
        ("", "url is empty"),
    ],
)
def test_a_url_that_leads_nowhere_is_told_by_its_arguments_name(
    call: Callable[..., object], url: str, told: str
) -> None:
    with pytest.raises(SeedkitError) as caught:
        call(url=url)

    assert told in str(caught.value)
    assert "--url" not in str(caught.value)


def test_a_fresh_run_is_told_how_python_confirms_it(connection: Connection) -> None:
    with pytest.raises(UsageError) as caught:
        seed(fresh="nope", connection=connection)

    assert caught.value.message.startswith(f'a fresh run empties tables of database "{connection.info.dbname}" only')
    assert 'seed(fresh="NAME") in Python' in str(caught.value.hint)


# Values of another kind than the argument's


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (wrong(seed, now="2024-01-01"), "now must be a moment (datetime.datetime), not '2024-01-01'"),
        (wrong(seed, now=date(2024, 1, 1)), "now must be a moment"),
        (wrong(generate, now="2024-01-01"), "now must be a day (datetime.date), not '2024-01-01'"),
        (wrong(seed, directory="/nowhere"), "directory is no folder: /nowhere"),
        (wrong(generate, directory="/etc/passwd"), "directory is no folder: /etc/passwd"),
        (wrong(seed, directory=5), "directory must be a text or a path, not 5"),
        (wrong(seed, environment=5), "environment must be a text, not 5"),
        (wrong(generate, "users", 1, locale=5), "locale must be a text, not 5"),
        (wrong(generate, "users", 1, out=5), "out must be a text or a path, not 5"),
        (wrong(generate, "users", 1, workers="two"), "workers must be a whole number, not 'two'"),
        (wrong(generate, "users", 1, columns=5), "columns must be a mapping, not 5"),
        (wrong(fix_sequence, "users", id_range=5), "id_range must be two whole numbers, not 5"),
        (wrong(fix_sequences, id_range=(1, 2.5)), "id_range must be two whole numbers, not (1, 2.5)"),
        (wrong(check_sequences, id_range=()), "id_range must be two whole numbers, not ()"),
        (wrong(fix_sequence, "users", 5), "id_column must be a name, not 5"),
        (wrong(fix_sequence, "users", "id", 5), "sequence_name must be a name, not 5"),
        (wrong(fix_sequences, margin=1.5), "a margin must be a whole number, not 1.5"),
        (wrong(fix_sequences, lock_timeout="5 sec"), "lock_timeout can not be '5 sec'"),
        (wrong(fix_sequences, lock_timeout="abc", dry_run=True), "lock_timeout can not be 'abc'"),
        (wrong(fix_sequences, lock_timeout="99d"), "lock_timeout can not be '99d'"),
        (wrong(fix_sequences, lock_timeout=5), "lock_timeout can not be 5"),
    ],
)
def test_what_an_argument_can_not_be_is_told(connection: Connection, call: Callable[..., object], message: str) -> None:
    with pytest.raises(UsageError) as caught:
        call(connection=connection)

    assert caught.value.message.startswith(message)


@pytest.mark.parametrize("timeout", ["1.5s", "250", "0", "1d", None])
def test_a_time_is_written_as_postgresql_does(connection: Connection, timeout: str | None) -> None:
    assert fix_sequences(lock_timeout=timeout, connection=connection).right


@pytest.mark.parametrize(
    ("call", "message"),
    [
        ("ref(None)", "None is no labelled row"),
        ("call(5)", "db.call takes the name of a seeder, not 5"),
        ("insert('users', None)", "rows must be a list, or another iterable of rows, not None"),
        ("session(5)", "db.session takes a class of Session, not 5"),
    ],
)
def test_so_it_is_in_a_seeder(connection: Connection, project: Write, call: str, message: str) -> None:
    project({"seeders/people.py": f"def seed(db):\n    db.{call}\n"})

    with pytest.raises(UsageError) as caught:
        seed(connection=connection)

    assert caught.value.message == message


def test_an_awaited_call_refuses_the_same() -> None:
    with pytest.raises(UsageError, match="columns must be a mapping"):
        asyncio.run(aio.generate("users", 1, columns=NUMBER))
