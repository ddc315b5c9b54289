"""A table whose rows nobody can look at is named and left out; the others get their rows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from seedkit.core.generation.requests.asked import AskedRows
from seedkit.core.reports.generation import GenerationReport
from seedkit.errors import LoadError
from seedkit.runner.generation.request import GenerationRequest
from seedkit.runner.generation.run import generate
from tests.runner.generation.conftest import filled, require_extension, rows

Connection = psycopg.Connection

TENANTS = """
    create table a_ok (id serial primary key, t text);
    create table acc (id serial primary key, tid int not null, owner_type text, owner_id int);
    alter table acc enable row level security;
    alter table acc force row level security;
    create policy p on acc using (tid = current_setting('app.tenant')::int);
    create table notes (id serial primary key, acc_id int references acc, body text not null);
    create table must (id serial primary key, acc_id int not null references acc);
    create table z_ok (id serial primary key, t text);
"""

ELSEWHERE = """
    create table a_ok (id serial primary key, t text);
    create extension postgres_fdw;
    create server elsewhere foreign data wrapper postgres_fdw options (host '127.0.0.1', port '1');
    create user mapping for current_user server elsewhere options (user 'nobody', password 'x');
    create table parts (id bigserial, at int not null) partition by list (at);
    create table parts_1 partition of parts for values in (1);
    create foreign table parts_2 partition of parts for values in (2) server elsewhere;
    create table z_ok (id serial primary key, t text);
"""


@pytest.fixture
def owner(connection: Connection, database: str) -> Iterator[Connection]:
    """A role that owns what it creates, and that policies hold for."""
    connection.execute("create role generating_owner login; grant create on schema public to generating_owner")
    try:
        with psycopg.connect(make_conninfo(database, user="generating_owner"), autocommit=True) as other:
            yield other
    finally:
        connection.execute("drop owned by generating_owner cascade; drop role generating_owner")


def every_empty_table(connection: Connection, commit_every: int | None = None) -> GenerationReport:
    connection.prepare_threshold = None  # as seedkit's own have it
    return generate(connection, GenerationRequest(now=date(2026, 11, 30), commit_every=commit_every))


@pytest.mark.parametrize("commit_every", [None, 50])
def test_a_table_whose_policy_raises_is_left_out(owner: Connection, commit_every: int | None) -> None:
    owner.execute(TENANTS)

    report = every_empty_table(owner, commit_every)

    assert rows(report) == {"a_ok": 100, "acc": 0, "must": 0, "notes": 100, "z_ok": 100}
    assert not report.right
    told = {str(table.table): table.reasons for table in report.tables if table.failed}
    assert told["acc"] == ('unrecognized configuration parameter "app.tenant"', "(while filling acc)")
    assert told["must"] == ('table "must" refers by acc_id to acc, which has no rows',)


def test_a_table_with_a_partition_that_is_out_of_reach_is_left_out(connection: Connection) -> None:
    require_extension(connection, "postgres_fdw")
    connection.execute(ELSEWHERE)

    report = every_empty_table(connection)

    assert rows(report) == {"a_ok": 100, "parts": 0, "z_ok": 100}
    assert [table.reasons[0] for table in report.tables if table.failed] == ['could not connect to server "elsewhere"']


def test_a_table_that_is_named_says_itself_why_it_can_not_be_filled(owner: Connection) -> None:
    owner.execute(TENANTS)

    with pytest.raises(LoadError, match=r'unrecognized configuration parameter "app\.tenant"') as refused:
        filled(owner, {"must": 5})

    assert refused.value.detail == "(while filling acc)"


def test_of_many_tables_only_those_that_raise_are_left_out(owner: Connection) -> None:
    owner.execute(TENANTS)
    for number in range(20):
        owner.execute(f"create table more_{number} (id serial primary key)".encode())
    owner.execute("insert into more_7 default values")

    report = every_empty_table(owner)

    assert sum(rows(report).values()) == 2_200
    assert sorted(str(table.table) for table in report.tables if table.failed) == ["acc", "must"]


def test_of_tables_that_a_pattern_fits_the_others_are_filled_in_pieces(owner: Connection) -> None:
    owner.execute(TENANTS)
    owner.execute("insert into a_ok (t) values ('there')")
    owner.prepare_threshold = None
    asked = (AskedRows("*ok", 60), AskedRows("acc*", 60))

    report = generate(owner, GenerationRequest(asked=asked, now=date(2026, 11, 30), commit_every=50))

    assert rows(report) == {"a_ok": 60, "acc": 0, "z_ok": 60}
