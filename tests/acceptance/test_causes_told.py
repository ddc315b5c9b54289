"""What is in the way of a run is named: event triggers, triggers of TRUNCATE, policies; and what triggers warn of."""

from __future__ import annotations

from typing import Any

import psycopg
from psycopg.conninfo import make_conninfo

from tests.conftest import Run, Write

Connection = psycopg.Connection[Any]

RAISING = """
    create function {name}() returns {kind} language plpgsql as $$begin raise exception 'no, says {name}'; end$$;
    """


def test_an_event_trigger_that_forbids_ddl_is_told_with_what_it_met(
    project: Write, connection: Connection, database: str, seedkit: Run
) -> None:
    connection.execute("create table bk (id int primary key, note text)")
    connection.execute("insert into bk select generate_series(1, 9000), 'old'")
    project({"fixtures/bk.yml": "".join(f"- {{id: {number}, note: new}}\n" for number in range(1, 9000))})
    connection.execute(RAISING.format(name="no_ddl", kind="event_trigger").encode())
    connection.execute("create event trigger forbids on ddl_command_start execute function no_ddl()")

    ran = seedkit("seed", DATABASE_URL=database)

    assert ran.returncode == 1
    assert "error: no, says no_ddl\n" in ran.stderr
    assert "creating a temporary table for rows of bk" in ran.stderr
    assert "function no_ddl()" in ran.stderr
    assert "event trigger" in ran.stderr


def test_a_trigger_of_truncate_is_told_with_its_table(
    project: Write, connection: Connection, database: str, seedkit: Run
) -> None:
    connection.execute("create table a (id int primary key); create table b (id int primary key)")
    connection.execute(RAISING.format(name="keeps", kind="trigger").encode())
    connection.execute("create trigger keeper before truncate on b execute function keeps()")
    project({"fixtures/a.yml": "- {id: 1}\n", "fixtures/b.yml": "- {id: 1}\n"})

    ran = seedkit("seed", "--fresh", "--confirm", connection.info.dbname, DATABASE_URL=database)

    assert ran.returncode == 1
    assert "emptying a, b" in ran.stderr
    assert 'TRUNCATE fires the trigger "keeper" of table "b"' in ran.stderr


def test_a_key_that_a_hidden_row_has_is_told_as_that(
    project: Write, connection: Connection, database: str, seedkit: Run
) -> None:
    role = f"tenant_{connection.info.dbname}"
    connection.execute("create table t (id int primary key, tenant int)")
    connection.execute("insert into t values (1, 1); alter table t enable row level security")
    connection.execute("alter table t force row level security")
    connection.execute("create policy own on t using (tenant = 2) with check (true)")
    connection.execute(f"create role {role} login; grant all on t to {role}".encode())
    project({"fixtures/t.yml": "- {id: 1, tenant: 2}\n"})
    try:
        ran = seedkit("seed", DATABASE_URL=make_conninfo(database, user=role))
    finally:
        connection.execute(f"drop owned by {role}; drop role {role}".encode())

    assert ran.returncode == 1
    assert 'duplicate key value violates unique constraint "t_pkey"' in ran.stderr
    assert "row-level security may hide" in ran.stderr


def test_what_triggers_warn_of_is_shown_once_for_each_text_and_not_without_end(
    project: Write, connection: Connection, database: str, seedkit: Run
) -> None:
    connection.execute(
        """
        create table t (id int primary key);
        create function warns() returns trigger language plpgsql as
        $$begin raise warning 'looked at'; raise warning E'row % \x1b[2J', new.id; return new; end$$;
        create trigger warns before insert on t for each row execute function warns();
        """
    )
    project({"fixtures/t.yml": "".join(f"- {{id: {number}}}\n" for number in range(1, 50))})

    ran = seedkit("seed", DATABASE_URL=database)

    assert ran.returncode == 0
    assert ran.stderr.count("warning: looked at") == 1
    assert "warning: row 1 \\x1b[2J" in ran.stderr
    assert ran.stderr.count("warning: ") == 11
    assert "warning: more of these were raised" in ran.stderr


def test_a_dry_run_says_one_row(project: Write, connection: Connection, database: str, seedkit: Run) -> None:
    connection.execute("create table t (id int primary key)")
    project({"fixtures/t.yml": "- {id: 1}\n"})

    assert "1 row would be inserted" in seedkit("seed", "--dry-run", DATABASE_URL=database).stdout
