"""A repair that is written without a database, run on one: it finds what there is, and moves forward only."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest

from seedkit.core.sequences.ids import IdRange
from seedkit.core.sequences.repair_options import RepairOptions
from seedkit.errors import UsageError
from seedkit.runner.offline_repair import offline_repair
from seedkit.runner.repair import RepairRequest, Target

Connection = psycopg.Connection[Any]
SERIAL = "create table users (id serial primary key, name text);"


def script(*tables: str, schemas: tuple[str, ...] | None = None, **options: Any) -> bytes:
    targets = tuple(Target(table=table) for table in tables) or None
    return offline_repair(RepairRequest(targets=targets, schemas=schemas, options=RepairOptions(**options))).encode()


def of_column(table: str, column: str, sequence: str | None = None, **options: Any) -> bytes:
    target = Target(table=table, column=column, sequence=sequence)
    return offline_repair(RepairRequest(targets=(target,), options=RepairOptions(**options))).encode()


def next_of(connection: Connection, sequence: str) -> int:
    ((value,),) = connection.execute("select nextval(%s::text::regclass)", (sequence,))
    return int(value)


CASES = {
    "a serial": (SERIAL + "insert into users values (41)", 42),
    "an identity": (
        "create table users (id int generated always as identity (sequence name users_id_seq));"
        "insert into users overriding system value values (41)",
        42,
    ),
    "a default by itself": (
        "create sequence users_id_seq; create table users (id bigint default nextval('users_id_seq'));"
        "insert into users values (41)",
        42,
    ),
    "a default that names its sequence as a text": (
        "create sequence users_id_seq; create table users (id int default nextval('users_id_seq'::text)::int);"
        "insert into users values (41)",
        42,
    ),
    "an owned sequence that no default draws from": (
        SERIAL + "alter table users alter id drop default; insert into users values (41)",
        42,
    ),
    "an empty table": (SERIAL, 1),
    "a sequence that has given its first value": (SERIAL + "insert into users (name) values ('Ada')", 2),
    "a sequence that is ahead": (SERIAL + "insert into users values (3); select setval('users_id_seq', 90)", 91),
    "a sequence that starts ahead": (
        SERIAL + "insert into users values (3); alter sequence users_id_seq restart 1000",
        1000,
    ),
    "a sequence that descends": (
        "create sequence users_id_seq increment -1; create table users (id int default nextval('users_id_seq'));"
        "insert into users values (-41)",
        -42,
    ),
    "steps that stay in phase": (
        SERIAL + "alter sequence users_id_seq increment 2; insert into users values (10)",
        11,
    ),
    "steps back that stay in phase": (
        "create sequence users_id_seq increment -2 maxvalue -1; create table users (id int default"
        " nextval('users_id_seq')); insert into users values (-10)",
        -11,
    ),
    "a gap too wide to climb": (SERIAL + "insert into users values (90000000)", 90000001),
    "a wide gap in steps": (
        SERIAL + "alter sequence users_id_seq increment 3; insert into users values (90000000)",
        90000001,
    ),
    "a wide gap downward": (
        "create sequence users_id_seq increment -7; create table users (id bigint default nextval('users_id_seq'));"
        "insert into users values (-90000000)",
        -90000002,
    ),
    "a CACHE": (SERIAL + "alter sequence users_id_seq cache 10; insert into users values (41)", 42),
    "ids past the sequence's end": (
        SERIAL + "alter sequence users_id_seq maxvalue 1000; insert into users values (41), (5000)",
        42,
    ),
    "ids before its beginning": (
        SERIAL + "alter sequence users_id_seq minvalue 100 start 100 restart 100; insert into users values (41)",
        100,
    ),
    "a sequence that goes round": (
        SERIAL + "alter sequence users_id_seq maxvalue 100 cycle; insert into users values (41)",
        42,
    ),
    "a numeric column": (
        "create sequence users_id_seq; create table users (id numeric default nextval('users_id_seq'));"
        "insert into users values (41.5), ('NaN')",
        42,
    ),
    "a domain": (
        "create domain number as int; create domain id as number; create sequence users_id_seq;"
        "create table users (id id default nextval('users_id_seq')); insert into users values (41)",
        42,
    ),
    "a partitioned table": (
        "create table users (id bigserial, at date) partition by range (at);"
        "create table users_1 partition of users for values from ('2020-01-01') to ('2030-01-01');"
        "insert into users values (41, '2025-01-01')",
        42,
    ),
    "a table that others inherit from": (
        SERIAL + "create table admins (level int) inherits (users); insert into admins (id) values (41)",
        42,
    ),
    "a sequence that several columns draw from": (
        SERIAL + "create table guests (id int default nextval('users_id_seq')); insert into guests values (41)",
        42,
    ),
}


@pytest.mark.parametrize(("tables", "expected"), CASES.values(), ids=CASES)
@pytest.mark.parametrize("form", ["named", "all", "column"])
def test_what_is_written_beforehand_moves_what_is_found(
    connection: Connection, tables: str, expected: int, form: str
) -> None:
    connection.execute(tables.encode())
    written = {"named": script("users"), "all": script(), "column": of_column("users", "id")}[form]

    connection.execute(written)
    connection.execute(written)

    assert next_of(connection, "users_id_seq") == expected


@pytest.mark.parametrize(
    ("tables", "expected"),
    [case for name, case in CASES.items() if "several" not in name],
    ids=[name for name in CASES if "several" not in name],
)
def test_a_named_sequence_is_moved_by_a_plain_statement(connection: Connection, tables: str, expected: int) -> None:
    connection.execute(tables.encode())
    written = of_column("users", "id", "users_id_seq")

    connection.execute(written)
    connection.execute(written)

    assert b"do $" not in written
    assert next_of(connection, "users_id_seq") == expected


REFUSED = {
    "no table": ("", "users", 'table "users" does not exist'),
    "a view": ("create view users as select 1 as id", "users", "no sequence feeds it"),
    "no sequence": ("create table users (id int)", "users", "no sequence feeds it"),
    "a default that computes": (
        "create sequence s; create table users (id bigint default nextval('s') * 10)",
        "users",
        "its default is more than nextval",
    ),
    "a default that chooses": (
        "create sequence s; create table users (id bigint default coalesce(nextval('s'), nextval('s')))",
        "users",
        "its default is more than nextval",
    ),
    "a default that names no sequence": (
        "create table users (id bigint default nextval('s'::text))",
        "users",
        "its default is more than nextval",
    ),
    "a key of text": (
        "create sequence s; create table users (id text default 'U' || nextval('s'))",
        "users",
        "its default is more than nextval",
    ),
    "a column of text": (
        "create sequence s; create table users (id text default nextval('s'))",
        "users",
        "it holds no whole numbers",
    ),
    "a sequence without an end that is free": (
        SERIAL + "alter sequence users_id_seq maxvalue 41; insert into users values (41)",
        "users",
        "after 41 nothing is left up to 41",
    ),
    "a column at its end": (
        "create table users (id smallserial); insert into users values (32767)",
        "users",
        "after 32767 nothing is left up to 32767",
    ),
}


@pytest.mark.parametrize(("tables", "table", "reason"), REFUSED.values(), ids=REFUSED)
def test_what_can_not_be_moved_ends_the_script(connection: Connection, tables: str, table: str, reason: str) -> None:
    connection.execute(tables.encode())

    with pytest.raises(psycopg.Error, match=reason):
        connection.execute(script(table))


@pytest.mark.parametrize(
    ("tables", "column", "reason"),
    [
        (SERIAL, "x", 'table "public.users" has no column "x"'),
        (
            SERIAL + "alter table users add x int;",
            "x",
            "the sequence of public.users.x can not be moved: no sequence feeds",
        ),
        ("create view users as select 1 as id", "x", 'table "public.users" has no column "x"'),
    ],
)
def test_a_column_without_a_sequence_is_told_from_its_table(
    connection: Connection, tables: str, column: str, reason: str
) -> None:
    connection.execute(tables.encode())

    with pytest.raises(psycopg.Error, match=reason):
        connection.execute(of_column("users", column))


def test_of_all_tables_those_are_moved_that_can_be_and_the_others_told(connection: Connection) -> None:
    connection.execute(SERIAL.encode() + b"insert into users values (41); create sequence s;")
    connection.execute("create table stamped (id bigint default nextval('s') * 10)")
    told: list[str | None] = []
    connection.add_notice_handler(lambda notice: told.append(notice.message_primary))

    connection.execute(script())

    assert set(told) == {
        "the sequence of public.stamped.id was left as it is: its default is more than nextval",
        "sequence public.users_id_seq is past 41 now",
    }
    assert next_of(connection, "users_id_seq") == 42


def test_row_level_security_hides_no_id_in_silence(connection: Connection, direct: str) -> None:
    name = f"reader_{connection.info.dbname}"
    connection.execute(SERIAL.encode() + b"insert into users values (41); alter table users enable row level security;")
    connection.execute(f"create role {name} login".encode())
    connection.execute(f"grant all on all tables in schema public to {name}".encode())
    connection.execute(f"grant all on all sequences in schema public to {name}".encode())

    with psycopg.connect(direct, user=name, autocommit=True) as session:
        for written in (script("users"), of_column("users", "id", "users_id_seq")):
            with pytest.raises(psycopg.Error, match="row-level security may hide rows"):
                session.execute(written)

    assert next_of(connection, "users_id_seq") == 1
    connection.execute(f"drop owned by {name}; drop role {name}".encode())


@pytest.mark.parametrize("form", ["table", "column and sequence"])
@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"margin": 10}, 52),
        ({"id_range": IdRange(lowest=1000, highest=1999)}, 1005),
        ({"id_range": IdRange(lowest=2000, highest=2999)}, 2000),
        ({"wait": True, "lock_timeout": None}, 1005),
    ],
    ids=str,
)
def test_options_are_those_of_a_repair(
    connection: Connection, form: str, options: dict[str, Any], expected: int
) -> None:
    rows = "insert into users values (41)" if "margin" in options else "insert into users values (41), (1004)"
    connection.execute(SERIAL.encode() + rows.encode())

    connection.execute(
        script("users", **options) if form == "table" else of_column("users", "id", "users_id_seq", **options)
    )

    assert next_of(connection, "users_id_seq") == expected


def test_only_the_schemas_that_are_named_are_looked_at(connection: Connection) -> None:
    for schema in ("one", "two"):
        connection.execute(f"create schema {schema}; create table {schema}.users (id serial)".encode())
        connection.execute(f"insert into {schema}.users values (41)".encode())

    connection.execute(script(schemas=("two",)))

    assert (next_of(connection, "one.users_id_seq"), next_of(connection, "two.users_id_seq")) == (1, 42)


def test_a_sequence_named_by_a_text_is_the_one_beside_its_table(connection: Connection) -> None:
    connection.execute("create schema tenant; create sequence s; create sequence tenant.s")
    connection.execute("create table tenant.users (id bigint default nextval('s'::text))")
    connection.execute("insert into tenant.users values (41)")

    connection.execute(script("tenant.users"))

    assert (next_of(connection, "s"), next_of(connection, "tenant.s")) == (1, 42)


@pytest.mark.parametrize("typed", ['"Us\'er%s"', "Us'er%s", 'public."Us\'er%s"'])
def test_odd_names_are_found_as_they_are_typed(connection: Connection, typed: str) -> None:
    connection.execute("""create table "Us'er%s" ("Id:x" serial); insert into "Us'er%s" values (41)""")

    connection.execute(script(typed))
    connection.execute(of_column(typed, "Id:x", "Us'er%s_Id:x_seq"))

    assert next_of(connection, '''"Us'er%s_Id:x_seq"''') == 42


def test_a_table_in_the_search_path_is_found_and_the_session_left_as_it_was(connection: Connection) -> None:
    connection.execute("create schema shop; set search_path = shop; set lock_timeout = '7s'")
    connection.execute("create table users (id serial); insert into users values (41)")
    settings = "select current_setting('search_path'), current_setting('lock_timeout'), current_setting('row_security')"
    before = connection.execute(settings).fetchone()

    with connection.transaction():
        connection.execute(script("users"))
        within = connection.execute(settings).fetchone()

    assert before == within == connection.execute(settings).fetchone()
    assert next_of(connection, "users_id_seq") == 42


@pytest.mark.parametrize("highest", [41, 90_000_000])
@pytest.mark.parametrize("form", ["block", "statement"])
def test_a_value_that_others_draw_meanwhile_is_not_given_again(
    connection: Connection, direct: str, highest: int, form: str
) -> None:
    connection.execute(SERIAL.encode() + f"insert into users values ({highest})".encode())
    written = script("users") if form == "block" else of_column("users", "id", "users_id_seq")

    with ThreadPoolExecutor(4) as threads:
        drawn = [threads.submit(draws, direct) for _ in range(3)]
        for _ in range(20):
            connection.execute(written)
        values = [value for each in drawn for value in each.result()]

    assert len(values) == len(set(values))
    assert next_of(connection, "users_id_seq") > max(highest, *values)


def draws(conninfo: str) -> list[int]:
    with psycopg.connect(conninfo, autocommit=True) as session:
        return [next_of(session, "users_id_seq") for _ in range(300)]


def test_a_column_and_a_sequence_without_each_other_need_each_other(connection: Connection) -> None:
    target = Target(table="users", sequence="users_id_seq")

    with pytest.raises(UsageError, match="named together with its column"):
        offline_repair(RepairRequest(targets=(target,)))


@pytest.mark.parametrize("typed", ["Shop.Orders", '"Shop".orders', '"Shop".ORDERS'])
def test_a_table_in_lower_case_is_found_in_a_schema_as_it_is_typed(typed: str, connection: Connection) -> None:
    connection.execute('create schema "Shop"; create schema shop; create table shop.orders (id serial primary key)')
    connection.execute('create table "Shop".orders (id serial primary key); insert into "Shop".orders values (41)')

    connection.execute(script(typed))

    assert next_of(connection, '"Shop".orders_id_seq') == 42
    assert next_of(connection, "shop.orders_id_seq") == 1
