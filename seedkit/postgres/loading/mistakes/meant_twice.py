"""Rows of a load that recognise one row of the table by different keys, and say otherwise of it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from psycopg import sql

from seedkit.core.names import Columns
from seedkit.postgres.connection import Connection
from seedkit.postgres.identifiers import as_texts, images_differ, names, own_rows
from seedkit.postgres.loading.mistakes.doubts import FILE, LINE, Doubts, doubt
from seedkit.postgres.loading.mistakes.giving_up import asked
from seedkit.postgres.loading.mistakes.mistake import SHOWN, Mistake, key_text
from seedkit.postgres.loading.mistakes.other_values import difference, told_differences
from seedkit.postgres.loading.stages import Stage
from seedkit.postgres.loading.table_loads import TableLoad

_RELATION, _PLACE, _KEY = map(sql.Identifier, ("seedkit relation", "seedkit place", "seedkit key"))


def rows_meant_twice(connection: Connection, load: TableLoad) -> list[Mistake]:
    """List the rows that contradict others; none where the server refuses to be asked."""
    return asked(connection, lambda: _contradicting(connection, doubt(connection, 0, load.table, load.sources)))


def _contradicting(connection: Connection, doubts: list[Doubts]) -> Iterator[Mistake]:
    parts = [
        (found, number, stage)
        for found in doubts
        for number, stage in enumerate(map(found.stage, found.files))
        if stage.updates
    ]
    for one, other in combinations(parts, 2):
        both = tuple(name for name in one[2].updatable if name in other[2].updatable)
        if both and one[2].key != other[2].key:
            yield from _of_two(connection, one, other, both)


def _of_two(
    connection: Connection, one: tuple[Doubts, int, Stage], other: tuple[Doubts, int, Stage], both: Columns
) -> Iterator[Mistake]:
    statement = sql.SQL(
        "select there.{line}, row.{line}, array[{differing}]::pg_catalog.text[], there.{key}, row.{key}"
        " from ({one}) as there join ({other}) as row on there.{place} operator(pg_catalog.=) row.{place}"
        " and there.{relation} operator(pg_catalog.=) row.{relation} where {differ} order by 2 limit {limit}"
    ).format(
        line=LINE,
        key=_KEY,
        place=_PLACE,
        relation=_RELATION,
        differing=sql.SQL(", ").join(map(difference, both)),
        one=_placed(*one, both),
        other=_placed(*other, both),
        differ=images_differ(both, "there", "row"),
        limit=sql.Literal(SHOWN + 1),
    )
    for first, second, differing, key, other_key in connection.execute(statement):
        found = [
            (one[1], first, one[0].origin(one[1], first), key_text(one[2].key, key)),
            (other[1], second, other[0].origin(other[1], second), key_text(other[2].key, other_key)),
        ]
        (*_, above, its_key), (*_, below, own_key) = sorted(found, key=lambda each: each[:2])
        told = told_differences(tuple(name for name in differing if name))
        yield Mistake(origin=below, text=f"{own_key} is the row of {its_key} at {above}{told}")


def _placed(doubts: Doubts, file: int, stage: Stage, columns: Columns) -> sql.Composed:
    """Select rows of a file with the places of those in the table that they mean."""
    return sql.SQL(
        "select row.{line}, there.tableoid as {relation}, there.ctid as {place},"
        " array[{key}]::pg_catalog.text[] as {as_key}, {columns}"
        " from ({rows}) as row join {table} as there on {same} where row.{file} operator(pg_catalog.=) {number}"
    ).format(
        line=LINE,
        relation=_RELATION,
        place=_PLACE,
        as_key=_KEY,
        key=as_texts(stage.key, "row"),
        columns=names(columns, "row"),
        rows=doubts.typed(dict.fromkeys((*stage.key, *columns))),
        table=own_rows(doubts.table),
        same=doubts.same(stage.key),
        file=FILE,
        number=sql.Literal(file),
    )
