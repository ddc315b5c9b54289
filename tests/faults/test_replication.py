"""A cut-over by logical replication: rows arrive at the subscriber, the state of sequences does not."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from tests.conftest import Run
from tests.faults.fault_server import fault_server
from tests.faults.runs_under_fire import wait_until
from tests.servers import ServerMissing

Connection = psycopg.Connection[Any]

TABLES = """
create table users (id serial primary key, name text);
create table orders (id bigint generated always as identity primary key, user_id integer references users);
"""
MARGIN = 1000


@pytest.fixture(scope="module")
def two_servers(postgres_version: int) -> Iterator[tuple[str, str]]:
    """The URLs of a publisher and of a subscriber."""
    with ExitStack() as stack:
        try:
            servers = [stack.enter_context(fault_server(postgres_version, "wal_level=logical")) for _ in ("old", "new")]
        except ServerMissing as missing:
            pytest.skip(str(missing))
        yield servers[0].conninfo(), servers[1].conninfo()


@pytest.fixture
def replicated(two_servers: tuple[str, str]) -> Iterator[tuple[Connection, Connection, str]]:
    """Both servers with the same tables, the new one a subscriber of the old one; and the new one's URL."""
    with (
        psycopg.connect(two_servers[0], autocommit=True) as old,
        psycopg.connect(two_servers[1], autocommit=True) as new,
    ):
        for server in (old, new):
            server.execute(TABLES)
        old.execute("create publication shop for all tables")
        given = conninfo_to_dict(two_servers[0])
        source = f"host={given['host']} port={given['port']} user=postgres dbname=postgres"
        new.execute(sql.SQL("create subscription shop connection {} publication shop").format(source))
        yield old, new, two_servers[1]
        new.execute("drop subscription if exists shop")


class Writers:
    """Four sessions that insert by default; at the cut-over they go on at the new server."""

    def __init__(self) -> None:
        self.drawn: list[int] = []
        self.refused: list[str] = []

    def write(self, server: str, *, seconds: float) -> None:
        threads = [threading.Thread(target=self._write, args=(server, time.monotonic() + seconds)) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _write(self, server: str, end: float) -> None:
        with psycopg.connect(server, autocommit=True) as connection:
            while time.monotonic() < end:
                try:
                    [[drawn]] = connection.execute("insert into users (name) values ('w') returning id").fetchall()
                    connection.execute("insert into orders (user_id) values (%s)", (drawn,))
                    self.drawn.append(drawn)
                except psycopg.errors.UniqueViolation as error:
                    self.refused.append(str(error))


def count(server: Connection) -> int:
    return int(server.execute("select count(*) from orders").fetchall()[0][0])


def test_after_a_cut_over_the_check_fails_until_the_sequences_are_moved_and_then_no_value_comes_twice(
    two_servers: tuple[str, str], replicated: tuple[Connection, Connection, str], seedkit: Run
) -> None:
    old, new, url = replicated
    writers = Writers()
    writers.write(two_servers[0], seconds=0.5)
    wait_until(lambda: count(new) == count(old), "the rows do not arrive", seconds=60)
    highest = max(writers.drawn)

    behind = seedkit("check", "--url", url)
    new.execute("drop subscription shop")
    fixed = seedkit("fix-sequence", "--all", "--margin", str(MARGIN), "--url", url)
    in_step = seedkit("check", "--url", url)
    writers.write(url, seconds=0.5)

    assert behind.returncode == 1
    assert "users_id_seq" in behind.stdout
    assert (fixed.returncode, in_step.returncode) == (0, 0), fixed.stderr
    after = [drawn for drawn in writers.drawn if drawn > highest]
    assert min(after) == highest + MARGIN + 1
    assert len(set(writers.drawn)) == len(writers.drawn)
    assert writers.refused == []
