"""Makes up users by mimesis, and copies them row by row. Argument: a conninfo."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
from mimesis import Generic


def rows(count: int) -> Iterator[tuple[object, ...]]:
    """Give so many users."""
    generic = Generic(seed=0)
    person, address, boolean, moment = (
        generic.person,
        generic.address,
        generic.development.boolean,
        generic.datetime.datetime,
    )
    for number in range(1, count + 1):
        name, email = person.full_name(), f"{number}.{person.email(domains=['example.com'])}"
        yield number, email, name, address.country_code(), boolean(), moment(start=2024, end=2026)


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
