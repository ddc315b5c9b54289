"""Through PgBouncer in transaction mode, pool size two, all works as directly, and nothing of a session leaks."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo

from seedkit import seed
from tests.conftest import Run, Write
from tests.passwords import asked_by_the_pool
from tests.pooled_sessions import remains_in_sessions
from tests.pooler import COMMAND, MISSING, pooled

pytestmark = pytest.mark.skipif(COMMAND is None, reason=MISSING)


@pytest.fixture
def url(database: str) -> Iterator[str]:
    """The database, through the pool."""
    with pooled(database) as url:
        yield url


LEFT_BEHIND = {
    "settings": "set work_mem to '1MB'",
    "role": "set role pg_monitor",
    "temporary relations": "create temporary table stage (id integer)",
    "temporary functions": "create function pg_temp.one() returns integer return 1",
    "prepared statements": "prepare one as select 1",
    "cursors": "declare numbers cursor with hold for select 1",
    "advisory locks": "select pg_advisory_lock(1)",
    "channels": "listen seeds",
}


@pytest.mark.parametrize("kind", LEFT_BEHIND)
def test_what_a_client_leaves_in_a_session_of_the_pool_is_seen(url: str, kind: str) -> None:
    """Otherwise the tests below, and `make test-pgbouncer`, would prove nothing."""
    with psycopg.connect(url, autocommit=True) as client:
        client.execute(LEFT_BEHIND[kind].encode())

    left = [what for session in remains_in_sessions(url) for what in session]

    assert left == [kind]


def test_the_main_commands_work_and_leave_nothing_in_the_sessions_of_the_pool(
    shop: Path, connection: psycopg.Connection[Any], url: str, seedkit: Run
) -> None:
    before = remains_in_sessions(url)

    first = seedkit("seed", "--json", "--url", url)
    second = seedkit("seed", "--url", url)
    connection.execute("insert into users (id, email, name, country) values (900, 'x@example.com', 'X', 'NO')")
    behind = seedkit("check", "--url", url)
    fixed = seedkit("fix-sequence", "--all", "--url", url)
    in_step = seedkit("check", "--url", url)

    assert first.returncode == 0, first.stderr
    assert sum(table["inserted"] for table in json.loads(first.stdout)["tables"]) == 732
    assert "nothing changed: 732 rows in 13 tables" in second.stdout, second.stderr
    assert (behind.returncode, fixed.returncode, in_step.returncode) == (1, 0, 0), behind.stderr + fixed.stderr
    assert remains_in_sessions(url) == before


def test_a_run_that_fails_leaves_nothing_in_the_sessions_of_the_pool(
    shop: Path, connection: psycopg.Connection[Any], url: str, seedkit: Run
) -> None:
    before = remains_in_sessions(url)
    seeder = shop / "seeders" / "orders.py"
    seeder.write_text(
        "def seed(db):\n    db.execute('set local search_path = pg_catalog')\n    1 / 0\n", encoding="utf-8"
    )

    ran = seedkit("seed", "--url", url)

    assert ran.returncode == 1
    assert "ZeroDivisionError" in ran.stderr
    assert remains_in_sessions(url) == before


@pytest.fixture
def iso_intervals(connection: psycopg.Connection[Any]) -> None:
    """A setting of the database, to be asked for before `url`, as sessions that are there already do not have it."""
    name = sql.Identifier(connection.info.dbname)
    connection.execute(sql.SQL("alter database {} set intervalstyle to iso_8601").format(name))


@pytest.mark.parametrize("statement", ["set intervalstyle to sql_standard", "set local intervalstyle to sql_standard"])
def test_a_session_of_the_pool_keeps_the_settings_of_the_database_whatever_a_seeder_sets(
    project: Write, iso_intervals: None, url: str, seedkit: Run, statement: str
) -> None:
    """Not those of the run, in which it is postgres; PgBouncer 1.18 does not set this one for the next client."""
    project({"seeders/people.py": f"def seed(db):\n    db.execute({statement!r})\n"})

    ran = seedkit("seed", "--url", url)

    assert ran.returncode == 0, ran.stderr
    with psycopg.connect(url) as client:
        assert client.execute("show intervalstyle").fetchone() == ("iso_8601",)


def test_a_lent_connection_leaves_nothing_prepared_in_the_sessions_of_the_pool(
    shop: Path, connection: psycopg.Connection[Any], url: str
) -> None:
    """psycopg prepares what it has sent five times, and the next client of the session would meet it."""
    before = remains_in_sessions(url)

    for expected in (732, 0):
        with psycopg.connect(url) as lent:
            report = seed(connection=lent)
            assert sum(table.inserted for table in report.tables) == expected
            assert lent.prepare_threshold == 5

    assert remains_in_sessions(url) == before


def test_a_wrong_password_at_the_pool_is_told_to_be_looked_at_and_is_not_shown(
    connection: psycopg.Connection[Any], url: str, seedkit: Run
) -> None:
    """PgBouncer's words for it are not PostgreSQL's."""
    connection.execute("create role ada login password 'right'")
    with asked_by_the_pool("ada", url):
        ran = seedkit("check", "--debug", DATABASE_URL=make_conninfo(url, user="ada", password="wrongwrong"))
    connection.execute("drop role ada")

    assert ran.returncode == 2
    assert "hint: Check user and password in DATABASE_URL." in ran.stderr
    assert "wrongwrong" not in ran.stdout + ran.stderr


def test_a_large_gap_of_a_sequence_is_repaired_through_the_pool(
    connection: psycopg.Connection[Any], url: str, seedkit: Run
) -> None:
    """Rungs 3 and 4 take locks and settings; both are of one transaction."""
    connection.execute("create table users (id bigserial primary key); insert into users values (5000000000)")
    connection.execute("create table cached (id bigint primary key generated by default as identity (cache 10))")
    connection.execute("insert into cached values (9000000000)")
    before = remains_in_sessions(url)

    ran = seedkit("fix-sequence", "--all", "--url", url)

    assert ran.returncode == 0, ran.stderr
    assert connection.execute("insert into users default values returning id").fetchall() == [(5000000001,)]
    assert connection.execute("insert into cached default values returning id").fetchall() == [(9000000001,)]
    assert remains_in_sessions(url) == before


def test_dry_run_fresh_protect_and_unprotect_work_through_the_pool(
    shop: Path, connection: psycopg.Connection[Any], url: str, seedkit: Run
) -> None:
    name = connection.info.dbname
    commands = [
        ["seed", "--dry-run"],
        ["seed", "--fresh", "--confirm", name],
        ["protect"],
        ["unprotect", "--confirm", name],
        ["seed", "--list"],
    ]
    before = remains_in_sessions(url)

    ends = [seedkit(*command, "--url", url) for command in commands]

    assert [ran.returncode for ran in ends] == [0] * 5, [ran.stderr for ran in ends]
    assert remains_in_sessions(url) == before
