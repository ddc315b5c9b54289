"""Telephone numbers that a CHECK's pattern asks for are numbers that nobody has, where the pattern admits those."""

from __future__ import annotations

from typing import LiteralString

import psycopg
import pytest

from tests.runner.generation.conftest import Fill

Connection = psycopg.Connection


@pytest.mark.parametrize(
    ("pattern", "nobodys"),
    [
        (r"^\+49[0-9]{10}$", r"^\+493023125\d{3}$"),
        (r"^\+44[0-9]{10}$", r"^\+442079460\d{3}$"),
        (r"^\+1[0-9]{10}$", r"^\+1\d{3}55501\d\d$"),
        (r"^\+[1-9][0-9]{1,14}$", r"^\+1\d{3}55501\d\d$"),
        (r"^\(\d{3}\) \d{3}-\d{4}$", r"^\(\d{3}\) 555-01\d\d$"),
        (r"^[0-9]{3}-[0-9]{3}-[0-9]{4}$", r"^\d{3}-555-01\d\d$"),
        (r"^0\d{9}$", r"^019900\d{4}$"),
        (r"^\+48\d{9}$", r"^\+48\d{9}$"),  # no number there is nobody's
    ],
)
def test_a_number_is_nobodys(fill: Fill, connection: Connection, pattern: LiteralString, nobodys: str) -> None:
    fill(f"create table people (phone text not null check (phone ~ '{pattern}'), mobile text unique check (mobile ~ '{pattern}'))", 100)  # fmt: skip  # noqa: E501

    found = connection.execute("select bool_and(phone ~ %s), bool_and(mobile ~ %s) from people", [nobodys, nobodys])
    assert found.fetchone() == (True, True)


def test_a_key_goes_on_behind_the_numbers_that_are_nobodys(fill: Fill, connection: Connection) -> None:
    fill("create table people (phone text primary key check (phone ~ '^\\+49[0-9]{10}$'))", 1500)

    found = connection.execute("select count(*), count(*) filter (where phone like '+493023125%') from people")
    assert found.fetchone() == (1500, 1000)


@pytest.mark.parametrize(
    ("column", "nobodys"),
    [
        ("varchar(12) not null", r"^\+1\d{3}55501\d\d$"),
        ("text not null check (char_length(phone) <= 10)", r"^\d{3}55501\d\d$"),
        ("varchar(8) not null", r"^555-01\d\d$"),
    ],
)
def test_a_number_is_as_short_as_it_has_to_be_and_whole(
    fill: Fill, connection: Connection, column: LiteralString, nobodys: str
) -> None:
    fill(f"create table people (phone {column})", 20)

    assert connection.execute("select bool_and(phone ~ %s) from people", [nobodys]).fetchone() == (True,)
