"""What an owner's code may try while it runs with its own rights in a superuser's session: it gains nothing by that."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from seedkit import check_sequences
from tests.conftest import Run

Connection = psycopg.Connection[Any]

PLANT = """
create function public.trap(n integer) returns integer immutable language plpgsql as
    $$begin perform public.plant(); return n; end$$;
"""
IN_A_SUPERUSERS_SESSION = """
create function public.plant() returns void language plpgsql as
    $$begin if session_user <> current_user then {} end if; end$$;
"""


@pytest.fixture
def roles(connection: Connection) -> Iterator[tuple[str, str]]:
    """Two roles that may create in public; the first of them is a member of the second."""
    names = f"mallory_{connection.info.dbname}", f"bob_{connection.info.dbname}"
    for name in names:
        connection.execute(f"create role {name} login; grant create on schema public to {name}".encode())
    connection.execute(f"grant {names[1]} to {names[0]}".encode())
    yield names
    for name in names:
        connection.execute(f"drop owned by {name} cascade; drop role {name}".encode())


@pytest.fixture
def hers(database: str, roles: tuple[str, str]) -> Iterator[Connection]:
    """The session of the first."""
    with psycopg.connect(database, user=roles[0], autocommit=True) as session:
        session.execute("create table users (id serial primary key); insert into users values (41)")
        yield session


def plant(session: Connection, code: str, table: str = "users") -> None:
    """Have code run where an index of the table is looked at in a session that is not her own."""
    session.execute(IN_A_SUPERUSERS_SESSION.format(code).encode())
    session.execute(PLANT.encode())
    session.execute(f"create index on {table} ((id + public.trap(1)))".encode())


def test_a_function_of_another_owner_can_not_be_replaced(
    hers: Connection, connection: Connection, roles: tuple[str, str], seedkit: Run, database: str
) -> None:
    """Each owner's function is alone in its transaction: she, a member of his role, finds none to put hers in place."""
    connection.execute("create sequence gains; grant usage, update on sequence gains to public")
    connection.execute("create table posts (id serial primary key); insert into posts values (41)")
    connection.execute(
        f"alter table posts owner to {roles[1]}; alter sequence posts_id_seq owner to {roles[1]}".encode()
    )
    replaced = (
        "create or replace function pg_temp.%s() returns text[] language plpgsql as $b$begin"
        " if current_user not like $q$%%_test_%%$q$ then perform setval($q$public.gains$q$, 666); end if;"
        " return array[$q$41$q$, $q$1 t$q$, $q$1 t$q$]; end$b$"
    )
    others = "from pg_proc where proname like 'seedkit%' and proowner <> current_user::regrole"
    plant(hers, f"execute coalesce((select string_agg(format('{replaced}', proname), ';') {others}), 'select 1');")

    checked = seedkit("check", DATABASE_URL=database)

    assert "2 sequences behind" in checked.stdout
    assert connection.execute("select last_value from gains").fetchone() == (1,)


def test_nothing_is_prepared_or_locked_in_a_session_that_is_lent(hers: Connection, direct: str) -> None:
    plant(
        hers,
        "perform pg_advisory_lock(4711); execute 'deallocate all'; execute 'prepare _pg3_0(int2) as select 666 + $1';",
    )

    with psycopg.connect(direct) as lent:
        for _ in range(8):
            lent.execute("select %s + 1", (1,)).fetchone()
        (report,) = check_sequences(connection=lent).sequences
        answer = lent.execute("select %s + 1", (1,)).fetchone()
        locks = lent.execute("select count(*) from pg_locks where locktype = 'advisory'").fetchone()

    assert (report.highest_id, answer, locks) == (41, (2,), (0,))


def test_nor_is_anything_left_in_a_session_of_ours(hers: Connection, seedkit: Run, database: str) -> None:
    """A pool gives it to others: one in which something is prepared is ended, and nothing is told as right."""
    plant(hers, "execute 'prepare evil as select 666';")

    checked = seedkit("check", DATABASE_URL=database)

    assert checked.returncode == 1
    assert "has prepared statements in this session" in checked.stderr


@pytest.mark.parametrize("lent", [False, True], ids=["our own connection", "a lent one"])
def test_policies_that_hold_for_the_owner_hide_no_id(
    hers: Connection, connection: Connection, roles: tuple[str, str], direct: str, seedkit: Run, lent: bool
) -> None:
    hers.execute("alter table users enable row level security; alter table users force row level security")
    hers.execute("create policy low on users using (id < 10)")
    plant(hers, "perform set_config('row_security', 'on', false);")

    if lent:
        with psycopg.connect(direct) as session, session.transaction():
            told = str(check_sequences(connection=session).sequences[0].highest_id)
    else:
        told = seedkit("check", DATABASE_URL=direct).stdout

    assert "41" in told


def test_a_table_in_a_schema_of_another_owner_is_read_without_a_plan(
    hers: Connection, connection: Connection, roles: tuple[str, str], seedkit: Run, database: str
) -> None:
    """Who owns the schema may put another table in its place, and the name would mean that one."""
    connection.execute(f"create schema hers authorization {roles[0]}".encode())
    connection.execute("create table hers.posts (id serial primary key); insert into hers.posts values (41)")

    checked = seedkit("check", "hers.posts", DATABASE_URL=database)
    dumped = seedkit("dump", "hers.posts", DATABASE_URL=database)

    assert "behind" in checked.stdout
    assert "can not be read with the rights of one role alone" in dumped.stderr


def test_partitions_of_several_owners_are_read_with_the_rights_of_none_of_them(
    hers: Connection, connection: Connection, roles: tuple[str, str], seedkit: Run, database: str
) -> None:
    connection.execute("create sequence his; create table events (id serial, at integer) partition by list (at)")
    connection.execute("create table events_1 partition of events for values in (1); insert into events values (41, 1)")
    connection.execute("create table events_2 partition of events for values in (2); grant select on events to public")
    connection.execute(f"alter table events_1 owner to {roles[1]}; alter sequence his owner to {roles[1]}".encode())
    connection.execute(f"alter table events_2 owner to {roles[0]}".encode())
    plant(hers, "perform setval('public.his', 999);", "events_2")

    checked = seedkit("check", "events", DATABASE_URL=database)

    assert "behind" in checked.stdout
    assert connection.execute("select last_value from his").fetchone() == (1,)


def test_an_alter_that_meets_another_sequence_by_its_name_is_taken_back(
    hers: Connection, connection: Connection, roles: tuple[str, str], seedkit: Run, database: str
) -> None:
    """She renames her schemas while the statement waits for the lock: the name means his sequence when it goes on."""
    connection.execute(f"grant create on database {connection.info.dbname} to {roles[0]}".encode())
    hers.execute("create schema app; create schema other")
    hers.execute("create table app.t (id int generated by default as identity); insert into app.t values (20000000)")
    connection.execute(f"create sequence other.t_id_seq; alter sequence other.t_id_seq owner to {roles[1]}".encode())
    with psycopg.connect(database, user=roles[0]) as renaming:
        renaming.execute("select nextval('app.t_id_seq')")
        renaming.execute("alter schema app rename to app_of_before; alter schema other rename to app")
        told: list[Any] = []
        run = threading.Thread(target=lambda: told.append(seedkit("fix-sequence", "app.t", DATABASE_URL=database)))
        run.start()
        waits = "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and query ilike 'alter%'"
        deadline = time.monotonic() + 20
        while connection.execute(waits).fetchone() == (0,) and time.monotonic() < deadline:
            time.sleep(0.01)
        renaming.commit()
        run.join()

    owners = connection.execute("select relowner::regrole::text from pg_class where relname = 't_id_seq' order by oid")
    assert owners.fetchall() == [(roles[0],), (roles[1],)]


@pytest.mark.parametrize("lent", [False, True], ids=["our own connection", "a lent one"])
def test_a_policy_of_a_partition_does_not_run(
    hers: Connection, connection: Connection, roles: tuple[str, str], direct: str, seedkit: Run, lent: bool
) -> None:
    """Where partitions are read one by one, each one's policies would choose the rows, with the rights of who reads."""
    connection.execute("create sequence gains")
    connection.execute(f"grant {connection.info.user} to {roles[1]}".encode())
    hers.execute("create table events (id serial, at integer) partition by list (at)")
    hers.execute("create table events_1 partition of events for values in (1); insert into events values (41, 1)")
    hers.execute("create function trap() returns boolean language sql as $$ select nextval('public.gains') > 0 $$")
    hers.execute(f"grant select on events, events_1, events_id_seq to {roles[1]}".encode())
    hers.execute("alter table events_1 enable row level security; create policy hers on events_1 using (public.trap())")

    auditor = make_conninfo(direct, user=roles[1])
    if lent:
        with psycopg.connect(auditor) as session, session.transaction():
            check_sequences(connection=session)
    else:
        seedkit("check", "events", DATABASE_URL=auditor)

    assert connection.execute("select is_called from gains").fetchone() == (False,)
