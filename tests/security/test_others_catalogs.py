"""What one role writes into its own tables and defaults stops no look at those of all others."""

from __future__ import annotations

import time
from typing import Any

import psycopg
import pytest

from seedkit import check_sequences
from tests.conftest import Run, Write

Connection = psycopg.Connection[Any]

BEHIND = "create table users (id serial primary key); insert into users values (7)"
DEEP = "create sequence s; create table deep (id bigint primary key default nextval('s'){})"
ODD_DEFAULTS = {
    "nested a thousand deep": DEEP.format("+1" * 1_000),
    "nested 3,000 deep": DEEP.format("+1" * 3_000),
    "casts inside of each other": DEEP.format("::integer::bigint" * 400),
    "a long text in it": DEEP.format(f" + length('{'x' * 400_000}')"),
    "an oid below zero": "create table odd (id bigint primary key default nextval('-1'::integer::regclass))",
    "an oid of another number": "create table odd (id bigint primary key default nextval('-7'::integer::regclass))",
    "no sequence at all": "create table odd (id bigint primary key default nextval(null::regclass))",
    "a name of a thousand dots": f"create table odd (id bigint primary key default nextval('{'a.' * 1_000}'::text))",
    "a domain nested a thousand deep": (
        f"create sequence s; create domain ids as bigint default nextval('s'){'+1' * 1_000}; "
        "create table odd (id ids primary key)"
    ),
    "a function that goes on": (
        "create sequence s; create function drawn() returns bigint language sql as "
        f"$$select nextval('s'){' ' * 20_000}+1$$; create table odd (id bigint primary key default drawn())"
    ),
}
ODD_IDS = {
    "of 100,000 digits": "10::numeric ^ 100000",
    "of 5,000 digits": "10::numeric ^ 5000",
    "of 5,000 digits below zero": "-(10::numeric ^ 5000)",
    "that is none": "'NaN'",
    "without an end": "'-Infinity'",
}


def statuses(connection: Connection) -> dict[str, str]:
    return {str(report.table): report.status for report in check_sequences(connection=connection).sequences}


@pytest.mark.timeout(30)
@pytest.mark.parametrize("name", ODD_DEFAULTS)
def test_an_odd_default_leaves_the_other_sequences_judged(connection: Connection, name: str) -> None:
    connection.execute(BEHIND)
    connection.execute(ODD_DEFAULTS[name].encode())
    began = time.monotonic()

    found = statuses(connection)

    assert found["users"] == "behind"
    assert found.get("deep", found.get("odd")) != "ok"
    assert time.monotonic() - began < 10


@pytest.mark.parametrize("ascending", [True, False])
@pytest.mark.parametrize("name", ODD_IDS)
def test_an_odd_id_leaves_the_other_sequences_judged(connection: Connection, name: str, ascending: bool) -> None:
    connection.execute(BEHIND)
    order = "" if ascending else "increment -1"
    connection.execute(f"create sequence s {order}; create table odd (id numeric default nextval('s'))".encode())
    connection.execute(f"insert into odd values ({ODD_IDS[name]})".encode())

    assert statuses(connection)["users"] == "behind"


def test_why_a_sequence_was_not_judged_is_told(connection: Connection, database: str, seedkit: Run) -> None:
    connection.execute(BEHIND)
    connection.execute(ODD_DEFAULTS["a long text in it"].encode())
    connection.execute("create table odd (id numeric); create sequence o owned by odd.id")
    connection.execute("alter table odd alter id set default nextval('o'); insert into odd values (10::numeric^100000)")

    ran = seedkit("check", DATABASE_URL=database)

    assert ran.returncode == 1
    assert "the highest value of odd.id says nothing: a number of 100,001 digits is no id" in ran.stdout
    assert "its default is longer than 1,000,000 characters as PostgreSQL stores it" in ran.stdout
    assert len(ran.stdout + ran.stderr) < 5_000


ODD_VALUES = {
    "a number of 100,000 digits": ("jsonb", "('1e100000')::jsonb"),
    "a number of 5,000 digits": ("json", f"('{'9' * 5_000}')::json"),
    "a number without an end": ("json", "('1e99999999999')::json"),
    "lists in lists": ("json", f"(' {'[' * 5_000}{']' * 5_000}')::json"),
    "blanks around a text": ("json", "('  \"x\" ')::json"),
}


@pytest.mark.parametrize("name", ODD_VALUES)
def test_an_odd_document_is_dumped_and_comes_back(
    project: Write, connection: Connection, database: str, seedkit: Run, name: str
) -> None:
    type_name, value = ODD_VALUES[name]
    connection.execute(f"create table notes (id integer primary key, note {type_name})".encode())
    connection.execute(f"insert into notes values (1, {value})".encode())
    before = connection.execute("select note::text from notes").fetchall()

    ran = seedkit("dump", "notes", DATABASE_URL=database)
    connection.execute("delete from notes")
    project({"fixtures/notes.yml": ran.stdout})
    seeded = seedkit("seed", DATABASE_URL=database)

    assert (ran.returncode, seeded.returncode) == (0, 0), ran.stderr[-500:] + seeded.stderr[-500:]
    assert connection.execute("select note::text from notes").fetchall() == before
