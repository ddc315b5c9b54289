"""CHECKs that leave little room between two numbers: the steps are as small as that asks for."""

from __future__ import annotations

from datetime import date

import psycopg
import pytest

from seedkit.core.generation.requests.asked import AskedRows
from seedkit.runner.generation.explaining import explain
from seedkit.runner.generation.request import GenerationRequest
from tests.runner.generation.conftest import Fill, filled, rows

Connection = psycopg.Connection

NARROW = [
    "m real not null check (m > 0 and m < 0.005)",
    "m numeric not null check (m > 0 and m < 0.01)",
    "m double precision not null check (m between 0.001 and 0.009)",
    "m numeric not null check (m > 999.995 and m < 1000)",
    "m numeric not null check (m > 1e-30 and m < 2e-30)",
    "m double precision not null check (m > 1e-300 and m < 2e-300)",
    "price numeric not null check (price > 0.0001 and price < 0.001)",
    "ratio double precision not null check (ratio > 0.001 and ratio < 0.002)",
    "lat double precision not null check (lat > 52.001 and lat < 52.002)",
    "m numeric not null unique check (m > 0 and m < 0.001)",
    "m small not null",
    "m money not null check (m between 1::money and 400::money)",
    "m money not null check (m > '1000000000000'::money)",
    "m money not null unique check (m between 20::money and 90::money)",
    "m money not null check (m < '-5.00'::money)",
]


@pytest.mark.parametrize("column", NARROW)
def test_numbers_lie_between_the_ends_that_are_left(connection: Connection, fill: Fill, column: str) -> None:
    connection.execute("create domain small as numeric check (value > -0.002 and value < -0.001)")

    report = fill(f"create table k (id serial primary key, {column})", 20)

    assert rows(report) == {"k": 20}
    assert report.right, str(report)
    name = column.partition(" ")[0]
    different = connection.execute(f"select count(distinct {name}) from k".encode()).fetchone()
    assert different is not None
    assert different[0] > 10


def test_two_digits_stay_where_they_leave_a_number(connection: Connection, fill: Fill) -> None:
    fill("create table k (id serial primary key, rate numeric not null check (rate > 0.5 and rate <= 0.52))", 20)

    assert connection.execute("select distinct rate::text from k order by 1").fetchall() == [("0.51",), ("0.52",)]


def test_small_steps_are_explained_as_they_are_written(connection: Connection) -> None:
    connection.execute("create table k (id serial primary key, r real not null check (r > 0 and r < 0.0000005))")

    [table] = explain(connection, GenerationRequest(asked=(AskedRows("k", 5),), now=date(2026, 11, 30))).tables

    assert table.columns[1].generator == "!between [0.000000001, 0.000000499]"


def test_amounts_of_a_key_are_all_that_there_are(connection: Connection) -> None:
    connection.execute("create table k (m money primary key check (m between 1::money and 5::money))")

    report = filled(connection, {"k": 20})

    assert [(table.rows, table.full) for table in report.tables] == [(5, True)]
