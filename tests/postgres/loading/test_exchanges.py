"""Rows that exchange unique values: PostgreSQL checks row by row, so that what one is to have must be free before."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from typing import Any, LiteralString

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.postgres.loads import Connection, Load, Refusal, rows_of

LISTS: LiteralString = "create table lists (id integer primary key); insert into lists values (1), (2);"


@pytest.fixture
def connection(emptied: Connection) -> Connection:
    emptied.execute(LISTS)
    return emptied


def lines(rows: list[str], *, number: int = 1) -> str:
    return "".join(f"- {{id: {place}, {row}}}\n" for place, row in enumerate(rows, start=number))


ONE_LIST = ["list_id: 1, position: 1", "list_id: 1, position: 2", "list_id: 1, position: 3"]
MOVED_ON = [ONE_LIST[1], ONE_LIST[2], ONE_LIST[0]]
ITEMS: LiteralString = "id integer primary key, list_id integer not null references lists, position integer not null"
USERS: LiteralString = "id integer primary key, list_id integer not null references lists, active boolean not null"
DEFAULTS = ["list_id: 1, active: true", "list_id: 1, active: false"]

EXCHANGES: dict[str, tuple[LiteralString, list[str], list[str]]] = {
    "positions in a list": (f"create table items ({ITEMS}, unique (list_id, position))", ONE_LIST, MOVED_ON),
    "positions that must be positive": (
        f"create table items ({ITEMS}, unique (list_id, position), check (position > 0))",
        ONE_LIST,
        MOVED_ON,
    ),
    "positions of a small type from its beginning on": (
        "create table items (id integer primary key, list_id integer, position smallint unique)",
        ["position: -32768", "position: 1"],
        ["position: 1", "position: -32768"],
    ),
    "lists at a position": (
        f"create table items ({ITEMS}, unique (list_id, position))",
        ["list_id: 1, position: 1", "list_id: 2, position: 1"],
        ["list_id: 2, position: 1", "list_id: 1, position: 1"],
    ),
    "values where NULLs are not distinct": (
        "create table items (id integer primary key, a integer, b integer, unique nulls not distinct (a, b))",
        ["a: ~, b: 1", "a: ~, b: 2", "a: ~, b: ~"],
        ["a: ~, b: ~", "a: ~, b: 1", "a: ~, b: 2"],
    ),
    "values of two keys at once": (
        "create table items (id integer primary key, a text not null unique, b char(4) unique, c bytea unique)",
        ["a: x, b: x, c: x", "a: y, b: y, c: y"],
        ["a: y, b: y, c: y", "a: x, b: x, c: x"],
    ),
    "values that a column is generated of": (
        "create table items (id integer primary key, a text not null,"
        " b text generated always as (lower(a)) stored unique)",
        ["a: x", "a: y"],
        ["a: Y", "a: X"],
    ),
    "a default that moves down": (
        f"create table items ({USERS}); create unique index on items (list_id) where active",
        DEFAULTS,
        DEFAULTS[::-1],
    ),
    "a default that moves up": (
        f"create table items ({USERS}); create unique index on items (list_id) where active",
        DEFAULTS[::-1],
        DEFAULTS,
    ),
    "a default by its opposite": (
        f"create table items ({USERS}); create unique index on items (list_id) where not active",
        DEFAULTS[::-1],
        DEFAULTS,
    ),
    "lists of two defaults": (
        f"create table items ({USERS}); create unique index on items (list_id) where active",
        ["list_id: 1, active: true", "list_id: 2, active: true"],
        ["list_id: 2, active: true", "list_id: 1, active: true"],
    ),
    "a state of several": (
        "create table items (id integer primary key, state text not null check (state in ('on', 'off', 'idle')));"
        "create unique index on items ((true)) where state = 'on'",
        ["state: 'off'", "state: 'on'", "state: idle"],
        ["state: 'on'", "state: idle", "state: 'off'"],
    ),
    "a state of a type of its own": (
        "create type state as enum ('on', 'off');"
        "create table items (id integer primary key, list_id integer not null references lists, state state not null);"
        "create unique index on items (list_id) where state = 'on'",
        ["list_id: 1, state: 'off'", "list_id: 1, state: 'on'"],
        ["list_id: 1, state: 'on'", "list_id: 1, state: 'off'"],
    ),
    "what is deleted": (
        "create table items (id integer primary key, email text not null, deleted_at timestamptz);"
        "create unique index on items (email) where deleted_at is null",
        ["email: a, deleted_at: 2026-01-01", "email: a, deleted_at: ~"],
        ["email: a, deleted_at: ~", "email: a, deleted_at: 2026-01-01"],
    ),
    "letters in any case": (
        "create table items (id integer primary key, email text not null);"
        "create unique index on items (lower(email))",
        ["email: A", "email: b", "email: c"],
        ["email: B", "email: C", "email: a"],
    ),
    "names below a parent or none": (
        "create table items (id integer primary key, parent_id integer references lists, name text not null);"
        "create unique index on items (coalesce(parent_id, 0), name)",
        ["parent_id: ~, name: a", "parent_id: 1, name: a", "parent_id: ~, name: b"],
        ["parent_id: 1, name: a", "parent_id: ~, name: b", "parent_id: ~, name: a"],
    ),
    "a part of a document": (
        "create table items (id integer primary key, data jsonb not null);"
        "create unique index on items ((data->>'slug'))",
        ["data: {slug: a}", "data: {slug: b}"],
        ["data: {slug: b}", "data: {slug: a}"],
    ),
    "days": (
        "create table items (id integer primary key, at timestamp not null);"
        "create unique index on items ((at::date))",
        ["at: 2026-01-01 10:00", "at: 2026-01-02 11:00"],
        ["at: 2026-01-02 12:00", "at: 2026-01-01 13:00"],
    ),
    "spans that must not overlap": (
        "create table items (id integer primary key, span int4range not null, exclude using gist (span with &&))",
        ["span: '[1,5)'", "span: '[5,9)'"],
        ["span: '[4,9)'", "span: '[1,4)'"],
    ),
    "spans of those that are active": (
        "create table items (id integer primary key, active boolean not null, span int4range not null"
        " check (not isempty(span)), exclude using gist (span with &&) where (active))",
        ["active: true, span: '[1,5)'", "active: false, span: '[2,9)'"],
        ["active: false, span: '[1,5)'", "active: true, span: '[2,9)'"],
    ),
    "places that an exclusion keeps apart": (
        f"create table items ({ITEMS}, exclude (list_id with =, position with =))",
        ONE_LIST,
        MOVED_ON,
    ),
    "positions that a key of a partition keeps apart": (
        "create table items (id integer primary key, position integer not null) partition by range (id);"
        "create table items_1 partition of items for values from (1) to (9);"
        "alter table items_1 add unique (position)",
        ["position: 1", "position: 2"],
        ["position: 2", "position: 1"],
    ),
    "positions of a partitioned table": (
        "create table items (id integer, list_id integer, position integer not null, primary key (id, list_id),"
        " unique (list_id, position)) partition by list (list_id);"
        "create table items_1 partition of items for values in (1)",
        ONE_LIST,
        MOVED_ON,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", EXCHANGES)
def test_rows_exchange(connection: Connection, load: Load, name: str) -> None:
    schema, before, after = EXCHANGES[name]
    connection.execute(schema)
    load(items=lines(before))

    moved, again = load(items=lines(after)), load(items=lines(after))

    assert moved == {"items": (0, len(after), 0)}
    assert again == {"items": (0, 0, len(after))}


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("order", [1, -1], ids=["taken first", "given first"])
def test_a_default_moves_in_either_order_of_the_file(connection: Connection, load: Load, order: int) -> None:
    connection.execute(f"create table items ({USERS}); create unique index on items (list_id) where active")
    load(items="- {id: 1, list_id: 1, active: true}\n- {id: 2, list_id: 1, active: false}\n")
    rows = ["- {id: 1, list_id: 1, active: false}\n", "- {id: 2, list_id: 1, active: true}\n"]

    assert load(items="".join(rows[::order])) == {"items": (0, 2, 0)}
    assert load(items="".join(reversed(rows[::order]))) == {"items": (0, 0, 2)}


@pytest.mark.parametrize("way", ["inline", "copied"], indirect=True)
def test_a_new_row_takes_what_another_gives_to_a_third(connection: Connection, load: Load, way: str) -> None:
    connection.execute(f"create table items ({ITEMS}, note text, unique (list_id, position))")
    load(items=lines(ONE_LIST[:2]))

    loaded = load(
        items="- {id: 3, list_id: 1, position: 1}\n- {id: 1, list_id: 1, position: 2, note: a}\n"
        "- {id: 2, list_id: 1, position: 3}\n"
    )

    assert loaded == {"items": (1, 2, 0)}
    assert rows_of(connection, "select id, position from items order by id") == [(1, 2), (2, 3), (3, 1)]


@pytest.mark.parametrize(
    ("items", "reference"),
    {
        "one column": ("(id integer primary key, position integer unique)", "(position)"),
        "one that parts a table": ("(id integer, position integer unique) partition by range (position)", "(position)"),
        "one of several": (
            "(id integer primary key, list_id integer default 1, position integer, unique (list_id, position))",
            "(list_id, position)",
        ),
    }.values(),
)
def test_rows_that_follow_a_value_go_where_it_goes(
    connection: Connection, load: Load, items: LiteralString, reference: LiteralString
) -> None:
    connection.execute("create table items " + items)
    if "partition" in items:
        connection.execute("create table all_items partition of items default")
    connection.execute("insert into items (id, position) values (1, 1), (2, 2)")
    connection.execute("create table notes (name text, list_id integer default 1, position integer)")
    connection.execute(f"alter table notes add foreign key {reference} references items {reference} on update cascade")
    connection.execute("insert into notes (name, position) values ('of 1', 1), ('of 2', 2)")

    load(items="_fixture: {key: [id]}\n---\n- {id: 1, position: 2}\n- {id: 2, position: 1}\n")

    assert rows_of(connection, "select name, position from notes order by name") == [("of 1", 2), ("of 2", 1)]


def test_rows_that_name_different_columns_exchange(connection: Connection, load: Load) -> None:
    connection.execute(f"create table items ({USERS}); create unique index on items (list_id) where active")
    connection.execute("insert into items values (1, 1, true), (2, 1, false)")

    assert load(items="- {id: 2, active: true}\n- {id: 1, list_id: 1, active: false}\n") == {"items": (0, 2, 0)}


EVERY_KIND: LiteralString = f"""
create table items ({ITEMS} check (position > 0), active boolean not null, name text not null, span int4range not null,
    unique (list_id, position), exclude using gist (span with &&));
create unique index on items (list_id) where active;
create unique index on items (lower(name))
"""
STATES = st.permutations([(1, 1, True), (1, 2, False), (2, 1, False), (2, 2, True)]).flatmap(
    lambda places: st.tuples(st.just(places), *[st.permutations(range(1, 5))] * 2)
)


@settings(max_examples=8, phases=[Phase.generate], suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=STATES, after=STATES)
def test_rows_exchange_whatever_they_have_under_keys_of_every_kind_at_once(
    connection: Connection, load: Load, before: Sequence[Any], after: Sequence[Any]
) -> None:
    connection.execute("drop table if exists items")
    connection.execute(EVERY_KIND)

    loaded = [load(items=lines(list(map(item, *state)))) for state in (before, after, after)]

    changed = sum(map(operator.ne, map(item, *before), map(item, *after)))
    assert loaded == [{"items": counted} for counted in ((4, 0, 0), (0, changed, 4 - changed), (0, 0, 4))]


def item(place: tuple[int, int, bool], name: int, span: int) -> str:
    columns = f"list_id: {place[0]}, position: {place[1]}, active: {str(place[2]).lower()}"
    return f"{columns}, name: {chr(64 + name)}, span: '[{span * 3},{span * 3 + 3})'"


@pytest.mark.parametrize(
    ("schema", "before", "after", "why"),
    [
        (
            f"create table items ({USERS}, unique (list_id, active))",
            DEFAULTS,
            DEFAULTS[::-1],
            'insert or update on table "items" violates foreign key constraint "items_list_id_fkey"',
        ),
        (
            "create table items (id integer primary key, code text not null unique check (length(code) = 1))",
            ["code: a", "code: b"],
            ["code: b", "code: a"],
            'new row for relation "items" violates check constraint "items_code_check"',
        ),
        (
            "create table items (id integer primary key, code time not null unique)",
            ["code: '10:00'", "code: '11:00'"],
            ["code: '11:00'", "code: '10:00'"],
            'no column of "items_code_key" can have another value for the time being',
        ),
    ],
)
def test_a_refusal_says_why_values_could_not_be_put_out_of_the_way(
    connection: Connection, load: Load, refusal: Refusal, schema: LiteralString, before: list[str], after: list[str],
    why: str,
) -> None:  # fmt: skip
    connection.execute(schema)
    load(items=lines(before))

    error = refusal(items=lines(after))

    assert error.message.startswith("duplicate key value violates unique constraint")
    assert error.hint == (
        f"If rows exchange values: PostgreSQL checks them one by one, and {why}."
        " Let them exchange in two runs, by way of a value that no row has."
    )


def test_a_table_with_rules_says_that_its_rows_can_not_exchange(
    connection: Connection, load: Load, refusal: Refusal
) -> None:
    connection.execute(f"create table items ({ITEMS}, unique (list_id, position)); create table log (id integer)")
    connection.execute("create rule note as on update to items do also insert into log values (new.id)")
    load(items=lines(ONE_LIST))

    error = refusal(items=lines(MOVED_ON))

    assert error.hint == (
        "If rows exchange values: PostgreSQL checks them one by one, and rules would see those that are put out of the"
        " way. Let them exchange in two runs, by way of a value that no row has."
    )


@pytest.mark.parametrize(
    ("number", "row"), [(1, "list_id: 1, position: 2"), (9, "list_id: 1, position: 3")], ids=["changed", "new"]
)
@pytest.mark.parametrize(
    "key", ["unique (list_id, position)", "exclude (list_id with =, position with =) where (position > 1)"]
)
def test_a_value_that_another_row_keeps_is_refused_without_such_a_hint(
    connection: Connection, load: Load, refusal: Refusal, number: int, row: str, key: LiteralString
) -> None:
    connection.execute(f"create table items ({ITEMS}, {key}); delete from lists where id = 2")
    load(items=lines(ONE_LIST))

    error = refusal(items=lines([row], number=number))

    assert "key value violates" in error.message
    assert error.hint is None
    assert rows_of(connection, "select position from items order by id") == [(1,), (2,), (3,)]
