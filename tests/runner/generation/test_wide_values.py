"""Values at the ends of what types hold: bounds of a hundred digits, the last day of all, keys of many bits."""

from __future__ import annotations

import psycopg
import pytest

from tests.runner.generation.conftest import Fill

Connection = psycopg.Connection

UINT256 = "115792089237316195423570985008687907853269984665640564039457584007913129639936"
SHAPES = {
    "tokens": f"amount numeric(78, 0) not null check (amount >= 0 and amount < {UINT256})",
    "large": "amount numeric not null check (amount > 1e40)",
    "huge": "amount double precision not null check (amount::numeric < 1e400)",
    "growing": "low numeric not null, high numeric not null, check (high > low * 1e30)",
    "summed": "low numeric not null check (low > 1e39), high numeric not null, check (high = low + 1)",
    "last_days": "day date not null check (day >= '9999-12-31')",
    "last_hours": "at timestamptz not null check (at >= '9999-12-31')",
    "first_days": "day date not null check (day < '0001-02-01')",
    "either": "size integer not null check (size < 0 or size > 10), check (size > 5)",
}
IMPOSSIBLE = {
    "empty": "size integer not null check (size > 5 and size < 3)",
    "outside": "size smallint not null check (size < -40000)",
    "past_all": "day date not null check (day > '9999-12-31' and day < '5874897-01-01')",
    "past_hours": "at timestamp not null check (at > '9999-12-31 23:59:59' and at > '9999-12-31 23:59:59.9999')",
}


def tables(shapes: dict[str, str]) -> str:
    return "".join(f"create table {name} (id serial primary key, {columns});" for name, columns in shapes.items())


def test_bounds_far_from_what_is_usual_are_kept(fill: Fill) -> None:
    report = fill(tables(SHAPES), 40)

    assert [(outcome.table, outcome.reasons) for outcome in report.tables if outcome.rows < outcome.asked] == []


@pytest.mark.parametrize("name", IMPOSSIBLE)
def test_a_table_whose_checks_leave_nothing_is_told_of(fill: Fill, name: str) -> None:
    report = fill(tables({name: IMPOSSIBLE[name]}), 20)

    (outcome,) = report.tables
    assert outcome.rows == 0
    assert outcome.reasons


def test_a_second_run_goes_on_behind_keys_of_more_than_64_bits(fill: Fill, connection: Connection) -> None:
    fill(
        "create table plans (id serial primary key);"
        "create table thresholds (id serial primary key, plan_id int references plans, other_id int references plans,"
        " amount bigint not null, recurring bool not null, gone_on date);"
        "create unique index on thresholds (plan_id, recurring) where recurring;"
        "create unique index on thresholds (amount, other_id, recurring) where gone_on is null;"
        "create unique index on thresholds (amount, plan_id, recurring) where gone_on is null",
        20,
    )

    fill("", 20)

    assert connection.execute("select count(*) from thresholds").fetchone() == (40,)
