"""Generated rows as a load of a fixture's rows, where COPY straight into the table won't do."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from seedkit.core.catalog import Table
from seedkit.core.generation.rows.by_column import MadeRows
from seedkit.core.generation.rows.making import RowMaker
from seedkit.core.rows.blocks import Block, RowSource
from seedkit.core.rows.keys import OnConflict
from seedkit.core.rows.shapes import RowShape
from seedkit.postgres.loading.table_loads import TableLoad


def as_load(table: Table, maker: RowMaker, made: Callable[[], Iterable[MadeRows]]) -> TableLoad:
    """Have rows loaded as those of a fixture are: by stages for those of a circle, by values under policies."""
    shape = RowShape(columns=maker.plan.column_names)
    source = RowSource(
        name="generate",
        blocks=lambda: (Block(shape, rows.text.encode(), len(rows.numbers)) for rows in made() if rows.numbers),
        on_conflict=OnConflict.ERROR,
        key=(),
    )
    return TableLoad(table=table, sources=(source,))
