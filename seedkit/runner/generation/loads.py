"""Generated rows where COPY does not go: loaded as those of a fixture are, under policies, by rules and in circles."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from seedkit.core.catalog import Table
from seedkit.core.rows.blocks import Block, RowSource
from seedkit.core.rows.keys import OnConflict
from seedkit.core.rows.shapes import RowShape
from seedkit.errors import LoadError
from seedkit.postgres.connection import Connection
from seedkit.postgres.loading.table_loads import TableLoad

Texts = Iterable[tuple[str, int]]
"""COPY texts, each of so many rows."""


def as_load(table: Table, columns: tuple[str, ...], texts: Callable[[], Texts]) -> TableLoad:
    """Have rows loaded as those of a fixture are."""
    shape = RowShape(columns=columns)

    def blocks() -> Iterator[Block]:
        return (Block(shape, text.encode(), rows) for text, rows in texts() if rows)

    source = RowSource(name="generate", blocks=blocks, on_conflict=OnConflict.ERROR, key=())
    return TableLoad(table=table, sources=(source,))


def by_values(connection: Connection, table: Table, columns: tuple[str, ...], texts: Texts) -> tuple[int, int]:
    """Send the rows of a table with policies or rules, which may do what they like to them; raises psycopg.Error."""
    from seedkit.postgres.loading.ways import load_tables

    pieces = list(texts)
    try:
        load_tables(connection, [as_load(table, columns, lambda: pieces)])
    except LoadError as error:
        raise (error.__cause__ or error) from None  # rows are made up for by what the server says
    sent = sum(rows for _, rows in pieces)
    return sent, sent
