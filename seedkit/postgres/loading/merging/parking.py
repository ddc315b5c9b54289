"""Lets rows exchange unique values: PostgreSQL checks a unique index row by row, so that one of two must go first.

Where a merge meets a value that is taken, the rows that are to change it are first given values that nobody has: NULL
where the column allows it. If that does not help, the first error stands.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import psycopg
from psycopg import sql

from seedkit.core.catalog import Column
from seedkit.core.rows.keys import OnConflict
from seedkit.postgres.connection import Connection, execute_alone
from seedkit.postgres.identifiers import names, type_of
from seedkit.postgres.loading.stages import Stage, same_key, with_stages

_LENGTH = re.compile(r"\((\d+)\)\Z")
_NUMBER = sql.SQL(
    "least((select pg_catalog.min({0}) from {1}), 0) operator(pg_catalog.-) pg_catalog.row_number() over ()"
)
_LATER = sql.SQL(
    "(select pg_catalog.max({0}) from {1}) operator(pg_catalog.+)"
    " (pg_catalog.row_number() over () operator(pg_catalog.*) interval '1 day')"
)
_TEXT = sql.SQL("pg_catalog.left(pg_catalog.replace(pg_catalog.gen_random_uuid()::pg_catalog.text, '-', ''), {2})")
_FREE_VALUES = {
    **dict.fromkeys(("smallint", "integer", "bigint", "numeric"), _NUMBER),
    **dict.fromkeys(("date", "timestamp without time zone", "timestamp with time zone"), _LATER),
    **dict.fromkeys(("text", "character varying", "citext"), _TEXT),
    "uuid": sql.SQL("pg_catalog.gen_random_uuid()"),
}


def parked(connection: Connection, stages: Sequence[Stage], merge: sql.Composed) -> Sequence[Any] | None:
    """Run a merge; where a unique value is taken, once more with the values out of the way that are to change."""
    if not any(map(_parking_columns, stages)):
        return execute_alone(connection, merge).fetchone()
    try:
        return _merged(connection, [], merge)
    except psycopg.errors.UniqueViolation as error:
        try:
            return _merged(connection, stages, merge)
        except psycopg.Error:
            raise error from None


def _merged(connection: Connection, parking: Sequence[Stage], merge: sql.Composed) -> Sequence[Any] | None:
    with connection.transaction():
        for stage in parking:
            for column in _parking_columns(stage):
                execute_alone(connection, _park_statement(stage, column))
        return execute_alone(connection, merge).fetchone()


def _parking_columns(stage: Stage) -> list[Column]:
    """Choose of each further unique key of the table one column whose values can be put out of the way."""
    if stage.on_conflict is not OnConflict.UPDATE or not stage.key:
        return []
    updatable = [stage.table.column(name) for name in stage.updatable]
    chosen: dict[str, Column] = {}
    for key in stage.table.keys:
        movable = [column for column in updatable if column.name in key.columns and _movable(column, stage)]
        for column in sorted(movable, key=lambda column: column.not_null)[:1]:
            chosen[column.name] = column
    return list(chosen.values())


def _movable(column: Column, stage: Stage) -> bool:
    if column.name in stage.key:
        return False
    return not column.not_null or column.base_type in _FREE_VALUES


def _park_statement(stage: Stage, column: Column) -> sql.Composed:
    return sql.SQL(
        """
        {stages}
        update {table} as target
        set {column} = staged.{column}
        from (
            select {key}, ({free})::{type} as {column}
            from {table} as target, {stage} as staged
            where {same}
                and row(target.{column})::pg_catalog.record
                    operator(pg_catalog.*<>) row(staged.{column})::pg_catalog.record
        ) as staged
        where {same}
        """
    ).format(
        stages=with_stages([stage]),
        table=stage.rows_there,
        column=sql.Identifier(column.name),
        key=names(stage.key, "target"),
        free=_free_value(stage, column),
        type=type_of(column),
        stage=stage.identifier,
        same=same_key(stage),
    )


def _free_value(stage: Stage, column: Column) -> sql.Composable:
    if not column.not_null:
        return sql.SQL("null")
    length = _LENGTH.search(column.type_name)
    return _FREE_VALUES[column.base_type].format(
        sql.Identifier(column.name), stage.rows_there, sql.Literal(int(length[1]) if length else 32)
    )
