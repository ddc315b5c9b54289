"""What a seeder draws at random is the same at each run, and nobody else's random values change by it."""

from __future__ import annotations

import random
from typing import Any

import faker
import psycopg
import pytest

from seedkit import seed
from tests.conftest import Write

Connection = psycopg.Connection[Any]

DRAWN = """
    import random
    from faker import Faker

    fake = Faker()

    def seed(db):
        db.insert("drawn", [{"id": __name__, "number": random.random(), "word": fake.word()}])
"""


@pytest.fixture(autouse=True)
def drawn(connection: Connection) -> None:
    connection.execute("create table drawn (id text primary key, number float, word text)")


def rows(connection: Connection) -> list[tuple[Any, ...]]:
    return connection.execute("select * from drawn order by id").fetchall()


def test_a_second_run_draws_the_same_and_each_seeder_its_own(project: Write, connection: Connection) -> None:
    project({"seeders/one.py": DRAWN, "seeders/two.py": DRAWN})

    seed(connection=connection)
    first = rows(connection)
    report = seed(connection=connection)

    assert [table.unchanged for table in report.tables] == [1, 1]
    assert rows(connection) == first
    assert first[0][1] != first[1][1]


def test_another_random_seed_draws_others(project: Write, connection: Connection) -> None:
    project({"seeders/one.py": DRAWN})

    seed(connection=connection)
    report = seed(connection=connection, random_seed=1)

    assert [table.updated for table in report.tables] == [1]


def test_one_seeder_alone_draws_what_it_draws_among_others(project: Write, connection: Connection) -> None:
    project({"seeders/one.py": DRAWN, "seeders/two.py": DRAWN})

    seed(["two"], connection=connection)
    report = seed(connection=connection)

    assert [(table.inserted, table.unchanged) for table in report.tables] == [(1, 0), (0, 1)]


def test_a_seeder_that_calls_another_goes_on_with_its_own_values(project: Write, connection: Connection) -> None:
    calls = DRAWN.replace("db.insert", 'random.random()\n        db.call("two")\n        db.insert')
    project({"seeders/one.py": calls, "seeders/two.py": DRAWN})
    seed(connection=connection)
    first = rows(connection)

    project({"seeders/one.py": calls.replace('db.call("two")', "pass")})
    seed(connection=connection)

    assert rows(connection) == first


@pytest.mark.parametrize("fails", [False, True])
def test_the_callers_own_random_values_go_on_as_if_nothing_had_been(
    project: Write, connection: Connection, fails: bool
) -> None:
    project({"seeders/one.py": DRAWN + ("\n        raise LookupError" if fails else "")})
    own = faker.Faker()
    random.seed(7)
    faker.Faker.seed(7)
    expected = [random.random(), own.word()]
    random.seed(7)
    faker.Faker.seed(7)

    if fails:
        with pytest.raises(Exception, match="LookupError"):
            seed(connection=connection)
    else:
        seed(connection=connection)

    assert [random.random(), own.word()] == expected
