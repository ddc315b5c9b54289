"""The sequences at the end of a seed: of all that PostgreSQL counted, while other sessions insert."""

from __future__ import annotations

import threading
import time
from typing import Any

import psycopg
import pytest

from seedkit import SeedkitError, seed
from seedkit.core.reports.runs import SeedReport
from tests.conftest import Write

Connection = psycopg.Connection[Any]


def next_values(report: SeedReport) -> dict[str, int | None]:
    return {str(found.table): found.next_value for found in report.sequences}


def test_what_a_trigger_inserted_counts(project: Write, connection: Connection) -> None:
    """§4 PostgreSQL's own count shows what triggers insert, into whichever table."""
    connection.execute(
        """
        create table users (id serial primary key);
        create table badges (id serial primary key);
        create function note() returns trigger language plpgsql
            as 'begin insert into badges values (new.id + 70); return new; end';
        create trigger badge before insert on users for each row execute function note()
        """
    )
    project({"fixtures/users.yml": "- {id: 3}"})

    report = seed(connection=connection)

    assert next_values(report) == {"users": 4, "badges": 74}


def test_a_row_that_went_into_a_leaf_counts_for_the_partitioned_table(project: Write, connection: Connection) -> None:
    """§4 A leaf that was filled directly counts for the table above it, whose sequence it shares."""
    connection.execute(
        """
        create table events (id serial, at date not null) partition by range (at);
        create table events_2026 partition of events for values from ('2026-01-01') to ('2027-01-01')
        """
    )
    leaf = "insert into events_2026 values (41, '2026-05-01')"
    project({"seeders/events.py": f'def seed(db):\n    db.execute("{leaf}")\n'})

    report = seed(connection=connection)

    assert next_values(report) == {"events": 42}


def test_every_sequence_is_judged_where_the_server_does_not_count(project: Write, connection: Connection) -> None:
    """§4 With track_counts off any table may have been touched: all sequences are repaired."""
    connection.execute("create table users (id serial primary key); create table tags (id serial primary key)")
    connection.execute("set track_counts = off")
    project(
        {
            "fixtures/users.yml": "- {id: 3}",
            "seeders/tags.py": 'def seed(db):\n    db.execute("insert into tags values (9)")\n',
        }
    )

    report = seed(connection=connection)
    connection.execute("reset track_counts")

    assert next_values(report) == {"users": 4, "tags": 10}


@pytest.mark.parametrize("highest", [9, 5_000_000_000], ids=["small-gap", "large-gap"])
def test_a_writer_that_waits_for_one_of_our_keys_does_not_hold_up_the_repair(
    project: Write, connection: Connection, database: str, highest: int
) -> None:
    """§4 A writer that waits for our key holds the sequence's lock, so within a seed it is never asked for.

    What no order of things can avoid: the writer drew one of our ids, and fails once we have committed.
    """
    connection.execute("create table users (id bigserial primary key)")
    project(
        {
            "seeders/people.py": f"""
            import threading, time, psycopg
            from contextlib import suppress

            def write():
                with suppress(psycopg.errors.UniqueViolation), psycopg.connect({database!r}) as other:
                    other.execute("insert into users default values")

            def seed(db):
                db.insert("users", [{{"id": 1}}, {{"id": {highest}}}])
                threading.Thread(target=write, name="writer", daemon=True).start()
                waiting = "select count(*) from pg_locks where not granted"
                while db.execute(waiting).fetchone() == (0,):
                    time.sleep(0.01)
            """
        }
    )
    started = time.monotonic()

    report = seed(connection=connection)

    assert next_values(report) == {"users": highest + 1}
    assert time.monotonic() - started < 10
    for writer in threading.enumerate():
        if writer.name == "writer":
            writer.join()
    connection.execute("insert into users default values")
    assert connection.execute("select count(*) from users").fetchone() == (3,)


def test_a_seed_whose_sequence_can_not_be_moved_keeps_nothing(
    project: Write, connection: Connection, database: str
) -> None:
    """§4 No row is committed with a sequence behind it: a missing GRANT takes the run back, and is named."""
    connection.execute(
        """
        create table users (id serial primary key);
        create role seeding login;
        grant select, insert, update on users to seeding;
        grant select on users_id_seq to seeding
        """
    )
    project({"fixtures/users.yml": "- {id: 3}"})
    try:
        with (
            psycopg.connect(database, user="seeding", autocommit=True) as limited,
            pytest.raises(SeedkitError) as caught,
        ):
            seed(connection=limited)
    finally:
        connection.execute("drop owned by seeding; drop role seeding")

    assert caught.value.hint == "grant usage on sequence users_id_seq to seeding;"
    assert connection.execute("select count(*) from users").fetchone() == (0,)


def test_a_sequence_that_only_an_application_knows_is_named_once(project: Write, connection: Connection) -> None:
    connection.execute("create sequence customer_seq; create table customer (id bigint primary key)")
    project({"fixtures/customer.yml": "- {id: 1}\n- {id: 2}\n"})

    first, second = seed(connection=connection), seed(connection=connection)

    assert [each.command for each in first.unlinked] == ["seedkit fix-sequence customer id customer_seq"]
    assert "not moved: customer_seq, which nothing links to customer.id" in str(first)
    assert second.unlinked == ()
