"""Parents' keys are read into little room, whatever they are, and found again by their values."""

from __future__ import annotations

import tracemalloc

import psycopg
import pytest

from seedkit.core.catalog import Table
from seedkit.core.generation.columns.parents import Numbered
from seedkit.core.generation.keys.parent_keys import Islands, KeysThere, Packed
from seedkit.postgres.catalog.tables import read_catalog, read_tables
from seedkit.postgres.generation.parents import read_keys
from seedkit.postgres.generation.rows import rows_as_copied

Connection = psycopg.Connection


def table(connection: Connection) -> Table:
    (oid,) = [relation.oid for relation in read_catalog(connection).relations if relation.kind == "r"]
    return read_tables(connection, [oid])[oid]


def keys(connection: Connection, *columns: str, room: int = 1 << 25) -> KeysThere:
    return read_keys(connection, table(connection), columns, room)


def texts(found: KeysThere) -> list[tuple[str, ...]]:
    return [
        tuple(found.held.text(place, column) for column in range(len(found.columns)))
        for place in range(len(found.held))
    ]


def test_numbers_without_a_gap_are_one_run_however_many_they_are(connection: Connection) -> None:
    connection.execute("create table users (id integer primary key)")
    connection.execute("insert into users select generate_series(5, 200004)")
    users = table(connection)

    tracemalloc.start()
    found = read_keys(connection, users, ("id",))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert (len(found.held), type(found.held.key(0)), peak < 500_000) == (200_000, Numbered, True)
    assert (found.held.text(0), found.held.text(199_999), found.held.place(["77"])) == ("5", "200004", 72)


def test_numbers_with_gaps_are_runs(connection: Connection) -> None:
    connection.execute("create table users (id bigint primary key)")
    connection.execute("insert into users select n from generate_series(-50, 3000) as n where n % 10 < 7")

    found = keys(connection, "id")

    ids = [row[0] for row in connection.execute("select id::text from users order by users.id").fetchall()]
    assert isinstance(found.held, Islands)
    assert [text for (text,) in texts(found)] == ids
    assert [found.held.place([text]) for text in ids] == list(range(len(ids)))
    assert found.held.place(["8"]) is None
    assert not found.sampled


def test_texts_and_keys_of_several_columns_are_found_whatever_is_in_them(connection: Connection) -> None:
    connection.execute(r"""
        create table places (country char(3), name text, at timestamptz, primary key (country, name));
        insert into places values ('de', E'a\tb', now()), ('de', E'back\\slash', now()), ('de ', 'Ä', now()),
            ('fr', '', now()),
            ('fr', E'line\nbreak', now()), ('us', 'a b', now()), ('us', 'a-b', now()), ('us', 'a', now());
    """)

    found = keys(connection, "country", "name")

    rows = connection.execute("select country::text, name from places").fetchall()
    assert isinstance(found.held, Packed)
    assert sorted(place for row in rows if (place := found.held.place(row)) is not None) == list(range(8))
    assert found.held.place(["us", "b"]) is None


@pytest.mark.parametrize("column", ["id", "code"])
def test_of_more_keys_than_there_is_room_for_there_is_a_sample(connection: Connection, column: str) -> None:
    connection.execute("create table users (id bigint primary key, code text unique)")
    connection.execute("insert into users select n * 2, 'c' || n from generate_series(1, 2000) as n")

    found = keys(connection, column, room=6400)
    again = keys(connection, column, room=6400)

    assert found.sampled
    assert 200 < len(found.held) < 1000
    assert texts(found) == texts(again)
    assert found.rows == 2000


def test_rows_of_tables_that_inherit_are_none_of_the_tables_own(connection: Connection) -> None:
    connection.execute("create table users (id integer primary key)")
    users = table(connection)
    connection.execute("create table admins () inherits (users)")
    connection.execute("insert into users values (1)")
    connection.execute("insert into admins values (2)")

    assert texts(read_keys(connection, users, ("id",))) == [("1",)]
    assert list(rows_as_copied(connection, users, ["id"], ["id"])) == [["1"]]
