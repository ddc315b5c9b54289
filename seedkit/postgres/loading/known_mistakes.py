"""What the server can tell of rows that it has not been sent: which values their types refuse, which rows are new.

Asked when a run has failed already, in savepoints that are rolled back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import TypeAlias, TypeVar

import psycopg
from msgspec.structs import replace
from psycopg import sql

from seedkit.core.catalog import Table
from seedkit.core.names import Columns
from seedkit.core.reports.mistakes import Kind, MissingValueError, Mistake
from seedkit.core.rows.blocks import PlacedRow, RowSource
from seedkit.errors import Origin, SeedkitError
from seedkit.postgres.connection import Connection
from seedkit.postgres.identifiers import operator, own_rows
from seedkit.postgres.loading.mistakes.doubts import FILE, LINE, Doubts, doubt
from seedkit.postgres.loading.mistakes.giving_up import give_up
from seedkit.postgres.loading.mistakes.invalid_inputs import invalid_inputs
from seedkit.postgres.queries import query

_Result = TypeVar("_Result")


def is_about_rows(error: SeedkitError) -> bool:
    """Whether an error is about what rows hold, and no limit, lock or lost connection."""
    cause = error.__cause__
    return not isinstance(cause, psycopg.Error) or isinstance(cause, (psycopg.DataError, psycopg.IntegrityError))


def is_refusal(error: SeedkitError) -> bool:
    """Whether all that is loaded before was in the database when a row was refused."""
    return isinstance(error, MissingValueError) or isinstance(error.__cause__, psycopg.Error)


def refused_null(error: SeedkitError) -> tuple[str, str] | None:
    """Name the table and the column that the server has refused to be null, by their bare names."""
    cause = error.__cause__
    if not isinstance(cause, psycopg.errors.NotNullViolation):
        return None
    diagnostics = cause.diag
    return (
        (diagnostics.table_name, diagnostics.column_name)
        if diagnostics.table_name and diagnostics.column_name
        else None
    )


def refused_by(error: SeedkitError) -> str | None:
    """Name the constraint or the index by which the server has refused a row, if any."""
    cause = error.__cause__
    return cause.diag.constraint_name if isinstance(cause, psycopg.Error) else None


Rows: TypeAlias = Sequence[tuple[RowSource, Sequence[PlacedRow]]]
"""Rows of one table, by the files that they stand in."""


def refused_values(connection: Connection, table: Table, rows: Rows) -> list[Mistake]:
    """List the values that are no input for their columns' types."""

    def ask() -> list[Mistake]:
        found = invalid_inputs(connection, laid_out(connection, table, rows), psycopg.DataError())
        return [
            Mistake(kind=Kind.VALUE, origin=mistake.origin, text=mistake.text) for mistake in found if mistake.origin
        ]

    return undone(connection, ask) or []


def new_rows(connection: Connection, table: Table, key: Columns, rows: Rows) -> set[Origin]:
    """Tell the places of the rows whose key is not in the table; of rows without one, where there are no rows.

    Nothing where policies may hide rows, or triggers of the statement put them there.
    """

    def ask() -> set[Origin]:
        return {place for found in laid_out(connection, table, rows) for place in _new_in(connection, found, key)}

    if table.row_security or table.statement_triggers or (table.citus is not None and not key):
        return set()
    return undone(connection, ask) or set()


def have_insert_triggers(connection: Connection, tables: Iterable[Table]) -> bool:
    """Whether inserts into some tables may write rows elsewhere."""
    found = connection.execute(query("insert_triggers"), {"tables": [table.oid for table in tables]})
    return found.fetchone() is not None


def laid_out(connection: Connection, table: Table, rows: Rows, *, number: int = 0) -> list[Doubts]:
    """Lay out rows as text; `number` tells them from those of other tables."""
    return doubt(connection, number, table, [replace(source, placed=partial(iter, found)) for source, found in rows])


def _new_in(connection: Connection, doubts: Doubts, key: Columns) -> list[Origin]:
    table = doubts.table
    same: list[sql.Composable] = [
        sql.SQL("taken.{0} {1} row.{0}").format(sql.Identifier(name), operator(equality))
        for name, equality in zip(key, table.equalities(key), strict=True)
    ]
    statement = sql.SQL("select {}, {} from ({}) as row where not exists (select 1 from {} as taken where {})").format(
        FILE, LINE, doubts.typed(key), own_rows(table), sql.SQL(" and ").join(same or [sql.SQL("true")])
    )
    places = (doubts.origin(file, line) for file, line in connection.execute(statement))
    return [place for place in places if place]


def undone(connection: Connection, ask: Callable[[], _Result]) -> _Result | None:
    """Ask in a savepoint that is rolled back; None where the server refuses to answer."""
    try:
        with connection.transaction(force_rollback=True):
            return ask()
    except psycopg.Error as refused:
        give_up(connection, refused)
        return None
