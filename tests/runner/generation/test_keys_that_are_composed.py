"""Keys whose values are composed: of what a division leaves, of bits, of an array's items, or of nothing at all."""

from __future__ import annotations

from datetime import date
from typing import LiteralString

import psycopg
import pytest

from tests.runner.generation.conftest import Fill

Connection = psycopg.Connection


def test_numbers_are_those_of_which_a_division_leaves_what_a_check_asks_for(fill: Fill, connection: Connection) -> None:
    schema = """
        create table counted (id integer primary key check (id % 7 = 3));
        create table fed (id bigserial primary key check (id % 10 in (1, 9)));
        create table children (id serial primary key, fed_id bigint not null references fed);
        create table pairs (a integer, b integer, primary key (a, b), check (a % 3 = 1), check (mod(b, 4) = 0));
        create table broken (id numeric primary key check (id % 5 = 0));
        create table plain (id serial primary key, odd integer not null check (odd % 2 <> 0));
    """

    report = fill(schema, 40)

    assert report.right
    assert {str(table.table): table.rows for table in report.tables} == dict.fromkeys(
        ("counted", "fed", "children", "pairs", "broken", "plain"), 40
    )
    assert connection.execute("select id from counted order by id limit 3").fetchall() == [(3,), (10,), (17,)]
    assert connection.execute("select max(id) < nextval('fed_id_seq') from fed").fetchone() == (True,)


def test_times_are_those_that_checks_on_their_fields_leave(fill: Fill, connection: Connection) -> None:
    schema = """
        create table hours (at timestamptz primary key check (date_trunc('hour', at) = at));
        create table mondays (day date primary key check (extract(isodow from day) = 1));
        create table months (id serial primary key, month date unique check (month = date_trunc('month', month)::date));
        create table month_ends (
            day date primary key check (day = (date_trunc('month', day) + interval '1 month - 1 day')::date)
        );
        create table first_mondays (
            day date primary key check (extract(isodow from day) = 1 and extract(day from day) < 8)
        );
        create table work (
            at timestamp primary key check (extract(isodow from at) < 6 and extract(hour from at) between 9 and 16)
        );
        create table slots (
            room integer, at timestamptz, primary key (room, at),
            check (extract(minute from at) in (0, 30) and extract(second from at) = 0)
        );
        create domain new_year as date check (extract(doy from value) = 1);
        create table years (year new_year primary key);
    """

    report = fill(schema, 1_000)

    assert {str(table.table): table.rows for table in report.tables} == dict.fromkeys(
        ("hours", "mondays", "months", "month_ends", "first_mondays", "work", "slots", "years"), 1_000
    )
    assert connection.execute("select min(month) > '1940-01-01', max(month) from months").fetchone() == (
        True,
        date(2026, 11, 1),
    )
    assert fill("select", 400).right


@pytest.mark.parametrize(
    ("schema", "rows"),
    [
        ("create table t (bits bit varying(3) primary key)", 14),
        ("create table t (bits bit varying(4) not null unique check (length(bits) >= 4))", 16),
        ("create type m as enum ('so so', 'sad'); create table t (m m[] primary key check (cardinality(m) = 2))", 4),
        ("create table t (t boolean[] not null check (cardinality(t) <= 2), b bit not null, unique (b, t))", 12),
        ("create table t (id smallint primary key check (id % 5 = 0 and id between 10 and 50))", 9),
        ("create table t (name text); create unique index on t ((1))", 1),
        ("create table t (t time primary key check (extract(minute from t) = 0 and extract(second from t) = 0))", 24),
        ("create table t (d date primary key check (extract(day from d) = 1 and d < '0001-09-09'))", 9),
        ("create table t (m char not null check (m in ('a', 'b'))); create unique index on t ((true), m)", 2),
    ],
)  # fmt: skip
def test_it_is_known_how_many_rows_a_key_leaves(fill: Fill, schema: LiteralString, rows: int) -> None:
    report = fill(schema, 100)

    assert [(table.rows, table.full) for table in report.tables] == [(rows, True)]


def test_arrays_and_bits_without_a_bound_have_as_many_values_as_there_are_rows(
    fill: Fill, connection: Connection
) -> None:
    schema = """
        create type mood as enum ('a b', '"', 'c');
        create table arrays (moods mood[] primary key);
        create table bits (bits bit varying primary key);
    """

    first = fill(schema, 1000)
    second = fill("select 1", 1000)  # beside those that are there

    assert [table.rows for report in (first, second) for table in report.tables] == [1000] * 4
    assert connection.execute("select max(cardinality(moods)) < 12 from arrays").fetchone() == (True,)


def test_numbers_beyond_what_python_writes_are_made(fill: Fill, connection: Connection) -> None:
    schema = """
        create table large (
            id serial primary key,
            a numeric not null check (a > 1e5000),
            b numeric not null unique check (b < -1e4500),
            c numeric not null check (c between 1e6000 and 1e6001),
            d double precision not null check (d > 1e300)
        )
    """

    report = fill(schema, 20)

    assert [table.rows for table in report.tables] == [20]
    assert connection.execute("select count(distinct a) > 10, count(distinct c) > 10 from large").fetchone() == (
        True,
        True,
    )
