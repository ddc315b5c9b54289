"""SQL that stands in fixtures (`!sql`) and fails: told by trying each expression of a load by itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

import psycopg
from psycopg import sql

from seedkit.core.catalog import Table
from seedkit.core.rows.blocks import PlacedRow
from seedkit.errors import Origin
from seedkit.postgres.connection import Connection, execute_alone, takes_statements
from seedkit.postgres.identifiers import table_identifier, trusted
from seedkit.postgres.loading.mistakes.mistake import SHOWN, Mistake
from seedkit.postgres.loading.table_loads import TableLoad


def wrong_expressions(connection: Connection, loads: Sequence[TableLoad], error: psycopg.Error) -> list[Mistake]:
    """List the rows whose expressions fail as the error says, one more than are shown; works in savepoints."""
    if not takes_statements(connection) or any(load.table.citus for load in loads):
        return []
    return list(islice(_mistakes(connection, loads, error), SHOWN + 1))


def _mistakes(connection: Connection, loads: Sequence[TableLoad], error: psycopg.Error) -> Iterator[Mistake]:
    tried: dict[tuple[int, str, str], psycopg.Error | None] = {}
    for table, place, computed in _rows(loads):
        for column, text in computed:
            key = table.oid, column, text
            if key not in tried:
                tried[key] = _refused(connection, table, column, text)
            found = tried[key]
            if found is not None and found.sqlstate == error.sqlstate:
                yield Mistake(origin=place, text=found.diag.message_primary or str(found))


def _rows(loads: Sequence[TableLoad]) -> Iterator[tuple[Table, Origin | None, Sequence[tuple[str, str]]]]:
    """Read again the rows with expressions: what is to be evaluated for which column."""
    for load in loads:
        for source in load.sources:
            for row in source.placed() if source.may_compute and source.placed else ():
                if isinstance(row, PlacedRow) and row.shape.computed:
                    place = source.origin and Origin(path=source.origin.path, line=row.line)
                    yield load.table, place, row.shape.computed


def _refused(connection: Connection, table: Table, column: str, text: str) -> psycopg.Error | None:
    """Have an expression planned for its column, then evaluated; give what the server says if it does not like it.

    By the protocol that takes no second command, as where rows are loaded.
    """
    expression = sql.SQL("({}\n)").format(trusted(text))
    planned = sql.SQL("explain insert into {} ({}) overriding system value select {}").format(
        table_identifier(table), sql.Identifier(column), expression
    )
    try:
        with connection.transaction(force_rollback=True):
            execute_alone(connection, planned)
            execute_alone(connection, sql.SQL("select {}").format(expression))
    except psycopg.Error as refused:
        return refused
    return None
