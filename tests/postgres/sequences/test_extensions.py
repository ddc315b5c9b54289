"""Sequences and tables that are PostgreSQL's own or an extension's: not ours to judge, and never ours to move."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest

from seedkit import check_sequences, fix_sequence, fix_sequences
from seedkit.errors import SequenceError
from tests.conftest import Run
from tests.postgres.sequences.sequence_states import inserted_id, state_of

Connection = psycopg.Connection[Any]
JOBS = "create table jobs (id serial primary key, name text); insert into jobs values (41);"
OWN_SEQUENCE = JOBS + "alter extension plpgsql add sequence jobs_id_seq;"
OWN_TABLE = JOBS + "alter extension plpgsql add table jobs;"
BOTH = OWN_TABLE + "alter extension plpgsql add sequence jobs_id_seq;"
SYSTEM = """
    set allow_system_table_mods = on; create sequence pg_catalog.jobs_id_seq;
    create table jobs (id int primary key default nextval('pg_catalog.jobs_id_seq'), name text);
    insert into jobs values (41);
"""


def make_data(connection: Connection, *relations: str) -> None:
    """Do what pg_extension_config_dump does, which only an extension's script may call."""
    connection.execute(
        "update pg_extension set extconfig = %s::regclass[]::oid[], extcondition = %s where extname = 'plpgsql'",
        (list(relations), [""] * len(relations)),
    )


def listed(connection: Connection) -> list[str]:
    return [str(report.sequence) for report in fix_sequences(connection=connection).sequences]


@pytest.mark.parametrize(
    "schema", [OWN_SEQUENCE, OWN_TABLE, BOTH, SYSTEM], ids=["its sequence", "its table", "both", "pg_catalog"]
)
def test_what_is_an_extensions_own_is_left_alone_and_unlisted(connection: Connection, schema: str) -> None:
    """§1 Sequences in pg_catalog and an extension's own, and those of its tables, are not listed and never moved."""
    connection.execute(schema.encode())
    connection.execute("create table users (id serial primary key); insert into users values (7)")
    before = state_of(connection, "jobs_id_seq")

    assert listed(connection) == ["users_id_seq"]
    assert check_sequences(connection=connection).right
    assert state_of(connection, "jobs_id_seq") == before


@pytest.mark.parametrize(
    ("schema", "data"),
    [(OWN_SEQUENCE, ["jobs_id_seq"]), (OWN_TABLE, ["jobs"]), (BOTH, ["jobs", "jobs_id_seq"]), (BOTH, ["jobs_id_seq"])],
    ids=["its sequence", "its table", "both", "the sequence of both"],
)
def test_what_an_extension_made_its_users_data_is_judged(connection: Connection, schema: str, data: list[str]) -> None:
    """§1 What pg_extension_config_dump made data is the user's: its sequence is judged and moved as any other."""
    connection.execute(schema.encode())
    make_data(connection, *data)

    assert listed(connection) == ["jobs_id_seq"]
    assert inserted_id(connection, "insert into jobs (name) values ('new') returning id") == 42


def test_a_table_of_data_whose_sequence_is_not_has_it_left_alone(connection: Connection) -> None:
    connection.execute(BOTH.encode())
    make_data(connection, "jobs")

    assert listed(connection) == []


def test_the_ids_of_an_extensions_table_count_beside_those_of_the_user(connection: Connection) -> None:
    """§1 A user's sequence that an extension's table draws from as well passes the ids of both."""
    connection.execute(JOBS + "create table tasks (like jobs including defaults); insert into tasks values (99)")
    connection.execute("alter extension plpgsql add table tasks")

    assert fix_sequence("jobs", connection=connection).next_value == 100


@pytest.mark.parametrize("force", [False, True])
@pytest.mark.parametrize("named", ["jobs_id_seq", "pg_catalog.jobs_id_seq"])
def test_one_that_is_named_is_refused_with_why(connection: Connection, named: str, force: bool) -> None:
    """§1 An extension's own sequence, or PostgreSQL's, is refused where it is named, by force as well."""
    connection.execute((OWN_SEQUENCE if named == "jobs_id_seq" else SYSTEM).encode())
    whose = 'extension "plpgsql"' if named == "jobs_id_seq" else "PostgreSQL"
    before = state_of(connection, "jobs_id_seq")

    with pytest.raises(SequenceError) as refused:
        fix_sequence("jobs", "id", named, force=force, connection=connection)

    assert refused.value.message == f'sequence "{named}" belongs to {whose}, which alone moves it'
    assert refused.value.hint is not None
    assert state_of(connection, "jobs_id_seq") == before


@pytest.mark.parametrize(("schema", "what"), [(OWN_SEQUENCE, 'sequence "jobs_id_seq"'), (OWN_TABLE, 'table "jobs"')])
def test_a_table_that_draws_from_such_a_one_is_refused_with_why(connection: Connection, schema: str, what: str) -> None:
    connection.execute(schema.encode())

    for column in (None, "id"):
        with pytest.raises(SequenceError) as refused:
            fix_sequence("jobs", column, connection=connection)
        assert refused.value.message.startswith(f'{what} belongs to extension "plpgsql"')


def test_another_sequence_that_is_named_is_refused_beside_the_extensions(connection: Connection) -> None:
    connection.execute((OWN_SEQUENCE + "create sequence others;").encode())

    with pytest.raises(SequenceError, match=r"feeds nothing: jobs\.id draws from jobs_id_seq") as refused:
        fix_sequence("jobs", "id", "others", connection=connection)

    assert refused.value.hint == (
        'That is left alone, as it belongs to extension "plpgsql"; with --force the named one is moved all the same.'
    )


@pytest.mark.parametrize("default", ["nextval('gone'::text)", "made()"])
def test_what_an_extensions_table_draws_from_need_not_be_known(connection: Connection, default: str) -> None:
    """§1 A default of an extension's table that can't be resolved fails no check."""
    connection.execute("create function made() returns int language plpgsql as $$ begin execute 'select 1'; end $$")
    connection.execute(f"create table jobs (id int primary key default {default})".encode())
    connection.execute("alter extension plpgsql add table jobs")

    report = check_sequences(connection=connection)

    assert (report.sequences, report.right) == ((), True)


def test_a_check_of_one_schema_lists_none_either(connection: Connection, database: str, seedkit: Run) -> None:
    connection.execute(BOTH.encode())

    checked = seedkit("check", "--schema", "public", DATABASE_URL=database)
    scripted = seedkit("fix-sequence", "--all", "--sql", DATABASE_URL=database)

    assert (checked.returncode, "jobs" in checked.stdout) == (0, False)
    assert "jobs" not in scripted.stdout
