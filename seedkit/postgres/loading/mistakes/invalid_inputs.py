"""Values that are no input for the type of their column, or too long for it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import psycopg
from psycopg import sql

from seedkit.core.catalog import Column, Table
from seedkit.postgres.connection import Connection
from seedkit.postgres.identifiers import type_of
from seedkit.postgres.loading.mistakes.doubts import FILE, LINE, Doubts
from seedkit.postgres.loading.mistakes.mistake import SHOWN, Mistake
from seedkit.postgres.unencoded import text_of

_SOFT_INPUT_SINCE = 160_000


def invalid_inputs(
    connection: Connection,
    doubts: Sequence[Doubts],
    error: psycopg.Error,  # noqa: ARG001 - as the other finders
) -> Iterator[Mistake]:
    """Find values that are no input for the type of their column, or too long for it."""
    for found in doubts:
        columns = [column for column in _columns(found) if column.type_name not in ("text", "character varying")]
        if columns:
            yield from _invalid_in(connection, found, columns)


def _columns(doubts: Doubts) -> list[Column]:
    return [doubts.table.column(name) for name in doubts.shape.columns]


def _invalid_in(connection: Connection, doubts: Doubts, columns: Sequence[Column]) -> Iterator[Mistake]:
    values = [
        sql.SQL("({}, {}, {})").format(
            sql.Literal(column.name),
            sql.Identifier(column.name),
            _input_error(connection, doubts.table, column, sql.Identifier(column.name)),
        )
        for column in columns
    ]
    statement = sql.SQL(
        "select {}, {}, given.name, given.value, given.problem from {} "
        "cross join lateral (values {}) as given (name, value, problem)"
        " where given.problem is not null order by 1, 2 limit {}"
    ).format(FILE, LINE, doubts.name, sql.SQL(", ").join(values), sql.Literal(SHOWN + 1))
    for file, line, name, value, problem in connection.execute(statement):
        shown = "" if value in problem else f': "{value[:60]}{"…" if len(value) > 60 else ""}"'
        yield Mistake(origin=doubts.origin(file, line), text=f'column "{name}": {problem}{shown}')


def refused_texts(connection: Connection, table: Table, column: Column, texts: Sequence[str]) -> dict[str, str]:
    """Say of texts that are no input for a column's type what is wrong with them; looks at no row."""
    statement = sql.SQL(
        "select given.value, given.problem from (select given.value, {} as problem"
        " from pg_catalog.unnest({}::pg_catalog.text[]) as given (value)) as given where given.problem is not null"
    ).format(_input_error(connection, table, column, sql.Identifier("given", "value")), sql.Literal(list(texts)))
    return dict(connection.execute(statement))


def _input_error(connection: Connection, table: Table, column: Column, value: sql.Identifier) -> sql.Composed:
    """Put down an expression that tells what is wrong with a text as input of a column's type, NULL if nothing is."""
    type_name = sql.Literal(column.type_sql or column.type_name)
    if connection.info.server_version >= _SOFT_INPUT_SINCE:
        return sql.SQL(
            "case when not pg_catalog.pg_input_is_valid({0}, {1})"
            " then (pg_catalog.pg_input_error_info({0}, {1})).message end"
        ).format(value, type_name)
    function = sql.Identifier("pg_temp", f"seedkit_input_error_{table.oid}_{column.number}")
    body = sql.SQL(
        "declare taken {}; begin taken := given; return null; exception when others then return sqlerrm; end"
    ).format(type_of(column))
    connection.execute(
        sql.SQL(
            "create or replace function {}(given pg_catalog.text) returns pg_catalog.text language plpgsql as {}"
        ).format(function, sql.Literal(text_of(body, connection)))
    )
    return sql.SQL("{}({})").format(function, value)
