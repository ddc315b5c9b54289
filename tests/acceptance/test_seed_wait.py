"""`seedkit seed --wait`: no row is missed that somebody has inserted and not yet committed."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from seedkit import seed
from tests.conftest import Run, Write

Connection = psycopg.Connection[Any]

SCHEMA = """
create table orders (id serial primary key, user_id integer not null);
create table users (id serial primary key);
alter table orders add foreign key (user_id) references users;
"""


@pytest.fixture(autouse=True)
def two_tables(project: Write, connection: Connection) -> Path:
    """Two tables whose order by foreign keys, users first, is not the one in which they were created."""
    connection.execute(SCHEMA)
    return project({"fixtures/orders.yml": "- {id: 3, user_id: 5}", "fixtures/users.yml": "- {id: 5}"})


@pytest.fixture
def loader(direct: str) -> Iterator[Connection]:
    """Another session, which has inserted and not committed."""
    with psycopg.connect(direct) as loader:
        loader.execute("insert into users values (100)")
        yield loader
        loader.rollback()


def test_a_writer_that_commits_meanwhile_is_seen(connection: Connection, loader: Connection) -> None:
    """§4 seed --wait locks all planned tables before its first write, until their writers have committed."""
    finish = threading.Timer(0.3, loader.commit)
    finish.start()

    report = seed(connection=connection, wait=True)

    finish.join()
    assert {str(found.table): found.next_value for found in report.sequences} == {"orders": 4, "users": 101}


def test_without_waiting_the_seed_does_not_see_an_uncommitted_row(connection: Connection, loader: Connection) -> None:
    """§4 The default answers at once; what others commit later can be ahead of the sequence."""
    report = seed(connection=connection)

    assert {str(found.table): found.next_value for found in report.sequences} == {"orders": 4, "users": 6}


def test_the_wait_ends_with_the_lock_timeout_and_nothing_is_written(
    connection: Connection, loader: Connection, database: str, seedkit: Run
) -> None:
    """§4 seed --wait is bounded by --lock-timeout."""
    ran = seedkit("seed", "--wait", "--lock-timeout", "200ms", DATABASE_URL=database)

    assert ran.returncode == 1
    assert "error: the planned tables could not be locked within 200ms" in ran.stderr
    assert "without --wait" in ran.stderr
    assert connection.execute("select count(*) from orders").fetchone() == (0,)


def test_no_table_is_kept_locked_while_another_is_waited_for(
    connection: Connection, loader: Connection, database: str, two_tables: Path
) -> None:
    """§4 seed --wait takes its locks all, or none while one is not to be had: who holds that may want the others."""
    locks = (
        "select relation::regclass::text, granted from pg_locks "
        "where mode in ('RowExclusiveLock', 'ShareRowExclusiveLock', 'AccessExclusiveLock') and pid <> %s "
        "and relation in ('orders'::regclass, 'users'::regclass) order by relation"
    )
    command = [str(Path(sys.executable).with_name("seedkit")), "seed", "--wait", "--url", database]

    with subprocess.Popen(command, cwd=two_tables, stdout=subprocess.DEVNULL) as seeding:
        deadline = time.monotonic() + 20
        mine = (loader.info.backend_pid,)
        while not (found := connection.execute(locks, mine).fetchall()) and time.monotonic() < deadline:
            time.sleep(0.05)
        found = connection.execute(locks, mine).fetchall()
        loader.rollback()

    assert found == [("users", False)]
    assert seeding.returncode == 0


@pytest.mark.parametrize("options", [["--wait"], ["--wait", "--fresh"], ["--fresh"]], ids=" ".join)
def test_a_writer_of_the_planned_tables_in_another_order_meets_no_deadlock(
    options: list[str], connection: Connection, direct: str, database: str, two_tables: Path
) -> None:
    """§4 An application that has read or written one planned table, and goes on to another, is in no one's way."""
    connection.execute("insert into users values (7)")
    command = [str(Path(sys.executable).with_name("seedkit")), "seed", *options, "--lock-timeout", "20s"]
    command += ["--confirm", connection.info.dbname] if "--fresh" in options else []

    with psycopg.connect(direct) as application:
        application.execute("insert into users values (100)")
        application.execute("select from users")
        with subprocess.Popen([*command, "--url", database], cwd=two_tables) as seeding:
            _wait_until_one_waits(connection)
            application.execute("insert into orders values (200, 7)")
            application.commit()

    assert seeding.returncode == 0
    assert connection.execute("select count(*) from users where id = 5").fetchone() == (1,)


def _wait_until_one_waits(connection: Connection) -> None:
    waiting = """
        select count(*) from pg_locks join pg_stat_activity using (pid)
        where not granted and datname = current_database()
        """
    deadline = time.monotonic() + 20
    while connection.execute(waiting).fetchone() == (0,) and time.monotonic() < deadline:
        time.sleep(0.05)


def test_the_tables_that_a_seeder_names_are_locked_too(
    connection: Connection, loader: Connection, project: Write, database: str, seedkit: Run
) -> None:
    """§4 A table that only a seeder names is planned as well."""
    project({"fixtures/users.yml": "[]", "fixtures/orders.yml": "[]"})
    project(
        {
            "seeders/people.py": """
            from seedkit import seeder

            @seeder(tables=["users"])
            def people(db):
                db.insert("users", [{"id": 7}])
            """
        }
    )

    ran = seedkit("seed", "people", "--wait", "--lock-timeout", "200ms", DATABASE_URL=database)

    assert ran.returncode == 1
    assert "could not be locked" in ran.stderr


def test_a_borrowed_transaction_keeps_its_own_lock_timeout(connection: Connection, database: str) -> None:
    with psycopg.connect(database) as lent:
        lent.execute("set local lock_timeout = '1234ms'")

        seed(connection=lent, wait=True)

        assert lent.execute("show lock_timeout").fetchone() == ("1234ms",)
