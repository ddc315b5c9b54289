"""What tests of loading share: load fixtures, count, and look at what was written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, LiteralString

import psycopg
from psycopg import sql

from seedkit.core.reports.runs import SeedReport
from seedkit.core.rows.blocks import Block, RowSource
from seedkit.core.rows.keys import OnConflict
from seedkit.errors import Origin, SeedkitError
from seedkit.postgres.catalog.tables import read_catalog, read_tables
from seedkit.postgres.loading.table_loads import TableLoad
from seedkit.postgres.loading.ways import load_tables

Connection = psycopg.Connection[Any]
Counts = tuple[int, int, int]
Load = Callable[..., dict[str, Counts]]
Refusal = Callable[..., SeedkitError]


def counts(report: SeedReport) -> dict[str, Counts]:
    """Inserted, updated and unchanged rows by table."""
    return {str(table.table): (table.inserted, table.updated, table.unchanged) for table in report.tables}


def rows_of(connection: Connection, query: LiteralString) -> list[tuple[Any, ...]]:
    return connection.execute(query).fetchall()


def watch(connection: Connection, table: str, each: LiteralString = "row") -> None:
    """Note every row, or every statement, that writes to a table, in the table `writes`."""
    connection.execute("create table if not exists writes (what text)")
    connection.execute(
        "create or replace function note_write() returns trigger language plpgsql as"
        " $$begin insert into writes values (tg_op); return new; end$$"
    )
    connection.execute(
        sql.SQL("create trigger note before insert or update or delete on {}").format(sql.Identifier(table))
        + sql.SQL(" for each {} execute function note_write()").format(sql.SQL(each))
    )


def many(rows: int, line: str = "- {{id: {n}, name: n{n}}}") -> str:
    """A fixture of more rows than one statement takes, by a template with the number `n`."""
    return "".join(f"{line.format(n=number)}\n" for number in range(1, rows + 1))


def a_source(*blocks: Block, may_compute: bool = False, on_conflict: OnConflict = OnConflict.UPDATE) -> RowSource:
    """Rows of a fixture named things.yml; the nth row stands in line n."""
    return RowSource(
        name="things.yml",
        may_compute=may_compute,
        blocks=lambda: iter(blocks),
        on_conflict=on_conflict,
        key=(),
        origin=Origin(path=Path("things.yml")),
        locate=lambda _shape, number: Origin(path=Path("things.yml"), line=number),
        locate_key=lambda _key, _texts: [],
    )


def loaded_counts(connection: Connection, table: str, *sources: RowSource) -> Counts:
    """Load sources into a table in a transaction."""
    oid = read_catalog(connection).table(table).oid
    with connection.transaction():
        [report] = load_tables(
            connection, [TableLoad(table=read_tables(connection, [oid])[oid], sources=tuple(sources))]
        )
    return report.inserted, report.updated, report.unchanged
