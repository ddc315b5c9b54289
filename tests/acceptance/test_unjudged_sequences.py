"""A run that can't judge a sequence: taken back where what is in the way can be removed, else told and committed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from typing import Any

import psycopg
import pytest

from seedkit import SeedkitError, seed
from tests.conftest import Write

Connection = psycopg.Connection[Any]

ROLE = "create role seeding login; grant select, insert, update on users to seeding;"


@pytest.fixture
def users(connection: Connection, project: Write) -> None:
    """A table and a fixture with an id, as in the README."""
    connection.execute("create table users (id serial primary key, name text)")
    project({"fixtures/users.yml": "- {id: 3, name: Ada}"})


@pytest.fixture
def limited(users: None, connection: Connection, database: str) -> Iterator[Connection]:
    """A session of a role that may write to the table, and not read its sequence."""
    connection.execute(ROLE)
    try:
        with psycopg.connect(database, user="seeding", autocommit=True) as session:
            yield session
    finally:
        connection.execute("drop owned by seeding; drop role seeding")


@pytest.fixture
def altering(users: None, direct: str) -> Iterator[Connection]:
    """Another session, which has the sequence to itself and does not commit."""
    with psycopg.connect(direct) as other:
        other.execute("alter sequence users_id_seq rename to people_id_seq")
        yield other
        other.rollback()


def refusal(connection: Connection) -> SeedkitError:
    with pytest.raises(SeedkitError, match="users_id_seq could not be judged") as caught:
        seed(connection=connection)
    return caught.value


def count(connection: Connection, table: str = "users") -> int:
    [[rows]] = connection.execute(f"select count(*) from {table}".encode()).fetchall()
    return int(rows)


def test_a_sequence_that_may_not_be_read_takes_the_run_back(limited: Connection, connection: Connection) -> None:
    """§4 A sequence that may not be read may be behind the run's rows: they are taken back, and the GRANT is named."""
    error = refusal(limited)

    assert error.detail == "this role may not read the sequence"
    assert error.hint == "grant select on sequence users_id_seq to seeding;"
    assert count(connection) == 0


def test_a_table_that_may_not_be_read_takes_the_run_back(limited: Connection, connection: Connection) -> None:
    """§4 A table that a trigger filled and this role may not read: taken back, and the GRANT is named."""
    connection.execute(
        """
        create schema audit;
        create table audit.log (id serial primary key);
        create function note() returns trigger language plpgsql security definer
            as 'begin insert into audit.log values (new.id); return new; end';
        create trigger note before insert on users for each row execute function note();
        grant select on users_id_seq to seeding
        """
    )
    connection.execute("grant usage on sequence users_id_seq to seeding")

    with pytest.raises(SeedkitError, match=r"audit.log_id_seq could not be judged") as caught:
        seed(connection=limited)

    assert caught.value.hint is not None
    assert "grant" in caught.value.hint
    assert count(connection, "audit.log") == 0


@pytest.mark.parametrize(("time_out", "value"), [("lock_timeout", "200ms"), ("statement_timeout", "1s")])
def test_a_wait_that_a_time_out_ends_takes_the_run_back(
    altering: Connection, connection: Connection, time_out: str, value: str
) -> None:
    """§4 A lock or a time-out that keeps a sequence from being judged takes the run back, with what to set."""
    connection.execute(f"set {time_out} = '{value}'".encode())

    error = refusal(connection)

    assert f"{time_out.removesuffix('_timeout')} timeout" in str(error.detail)
    assert str(error.hint).startswith(f"{time_out} is {value}")
    altering.rollback()
    connection.execute(f"reset {time_out}".encode())
    assert count(connection) == 0


@pytest.mark.parametrize("free", [0, 60])
def test_a_full_table_of_locks_takes_the_run_back(project: Write, connection: Connection, free: int) -> None:
    """§4 Where the table of locks is full the rows are taken back, and the setting is named; reading keeps no lock."""
    tables = [f"t{number:03}" for number in range(150)]
    connection.execute("; ".join(f"create table {table} (id serial primary key)" for table in tables).encode())
    project({f"fixtures/{table}.yml": "- {id: 3}" for table in tables})
    project({"seeders/filler.py": FILLER.format(tables=tables, free=free)})

    with nullcontext() if free else pytest.raises(SeedkitError, match=r"out of shared memory|not be judged") as caught:
        seed(connection=connection)
    connection.execute("select pg_advisory_unlock_all()")

    assert count(connection, "t000") == (1 if free else 0)
    assert caught is None or "max_locks_per_transaction" in str(caught.value.hint)


FILLER = """
import psycopg
from seedkit import seeder

@seeder(depends_on={tables})
def filler(db):
    number, step = 0, 4096
    while step:
        numbers = (number, number + step - 1)
        try:
            with db.connection.transaction():
                db.execute("select pg_advisory_lock(n) from generate_series(%s::bigint, %s) as n", numbers)
        except psycopg.errors.OutOfMemory:
            step //= 2
        number += step
    db.execute("select pg_advisory_unlock(n) from generate_series(1::bigint, {free}) as n")
"""


def test_a_table_without_a_new_row_takes_no_run_back(
    limited: Connection, connection: Connection, project: Write
) -> None:
    """§4 What can't be judged is only told where no row of this run can be ahead of it."""
    connection.execute("insert into users values (3, 'Ada'); create table tags (id integer primary key)")
    connection.execute("grant select, insert, update on tags to seeding")
    project({"fixtures/tags.yml": "- {id: 1}"})

    report = seed(connection=limited)

    assert [(str(found.table), found.status) for found in report.sequences] == [("users", "skipped")]
    assert not report.right
    assert count(connection, "tags") == 1


@pytest.mark.parametrize(
    "table",
    {
        "computed": "create sequence s; create table things (id bigint primary key default nextval('s') * 10)",
        "late-bound": "create schema a; create schema b; create sequence a.s; create sequence b.s;"
        " create table things (id bigint primary key default nextval('s'::text))",
        "text": "create sequence s; create table things (id text primary key default md5(nextval('s')::text))",
        "odd keys": "create sequence s; create table things (id text primary key default 'a' || nextval('s'))",
    }.values(),
    ids=["computed", "late-bound", "text", "odd-keys"],
)
def test_what_nobody_can_judge_is_told_and_committed(project: Write, connection: Connection, table: str) -> None:
    """§4 Computed, late-bound and text defaults that nobody can judge are told, with exit 1, and the rows stay."""
    connection.execute(table.encode())
    project({"fixtures/things.yml": "- {id: 7}"})

    report = seed(connection=connection)

    assert [(str(found.table), found.status) for found in report.sequences] == [("things", "skipped")]
    assert not report.right
    assert count(connection, "things") == 1


def test_rows_that_policies_hide_take_no_run_back(limited: Connection, connection: Connection) -> None:
    """§4 Under row-level security the visible rows are judged; that the rest was not is told, and the rows stay."""
    connection.execute(
        """
        grant all on sequence users_id_seq to seeding;
        alter table users enable row level security;
        create policy few on users using (id < 10);
        """
    )

    report = seed(connection=limited)

    assert "the rest was not judged" in str(report.sequences[0].warning)
    assert count(connection) == 1


def test_an_old_snapshot_takes_no_run_back(users: None, connection: Connection, database: str) -> None:
    """§4 What a lent transaction's snapshot may hide are rows of others, and none of this run: told, and kept."""
    connection.execute("select setval('users_id_seq', 9)")
    with psycopg.connect(database) as lent:
        lent.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ

        report = seed(connection=lent)
        lent.commit()

    assert "snapshot" in str(report.sequences[0].reason)
    assert count(connection) == 1
