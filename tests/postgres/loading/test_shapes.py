"""Columns that are written once, and columns that the server computes."""

from __future__ import annotations

import pytest

from seedkit.core.rows.blocks import Block
from seedkit.core.rows.shapes import RowShape
from tests.postgres.loads import Connection, a_source, loaded_counts, rows_of

pytestmark = pytest.mark.usefixtures("way")


@pytest.fixture
def connection(emptied: Connection) -> Connection:
    return emptied


THINGS = "create table things (id integer primary key, name text, seen text)"
SEEN_ONCE = RowShape(columns=("id", "name", "seen"), once=("seen",))


def test_a_column_that_is_written_once_keeps_its_first_value(connection: Connection) -> None:
    connection.execute(THINGS)
    loaded_counts(connection, "things", a_source(Block(SEEN_ONCE, b"1\ta\tmonday\n2\tb\tmonday\n", 2)))

    counts = loaded_counts(connection, "things", a_source(Block(SEEN_ONCE, b"1\ta\tfriday\n2\tc\tfriday\n", 2)))

    assert counts == (0, 1, 1)
    assert rows_of(connection, "select * from things order by id") == [(1, "a", "monday"), (2, "c", "monday")]


def test_a_computed_column_is_evaluated_on_insert_alone(connection: Connection) -> None:
    connection.execute(THINGS)
    connection.execute("create sequence moments")
    shape = RowShape(columns=("id", "name"), computed=(("seen", "'moment ' || nextval('moments')"),))
    first = a_source(Block(shape, b"1\ta\n", 1), may_compute=True)

    inserted = loaded_counts(connection, "things", first)
    again = loaded_counts(connection, "things", a_source(Block(shape, b"1\ta\n2\tb\n", 2), may_compute=True))

    assert (inserted, again) == ((1, 0, 0), (1, 0, 1))
    assert rows_of(connection, "select * from things order by id") == [(1, "a", "moment 1"), (2, "b", "moment 2")]


def test_rows_of_computed_columns_alone_are_counted(connection: Connection) -> None:
    connection.execute("create table things (made_by text)")
    shape = RowShape(columns=(), computed=(("made_by", "current_user"),))
    source = a_source(Block(shape, b"\n\n", 2), may_compute=True)

    counts = [loaded_counts(connection, "things", source), loaded_counts(connection, "things", source)]

    assert counts == [(2, 0, 0), (0, 0, 2)]


def test_without_a_key_a_row_is_recognised_by_the_columns_that_stay(connection: Connection) -> None:
    connection.execute("create table things (id integer, name text, seen text)")
    loaded_counts(connection, "things", a_source(Block(SEEN_ONCE, b"1\ta\tmonday\n", 1)))

    counts = loaded_counts(connection, "things", a_source(Block(SEEN_ONCE, b"1\ta\tfriday\n1\tb\tfriday\n", 2)))

    assert counts == (1, 0, 1)


@pytest.mark.parametrize(
    "text", [rb"\N", rb"a\tb", rb"a\nb", rb"a\\nb", b"", rb"\\N", "ä\"'%s{}".encode(), rb"\b\f\r\v", b'{"a": [1]}']
)
def test_copy_text_means_the_same_inside_a_statement(connection: Connection, text: bytes) -> None:
    connection.execute("create table copied (id integer, name text)")
    connection.execute(THINGS)
    with connection.cursor() as cursor, cursor.copy("copy copied from stdin") as copy:
        copy.write(b"1\t" + text + b"\n")

    loaded_counts(connection, "things", a_source(Block(RowShape(columns=("id", "name")), b"1\t" + text + b"\n", 1)))

    assert rows_of(connection, "select id, name from things") == rows_of(connection, "select * from copied")
