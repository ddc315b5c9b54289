"""Seeders that work on a connection of their own and wait there for the run: told, and not a silent hang."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import psycopg
import pytest

from seedkit import SeedkitError, seed
from seedkit.errors import SeederError
from seedkit.postgres.transactions import self_waits
from seedkit.postgres.transactions.own_sessions import OwnSession, own_sessions
from tests.conftest import Run, Write

Connection = psycopg.Connection[Any]

WITH_PSYCOPG = """
import psycopg

def seed(db):
    with psycopg.connect({url!r}) as other:
        other.execute({statement!r})
"""
WITH_SQLALCHEMY = """
import psycopg
from sqlalchemy import NullPool, create_engine, text

engine = create_engine("postgresql+psycopg://", poolclass=NullPool, creator=lambda: psycopg.connect({url!r}))

def seed(db):
    with engine.begin() as other:
        other.execute(text({statement!r}))
"""
IN_A_THREAD = """
import psycopg
from concurrent.futures import ThreadPoolExecutor

def insert():
    with psycopg.connect({url!r}) as other:
        other.execute({statement!r})

def seed(db):
    with ThreadPoolExecutor(1) as pool:
        pool.submit(insert).result()
"""
SWALLOWED = """
import psycopg

def seed(db):
    try:
        with psycopg.connect({url!r}) as other:
            other.execute({statement!r})
    except psycopg.Error:
        pass
"""
ANOTHERS_PROCESS = """
import subprocess, sys

def seed(db):
    program = "import psycopg, sys; psycopg.connect(sys.argv[1]).execute(sys.argv[2])"
    work = subprocess.Popen([sys.executable, "-c", program, {url!r}, {statement!r}])
    try:
        work.wait(2)
    except subprocess.TimeoutExpired:
        work.kill()
        work.wait()
"""
SAME_KEY = "insert into users (id, email) values (70, 'ada@example.com')"


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch, connection: Connection, project: Write) -> None:
    """Look soon, so that the tests are short; a table whose rows the run holds while its seeders work."""
    monkeypatch.setattr(self_waits, "PATIENCE_SECONDS", 0.2)
    monkeypatch.setattr(self_waits, "PAUSE_SECONDS", 0.1)
    monkeypatch.setattr(self_waits, "LOOKS_BEFORE_A_WARNING", 3)
    connection.execute("create table users (id serial primary key, email text unique)")
    project({"fixtures/users.yml": "- {id: 1, email: ada@example.com}"})


def kept(connection: Connection) -> int:
    [[rows]] = connection.execute("select count(*) from users").fetchall()
    return int(rows)


def refusal(connection: Connection, project: Write, seeder: str, url: str, statement: str = SAME_KEY) -> SeederError:
    project({"seeders/people.py": seeder.format(url=url, statement=statement)})
    with pytest.raises(SeederError, match="waits for the run itself") as caught:
        seed(connection=connection)
    return caught.value


@pytest.mark.parametrize(
    ("seeder", "line"),
    [(WITH_PSYCOPG, 6), (WITH_SQLALCHEMY, 9), (IN_A_THREAD, 7), (SWALLOWED, 4)],
    ids=["psycopg", "sqlalchemy", "thread", "swallowed"],
)
def test_a_seeder_that_waits_on_another_connection_for_its_run_is_told(
    connection: Connection, project: Write, direct: str, seeder: str, line: int
) -> None:
    error = refusal(connection, project, seeder, direct)

    assert 'seeder "people" waits for the run itself' in error.message
    assert error.message.endswith("wants what the run has locked in users")
    assert error.detail == "the statement that waits: insert into users (id, email) values (70, '…')"
    assert str(error.origin).endswith(f"seeders/people.py:{line}")
    assert "db.connection" in str(error.hint)
    assert kept(connection) == 0


def test_a_seeder_that_tries_again_is_told_and_not_left_to_hang(
    connection: Connection, project: Write, direct: str
) -> None:
    """The second time a time-out of its own would end it, so that the test does."""
    trying = """
        import psycopg
        from pathlib import Path

        def seed(db):
            for number in range(2):
                try:
                    with psycopg.connect({url!r}, options="-c lock_timeout=3s") as other:
                        other.execute({statement!r})
                except psycopg.OperationalError as error:
                    Path(f"end{{number}}.txt").write_text(type(error).__name__)
        """

    refusal(connection, project, trying, direct)

    assert [Path(f"end{number}.txt").read_text() for number in range(2)] == ["QueryCanceled", "QueryCanceled"]


def test_sessions_of_this_process_are_told_apart_by_their_database(connection: Connection, server: str) -> None:
    """The number of one on another server may be that of a stranger on this one."""
    with psycopg.connect(server) as elsewhere:
        found = own_sessions()

        here, there = connection.info, elsewhere.info
        assert OwnSession(here.backend_pid, here.dbname, here.user, busy=False) in found
        assert OwnSession(there.backend_pid, there.dbname, there.user, busy=False) in found
        assert here.dbname != there.dbname


@pytest.mark.parametrize("statement", ["truncate users", "alter table users add name text"])
def test_so_is_one_that_wants_the_whole_table(
    connection: Connection, project: Write, direct: str, statement: str
) -> None:
    error = refusal(connection, project, WITH_PSYCOPG, direct, statement)

    assert "locked in users" in error.message
    assert kept(connection) == 0


def test_a_seeder_that_is_called_by_another_is_the_one_that_is_named(
    connection: Connection, project: Write, direct: str
) -> None:
    project({"seeders/a_calls.py": "def seed(db):\n    db.call('people')\n"})

    error = refusal(connection, project, WITH_PSYCOPG, direct)

    assert 'seeder "people"' in error.message


def test_a_wait_behind_a_stranger_who_waits_for_the_run_is_told(
    connection: Connection, project: Write, direct: str
) -> None:
    """The seeder's session waits for the stranger's lock, which waits for ours."""
    stranger = f"import psycopg; psycopg.connect({direct!r}).execute('lock table users')"
    starts = f"""
        import subprocess, sys, time

        def seed(db):
            seed.stranger = subprocess.Popen([sys.executable, "-c", {stranger!r}], stderr=subprocess.DEVNULL)
            waiting = "select count(*) from pg_locks where not granted"
            while db.execute(waiting).fetchone() == (0,):
                time.sleep(0.01)
            try:
                db.call("people")
            finally:
                seed.stranger.kill()
                seed.stranger.wait()
        """
    project({"seeders/a_stranger.py": starts})

    error = refusal(connection, project, WITH_PSYCOPG, direct, "select * from users")

    assert "locked in users" in error.message


def test_a_stranger_who_waits_for_the_run_is_left_alone(connection: Connection, project: Write, direct: str) -> None:
    project(
        {
            "seeders/people.py": """
                import time

                def seed(db):
                    db.execute("select pg_advisory_xact_lock(7)")  # the rows of users are there
                    waiting = "select count(*) from pg_locks where not granted"
                    while db.execute(waiting).fetchone() == (0,):
                        time.sleep(0.01)
                    time.sleep(1)
            """
        }
    )
    program = f"import psycopg, time; c = psycopg.connect({direct!r}, autocommit=True)\n"
    program += "while not c.execute(\"select count(*) from pg_locks where locktype = 'advisory' and objid = 7\")"
    program += ".fetchone()[0]: time.sleep(0.01)\n"
    program += "c.execute(\"insert into users values (80, 'ben@example.com'), (81, 'ada@example.com')"
    program += ' on conflict do nothing")'
    with subprocess.Popen([sys.executable, "-c", program]) as stranger:
        seed(connection=connection)

    assert stranger.returncode == 0
    assert kept(connection) == 2


def test_a_program_that_a_seeder_starts_is_warned_of(
    connection: Connection, project: Write, direct: str, caplog: pytest.LogCaptureFixture
) -> None:
    """It is another process: whether it is the seeder's own can't be known, so its statement is not ended."""
    project({"seeders/people.py": ANOTHERS_PROCESS.format(url=direct, statement=SAME_KEY)})

    with caplog.at_level("WARNING", "seedkit"):
        seed(connection=connection)

    [told] = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
    assert "waits for what the run has locked in users (insert into users (id, email) values (70, '…'))" in told


WAITED_FOR = """
import psycopg
from psycopg.rows import dict_row

def seed(db):
    with psycopg.connect({url!r}) as other:
        other.execute("insert into users (id, email) values (70, 'ben@example.com')")
        {then}
"""


def test_so_is_one_that_waits_for_a_session_whose_pipeline_is_open(
    connection: Connection, project: Write, direct: str
) -> None:
    """The driver then says of the session that it is at work, though the server knows that it is not."""
    then = "with other.pipeline():\n            db.execute('truncate users')"
    project({"seeders/people.py": WAITED_FOR.format(url=direct, then=then)})

    with pytest.raises(SeederError, match='seeder "people" makes the run wait for itself'):
        seed(connection=connection)


@pytest.mark.parametrize(
    "then",
    ['db.insert("users", [{"id": 71, "email": "ben@example.com"}])', "db.execute('truncate users')"],
    ids=["insert", "truncate"],
)
def test_a_run_that_waits_for_what_its_seeder_has_not_committed_is_told(
    connection: Connection, project: Write, direct: str, then: str
) -> None:
    project({"seeders/people.py": WAITED_FOR.format(url=direct, then=then)})

    with pytest.raises(SeederError, match='seeder "people" makes the run wait for itself') as caught:
        seed(connection=connection)

    assert "what the run wants in users" in caught.value.message
    assert str(caught.value.origin).endswith("seeders/people.py:8")
    assert str(caught.value.hint).startswith("Commit on that connection before")
    assert kept(connection) == 0


def test_a_run_that_waits_for_another_thread_of_its_seeder_is_let_wait(
    connection: Connection, project: Write, direct: str
) -> None:
    """The thread commits when it has done its work: only where there is none can nobody do so."""
    project(
        {
            "seeders/people.py": f"""
                import psycopg, threading, time

                written = threading.Event()

                def write():
                    with psycopg.connect({direct!r}) as other:
                        other.execute("insert into users (id, email) values (70, 'ben@example.com')")
                        written.set()
                        time.sleep(0.8)

                def seed(db):
                    thread = threading.Thread(target=write)
                    thread.start()
                    written.wait()
                    db.insert("users", [{{"id": 70, "email": "ben@example.org"}}])
                    thread.join()
            """
        }
    )

    seed(connection=connection)

    assert kept(connection) == 2


def test_a_seeder_that_is_done_soon_costs_no_connection(
    connection: Connection, project: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(self_waits, "PATIENCE_SECONDS", 5)
    count = "select count(*) from pg_stat_activity where datname = current_database() and client_port is not null"
    project({"seeders/people.py": f"def seed(db):\n    assert db.execute({count!r}).fetchone() == (1,)\n"})
    started = time.monotonic()

    seed(connection=connection)

    assert time.monotonic() - started < 5


def test_a_thread_that_was_there_before_makes_no_difference_to_a_seeder_that_waits_itself(
    connection: Connection, project: Write, direct: str
) -> None:
    done = threading.Event()
    thread = threading.Thread(target=done.wait)
    thread.start()
    try:
        error = refusal(connection, project, WITH_PSYCOPG, direct)
    finally:
        done.set()
        thread.join()

    assert "locked in users" in error.message


def test_a_wait_that_the_runs_role_may_not_end_is_warned_of(
    connection: Connection, project: Write, direct: str, caplog: pytest.LogCaptureFixture
) -> None:
    """The seeder connects as another role, whose statements the run's role may neither see nor cancel."""
    connection.execute("create role seeding login; grant all on users, users_id_seq to seeding")
    project(
        {"seeders/people.py": WITH_PSYCOPG.format(url=f"{direct} options='-c lock_timeout=2s'", statement=SAME_KEY)}
    )
    try:
        with (
            caplog.at_level("WARNING", "seedkit"),
            psycopg.connect(direct, user="seeding", autocommit=True) as limited,
            pytest.raises(SeederError, match="lock timeout"),
        ):
            seed(connection=limited)
    finally:
        connection.execute("drop owned by seeding; drop role seeding")

    [told] = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
    assert "waits for what the run has locked in users (<insufficient privilege>)" in told


def test_nothing_that_stands_first_in_the_search_path_is_run_beside_a_seeder(
    connection: Connection, project: Write, direct: str
) -> None:
    connection.execute(
        """
        create schema trap;
        create function trap.same(integer, integer) returns boolean language plpgsql
            as 'begin raise exception ''a trap was sprung''; end';
        create operator trap.= (leftarg = integer, rightarg = integer, function = trap.same);
        create function trap.host(inet) returns text language sql as 'select ''trap''::text';
        """
    )
    trapped = f"{direct} options='-c search_path=trap,pg_catalog,public'"
    project({"seeders/people.py": WITH_PSYCOPG.format(url=direct, statement=SAME_KEY)})

    with (
        psycopg.connect(trapped, autocommit=True) as limited,
        pytest.raises(SeederError, match="waits for the run itself"),
    ):
        seed(connection=limited)


def test_the_command_ends_and_says_why(seedkit: Run, connection: Connection, project: Write, direct: str) -> None:
    project({"seeders/people.py": WITH_PSYCOPG.format(url=direct, statement=SAME_KEY)})

    ran = seedkit("seed", "--url", direct)

    assert ran.returncode == 1
    assert 'error: seeder "people" waits for the run itself' in ran.stderr
    assert "seeders/people.py:6" in ran.stderr
    assert kept(connection) == 0


def test_an_error_that_is_none_of_these_stays_what_it_is(connection: Connection, project: Write) -> None:
    project({"seeders/people.py": "import time\n\ndef seed(db):\n    time.sleep(0.5)\n    raise ValueError('no')\n"})

    with pytest.raises(SeedkitError, match="ValueError: no"):
        seed(connection=connection)
