"""A command that waits holds nothing for ever: there is a bound to its waits for locks, statements and readers."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo

from seedkit import check_sequences, seed
from seedkit.errors import SeedkitError
from seedkit.files.dump_targets import FolderTarget
from seedkit.postgres.opening import connect
from seedkit.runner.dump import DumpRequest, dump
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
def six_locked(connection: Connection, direct: str) -> Iterator[None]:
    """Thirty tables, of which another session keeps six to itself."""
    names = [f"t{number}" for number in range(30)]
    connection.execute(
        "".join(f"create table {name} (id serial); insert into {name} values (7);" for name in names).encode()
    )
    with psycopg.connect(direct) as migration:
        for name in names[::5]:
            migration.execute(f"lock table {name} in access exclusive mode".encode())
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


@pytest.mark.parametrize(
    "command",
    [["check"], ["fix-sequence", "--all"], ["fix-sequence", "--all", "--sql"], ["fix-sequence", "--all", "--wait"]],
    ids=" ".join,
)
def test_all_the_locks_of_others_together_are_waited_for_as_long_as_one(
    six_locked: None, database: str, seedkit: Run, command: list[str]
) -> None:
    began = time.monotonic()

    ran = seedkit(*command, "--lock-timeout", "1s", DATABASE_URL=database)

    assert 1 < time.monotonic() - began < 5
    told = (ran.stdout, ran.stderr) if "--sql" in command else (ran.stdout + ran.stderr,)
    assert {text.count("canceling statement due to lock timeout") for text in told} == {6}


def test_a_lock_that_is_given_back_in_time_is_waited_for(
    connection: Connection, direct: str, database: str, seedkit: Run
) -> None:
    connection.execute("create table users (id serial); create table orders (id serial); insert into users values (7)")

    with locked_for_a_while(direct, "users"):
        ran = seedkit("fix-sequence", "--all", DATABASE_URL=database)

    assert ran.returncode == 0, ran.stdout


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


TIME_OUTS = ["statement_timeout", "transaction_timeout", "idle_in_transaction_session_timeout", "lock_timeout"]


@contextmanager
def database_setting(connection: Connection, **settings: str) -> Iterator[None]:
    """Have the database's owner give all new sessions some settings; those that the server knows."""
    known = {name for (name,) in connection.execute("select name from pg_settings").fetchall()}
    database = sql.Identifier(connection.info.dbname)
    for name, value in settings.items():
        if name in known:
            statement = sql.SQL("alter database {} set {} = {}")
            connection.execute(statement.format(database, sql.Identifier(name), sql.Literal(value)))
    yield
    connection.execute(sql.SQL("alter database {} reset all").format(database))


@contextmanager
def locked_for_a_while(direct: str, *tables: str) -> Iterator[None]:
    with psycopg.connect(direct) as migration:
        for table in tables:
            migration.execute(f"lock table {table} in access exclusive mode".encode())
        timer = threading.Timer(2, migration.rollback)
        timer.start()
        yield
        timer.join()


@pytest.mark.parametrize(
    "command",
    [
        ["check", "users"],
        ["fix-sequence", "users"],
        ["fix-sequence", "users", "--wait"],
        ["dump", "users"],
        ["new", "fixture", "users"],
    ],
    ids=" ".join,
)
def test_a_command_is_stopped_by_no_time_out_of_the_database(
    connection: Connection, direct: str, database: str, seedkit: Run, command: list[str]
) -> None:
    connection.execute("create table users (id serial primary key); insert into users values (7)")

    with locked_for_a_while(direct, "users"), database_setting(connection, **dict.fromkeys(TIME_OUTS, "50ms")):
        ran = seedkit(*command, DATABASE_URL=database)

    assert ran.returncode == (1 if command[0] == "check" else 0), ran.stderr + ran.stdout
    assert "timeout" not in ran.stdout + ran.stderr


@pytest.mark.parametrize(
    ("command", "waits_for"),
    [
        (["seed", "--list"], "pg_constraint"),
        (["protect"], "pg_shdescription"),
        (["unprotect", "--confirm", "{}"], "pg_shdescription"),
    ],
    ids=["seed --list", "protect", "unprotect"],
)
def test_nor_is_one_that_only_looks_or_marks(
    connection: Connection,
    direct: str,
    database: str,
    project: Write,
    seedkit: Run,
    command: list[str],
    waits_for: str,
) -> None:
    connection.execute("create table users (id serial primary key)")
    project({"fixtures/users.yml": "- {id: 1}\n"})
    words = [word.format(connection.info.dbname) for word in command]
    out_of_the_way = locked_for_a_while(direct, f"pg_catalog.{waits_for}")

    with out_of_the_way, database_setting(connection, **dict.fromkeys(TIME_OUTS, "100ms")):
        ran = seedkit(*words, DATABASE_URL=database)

    assert ran.returncode == 0, ran.stderr


def test_nor_while_it_sets_a_sequence_under_a_lock(connection: Connection, database: str, seedkit: Run) -> None:
    connection.execute("create table users (id serial primary key); insert into users values (2000000000)")

    with database_setting(connection, **dict.fromkeys(TIME_OUTS, "50ms")):
        ran = seedkit("fix-sequence", "users", DATABASE_URL=database)

    assert ran.returncode == 0, ran.stderr


def test_nor_while_it_waits_for_a_lock_on_the_catalog(
    connection: Connection, direct: str, database: str, seedkit: Run
) -> None:
    connection.execute("create table users (id serial primary key); insert into users values (7)")

    with locked_for_a_while(direct, "pg_catalog.pg_sequence"), database_setting(connection, lock_timeout="50ms"):
        ran = seedkit("fix-sequence", "--all", DATABASE_URL=database)

    assert (ran.returncode, ran.stderr) == (0, "")


def test_nor_while_a_dump_is_written_slowly(
    connection: Connection, database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection.execute("create table users (id serial primary key); create table orders (id serial primary key)")
    write = FolderTarget.write

    def slow_write(*arguments: Any) -> str:
        time.sleep(0.5)
        return write(*arguments)

    monkeypatch.setattr(FolderTarget, "write", slow_write)

    with (
        database_setting(connection, idle_in_transaction_session_timeout="200ms"),
        connect(database, source="the test", read_only=True) as ours,
    ):
        dumped = dump(ours, DumpRequest(tables=("users", "orders")), FolderTarget(tmp_path, force=False))

    assert {table.name for table in dumped} == {"users", "orders"}


@pytest.mark.parametrize("name", ["statement_timeout", "STATEMENT-TIMEOUT"])
def test_what_whoever_runs_it_has_said_to_libpq_counts(locked: None, database: str, seedkit: Run, name: str) -> None:
    ran = seedkit("check", "users", "--json", DATABASE_URL=database, PGOPTIONS=f"--{name}=200ms")

    found = json.loads(ran.stdout)["sequences"][0]
    assert found["reason"] == "canceling statement due to statement timeout"
    assert found["hint"] == (
        "statement_timeout is 200ms by the connection's options (PGOPTIONS): raise it there, "
        "or give --statement-timeout."
    )


def test_a_session_that_is_lent_keeps_its_time_outs(locked: None, database: str) -> None:
    with psycopg.connect(database, autocommit=True) as lent:
        lent.execute("set statement_timeout = '200ms'")
        report = check_sequences(["users"], connection=lent)
        left = lent.execute("show statement_timeout").fetchone()

    assert report.sequences[0].status == "skipped"
    assert report.sequences[0].hint == (
        "statement_timeout is 200ms by a SET in this session: raise it there, or for this transaction: "
        "set local statement_timeout = 0."
    )
    assert left == ("200ms",)


@pytest.mark.parametrize("lent", [False, True], ids=["our own session", "a lent one"])
@pytest.mark.parametrize("whose", ["database", "role"])
def test_a_time_out_that_stops_a_seed_is_named_with_who_has_set_it(
    project: Write, connection: Connection, database: str, lent: bool, whose: str
) -> None:
    name = connection.info.dbname
    connection.execute(f"create table users (id integer primary key); create role r_{name} superuser login".encode())
    of_whom = f"database {name}" if whose == "database" else f"role r_{name}"
    connection.execute(f"alter {of_whom} set statement_timeout = '200ms'".encode())
    project({"seeders/slow.py": "def seed(db):\n    db.execute('select pg_sleep(60)')\n"})

    url = make_conninfo(database, user=f"r_{name}")
    with pytest.raises(SeedkitError) as stopped, psycopg.connect(url) as session:
        seed(connection=session) if lent else seed(url=url)
    connection.execute(f"alter {of_whom} reset statement_timeout; drop role r_{name}".encode())

    assert f"statement_timeout is 200ms by alter {of_whom} set …: raise it there, or" in str(stopped.value.hint)


@pytest.mark.parametrize("name", ["idle_in_transaction_session_timeout", "transaction_timeout"])
def test_a_time_out_that_ends_the_session_of_a_seed_is_named(
    project: Write, connection: Connection, database: str, seedkit: Run, name: str
) -> None:
    if connection.execute("select from pg_settings where name = %s", (name,)).fetchone() is None:
        pytest.skip(f"this server has no {name}")
    connection.execute("create table users (id integer primary key)")
    project(
        {"seeders/slow.py": "import time\ndef seed(db):\n    time.sleep(0.5)\n    db.insert('users', [{'id': 1}])\n"}
    )

    with database_setting(connection, **{name: "200ms"}):
        ran = seedkit("seed", DATABASE_URL=database)

    assert ran.returncode == 1
    assert f"Raise {name}" in ran.stderr or "a time-out (idle_in_transaction_session_timeout" in ran.stderr
