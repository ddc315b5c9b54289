"""Sends rows by INSERT, where COPY is refused, under policies, or passes by what is to happen: rules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from psycopg import sql

from seedkit.core.catalog import Table
from seedkit.core.values.copy_text import field_value
from seedkit.postgres.connection import Connection, execute_alone
from seedkit.postgres.identifiers import names, table_identifier

_AT_ONCE = 500
"""Rows of a statement."""


def inserted(
    connection: Connection, table: Table, columns: tuple[str, ...], texts: Iterable[tuple[str, int]]
) -> tuple[int, int]:
    """Insert rows, given as COPY texts; how many are there then has to be counted. Raises psycopg.Error."""
    sent = 0
    lines = (line for text, _ in texts for line in text.removesuffix("\n").split("\n"))
    while rows := list(islice(lines, _AT_ONCE)):
        execute_alone(connection, _statement(table, columns, rows))
        sent += len(rows)
    return sent, sent


def _statement(table: Table, columns: tuple[str, ...], lines: Sequence[str]) -> sql.Composed:
    if not columns:  # no list of values is empty
        return sql.SQL("insert into {} select from pg_catalog.generate_series(1, {})").format(
            table_identifier(table), sql.Literal(len(lines))
        )
    return sql.SQL("insert into {} ({}) overriding system value values {}").format(
        table_identifier(table), names(columns), sql.SQL(", ").join(_rows(lines))
    )


def _rows(lines: Iterable[str]) -> Iterator[sql.Composed]:
    """Write rows with texts for values, which the server reads as the columns' types do."""
    for line in lines:
        yield sql.SQL("({})").format(sql.SQL(", ").join(sql.Literal(field_value(text)) for text in line.split("\t")))
