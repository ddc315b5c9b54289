"""Keys of every kind hold by construction, what they leave is known, and a second run goes on past the first."""

from __future__ import annotations

from collections.abc import Iterator
from typing import LiteralString

import psycopg
import pytest

from seedkit.core.reports.generation import GenerationReport
from tests.runner.generation.conftest import Fill, filled, require_extension, rows

Connection = psycopg.Connection
ROWS = 20

SCHEMA = """
create type mood as enum ('glad', 'so so', 'sad');
create table users (id integer generated always as identity primary key, email text not null);
create table teams (id uuid primary key default gen_random_uuid(), name text not null);
create table "odd Parents" ("the Key" text primary key, "not a key" text not null unique, "long" bigint unique);

create table letters (letter char(1) primary key);
create table flags (flag boolean primary key);
create table flags_or_not (flag boolean unique);
create table moods (mood mood primary key);
create table moods_or_null (mood mood unique nulls not distinct);
create table stars (
    user_id integer references users, stars smallint check (stars between 1 and 3), primary key (user_id, stars)
);
create table days (day date primary key);
create table days_of_a_week (day date primary key check (day >= '2026-11-02' and day < '2026-11-09'));
create table months (at timestamptz not null, value integer not null);
create unique index on months (date_trunc('month', at at time zone 'UTC'));
create table dates (at timestamp not null);
create unique index on dates ((at::date));
create table clocks (at time primary key);
create table prices (price numeric(4, 2) primary key);
create table tenths (tenth numeric(2, 1) primary key check (tenth >= 0 and tenth < 1));
create table addresses (ip inet primary key);
create table cards (card macaddr primary key);
create table waits (wait interval primary key);
create table codes (code varchar(2) primary key);
create table small_codes (code varchar(1) primary key check (code = lower(code)));
create table folded (email text not null);
create unique index on folded (lower(email));
create table holes (mood mood not null, number integer);
create unique index on holes (mood, coalesce(number, 0));
create table lines (user_id integer references users, line smallint, primary key (user_id, line));
create table visits (user_id integer not null references users, day date not null, unique (user_id, day));
create table places (lat numeric(9, 6), lon numeric(9, 6), primary key (lat, lon));
create table documents (document jsonb primary key);
create table bits (bits bit(3) primary key);
create table amounts (amount money primary key);
create table patterned (code text primary key check (code ~ '^[A-C]-[0-4]$'));
create table quarters (year integer, quarter integer, primary key (year, quarter));
create table stamps (user_id integer references users, created_at timestamptz, primary key (user_id, created_at));
create table countries (country text primary key);
create table wallets (user_id integer references users, currency text, primary key (user_id, currency));
create table rates (id serial primary key, day date not null, currency text not null, unique (currency, day));
create table budgets (
    user_id integer not null references users, start_date date not null, end_date date not null,
    unique (user_id, start_date, end_date)
);
create table shared (a mood, b boolean not null, c mood not null, primary key (a, b), unique (b, c));
create table nested (mood mood primary key, flag boolean, unique (mood, flag));
create table small_ids (id smallint primary key check (id > 32760));
create table tall_ids (id serial primary key check (id >= 5000));

create table profiles (user_id integer primary key references users, bio text);
create table seats (user_id integer primary key references profiles, row_letter char(1) not null);
create table lamps (seat_id integer primary key references seats);
create table perhaps (user_id integer unique references users);
create table members (user_id integer references users, team_id uuid references teams, primary key (team_id, user_id));
create table odd ("to it" text references "odd Parents" ("not a key"), "long" bigint references "odd Parents" ("long"));
create table odd_ones ("to it" text primary key references "odd Parents" ("the Key"));
create table doubled (user_id integer primary key references users references profiles);
"""

CAPPED = {
    "flags": 2,
    "moods": 3,
    "moods_or_null": 4,
    "days_of_a_week": 7,
    "tenths": 10,
    "shared": 6,
    "nested": 3,
    "small_ids": 7,
    "bits": 8,
    "patterned": 15,
}


@pytest.fixture(scope="module")
def runs(module_database: str) -> Iterator[tuple[Connection, list[GenerationReport]]]:
    """A schema of keys that was filled twice."""
    with psycopg.connect(module_database, autocommit=True) as connection:
        connection.execute(SCHEMA)
        yield connection, [filled(connection, {"*": ROWS}) for _ in range(2)]


def test_every_key_holds_and_every_row_that_fits_is_there(runs: tuple[Connection, list[GenerationReport]]) -> None:
    _, (first, _second) = runs

    assert {table: count for table, count in rows(first).items() if count < ROWS} == CAPPED


def test_a_second_run_goes_on_past_the_first_and_calls_a_table_full(
    runs: tuple[Connection, list[GenerationReport]],
) -> None:
    _, (_first, second) = runs

    assert {table: count for table, count in rows(second).items() if count < ROWS} == {
        **dict.fromkeys(CAPPED, 0),
        **{"letters": 16, "small_codes": 16},
    }
    reasons = {str(outcome.table): outcome.reasons for outcome in second.tables}
    assert reasons["days_of_a_week"] == ("table days_of_a_week holds 7 rows: days_of_a_week_pkey has no more",)


def test_tables_of_one_row_for_each_parent_have_a_row_for_each_over_three_levels(
    runs: tuple[Connection, list[GenerationReport]],
) -> None:
    connection, _ = runs

    asked = (
        "select count(*), count(seat_id) from users left join profiles on user_id = id left join lamps on seat_id = id"
    )
    assert connection.execute(asked).fetchone() == (2 * ROWS, 2 * ROWS)


def test_a_column_that_may_be_null_is_so_in_rows_that_no_parent_is_left_for(
    runs: tuple[Connection, list[GenerationReport]],
) -> None:
    connection, _ = runs

    filled(connection, {"perhaps": 30})

    asked = "select count(*), count(user_id) between 30 and 40 from perhaps"
    assert connection.execute(asked).fetchone() == (2 * ROWS + 30, True)


def test_days_of_a_key_are_those_of_its_generator_before_others(
    runs: tuple[Connection, list[GenerationReport]],
) -> None:
    connection, _ = runs

    asked = "select min(day) > '2024-11-01', max(day) < '2026-12-01', count(distinct day) > 30 from visits"
    assert connection.execute(asked).fetchone() == (True, True, True)


def test_numbers_of_a_key_stay_what_they_mean_as_long_as_they_can(
    runs: tuple[Connection, list[GenerationReport]],
) -> None:
    connection, _ = runs

    assert connection.execute("select min(quarter), max(quarter), max(year) <= 2026 from quarters").fetchone() == (
        1,
        4,
        True,
    )
    assert connection.execute("select count(*) from places where abs(lat) > 90 or abs(lon) > 180").fetchone() == (0,)


@pytest.mark.parametrize(
    "asked",
    [
        "select count(*) from countries where country ~ '[0-9]'",
        "select count(*) from wallets where currency !~ '^[A-Z]{3}$'",
        "select count(*) from rates where currency !~ '^[A-Z]{3}$'",
        "select count(*) / 5 from budgets where end_date < start_date",
    ],
)
def test_what_means_something_keeps_its_meaning_under_a_key(
    runs: tuple[Connection, list[GenerationReport]], asked: LiteralString
) -> None:
    connection, _ = runs

    assert connection.execute(asked).fetchone() == (0,)


def test_words_have_numbers_once_all_of_them_are_used(connection: Connection) -> None:
    connection.execute("create table countries (country text primary key)")

    reports = [filled(connection, {"countries": 100}) for _ in range(2)]

    assert [rows(report)["countries"] for report in reports] == [100, 100]
    numbered = connection.execute("select count(*) filter (where country ~ '-[0-9]+$') from countries").fetchone()
    assert numbered is not None
    assert 100 < numbered[0] < 200


def test_a_run_that_goes_on_writes_the_rows_that_were_due(connection: Connection, second: Connection) -> None:
    schema = """
        create table users (id serial primary key);
        create table teams (id serial primary key);
        create table members (user_id integer references users, team_id integer references teams, day date not null,
            primary key (user_id, team_id), unique (team_id, day));
    """
    for one in (connection, second):
        one.execute(schema)
        filled(one, {"users": 9, "teams": 7})

    filled(connection, {"members": 40})
    filled(second, {"members": 13})
    filled(second, {"members": 27})

    asked = "select * from members order by 1, 2"
    assert connection.execute(asked).fetchall() == second.execute(asked).fetchall()


def test_pairs_that_a_check_refuses_are_none_and_are_not_counted(connection: Connection) -> None:
    connection.execute("""
        create table users (id serial primary key);
        create table follows (
            a integer references users, b integer references users, primary key (a, b), check (a <> b)
        );
        create table friends (
            a integer references users, b integer references users, primary key (a, b), check (a < b)
        );
    """)

    report = filled(connection, {"users": 12, "follows": 200, "friends": 60})

    assert rows(report) == {"users": 12, "follows": 12 * 11, "friends": 60}
    assert rows(filled(connection, {"friends": 7})) == {"friends": 6}


def test_a_row_of_a_long_key_that_a_check_refuses_goes_to_another_place(connection: Connection) -> None:
    connection.execute("""
        create table users (id serial primary key);
        create table friends (
            a integer references users, b integer references users, primary key (a, b), check (a < b)
        );
    """)

    report = filled(connection, {"users": 300, "friends": 500})

    assert rows(report)["friends"] == 500


def test_one_of_some_optional_parents_is_there_where_each_has_one_child(connection: Connection) -> None:
    connection.execute("""
        create table posts (id serial primary key);
        create table comments (id serial primary key);
        create table reports (
            post_id integer unique references posts, comment_id integer unique references comments,
            check (num_nonnulls(post_id, comment_id) = 1)
        );
    """)

    assert rows(filled(connection, {"posts": 20, "comments": 20, "reports": 20}))["reports"] == 20


def test_ranges_that_must_not_overlap_have_a_slot_each(connection: Connection) -> None:
    require_extension(connection, "btree_gist")
    connection.execute("""
        create extension btree_gist;
        create table rooms (id serial primary key);
        create table bookings (
            room_id integer not null references rooms, during tstzrange not null, cancelled boolean not null,
            exclude using gist (room_id with =, during with &&) where (not cancelled)
        );
        create table shifts (
            starts_at timestamp not null, ends_at timestamp not null check (ends_at > starts_at),
            exclude using gist (tsrange(starts_at, ends_at, '[]') with &&)
        );
        create table prices (id serial primary key, valid daterange, exclude using gist (valid with &&));
        create table blocks (numbers int4range primary key);
        create table names (name text not null, kind integer not null check (kind in (1, 2)),
            exclude using btree (kind with =));
    """)

    reports = [filled(connection, {"*": 30}) for _ in range(2)]

    assert [rows(report) for report in reports] == [
        {**dict.fromkeys(("rooms", "bookings", "shifts", "prices", "blocks"), 30), "names": kinds} for kinds in (2, 0)
    ]


def test_characters_of_a_fixed_length_are_read_whole_where_a_check_speaks_of_them(connection: Connection) -> None:
    connection.execute("""
        create table countries (code char(2) primary key check (code ~ '^[A-Z]{2}$'));
        create table hosts (kind integer check (kind in (1, 2)), ip inet check (ip << '10.0.0.0/8'), unique (kind, ip));
    """)

    assert rows(filled(connection, {"*": 30})) == {"countries": 30, "hosts": 30}


def test_a_number_that_a_check_lists_or_that_lies_below_1_is_not_counted(connection: Connection) -> None:
    connection.execute("""
        create table settings (id integer primary key default 1 check (id = 1), name text not null);
        create table kinds (id integer primary key check (id in (5, 7)));
        create table below (id smallint primary key check (id between -32768 and -32760));
        create table hundreds (amount numeric(2, -2) primary key);
        create table nothing (id integer primary key check (id < 0 and id > 0));
    """)

    reports = [filled(connection, {"*": 30}) for _ in range(2)]

    assert rows(reports[0]) == {"settings": 1, "kinds": 2, "below": 9, "hundreds": 30, "nothing": 0}
    assert rows(reports[1]) == {"settings": 0, "kinds": 0, "below": 0, "hundreds": 30, "nothing": 0}
    assert all(report.right for report in reports)


def test_keys_of_more_values_than_a_machines_number_go_on_past_rows_that_are_there(connection: Connection) -> None:
    connection.execute("""
        create table pairs (a bigint not null, b bigint not null, unique (a, b));
        insert into pairs values (-5000000000000000000, 5), (9223372036854775807, 9223372036854775807);
        create table shares (share numeric(40, 39) primary key);
    """)

    reports = [filled(connection, {"*": 30}) for _ in range(2)]

    assert [rows(report) for report in reports] == [{"pairs": 30, "shares": 30}] * 2


def test_a_letter_that_a_pattern_has_twice_makes_no_key_twice(connection: Connection) -> None:
    connection.execute(r"create table codes (code text primary key check (code ~ '^[aab][0-9\d]$'))")

    assert rows(filled(connection, {"codes": 30})) == {"codes": 20}


def test_names_of_hosts_and_files_have_their_number_where_it_does_no_harm(fill: Fill, connection: Connection) -> None:
    fill("create table sites (id serial primary key, domain text not null unique, file_name text unique)", 40)

    wrong = r"""
        select domain, file_name from sites
        where domain !~ '^[a-z-]+[0-9]+\.example\.com$' or file_name !~ '[0-9]\.[a-z0-9]+$'
    """
    assert connection.execute(wrong).fetchall() == []
