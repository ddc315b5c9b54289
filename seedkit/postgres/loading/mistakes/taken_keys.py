"""Unique keys that two rows have: two of the load, or one and a row of the table.

By what the rows bring; whether they agree otherwise (in an expression, a partial index, NULLs) only PostgreSQL says.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import psycopg
from psycopg import sql

from seedkit.core.catalog import Table, UniqueKey
from seedkit.core.rows.keys import OnConflict
from seedkit.errors import Origin
from seedkit.postgres.connection import Connection
from seedkit.postgres.identifiers import as_texts, names, own_rows
from seedkit.postgres.loading.blame import shown_row
from seedkit.postgres.loading.mistakes.doubts import FILE, LINE, Doubts
from seedkit.postgres.loading.mistakes.mistake import SHOWN, Mistake, key_text, of_table


def taken_keys(connection: Connection, doubts: Sequence[Doubts], error: psycopg.Error) -> Iterator[Mistake]:
    """Find rows that have a unique key in common with another row of the load, or with one in the table."""
    ours = [
        found
        for found in of_table(doubts, error)
        if (key := _unique_key(found.table, error)) and set(key.columns) <= set(found.shape.stable)
    ]
    if ours and (key := _unique_key(ours[0].table, error)):
        yield from twins(connection, ours, key.columns)
        for found in ours:
            yield from _taken(connection, found, key, ours)


def _unique_key(table: Table, error: psycopg.Error) -> UniqueKey | None:
    return next((key for key in table.keys if key.name == error.diag.constraint_name), None)


def twins(
    connection: Connection, doubts: Sequence[Doubts], columns: Sequence[str], *, with_nulls: bool = False
) -> Iterator[Mistake]:
    """Find rows of a load that have the same values in columns, but for the first of each; by default no NULLs."""
    first: dict[int, tuple[Origin | None, Sequence[str | None]]] = {}
    for part, file, line, twin, *texts in connection.execute(_twins_statement(doubts, columns, with_nulls=with_nulls)):
        place = doubts[part].origin(file, line)
        if twin not in first:
            first[twin] = place, texts
        else:
            other, spelled = first[twin]
            told = "" if spelled == texts else f", as {shown_row(columns, spelled)}"
            yield Mistake(origin=place, text=f"{key_text(columns, texts)} stands at {other} already{told}.")


def _twins_statement(doubts: Sequence[Doubts], columns: Sequence[str], *, with_nulls: bool) -> sql.Composed:
    """Ask for the rows that are there several times: where they stand, a number that twins share, and their values."""
    return sql.SQL(
        "select part, {file}, {line}, twin, {texts} from"
        " (select *, pg_catalog.count(*) over (partition by {names}) as times,"
        " pg_catalog.dense_rank() over (order by {names}) as twin from ({rows}) as rows"
        " where {with_nulls} or pg_catalog.num_nulls({names}) operator(pg_catalog.=) 0) as counted"
        " where times operator(pg_catalog.>) 1"
        " order by twin, {file}, {line} limit {limit}"
    ).format(
        file=FILE,
        line=LINE,
        texts=as_texts(tuple(columns)),
        names=names(tuple(columns)),
        with_nulls=sql.Literal(with_nulls),
        rows=_rows_that_go_in(doubts, columns),
        limit=sql.Literal(SHOWN + 1),
    )


def _rows_that_go_in(doubts: Sequence[Doubts], columns: Sequence[str]) -> sql.Composed:
    """Select columns, with their own collations, of the rows that do not leave what is in the table."""
    collations = sql.SQL("select 0 as part, 0 as {}, 0 as {}, {} from {} where false").format(
        FILE, LINE, names(tuple(columns)), own_rows(doubts[0].table)
    )
    rows = [
        sql.SQL("select {}, {}, {}, {} from ({}) as row where not {}").format(
            sql.Literal(part), FILE, LINE, names(tuple(columns)), found.typed(found.with_keys(columns)), found.keeps()
        )
        for part, found in enumerate(doubts)
    ]
    return sql.SQL(" union all ").join([collations, *rows])


def _taken(connection: Connection, doubts: Doubts, key: UniqueKey, ours: Sequence[Doubts]) -> Iterator[Mistake]:
    """Find rows whose unique key a row of the table has that no row of the load is."""
    primary = doubts.table.primary_key
    known = primary.columns if primary and primary != key else ()
    statement = sql.SQL(
        "select {texts} from ({rows}) as row join {table} as there on {same}"
        " where not {keeps} and {others} order by 1, 2 limit {limit}"
    ).format(
        texts=sql.SQL(", ").join([FILE, LINE, *_texts("row", key.columns), *_texts("there", known)]),
        rows=doubts.typed(doubts.with_keys(key.columns)),
        table=own_rows(doubts.table),
        same=doubts.same(key.columns),
        keeps=doubts.keeps(),
        others=sql.SQL(" and ").join(map(_is_none_of, ours)),
        limit=sql.Literal(SHOWN + 1),
    )
    for file, line, *texts in connection.execute(statement):
        row = texts[len(key.columns) :]
        told = f", in the row {key_text(known, row).removeprefix('Key ')}" if row else ""
        shown = key_text(key.columns, texts[: len(key.columns)])
        yield Mistake(origin=doubts.origin(file, line), text=f"{shown} already exists{told}.")


def _texts(alias: str, columns: Sequence[str]) -> list[sql.Composed]:
    return [sql.SQL("{}::pg_catalog.text").format(sql.Identifier(alias, name)) for name in columns]


def _is_none_of(doubts: Doubts) -> sql.Composable:
    """Say that the row which is `there` is none of the load's own."""
    updating = [
        sql.SQL("not exists (select 1 from ({}) as mine where mine.{} operator(pg_catalog.=) {} and {})").format(
            doubts.typed(stage.key), FILE, sql.Literal(number), doubts.same(stage.key, right="mine")
        )
        for number, stage in enumerate(map(doubts.stage, doubts.files))
        if stage.key and stage.on_conflict is not OnConflict.SKIP
    ]
    return sql.SQL(" and ").join(updating) if updating else sql.SQL("true")
