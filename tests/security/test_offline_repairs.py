"""A repair that is written beforehand, run where others have set traps."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest

from seedkit.runner.offline_repair import offline_repair
from seedkit.runner.repair import RepairRequest, Target

Connection = psycopg.Connection[Any]
USERS = Target(table="public.users")
NAMED = Target(table="public.users", column="id", sequence="public.users_id_seq")


@pytest.mark.parametrize("targets", [None, (USERS,), (NAMED,)], ids=["all", "a table", "a sequence"])
@pytest.mark.parametrize("highest", [41, 90_000_000])
def test_nothing_is_run_that_stands_first_in_the_search_path(
    owner: Connection, trapped: str, targets: tuple[Target, ...] | None, highest: int
) -> None:
    owner.execute("create table users (id serial primary key)")
    owner.execute("insert into users values (%s)", (highest,))

    with psycopg.connect(trapped, autocommit=True) as session:
        session.execute(offline_repair(RepairRequest(targets=targets)).encode())

    assert list(owner.execute("select nextval('users_id_seq')")) == [(highest + 1,)]


def test_code_of_a_table_s_owner_runs_with_the_owner_s_rights_and_leaves_nothing(
    connection: Connection, database: str
) -> None:
    mallory = f"mallory_{connection.info.dbname}"
    connection.execute(f"create role {mallory} login; grant create on schema public to {mallory}".encode())
    with psycopg.connect(database, user=mallory, autocommit=True) as hers:
        hers.execute(
            """
            create table users (id serial primary key); insert into users values (41);
            create table seen (role name);
            create function trap(n integer) returns integer immutable language plpgsql as
                $$begin
                    perform pg_catalog.set_config('search_path', 'evil', false);
                    if (select rolsuper from pg_catalog.pg_roles where rolname = current_user)
                    then raise exception 'a trap was sprung'; end if;
                    return n;
                end$$;
            create index on users ((id + trap(1)));
            """
        )

    with psycopg.connect(database, autocommit=True) as session:
        session.execute(offline_repair(RepairRequest(targets=(USERS,))).encode())

        assert list(session.execute("show search_path")) == [('"$user", public',)]
        assert list(session.execute("select nextval('users_id_seq')")) == [(42,)]
        assert list(session.execute("select 1 from pg_proc where proname = 'seedkit_as_owner'")) == []
    connection.execute(f"drop owned by {mallory} cascade; drop role {mallory}".encode())


def test_ids_of_a_role_that_has_no_right_to_a_sequence_do_not_move_it(connection: Connection, database: str) -> None:
    mallory = f"mallory_{connection.info.dbname}"
    connection.execute("create table users (id serial primary key); insert into users values (41)")
    connection.execute(f"create role {mallory} login; grant create on schema public to {mallory}".encode())
    with psycopg.connect(database, user=mallory, autocommit=True) as hers:
        hers.execute("create table hers (id int default nextval('users_id_seq')); insert into hers values (2147483646)")

    connection.execute(offline_repair(RepairRequest()).encode())

    assert list(connection.execute("select nextval('users_id_seq')")) == [(42,)]
    connection.execute(f"drop owned by {mallory} cascade; drop role {mallory}".encode())
