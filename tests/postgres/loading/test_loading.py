from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, LiteralString

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg import sql

from seedkit import SeedContext
from seedkit.context.run import SeedRun
from seedkit.core.reports.runs import TableReport
from seedkit.errors import CatalogError, FixtureError, LoadError, SeedkitError, UsageError
from seedkit.postgres.catalog.tables import read_catalog
from tests.postgres.loads import Connection, Counts, Load, rows_of, watch

pytestmark = pytest.mark.usefixtures("way")


@pytest.fixture
def connection(emptied: Connection) -> Connection:
    return emptied


USERS = "create table users (id integer primary key, email text unique, name text default 'nobody')"


def insert(connection: Connection, table: str, rows: Iterable[object], **options: Any) -> TableReport:
    """Insert rows as a seeder named "people" does."""
    return people(connection).insert(table, rows, **options)


def people(connection: Connection) -> SeedContext:
    run = SeedRun(
        connection=connection, catalog=read_catalog(connection), tables={}, random_seed=0, now=datetime.now(UTC)
    )
    return SeedContext(run, "people", lambda _: None)


@pytest.fixture
def transaction(connection: Connection) -> Iterator[Connection]:
    """The test's connection inside a transaction, as a seeder finds it."""
    with connection.transaction():
        yield connection


# Into an empty table, and again


def test_rows_are_inserted_into_an_empty_table(connection: Connection, load: Load) -> None:
    connection.execute(USERS)

    loaded = load(users="- {id: 1, email: ada@example.com, name: Ada}\n- {id: 2, email: ~, name: ''}\n")

    assert loaded == {"users": (2, 0, 0)}
    assert rows_of(connection, "select * from users order by id") == [(1, "ada@example.com", "Ada"), (2, None, "")]


def test_what_differs_is_updated_what_is_missing_inserted_and_the_rest_left_alone(
    connection: Connection, load: Load
) -> None:
    connection.execute(USERS)
    connection.execute("insert into users values (1, 'ada', 'Ada'), (2, 'bob', 'Rob'), (9, 'zoe', 'Zoe')")
    watch(connection, "users")

    loaded = load(users="- {id: 1, name: Ada}\n- {id: 2, name: Bob}\n- {id: 3, name: Cid}\n")

    assert loaded == {"users": (1, 1, 1)}
    assert rows_of(connection, "select id, name from users order by id") == [
        (1, "Ada"),
        (2, "Bob"),
        (3, "Cid"),
        (9, "Zoe"),
    ]
    assert sorted(rows_of(connection, "select what from writes")) == [("INSERT",), ("UPDATE",)]


def test_a_second_unchanged_run_fires_no_trigger_and_burns_no_id(connection: Connection, load: Load) -> None:
    connection.execute("create table users (id serial primary key, email text not null unique)")
    fixture = "- {email: ada}\n- {email: bob}\n"
    load(users=fixture)
    watch(connection, "users")
    drawn = rows_of(connection, "select last_value, is_called from users_id_seq")

    loaded = load(users=fixture)

    assert loaded == {"users": (0, 0, 2)}
    assert rows_of(connection, "select * from writes") == []
    assert rows_of(connection, "select last_value, is_called from users_id_seq") == drawn


def test_a_row_that_is_updated_burns_no_id(connection: Connection, load: Load) -> None:
    connection.execute("create table users (id serial primary key, email text not null unique, name text)")
    load(users="- {email: ada, name: Ada}\n")
    drawn = rows_of(connection, "select last_value, is_called from users_id_seq")

    loaded = load(users="- {email: ada, name: Augusta}\n")

    assert loaded == {"users": (0, 1, 0)}
    assert rows_of(connection, "select last_value, is_called from users_id_seq") == drawn


def test_columns_that_a_row_leaves_out_take_their_default_and_are_never_updated(
    connection: Connection, load: Load
) -> None:
    connection.execute(USERS)
    connection.execute("insert into users values (1, 'ada', 'Ada')")

    load(users="- {id: 1, email: ada@example.com}\n- {id: 2, email: bob@example.com}\n")

    assert rows_of(connection, "select * from users order by id") == [
        (1, "ada@example.com", "Ada"),
        (2, "bob@example.com", "nobody"),
    ]


@pytest.mark.parametrize("before", ["", "insert into users values (9, 'zoe', 'Zoe')"], ids=["empty", "filled"])
def test_rows_of_one_table_may_name_different_columns(
    connection: Connection, load: Load, before: LiteralString
) -> None:
    connection.execute(USERS)
    connection.execute(before)

    loaded = load(users="- {id: 1}\n- {name: Bob, id: 2}\n- {id: 3, email: cid, name: Cid}\n- {id: 4, name: Dora}\n")

    assert loaded == {"users": (4, 0, 0)}
    assert rows_of(connection, "select * from users where id < 9 order by id") == [
        (1, None, "nobody"),
        (2, None, "Bob"),
        (3, "cid", "Cid"),
        (4, None, "Dora"),
    ]


# Tables that refer to themselves and to each other


@pytest.mark.parametrize("before", ["", "insert into categories values (9, null)"], ids=["empty", "filled"])
def test_rows_may_refer_to_rows_further_down(connection: Connection, load: Load, before: LiteralString) -> None:
    connection.execute("create table categories (id integer primary key, parent_id integer references categories)")
    connection.execute(before)
    fixture = "- {id: 3, parent_id: 2}\n- {id: 2, parent_id: 1}\n- {id: 1}\n- {id: 4, parent_id: 4}\n"

    loaded = load(categories=fixture)

    assert loaded == {"categories": (4, 0, 0)}
    assert load(categories=fixture) == {"categories": (0, 0, 4)}


CYCLE = """
    create table departments (id integer primary key, head_id integer not null, name text);
    create table employees (id integer primary key, department_id integer not null references departments);
    alter table departments add foreign key (head_id) references employees;
"""


def test_a_cycle_of_not_null_keys_loads_for_a_plain_owner(plain_owner: Connection, load: Load) -> None:
    plain_owner.execute(CYCLE)
    fixtures = {
        "departments": "- {id: 1, head_id: 1, name: Workshop}\n- {id: 2, head_id: 3, name: Office}\n",
        "employees": "- {id: 1, department_id: 1}\n- {id: 2, department_id: 1}\n- {id: 3, department_id: 2}\n",
    }

    loaded = load(**fixtures)

    assert loaded == {"departments": (2, 0, 0), "employees": (3, 0, 0)}
    assert load(**fixtures) == {"departments": (0, 0, 2), "employees": (0, 0, 3)}


def test_a_cycle_takes_new_rows_and_new_values_beside_the_old_ones(connection: Connection, load: Load) -> None:
    connection.execute(CYCLE)
    load(departments="- {id: 1, head_id: 1, name: Workshop}\n", employees="- {id: 1, department_id: 1}\n")

    loaded = load(
        departments="- {id: 1, head_id: 2, name: Workshop}\n- {id: 2, head_id: 1}\n",
        employees="- {id: 1, department_id: 2}\n- {id: 2, department_id: 1}\n",
    )

    assert loaded == {"departments": (1, 1, 0), "employees": (1, 1, 0)}


def test_a_missing_row_of_a_cycle_is_named_by_the_row_that_refers_to_it(
    connection: Connection, refusal: Callable[..., SeedkitError]
) -> None:
    connection.execute(CYCLE)

    error = refusal(
        departments="- {id: 1, head_id: 1}\n- {id: 2, head_id: 7}\n", employees="- {id: 1, department_id: 1}\n"
    )

    assert str(error.origin) == "fixtures/departments.yml:2"
    assert 'Key (head_id)=(7) is not present in table "employees".' in str(error.detail)


# How a row is recognised


def test_identity_always_takes_the_ids_of_the_fixture(connection: Connection, load: Load) -> None:
    connection.execute("create table events (id integer generated always as identity primary key, what text)")
    load(events="- {id: 7, what: born}\n")

    loaded = load(events="- {id: 7, what: raised}\n- {id: 8, what: grown}\n")

    assert loaded == {"events": (1, 1, 0)}
    connection.execute("insert into events (what) values ('gone')")
    assert rows_of(connection, "select * from events order by id") == [(7, "raised"), (8, "grown"), (9, "gone")]


def test_a_key_may_have_several_columns(connection: Connection, load: Load) -> None:
    connection.execute("create table grants (role text, thing text, level integer, primary key (role, thing))")
    load(grants="- {role: a, thing: x, level: 1}\n- {role: a, thing: y, level: 1}\n")

    loaded = load(grants="- {role: a, thing: x, level: 2}\n- {thing: y, role: a, level: 1}\n- {role: b, thing: x}\n")

    assert loaded == {"grants": (1, 1, 1)}


def test_a_table_of_nothing_but_its_key_loads_twice(connection: Connection, load: Load) -> None:
    connection.execute("create table user_roles (user_id integer, role_id integer, primary key (user_id, role_id))")
    fixture = "- {user_id: 1, role_id: 1}\n- {user_id: 1, role_id: 2}\n"

    assert [load(user_roles=fixture), load(user_roles=fixture)] == [
        {"user_roles": (2, 0, 0)},
        {"user_roles": (0, 0, 2)},
    ]


def test_in_a_table_without_keys_a_row_is_recognised_as_a_whole(connection: Connection, load: Load) -> None:
    connection.execute("create table log (at date, line text, facts json)")
    load(log="- {at: 2026-01-01, line: a, facts: {n: 1}}\n- {at: 2026-01-01, line: a, facts: {n: 1}}\n- {line: ~}\n")

    loaded = load(log="- {at: 2026-01-01, line: a, facts: {n: 1}}\n- {line: ~}\n- {line: b}\n")

    assert loaded == {"log": (1, 0, 2)}


def test_key_chooses_other_columns_to_recognise_a_row_by(connection: Connection, load: Load) -> None:
    connection.execute("create table users (id integer primary key, email text unique, name text)")
    connection.execute("insert into users values (17, 'ada', 'Ada')")

    loaded = load(people="_fixture: {table: users, key: email}\nada: {email: ada, name: Augusta}\n")

    assert loaded == {"users": (0, 1, 0)}
    assert rows_of(connection, "select * from users") == [(17, "ada", "Augusta")]


def test_an_identity_column_is_not_updated_where_another_key_recognises_the_row(
    connection: Connection, load: Load
) -> None:
    connection.execute("create table users (id integer generated always as identity, email text unique, name text)")
    connection.execute("insert into users (email, name) values ('ada', 'Ada')")

    loaded = load(people="_fixture: {table: users, key: email}\nada: {id: 7, email: ada, name: Augusta}\n")

    assert loaded == {"users": (0, 1, 0)}
    assert rows_of(connection, "select * from users") == [(1, "ada", "Augusta")]


def test_a_null_in_a_unique_key_recognises_its_row(connection: Connection, load: Load) -> None:
    connection.execute("create table settings (owner text, name text not null, value text, unique (owner, name))")
    load(settings="- {owner: ~, name: theme, value: dark}\n- {owner: ada, name: theme, value: dark}\n")

    assert load(settings="- {owner: ~, name: theme, value: light}\n") == {"settings": (0, 1, 0)}


def test_two_rows_whose_key_is_null_are_not_taken_for_each_other(
    connection: Connection, refusal: Callable[..., SeedkitError]
) -> None:
    connection.execute("create table settings (owner text unique, name text)")
    connection.execute("insert into settings values (null, 'a'), (null, 'b')")

    error = refusal(settings="- {owner: ~, name: a}\n- {owner: ~, name: b}\n")

    assert error.message == 'two rows of table "settings" have the same key, owner null'
    assert places_in(error) == {"fixtures/settings.yml:1", "fixtures/settings.yml:2"}


def test_a_deferrable_key_recognises_rows_too(connection: Connection, load: Load) -> None:
    connection.execute("create table users (id integer primary key deferrable initially deferred, name text)")
    load(users="- {id: 1, name: Ada}\n")

    assert load(users="- {id: 1, name: Augusta}\n- {id: 2, name: Bob}\n") == {"users": (1, 1, 0)}


# What becomes of rows that are there already


def test_on_conflict_skip_leaves_the_rows_that_are_there(connection: Connection, load: Load) -> None:
    connection.execute(USERS)
    connection.execute("insert into users (id, name) values (1, 'Ada')")

    loaded = load(people="_fixture: {table: users, on_conflict: skip}\na: {id: 1, name: X}\nb: {id: 2, name: Y}\n")

    assert loaded == {"users": (1, 0, 1)}
    assert rows_of(connection, "select id, name from users order by id") == [(1, "Ada"), (2, "Y")]


def test_on_conflict_error_names_the_row_that_is_there_already(
    connection: Connection, refusal: Callable[..., SeedkitError]
) -> None:
    connection.execute(USERS)
    connection.execute("insert into users (id, name) values (2, 'Ada')")

    error = refusal(people="_fixture: {table: users, on_conflict: error}\na: {id: 1}\nb: {id: 2}\n")

    assert str(error.origin) == "fixtures/people.yml:3"
    assert "Key (id)=(2) already exists." in str(error.detail)


REPEATED = "- {id: 1, name: a}\n- {id: 2, name: b}\n- {id: 1, name: c}\n"


@pytest.mark.parametrize("before", ["", "insert into users values (9)"], ids=["empty", "filled"])
def test_two_rows_of_a_fixture_with_the_same_key_are_an_error_that_names_both(
    connection: Connection, refusal: Callable[..., SeedkitError], before: LiteralString
) -> None:
    connection.execute(USERS)
    connection.execute(before)

    error = refusal(users=REPEATED)

    assert error.message == 'two rows of table "users" have the same key, id 1'
    assert {"fixtures/users.yml:1", "fixtures/users.yml:3"} == places_in(error)


@pytest.mark.parametrize("before", ["", "insert into users values (9)"], ids=["empty", "filled"])
def test_rows_of_two_files_with_the_same_key_are_an_error_that_names_both(
    connection: Connection, refusal: Callable[..., SeedkitError], before: LiteralString
) -> None:
    connection.execute(USERS)
    connection.execute(before)

    error = refusal(users="- {id: 1}\n- {id: 2}\n", more="_fixture: {table: users}\nada: {id: 2, name: Ada}\n")

    assert {"fixtures/users.yml:2", "fixtures/more.yml:2"} == places_in(error)


def places_in(error: SeedkitError) -> set[str]:
    words = f"{error.origin} {error.detail}".replace(". ", " ").rstrip(".").split()
    return {word for word in words if word.startswith("fixtures/")}


def test_nulls_in_a_unique_column_are_no_repeated_key(connection: Connection, load: Load) -> None:
    connection.execute(USERS)
    connection.execute("insert into users values (9)")

    assert load(users="- {id: 1, email: ~}\n- {id: 2, email: ~}\n") == {"users": (2, 0, 0)}


# What counts as a difference


@pytest.mark.parametrize(
    ("column", "stored", "written", "differs"),
    [
        ("numeric", "1.1", "1.10", True),
        ("numeric", "1.10", "1.10", False),
        ("numeric(10, 2)", "1.1", "1.10", False),
        ("json", '{"a": 1}', '{"a":  1}', True),
        ("json", '{"a": 1}', '{"a": 1}', False),
        ("jsonb", '{"b": 2, "a": 1}', '{"a": 1, "b": 2}', False),
        ("point", "(1,2)", "(1,2)", False),
        ("point", "(1,2)", "(1,3)", True),
        ("text", "a", "A", True),
        ("boolean", "true", "yes", False),
        ("timestamptz", "2026-01-02 03:04+00", "2026-01-02 05:04+02", False),
        ("char(3)", "NO", "NO", False),
        ("float8", "0.1", "0.10", False),
        ("integer[]", "{1,2}", "[1, 2]", False),
    ],
)
def test_a_row_is_updated_only_where_its_image_differs(
    connection: Connection, load: Load, column: LiteralString, stored: str, written: str, differs: bool
) -> None:
    connection.execute(sql.SQL("create table things (id integer primary key, value {})").format(sql.SQL(column)))
    connection.execute("insert into things values (1, %s)", (stored,))
    value = written if written.startswith("[") else f"'{written}'"

    loaded = load(things=f"- {{id: 1, value: {value}}}\n")

    assert loaded == {"things": (0, int(differs), int(not differs))}


def test_a_new_row_may_take_the_unique_value_that_an_old_one_gives_up(connection: Connection, load: Load) -> None:
    connection.execute(USERS)
    connection.execute("insert into users values (1, 'ada', 'Ada')")

    loaded = load(users="- {id: 2, email: ada}\n- {id: 1, email: augusta}\n")

    assert loaded == {"users": (1, 1, 0)}


def test_a_unique_value_may_move_between_rows_that_name_different_columns(connection: Connection, load: Load) -> None:
    connection.execute(USERS)
    connection.execute("insert into users values (1, 'ada', 'Ada')")

    loaded = load(users="- {id: 2, email: ada}\n- {id: 1, email: augusta, name: Augusta}\n")

    assert loaded == {"users": (1, 1, 0)}


# Types and names


def test_the_column_types_the_value(connection: Connection, load: Load) -> None:
    connection.execute(
        "create table people (id integer primary key, country char(2), active boolean, zip text, starts time,"
        " seen timestamp, price numeric, tags text[], specs jsonb, mood text, note text)"
    )

    load(
        people="""\
        - id: 0x1F
          country: NO
          active: yes
          zip: 00501
          starts: 22:30
          seen: 2026-01-02T03:04:05+02:00
          price: 1_000.50
          tags: [a, "b c", ~]
          specs: {on: true, no: "true"}
          mood: ~
          note: "null"
        """
    )

    assert rows_of(connection, "select to_json(people) from people") == [
        (
            {
                "id": 31,
                "country": "NO",
                "active": True,
                "zip": "00501",
                "starts": "22:30:00",
                "seen": "2026-01-02T01:04:05",
                "price": 1000.5,
                "tags": ["a", "b c", None],
                "specs": {"on": True, "no": "true"},
                "mood": None,
                "note": "null",
            },
        )
    ]


def test_times_without_an_offset_are_utc_and_dates_are_iso_whatever_the_session_says(
    connection: Connection, load: Load
) -> None:
    connection.execute("set timezone = 'Asia/Tokyo'")
    connection.execute("set datestyle = 'German'")
    connection.execute("create table events (id integer primary key, at timestamptz, on_day date)")

    load(events="- {id: 1, at: 2026-01-02 03:04, on_day: 2026-02-01}\n")

    assert rows_of(connection, "select extract(epoch from at)::int, extract(month from on_day)::int from events") == [
        (int(datetime(2026, 1, 2, 3, 4, tzinfo=UTC).timestamp()), 2)
    ]


def test_a_session_in_another_encoding_gets_the_same_text(connection: Connection, load: Load) -> None:
    connection.execute("set client_encoding = 'latin1'")
    connection.execute(USERS)

    load(users="- {id: 1, name: Gaustadalléen}\n")

    assert rows_of(connection, "select length(name) from users") == [(len("Gaustadalléen"),)]


def test_names_may_hold_anything(connection: Connection, load: Load) -> None:
    connection.execute('create schema "My Shop"')
    connection.execute('create table "My Shop"."Order Items" ("select" integer primary key, "50% ""off""" text)')
    fixture = """_fixture: {table: '"My Shop"."Order Items"'}\na: {select: 1, '50% "off"': yes}\n"""

    loaded = load(items=fixture)

    assert loaded == {'"My Shop"."Order Items"': (1, 0, 0)}
    assert load(items=fixture) == {'"My Shop"."Order Items"': (0, 0, 1)}


def test_rows_find_their_partition(connection: Connection, load: Load) -> None:
    connection.execute("create table events (id integer, at date, primary key (id, at)) partition by range (at)")
    connection.execute("create table events_2026 partition of events for values from ('2026-01-01') to ('2027-01-01')")
    fixture = "- {id: 1, at: 2026-05-01}\n"

    assert [load(events=fixture), load(events=fixture)] == [{"events": (1, 0, 0)}, {"events": (0, 0, 1)}]


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from("\t\n\\")), max_size=8))
def test_quoted_text_is_stored_as_it_was_written(connection: Connection, load: Load, texts: list[str]) -> None:
    import yaml

    connection.execute("drop table if exists notes")
    connection.execute("create table notes (id integer primary key, body text)")

    rows = [{"id": str(number), "body": text} for number, text in enumerate(["", *texts])]
    load(notes=yaml.safe_dump(rows, default_style='"'))  # by itself it leaves `<%` without quotes

    assert [body for (body,) in rows_of(connection, "select body from notes where id > 0 order by id")] == texts


# Mistakes have an address


THINGS = """
    create table things (
        id integer primary key,
        code varchar(3) check (code !~ '^9'),
        parent_id integer references things,
        need integer not null default 0
    )
"""


@pytest.mark.parametrize("before", ["", "insert into things (id) values (9)"], ids=["empty", "filled"])
@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ("{id: two}", 'invalid input syntax for type integer: "two"'),
        ("{id: 2, code: abcd}", "value too long for type character varying(3)"),
        ("{id: 2, parent_id: 7}", "violates foreign key constraint"),
    ],
    ids=["type", "length", "foreign-key"],
)
def test_a_refused_value_is_named_by_file_and_line(
    connection: Connection,
    refusal: Callable[..., SeedkitError],
    before: LiteralString,
    wrong: str,
    message: str,
) -> None:
    connection.execute(THINGS)
    connection.execute(before)

    error = refusal(things=f"- {{id: 1, code: a, parent_id: 1}}\n\n- {wrong}\n")

    assert message in error.message
    assert str(error.origin) == "fixtures/things.yml:3"


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ("{id: 2, quantity: -1}", "violates check constraint"),
        ("{id: 2, quantity: ~}", 'null value in column "quantity"'),
    ],
    ids=["check", "not-null"],
)
def test_a_row_that_an_empty_table_refuses_is_named_by_file_and_line(
    connection: Connection, refusal: Callable[..., SeedkitError], wrong: str, message: str
) -> None:
    connection.execute("create table items (id integer primary key, quantity integer not null check (quantity > 0))")

    error = refusal(items=f"- {{id: 1, quantity: 3}}\n- {wrong}\n")

    assert message in error.message
    assert str(error.origin) == "fixtures/items.yml:2"


def test_a_row_that_lacks_a_parent_is_named(connection: Connection, refusal: Callable[..., SeedkitError]) -> None:
    connection.execute(USERS)
    connection.execute("create table orders (id integer primary key, user_id integer references users)")

    error = refusal(users="- {id: 1}\n", orders="- {id: 1, user_id: 1}\n- {id: 2, user_id: 2}\n")

    assert str(error.origin) == "fixtures/orders.yml:2"
    assert 'Key (user_id)=(2) is not present in table "users".' in str(error.detail)


def test_the_line_is_right_in_a_long_file_whose_rows_name_different_columns(
    connection: Connection, refusal: Callable[..., SeedkitError]
) -> None:
    connection.execute("create table notes (id integer primary key, body text, more text)")
    long = "x" * 1_000
    lines = [f"- {{id: {n}, {'body' if n % 2 else 'more'}: {long}}}" for n in range(1, 401)]
    lines[390] = "- {id: three, body: x}"

    error = refusal(notes="\n".join(lines))

    assert str(error.origin) == "fixtures/notes.yml:391"


def test_a_generated_column_is_refused_and_nothing_is_written(
    connection: Connection, refusal: Callable[..., SeedkitError]
) -> None:
    connection.execute("create table boxes (id integer primary key, area integer generated always as (id * id) stored)")

    error = refusal(boxes="- {id: 1}\n- {id: 2, area: 4}\n")

    assert error.message == 'column "area" of table "boxes" is generated and can not be written'
    assert str(error.origin) == "fixtures/boxes.yml:2"
    assert rows_of(connection, "select * from boxes") == []


def test_a_generated_column_that_is_left_out_is_computed(connection: Connection, load: Load) -> None:
    connection.execute("create table boxes (id integer primary key, area integer generated always as (id * id) stored)")

    load(boxes="- {id: 3}\n")

    assert rows_of(connection, "select area from boxes") == [(9,)]


# Rows from Python


@dataclass
class User:
    id: int
    name: str


class Model:
    """Looks like a pydantic model."""

    def __init__(self, **values: object) -> None:
        self._values = values

    def model_dump(self) -> dict[str, object]:
        return self._values


def test_rows_may_be_dicts_dataclasses_and_models(transaction: Connection) -> None:
    transaction.execute(USERS)

    report = insert(transaction, "users", [{"id": 1, "name": "Ada"}, User(2, "Bob"), Model(id=3, name="Cid")])

    assert (report.inserted, report.source) == (3, "people")
    assert rows_of(transaction, "select id, name from users order by id") == [(1, "Ada"), (2, "Bob"), (3, "Cid")]


@pytest.mark.parametrize("rows", [1, 600])  # inside a statement, and by COPY
def test_mappings_become_values_of_types_that_are_made_of_parts(transaction: Connection, rows: int) -> None:
    transaction.execute("create type point3 as (x integer, label text)")
    transaction.execute("create table places (id integer primary key, at point3, span int4range, path point3[])")
    made = {"at": {"x": 1, "label": "a, b"}, "span": {"lower": 1, "upper": 5}, "path": [{"x": 2}, None]}

    insert(transaction, "places", ({"id": number, **made} for number in range(rows)))
    again = insert(transaction, "places", [{"id": 0, **made}])

    found = rows_of(transaction, "select distinct at::text, span::text, path::text from places")
    assert found == [('(1,"a, b")', "[1,5)", '{"(2,)",NULL}')]
    assert again.unchanged == 1


def test_a_mapping_with_an_unknown_field_is_refused_with_its_column(transaction: Connection) -> None:
    transaction.execute("create type point3 as (x integer, label text)")
    transaction.execute("create table places (id integer primary key, at point3)")

    with pytest.raises(FixtureError, match=r'"z".*column "at"|column "at".*"z"'):
        insert(transaction, "places", [{"id": 1, "at": {"z": 1}}])


class Mood(StrEnum):
    GLAD = "glad"


def test_python_values_become_the_columns_values(transaction: Connection) -> None:
    transaction.execute(
        "create table things (id uuid primary key, at timestamptz, day date, price numeric, tags text[], specs jsonb,"
        " flag jsonb, listed jsonb, body bytea, mood text, nothing text, active boolean)"
    )
    row = {
        "id": uuid.UUID(int=7),
        "at": datetime(2026, 1, 2, 3, 4, tzinfo=UTC),
        "day": date(2026, 1, 2),
        "price": Decimal("1.10"),
        "tags": ["a", 'b "c"', None],
        "specs": {"a": [1, None, True]},
        "flag": True,
        "listed": [1, 2],
        "body": b"\x00\xff",
        "mood": Mood.GLAD,
        "nothing": None,
        "active": False,
    }

    insert(transaction, "things", [row])

    assert rows_of(transaction, "select * from things") == [tuple(row.values())]


def test_a_second_insert_of_the_same_rows_changes_nothing(transaction: Connection) -> None:
    transaction.execute(USERS)
    rows = [{"id": number, "name": f"user {number}"} for number in range(5_000)]
    insert(transaction, "users", rows)

    report = insert(transaction, "users", iter(rows))

    assert (report.inserted, report.updated, report.unchanged) == (0, 0, 5_000)


def test_no_rows_are_fine(transaction: Connection) -> None:
    transaction.execute(USERS)

    assert insert(transaction, "users", []).rows == 0


def test_a_seeder_may_insert_row_by_row_a_thousand_times(transaction: Connection) -> None:
    transaction.execute(USERS)
    db = people(transaction)

    for number in range(1_000):
        db.insert("users", [{"id": number, "name": f"user {number}"}])

    assert rows_of(transaction, "select count(*), count(distinct name) from users") == [(1_000, 1_000)]


def test_the_rows_may_come_from_a_generator_that_queries_the_connection(transaction: Connection) -> None:
    transaction.execute(USERS)
    db = people(transaction)

    def rows() -> Iterator[dict[str, object]]:
        for number in range(4_500):
            [[seen]] = db.execute("select %s::text", (number,)).fetchall()
            yield {"id": number, "name": seen}

    assert db.insert("users", rows()).inserted == 4_500


def test_the_rows_may_come_from_the_table_itself(transaction: Connection) -> None:
    transaction.execute(USERS)
    transaction.execute("insert into users (id, name) values (1, 'Ada'), (2, 'Bob')")
    db = people(transaction)

    report = db.insert(
        "users", ({"id": number, "name": name.upper()} for number, name in db.execute("select id, name from users"))
    )

    assert report.updated == 2


@pytest.mark.parametrize(
    ("on_conflict", "counted"), [("update", (1, 1, 0)), ("skip", (1, 0, 1))], ids=["update", "skip"]
)
def test_a_seeder_says_what_becomes_of_rows_that_are_there(
    transaction: Connection, on_conflict: str, counted: Counts
) -> None:
    transaction.execute(USERS)
    transaction.execute("insert into users (id, name) values (1, 'Ada')")

    report = insert(
        transaction, "users", [{"id": 1, "name": "Augusta"}, {"id": 2, "name": "Bob"}], on_conflict=on_conflict
    )

    assert (report.inserted, report.updated, report.unchanged) == counted


def test_on_conflict_error_refuses_a_row_that_is_there(transaction: Connection) -> None:
    transaction.execute(USERS)
    transaction.execute("insert into users (id) values (1)")

    with pytest.raises(LoadError, match="duplicate key"), transaction.transaction():
        insert(transaction, "users", [{"id": 1}], on_conflict="error")


def test_on_conflict_takes_three_words_only(transaction: Connection) -> None:
    transaction.execute(USERS)

    with pytest.raises(UsageError, match='on_conflict can not be "ignore"'):
        insert(transaction, "users", [{"id": 1}], on_conflict="ignore")


@pytest.mark.parametrize("key", ["email", ["email"]], ids=["one-name", "list"])
def test_a_seeder_may_choose_the_key(transaction: Connection, key: str | list[str]) -> None:
    transaction.execute(USERS)
    transaction.execute("insert into users values (17, 'ada', 'Ada')")

    report = insert(transaction, "users", [{"email": "ada", "name": "Augusta"}], key=key)

    assert report.updated == 1


def test_an_unknown_column_is_named_with_the_nearest(transaction: Connection) -> None:
    transaction.execute(USERS)

    with pytest.raises(CatalogError) as caught:
        insert(transaction, "users", [{"id": 1, "emial": "ada"}])

    assert caught.value.hint == 'Did you mean "email"?'


@pytest.mark.parametrize("value", [object(), "a\0b"], ids=["object", "nul"])
def test_a_value_that_the_driver_can_not_send_is_no_lost_connection(transaction: Connection, value: object) -> None:
    transaction.execute(USERS)

    with pytest.raises(LoadError), transaction.transaction():
        insert(transaction, "users", [{"id": 1, "name": value}])


def broken_rows() -> Iterator[dict[str, object]]:
    for number in range(2_500):
        yield {"id": number, "name": "half"}
    raise RuntimeError("no more")


@pytest.mark.parametrize("before", ["", "insert into users (id) values (9999)"], ids=["empty", "filled"])
def test_an_insert_that_failed_leaves_nothing_behind_where_the_seeder_goes_on(
    transaction: Connection, before: LiteralString
) -> None:
    transaction.execute(USERS)
    transaction.execute(before)
    db = people(transaction)

    with pytest.raises(RuntimeError):
        db.insert("users", broken_rows())
    report = db.insert("users", [{"id": 5000, "name": "whole"}])

    assert report.inserted == 1
    assert rows_of(transaction, "select count(*) from users where name = 'half'") == [(0,)]


def test_two_rows_of_one_insert_with_the_same_key_are_an_error(transaction: Connection) -> None:
    transaction.execute(USERS)
    transaction.execute("insert into users (id) values (9)")
    db = people(transaction)

    with pytest.raises(LoadError) as caught:
        db.insert("users", [{"id": 1, "name": "a"}, {"id": 1, "name": "b"}])

    assert caught.value.message == 'two rows of table "users" have the same key, id 1'
    assert db.insert("users", [{"id": 2, "name": "c"}]).inserted == 1
