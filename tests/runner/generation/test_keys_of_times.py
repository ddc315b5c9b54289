"""A key has columns that a CHECK computes of a time: the time goes along with them, and they are such as times have."""

from __future__ import annotations

import psycopg
import pytest

from tests.runner.generation.conftest import Fill, rows

Connection = psycopg.Connection
KEYS = {
    "year": "year int not null, day date not null, unique (place_id, year), check (extract(year from day) = year)",
    "year alone": "year int not null unique, day date not null, check (year = extract(year from day))",
    "called otherwise": "y int not null, at timestamptz not null, unique (place_id, y),"
    " check (date_part('year', at at time zone 'UTC') = y)",
    "year and month": "year int not null, month int not null, day date not null, unique (place_id, year, month),"
    " check (extract(year from day) = year and extract(month from day) = month)",
    "day of the week": "weekday int not null, day date not null, unique (place_id, weekday),"
    " check (extract(isodow from day) = weekday)",
    "hour": "hour int not null, at timestamp not null, unique (place_id, hour), check (extract(hour from at) = hour)",
    "first of a month": "month date not null, at timestamp not null, unique (place_id, month),"
    " check (date_trunc('month', at) = month)",
}


@pytest.mark.parametrize("columns", KEYS.values(), ids=KEYS)
def test_a_key_that_follows_from_a_time_gets_all_its_rows(fill: Fill, columns: str) -> None:
    report = fill(
        "create table places (id serial primary key);"
        f" create table seasons (id serial primary key, place_id int not null references places, {columns})",
        100,
    )

    assert rows(report) == {"places": 100, "seasons": 100}
