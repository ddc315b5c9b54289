"""Ranges that must not overlap lie where CHECKs of their ends leave room, and are as long as these ask for."""

from __future__ import annotations

from typing import LiteralString

import psycopg
import pytest

from tests.runner.generation.conftest import Fill

Connection = psycopg.Connection

_NEVER_TWICE = "exclude using gist (during with &&)"


@pytest.mark.parametrize(
    "columns",
    [
        f"during daterange not null check (lower(during) >= '2026-01-01'), {_NEVER_TWICE}",
        f"during int4range not null check (lower(during) between 0 and 100), {_NEVER_TWICE}",
        f"during tstzrange not null check (upper(during) - lower(during) <= interval '2 hours'), {_NEVER_TWICE}",
        f"during tsrange not null check (upper(during) - lower(during) = interval '50 minutes'), {_NEVER_TWICE}",
        f"during tsrange check (lower(during) >= '2026-11-01' and upper(during) < '2026-11-08'), {_NEVER_TWICE}",
        "during numrange not null check (upper(during) < 1000 and lower(during) >= 0), unique (during)",
        "a date not null check (a >= '2026-01-01' and a < '2027-01-01'), b date not null, check (b > a),"
        " exclude using gist (daterange(a, b) with &&)",
        "a date not null check (a <= '2020-01-01'), b date not null, check (b >= a + 14),"
        " exclude using gist (daterange(a, b) with &&)",
        "a timestamptz not null check (a >= '2026-01-01'), b timestamptz not null,"
        " check (b - a = interval '30 minutes'),"
        " exclude using gist (tstzrange(a, b) with &&)",
    ],
)  # fmt: skip
def test_slots_are_where_and_as_long_as_checks_ask(fill: Fill, columns: LiteralString) -> None:
    report = fill(f"create table slots ({columns})", 50)

    assert [(table.rows, table.reasons) for table in report.tables] == [(50, ())]


def test_a_time_of_two_ends_has_so_many_slots(fill: Fill) -> None:
    report = fill(
        "create table slots (during daterange not null,"
        f" check (lower(during) >= '2026-11-02' and upper(during) <= '2026-11-09'), {_NEVER_TWICE})",
        50,
    )

    assert [(table.rows, table.full, table.reasons) for table in report.tables] == [
        (7, True, ("table slots holds 7 rows: during has no more",))
    ]


def test_ranges_that_may_overlap_are_as_long_as_checks_ask(fill: Fill, connection: Connection) -> None:
    schema = """
        create table ranges (
            week daterange not null check (upper(week) - lower(week) = 7),
            booking tstzrange not null check (upper(booking) - lower(booking) <= interval '4 hours'),
            few int4range check (upper(few) - lower(few) between 2 and 5),
            far numrange not null check (upper(far) - lower(far) = 1000.5),
            written tsrange not null check (upper(written) = lower(written) + interval '100 minutes'),
            hour tstzrange not null check (date_trunc('hour', lower(hour)) = lower(hour)),
            check (upper(hour) - lower(hour) = interval '1 hour')
        )
    """

    report = fill(schema, 50)

    assert [(table.rows, table.reasons) for table in report.tables] == [(50, ())]
    lengths = (
        "select count(distinct upper(booking) - lower(booking)), count(distinct upper(few) - lower(few)) from ranges"
    )
    assert connection.execute(lengths).fetchone() == (16, 4)


def test_ranges_that_may_overlap_hold_what_is_asked_of_their_ends(fill: Fill) -> None:
    schema = """
        create table ranges (
            a tstzrange not null check (lower(a) >= '2026-11-01' and upper(a) < '2026-11-08'),
            b daterange not null check (lower(b) > '2030-01-01'),
            c int4range not null check (upper(c) <= 5 and lower(c) >= -3),
            d daterange not null check (upper(d) <= '2001-01-01')
        )
    """

    report = fill(schema, 50)

    assert [(table.rows, table.reasons) for table in report.tables] == [(50, ())]
