"""`seedkit generate` beside others: another run, and sessions that write into the same tables."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psycopg
import pytest

from seedkit import generate
from seedkit.core.generation.requests.asked import AskedRows
from seedkit.core.reports.generation import GenerationReport
from seedkit.errors import LoadError
from seedkit.runner.generation.request import GenerationRequest
from seedkit.runner.generation.run import generate as run
from tests.conftest import Write
from tests.pooled_sessions import remains_in_sessions
from tests.pooler import COMMAND, MISSING, pooled

Connection = psycopg.Connection[Any]

USERS = "create table users (id serial primary key, email text not null unique)"
HELD = """
select count(*) from pg_locks where locktype = 'advisory'
    and database = (select oid from pg_database where datname = current_database())
"""


@pytest.fixture(autouse=True)
def _folder(project: Write) -> Path:
    return project({})


@pytest.fixture(params=["direct", "pooled"])
def url(request: pytest.FixtureRequest, direct: str) -> Iterator[str]:
    """The database itself, or through PgBouncer in transaction mode."""
    if request.param == "direct":
        yield direct
        return
    if COMMAND is None:
        pytest.skip(MISSING)
    with pooled(direct) as conninfo:
        yield conninfo


def test_two_runs_that_commit_in_pieces_follow_each_other(connection: Connection, url: str) -> None:
    connection.execute(USERS)

    def half(_: int) -> bool:
        return generate("users", 12_000, url=url, commit_every=3_000).right

    with ThreadPoolExecutor(2) as threads:
        right = list(threads.map(half, range(2)))

    assert right == [True, True]
    assert connection.execute("select count(*), max(id) from users").fetchone() == (24_000, 24_000)
    assert connection.execute(HELD).fetchone() == (0,)


def test_a_run_in_pieces_that_fails_or_is_killed_leaves_no_lock(
    connection: Connection, url: str, database: str
) -> None:
    connection.execute(f"{USERS}; create table notes (id serial primary key, note text)")
    refuse = "create function refuse() returns trigger language plpgsql as 'begin raise ''no''; end'"
    connection.execute(
        f"{refuse}; create trigger refuse before insert on notes for each row execute function refuse()".encode()
    )

    with pytest.raises(LoadError, match="no"):
        generate({"users": 9_000, "notes": 5}, url=url, commit_every=3_000)
    assert connection.execute(HELD).fetchone() == (0,)

    command = Path(sys.executable).with_name("seedkit")
    options = ["generate", "users=500k", "--commit-every", "9k", "--url", url]
    killed = subprocess.Popen([command, *options], stderr=subprocess.DEVNULL)
    while connection.execute("select count(*) from users").fetchall()[0][0] < 15_000:
        assert killed.poll() is None
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    report = generate("users", 5, url=url)

    assert report.right
    while connection.execute(HELD).fetchall()[0][0]:
        time.sleep(0.01)
    if url != database:
        assert not any(remains_in_sessions(url))


@pytest.fixture
def other(direct: str) -> Iterator[Connection]:
    """Another session, which has a transaction open."""
    with psycopg.connect(direct, application_name="app") as other:
        yield other


def soon(connection: Connection, **counts: int) -> GenerationReport:
    """Generate rows, and wait for no lock for long."""
    asked = tuple(AskedRows(name, rows) for name, rows in counts.items())
    return run(connection, GenerationRequest(asked=asked, lock_timeout="20ms"))


@pytest.mark.parametrize("ends", ["commit", "rollback", None])
def test_ids_that_others_have_drawn_and_not_committed_are_passed(
    connection: Connection, other: Connection, ends: str | None
) -> None:
    connection.execute(f"{USERS}; create table posts (id serial primary key, user_id int not null references users)")
    other.execute("insert into users (email) values ('a@example.org'), ('b@example.org'), ('c@example.org')")

    report = soon(connection, users=50, posts=20)
    if ends is not None:
        getattr(other, ends)()

    assert report.right, str(report)
    assert connection.execute("select count(*), min(id), max(id) from users where id > 3").fetchone() == (50, 4, 53)


def test_a_row_whose_key_is_taken_meanwhile_is_made_up_for_behind_the_last(connection: Connection) -> None:
    connection.execute(
        """
        create table codes (id int primary key, note text);
        create table letters (letter char(1) primary key check (letter in ('a', 'b', 'c')));
        create table began (id int);
        create function meanwhile() returns trigger language plpgsql as $$ begin
            insert into codes (id, note) values (4, 'mine'), (7, 'mine');
            insert into letters values ('b');
            return null;
        end $$;
        create trigger meanwhile after insert on began for each statement execute function meanwhile();
        create function begins() returns trigger language plpgsql as $$ begin
            if not exists (select from began) then insert into began values (1); end if; return null;
        end $$;
        create trigger begins before insert on codes for each statement when (pg_trigger_depth() = 0)
            execute function begins();
        """
    )

    report = generate({"codes": 20, "letters": 3}, connection=connection)

    assert report.right, str(report)
    assert connection.execute("select count(*), max(id) from codes where note <> 'mine'").fetchone() == (20, 22)
    assert [(table.rows, table.full) for table in report.tables] == [(20, False), (2, True)]


@pytest.mark.parametrize(
    ("statement", "table"),
    [("insert into users values (7, 'a@example.org')", "users"), ("update users set id = 70 where id = 5", "posts")],
)
def test_whose_lock_was_waited_for_in_vain_is_told(
    connection: Connection, other: Connection, statement: str, table: str
) -> None:
    connection.execute(f"{USERS}; create table posts (id serial primary key, user_id int not null references users)")
    if table == "posts":
        connection.execute("insert into users select id, 'u' || id || '@example.org' from generate_series(1, 5) as id")
    other.execute(statement.encode())

    with pytest.raises(LoadError, match="lock timeout") as refused:
        soon(connection, **{table: 50})

    assert f"session {other.info.backend_pid} of {other.info.user} (app) has written to users" in str(refused.value)
    assert "--lock-timeout 60s" in str(refused.value.hint)
    assert "by a SET in this session" not in str(refused.value.hint)
