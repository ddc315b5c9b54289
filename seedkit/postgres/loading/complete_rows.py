"""Refuses rows that leave out what an insert must give, before they are sent: where they are new for certain."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from msgspec.structs import replace

from seedkit.core.catalog import Table
from seedkit.core.reports.mistakes import refusal
from seedkit.core.rows.blocks import Block, RowSource, ValueBlock
from seedkit.core.rows.keys import refuse_unplaced
from seedkit.core.rows.left_out import left_out, may_be_filled
from seedkit.core.rows.shapes import RowShape
from seedkit.errors import Origin
from seedkit.postgres.loading.stages import Stage
from seedkit.postgres.loading.table_loads import TableLoad


def complete(load: TableLoad) -> TableLoad:
    """Offer rows for a table without any; reading them raises LoadError at the first that leaves out too much."""
    if not _refuses(load.table) or not left_out(load.table, ()):
        return load
    return replace(load, sources=tuple(_complete(load, source) for source in load.sources))


def is_incomplete(stage: Stage) -> bool:
    """Whether its rows, where they are new, leave out what an insert must give."""
    return _refuses(stage.table) and bool(left_out(stage.table, _given(stage.shape)))


def _complete(load: TableLoad, source: RowSource) -> RowSource:
    def blocks() -> Iterator[Block | ValueBlock]:
        passed: set[RowShape] = set()
        for block in source.blocks():
            if block.shape not in passed:
                refuse_unplaced(load.table, block.shape, (), partial(_place, source, block.shape))
            if block.shape not in passed and (names := left_out(load.table, _given(block.shape))):
                raise refusal(load.table.name, names, _place(source, block.shape))
            passed.add(block.shape)
            yield block

    return replace(source, blocks=blocks)


def _place(source: RowSource, shape: RowShape) -> Origin | None:
    return source.locate(shape, 1) or source.origin


def _refuses(table: Table) -> bool:
    """Whether a table that looks empty has no rows, and nothing fills what new ones leave out."""
    return not (table.row_security or table.statement_triggers or may_be_filled(table))


def _given(shape: RowShape) -> set[str]:
    return {*shape.columns, *(name for name, _ in shape.computed)}
