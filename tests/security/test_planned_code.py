"""What PostgreSQL evaluates while it plans a query is a table owner's code, and does not run with a superuser's rights.

Functions in index expressions and predicates, in extended statistics and partition keys; pg_dump plans nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from seedkit import check_sequences
from tests.conftest import Run

Connection = psycopg.Connection[Any]

TRAPS = {
    "index expression": "create index on users ((id + trap(1)))",
    "predicate of an index": "create index on users (id) where id > trap(1)",
    "SQL function of an index": "create index on users ((id + inlined(1)))",
    "extended statistics": "create statistics trap_of_users on id, (id + trap(1)) from users",
    "table that inherits": "create table younger () inherits (users); create index on younger ((id + trap(1)))",
}
PARTITIONED = """
    drop table users;
    create table users (id serial) partition by range ((id + trap(1)));
    create table users_1 partition of users for values from (minvalue) to (maxvalue);
    insert into users values (41);
"""


@pytest.fixture
def mallory(connection: Connection) -> Iterator[str]:
    """The conninfo's user of a role that owns tables, and has no other rights."""
    name = f"mallory_{connection.info.dbname}"
    connection.execute(f"create role {name} login; grant create on schema public to {name}".encode())
    yield name
    connection.execute(f"drop owned by {name} cascade; drop role {name}".encode())


@pytest.fixture
def hers(database: str, mallory: str) -> Iterator[Connection]:
    """Her session, with a table and a function that raises where it has more rights than hers."""
    with psycopg.connect(database, user=mallory, autocommit=True) as session:
        session.execute(
            """
            create table users (id serial primary key); insert into users values (41);
            create function trap(n integer) returns integer immutable language plpgsql as
                $$begin
                    if (select rolsuper from pg_catalog.pg_roles where rolname = current_user)
                    then raise exception 'a trap was sprung'; end if;
                    return n;
                end$$;
            create function inlined(n integer) returns integer immutable language sql as 'select public.trap(1) + n';
            """
        )
        yield session


@pytest.fixture(params=[*TRAPS.values(), PARTITIONED], ids=[*TRAPS, "partition key"])
def trapped_table(hers: Connection, request: pytest.FixtureRequest) -> str:
    for statement in str(request.param).split(";"):
        hers.execute(statement.encode())
    return str(request.param)


@pytest.fixture
def standing(direct: str) -> Iterator[Connection]:
    """A superuser's session that is no part of the server's relation cache yet."""
    with psycopg.connect(direct, autocommit=True) as session:
        yield session


def test_the_traps_are_set(trapped_table: str, standing: Connection) -> None:
    with pytest.raises(psycopg.errors.RaiseException, match="sprung"):
        standing.execute("select max(id) from users")


def test_a_check_springs_none(trapped_table: str, seedkit: Run, database: str) -> None:
    checked = seedkit("check", "--json", DATABASE_URL=database)

    assert "sprung" not in checked.stdout + checked.stderr
    assert [(found["highest_id"], found["status"]) for found in json.loads(checked.stdout)["sequences"]] == [
        (41, "behind")
    ]


def test_a_repair_springs_none(trapped_table: str, hers: Connection, seedkit: Run, database: str) -> None:
    fixed = seedkit("fix-sequence", "--all", DATABASE_URL=database)

    assert "sprung" not in fixed.stdout + fixed.stderr
    assert "1 → 42" in fixed.stdout
    hers.execute("insert into users default values")


@pytest.mark.parametrize(
    "hindrance",
    [
        "set session characteristics as transaction read only",
        """
        create function forbid() returns event_trigger language plpgsql as
            $$begin raise exception 'DDL is frozen'; end$$;
        create event trigger frozen on ddl_command_start execute function forbid();
        """,
    ],
    ids=["a session that only reads", "an event trigger"],
)
def test_where_no_function_can_be_made_the_column_is_copied_as_pg_dump_does(
    trapped_table: str, hers: Connection, connection: Connection, direct: str, hindrance: str
) -> None:
    hers.execute("select nextval('users_id_seq')")
    with psycopg.connect(direct) as lent:
        lent.execute(hindrance.encode())
        lent.commit()
        (report,) = check_sequences(connection=lent).sequences
        lent.rollback()
        connection.execute("drop event trigger if exists frozen")

    assert (report.highest_id, report.status) == (41, "behind"), report.reason


def test_there_a_sequence_that_has_given_nothing_is_judged_where_the_server_tells_its_state(
    hers: Connection, standing: Connection, postgres_version: int
) -> None:
    hers.execute("create sequence far start 1000; create table items (id integer default nextval('far'))")
    hers.execute("insert into items values (41)")
    with standing.transaction():
        found = {str(each.sequence): each for each in check_sequences(connection=standing).sequences}

    assert found["users_id_seq"].status == "behind"
    assert found["far"].status == ("ahead" if postgres_version >= 18 else "skipped")
    assert postgres_version >= 18 or "a role that may read it and is no superuser" in str(found["far"].hint)


def test_the_function_is_taken_back_with_what_the_owners_code_has_set(
    hers: Connection, connection: Connection, standing: Connection
) -> None:
    hers.execute(
        """
        create function careless(n integer) returns integer immutable language plpgsql as
            $$begin perform set_config('search_path', 'nowhere', false); return n; end$$;
        create index on users ((id + careless(1)))
        """
    )
    with standing.transaction():
        (report,) = check_sequences(connection=standing).sequences
        path = standing.execute("show search_path").fetchone()

    assert report.highest_id == 41
    assert path == ('"$user", public',)
    assert connection.execute("select from pg_proc where proname like 'seedkit%'").fetchall() == []


def test_a_function_that_only_its_owners_path_finds_keeps_no_id_from_being_read(
    connection: Connection, seedkit: Run, database: str
) -> None:
    connection.execute(
        """
        create table users (id serial primary key, name text); insert into users values (41, 'Ada');
        create function plain(name text) returns text immutable language sql as 'select lower(name)';
        create index on users (plain(name));
        create function fold(name text) returns text immutable language sql as 'select lower(name)';
        create or replace function plain(name text) returns text immutable language sql as 'select fold(name)';
        """
    )

    fixed = seedkit("fix-sequence", "users", DATABASE_URL=database)
    dumped = seedkit("dump", "users", DATABASE_URL=database)

    assert "1 → 42" in fixed.stdout
    assert "alter function … set search_path" in dumped.stderr


def test_a_script_of_a_repair_springs_none_where_it_is_written(trapped_table: str, seedkit: Run, database: str) -> None:
    written = seedkit("fix-sequence", "--all", "--sql", DATABASE_URL=database)

    assert "sprung" not in written.stdout + written.stderr
    assert "highest id 41" in written.stdout


def test_a_dump_springs_none(trapped_table: str, seedkit: Run, database: str) -> None:
    dumped = seedkit("dump", "users", DATABASE_URL=database)

    assert (dumped.returncode, dumped.stdout) == (0, "- id: 41\n"), dumped.stderr


@pytest.mark.parametrize("options", [("--with-references",), ("--where", "id > 40")], ids=" ".join)
def test_a_dump_with_a_search_springs_none(
    trapped_table: str, hers: Connection, seedkit: Run, database: str, options: tuple[str, ...]
) -> None:
    if "partition" not in trapped_table:
        hers.execute("create table notes (user_id integer references users); insert into notes values (41)")
    table = "notes" if "--with-references" in options and "partition" not in trapped_table else "users"

    dumped = seedkit("dump", table, *options, DATABASE_URL=database)

    assert dumped.returncode == 0, dumped.stderr
    assert "id: 41" in dumped.stdout


def test_a_dump_that_needs_rows_of_several_owners_is_refused(
    hers: Connection, connection: Connection, seedkit: Run, database: str
) -> None:
    connection.execute("create role other_owner; create table notes (user_id integer references users)")
    connection.execute("alter table notes owner to other_owner; insert into notes values (41)")

    dumped = seedkit("dump", "notes", "--with-references", DATABASE_URL=database)
    connection.execute("drop table notes; drop role other_owner")

    assert dumped.returncode == 1
    assert "can not be read with the rights of" in dumped.stderr
    assert "a role that may read all of these tables and is no superuser" in dumped.stderr
