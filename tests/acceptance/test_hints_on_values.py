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
