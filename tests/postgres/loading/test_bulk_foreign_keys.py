"""`--bulk-fk`: foreign keys of empty tables are checked at the end, and are what they were afterwards."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo

from seedkit import seed
from seedkit.errors import LoadError, UsageError
from tests.conftest import Run, Write
from tests.postgres.loads import Connection, counts, rows_of

SHOP = """
    create table users (id integer primary key, boss_id integer references users);
    create table orders (
        id integer,
        on_day date,
        user_id integer not null references users on delete cascade deferrable initially deferred,
        seller_id integer,
        primary key (id, on_day)
    ) partition by range (on_day);
    create table orders_2026 partition of orders for values from ('2026-01-01') to ('2027-01-01');
    create table orders_rest partition of orders default;
    alter table orders add constraint seller foreign key (seller_id) references users match full on update set null;
"""
FIXTURES = {
    "fixtures/users.yml": "- {id: 1, boss_id: 2}\n- {id: 2}\n",
    "fixtures/orders.yml": "- {id: 1, on_day: 2026-05-01, user_id: 2, seller_id: 1}\n"
    "- {id: 2, on_day: 2031-05-01, user_id: 1}\n",
}


@pytest.fixture
def connection(connection: Connection, request: pytest.FixtureRequest) -> Connection:
    """The test's connection, on the servers that the test is about."""
    if (connection.info.server_version < 180004) is not ("older" in request.node.name):
        pytest.skip("foreign keys can be suspended from PostgreSQL 18.4 on")
    return connection


def constraints(connection: Connection) -> list[tuple[Any, ...]]:
    return rows_of(
        connection,
        "select to_jsonb(c) - 'oid' - 'conparentid', pg_get_constraintdef(oid) from pg_constraint c"
        " where contype in ('f', 'p') order by conrelid, conname",
    )


def triggers(connection: Connection) -> list[tuple[Any, ...]]:
    return rows_of(
        connection,
        "select tgrelid::regclass::text, tgtype, tgfoid::regproc::text, tgdeferrable, tginitdeferred"
        " from pg_trigger order by 1, 2, 3, 4, 5",
    )


def test_the_foreign_keys_are_the_same_afterwards_and_hold(
    connection: Connection, database: str, project: Write
) -> None:
    connection.execute(SHOP)
    project(FIXTURES)
    before = constraints(connection), triggers(connection)

    report = seed(url=database, bulk_foreign_keys=True)

    assert counts(report) == {"users": (2, 0, 0), "orders": (2, 0, 0)}
    assert (constraints(connection), triggers(connection)) == before
    with pytest.raises(psycopg.errors.ForeignKeyViolation):
        connection.execute("insert into orders values (3, '2026-06-01', 99)")


def test_a_second_run_leaves_the_keys_of_filled_tables_alone(
    connection: Connection, database: str, project: Write
) -> None:
    connection.execute(SHOP)
    project(FIXTURES)
    seed(url=database, bulk_foreign_keys=True)
    before = rows_of(connection, "select oid, xmin::text from pg_constraint order by oid")

    report = seed(url=database, bulk_foreign_keys=True)

    assert counts(report) == {"users": (0, 0, 2), "orders": (0, 0, 2)}
    assert rows_of(connection, "select oid, xmin::text from pg_constraint order by oid") == before


@pytest.mark.parametrize("file", ["users", "orders"])
def test_a_row_that_lacks_its_parent_is_named(connection: Connection, database: str, project: Write, file: str) -> None:
    connection.execute(SHOP)
    project(FIXTURES)
    wrong = {"users": "- {id: 3, boss_id: 77}\n", "orders": "- {id: 3, on_day: 2026-06-01, user_id: 77}\n"}[file]
    project({f"fixtures/{file}.yml": FIXTURES[f"fixtures/{file}.yml"] + wrong})
    before = constraints(connection)

    with pytest.raises(LoadError, match="violates foreign key constraint") as caught:
        seed(url=database, bulk_foreign_keys=True)

    assert str(caught.value.origin) == f"fixtures/{file}.yml:3"
    assert "(77) is not present in table" in str(caught.value.detail)
    assert rows_of(connection, "select count(*) from users") == [(0,)]
    assert constraints(connection) == before


def test_keys_that_are_not_valid_or_not_enforced_stay_so(connection: Connection, database: str, project: Write) -> None:
    connection.execute(SHOP)
    connection.execute("alter table users add constraint old foreign key (boss_id) references users not valid")
    connection.execute("alter table users add constraint off foreign key (boss_id) references users not enforced")
    project(FIXTURES)
    before = constraints(connection)

    seed(url=database, bulk_foreign_keys=True)

    assert constraints(connection) == before


def test_a_borrowed_connection_is_refused(connection: Connection, project: Write) -> None:
    connection.execute(SHOP)
    project(FIXTURES)

    with connection.transaction(), pytest.raises(UsageError, match="on a borrowed connection"):
        seed(connection=connection, bulk_foreign_keys=True)


def test_a_table_that_the_run_does_not_fill_must_not_be_locked(
    connection: Connection, database: str, project: Write
) -> None:
    connection.execute(SHOP)
    connection.execute("insert into users values (1), (2)")
    project({"fixtures/orders.yml": FIXTURES["fixtures/orders.yml"]})

    with pytest.raises(UsageError, match='it refers to "users", which this run does not fill'):
        seed(url=database, bulk_foreign_keys=True)


def test_tables_of_somebody_else_are_refused_with_their_owner(
    connection: Connection, database: str, project: Write
) -> None:
    connection.execute(SHOP)
    role = sql.Identifier(f"guest_of_{connection.info.dbname}")
    connection.execute(sql.SQL("create role {} login").format(role))
    connection.execute(sql.SQL("grant all on all tables in schema public to {}").format(role))
    project(FIXTURES)

    with pytest.raises(UsageError, match="the table belongs to") as caught:
        seed(url=make_conninfo(database, user=f"guest_of_{connection.info.dbname}"), bulk_foreign_keys=True)

    assert caught.value.hint == "Run it as the tables' owner, or leave out --bulk-fk."
    connection.execute(sql.SQL("drop owned by {}; drop role {}").format(role, role))


def test_an_older_server_is_refused_by_its_version(connection: Connection, database: str, project: Write) -> None:
    project({"fixtures/users.yml": "- {id: 1}\n"})

    with pytest.raises(UsageError, match=r"--bulk-fk needs PostgreSQL 18\.4 or later; this is 1[5-8]\.\d+"):
        seed(url=database, bulk_foreign_keys=True)


def test_the_help_says_that_readers_are_blocked(seedkit: Run) -> None:
    shown = " ".join(seedkit("seed", "--help", COLUMNS="200").stdout.split())

    assert "--bulk-fk" in shown
    assert "blocks readers" in shown
