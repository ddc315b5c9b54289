"""One connection that several threads lend at once: the driver allows it, and each call works on it alone."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import psycopg
import pytest
from psycopg.pq import TransactionStatus

from seedkit import check_sequences, fix_sequence, fix_sequences, generate, seed
from tests.conftest import Write

Connection = psycopg.Connection[Any]
THREADS = 4


@pytest.fixture(autouse=True)
def users(connection: Connection) -> None:
    """A table whose sequence is behind."""
    connection.execute("create table users (id serial primary key, name text)")
    connection.execute("insert into users values (41, 'Ada')")


def at_once(call: Callable[[], Any]) -> list[Any]:
    """Call from several threads, each of which begins when all are there."""
    gate = Barrier(THREADS)

    def called(_: int) -> object:
        gate.wait()
        return call()

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(called, range(THREADS)))


@pytest.mark.parametrize("autocommit", [True, False])
def test_threads_repair_on_one_connection_in_turn(connection: Connection, *, autocommit: bool) -> None:
    connection.autocommit = autocommit
    connection.execute("insert into users values (42, 'Grace')")
    path = connection.execute("show search_path").fetchone()

    for _ in range(5):
        reports = at_once(lambda: fix_sequence("users", connection=connection))
        assert {report.next_value for report in reports} == {43}

    assert connection.execute("show search_path").fetchone() == path
    assert connection.execute("insert into users (name) values ('Alan') returning id").fetchone() == (43,)


@pytest.mark.parametrize("call", [fix_sequences, check_sequences, seed, generate])
def test_every_function_has_its_turn(call: Callable[..., object], connection: Connection, project: Write) -> None:
    project({"fixtures/users.yml": "- {id: 1, name: Grace}\n"})

    at_once(lambda: call(connection=connection))

    assert connection.info.transaction_status == TransactionStatus.IDLE
    assert connection.execute("show search_path").fetchone() == ('"$user", public',)


def test_threads_of_a_seeder_repair_on_the_runs_connection(connection: Connection, project: Write) -> None:
    project(
        {
            "seeders/people.py": """\
                from concurrent.futures import ThreadPoolExecutor
                from seedkit import fix_sequence

                def seed(db):
                    def fill(number):
                        db.insert("users", [{"id": number}])
                        return fix_sequence("users", connection=db.connection).status

                    with ThreadPoolExecutor(4) as pool:
                        list(pool.map(fill, range(50, 90)))
                """
        }
    )

    report = seed(connection=connection)

    assert report.tables[0].inserted == 40
    assert connection.execute("insert into users (name) values ('Alan') returning id").fetchone() == (90,)
