"""Code of the tables' owners: run where an INSERT runs it, said so once, and nowhere else."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from tests.conftest import Run, Write

Connection = psycopg.Connection[Any]
PAGE = Path(__file__).parents[2] / "docs" / "security.md"

SPRING = """
create function sprung() returns boolean language plpgsql as $$begin raise exception 'a trap was sprung'; end$$;
"""


@pytest.fixture
def dba(connection: Connection) -> Any:
    """A role that may read all tables, but is no superuser, so that policies hold for it."""
    name = f"dba_{connection.info.dbname}"
    connection.execute(f"create role {name} login; grant pg_read_all_data to {name}".encode())
    yield name
    connection.execute(f"drop owned by {name}; drop role {name}".encode())


def test_a_policy_is_run_by_no_dump(connection: Connection, database: str, seedkit: Run, dba: str) -> None:
    connection.execute(SPRING.encode())
    connection.execute(
        """
        create table users (id integer); insert into users values (1);
        alter table users enable row level security;
        create policy trap on users using (sprung());
        """
    )

    ran = seedkit("dump", "users", DATABASE_URL=make_conninfo(database, user=dba))

    assert ran.returncode == 1
    assert "sprung" not in ran.stderr
    assert 'row-level security of table "users"' in ran.stderr


def test_a_policy_of_a_table_that_is_referred_to_is_run_by_none_either(
    connection: Connection, database: str, seedkit: Run, dba: str
) -> None:
    connection.execute(SPRING.encode())
    connection.execute(
        """
        create table users (id integer primary key); insert into users values (1);
        create table orders (user_id integer references users); insert into orders values (1);
        alter table users enable row level security;
        create policy trap on users using (sprung());
        """
    )

    ran = seedkit("dump", "orders", "--with-references", DATABASE_URL=make_conninfo(database, user=dba))

    assert (ran.returncode, "sprung" in ran.stderr) == (1, False)


def test_a_check_runs_neither_policies_nor_defaults_nor_index_expressions(
    connection: Connection, database: str, seedkit: Run, dba: str
) -> None:
    connection.execute(
        """
        create function counted(id integer) returns integer immutable language plpgsql as
            $$begin if current_user like 'dba%' then raise exception 'a trap was sprung'; end if; return id; end$$;
        create table users (id serial primary key, name text default counted(1)::text);
        create index on users (counted(id));
        insert into users values (41, 'Ada');
        create table hidden (id serial primary key); insert into hidden values (41);
        alter table hidden enable row level security;
        create policy trap on hidden using (counted(id) > 0);
        """
    )

    ran = seedkit("check", DATABASE_URL=make_conninfo(database, user=dba))

    assert "sprung" not in ran.stdout + ran.stderr
    assert "behind" in ran.stdout
    assert "row-level security" in ran.stdout


def test_a_superuser_is_told_once_whose_code_runs_with_his_rights(
    connection: Connection, database: str, project: Write, seedkit: Run
) -> None:
    owner = f"app_{connection.info.dbname}"
    connection.execute(f"create role {owner}".encode())
    connection.execute("create table mine (id integer); create table one (id integer); create table two (id integer)")
    connection.execute(f"alter table one owner to {owner}; alter table two owner to {owner}".encode())
    project({f"fixtures/{name}.yml": "- {id: 1}\n" for name in ("mine", "one", "two")})

    told = seedkit("seed", DATABASE_URL=database)
    untold = seedkit("seed", "mine", DATABASE_URL=database)
    connection.execute(f"drop owned by {owner}; drop role {owner}".encode())

    assert told.stderr.count("warning") == 1
    assert f"belong to {owner} run with this superuser's rights" in told.stderr
    assert "warning" not in untold.stderr


def test_partitions_that_are_foreign_tables_are_still_read(connection: Connection, database: str, seedkit: Run) -> None:
    available = connection.execute("select from pg_available_extensions where name = 'file_fdw'").fetchone()
    if available is None:
        pytest.skip("this server has no file_fdw")
    connection.execute(
        """
        create extension file_fdw; create server files foreign data wrapper file_fdw;
        create table events (id serial, at date) partition by range (at);
        create table events_now partition of events for values from ('2020-01-01') to ('2040-01-01');
        create foreign table events_old partition of events for values from ('1990-01-01') to ('2000-01-01')
            server files options (program 'echo 77,1999-05-05', format 'csv');
        """
    )

    fixed = seedkit("fix-sequence", "events", DATABASE_URL=database)
    dumped = seedkit("dump", "events", DATABASE_URL=database)

    assert "1 → 78" in fixed.stdout
    assert "id: 77" in dumped.stdout


def test_the_least_rights_of_the_page_are_enough(
    connection: Connection, database: str, project: Write, seedkit: Run
) -> None:
    name = f"seeder_{connection.info.dbname}"
    grants = PAGE.read_text(encoding="utf-8").split("```sql")[1].split("```")[0]
    connection.execute("create table users (id serial primary key, email text unique)")
    connection.execute("create table notes (user_id integer references users, body text)")
    grants = re.sub(r"\bseeder\b", name, grants).replace("database app", f"database {connection.info.dbname}")
    connection.execute(grants.encode())
    project({"fixtures/users.yml": "ada: {email: ada@x}\n", "fixtures/notes.yml": "- {user_id: ada, body: hello}\n"})

    first, second = (seedkit("seed", DATABASE_URL=make_conninfo(database, user=name)) for _ in range(2))
    connection.execute(f"drop owned by {name}; drop role {name}".encode())

    assert (first.returncode, first.stderr.count("warning")) == (0, 0), first.stderr
    assert "nothing changed" in second.stdout


@pytest.fixture
def mallory(connection: Connection) -> Any:
    """A role that may create in public, and no more."""
    name = f"mallory_{connection.info.dbname}"
    connection.execute(f"create role {name} login; grant create on schema public to {name}".encode())
    yield name
    connection.execute(f"drop owned by {name} cascade; drop role {name}".encode())


def test_a_sequence_is_not_used_up_by_a_table_whose_owner_has_no_right_to_it(
    connection: Connection, database: str, seedkit: Run, mallory: str
) -> None:
    connection.execute("create table users (id serial primary key); insert into users values (41)")
    with psycopg.connect(database, user=mallory, autocommit=True) as hers:
        hers.execute("create table fake (id integer primary key default nextval('users_id_seq'::regclass))")
        hers.execute("insert into fake values (2147483646)")

    fixed = seedkit("fix-sequence", "--all", DATABASE_URL=database)

    assert "1 → 42" in fixed.stdout
    assert "fake.id (its owner has no right to the sequence) was not compared" in fixed.stdout
    connection.execute("insert into users default values")


def test_a_sequence_is_not_hidden_from_its_owner_by_such_a_table(
    connection: Connection, database: str, seedkit: Run, mallory: str
) -> None:
    connection.execute("create table users (id int primary key); create sequence ids owned by users.id")
    connection.execute("insert into users values (41)")
    with psycopg.connect(database, user=mallory, autocommit=True) as hers:
        hers.execute("create table fake (id integer primary key default nextval('ids'::regclass))")

    fixed = seedkit("fix-sequence", "--all", DATABASE_URL=database)

    assert "1 → 42" in fixed.stdout
    connection.execute("insert into users values (nextval('ids'))")


@pytest.mark.parametrize("command", [("check",), ("dump", "events")], ids=" ".join)
def test_foreign_partitions_of_another_role_are_not_read_by_a_superuser(
    connection: Connection, database: str, seedkit: Run, mallory: str, command: tuple[str, ...]
) -> None:
    connection.execute(
        f"""
        create foreign data wrapper nothing; create server anywhere foreign data wrapper nothing;
        grant usage on foreign server anywhere to {mallory};
        """.encode()
    )
    with psycopg.connect(database, user=mallory, autocommit=True) as hers:
        hers.execute("create table events (id serial, at date) partition by range (at)")
        hers.execute(
            "create foreign table events_old partition of events for values from ('1990-01-01') to ('2000-01-01')"
            " server anywhere"
        )

    ran = seedkit(*command, DATABASE_URL=database)
    connection.execute("drop foreign data wrapper nothing cascade")

    assert ran.returncode == 1
    assert "events are in foreign tables of other roles" in (ran.stdout + ran.stderr).replace('"', "")
