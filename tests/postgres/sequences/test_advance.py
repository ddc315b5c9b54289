"""Repairs as other tools and sessions leave the ground: caches, hostile names, foreign sequences, odd connections."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from psycopg.rows import dict_row

from seedkit import SeedkitError, fix_sequence, fix_sequences
from tests.conftest import Run

Connection = psycopg.Connection[Any]


def test_an_insert_succeeds_after_the_sequence_is_fixed(connection: Connection) -> None:
    connection.execute("create table users (id serial primary key, name text not null)")
    connection.execute("insert into users (id, name) values (41, 'Ada')")

    repair = fix_sequence("users", connection=connection)

    assert repair.next_value == 42
    connection.execute("insert into users (name) values ('Grace')")


def test_values_that_this_session_holds_are_used_up_whatever_it_drew_last(connection: Connection) -> None:
    """§2 With CACHE an insert of ours draws from what our session holds, though the sequence is past it."""
    connection.execute("create table cached (id serial primary key)")
    connection.execute("alter sequence cached_id_seq cache 10")
    connection.execute("insert into cached default values")
    connection.execute("insert into cached values (2), (3), (10)")
    connection.execute("create temporary sequence gone; select nextval('gone'); drop sequence gone")

    fix_sequence("cached", connection=connection)

    connection.execute("insert into cached default values")
    assert connection.execute("select count(*) from cached").fetchone() == (5,)


def test_a_sequence_drawn_by_somebody_elses_function_does_not_stop_a_repair(
    connection: Connection, database: str
) -> None:
    """§3 A session's last value may be of a sequence that its role may not touch."""
    connection.execute("create table audit (id serial); create table cached (id serial primary key)")
    connection.execute("alter sequence cached_id_seq cache 10; insert into cached values (5)")
    connection.execute(
        "create function note() returns void language sql security definer as 'insert into audit default values';"
        "create role app login; grant select on cached to app; grant usage, select on cached_id_seq to app"
    )
    try:
        with psycopg.connect(database, user="app", autocommit=True) as app:
            app.execute("select note()")

            assert fix_sequences(["cached"], connection=app).right
    finally:
        connection.execute("drop owned by app; drop role app")


def test_a_sequence_that_feeds_another_table_is_not_moved_by_a_slip(connection: Connection) -> None:
    connection.execute("create table authors (id serial primary key); create table books (id serial primary key)")
    connection.execute("insert into authors values (400)")

    with pytest.raises(SeedkitError, match=r"feeds books\.id, not authors\.id"):
        fix_sequence("authors", "id", "books_id_seq", connection=connection)

    assert connection.execute("select is_called from books_id_seq").fetchone() == (False,)


def test_a_name_with_a_line_break_ends_no_comment_of_a_script(
    connection: Connection, database: str, seedkit: Run
) -> None:
    """A script of --sql is run by a DBA: a table's name must not put a statement of its own into it."""
    connection.execute('create table "evil\ncreate table pwned();--" (id serial primary key)')
    connection.execute('insert into "evil\ncreate table pwned();--" values (9)')

    script = seedkit("fix-sequence", "--all", "--sql", "--quiet", DATABASE_URL=database)
    connection.execute(script.stdout.encode())

    assert connection.execute("select to_regclass('pwned')").fetchone() == (None,)
    assert fix_sequences(connection=connection).right


def test_a_moved_sequence_is_told_as_fixed_even_by_an_old_snapshot(connection: Connection, database: str) -> None:
    """§3 What a snapshot shows to be behind is behind, and its repair is no failure."""
    connection.execute("create table users (id serial primary key); insert into users values (50)")

    with psycopg.connect(database) as borrowed:
        borrowed.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        borrowed.execute("select")

        repair = fix_sequence("users", connection=borrowed)

    assert (repair.status, repair.next_value) == ("fixed", 51)


def test_an_idle_connection_without_autocommit_is_idle_afterwards(database: str, connection: Connection) -> None:
    connection.execute("create table users (id serial primary key); insert into users values (50)")

    with psycopg.connect(database, row_factory=dict_row) as borrowed:
        fix_sequence("users", connection=borrowed)

        assert borrowed.info.transaction_status == psycopg.pq.TransactionStatus.IDLE
        assert borrowed.execute("select count(*) as n from users").fetchone() == {"n": 1}


def test_a_margin_can_not_be_negative(connection: Connection) -> None:
    with pytest.raises(SeedkitError, match="a margin can not be negative"):
        fix_sequences(margin=-1, connection=connection)
