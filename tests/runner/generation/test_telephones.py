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
    fill("create table people (phone text primary key check (phone ~ '^\\+49[0-9]{10}$'))", 4500)

    nobodys = r"^\+49(3023125|6990009|4066969|8999998)\d{3}$"
    found = connection.execute("select count(*), count(*) filter (where phone ~ %s) from people", [nobodys])
    assert found.fetchone() == (4500, 4000)


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


_NOBODYS = r"^(\+1 ?\d{3}-?555-?01\d\d|\+999\d+)$"


@pytest.mark.parametrize(
    "column",
    [
        "phone_e164",
        "e164",
        "phoneE164",
        "msisdn",
        "sms_to",
        "caller_id",
        "whatsapp_number",
        "from_number",
        "handynummer",
    ],
)
def test_a_name_that_means_a_telephone_has_a_number_that_is_nobodys(
    fill: Fill, connection: Connection, column: str
) -> None:
    fill(f'create table calls ("{column}" text not null)', 50)

    found = connection.execute(f'select bool_and("{column}" ~ %s) from calls'.encode(), [_NOBODYS])
    assert found.fetchone() == (True,)


@pytest.mark.parametrize(
    "pattern",
    [
        r"^\+[1-9][0-9]{7,14}$",
        r"^\+[1-9]\d{1,14}$",
        r"^\+?[1-9]\d{1,14}$",
        r"^\+?1?\d{9,15}$",
        r"^(\+|00)[1-9][0-9]{7,14}$",
        r"^\+(?:[0-9] ?){6,14}[0-9]$",
        r"^\(\d{3}\) \d{3}-\d{4}$",
        r"^\d{3}-\d{3}-\d{4}$",
        r"^\(?\d{3}\)?[-. ]?\d{3}[-. ]?\d{4}$",
    ],
)
@pytest.mark.parametrize("key", ["", "unique"])
def test_a_pattern_of_telephones_means_one_whatever_the_name(
    fill: Fill, connection: Connection, pattern: LiteralString, key: LiteralString
) -> None:
    fill(f"create table t (x text not null {key} check (x ~ '{pattern}'))", 100)

    nobodys = r"^\+?1?[ (]*\d{3}[) .-]*555[ .-]*01\d\d$"
    assert connection.execute("select count(*), bool_and(x ~ %s) from t", [nobodys]).fetchone() == (100, True)


def test_a_key_without_a_country_goes_on_in_one_that_there_is_not(fill: Fill, connection: Connection) -> None:
    fill("create table t (phone varchar(16) primary key check (phone ~ '^\\+[1-9][0-9]{7,14}$'))", 70_000)

    found = connection.execute("select count(*), bool_and(phone ~ '^\\+(1...55501..|49|44|33|353|46|61|999)') from t")
    assert found.fetchone() == (70_000, True)


@pytest.mark.parametrize("pattern", [r"^[0-9]{3} [0-9]{3} [0-9]{4}$", r"^\+[0-9]{1,3}$", r"^[+-]?[0-9]+$"])
def test_figures_that_are_no_telephones_stay_what_they_are(
    fill: Fill, connection: Connection, pattern: LiteralString
) -> None:
    fill(f"create table t (x text not null check (x ~ '{pattern}'))", 100)

    assert connection.execute("select count(*) from t where x like '%555%01__'").fetchone() == (0,)
