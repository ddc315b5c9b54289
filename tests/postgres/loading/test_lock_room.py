"""The server's table of locks: what a run of many tables needs of it is said before the first row, and no more kept."""

from __future__ import annotations

import logging

import pytest

from seedkit import seed
from seedkit.errors import LoadError
from seedkit.postgres.transactions.lock_room import look_for_room
from tests.conftest import Write
from tests.core.builders import a_table
from tests.postgres.loads import Connection, rows_of


def create_tables(connection: Connection, project: Write, tables: int) -> None:
    connection.execute(
        "; ".join(f"create table t{n} (id serial primary key, name text)" for n in range(tables)).encode()
    )
    project({f"fixtures/t{number}.yml": "- {id: 1, name: a}\n- {id: 2, name: b}\n" for number in range(tables)})


def room_for_locks(connection: Connection) -> int:
    [(room,)] = rows_of(
        connection,
        "select current_setting('max_locks_per_transaction')::int"
        " * (current_setting('max_connections')::int + current_setting('max_prepared_transactions')::int)",
    )
    return int(room)


@pytest.mark.growth
@pytest.mark.parametrize("tables", [4, 16])
def test_sequences_that_are_right_are_read_without_keeping_a_lock_on_them(
    connection: Connection, project: Write, tables: int
) -> None:
    create_tables(connection, project, tables)
    seed(connection=connection)

    with connection.transaction():
        seed(connection=connection)
        locked = rows_of(
            connection,
            "select count(distinct relation) filter (where relkind = 'S'), count(distinct relation)"
            " from pg_locks join pg_class on pg_class.oid = relation"
            " where pid = pg_backend_pid() and relnamespace = 'public'::regnamespace",
        )

    assert locked == [(0, 2 * tables)]  # the tables, and their indexes


def test_a_run_for_whose_locks_there_may_be_no_room_is_warned_of_before_its_first_row(
    connection: Connection, caplog: pytest.LogCaptureFixture
) -> None:
    room = room_for_locks(connection)

    with caplog.at_level(logging.WARNING, logger="seedkit"):
        look_for_room(connection, [a_table()] * (room - 1))
        silent = caplog.text
        look_for_room(connection, [a_table()] * (room + 1))

    assert silent == ""
    assert f"this run needs {room + 1:,} locks" in caplog.text
    assert f"room for {room:,} in all" in caplog.text
    assert "alter system set max_locks_per_transaction = " in caplog.text


def test_a_run_for_whose_locks_there_is_no_room_for_certain_is_refused_with_what_to_set(connection: Connection) -> None:
    room = room_for_locks(connection)

    with pytest.raises(LoadError, match="this run needs") as refused:
        look_for_room(connection, [a_table()] * (4 * room))

    assert "Raise max_locks_per_transaction from " in str(refused.value.hint)


def test_a_failure_of_many_small_tables_names_only_some_of_them(connection: Connection, project: Write) -> None:
    create_tables(connection, project, 40)
    connection.execute(
        "create function wait() returns trigger language plpgsql as $$ begin perform pg_sleep(9); end $$"
    )
    connection.execute("create trigger wait before insert on t39 for each row execute function wait()")
    connection.execute("set statement_timeout = '300ms'")

    with pytest.raises(LoadError, match="statement timeout") as refused:
        seed(connection=connection)

    assert "and 37 more" in str(refused.value.detail)
