"""What forbids one way of moving a sequence need not forbid the next: frozen DDL, a function that is revoked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest

from seedkit import fix_sequence, fix_sequences
from seedkit.core.reports.runs import SequenceReport
from tests.conftest import Run, Write
from tests.postgres.sequences.sequence_states import inserted_id, state_of

Connection = psycopg.Connection[Any]

FROZEN = """
create function freeze() returns event_trigger language plpgsql as $$begin raise exception 'DDL is frozen'; end$$;
create event trigger frozen on {} execute function freeze();
"""
ANSWER_IN_TIME = """
create function wait() returns event_trigger language plpgsql as $$begin perform pg_sleep(20); end$$;
create event trigger slow on ddl_command_start execute function wait();
"""
SETVAL = "setval(regclass, bigint)"
NEXTVAL = "nextval(regclass)"


@pytest.fixture
def users(connection: Connection) -> Callable[..., None]:
    """Make a table users whose sequence is behind the highest id."""

    def make(highest: int, cache: int = 1) -> None:
        connection.execute("create table users (id bigserial primary key, name text)")
        connection.execute(f"alter sequence users_id_seq cache {cache}; insert into users values ({highest})".encode())

    return make


@pytest.fixture
def owner(connection: Connection, database: str) -> Iterator[Connection]:
    """A session of an ordinary role, which owns the table and the sequence as soon as it is told to own all."""
    name = f"owner_{connection.info.dbname}"
    connection.execute(f"create role {name} login; grant all on schema public to {name}".encode())
    with psycopg.connect(database, user=name, autocommit=True) as session:
        yield session
    connection.execute(f"drop owned by {name} cascade; drop role {name}".encode())


def forbid(connection: Connection, *functions: str) -> None:
    """Keep everybody from calling functions of PostgreSQL, and give the owner's role the table."""
    for function in functions:
        connection.execute(f"revoke execute on function pg_catalog.{function} from public".encode())
    connection.execute(f"alter table users owner to owner_{connection.info.dbname}".encode())


def of_users(connection: Connection) -> SequenceReport:
    [report] = fix_sequences(["users"], connection=connection).sequences
    return report


@pytest.mark.parametrize("moment", ["ddl_command_start", "ddl_command_end"])
@pytest.mark.parametrize(("highest", "cache"), [(9_000_000, 1), (41, 10), (9_000_000, 10)])
def test_frozen_ddl_keeps_no_sequence_behind(
    connection: Connection, users: Callable[..., None], moment: str, highest: int, cache: int
) -> None:
    """§3 Where ALTER SEQUENCE is forbidden, as by an event trigger, the ways without it are taken."""
    users(highest, cache)
    connection.execute(FROZEN.format(moment).encode())

    repair = fix_sequence("users", connection=connection)

    assert repair.status == "fixed"
    assert inserted_id(connection, "insert into users (name) values ('Ada') returning id") > highest


def test_a_sequence_that_may_not_be_set_is_climbed(
    connection: Connection, owner: Connection, users: Callable[..., None]
) -> None:
    """§3 Where setval is refused, as by a REVOKE on the function, a gap of up to ten million steps is climbed."""
    users(200_000)
    forbid(connection, SETVAL)

    repair = fix_sequence("users", connection=owner)

    assert (repair.status, repair.next_value) == ("fixed", 200_001)


def test_a_sequence_that_may_not_be_drawn_from_is_set_under_its_lock(
    connection: Connection, owner: Connection, users: Callable[..., None]
) -> None:
    """§3 Where nextval is refused, the owner sets a sequence under its lock, however small the gap."""
    users(41)
    connection.execute("select nextval('users_id_seq')")  # one that has given nothing has to give its first value
    forbid(connection, NEXTVAL)

    repair = fix_sequence("users", connection=owner)

    assert (repair.status, repair.next_value) == ("fixed", 42)


def test_what_refused_each_way_is_told_in_the_end(
    connection: Connection, owner: Connection, users: Callable[..., None]
) -> None:
    """§3 Where every way is refused, the report names what refused each."""
    users(200_000)
    connection.execute("select nextval('users_id_seq')")
    connection.execute(FROZEN.format("ddl_command_end when tag in ('ALTER SEQUENCE')").encode())
    forbid(connection, SETVAL, NEXTVAL)

    report = of_users(owner)

    assert report.status == "behind"
    assert report.reason == (
        "set under lock: DDL is frozen; set across the gap: permission denied for function setval;"
        " climb: permission denied for function nextval"
    )
    assert state_of(connection, "users_id_seq") == (1, True)


def test_a_gap_too_wide_to_climb_is_told_beside_what_was_refused(
    connection: Connection, owner: Connection, users: Callable[..., None]
) -> None:
    users(50_000_000)
    forbid(connection, SETVAL)

    report = of_users(owner)

    assert report.reason == (
        "set under lock: permission denied for function setval; set across the gap: permission denied for function"
        " setval; 50,000,000 steps behind, too far to climb"
    )


def test_a_session_that_may_not_write_is_told_what_to_do_whatever_was_tried(
    connection: Connection, users: Callable[..., None]
) -> None:
    users(9_000_000)
    connection.execute("set default_transaction_read_only = on")

    report = of_users(connection)

    assert report.reason is not None
    assert report.reason.count("in a read-only transaction") == 3
    assert report.hint == (
        "This session can not write: run it on the primary server, in a session that is not read-only."
    )


def test_the_other_sequences_are_moved_where_one_is_refused_every_way(
    connection: Connection, owner: Connection, users: Callable[..., None]
) -> None:
    users(41)
    owner.execute("create table books (id serial); insert into books values (41)")
    owner.execute("create table pages (id serial); insert into pages values (9000000)")
    connection.execute("revoke all on sequence users_id_seq from public; grant select on users, users_id_seq to public")

    reports = {str(report.table): report.status for report in fix_sequences(connection=owner).sequences}

    assert reports == {"users": "behind", "books": "fixed", "pages": "fixed"}


def test_a_time_limit_ends_it(connection: Connection, users: Callable[..., None]) -> None:
    """§3 A cancel or a statement_timeout is no refusal of one way: the sequence is left and named."""
    users(9_000_000)
    connection.execute(ANSWER_IN_TIME.encode())
    connection.execute("set statement_timeout = '500ms'")

    report = of_users(connection)

    assert (report.status, report.reason) == ("behind", "canceling statement due to statement timeout")
    assert state_of(connection, "users_id_seq") == (1, False)


def test_a_borrowed_transaction_survives_what_is_refused(
    connection: Connection, owner: Connection, users: Callable[..., None]
) -> None:
    """§3 In a borrowed transaction each way is tried in a savepoint: a refusal leaves the transaction as it was."""
    users(200_000)
    forbid(connection, SETVAL)

    with owner.transaction():
        owner.execute("insert into users values (200007)")
        report = of_users(owner)
        owner.execute("insert into users (name) values ('Ada')")

    assert (report.status, report.next_value) == ("fixed", 200_008)
    assert connection.execute("select max(id) from users").fetchone() == (200_008,)


def test_a_borrowed_transaction_survives_the_last_refusal_too(
    connection: Connection, owner: Connection, users: Callable[..., None]
) -> None:
    users(200_000)
    forbid(connection, SETVAL, NEXTVAL)

    with owner.transaction():
        owner.execute("insert into users values (200007)")
        report = of_users(owner)

    assert report.status == "behind"
    assert connection.execute("select max(id) from users").fetchone() == (200_007,)


def test_a_seed_under_frozen_ddl_leaves_no_sequence_behind(
    connection: Connection, database: str, users: Callable[..., None], project: Write, seedkit: Run
) -> None:
    users(9_000_000)
    connection.execute(FROZEN.format("ddl_command_start when tag in ('ALTER SEQUENCE')").encode())
    project({"fixtures/users.yml": "- {id: 10000000, name: Ada}\n"})

    ran = seedkit("seed", DATABASE_URL=database)

    assert ran.returncode == 0, ran.stderr
    assert inserted_id(connection, "insert into users (name) values ('Ben') returning id") == 10_000_001


def test_a_session_that_may_not_ask_what_it_holds_stops_nothing(
    connection: Connection, owner: Connection, users: Callable[..., None]
) -> None:
    """§3 Where currval is refused, sequences with a CACHE are repaired all the same, and those in step not judged."""
    users(41, cache=10)
    owner.execute("create table books (id serial); insert into books values (41)")
    forbid(connection, "currval(regclass)")

    first, second = (fix_sequences(connection=owner) for _ in range(2))

    assert {str(report.table): report.status for report in first.sequences} == {"users": "fixed", "books": "fixed"}
    assert {str(report.table): report.reason for report in second.sequences} == {
        "users": "what this session holds of its CACHE may be taken (permission denied for function currval)",
        "books": None,
    }
