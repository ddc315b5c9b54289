"""Dumps of partitions and of what refers to them: each row stands once, with those it refers to before it."""

from __future__ import annotations

import io
from collections.abc import Callable
from itertools import product
from typing import Any

import psycopg
import pytest
import yaml
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from psycopg import sql

from seedkit import seed
from seedkit.files.dump_targets import StreamTarget
from seedkit.runner.dump import DumpRequest, dump
from tests.conftest import Write
from tests.postgres.loading.test_partitions import LEVELS, TREES, refer

Connection = psycopg.Connection[Any]
Dump = Callable[..., str]

INHERITANCE = """
create table people (id integer primary key, visit_id integer);
create table workers (primary key (id), boss_id integer references people) inherits (people);
"""
EVERYTHING = "bills, visits, people, workers"


@pytest.fixture
def connection(emptied: Connection) -> Connection:
    emptied.execute(TREES)
    return emptied


def dumped(connection: Connection, *tables: str, **options: Any) -> str:
    written = io.BytesIO()
    with psycopg.connect(connection.info.dsn, autocommit=True) as other:
        dump(other, DumpRequest(tables=tables, **options), StreamTarget(written))
    return written.getvalue().decode()


def ids(text: str) -> dict[str, list[int]]:
    """The ids of each table, in the order of the tables."""
    return {table: [row["id"] for row in rows] for table, rows in yaml.safe_load(text).items()}


def with_references(connection: Connection, *tables: str, **options: Any) -> dict[str, list[int]]:
    return ids(dumped(connection, *tables, with_references=True, **options))


def images(connection: Connection) -> list[Any]:
    return [
        connection.execute(f"select tableoid::regclass::text, t::text from {table} as t order by 1, 2".encode())
        .fetchall()
        for table in EVERYTHING.split(", ")
    ]  # fmt: skip


# What a dump brings


@pytest.mark.parametrize(
    ("key_of", "key_to", "named"),
    [
        *((f"bills{key}", "visits", f"bills{named}") for key, named in product(LEVELS, LEVELS)),
        ("bills_late", "visits_late", "bills"),
        ("bills", "visits_late_a", "bills_late"),
    ],
)
def test_references_are_followed_across_the_boundary(
    connection: Connection, key_of: str, key_to: str, named: str
) -> None:
    refer(connection, key_of, key_to)
    connection.execute("insert into visits values (1), (100), (101); insert into bills values (101, 100), (102, null)")

    assert with_references(connection, named) == {key_to: [100], named: [101, 102]}


def test_only_the_partitions_that_have_the_key_bring_rows(connection: Connection) -> None:
    refer(connection, "bills_late", "visits")
    connection.execute("insert into visits values (1), (2), (100); insert into bills values (1, 1), (101, 100)")

    assert with_references(connection, "bills") == {"visits": [100], "bills": [1, 101]}
    assert with_references(connection, "bills", condition="id < 101") == {"bills": [1]}


def test_rows_found_in_a_partition_lead_on_by_its_own_keys_and_its_roots(connection: Connection) -> None:
    connection.execute(
        """
        create table doctors (id integer primary key);
        create table rooms (id integer primary key);
        alter table visits add column doctor_id integer references doctors, add column room_id integer;
        alter table visits_late_a add foreign key (room_id) references rooms;
        insert into doctors values (1), (2); insert into rooms values (1), (2);
        insert into visits values (100, null, 2, 1), (1, null, 1, 2), (2, null, 1, 2);
        insert into bills values (1, 100), (2, 1);
        """
    )
    refer(connection, "bills", "visits")

    assert with_references(connection, "bills", condition="id = 1") == {
        "doctors": [2], "rooms": [1], "visits": [100], "bills": [1]
    }  # fmt: skip
    assert with_references(connection, "bills", condition="id = 2") == {"doctors": [1], "visits": [1], "bills": [2]}


@pytest.mark.parametrize(
    ("named", "expected"),
    [
        (("bills", "visits"), {"visits": [1, 2, 100, 101], "bills": [1, 101]}),
        (("bills", "visits_late"), {"visits": [1], "visits_late": [100, 101], "bills": [1, 101]}),
        (("bills", "visits_early"), {"visits": [100], "visits_early": [1, 2], "bills": [1, 101]}),
        (("bills_late", "visits_early"), {"visits": [100], "visits_early": [1, 2], "bills_late": [101]}),
        (("bills", "bills_late"), {"visits": [1, 100], "bills": [1], "bills_late": [101]}),
    ],
    ids=str,
)
def test_a_row_stands_once_with_the_partition_that_is_named(
    connection: Connection, named: tuple[str, ...], expected: dict[str, list[int]]
) -> None:
    refer(connection, "bills", "visits")
    connection.execute("insert into visits values (1), (2), (100), (101); insert into bills values (1, 1), (101, 100)")

    assert with_references(connection, *named) == expected


def test_a_row_that_is_found_by_a_root_and_a_partition_stands_once(connection: Connection) -> None:
    refer(connection, "bills", "visits")
    connection.execute("alter table bills add foreign key (other_id) references visits_late_a")
    connection.execute(
        "insert into visits values (1), (100), (101); insert into bills values (1, 100, 100), (2, 1, 101)"
    )

    assert with_references(connection, "bills") == {"visits": [1, 100, 101], "bills": [1, 2]}


def test_a_partition_with_a_condition_has_its_rows_that_others_of_it_refer_to(connection: Connection) -> None:
    connection.execute("alter table visits add column before_id integer references visits")
    connection.execute("insert into visits values (1, null, null), (100, null, 1), (101, null, 100), (102, null, 101)")

    found = with_references(connection, "visits_late_a", condition="id = 102")

    assert found == {"visits": [1], "visits_late_a": [100, 101, 102]}


# What comes back


@pytest.mark.parametrize("key_of", ["payment", "payment_2007"])
def test_a_partition_and_what_it_refers_to_come_back(connection: Connection, project: Write, key_of: str) -> None:
    connection.execute(
        """
        create table rental (id integer primary key);
        create table payment (id integer, at date, rental_id integer) partition by range (at);
        create table payment_2007 partition of payment for values from ('2007-01-01') to ('2008-01-01');
        insert into rental values (1), (2);
        insert into payment values (1, '2007-05-01', 2), (2, '2007-06-01', 2);
        """
    )
    connection.execute(
        sql.SQL("alter table {} add foreign key (rental_id) references rental").format(sql.Identifier(key_of))
    )
    text = dumped(connection, "payment_2007", "rental")
    project({"fixtures/all.yml": text})
    connection.execute("truncate rental, payment")

    seed(connection=connection)

    assert dumped(connection, "rental", "payment_2007") == text
    assert ids(text) == {"rental": [1, 2], "payment_2007": [1, 2]}


NAMES = {
    side: st.sampled_from([[side], [f"{side}_early", f"{side}_late"], [f"{side}_late_a", f"{side}_early"],
                           [f"{side}_late", side]])
    for side in ("bills", "visits")
}  # fmt: skip
KEYS = {side: st.sampled_from([f"{side}{level}" for level in (*LEVELS, "_early")]) for side in ("bills", "visits")}


@settings(
    max_examples=40,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.data())
def test_rows_of_partitions_and_of_heirs_come_back_whatever_refers_to_what(
    connection: Connection, project: Write, data: st.DataObject
) -> None:
    key_of, key_to, heir = data.draw(KEYS["bills"]), data.draw(KEYS["visits"]), data.draw(st.booleans())
    names = [*data.draw(NAMES["bills"]), *data.draw(NAMES["visits"]), "workers", "people"]
    connection.execute("set client_min_messages = warning; drop table if exists bills, visits, people cascade")
    connection.execute(f"{TREES}{INHERITANCE}alter table visits add column before_id integer".encode())
    refer(connection, key_of, key_to)
    refer(connection, "workers" if heir else "people", key_to)
    connection.execute("alter table visits add foreign key (before_id) references visits")
    fill(connection, data, (0 if key_to == "visits_early" else 2, 2 if key_to == "visits_early" else 4))
    before, text = images(connection), dumped(connection, *data.draw(st.permutations(names)))
    project({"fixtures/all.yml": text})

    connection.execute(f"truncate {EVERYTHING}".encode())
    first, second = seed(connection=connection), seed(connection=connection)

    assert images(connection) == before
    assert dumped(connection, *names) == text
    assert sum(table.inserted for table in first.tables) == sum(map(len, before[:3]))
    assert not any(table.inserted or table.updated for table in second.tables)


def fill(connection: Connection, data: st.DataObject, referable: tuple[int, int]) -> None:
    """Fill all tables; what stands between two places among the four visits may be referred to by any row."""
    visits = [1, 2, 100, 101]
    may_refer_to = st.sampled_from([None, *visits[slice(*referable)]])
    for number in visits:
        connection.execute("insert into visits (id) values (%s)", [number])
    for number in visits:
        before = data.draw(st.sampled_from([None, *visits]))
        connection.execute("update visits set before_id = %s where id = %s", [before, number])
    for number in data.draw(st.sets(st.sampled_from([1, 2, 100, 101]))):
        connection.execute("insert into bills values (%s, %s)", [number, data.draw(may_refer_to)])
    for number in data.draw(st.sets(st.sampled_from([1, 2]))):
        connection.execute("insert into people values (%s, %s)", [number, data.draw(may_refer_to)])
        connection.execute("insert into workers values (%s, %s, %s)", [number, data.draw(may_refer_to), number])
