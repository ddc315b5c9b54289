"""What a role may not do is told with the GRANT that helps, and stops nobody who has not asked for it."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from seedkit.errors import LoadError
from tests.runner.generation.conftest import filled, rows

Connection = psycopg.Connection


@pytest.fixture
def clerk(connection: Connection, database: str) -> Iterator[Connection]:
    """A role that owns nothing, in a database with a table for each right that it may lack."""
    connection.execute(
        """
        create role generating_clerk login;
        create schema app;
        create table users (id integer primary key, name text not null);
        create table unread (id integer primary key, name text not null);
        create table ready (id integer primary key, name text not null);
        create table app.notes (id integer primary key, note text not null);
        create table app.memos (id integer primary key, memo text not null);
        grant insert on unread to generating_clerk;
        grant select, insert on ready, app.notes to generating_clerk;
        """
    )
    try:
        with psycopg.connect(make_conninfo(database, user="generating_clerk"), autocommit=True) as other:
            yield other
    finally:
        connection.execute("drop owned by generating_clerk")
        connection.execute("drop role generating_clerk")


@pytest.mark.parametrize(
    ("table", "grant"),
    [
        ("users", "grant select, insert on table users to generating_clerk;"),
        ("unread", "grant select, insert on table unread to generating_clerk;"),
        ("app.notes", "grant usage on schema app to generating_clerk;"),
    ],
)
def test_a_missing_right_is_told_with_what_gives_it(
    clerk: Connection, connection: Connection, table: str, grant: str
) -> None:
    with pytest.raises(LoadError, match="permission denied for") as refused:
        filled(clerk, {table: 5})

    assert refused.value.hint == grant
    connection.execute(grant.encode())
    assert rows(filled(clerk, {table: 5})) == {table: 5}


def test_a_grant_names_the_schema_of_a_table(clerk: Connection, connection: Connection) -> None:
    connection.execute("grant usage on schema app to generating_clerk")

    with pytest.raises(LoadError) as refused:
        filled(clerk, {"app.memos": 5})

    assert refused.value.hint == "grant select, insert on table app.memos to generating_clerk;"


def test_a_run_without_names_leaves_alone_what_the_role_may_not_read_or_not_insert_into(clerk: Connection) -> None:
    report = filled(clerk, {})

    assert rows(report) == {"ready": 100}
    assert {skipped.name: skipped.reason for skipped in report.left_alone} == dict.fromkeys(
        ["users", "unread", "app.notes", "app.memos"], "this role may not read it, or not insert into it"
    )
