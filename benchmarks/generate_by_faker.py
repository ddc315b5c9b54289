"""Makes up users by Faker, without its weights, and copies them row by row. Argument: a conninfo."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import psycopg
from faker import Faker


def rows(count: int) -> Iterator[tuple[object, ...]]:
    """Give so many users."""
    fake = Faker(use_weighting=False)
    fake.seed_instance(0)
    first, last = datetime(2024, 11, 30, tzinfo=UTC), datetime(2026, 11, 30, tzinfo=UTC)
    for number in range(1, count + 1):
        name = fake.name()
        email = f"{number}.{fake.ascii_safe_email()}"
        country, active = fake.country_code(), fake.boolean(85)
        yield number, email, name, country, active, fake.date_time_between(first, last, UTC)


def main(conninfo: str) -> None:
    """Fill the only table of the current folder, in one transaction."""
    (table,) = json.loads(Path("tables.json").read_text())
    with (
        psycopg.connect(conninfo) as connection,
        connection.cursor() as cursor,
        cursor.copy("copy users (id, email, name, country, active, created_at) from stdin") as copy,
    ):
        for row in rows(table["rows"]):
            copy.write_row(row)


if __name__ == "__main__":
    main(sys.argv[1])
