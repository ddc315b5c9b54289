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
from seedkit.errors import LoadError
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

    def run(_: int) -> bool:
        return generate("users", 12_000, url=url, commit_every=3_000).right

    with ThreadPoolExecutor(2) as threads:
        right = list(threads.map(run, range(2)))

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
