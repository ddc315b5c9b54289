"""Unique keys that two rows have: two of the load, or one and a row of the table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import psycopg
from psycopg import sql

from seedkit.core.catalog import Table, UniqueKey
from seedkit.errors import Origin
from seedkit.postgres.connection import Connection
from seedkit.postgres.identifiers import as_texts, names, operator, own_rows
from seedkit.postgres.loading.blame import shown_row
from seedkit.postgres.loading.mistakes.doubts import FILE, LINE, Doubts
from seedkit.postgres.loading.mistakes.mistake import SHOWN, Mistake, key_text, of_table, rows_where


def taken_keys(connection: Connection, doubts: Sequence[Doubts], error: psycopg.Error) -> Iterator[Mistake]:
    """Find rows that have a unique key in common with another row of the load, or with one in the table."""
    ours = [
        found
        for found in of_table(doubts, error)
        if (key := _unique_key(found.table, error)) and set(key.columns) <= set(found.shape.columns)
    ]
    if ours and (key := _unique_key(ours[0].table, error)):
        yield from _twins(connection, ours, key)
        for found in ours:
            yield from _taken(connection, found, key)


def _unique_key(table: Table, error: psycopg.Error) -> UniqueKey | None:
    return next((key for key in table.keys if key.name == error.diag.constraint_name), None)


def _twins(connection: Connection, doubts: Sequence[Doubts], key: UniqueKey) -> Iterator[Mistake]:
    rows = sql.SQL(" union all ").join(
        sql.SQL("select {}::int as part, typed.* from ({}) as typed").format(
            sql.Literal(part), found.typed(key.columns)
        )
        for part, found in enumerate(doubts)
    )
    statement = sql.SQL(
        "select part, {file}, {line}, twin, {texts} from"
        " (select *, pg_catalog.count(*) over (partition by {names}) as times,"
        " pg_catalog.dense_rank() over (order by {names}) as twin from ({rows}) as rows) as counted"
        " where times operator(pg_catalog.>) 1"
        " order by twin, {file}, {line} limit {limit}"
    ).format(
        file=FILE,
        line=LINE,
        texts=as_texts(key.columns),
        names=names(key.columns),
        rows=rows,
        limit=sql.Literal(SHOWN + 1),
    )
    first: dict[int, tuple[Origin | None, Sequence[str | None]]] = {}
    for part, file, line, twin, *texts in connection.execute(statement):
        place = doubts[part].origin(file, line)
        if twin in first:
            other, spelled = first[twin]
            told = "" if spelled == texts else f", as {shown_row(key.columns, spelled)}"
            yield Mistake(origin=place, text=f"{key_text(key.columns, texts)} stands at {other} already{told}.")
        first.setdefault(twin, (place, texts))


def _taken(connection: Connection, doubts: Doubts, key: UniqueKey) -> Iterator[Mistake]:
    """Find rows whose unique key already exists."""
    primary = doubts.table.primary_key
    known = primary if primary and primary != key and set(primary.columns) <= set(doubts.shape.columns) else None
    columns = tuple(dict.fromkeys([*key.columns, *(known.columns if known else ())]))
    other = sql.SQL(" and not ({})").format(_same(doubts.table, known.columns)) if known else sql.SQL("")
    condition = sql.SQL("exists (select from {} as taken where {}{})").format(
        own_rows(doubts.table), _same(doubts.table, key.columns), other
    )
    rows = sql.SQL("({}) as row").format(doubts.typed(columns))
    for place, texts in rows_where(connection, doubts, rows, condition, key.columns):
        yield Mistake(origin=place, text=f"{key_text(key.columns, texts)} already exists.")


def _same(table: Table, columns: Sequence[str]) -> sql.Composed:
    return sql.SQL(" and ").join(
        sql.SQL("taken.{0} {1} row.{0}").format(sql.Identifier(name), operator(equality))
        for name, equality in zip(columns, table.equalities(columns), strict=True)
    )
