"""Constraints that are checked at the end of a run: the rows that they refuse are named all the same."""

from __future__ import annotations

import pytest

from seedkit import SeedkitError, seed
from tests.conftest import Write
from tests.postgres.loads import Connection, Refusal, many, rows_of


@pytest.fixture
def connection(emptied: Connection) -> Connection:
    return emptied


TWICE = "Key ({0})=(5) stands at fixtures/items.yml:1 already."


@pytest.mark.parametrize(
    ("columns", "rows", "line", "details"),
    [
        pytest.param(
            "team_id integer references teams deferrable initially deferred",
            ["team_id: 1", "team_id: 5", "team_id: 6"],
            2,
            [
                'Key (team_id)=(5) is not present in table "teams".',
                'also at fixtures/items.yml:3: Key (team_id)=(6) is not present in table "teams".',
            ],
            id="foreign key",
        ),
        pytest.param("n integer, unique (n) {0}", ["n: 5", "n: 6", "n: 5"], 3, [TWICE.format("n")], id="unique"),
        pytest.param('"N" integer unique {0}', ["N: 5", "N: 6", "N: 5"], 3, [TWICE.format("N")], id="quoted"),
        pytest.param(
            "n integer unique {0}",
            ["n: 5", "n: 90"],
            2,
            ["Key (n)=(90) already exists, in the row (id)=(90)."],
            id="a row of the table",
        ),
    ],
)
def test_rows_that_a_deferred_constraint_refuses_are_named(
    connection: Connection, project: Write, columns: str, rows: list[str], line: int, details: list[str]
) -> None:
    definition = columns.format("deferrable initially deferred")
    connection.execute("create table teams (id integer primary key); insert into teams values (1)")
    connection.execute(f"create table items (id integer primary key, {definition})".encode())
    connection.execute(b"insert into items values (90, %s)" % (b"1" if "teams" in columns else b"90"))
    project({"fixtures/items.yml": "".join(f"- {{id: {number}, {row}}}\n" for number, row in enumerate(rows))})

    with pytest.raises(SeedkitError) as caught:
        seed(connection=connection)

    assert str(caught.value.origin) == f"fixtures/items.yml:{line}"
    assert (caught.value.detail or "").split("\n  ") == details
    assert connection.execute("select count(*) from items").fetchone() == (1,)


def a_deferred_trigger(connection: Connection, condition: str, events: str = "insert or update") -> None:
    """Refuse rows of the table items by a trigger that is asked at the end."""
    connection.execute(
        f"create or replace function refuse() returns trigger language plpgsql as $$begin if {condition} then"
        f" raise exception 'n of item % is wrong', new.id; end if; return null; end$$".encode()
    )
    connection.execute(
        f"create constraint trigger at_the_end after {events} on items deferrable initially deferred"
        " for each row execute function refuse()".encode()
    )


@pytest.mark.parametrize("partitioned", [False, True])
@pytest.mark.parametrize("more", ["", many(900, "- {{id: {n}, n: 0}}")], ids=["few", "many"])
def test_rows_that_a_deferred_trigger_refuses_are_named(
    connection: Connection, refusal: Refusal, more: str, partitioned: bool
) -> None:
    kind = "partition by range (id)" if partitioned else ""
    connection.execute(f"create table items (id integer primary key, n integer) {kind}".encode())
    if partitioned:
        connection.execute("create table some_items partition of items for values from (0) to (9999)")
    a_deferred_trigger(connection, "new.n > 5")

    error = refusal(items=f"- {{id: 1001, n: 1}}\n- {{id: 1002, n: 9}}\n{more}- {{id: 1003, n: 8}}\n")

    last = 3 + more.count("\n")
    assert str(error).splitlines() == [
        "n of item 1002 is wrong",
        "  at fixtures/items.yml:2",
        "  in PL/pgSQL function refuse() line 1 at RAISE",
        f"  also at fixtures/items.yml:{last}: n of item 1003 is wrong; in PL/pgSQL function refuse() line 1 at RAISE",
    ]
    assert rows_of(connection, "select from items") == []


def test_a_row_that_only_the_end_shows_to_be_right_is_not_blamed(connection: Connection, refusal: Refusal) -> None:
    connection.execute("create table items (id integer primary key); create table parts (item integer)")
    a_deferred_trigger(connection, "not exists (select from parts where item = new.id)")

    error = refusal(items="- {id: 1}\n- {id: 2}\n- {id: 3}\n", parts="- {item: 1}\n- {item: 3}\n")

    assert (error.message, str(error.origin)) == ("n of item 2 is wrong", "fixtures/items.yml:2")


def test_a_trigger_that_does_not_refuse_updates_is_named_without_a_line(
    connection: Connection, refusal: Refusal
) -> None:
    connection.execute("create table items (id integer primary key, n integer)")
    a_deferred_trigger(connection, "tg_op = 'INSERT' and new.n > 5", "insert")

    error = refusal(items="- {id: 1, n: 1}\n- {id: 2, n: 9}\n")

    assert str(error).splitlines() == [
        "n of item 2 is wrong",
        "  at fixtures/items.yml",
        "  (while checking deferred constraints)",
        '  raised by the deferred trigger "at_the_end" of table "items"',
    ]


@pytest.mark.parametrize("partitioned", [False, True])
def test_rows_that_a_deferred_exclusion_refuses_are_named(
    connection: Connection, refusal: Refusal, partitioned: bool
) -> None:
    key, kind = ("room, stay", "partition by list (room)") if partitioned else ("id", "")
    connection.execute(
        f"create table items (id integer, room integer, stay int4range, note text, primary key ({key})) {kind}".encode()
    )
    table = "items"
    if partitioned:
        table = "of_one"
        connection.execute("create table of_one partition of items for values in (1)")
    connection.execute(
        f"alter table {table} add exclude using gist (stay with &&) where (note is null)"
        " deferrable initially deferred".encode()
    )
    connection.execute("insert into items values (90, 1, '[80,90)')")

    error = refusal(
        items='- {id: 1, room: 1, stay: "[1,3)"}\n- {id: 2, room: 1, stay: "[2,4)", note: x}\n'
        '- {id: 3, room: 1, stay: "[5,7)"}\n- {id: 4, room: 1, stay: "[2,6)"}\n- {id: 5, room: 1, stay: "[85,99)"}\n'
    )

    row = "(room, stay)=(1, [80,90))" if partitioned else "(id)=(90)"
    assert str(error.origin) == "fixtures/items.yml:4"
    assert (error.detail or "").split("\n  ") == [
        "Key (stay)=([2,6)) conflicts with (stay)=([1,3)), at fixtures/items.yml:1.",
        "also at fixtures/items.yml:4: Key (stay)=([2,6)) conflicts with (stay)=([5,7)), at fixtures/items.yml:3.",
        f"also at fixtures/items.yml:5: Key (stay)=([85,99)) conflicts with (stay)=([80,90)), in the row {row}.",
    ]


def test_rows_that_a_trigger_has_made_the_same_are_named(connection: Connection, refusal: Refusal) -> None:
    connection.execute(
        "create table items (id integer primary key, name text unique deferrable initially deferred);"
        "create function lower_it() returns trigger language plpgsql as"
        " $$begin new.name := lower(new.name); return new; end$$;"
        "create trigger lowers before insert on items for each row execute function lower_it()"
    )

    error = refusal(items="- {id: 1, name: Ada}\n- {id: 2, name: Ben}\n- {id: 3, name: ADA}\n")

    assert str(error.origin) == "fixtures/items.yml:3"
    assert error.detail == "Key (name)=(ada) stands at fixtures/items.yml:1 already."


def test_rows_of_another_table_with_the_same_columns_are_not_blamed(connection: Connection, refusal: Refusal) -> None:
    connection.execute(
        "create table items (id integer primary key, n integer) partition by range (id);"
        "create table some_items partition of items for values from (1) to (10);"
        "create table copies (id integer, n integer, unique (n) deferrable initially deferred);"
        "create function copy_it() returns trigger language plpgsql as"
        " $$begin insert into copies select new.id, new.n; return null; end$$;"
        "create trigger copies after insert on items for each row execute function copy_it()"
    )

    error = refusal(items="- {id: 1, n: 1}\n- {id: 2, n: 1}\n")

    assert error.message == 'duplicate key value violates unique constraint "copies_n_key"'
    assert error.origin is None or error.origin.line is None
