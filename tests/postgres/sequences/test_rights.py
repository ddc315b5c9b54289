"""What a role may do decides how a sequence is moved, and what is said where it can't be."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from seedkit import fix_sequences
from seedkit.core.reports.runs import SequenceReport


@contextmanager
def role(connection: psycopg.Connection, database: str, *grants: str) -> Iterator[psycopg.Connection]:
    """A login role that may do what the grants say, on a connection of its own; gone afterwards."""
    connection.execute("create role app login")
    try:
        for grant in grants:
            connection.execute(f"grant {grant} to app")
        with psycopg.connect(make_conninfo(database, user="app"), autocommit=True) as own:
            yield own
    finally:
        connection.execute("drop owned by app")
        connection.execute("drop role app")


@pytest.fixture
def users(connection: psycopg.Connection) -> psycopg.Connection:
    connection.execute("create table users (id serial primary key)")
    connection.execute("insert into users values (41)")
    return connection


def fixed(connection: psycopg.Connection) -> SequenceReport:
    (report,) = fix_sequences(["users"], connection=connection).sequences
    return report


def test_the_usual_application_grants_are_enough_to_climb(users: psycopg.Connection, database: str) -> None:
    """§3 USAGE and SELECT, the usual grant, can not setval but can climb."""
    with role(users, database, "select on users", "usage, select on sequence users_id_seq") as app:
        report = fixed(app)

    assert (report.status, report.next_value) == ("fixed", 42)


def test_setval_without_ownership_crosses_a_large_gap(users: psycopg.Connection, database: str) -> None:
    """§3 A role with UPDATE that does not own the sequence sets it across a large gap."""
    users.execute("insert into users values (2000000000)")

    with role(users, database, "select on users", "select, update on sequence users_id_seq") as app:
        report = fixed(app)

    assert (report.status, report.next_value) == ("fixed", 2_000_000_001)


def test_a_gap_too_far_to_climb_names_the_missing_grant(users: psycopg.Connection, database: str) -> None:
    """§3 Without the right to setval, a gap beyond ten million steps is an error that names the GRANT."""
    users.execute("insert into users values (2000000000)")

    with role(users, database, "select on users", "usage, select on sequence users_id_seq") as app:
        report = fixed(app)

    assert report.status == "behind"
    assert report.hint == "grant update on sequence users_id_seq to app;"


def test_a_middling_gap_is_climbed_without_the_right_to_set(users: psycopg.Connection, database: str) -> None:
    """§3 Without the right to setval, a gap of some hundred thousand steps is climbed in slices."""
    users.execute("insert into users values (250000)")

    with role(users, database, "select on users", "usage, select on sequence users_id_seq") as app:
        report = fixed(app)

    assert (report.status, report.next_value) == ("fixed", 250_001)


@pytest.mark.parametrize(
    ("grants", "hint"),
    [
        (["select on users"], "grant select on sequence users_id_seq to app;"),
        (["usage, select on sequence users_id_seq"], "grant select on users to app;"),
    ],
)
def test_a_role_that_may_not_read_is_told_the_grant(
    users: psycopg.Connection, database: str, grants: list[str], hint: str
) -> None:
    """§3 With no right at all, the missing GRANT is named and nothing is called right."""
    with role(users, database, *grants) as app:
        report = fixed(app)

    assert (report.status, report.hint) == ("skipped", hint)


def test_a_role_that_may_only_read_is_told_the_grant_to_move(users: psycopg.Connection, database: str) -> None:
    """§3 A role that sees the sequence is behind but may not use it is told which GRANT is missing."""
    with role(users, database, "select on users", "select on sequence users_id_seq") as app:
        report = fixed(app)

    assert (report.status, report.hint) == ("behind", "grant usage on sequence users_id_seq to app;")


def test_row_level_security_is_refused_a_judgement(users: psycopg.Connection, database: str) -> None:
    """§2 Row-level security hides rows from max() without a word: such a table is not judged."""
    users.execute("alter table users enable row level security")
    users.execute("create policy none on users using (false)")

    with role(users, database, "select on users", "usage, select on sequence users_id_seq") as app:
        report = fixed(app)

    assert report.status == "skipped"
    assert "row-level security" in (report.reason or "")


def test_what_is_forbidden_does_not_stop_the_others(users: psycopg.Connection, database: str) -> None:
    """§3 One table that is forbidden does not stop the others, and the report is not right."""
    users.execute("create table orders (id serial primary key)")
    users.execute("insert into orders values (7)")

    grants = ["select on users, orders", "usage, select on sequence orders_id_seq"]
    with role(users, database, *grants) as app:
        report = fix_sequences(connection=app)

    assert {str(sequence.table): str(sequence.status) for sequence in report.sequences} == {
        "orders": "fixed",
        "users": "skipped",
    }
    assert not report.right
