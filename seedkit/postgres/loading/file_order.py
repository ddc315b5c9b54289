"""Finds out what numbered stages need to be inserted together: defaults, and which rows go in behind a parent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

from msgspec.structs import replace
from psycopg import sql

from seedkit.core.foreign_keys import ForeignKey
from seedkit.core.planning.family_order import moved_rows
from seedkit.postgres.connection import Connection, execute_alone
from seedkit.postgres.identifiers import operator
from seedkit.postgres.loading.merging.together import left_out_columns, numbered_rows
from seedkit.postgres.loading.stages import NUMBER, FileOrder, Stage, stage_definition
from seedkit.postgres.loading.table_loads import StagedLoad
from seedkit.postgres.queries import query

_Defaults: TypeAlias = "Mapping[tuple[int, str], str | None]"


def put_in_file_order(connection: Connection, loads: Iterable[StagedLoad]) -> None:
    """Have the numbered stages of each load inserted together, in the order of the files.

    Nothing is asked where there are none; the defaults of all loads in one round trip.
    """
    ordered = [staged for staged in loads if any(stage.numbered for stage in staged.stages)]
    defaults = _defaults(connection, [staged.stages for staged in ordered])
    for staged in ordered:
        staged.stages = _in_file_order(connection, staged.stages, defaults)


def _in_file_order(connection: Connection, stages: Sequence[Stage], defaults: _Defaults) -> list[Stage]:
    numbered = [stage for stage in stages if stage.numbered]
    left_out = [(name, defaults[stages[0].table.oid, name]) for name in left_out_columns(numbered)]
    told = tuple((name, text) for name, text in left_out if text is not None)
    if len(told) < len(left_out):
        return list(stages)
    order = FileOrder(left_out=told, moved=tuple(moved_rows(family_edges(connection, numbered))))
    if len(numbered) == 1 and not order.moved:
        return list(stages)
    return [replace(stage, file_order=order) if stage.numbered else stage for stage in stages]


def _defaults(connection: Connection, loads: Iterable[Sequence[Stage]]) -> _Defaults:
    """Read what gives columns their value that not all rows bring; None where that can't be had by an expression."""
    asked = [
        (stages[0].table.oid, name)
        for stages in loads
        for name in left_out_columns([stage for stage in stages if stage.numbered])
    ]
    if not asked:
        return {}
    tables, columns = zip(*asked, strict=True)
    found = connection.execute(query("left_out_values"), {"tables": list(tables), "columns": list(columns)})
    return {(oid, name): text for oid, name, text in found.fetchall()}


def family_edges(connection: Connection, stages: Sequence[Stage]) -> list[tuple[int, int]]:
    """List (child, parent) of the new rows of numbered stages; none where each parent stands before its children."""
    if not stages:
        return []
    table = stages[0].table
    known = {name for stage in stages for name in stage.shape.columns}
    keys = [
        key
        for key in table.foreign_keys
        if key.leads_to(table.lineage) and known.issuperset((*key.columns, *key.referenced_columns))
    ]
    return execute_alone(connection, _edges_statement(stages, keys)).fetchall() if keys else []


def _edges_statement(stages: Sequence[Stage], keys: Sequence[ForeignKey]) -> sql.Composed:
    """Ask for (child, parent) of new rows by their numbers, all of them where one child stands before its parent."""
    columns = tuple(dict.fromkeys(name for key in keys for name in (*key.columns, *key.referenced_columns)))
    parts = [stage_definition(stage) for stage in stages if stage.document is not None]
    parts.append(sql.SQL("seedkit_rows as materialized ({})").format(numbered_rows(stages, columns)))
    edges = sql.SQL(" union all ").join(_edges(key) for key in keys)
    parts.append(sql.SQL("seedkit_edges as materialized ({})").format(edges))
    return sql.SQL(
        "with {} select child, parent from seedkit_edges"
        " where exists (select 1 from seedkit_edges where parent operator(pg_catalog.>) child)"
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
