"""Hints on values that PostgreSQL refuses: they say what to write, and no sentence stands twice."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest

from seedkit import SeedkitError, seed

Connection = psycopg.Connection[Any]
Write = Callable[[dict[str, str]], Path]

SCHEMA = "create table events (id integer primary key, day date, at timestamp, z timestamptz, days date[])"


@pytest.mark.parametrize(
    "value",
    [
        "day: 2026-13-01",
        "day: 31.12.2026",
        "at: 2026-13-01 12:00",
        "z: 13/13/2026",
        "days: [2026-13-01]",
    ],
)
def test_a_date_that_is_none_is_told_how_to_write_it(value: str, project: Write, connection: Connection) -> None:
    connection.execute(SCHEMA.encode())
    project({"fixtures/events.yml": f"- {{id: 1}}\n- {{id: 2, {value}}}\n"})

    with pytest.raises(SeedkitError) as caught:
        seed(connection=connection)

    assert caught.value.hint == "Write a date as 2026-01-31: year, month, day."
    assert str(caught.value.origin) == "fixtures/events.yml:2"


def test_no_sentence_stands_twice_in_a_message(project: Write, connection: Connection) -> None:
    connection.execute(SCHEMA.encode())
    project({"fixtures/events.yml": "- {id: 1, day: 2026-13-01}\n"})

    with pytest.raises(SeedkitError) as caught:
        seed(connection=connection)

    assert str(caught.value) == (
        'date/time field value out of range: "2026-13-01"\n'
        "  at fixtures/events.yml:1\n"
        '  column "day"\n'
        "\n"
        "hint: Write a date as 2026-01-31: year, month, day."
    )


@pytest.mark.parametrize("column", ["created_at", "note"])
@pytest.mark.parametrize("rows", [1, 3_000])
def test_sql_of_go_testfixtures_is_told_how_it_is_written_here(
    column: str, rows: int, project: Write, connection: Connection
) -> None:
    connection.execute("create table posts (id integer primary key, created_at timestamptz, note text)")
    plain = "".join(f"- {{id: {number}, {column}: 2026-01-02}}\n" for number in range(1, rows))
    project({"fixtures/posts.yml": f"{plain}- {{id: {rows}, {column}: RAW=NOW()}}\n"})

    with pytest.raises(SeedkitError) as caught:
        seed(connection=connection)

    assert str(caught.value.origin) == f"fixtures/posts.yml:{rows}"
    assert caught.value.hint == "Write !sql NOW(), or quote it where it is meant as text."


def test_what_is_quoted_is_text(project: Write, connection: Connection) -> None:
    connection.execute("create table posts (id integer primary key, note text, created_at text)")
    project({"fixtures/posts.yml": "- {id: 1, note: 'RAW=NOW()', created_at: STRAW=1}\n"})

    seed(connection=connection)

    assert connection.execute("select note, created_at from posts").fetchone() == ("RAW=NOW()", "STRAW=1")


@pytest.mark.parametrize("rows", [2, 3_000])
@pytest.mark.parametrize("quote", ["", "'", '"'])
def test_the_offset_of_a_time_of_day_is_dropped_and_that_is_told_once_a_file(
    rows: int, quote: str, project: Write, connection: Connection, caplog: pytest.LogCaptureFixture
) -> None:
    connection.execute("create domain hour as time; create table shops (id integer primary key, opens hour)")
    plain = "".join(f"- {{id: {number}, opens: {quote}08:30:00{quote}}}\n" for number in range(2, rows))
    odd = f"- {{id: {rows}, opens: {quote}09:00:00+02:00{quote}}}\n"
    more = f"- {{id: 1, opens: {quote}10:00 +0200{quote}}}\n"
    project({"fixtures/shops.yml": plain + odd + more})

    seed(connection=connection)

    assert [record.getMessage() for record in caplog.records if record.levelname == "WARNING"] == [
        f'warning: fixtures/shops.yml:{rows - 1}: the offset of "09:00:00+02:00" is dropped, as column "opens" is a'
        " time without time zone"
    ]
    kept = connection.execute("select opens::text from shops where id in (1, %s) order by id", [rows]).fetchall()
    assert kept == [("10:00:00",), ("09:00:00",)]


@pytest.mark.parametrize("value", ["09:00:00", "2000-01-01 09:00:00.000000000 Z", "09:00Z", "09:00+00", "9:00 AM", "~"])
def test_a_time_that_loses_nothing_is_not_told(
    value: str, project: Write, connection: Connection, caplog: pytest.LogCaptureFixture
) -> None:
    connection.execute("create table shops (id integer primary key, opens time, closes timetz)")
    project({"fixtures/shops.yml": f"- {{id: 1, opens: {value}, closes: 09:00+02}}\n"})

    seed(connection=connection)

    assert [record for record in caplog.records if record.levelname == "WARNING"] == []
