"""What roles write into functions, triggers and rules decides about what is theirs, and is never run."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from seedkit import check_sequences
from tests.conftest import Run

Connection = psycopg.Connection[Any]
TOO_FAR = 2_147_483_000


@pytest.fixture
def mallory(connection: Connection, database: str) -> Iterator[Connection]:
    """A role that may create in `public` and owns nothing yet, in a session of her own."""
    name = f"mallory_{connection.info.dbname}"
    connection.execute(f"create role {name} login; grant create, usage on schema public to {name}".encode())
    with psycopg.connect(make_conninfo(database, user=name), autocommit=True) as hers:
        yield hers
    connection.execute(f"drop owned by {name} cascade; drop role {name}".encode())


FEEDING = {
    "a default's function": (
        "create function hers() returns bigint language plpgsql as $$ begin return nextval('users_id_seq'); end $$;"
        "create table fake (id bigint primary key default hers())"
    ),
    "a function in SQL-standard form": (
        "create function hers() returns bigint return nextval('users_id_seq');"
        "create table fake (id bigint primary key default hers())"
    ),
    "a function that sets its path": (
        "create function hers() returns bigint language sql set search_path = public as"
        " $$ select nextval('users_id_seq') $$;"
        "create table fake (id bigint primary key default hers())"
    ),
    "a trigger": (
        "create table fake (id bigint);"
        "create function hers() returns trigger language plpgsql as"
        " $$ begin new.id := coalesce(new.id, nextval('users_id_seq')); return new; end $$;"
        "create trigger t before insert on fake for each row execute function hers()"
    ),
    "a rule": (
        "create table fake (id bigint); create view shown as table fake;"
        "create rule r as on insert to shown do instead insert into fake values (nextval('users_id_seq'::regclass))"
    ),
}


@pytest.mark.parametrize("sql", FEEDING.values(), ids=FEEDING)
def test_a_source_moves_no_sequence_of_others(
    connection: Connection, database: str, seedkit: Run, mallory: Connection, sql: str
) -> None:
    connection.execute("create table users (id serial primary key); insert into users values (41)")
    mallory.execute(sql.encode())
    mallory.execute("alter table fake disable trigger user; insert into fake values (%s)" % TOO_FAR)  # noqa: UP031
    mallory.execute("alter table fake enable trigger user")

    fixed = seedkit("fix-sequence", "--all", DATABASE_URL=database)

    assert "1 → 42" in fixed.stdout
    assert connection.execute("select nextval('users_id_seq')").fetchone() == (42,)


def test_a_function_of_a_role_without_the_right_decides_nothing_about_others_tables(
    connection: Connection, database: str, seedkit: Run, mallory: Connection
) -> None:
    connection.execute("create sequence invoice_numbers")
    mallory.execute(
        "create function hers() returns bigint language plpgsql as $$ begin return nextval('invoice_numbers'); end $$"
    )
    connection.execute("create table users (id bigint primary key default hers())")
    connection.execute("insert into users values (%s)", (TOO_FAR,))

    fixed = seedkit("fix-sequence", "--all", DATABASE_URL=database)

    assert fixed.returncode == 1
    assert "the owner of users or of hers() has no right to the sequence" in fixed.stdout
    assert connection.execute("select nextval('invoice_numbers')").fetchone() == (1,)


@pytest.mark.parametrize("value", ["nextval('users_id_seq')", "nextval('users_id_seq') + 1"])
def test_a_trigger_of_a_role_without_the_right_hides_no_drift_of_the_table_it_is_on(
    connection: Connection, database: str, seedkit: Run, mallory: Connection, value: str
) -> None:
    connection.execute("create table users (id serial primary key); insert into users values (41)")
    connection.execute(f"grant trigger on users to {mallory.info.user}".encode())
    mallory.execute(
        f"""
        create function hers() returns trigger language plpgsql as
            $$ begin new.id := coalesce(new.id, nextval('users_id_seq')); new.id := {value}; return new; end $$;
        create trigger t before insert on users for each row execute function hers()
        """.encode()
    )

    fixed = seedkit("fix-sequence", "--all", DATABASE_URL=database)

    assert "1 → 42" in fixed.stdout


RULES = {
    "without a right": ("", "nextval('ids')"),
    "that computes": ("", "nextval('ids') + 1"),
    "with a right to the sequence alone": ("grant usage on sequence ids to", "nextval('ids') + 1"),
    "with a right to the table alone": ("grant insert on users to", "nextval('ids') + 1"),
}


@pytest.mark.parametrize(("granted", "value"), RULES.values(), ids=RULES)
def test_a_rule_of_a_role_without_the_rights_hides_no_drift(
    connection: Connection, database: str, seedkit: Run, mallory: Connection, granted: str, value: str
) -> None:
    connection.execute(
        """
        create sequence ids;
        create table users (id bigint primary key default nextval('ids'));
        create table posts (id bigint primary key default nextval('ids'));
        insert into users values (41); insert into posts values (1); select setval('ids', 1)
        """
    )
    if granted:
        connection.execute(f"{granted} {mallory.info.user}".encode())
    mallory.execute("create table hers (id bigint)")
    mallory.execute(f"create rule r as on insert to hers do also insert into users (id) values ({value})".encode())

    fixed = seedkit("fix-sequence", "--all", DATABASE_URL=database)

    assert fixed.returncode == 0, fixed.stdout
    assert connection.execute("select nextval('ids')").fetchone() == (42,)


def test_no_function_is_run_by_looking_at_it(connection: Connection, database: str, seedkit: Run) -> None:
    connection.execute(
        """
        create sequence ids;
        create function sprung() returns bigint language plpgsql as
            $$ begin raise exception 'a trap was sprung'; return nextval('ids'); end $$;
        create function fill() returns trigger language plpgsql as
            $$ begin new.no := nextval('ids'); raise exception 'a trap was sprung'; return new; end $$;
        create table users (id bigint, no bigint);
        insert into users values (41, 41);
        alter table users alter id set default sprung();
        create trigger fill before insert on users for each row execute function fill();
        """
    )

    checked = seedkit("check", DATABASE_URL=database)
    fixed = seedkit("fix-sequence", "--all", DATABASE_URL=database)

    assert (checked.returncode, fixed.returncode) == (1, 0), checked.stderr + fixed.stderr
    assert connection.execute("select nextval('ids')").fetchone() == (42,)


def test_sources_text_keys_and_unlinked_sequences_are_read_among_traps(
    owner: Connection, trapped: str, seedkit: Run
) -> None:
    owner.execute(
        """
        create sequence ids; create sequence numbers; create sequence drawn; create sequence clients_seq;
        create function next_id() returns bigint language plpgsql as $$ begin return nextval('ids'); end $$;
        create table users (id bigint primary key default next_id());
        create table invoices (no text default 'INV-' || lpad(nextval('numbers')::text, 6, '0'));
        create function fill() returns trigger language plpgsql as
            $$ begin new.id := nextval('drawn'); return new; end $$;
        create table orders (id bigint);
        insert into users values (41); insert into invoices values ('INV-000041'); insert into orders values (41);
        create trigger fill before insert on orders for each row execute function fill();
        create table clients (id bigint primary key); insert into clients values (41);
        """
    )

    checked = seedkit("check", DATABASE_URL=trapped)
    fixed = seedkit("fix-sequence", "--all", DATABASE_URL=trapped)
    named = seedkit("fix-sequence", "clients", "id", "clients_seq", DATABASE_URL=trapped)

    for ran in (checked, fixed, named):
        assert "trap" not in (ran.stdout + ran.stderr).replace('"trap', "")
    assert (checked.returncode, fixed.returncode, named.returncode) == (1, 0, 0), named.stdout + named.stderr
    assert fixed.stdout.count("1 → 42") == 3
    assert "perhaps public.clients.id" in checked.stdout or "perhaps clients.id" in checked.stdout


HUGE = {
    "a long source": "begin return nextval('s'); " + "-- " + "x" * 500_000 + "\nend",
    "many statements": "begin " + "perform 1;" * 9_000 + " return nextval('s'); end",
    "deep brackets": "begin return " + "(" * 20_000 + "nextval('s')" + ")" * 20_000 + "; end",
    "a long word": "begin return nextval('s'); -- " + "f" * 90_000 + "\nend",
    "a text that doubles": "begin x := 'aaaa'; " + "x := x || x;" * 26 + " return x || nextval('s'); end",
    "a long name": "begin return nextval('s') + " + ".".join(["a"] * 40_000) + "; end",
    "many calls": "begin return nextval('s'); perform " + ",".join(f"f{number}()" for number in range(9_000)) + "; end",
}


@pytest.mark.timeout(60)
@pytest.mark.parametrize("body", HUGE.values(), ids=HUGE)
def test_an_odd_source_leaves_the_other_sequences_judged(connection: Connection, body: str) -> None:
    connection.execute("create table users (id serial primary key); insert into users values (7); create sequence s")
    connection.execute("set check_function_bodies = off")
    connection.execute(f"create function odd() returns bigint language plpgsql as $body${body}$body$".encode())
    connection.execute("create table odd (id bigint primary key default odd())")

    reports = {str(report.table): str(report.status) for report in check_sequences(connection=connection).sequences}

    assert reports["users"] == "behind"
    assert "odd" in reports


def calling_each_other(functions: int) -> Iterator[str]:
    calls = " ".join(f"f{number}(" for number in range(functions))
    for number in range(functions):
        yield f"create function f{number}() returns trigger language plpgsql as $$ begin /* nextval( {calls} */ end $$"
        yield f"create trigger t{number} before insert on users for each row execute function f{number}()"


def of_one_name(functions: int) -> Iterator[str]:
    body = f"begin /* nextval( {'f( ' * 4_000} */ end"
    for number in range(functions):
        types = ",".join("text" if digit == "1" else "int" for digit in f"{number + 1:b}"[1:])
        yield f"create function f({types}) returns int language plpgsql as $${body}$$"
    yield f"create function start() returns trigger language plpgsql as $${body}$$"
    yield "create trigger t before insert on users for each row execute function start()"


@pytest.mark.timeout(90)
@pytest.mark.parametrize("statements", [calling_each_other(250), of_one_name(80)], ids=["each other", "of one name"])
def test_functions_that_call_each_other_in_all_ways_do_not_stop_a_check(
    connection: Connection, statements: Iterator[str]
) -> None:
    connection.execute("create table users (id serial primary key); insert into users values (7)")
    connection.execute("set check_function_bodies = off")
    with connection.transaction():
        for statement in statements:
            connection.execute(statement.encode())
    began = time.monotonic()

    reports = {str(report.table): str(report.status) for report in check_sequences(connection=connection).sequences}

    assert reports["users"] == "behind"
    assert time.monotonic() - began < 8
