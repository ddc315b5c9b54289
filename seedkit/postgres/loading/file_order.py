"""Finds out what numbered stages need to be inserted together: defaults, and which rows go in behind a parent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from psycopg import sql

from seedkit.core.catalog import ForeignKey
from seedkit.core.planning.family_order import MovedRow, moved_rows
from seedkit.postgres.connection import Connection, execute_alone
from seedkit.postgres.identifiers import operator
from seedkit.postgres.loading.merging.together import left_out_columns, numbered_rows
from seedkit.postgres.loading.stages import NUMBER, FileOrder, Stage, stage_definition
from seedkit.postgres.queries import query


def in_file_order(connection: Connection, stages: Sequence[Stage]) -> list[Stage]:
    """Have the numbered ones of a table's stages inserted together, in the order of the files.

    Nothing is asked where there are none, and little where all of them write the same columns.
    """
    numbered = [stage for stage in stages if stage.numbered]
    left_out = _left_out(connection, numbered) if numbered else None
    if left_out is None:
        return list(stages)
    order = FileOrder(left_out=left_out, moved=_moved(connection, numbered))
    if len(numbered) == 1 and not order.moved:
        return list(stages)
    return [replace(stage, file_order=order) if stage.numbered else stage for stage in stages]


def _left_out(connection: Connection, stages: Sequence[Stage]) -> tuple[tuple[str, str], ...] | None:
    """Read the defaults of columns that not all rows bring; None where one of them can't be had by an expression."""
    columns = left_out_columns(stages)
    if not columns:
        return ()
    parameters = {"table": stages[0].table.oid, "columns": list(columns)}
    found = connection.execute(query("left_out_values"), parameters).fetchall()
    return None if any(text is None for _, text in found) else tuple(found)


def _moved(connection: Connection, stages: Sequence[Stage]) -> tuple[MovedRow, ...]:
    """Find the new rows whose parent is new as well and stands later in the files."""
    table = stages[0].table
    known = {name for stage in stages for name in stage.shape.columns}
    keys = [
        key
        for key in table.foreign_keys
        if key.references == table.oid and known.issuperset((*key.columns, *key.referenced_columns))
    ]
    if not keys:
        return ()
    edges = execute_alone(connection, _edges_statement(stages, keys)).fetchall()
    return tuple(moved_rows(edges))


def _edges_statement(stages: Sequence[Stage], keys: Sequence[ForeignKey]) -> sql.Composed:
    """Ask for (child, parent) of new rows by their numbers, all of them where one child stands before its parent."""
    columns = tuple(dict.fromkeys(name for key in keys for name in (*key.columns, *key.referenced_columns)))
    parts = [stage_definition(stage) for stage in stages if stage.document is not None]
    parts.append(sql.SQL("seedkit_rows as materialized ({})").format(numbered_rows(stages, columns)))
    edges = sql.SQL(" union all ").join(_edges(key) for key in keys)
    parts.append(sql.SQL("seedkit_edges as materialized ({})").format(edges))
    return sql.SQL(
        "with {} select child, parent from seedkit_edges"
        " where exists (select from seedkit_edges where parent operator(pg_catalog.>) child)"
    ).format(sql.SQL(", ").join(parts))


def _edges(key: ForeignKey) -> sql.Composed:
    same = sql.SQL(" and ").join(
        sql.SQL("parent.{} {} child.{}").format(sql.Identifier(referenced), operator(equality), sql.Identifier(column))
        for column, referenced, equality in zip(key.columns, key.referenced_columns, key.equalities, strict=True)
    )
    return sql.SQL(
        "select child.{number} as child, parent.{number} as parent"
        " from seedkit_rows as child join seedkit_rows as parent on {same}"
    ).format(number=sql.Identifier(NUMBER), same=same)
