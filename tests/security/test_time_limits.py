"""A command that waits holds nothing for ever: there is a bound to its waits for locks, statements and readers."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.conftest import Run, Write

Connection = psycopg.Connection[Any]

SEEDKIT = str(Path(sys.executable).with_name("seedkit"))
IN_GOOD_TIME = 15
"""Seconds: no test here waits on purpose for longer than one."""


@pytest.fixture
def locked(connection: Connection, direct: str) -> Iterator[None]:
    """Two tables, of which another session keeps one to itself."""
    connection.execute("create table users (id serial primary key); insert into users values (7)")
    connection.execute("create table orders (id serial primary key); insert into orders values (7)")
    with psycopg.connect(direct) as migration:
        migration.execute("lock table users in access exclusive mode")
        yield
        migration.rollback()


@pytest.fixture
def many_rows(connection: Connection) -> None:
    connection.execute("create table users (id integer primary key, name text)")
    connection.execute("insert into users select n, repeat('name', 9) from generate_series(1, 100000) as n")


def sessions_of_ours(connection: Connection) -> list[tuple[Any, ...]]:
    return connection.execute(
        "select pid, state, query from pg_stat_activity where application_name = 'seedkit' "
        "and datname = current_database() and backend_xmin is not null"
    ).fetchall()


def test_a_dump_waits_for_a_lock_no_longer_than_it_is_told(locked: None, database: str, seedkit: Run) -> None:
    began = time.monotonic()

    ran = seedkit("dump", "orders", "users", "--lock-timeout", "200ms", DATABASE_URL=database)

    assert ran.returncode == 1
    assert "canceling statement due to lock timeout" in ran.stderr
    assert time.monotonic() - began < IN_GOOD_TIME


def test_a_dump_that_is_told_nothing_waits_for_a_lock_for_five_seconds(
    locked: None, database: str, seedkit: Run
) -> None:
    began = time.monotonic()

    ran = seedkit("dump", "users", DATABASE_URL=database)

    assert "canceling statement due to lock timeout" in ran.stderr
    assert 5 < time.monotonic() - began < 5 + IN_GOOD_TIME


@pytest.mark.parametrize("command", [["check"], ["fix-sequence", "--all", "--dry-run"], ["fix-sequence", "--all"]])
def test_a_statement_that_takes_too_long_leaves_one_sequence_unjudged_and_no_other(
    locked: None, database: str, seedkit: Run, command: list[str]
) -> None:
    """Waiting for a lock is time of a statement too."""
    began = time.monotonic()

    ran = seedkit(*command, "--lock-timeout", "0", "--statement-timeout", "1s", "--json", DATABASE_URL=database)

    found = {row["table"]: row for row in json.loads(ran.stdout)["sequences"]}
    assert found["users"]["status"] == "skipped"
    assert found["users"]["reason"] == "canceling statement due to statement timeout"
    assert "--statement-timeout" in found["users"]["hint"]
    assert found["orders"]["highest_id"] == 7
    assert time.monotonic() - began < IN_GOOD_TIME


def test_a_statement_of_a_dump_ends_in_the_time_it_is_given(
    connection: Connection, database: str, seedkit: Run
) -> None:
    connection.execute("create table users (id integer); insert into users values (1)")
    began = time.monotonic()

    ran = seedkit(
        "dump", "users", "--where", "pg_sleep(60) is null", "--statement-timeout", "300ms", DATABASE_URL=database
    )

    assert ran.returncode == 1
    assert "canceling statement due to statement timeout" in ran.stderr
    assert "--statement-timeout" in ran.stderr
    assert time.monotonic() - began < IN_GOOD_TIME


@pytest.mark.parametrize("options", [[], ["--dry-run"]])
def test_a_statement_of_a_seed_ends_in_the_time_it_is_given(
    project: Write, connection: Connection, database: str, seedkit: Run, options: list[str]
) -> None:
    connection.execute("create table users (id integer primary key)")
    project(
        {
            "fixtures/users.yml": "- {id: 1}\n",
            "seeders/slow.py": """
                def seed(db):
                    db.insert("users", [{"id": 2}])
                    db.execute("select pg_sleep(60)")
            """,
        }
    )
    began = time.monotonic()

    ran = seedkit("seed", *options, "--statement-timeout", "300ms", DATABASE_URL=database)

    assert ran.returncode == 1
    assert "canceling statement due to statement timeout" in ran.stderr
    assert time.monotonic() - began < IN_GOOD_TIME
    assert connection.execute("select count(*) from users").fetchone() == (0,)


def test_a_seeder_may_take_the_time_that_it_sets_itself(
    project: Write, connection: Connection, database: str, seedkit: Run
) -> None:
    connection.execute("create table users (id serial primary key)")
    project(
        {
            "seeders/slow.py": """
                from seedkit import fix_sequence

                def seed(db):
                    db.execute("set local statement_timeout = 0")
                    db.insert("users", [{"id": 7}])
                    fix_sequence("users")
                    db.execute("select pg_sleep(1)")
            """
        }
    )

    ran = seedkit("seed", "--statement-timeout", "500ms", DATABASE_URL=database)

    assert ran.returncode == 0, ran.stderr


@pytest.mark.parametrize("option", ["--statement-timeout", "--lock-timeout", "--reader-timeout"])
def test_a_time_that_is_none_is_refused(seedkit: Run, option: str) -> None:
    ran = seedkit("dump", "users", option, "soon'; drop table users")

    assert ran.returncode == 2
    assert "write a time as PostgreSQL does" in ran.stderr


def opened(kind: str) -> tuple[int, int]:
    """The end to read and the end to write of something that takes a little and then waits for a reader."""
    if kind == "pipe":
        return os.pipe()
    ours, theirs = socket.socketpair()
    return ours.detach(), theirs.detach()


@pytest.mark.parametrize("kind", ["pipe", "socket"])
def test_a_dump_that_nobody_reads_gives_its_snapshot_and_locks_back(
    many_rows: None, connection: Connection, database: str, tmp_path: Path, kind: str
) -> None:
    ours, theirs = opened(kind)

    ran = subprocess.run(
        [SEEDKIT, "dump", "users", "--reader-timeout", "500ms"],
        cwd=tmp_path,
        env={**os.environ, "DATABASE_URL": database},
        stdout=theirs,
        stderr=subprocess.PIPE,
        text=True,
        timeout=IN_GOOD_TIME,
        check=False,
    )

    os.close(ours)
    os.close(theirs)
    assert ran.returncode == 1
    assert "error: nobody has read standard output for 0.5 s" in ran.stderr
    assert sessions_of_ours(connection) == []
    connection.execute("set lock_timeout = '5s'; alter table users add column later integer")


def test_a_reader_that_takes_its_time_gets_every_row(many_rows: None, database: str, tmp_path: Path) -> None:
    with subprocess.Popen(
        [SEEDKIT, "dump", "users", "--quiet", "--reader-timeout", "2s"],
        cwd=tmp_path,
        env={**os.environ, "DATABASE_URL": database},
        stdout=subprocess.PIPE,
    ) as dump:
        assert dump.stdout is not None
        first = dump.stdout.read(1)
        time.sleep(0.5)
        text = (first + dump.stdout.read()).decode()

    assert dump.returncode == 0
    assert text.count("- id:") == 100_000
    assert text.endswith("- id: 100000\n  name: namenamenamenamenamenamenamenamename\n")


def test_a_dump_whose_reader_has_gone_gives_its_snapshot_and_locks_back(
    many_rows: None, connection: Connection, database: str, tmp_path: Path
) -> None:
    with subprocess.Popen(
        [SEEDKIT, "dump", "users", "--quiet"],
        cwd=tmp_path,
        env={**os.environ, "DATABASE_URL": database},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as dump:
        assert dump.stdout is not None
        dump.stdout.read(1)
        dump.stdout.close()
        assert dump.wait(timeout=IN_GOOD_TIME) == 1
        assert dump.stderr is not None
        assert dump.stderr.read() == ""

    assert sessions_of_ours(connection) == []


def test_a_dump_into_a_file_waits_for_no_reader(many_rows: None, database: str, tmp_path: Path) -> None:
    with (tmp_path / "users.yml").open("wb") as file:
        ran = subprocess.run(
            [SEEDKIT, "dump", "users", "--reader-timeout", "1ms"],
            cwd=tmp_path,
            env={**os.environ, "DATABASE_URL": database},
            stdout=file,
            check=False,
        )

    assert ran.returncode == 0
    assert (tmp_path / "users.yml").read_text().count("- id:") == 100_000
