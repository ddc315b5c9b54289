"""Casts are found by their types, whatever the search path: none of a user's type is met on the way to a value."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from seedkit import fix_sequences
from seedkit.postgres.sequences import reading
from tests.conftest import Run

Connection = psycopg.Connection[Any]


@pytest.fixture
def traps(connection: Connection) -> Connection:
    connection.execute(
        """
        create type trap_label as enum ('one', 'two');
        create type trap_pair as (value integer);
        create function sprung_text(trap_label) returns text language plpgsql as
            $$begin raise exception 'a trap was sprung'; end$$;
        create function sprung_number(trap_pair) returns integer language plpgsql as
            $$begin raise exception 'a trap was sprung'; end$$;
        create function sprung_numeric(trap_pair) returns numeric language plpgsql as
            $$begin raise exception 'a trap was sprung'; end$$;
        create cast (trap_label as text) with function sprung_text(trap_label);
        create cast (trap_pair as integer) with function sprung_number(trap_pair) as implicit;
        create cast (trap_pair as numeric) with function sprung_numeric(trap_pair) as implicit;
        """
    )
    return connection


def test_a_dump_in_the_order_of_such_a_key_meets_none(traps: Connection, database: str, seedkit: Run) -> None:
    traps.execute("create table t (k trap_label primary key, v integer); insert into t values ('two', 2), ('one', 1)")

    dumped = seedkit("dump", "t", DATABASE_URL=database)

    assert "sprung" not in dumped.stderr
    assert dumped.stdout.index("v: 1") < dumped.stdout.index("v: 2")


def test_nor_does_one_that_follows_a_reference_from_such_a_column(
    traps: Connection, database: str, seedkit: Run
) -> None:
    traps.execute("create table parents (id integer primary key); create table t (parent trap_pair references parents)")
    traps.execute("insert into parents values (7)")
    traps.execute("set session_replication_role = replica; insert into t values (row(7))")

    dumped = seedkit("dump", "t", "--with-references", DATABASE_URL=database)

    assert "sprung" not in dumped.stderr
    assert dumped.returncode == 0


def swapping(original: Callable[..., Any], swap: Callable[[], object]) -> Callable[..., Any]:
    done: list[bool] = []

    def call(*arguments: Any, **options: Any) -> Any:
        if not done:
            done.append(True)
            swap()
        return original(*arguments, **options)

    return call


def test_a_column_that_has_become_one_of_such_a_type_is_not_judged(
    traps: Connection, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    traps.execute("create table t (id serial primary key); insert into t values (41)")
    swap = "alter table t rename id to old_id; alter table t add id trap_label default 'two'"
    monkeypatch.setattr(
        reading._Reader, "_read_once", swapping(reading._Reader._read_once, lambda: traps.execute(swap))
    )

    with psycopg.connect(database, autocommit=True) as connection:
        report = fix_sequences(connection=connection)

    assert "sprung" not in str(report)
    assert [sequence.status for sequence in report.sequences] == ["skipped"]


def test_a_column_that_has_become_one_of_such_a_type_is_compared_with_no_bound(
    traps: Connection, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    traps.execute("create table t (id serial primary key); alter sequence t_id_seq maxvalue 100")
    traps.execute("insert into t values (41), (500)")
    swap = "alter table t rename id to old_id; alter table t add id trap_pair default row(41)"
    once = reading._Reader._read_once
    bounded = swapping(once, lambda: traps.execute(swap))

    def read(reader: Any, *given: Any, **options: Any) -> Any:
        return (bounded if reader.bounds else once)(reader, *given, **options)

    monkeypatch.setattr(reading._Reader, "_read_once", read)

    with psycopg.connect(database, autocommit=True) as connection:
        report = fix_sequences(connection=connection)

    assert traps.execute("select count(*) from t where id is not null").fetchone() == (2,)
    assert "sprung" not in str(report)


def test_a_table_in_the_place_of_a_sequence_is_read_as_text(
    traps: Connection, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    traps.execute("create table t (id serial primary key); insert into t values (9000000)")
    swap = """
        alter sequence t_id_seq rename to before;
        create table t_id_seq (last_value trap_pair, is_called boolean);
        insert into t_id_seq values (row(1), true);
    """
    monkeypatch.setattr(
        reading._Reader, "_read_once", swapping(reading._Reader._read_once, lambda: traps.execute(swap))
    )

    with psycopg.connect(database, autocommit=True) as connection:
        report = fix_sequences(connection=connection)

    assert "sprung" not in str(report)
    assert not report.right


def test_a_script_springs_none_in_psql(
    trapped: str, owner: Connection, seedkit: Run, psql: Callable[[str, bytes], str]
) -> None:
    owner.execute(
        """
        create table few (id serial primary key); insert into few values (41);
        create table many (id serial primary key); insert into many values (9000000);
        """
    )

    script = seedkit("fix-sequence", "--all", "--sql", DATABASE_URL=trapped).stdout
    errors = psql(trapped, script.encode())

    assert errors == ""
    owner.execute("insert into few default values; insert into many default values")


def test_a_policy_is_run_by_no_check_even_where_it_comes_meanwhile(
    traps: Connection, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = f"auditor_{traps.info.dbname}"
    traps.execute(f"create role {name} login; grant pg_read_all_data to {name}".encode())
    traps.execute("create table t (id serial primary key); insert into t values (41)")
    traps.execute(
        "create function sprung() returns boolean language plpgsql as $$begin raise 'a trap was sprung'; end$$"
    )
    swap = "alter table t enable row level security; create policy trap on t using (sprung())"
    monkeypatch.setattr(
        reading._Reader, "_read_once", swapping(reading._Reader._read_once, lambda: traps.execute(swap))
    )

    with psycopg.connect(database, user=name, autocommit=True) as connection:
        report = fix_sequences(connection=connection)
    traps.execute(f"drop owned by {name}; drop role {name}".encode())

    assert "sprung" not in str(report)
    assert report.sequences[0].status == "skipped"
