"""Reads keys of rows that are there: those that new rows may refer to, and those that are taken. Nothing commits."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from contextlib import closing

from psycopg import sql

from seedkit.core.catalog import Table
from seedkit.core.generation.keys.parent_keys import ISLAND, ROOM, Islands, KeysThere, Packed
from seedkit.core.values.copy_text import field_value
from seedkit.postgres.connection import Connection
from seedkit.postgres.identifiers import as_texts, own_rows

_WHOLE = frozenset(("smallint", "integer", "bigint"))
_FAR = 1 << 62


def read_keys(connection: Connection, table: Table, columns: Sequence[str], room: int = ROOM) -> KeysThere:
    """Read the keys of a table's own rows that have no NULL in some columns, in so many bytes; a sample if need be."""
    names = tuple(columns)
    if len(names) == 1 and table.column(names[0]).base_type in _WHOLE:
        found = _numbers(connection, table, names[0], room)
        if found is not None:
            return found
    return _rows(connection, table, names, room)


def key_rows(connection: Connection, table: Table, columns: tuple[str, ...]) -> Iterator[list[str | None]]:
    """Give the values that a table's rows have in some columns, as texts."""
    statement = sql.SQL("copy (select {} from {}) to stdout").format(as_texts(columns), own_rows(table))
    with closing(_lines(connection, statement)) as lines:
        for line in lines:
            yield [field_value(text) for text in line.decode().split("\t")]


def _numbers(connection: Connection, table: Table, column: str, room: int) -> KeysThere | None:
    """Read whole numbers as runs; None where they are too far below zero for that."""
    parts = {"column": sql.Identifier(column), "rows": own_rows(table)}
    statement = sql.SQL(
        "select pg_catalog.count({column}), pg_catalog.min({column}), pg_catalog.max({column}) from {rows}"
    )
    count, low, high = connection.execute(statement.format(**parts)).fetchone() or (0, 0, 0)
    if not count:
        return KeysThere((column,), Islands(), 0)
    if low < -_FAR:
        return None
    if high - low + 1 == count:
        return KeysThere((column,), Islands.of([(low, count)]), count)
    runs = sql.SQL(
        "copy (select pg_catalog.min(numbered.number), pg_catalog.count(*) from ("
        "select {column}::pg_catalog.int8 as number,"
        " {column}::pg_catalog.int8 operator(pg_catalog.-) pg_catalog.row_number() over (order by {column}) as island"
        " from {rows} where {column} is not null) as numbered"
        " group by numbered.island order by 1) to stdout"
    ).format(**parts)
    with closing(_runs(connection, runs)) as found:
        islands = Islands.of(_within(found, room // ISLAND))
    if len(islands) == count:
        return KeysThere((column,), islands, count)
    sample = sql.SQL(
        "copy (select {column}, 1 from {rows} where {column} is not null and {drawn} order by {column}) to stdout"
    ).format(**parts, drawn=_drawn((column,), count * ISLAND // room + 1))
    with closing(_runs(connection, sample)) as found:
        return KeysThere((column,), Islands.of(found), count)


def _within(runs: Iterator[tuple[int, int]], most: int) -> Iterator[tuple[int, int]]:
    """Give so many runs; what is left is read, as COPY has to be, and not kept."""
    for number, run in enumerate(runs):
        if number < most:
            yield run


def _runs(connection: Connection, statement: sql.Composed) -> Generator[tuple[int, int]]:
    with closing(_lines(connection, statement)) as lines:
        for line in lines:
            first, _, count = line.partition(b"\t")
            yield int(first), int(count)


def _rows(connection: Connection, table: Table, columns: tuple[str, ...], room: int) -> KeysThere:
    texts = [sql.SQL("{}::pg_catalog.text").format(sql.Identifier(name)) for name in columns]
    known = sql.SQL(" and ").join(sql.SQL("{} is not null").format(sql.Identifier(name)) for name in columns)
    size = sql.SQL(" operator(pg_catalog.+) ").join(
        sql.SQL("pg_catalog.octet_length({})").format(text) for text in texts
    )
    statement = sql.SQL("select pg_catalog.count(*), coalesce(pg_catalog.sum({}), 0)::pg_catalog.int8 from {} where {}")
    asked = connection.execute(statement.format(size, own_rows(table), known)).fetchone()
    count, octets = asked or (0, 0)
    needed = octets + count * (len(columns) + 8)
    wanted = [known] if needed <= room else [known, _drawn(columns, needed // room + 1)]
    ordered = sql.SQL(", ").join(sql.SQL('{} collate pg_catalog."C"').format(text) for text in texts)
    statement = sql.SQL("copy (select {} from {} where {} order by {}) to stdout")
    lines = statement.format(as_texts(columns), own_rows(table), sql.SQL(" and ").join(wanted), ordered)
    with closing(_lines(connection, lines)) as found:
        return KeysThere(columns, Packed.of(found), count)


def _drawn(columns: Sequence[str], share: int) -> sql.Composed:
    """Say what is true of one out of so many rows, the same ones each time: their keys decide."""
    texts = sql.SQL(", ").join(sql.SQL("{}::pg_catalog.text").format(sql.Identifier(name)) for name in columns)
    return sql.SQL(
        "pg_catalog.hashtextextended(pg_catalog.concat_ws('/', {}), 0) operator(pg_catalog.%) {}"
        " operator(pg_catalog.=) 0"
    ).format(texts, sql.Literal(share))


def _lines(connection: Connection, statement: sql.Composed) -> Generator[bytes]:
    """Copy lines out. To be closed: whoever rolls back while some are to come waits for ever."""
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for line in copy:
            yield bytes(line).removesuffix(b"\n")
