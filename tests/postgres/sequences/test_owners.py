"""A column that owns a sequence and draws nothing from it: alive where nothing else draws, dead where another does."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest

from seedkit import check_sequences, fix_sequence, fix_sequences
from seedkit.core.reports.runs import SequenceReport
from tests.conftest import Run
from tests.postgres.sequences.sequence_states import inserted_id

Connection = psycopg.Connection[Any]
WIDENED = """
    create table users (id_old serial primary key, name text, id bigint);
    insert into users select 2147483647, 'Ada', 2147483647;
    alter table users drop constraint users_pkey;
    alter table users alter id_old drop default, alter id_old drop not null;
    alter table users alter id set default nextval({name}), add primary key (id);
    alter sequence users_id_old_seq as bigint no maxvalue;
    insert into users (id, name) values (3000000000, 'Grace');
"""
BIGGER = """
    create table old_users (id serial primary key, name text); insert into old_users values (7);
    create table users (id bigint primary key default nextval('old_users_id_seq'), name text);
    insert into users select id from old_users; insert into users values (41);
    alter table old_users alter id drop default; insert into old_users values (2147483647);
"""


@pytest.fixture
def connection(emptied: Connection) -> Connection:
    return emptied


def only_report(connection: Connection) -> SequenceReport:
    (report,) = fix_sequences(connection=connection).sequences
    return report


@pytest.mark.parametrize("name", ["'users_id_old_seq'", "'users_id_old_seq'::text", "'public.users_id_old_seq'::text"])
def test_the_integer_column_that_was_swapped_out_limits_nothing(connection: Connection, name: str) -> None:
    """§1 Ownership counts only where no column draws: swapped out for a bigint, a column neither counts nor limits."""
    connection.execute(WIDENED.format(name=name).encode())

    report = only_report(connection)

    assert (report.column, report.status, report.highest_id) == ("id", "fixed", 3_000_000_000)
    assert inserted_id(connection, "insert into users (name) values ('Edsger') returning id") == 3_000_000_001


def test_the_table_that_was_swapped_out_counts_no_more(connection: Connection) -> None:
    """§1 Nor does a column of another table that owns the sequence: ids in the old table are none of its ids."""
    connection.execute(BIGGER.encode())

    report = only_report(connection)

    assert (str(report.table), report.highest_id, report.next_value) == ("users", 41, 42)
    assert inserted_id(connection, "insert into users (name) values ('Ada') returning id") == 42


def test_it_is_told_that_dropping_the_old_column_takes_the_sequence_along(connection: Connection) -> None:
    """§7 A sequence whose owner no longer draws from it is told with the statement that gives it another owner."""
    connection.execute(WIDENED.format(name="'users_id_old_seq'").encode())

    report = only_report(connection)

    assert report.warning == (
        "it belongs to users.id_old, which draws nothing from it: dropping that column takes the sequence along"
    )
    assert report.hint == "alter sequence users_id_old_seq owned by users.id;"

    connection.execute(report.hint.encode())
    connection.execute("alter table users drop column id_old")

    assert inserted_id(connection, "insert into users (name) values ('Edsger') returning id") == 3_000_000_001
    assert only_report(connection).warning is None


def test_where_the_new_column_can_not_own_it_the_hint_frees_the_sequence(connection: Connection) -> None:
    connection.execute("create schema new; create table users (id serial primary key)")
    connection.execute("create table new.users (id int primary key default nextval('users_id_seq'))")
    connection.execute("alter table users alter id drop default")

    report = only_report(connection)

    assert report.hint == "alter sequence users_id_seq owned by none;"
    connection.execute(report.hint.encode())
    connection.execute("drop table users")
    assert inserted_id(connection, "insert into new.users default values returning id") == 1


def test_a_limit_that_is_near_is_told_beside_the_owner(
    connection: Connection, module_database: str, seedkit: Run
) -> None:
    connection.execute("create table users (id_old serial, id int default nextval('users_id_old_seq'))")
    connection.execute("alter table users alter id_old drop default; insert into users values (1, 2000000000)")
    fix_sequences(connection=connection)

    told = seedkit("check", DATABASE_URL=module_database)

    assert told.returncode == 0
    assert "hint: alter table users alter column id type bigint; alter sequence" in told.stdout
    assert "alter sequence users_id_old_seq owned by users.id;" in told.stdout


@pytest.mark.parametrize(
    "drawing",
    [
        pytest.param("create table parts (code text default md5(nextval('ids')::text))", id="a text"),
        pytest.param("create table parts (code bigint default nextval('ids') * 10)", id="a computed value"),
        pytest.param(
            "create view parts as select 1 as id; alter view parts alter id set default nextval('ids')", id="a view"
        ),
        pytest.param(
            "create foreign data wrapper nowhere; create server far foreign data wrapper nowhere;"
            "create foreign table parts (id bigint default nextval('ids')) server far",
            id="a foreign table",
        ),
    ],
)
def test_an_owner_counts_beside_what_does_not_tell(connection: Connection, drawing: str) -> None:
    """§1 Ownership counts, too, where all that draws besides holds no ids of the sequence to compare."""
    connection.execute("create table users (id int primary key, name text); create sequence ids owned by users.id")
    connection.execute(drawing.encode())
    connection.execute("insert into users values (41)")

    report = only_report(connection)

    assert (str(report.sequence), report.status) == ("ids", "fixed")
    assert inserted_id(connection, "insert into users values (nextval('ids')) returning id") == 42


def test_a_column_that_is_named_ends_no_ownership(connection: Connection) -> None:
    """§1 A sequence that is named for another column is still behind the column that owns it, if nothing draws."""
    connection.execute("create table users (id int primary key); create sequence ids owned by users.id")
    connection.execute("create table orders (id int primary key); insert into users values (99)")

    assert fix_sequence("orders", "id", "ids", connection=connection).next_value == 100


def test_an_owner_of_its_own_draws_is_not_warned_of(connection: Connection) -> None:
    connection.execute("create table users (id serial); create table copies (like users including defaults)")
    connection.execute("create table people (id int generated always as identity)")

    assert [report.warning for report in check_sequences(connection=connection).sequences] == [None, None]
