"""Under a key of an expression, or of a generated column, ranges are as wide as the rows need; what fits is known."""

from __future__ import annotations

from datetime import date

import psycopg
import pytest

from seedkit.core.generation.requests.asked import AskedRows
from seedkit.runner.generation.explaining import explain
from seedkit.runner.generation.request import GenerationRequest
from tests.runner.generation.conftest import filled

Connection = psycopg.Connection

MANY = {
    "a generated column": "a int not null, g int generated always as (a * 2) stored unique",
    "one that is as small": "a int not null, g smallint generated always as (a) stored unique",
    "small numbers": "a smallint not null, g int generated always as (a * 2) stored unique",
    "a day later": "a date not null, g date generated always as (a + 1) stored unique",
    "a quantity": "quantity int not null, g int generated always as (quantity * 2) stored unique",
    "a default": "a int not null default 5, g int generated always as (a * 2) stored unique",
    "abs(a)": "a int not null",
    "(a * 1000)": "a int not null",
    "(a / 10)": "a int not null",
    "(a % 100000)": "a int not null",
    "(a + b)": "a int not null, b int not null",
    "(a * b)": "a int not null, b int not null",
    "(year * 100 + month)": "year int not null, month int not null",
}
FULL = {
    "abs(a)": ("a int not null check (a between -20 and 20)", 20),
    "(day * 3)": ("day int not null check (day between 1 and 31)", 31),
    "(a % 100)": ("a int not null", 100),
    "abs(kind)": ("kind int not null check (kind in (1, 2, 3))", 3),
}


def created(connection: Connection, columns: str, key: str) -> None:
    connection.execute(f"create table k (id serial primary key, {columns})".encode())
    if "(" in key:
        connection.execute(f"create unique index on k ({key})".encode())


def most_rows(connection: Connection) -> int | None:
    [table] = explain(connection, GenerationRequest(asked=(AskedRows("k", 20),), now=date(2026, 11, 30))).tables
    return table.most_rows


@pytest.mark.parametrize("key", MANY)
def test_as_many_rows_as_are_asked_for_have_another_key_each(connection: Connection, key: str) -> None:
    created(connection, MANY[key], key)

    reports = [filled(connection, {"k": rows}) for rows in (3000, 200)]

    assert [table.rows for report in reports for table in report.tables] == [3000, 200], str(reports[0])
    assert (most_rows(connection) or 2_000_000) >= 3_200


@pytest.mark.parametrize("key", FULL)
def test_a_key_that_leaves_few_rows_is_told_to_be_full(connection: Connection, key: str) -> None:
    columns, most = FULL[key]
    created(connection, columns, key)

    assert most_rows(connection) == most
    report = filled(connection, {"k": 3000})

    assert [(table.rows, table.full) for table in report.tables] == [(most, True)]


def test_a_first_draw_means_what_it_did(connection: Connection) -> None:
    created(connection, MANY["a quantity"], "a quantity")

    filled(connection, {"k": 10})

    assert connection.execute("select max(quantity) <= 100 from k").fetchone() == (True,)
