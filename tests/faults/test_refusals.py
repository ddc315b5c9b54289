"""The server refuses in the middle of a seed: no room, no time, somebody else's lock, a constraint at the end."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from tests.conftest import Write
from tests.faults.fault_server import FaultServer, fault_server
from tests.faults.preloaded import Ended, Preloaded
from tests.faults.runs_under_fire import Digest, Fire, wait_until

Connection = psycopg.Connection[Any]


@pytest.fixture
def session(fire: Fire) -> Iterator[Connection]:
    """Another session on the project's database, with a transaction of its own."""
    with psycopg.connect(fire.url) as session:
        yield session
        session.rollback()


@contextmanager
def setting(fire: Fire, name: str, value: str) -> Iterator[None]:
    """Give all new sessions of the database a setting."""
    with psycopg.connect(fire.url, autocommit=True) as connection:
        alter = sql.SQL("alter database fire {} {}")
        connection.execute(alter.format(sql.SQL("set"), sql.SQL("{} = {}").format(sql.Identifier(name), value)))
        try:
            yield
        finally:
            connection.execute(alter.format(sql.SQL("reset"), sql.Identifier(name)))


def ended(fire: Fire) -> Ended:
    return fire.run().end()


def test_a_statement_that_takes_too_long_ends_the_run(fire: Fire, session: Connection) -> None:
    before = fire.reset(old_rows=True)
    session.execute("lock orders")

    with setting(fire, "statement_timeout", "300ms"):
        stopped = ended(fire)
    session.rollback()

    fire.judge("statement time-out", before, stopped, ("canceling statement due to statement timeout",))


def test_a_lock_that_is_not_to_be_had_in_time_ends_the_run(fire: Fire, session: Connection) -> None:
    before = fire.reset(old_rows=True)
    session.execute("update orders set total = 7 where id = 1")

    with setting(fire, "lock_timeout", "300ms"):
        stopped = ended(fire)
    session.rollback()

    fire.judge("lock time-out", before, stopped, ("canceling statement due to lock timeout",), rerun=False)


def test_a_full_table_of_locks_is_named_with_what_to_set(
    postgres_version: int, project: Write, command: Preloaded
) -> None:
    names = [f"t{number}" for number in range(1_500)]
    folder = project({f"fixtures/{name}.yml": "- {id: 1}" for name in names})

    with fault_server(postgres_version, "max_locks_per_transaction=10", "max_connections=10") as small:
        with psycopg.connect(small.conninfo(), autocommit=True) as connection:
            for start in range(0, len(names), 100):
                tables = (f"create table {name} (id serial primary key)" for name in names[start : start + 100])
                connection.execute("; ".join(tables).encode())
        stopped = command.start(folder, "seed", "--url", small.conninfo()).end()
        with psycopg.connect(small.conninfo()) as connection:
            left = connection.execute("select count(*) from t0").fetchone()

    assert stopped.code == 1
    needed = "4,500 locks (1,500 tables, 1,500 indexes, 1,500 sequences)"
    assert f"this run needs {needed}, where the server has room for 100 in all" in stopped.told
    assert "Raise max_locks_per_transaction from 10 to 544" in stopped.told
    assert "t1000" not in stopped.told
    assert left == (0,)


def test_a_deadlock_with_another_session_ends_the_run_with_its_name(fire: Fire, session: Connection) -> None:
    """The other session holds an order that the run wants, then wants a user that the run holds."""
    before = fire.reset(old_rows=True)
    session.execute("set deadlock_timeout = '1min'")
    session.execute("update orders set total = 7 where id = 1")
    run = fire.run()
    wait_until(lambda: _waits(fire), "the run does not wait for the order")

    session.execute("update users set name = 'other' where id = 1")
    stopped = run.end()
    session.rollback()

    fire.judge("deadlock", before, stopped, ("deadlock detected",))


def _waits(fire: Fire) -> bool:
    with psycopg.connect(fire.url) as connection:
        [[count]] = connection.execute(
            "select count(*) from pg_stat_activity where application_name = 'seedkit' and wait_event_type = 'Lock'"
        ).fetchall()
    return bool(count)


@contextmanager
def constraint(fire: Fire, make: bytes, drop: bytes) -> Iterator[None]:
    with psycopg.connect(fire.url, autocommit=True) as connection:
        connection.execute(make)
        try:
            yield
        finally:
            connection.execute(drop)


def test_a_deferred_trigger_that_fails_at_the_commit_leaves_no_row(fire: Fire) -> None:
    before = fire.reset(old_rows=True)

    with constraint(
        fire,
        b"create function refuse() returns trigger language plpgsql as 'begin raise exception ''out of stock''; end';"
        b"create constraint trigger late after insert or update on orders deferrable initially deferred"
        b" for each row when (new.id = 1999) execute function refuse()",
        b"drop function refuse cascade",
    ):
        stopped = ended(fire)

    fire.judge("deferred constraint", before, stopped, ("out of stock",))


def test_a_deferred_key_that_is_violated_at_the_commit_leaves_no_row(fire: Fire) -> None:
    before = fire.reset(old_rows=False)
    fixture = fire.folder / "fixtures" / "events.yml"
    fixture.write_text("- {id: 9000, kind: login, user_id: 77777}\n", encoding="utf-8")

    stopped = ended(fire)

    fixture.unlink()
    fire.judge("deferred constraint", before, stopped, ("Key (user_id)=(77777) is not present",))


# No room


@contextmanager
def small_disk(victim: FaultServer, folder: Path) -> Iterator[Path]:
    """Mount a disk of a few MB that belongs to the server's account; skips where that is not allowed."""
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=3m", "none", str(folder)], capture_output=True, text=True, check=False
    )
    if mounted.returncode:
        pytest.skip(f"no disk can be mounted here: {mounted.stderr.strip()}")
    try:
        owner = victim.cluster.data_directory.stat()
        os.chown(folder, owner.st_uid, owner.st_gid)
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


@pytest.fixture
def full_disk(victim: FaultServer, fire: Fire) -> Iterator[None]:
    """The orders lie on a disk that has room for half of them."""
    folder = victim.cluster.data_directory.parent / "small-disk"
    folder.mkdir()
    with small_disk(victim, folder), psycopg.connect(fire.url, autocommit=True) as connection:
        fire.reset(old_rows=False)
        connection.execute(sql.SQL("create tablespace small location {}").format(str(folder)))
        try:
            connection.execute("alter table orders set tablespace small; alter index orders_pkey set tablespace small")
            usage = os.statvfs(folder)
            (folder / "ballast").write_bytes(bytes(usage.f_bavail * usage.f_frsize - 60_000))
            yield
        finally:
            (folder / "ballast").unlink(missing_ok=True)
            connection.execute("alter table orders set tablespace pg_default")
            connection.execute("alter index orders_pkey set tablespace pg_default; checkpoint")
            connection.execute("drop tablespace small")
    folder.rmdir()


def test_a_full_disk_leaves_no_row_and_is_named(fire: Fire, full_disk: None) -> None:
    before: Digest = fire.reset(old_rows=False)

    stopped = ended(fire)

    fire.judge("disk full", before, stopped, ("No space left on device",), rerun=False)


def test_with_room_again_the_next_run_succeeds(fire: Fire) -> None:
    fire.reset(old_rows=False)

    fire.succeeds()
