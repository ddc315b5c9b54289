"""The parts of a statement that ask columns for their highest ids, each answered by an index where there is one.

With a bound, the highest of those up to it, and how many are past it.
"""

from __future__ import annotations

from typing import LiteralString

from psycopg import sql

from seedkit.core.sequences.feeding import FeedingSequence, Place
from seedkit.core.sequences.reach import MOST_COUNTED
from seedkit.postgres.identifiers import is_no_view
from seedkit.postgres.sequences.text_keys import extreme_in_texts, texts_beyond
from seedkit.postgres.unencoded import text_of

_EXTREME = sql.SQL(
    "(select concat(id) from"
    " (select {0} as id from {1} as fed where {0} is not null{2}{3} order by {0} {4} limit 1) as top)"
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


def extreme_id(sequence: FeedingSequence, place: Place, bound: int | None, *, checked: bool) -> sql.Composed:
    """Write the highest id (the lowest, if the sequence descends) in a place, as text; `checked`: and of no view."""
    relation, no_view = _relation(place), _no_view(checked=checked)
    if place.column.spelled:
        return extreme_in_texts(place, bound, relation, no_view, ascending=sequence.ascending)
    return _EXTREME.format(
        sql.Identifier(place.column.name),
        relation,
        sql.SQL("") if bound is None else _compared(place, "<=" if sequence.ascending else ">=", bound),
        no_view,
        sql.SQL("desc" if sequence.ascending else "asc"),
    )


def ids_beyond(sequence: FeedingSequence, place: Place, bound: int, *, checked: bool) -> sql.Composed:
    """Write the number of ids past a bound, as text, up to one more than are counted; in their order, for an index."""
    relation, no_view = _relation(place), _no_view(checked=checked)
    if place.column.spelled:
        return texts_beyond(place, bound, relation, no_view, ascending=sequence.ascending)
    return sql.SQL(
        "(select concat(count(*)) from (select 1 from {} as fed where true{}{} order by {} {} limit {}) as past)"
    ).format(
        relation,
        _compared(place, ">" if sequence.ascending else "<", bound),
        no_view,
        sql.Identifier(place.column.name),
        sql.SQL("desc" if sequence.ascending else "asc"),
        sql.Literal(MOST_COUNTED + 1),
    )


def _no_view(*, checked: bool) -> sql.Composable:
    return sql.SQL(" and {}").format(is_no_view("fed")) if checked else sql.SQL("")


def _relation(place: Place) -> sql.Composable:
    table = sql.Identifier(place.table.schema, place.table.name)
    return sql.SQL("only {}").format(table) if place.only else table


def _compared(place: Place, operator: LiteralString, bound: int) -> sql.Composed:
    column = sql.Identifier(place.column.name)
    table = sql.Literal(text_of(sql.Identifier(place.table.schema, place.table.name)))
    whole = _WHOLE_NUMBERS.format(table=table, column=sql.Literal(place.column.name))
    return sql.SQL(" and {} and {} {} {}").format(whole, column, sql.SQL(operator), sql.Literal(bound))
