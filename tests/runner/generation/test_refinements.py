"""What `generate.yml` says of tables and columns: rows are as it says, or an error tells its line before the first."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from textwrap import dedent
from typing import Any

import psycopg
import pytest

from seedkit.core.generation.requests.asked import AskedRows
from seedkit.core.reports.generation import GenerationReport
from seedkit.errors import SeedkitError
from seedkit.files.refinement_files import read_refinements
from seedkit.runner.generation.refinements import WhatIsSaid
from seedkit.runner.generation.request import GenerationRequest
from seedkit.runner.generation.run import generate

Connection = psycopg.Connection[Any]
Fill = Callable[..., GenerationReport]
SHOP = """
create table users (
    id serial primary key, name text not null, email text not null unique, plan text not null default 'free'
        check (plan in ('free', 'pro', 'team')),
    bio text, age integer check (age >= 18), code varchar(4), about jsonb,
    created_at timestamptz not null default now(), deleted_at timestamptz
);
create table orders (
    id serial primary key, user_id integer not null references users, status text not null,
    placed_at timestamptz not null, shipped_at timestamptz, deleted_at timestamptz, total numeric(8, 2) not null
);
create table audit_events (id serial primary key, note text not null);
"""


@pytest.fixture
def fill(connection: Connection, tmp_path: Path) -> Fill:
    """Generate rows in the tables of the shop as a file says, with the numbers that are asked for."""
    connection.execute(SHOP.encode())

    def run(refinements: str, only: str = "users", rows: int | None = 300, **options: Any) -> GenerationReport:
        path = tmp_path / "generate.yml"
        path.write_text(dedent(refinements))
        asked = [(only, rows)] if only else []
        request = GenerationRequest(
            asked=tuple(AskedRows(*each) for each in asked),
            now=date(2026, 11, 30),
            said=WhatIsSaid(refinements=read_refinements(path)),
            **options,
        )
        return generate(connection, request)

    return run


def rows_of(connection: Connection, query: str) -> list[Any]:
    return connection.execute(query.encode()).fetchall()


def test_columns_are_as_the_file_says(fill: Fill, connection: Connection) -> None:
    fill(
        """
        users:
          name: Ada
          email: !format "{name}.{id:04}@example.com"
          plan: !choice {free: 90, pro: 10}
          bio: !maybe [20%, !like paragraph]
          age: !between [30, 40]
          code: !faker {provider: pystr, max_chars: 3}
          about: {city: !like city, tags: [!choice [a, b]], since: 2026}
          created_at: !between [!ago 2y, !ago 1y]
          deleted_at: !after [created_at, 1d..90d]
        """
    )

    (row,) = rows_of(
        connection,
        """
        select bool_and(name = 'Ada'), bool_and(email = 'Ada.' || lpad(id::text, 4, '0') || '@example.com'),
            count(*) filter (where plan = 'free') between 250 and 290, count(bio) between 40 and 80,
            min(age) >= 30 and max(age) <= 40, bool_and(length(code) <= 3),
            bool_and(about ->> 'since' = '2026' and about -> 'tags' ->> 0 in ('a', 'b') and about ->> 'city' <> ''),
            min(created_at) >= '2024-11-30' and max(created_at) <= '2025-11-30',
            bool_and(deleted_at between created_at + interval '1 day' and created_at + interval '90 days')
        from users
        """,
    )
    assert row == (True,) * 9


def test_the_file_says_how_many_rows_there_are_and_which_tables_are_left_alone(
    fill: Fill, connection: Connection
) -> None:
    report = fill("_rows: 7\nusers: {_rows: 40}\naudit_*: ~", only="")

    assert {str(table.table): table.rows for table in report.tables} == {"users": 40, "orders": 7}
    assert [(step.name, step.reason) for step in report.left_alone] == [
        ("audit_events", "generate.yml leaves it alone")
    ]


def test_a_number_that_is_asked_for_wins_and_a_table_without_one_gets_its_own(
    fill: Fill, connection: Connection
) -> None:
    fill("users: {_rows: 40}\norders: {_rows: 1}", only="orders", rows=3)
    fill("users: {_rows: 40}\norders: {_rows: 1}", only="orders", rows=None)

    assert rows_of(connection, "select (select count(*) from users), (select count(*) from orders)") == [(40, 4)]


def test_a_pattern_means_columns_of_every_table_and_a_name_wins_over_it(fill: Fill, connection: Connection) -> None:
    fill(
        """
        DEFAULTS: &deleted {deleted_at: !maybe [0%, !ago 1d]}
        orders: {_rows: 50, placed_at: !ago 3d, status: new}
        "*.deleted_at": !ago 1d
        "*": {_rows: 10, created_at: !ago 9d}
        users: {<<: *deleted}
        """,
        only="",
    )

    assert rows_of(connection, "select count(*), count(deleted_at), min(created_at)::date::text from users") == [
        (10, 0, "2026-11-21")
    ]
    assert rows_of(connection, "select count(*), count(deleted_at), min(status) from orders") == [(50, 50, "new")]


def test_what_is_left_to_the_database_takes_its_default_and_a_key_its_sequence(
    fill: Fill, connection: Connection
) -> None:
    fill("users: {id: !default , plan: !default , created_at: !default }\norders: {user_id: !choice {ref: users}}", "*")

    assert rows_of(connection, "select count(*), max(id), min(plan), max(plan) from users") == [
        (300, 300, "free", "free")
    ]
    assert rows_of(connection, "select count(*), count(distinct user_id) > 30 from orders") == [(300, True)]


def test_a_row_more_a_column_more_and_another_refinement_change_no_other_value(
    fill: Fill, connection: Connection
) -> None:
    said = "users: {code: !faker {provider: pystr, max_chars: 3}, bio: !maybe [50%, !format '{name}!'], age: !like age}"
    fill(said, rows=20)
    first = rows_of(connection, "select id, code, bio, age, email from users order by id")
    connection.execute("truncate users restart identity cascade")
    fill(said.replace("age:", "plan: pro, age:"), rows=30)

    assert rows_of(connection, "select id, code, bio, age, email from users where id <= 20 order by id") == first


def test_a_choice_makes_a_key_whose_rows_are_known_before_the_first(fill: Fill, connection: Connection) -> None:
    connection.execute("create table seats (letter text, place integer, primary key (letter, place))")

    report = fill("seats: {letter: !choice [A, B], place: !choice [1, 2, 3]}", "seats", 10)

    assert report.tables[0].rows == 6


MISTAKES = {
    "no table": ("usres: {plan: pro}", 2, 'there is no table "usres"', 'Did you mean "users"'),
    "no column": ("users: {\nplna: pro}", 3, 'table "users" has no column "plna"', 'Did you mean "plan"'),
    "no pattern of tables": ("usr*: {plan: pro}", 2, 'there is no table "usr*"', ""),
    "no pattern of columns": ('"*.deletedat": ~', 2, 'no column is meant by "*.deletedat"', 'mean "deleted_at"'),
    "no mapping": ("users: 100", 2, '"users" takes a mapping of columns, or ~ to be left alone, not text', "_rows"),
    "no rows": ("users: {_rows: many}", 2, "_rows takes a whole number from 0 up, or !per", "_rows: 1000"),
    "no value of the type": ("users: {age: old}", 2, 'column "age" is of type integer, which has no value "old"', ""),
    "too long": ("users: {code: Ada Lovelace}", 2, 'has 12 characters, and column "code" takes 4', ""),
    "null": ("users: {name: ~}", 2, 'column "name" must not be null', "!default"),
    "sometimes null": ("users: {name: !maybe [50%, Ada]}", 2, 'column "name" must not be null', "!default"),
    "a check": ("users: {plan: !choice [free, gold]}", 2, 'plan = "gold" breaks users_plan_check of table "users"', ""),
    "a range": ("users: {age: !between [10, 30]}", 2, "breaks users_age_check", ""),
    "a key": ("users: {email: ada@example.com}", 2, "the same value in every row, and users_email_key lets no", "{id}"),
    "a counted key": ("users: {id: !between [1, 5]}", 2, 'column "id" has the numbers of the rows', "!default"),
    "no foreign key": ("users: {age: !choice {ref: orders}}", 2, 'column "age" is no foreign key', ""),
    "no parent": ("orders: {user_id: !choice {ref: usres}}", 2, 'there is no table "usres"', 'Did you mean "users"'),
    "another parent": (
        "orders: {user_id: !maybe [50%, !choice {ref: audit_events}]}",
        2, 'column "user_id" of table "orders" refers to "users", not to "audit_events"', "!choice {ref: users}",
    ),
    "sql": ("users: {bio: !sql now()}", 2, "!sql makes no sense here", "!default"),
    "a label": ("users: {bio: !choice [!ref users.ada, b]}", 2, "!ref makes no sense here", "!choice {ref: TABLE}"),
    "a part by default": ("users: {bio: !choice [!default , b]}", 2, "!default stands for the whole value", ""),
    "a count": ("users: {n: !count 5}", 2, 'table "users" has no column "n"', ""),
    "no meaning": ("users: {bio: !like paragrap}", 2, 'there is no meaning "paragrap"', 'mean "paragraph"'),
    "no column to come after": ("users: {deleted_at: !after [creatd_at, 1d]}", 2, 'no column "creatd_at"', ""),
    "a circle": ("users: {bio: !format '{code}', code: !format '{bio}'}", 2, "are made of each other", ""),
    "itself": ("users: {bio: !format '{bio}'}", 2, "!format goes in a circle: bio → bio", ""),
    "no list": ("- users", 2, "refinements are one mapping of tables", "users: {_rows: 1000"),
    "twice": ("users: {}\nusers: {}", 3, 'the key "users" stands twice', ""),
    "no provider": ("users: {bio: !faker emial}", 2, 'Faker has no provider "emial"', ""),
    "a list": ("users: {bio: [a]}", 2, "can not take a list", ""),
    "environment": ("users: {bio: !env NO_SUCH_NAME}", 2, "the environment variable NO_SUCH_NAME is not set", ""),
    "a file": ("users: {bio: !file missing.txt}", 2, "no such file", ""),
    "per in a circle": (
        "users: {_rows: !per {audit_events: 1..2}}\naudit_events: {_rows: !per {users: 1}}",
        2, "!per goes in a circle: ", "Write a number for one of them: _rows: 1000.",
    ),
    "per of itself": ("users: {_rows: !per {users: 1}}", 2, "!per goes in a circle: users → users", "_rows: 1000"),
    "per of no table": ("users: {_rows: !per {usres: 1..2}}", 2, 'there is no table "usres"', ""),
}  # fmt: skip


def test_a_mistake_is_told_with_its_line_before_the_first_row(fill: Fill, connection: Connection) -> None:
    for name, (said, line, message, hint) in MISTAKES.items():
        with pytest.raises(SeedkitError) as caught:
            fill(f"# what the shop has\n{said}\n", "*")

        assert message in str(caught.value), name
        assert str(caught.value.origin).endswith(f"generate.yml:{line}"), name
        assert hint in (caught.value.hint or ""), name
    assert rows_of(connection, "select count(*) from users") == [(0,)]


def test_what_is_made_of_a_column_follows_when_that_is_drawn_again_and_nothing_else_is_put_in(
    fill: Fill, connection: Connection
) -> None:
    connection.execute(
        """
        create table stays (
            id serial primary key, room integer not null, arrives date not null, leaves date not null, plan text,
            note text unique, unique (room, arrives),
            check (extract(day from arrives) > 20 or room > 3), check (plan <> 'a' or room > 5)
        )
        """
    )

    report = fill(
        """
        stays:
          room: !between [1, 9]
          arrives: !between [2026-01-01, 2026-12-31]
          leaves: !after [arrives, 1d..3d]
          plan: !choice [a, b]
          note: !format "{room} from {arrives}"
        """,
        "stays",
        400,
    )

    assert report.tables[0].rows == 400
    assert rows_of(
        connection,
        """
        select bool_and(leaves - arrives between 1 and 3), bool_and(note = room || ' from ' || arrives),
            min(room), max(room), array_agg(distinct plan), count(plan) from stays
        """,
    ) == [(True, True, 1, 9, ["a", "b"], 400)]


LINES = """
create table order_lines (
    order_id integer references orders, line integer, sku text not null, primary key (order_id, line)
);
"""


def test_each_parent_gets_its_number_of_rows_which_are_numbered_among_themselves(
    fill: Fill, connection: Connection
) -> None:
    connection.execute(LINES)
    said = "users: {_rows: 9000}\norders: {_rows: !per {users: 0..2}}\norder_lines: {_rows: !per {orders: 1..3}}"

    report = fill(said, only="")

    assert all(table.rows == table.asked for table in report.tables)
    assert rows_of(
        connection,
        """
        with per as (select count(orders.id) as n from users left join orders on user_id = users.id group by users.id)
        select min(n), max(n), count(*), count(*) filter (where n = 1) between 2700 and 3300 from per
        """,
    ) == [(0, 2, 9000, True)]
    assert rows_of(
        connection,
        """
        with per as (select count(*) as n, max(line) as last, min(line) as first from order_lines group by order_id)
        select min(n), max(n), bool_and(n = last and first = 1), count(*) = (select count(*) from orders) from per
        """,
    ) == [(1, 3, True, True)]


def test_further_rows_of_a_parent_are_numbered_behind_those_that_are_there(fill: Fill, connection: Connection) -> None:
    connection.execute(LINES)
    connection.execute("insert into users (name, email) values ('Ada', 'ada@example.com')")
    connection.execute(
        "insert into orders (user_id, status, placed_at, total) values (1, '', now(), 1), (1, '', now(), 2)"
    )
    connection.execute("insert into order_lines values (1, 7, ''), (1, 3, '')")

    report = fill("order_lines: {_rows: !per {orders: 2}}", only="order_lines", rows=None)

    assert (report.tables[0].rows, report.right) == (4, True)
    lines = "select array_agg(line order by line) from order_lines group by order_id order by order_id"
    assert rows_of(connection, lines) == [([3, 7, 8, 9],), ([1, 2],)]


def test_parents_that_have_the_one_row_that_each_can_have_get_no_further_one(
    fill: Fill, connection: Connection
) -> None:
    connection.execute("create table profiles (user_id integer primary key references users, note text)")
    said = "users: {_rows: 10}\nprofiles: {_rows: !per {users: 1}}"
    fill(said, only="")

    fill(said, only="users", rows=None)
    report = fill(said, only="profiles", rows=None)

    assert (report.tables[0].rows, report.right) == (10, True)
    assert rows_of(connection, "select count(*), min(user_id), max(user_id) from profiles") == [(20, 1, 20)]


def test_a_number_that_is_asked_for_wins_over_the_parents_and_more_parents_change_no_others_rows(
    fill: Fill, connection: Connection
) -> None:
    said = "orders: {_rows: !per {users: 1..3}}"
    fill(f"{said}\nusers: {{_rows: 20}}", only="")
    first = rows_of(connection, "select user_id, count(*) from orders group by 1 order by 1")
    fill(said, only="orders", rows=5)
    asked = rows_of(connection, "select count(*) from orders")
    connection.execute("truncate users, orders restart identity cascade")
    fill(f"{said}\nusers: {{_rows: 30}}", only="")

    assert asked == [(sum(count for _, count in first) + 5,)]
    assert (
        rows_of(connection, "select user_id, count(*) from orders where user_id <= 20 group by 1 order by 1") == first
    )


def test_a_parent_that_rows_can_not_be_counted_by_is_told_with_its_line(fill: Fill, connection: Connection) -> None:
    connection.execute("create table profiles (user_id integer primary key references users)")
    for said, message in (
        ("audit_events: {_rows: !per {users: 1..2}}", 'table "audit_events" has no foreign key to "users"'),
        ("profiles: {_rows: !per {users: 1..2}}", "profiles_pkey lets each parent have one row"),
    ):
        with pytest.raises(SeedkitError, match=message) as caught:
            fill(said, only="")
        assert str(caught.value.origin).endswith("generate.yml:1")


def test_values_of_a_character_column_are_as_long_as_they_are_written(fill: Fill, connection: Connection) -> None:
    connection.execute("alter table users add kind char(4) not null check (kind in ('a', 'bb'))")

    fill('users: {kind: !choice ["a", "bb"], name: !format "{kind}!"}')

    assert rows_of(connection, "select distinct kind::text, name from users order by 1") == [("a", "a!"), ("bb", "bb!")]
