"""Generated rows of a circle of tables: they are loaded as those of a fixture are, by one statement."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from seedkit.core.catalog import Table
from seedkit.core.rows.blocks import Block, RowSource
from seedkit.core.rows.keys import OnConflict
from seedkit.core.rows.shapes import RowShape
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
