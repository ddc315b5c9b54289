"""Rows that a deferred constraint trigger refuses, which says so at the end and of no row.

All is in the tables as it was checked. So its function is asked anew, by a trigger of our own that fires at once: rows
are updated to what they are, halves of them as long as one is refused. A function that does otherwise for updates tells
nothing. All of it stands in a savepoint that is rolled back.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

import psycopg
from msgspec import Struct
from psycopg import sql
from psycopg.rows import class_row

from seedkit.postgres.connection import Connection
from seedkit.postgres.identifiers import own_rows, table_identifier, trusted
from seedkit.postgres.loading.causes import kind_of, raised_in
from seedkit.postgres.loading.mistakes.doubts import FILE, LINE, Doubts
from seedkit.postgres.loading.mistakes.mistake import SHOWN, Mistake
from seedkit.postgres.loading.table_loads import TableLoad
from seedkit.postgres.queries import query
from seedkit.postgres.search_path import safe_path

_PROBE = sql.Identifier("seedkit asks again")
_LOCK_TIMEOUT = "set local lock_timeout = '1s'"


class DeferredTrigger(Struct, frozen=True, kw_only=True):
    """A row of the query `deferrable_triggers`."""

    table: int
    schema: str
    name: str
    definition: str


def refusing_trigger(
    connection: Connection, loads: Sequence[TableLoad], error: psycopg.Error
) -> DeferredTrigger | None:
    """Find the trigger that raises an error when it is asked by itself."""
    tables = [load.table.oid for load in loads]
    with safe_path(connection), connection.cursor(row_factory=class_row(DeferredTrigger)) as cursor:
        found = cursor.execute(query("deferrable_triggers"), {"tables": tables}).fetchall()
    return next((trigger for trigger in found if _raises(connection, trigger, error)), None)


def _raises(connection: Connection, trigger: DeferredTrigger, error: psycopg.Error) -> bool:
    name = sql.Identifier(trigger.schema, trigger.name)
    refused = _refusal(connection, sql.SQL("set constraints {} immediate").format(name))
    return refused is not None and _is_like(refused, error) and str(refused) == str(error)


def rows_refused_by(
    connection: Connection, doubts: Sequence[Doubts], trigger: DeferredTrigger, error: psycopg.Error
) -> list[Mistake]:
    """List the rows of a table that its trigger refuses, as they stand there."""
    with connection.transaction(force_rollback=True):
        connection.execute(_LOCK_TIMEOUT)
        connection.execute(
            sql.SQL("create trigger {} after update on {} for each row {}").format(
                _PROBE, table_identifier(doubts[0].table), trusted(trigger.definition)
            )
        )
        found = (mistake for part in doubts for mistake in _refused_in(connection, part, error))
        return list(islice(found, SHOWN + 1))


def _refused_in(connection: Connection, doubts: Doubts, error: psycopg.Error) -> Iterator[Mistake]:
    for file, source in enumerate(doubts.files):
        if not doubts.stage(source).key:
            continue  # nothing tells which rows of the table these are
        lines = _lines(connection, doubts, file)
        for line, refused in _halved(connection, doubts, file, lines, error):
            told = refused.diag.message_detail or refused.diag.message_primary or ""
            where = raised_in(refused)
            text = f"{told}; in {where}" if where else told
            yield Mistake(origin=doubts.origin(file, line), text=text, message=refused.diag.message_primary)


def _lines(connection: Connection, doubts: Doubts, file: int) -> list[int]:
    statement = sql.SQL("select {} from {} where {} operator(pg_catalog.=) {} order by 1").format(
        LINE, doubts.name, FILE, sql.Literal(file)
    )
    return [line for (line,) in connection.execute(statement)]


def _halved(
    connection: Connection, doubts: Doubts, file: int, lines: Sequence[int], error: psycopg.Error
) -> Iterator[tuple[int, psycopg.Error]]:
    """Give the lines of refused rows, each with its refusal."""
    refused = _refusal(connection, _touch(doubts, file, lines)) if lines else None
    if refused is None or not _is_like(refused, error):
        return
    if lines[0] == lines[-1]:
        yield lines[0], refused
        return
    middle = len(lines) // 2
    yield from _halved(connection, doubts, file, lines[:middle], error)
    yield from _halved(connection, doubts, file, lines[middle:], error)


def _touch(doubts: Doubts, file: int, lines: Sequence[int]) -> sql.Composed:
    """Update rows between two lines to what they are."""
    key = doubts.stage(doubts.files[file]).key
    column = next(column.name for column in doubts.table.columns if not column.generated and not column.identity)
    return sql.SQL(
        "update {table} as there set {column} = there.{column} from ({rows}) as row"
        " where row.{file} operator(pg_catalog.=) {number} and row.{line} operator(pg_catalog.>=) {first}"
        " and row.{line} operator(pg_catalog.<=) {last} and {same}"
    ).format(
        table=own_rows(doubts.table),
        column=sql.Identifier(column),
        rows=doubts.typed(key),
        file=FILE,
        number=sql.Literal(file),
        line=LINE,
        first=sql.Literal(lines[0]),
        last=sql.Literal(lines[-1]),
        same=doubts.same(key),
    )


def _refusal(connection: Connection, statement: sql.Composed) -> psycopg.Error | None:
    """Give the error that a statement meets, of which nothing is left."""
    try:
        with connection.transaction(force_rollback=True):
            connection.execute(statement)
    except psycopg.Error as refused:
        if connection.closed:
            raise
        return refused
    return None


def _is_like(refused: psycopg.Error, error: psycopg.Error) -> bool:
    return kind_of(refused) == kind_of(error) and _function(refused) == _function(error)


def _function(error: psycopg.Error) -> str:
    return (raised_in(error) or "").partition(" line ")[0]
