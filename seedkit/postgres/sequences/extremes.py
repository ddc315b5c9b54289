"""The parts of a statement that ask columns for their highest ids, each answered by an index where there is one.

With a bound, the highest of those up to it, and how many are past it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import LiteralString

from psycopg import sql

from seedkit.core.sequences.feeding import FeedingSequence, Place
from seedkit.core.sequences.reach import MOST_COUNTED

_EXTREME = sql.SQL(
    "(select concat(id) from (select {0} as id from {1} where {0} is not null{2} order by {0} {3} limit 1) as top)"
)
_WHOLE_NUMBERS = sql.SQL(
    """(
        with recursive type as (
            select atttypid as oid from pg_attribute where attrelid = {table}::regclass and attname = {column}
            union all
            select defined.typbasetype from type join pg_type as defined using (oid) where defined.typtype = 'd'
        )
        select bool_or(oid in (20, 21, 23, 1700)) from type
    )"""
)
"""Looked at once, before any row: a column that has become one of another type meanwhile is compared with nothing, as
the cast to a number could be a function of its owner. 20, 21, 23 and 1700 are bigint, smallint, integer and numeric."""


def extreme_ids(sequence: FeedingSequence, places: Sequence[Place], bound: int | None) -> sql.Composed:
    """List the highest ids (the lowest, if the sequence descends) in some places, as texts."""
    return sql.SQL(", ").join(
        _EXTREME.format(
            sql.Identifier(place.column.name),
            _relation(place),
            sql.SQL("") if bound is None else _compared(place, "<=" if sequence.ascending else ">=", bound),
            sql.SQL("desc" if sequence.ascending else "asc"),
        )
        for place in places
    )


def ids_beyond(sequence: FeedingSequence, places: Sequence[Place], bound: int | None) -> sql.Composable:
    """Write the number of ids past a bound, up to one more than are counted; in their order, or no index is used."""
    if bound is None or not places:
        return sql.SQL("0::int8")
    counts = (
        sql.SQL("(select count(*) from (select from {} where true{} order by {} {} limit {}) as past)").format(
            _relation(place),
            _compared(place, ">" if sequence.ascending else "<", bound),
            sql.Identifier(place.column.name),
            sql.SQL("desc" if sequence.ascending else "asc"),
            sql.Literal(MOST_COUNTED + 1),
        )
        for place in places
    )
    return sql.SQL(" + ").join(counts)


def _relation(place: Place) -> sql.Composable:
    table = sql.Identifier(place.table.schema, place.table.name)
    return sql.SQL("only {}").format(table) if place.only else table


def _compared(place: Place, operator: LiteralString, bound: int) -> sql.Composed:
    column = sql.Identifier(place.column.name)
    table = sql.Literal(sql.Identifier(place.table.schema, place.table.name).as_string())
    whole = _WHOLE_NUMBERS.format(table=table, column=sql.Literal(place.column.name))
    return sql.SQL(" and {} and {} {} {}").format(whole, column, sql.SQL(operator), sql.Literal(bound))
