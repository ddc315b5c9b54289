"""Sequences are right after a migration that brings rows with ids, whether it runs or is printed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest

pytest.importorskip("alembic")


from seedkit.errors import SeedkitError, SequenceError, UsageError
from tests.integrations.with_alembic.alembic_projects import add_migration, new_project, script_of, upgrade

Connection = psycopg.Connection[Any]
FIX = "from seedkit.integrations.alembic import fix_sequence, fix_sequences"
USERS = 'users = op.create_table("users", sa.Column("id", sa.Integer, primary_key=True), sa.Column("name", sa.Text))\n'
ROWS = 'op.bulk_insert(users, [{"id": 41, "name": "Ada"}])\n'
WAYS = {
    "a table": 'fix_sequences("users")',
    "a Table": "fix_sequences(users)",
    "all tables": "fix_sequences()",
    "a table's sequence": 'fix_sequence("users")',
    "a column's sequence": 'fix_sequence("users", "id")',
    "a named sequence": 'fix_sequence("users", "id", "users_id_seq")',
}


def next_id(connection: Connection) -> int:
    ((found,),) = connection.execute("insert into users (name) values ('Grace') returning id")
    return int(found)


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_a_sequence_is_right_after_a_migration(
    tmp_path: Path, alembic_url: str, connection: Connection, way: str
) -> None:
    config = new_project(tmp_path, alembic_url)
    add_migration(tmp_path, "0001", USERS + ROWS + way, imports=FIX)

    upgrade(config)

    assert next_id(connection) == 42


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_a_sequence_is_right_after_a_migration_that_was_printed(
    tmp_path: Path, alembic_url: str, connection: Connection, psql: Callable[[str, bytes], str], database: str, way: str
) -> None:
    config = new_project(tmp_path, alembic_url)
    add_migration(tmp_path, "0001", USERS + ROWS + way, imports=FIX)
    more = 'op.execute("insert into users (id) values (50)")\n'
    add_migration(tmp_path, "0002", more + way.replace("(users)", '("users")'), imports=FIX, after="0001")

    errors = psql(database, script_of(config).encode())

    assert "ERROR" not in errors
    assert next_id(connection) == 51


def test_the_script_of_a_named_sequence_is_a_plain_statement(tmp_path: Path, alembic_url: str) -> None:
    config = new_project(tmp_path, alembic_url)
    add_migration(tmp_path, "0001", USERS + WAYS["a named sequence"], imports=FIX)
    add_migration(tmp_path, "0002", WAYS["a table"], imports=FIX, after="0001")

    first, second = script_of(config).split("Running upgrade 0001 -> 0002")

    assert "do $" not in first
    assert "nextval" in first
    assert "do $seedkit$" in second


@pytest.mark.parametrize("way", ['fix_sequences("users")', 'fix_sequence("users")'])
def test_a_sequence_that_is_named_and_can_not_be_moved_ends_the_migration(
    tmp_path: Path, alembic_url: str, connection: Connection, way: str
) -> None:
    config = new_project(tmp_path, alembic_url)
    full = 'op.execute("insert into users values (5); alter sequence users_id_seq maxvalue 5")\n'
    add_migration(tmp_path, "0001", USERS + full + way, imports=FIX)

    with pytest.raises(SequenceError, match="exhausted"):
        upgrade(config)

    assert list(connection.execute("select to_regclass('users')")) == [(None,)]


def test_of_all_sequences_one_that_can_not_be_moved_is_logged(
    tmp_path: Path, alembic_url: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("logging.config.fileConfig", lambda *_arguments, **_options: None)
    config = new_project(tmp_path, alembic_url)
    full = 'op.execute("insert into users values (5); alter sequence users_id_seq maxvalue 5")\n'
    add_migration(tmp_path, "0001", USERS + full + "fix_sequences()", imports=FIX)

    upgrade(config)

    assert "users.id: exhausted (after id 5 nothing is left before its limit 5" in caplog.text


def test_a_migration_of_another_database_is_told_that_seedkit_is_for_postgresql(tmp_path: Path) -> None:
    config = new_project(tmp_path, f"sqlite:///{tmp_path / 'some.db'}")
    add_migration(tmp_path, "0001", 'fix_sequences("users")', imports=FIX)

    with pytest.raises(SeedkitError, match="the migration is for sqlite"):
        upgrade(config)


@pytest.mark.parametrize("way", [WAYS["a table"], WAYS["a named sequence"]], ids=["a table", "a named sequence"])
@pytest.mark.parametrize("driver", ["psycopg", "asyncpg"])
def test_a_sequence_is_right_after_a_migration_by_the_async_template(
    tmp_path: Path, alembic_url: str, connection: Connection, driver: str, way: str
) -> None:
    pytest.importorskip(driver)
    config = new_project(tmp_path, alembic_url.replace("+psycopg:", f"+{driver}:"), template="async")
    add_migration(tmp_path, "0001", USERS + ROWS + way, imports=FIX)

    upgrade(config)

    assert next_id(connection) == 42


@pytest.mark.parametrize("driver", ["psycopg2", "pg8000"])
def test_a_sequence_is_right_after_a_migration_by_another_driver(
    tmp_path: Path, alembic_url: str, connection: Connection, driver: str
) -> None:
    pytest.importorskip(driver)
    url = alembic_url.replace("+psycopg:", f"+{driver}:")
    if driver == "pg8000":
        url = url.replace("?host=", "?unix_sock=").replace("&port=5432", "%2F.s.PGSQL.5432")
    config = new_project(tmp_path, url)
    add_migration(tmp_path, "0001", USERS + ROWS + WAYS["a table"], imports=FIX)

    upgrade(config)

    assert next_id(connection) == 42


def test_tables_in_a_list_are_told_to_stand_alone(tmp_path: Path, alembic_url: str) -> None:
    config = new_project(tmp_path, alembic_url)
    add_migration(tmp_path, "0001", USERS + 'fix_sequences(["users"])', imports=FIX)

    with pytest.raises(SeedkitError, match="tables are named one by one, without a list"):
        upgrade(config)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        ('fix_sequences("users", lock_timeout="5 sec")', "lock_timeout can not be '5 sec'"),
        ('fix_sequences("users", margin=1.5)', "a margin must be a whole number, not 1.5"),
        ('fix_sequence("users", id_range=5)', "id_range must be two whole numbers, not 5"),
    ],
)
def test_what_an_argument_can_not_be_is_told_before_a_script_is_written(
    tmp_path: Path, alembic_url: str, call: str, message: str
) -> None:
    config = new_project(tmp_path, alembic_url)
    add_migration(tmp_path, "0001", USERS + call, imports=FIX)

    with pytest.raises(UsageError, match=message):
        script_of(config)
