"""Loads the rows of a seeder's generator by the driver alone: `Copy.write_row` for each. Argument: a conninfo."""

from __future__ import annotations

import runpy
import sys

import psycopg


def main(conninfo: str) -> None:
    """Copy the rows into the table `people`, in one transaction."""
    rows = runpy.run_path("seeders/people.py")["rows"]()
    with (
        psycopg.connect(conninfo) as connection,
        connection.cursor() as cursor,
        cursor.copy("copy people (id, email, name, active, score, created_at) from stdin") as copy,
    ):
        for row in rows:
            copy.write_row(tuple(row.values()))


if __name__ == "__main__":
    main(sys.argv[1])
