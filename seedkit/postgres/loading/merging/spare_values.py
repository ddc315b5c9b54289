"""Values that a row can have for the time being, so that it is in no other row's way: NULL, or what nobody has."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from msgspec import Struct
from psycopg import sql

from seedkit.core.catalog import Column, Table
from seedkit.core.column_types import TypeKind
from seedkit.postgres.loading.merging.violated_indexes import ViolatedIndex

_LENGTH = re.compile(r"\((\d+)\)\Z")
_BELOW = sql.SQL(
    "least((select pg_catalog.min({0}) from {1}), 0) operator(pg_catalog.-) pg_catalog.row_number() over ()"
)
_ABOVE = sql.SQL(
    "greatest((select pg_catalog.max({0}) from {1}), 0) operator(pg_catalog.+) pg_catalog.row_number() over ()"
)
_LATER = sql.SQL(
    "(select pg_catalog.max({0}) from {1}) operator(pg_catalog.+)"
    " (pg_catalog.row_number() over () operator(pg_catalog.*) interval '1 day')"
)
_TEXT = sql.SQL("pg_catalog.left(pg_catalog.replace(pg_catalog.gen_random_uuid()::pg_catalog.text, '-', ''), {2})")
_FREE: dict[str, tuple[sql.SQL, ...]] = {
    **dict.fromkeys(("smallint", "integer", "bigint", "numeric", "real", "double precision"), (_BELOW, _ABOVE)),
    **dict.fromkeys(("date", "timestamp without time zone", "timestamp with time zone", "interval"), (_LATER,)),
    **dict.fromkeys(("text", "character varying", "character", "citext"), (_TEXT,)),
    "uuid": (sql.SQL("pg_catalog.gen_random_uuid()"),),
    "bytea": (sql.SQL("pg_catalog.uuid_send(pg_catalog.gen_random_uuid())"),),
}
_LABELS = 8
_EMPTY = {TypeKind.RANGE: "empty", TypeKind.MULTIRANGE: "{}", TypeKind.ARRAY: "{}"}


class SpareValue(Struct, frozen=True, kw_only=True):
    """A value for a column, as SQL; `sure` where rows that have it are in nobody's way as far as the index goes."""

    column: Column
    value: sql.Composable
    sure: bool


def spare_values(
    table: Table,
    rows: sql.Composable,
    index: ViolatedIndex,
    columns: Iterable[Column],
    seen: Callable[[Column], Sequence[str]],
) -> Iterator[SpareValue]:
    """Offer values for columns of an index, the likeliest to be taken first.

    `rows` are the table's; `seen` are some values that rows are to have in a column. NULL is none where rows of other
    tables would take it over, and with it lose what they refer to.
    """

    def rank(column: Column) -> tuple[bool, bool, bool]:
        refers = any(column.name in key.columns for key in table.foreign_keys)
        return (refers and column.not_null, column.name not in index.plain, column.not_null)

    for column in sorted(columns, key=rank):
        plain = column.name in index.plain
        if not column.not_null and column.name not in index.followed:
            yield SpareValue(column=column, value=sql.SQL("null"), sure=plain and not index.nulls_alike)
        for value in _free_values(column, rows):
            yield SpareValue(column=column, value=value, sure=plain and not index.exclusion)
        further = () if plain else dict.fromkeys([*_all_values(column), *seen(column)])
        for text in [*_empty_values(column), *further]:
            yield SpareValue(column=column, value=sql.Literal(text), sure=False)


def _free_values(column: Column, rows: sql.Composable) -> list[sql.Composed]:
    length = _LENGTH.search(column.type_name)
    longest = sql.Literal(int(length[1]) if length else 32)
    return [value.format(sql.Identifier(column.name), rows, longest) for value in _FREE.get(column.base_type, ())]


def _all_values(column: Column) -> Sequence[str]:
    """List the values of a type that has few."""
    return ("false", "true") if column.base_type == "boolean" else column.value_type.labels[:_LABELS]


def _empty_values(column: Column) -> list[str]:
    if column.value_type.is_document:
        return ["{}"]
    return [_EMPTY[column.value_type.kind]] if column.value_type.kind in _EMPTY else []
