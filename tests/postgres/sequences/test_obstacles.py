"""Locks, snapshots and read-only sessions: nothing is called right that was not seen, and nobody waits for ever."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from seedkit import check_sequences, fix_sequences
from seedkit.core.reports.runs import SequenceReport


@pytest.fixture
def other(database: str) -> Iterator[psycopg.Connection]:
    """Another session, with autocommit off."""
    with psycopg.connect(database) as connection:
        yield connection
        connection.rollback()


@pytest.fixture(autouse=True)
def users(connection: psycopg.Connection) -> None:
    connection.execute("create table users (id bigserial primary key)")
    connection.execute("insert into users values (41)")


def only(reports: tuple[SequenceReport, ...]) -> SequenceReport:
    (report,) = reports
    return report


def test_a_locked_table_is_left_and_named_while_the_others_are_fixed(
    connection: psycopg.Connection, other: psycopg.Connection
) -> None:
    """§3 A table under ACCESS EXCLUSIVE is named; the others are repaired."""
    for number in range(5):
        connection.execute(f"create table t{number} (id serial primary key)")
        connection.execute(f"insert into t{number} values (9)")
    other.execute("lock table users in access exclusive mode")

    report = fix_sequences(connection=connection, lock_timeout="200ms")

    statuses = {str(sequence.table): str(sequence.status) for sequence in report.sequences}
    assert statuses == {**{f"t{number}": "fixed" for number in range(5)}, "users": "skipped"}
    assert "lock timeout" in (report.sequences[-1].reason or "")


def test_a_sequence_held_by_an_open_transaction_is_climbed(
    connection: psycopg.Connection, other: psycopg.Connection
) -> None:
    """§3 Climbing waits for nobody: a transaction that drew from the sequence does not hold it up."""
    other.execute("select nextval('users_id_seq')")

    report = only(fix_sequences(connection=connection, lock_timeout="200ms").sequences)

    assert (report.status, report.next_value) == ("fixed", 42)


def test_a_held_sequence_far_behind_is_set_without_waiting_for_its_lock(
    connection: psycopg.Connection, other: psycopg.Connection
) -> None:
    """§3 Where the sequence's lock can't be had, a large gap is crossed by the guarded setval."""
    connection.execute("insert into users values (5000000000)")
    other.execute("select nextval('users_id_seq')")

    report = only(fix_sequences(connection=connection).sequences)

    assert (report.status, report.next_value) == ("fixed", 5_000_000_001)


def test_a_sequence_that_somebody_is_altering_is_waited_for_no_longer_than_asked(
    connection: psycopg.Connection, other: psycopg.Connection
) -> None:
    """§3 Only ALTER SEQUENCE keeps a climb waiting, and no longer than --lock-timeout."""
    other.execute("alter sequence users_id_seq owned by users.id")
    connection.execute("set statement_timeout = '10s'")

    report = only(fix_sequences(connection=connection, lock_timeout="200ms").sequences)

    assert report.status == "behind"
    assert "lock timeout" in (report.reason or "")


@pytest.mark.parametrize("autocommit", [True, False], ids=["of our own", "borrowed"])
@pytest.mark.parametrize(
    ("alteration", "id_", "told"),
    [
        ("owned by users.id", 500, ("fixed", 501)),
        ("restart with 1", 500, ("fixed", 501)),
        ("increment 10", 45, ("fixed", 51)),
        ("maxvalue 42", 42, ("exhausted", 42)),
    ],
    ids=["nothing", "its value", "its increment", "its end"],
)
def test_what_was_committed_while_a_climb_waited_is_seen(
    other: psycopg.Connection, database: str, alteration: str, id_: int, told: tuple[str, int], autocommit: bool
) -> None:
    """§3 Who alters a sequence keeps `nextval` waiting; what he did to it and to its ids counts, in any transaction."""
    other.execute(f"alter sequence users_id_seq {alteration}")
    with psycopg.connect(database, autocommit=autocommit) as ours, ThreadPoolExecutor(1) as pool:
        ours.execute("select")
        repair = pool.submit(fix_sequences, ["users"], connection=ours)
        while other.execute("select count(*) from pg_locks where not granted").fetchone() == (0,):
            time.sleep(0.01)
        other.execute("insert into users values (%s)", (id_,))
        other.commit()

        report = only(repair.result().sequences)

    assert (report.status, report.next_value) == told
    assert only(check_sequences(["users"], connection=other).sequences).next_value == report.next_value


def test_a_large_gap_behind_somebodys_alter_is_waited_for_no_longer_than_asked(
    connection: psycopg.Connection, other: psycopg.Connection
) -> None:
    """§3 A setval without the sequence's lock waits for an ALTER SEQUENCE no longer than --lock-timeout either."""
    connection.execute("insert into users values (5000000000)")
    other.execute("alter sequence users_id_seq owned by users.id")
    connection.execute("set statement_timeout = '10s'")

    report = only(fix_sequences(connection=connection, lock_timeout="200ms").sequences)

    assert report.status == "behind"
    assert "lock timeout" in (report.reason or "")


def test_an_uncommitted_loader_is_seen_by_waiting(database: str, connection: psycopg.Connection) -> None:
    """§3 Rows that others have not committed are invisible; --wait sees them once their writers have ended."""
    with psycopg.connect(database) as loader:
        loader.execute("insert into users values (100)")
        finish = threading.Timer(0.3, loader.commit)
        finish.start()

        report = only(fix_sequences(connection=connection, wait=True).sequences)

        finish.join()
    assert (report.highest_id, report.next_value) == (100, 101)


def test_the_default_answers_at_once_without_uncommitted_rows(
    connection: psycopg.Connection, other: psycopg.Connection
) -> None:
    """§3 The default does not wait for an uncommitted loader."""
    other.execute("insert into users values (100)")

    report = only(fix_sequences(connection=connection, lock_timeout="200ms").sequences)

    assert (report.highest_id, report.next_value) == (41, 42)


def test_waiting_is_bounded_by_the_lock_timeout(connection: psycopg.Connection, other: psycopg.Connection) -> None:
    """§3 --wait is bounded by --lock-timeout."""
    other.execute("insert into users values (100)")

    report = only(fix_sequences(connection=connection, wait=True, lock_timeout="200ms").sequences)

    assert report.status == "skipped"
    assert "lock timeout" in (report.reason or "")


def test_writers_of_a_shared_sequences_tables_meet_no_deadlock(
    connection: psycopg.Connection, other: psycopg.Connection
) -> None:
    """§3 --wait locks all tables of a sequence, or none while one is not to be had: their writers go on meanwhile."""
    connection.execute("create table guests (id bigint primary key default nextval('users_id_seq'))")
    with ThreadPoolExecutor() as pool:
        other.execute("insert into guests values (100)")
        repairing = pool.submit(fix_sequences, connection=connection, wait=True, lock_timeout="20s")
        wait_until_it_waits(other)

        other.execute("insert into users values (200)")
        other.commit()

        report = only(repairing.result().sequences)
    assert (report.highest_id, report.next_value) == (200, 201)


def test_waiting_for_several_tables_is_bounded_by_the_lock_timeout_too(
    connection: psycopg.Connection, other: psycopg.Connection
) -> None:
    """§3 --wait is bounded by --lock-timeout where a sequence has several tables, too."""
    connection.execute("create table guests (id bigint primary key default nextval('users_id_seq'))")
    other.execute("insert into guests values (100)")

    report = only(fix_sequences(connection=connection, wait=True, lock_timeout="200ms").sequences)

    assert report.status == "skipped"
    assert "lock timeout" in (report.reason or "")


def wait_until_it_waits(other: psycopg.Connection) -> None:
    """Have the repair wait for a lock that the other session holds."""
    waiting = "select from pg_locks where not granted and pg_backend_pid() = any(pg_blocking_pids(pid))"
    deadline = time.monotonic() + 20
    while not other.execute(waiting).fetchall() and time.monotonic() < deadline:
        time.sleep(0.02)


def test_a_snapshot_that_may_be_old_is_not_believed(connection: psycopg.Connection, other: psycopg.Connection) -> None:
    """§3 Above READ COMMITTED max can miss committed rows: "in step" is reported as not judged."""
    fix_sequences(connection=connection)
    other.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    other.execute("select")
    connection.execute("insert into users values (500)")

    report = only(fix_sequences(connection=other).sequences)

    assert report.status == "skipped"
    assert "snapshot" in (report.reason or "")


def test_a_read_only_session_is_told_to_write_elsewhere(connection: psycopg.Connection) -> None:
    """§3 A read-only session can judge but not move; the report says so."""
    connection.read_only = True

    report = only(fix_sequences(connection=connection).sequences)

    assert report.status == "behind"
    assert "read-only" in (report.reason or "")


def test_a_read_only_session_can_check(connection: psycopg.Connection) -> None:
    """§3 Checking writes nothing, so a read-only session will do."""
    connection.read_only = True

    assert only(check_sequences(connection=connection).sequences).status == "behind"


def test_other_sessions_temporary_tables_are_left_alone(
    connection: psycopg.Connection, other: psycopg.Connection
) -> None:
    """§1 Temporary tables of other sessions are skipped."""
    other.execute("create temporary table scratch (id serial)")
    other.commit()

    report = fix_sequences(connection=connection)

    assert [str(sequence.table) for sequence in report.sequences] == ["users"]


def test_a_borrowed_transaction_is_left_open_and_its_rows_uncommitted(
    connection: psycopg.Connection, other: psycopg.Connection
) -> None:
    """§3 Inside a caller's transaction nothing is committed, and its own rows are seen."""
    other.execute("insert into users values (60)")

    report = only(fix_sequences(connection=other).sequences)

    assert (report.highest_id, report.next_value) == (60, 61)
    assert other.info.transaction_status == psycopg.pq.TransactionStatus.INTRANS
    assert connection.execute("select max(id) from users").fetchone() == (41,)


def test_a_callers_lock_timeout_is_left_as_it_was(other: psycopg.Connection) -> None:
    """§3 A borrowed transaction keeps its settings."""
    other.execute("set local lock_timeout = '1234ms'")

    fix_sequences(connection=other, lock_timeout="5s")

    assert other.execute("show lock_timeout").fetchone() == ("1234ms",)
