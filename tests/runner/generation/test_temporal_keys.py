"""Temporal foreign keys: a row has the period of the row that it refers to, also where its own key has the period."""

from __future__ import annotations

import psycopg
import pytest

from tests.runner.generation.conftest import filled, rows

Connection = psycopg.Connection

SCHEMA = """
    create extension btree_gist;
    create table rooms (id serial primary key);
    create table b1 (id int, valid_at daterange, name text, primary key (id, valid_at without overlaps));
    create table c1 (id int, valid_at daterange, name text, primary key (id, valid_at without overlaps));
"""
TEMPORAL = "foreign key (b1_id, period valid_at) references b1 (id, period valid_at)"
OF_IDS = f"primary key (id, valid_at without overlaps), {TEMPORAL}"
CHILDREN = {
    "a number": f"id int, valid_at daterange, b1_id int not null, {OF_IDS}",
    "a text": "code text, valid_at daterange, b1_id int not null, "
    f"primary key (code, valid_at without overlaps), {TEMPORAL}",
    "the reference": f"b1_id int, valid_at daterange, primary key (b1_id, valid_at without overlaps), {TEMPORAL}",
    "another reference": "room_id int references rooms, valid_at daterange, b1_id int not null, "
    f"primary key (room_id, valid_at without overlaps), {TEMPORAL}",
    "an exclusion": "room_id int not null references rooms, valid_at daterange not null, b1_id int not null, "
    f"exclude using gist (room_id with =, valid_at with &&), {TEMPORAL}",
    "one that may be NULL": f"id int, valid_at daterange, b1_id int, {OF_IDS}",
    "two of them": "id int, valid_at daterange, b1_id int not null, c1_id int not null, "
    f"primary key (id, valid_at without overlaps), {TEMPORAL}, "
    "foreign key (c1_id, period valid_at) references c1 (id, period valid_at)",
    "a serial": f"id serial primary key, valid_at daterange not null, b1_id int not null, {TEMPORAL}",
}


@pytest.fixture(autouse=True)
def parents(connection: Connection) -> None:
    if connection.info.server_version < 180000:
        pytest.skip("PostgreSQL 18 has temporal keys")
    connection.execute(SCHEMA.encode())


@pytest.mark.parametrize("key", CHILDREN)
def test_rows_have_the_period_of_those_they_refer_to(connection: Connection, key: str) -> None:
    connection.execute(f"create table b2 ({CHILDREN[key]})".encode())

    filled(connection, {"rooms": 30, "b1": 60, "c1": 60})
    reports = [filled(connection, {"b2": 20}) for _ in range(2)]

    assert [rows(report) for report in reports] == [{"b2": 20}] * 2
    assert connection.execute("""
        select count(*) filter (where b1_id is not null) > 30, bool_and(b1_id is null or b1.id is not null)
        from b2 left join b1 on b1.id = b1_id and b1.valid_at @> b2.valid_at
    """).fetchone() == (True, True)


def test_without_parents_the_period_of_a_key_is_its_own(connection: Connection) -> None:
    connection.execute(f"create table b2 ({CHILDREN['one that may be NULL']})".encode())

    report = filled(connection, {"b2": 20, "b1": 0})

    assert rows(report) == {"b1": 0, "b2": 20}
    assert connection.execute("select count(b1_id), count(distinct valid_at) from b2").fetchone() == (0, 20)
