"""Reads the first rows of a load into memory, to see whether these are all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from msgspec import Struct
from msgspec.structs import replace

from seedkit.core.rows.blocks import Block, RowSource
from seedkit.postgres.loading.numbering import AnyBlock
from seedkit.postgres.loading.table_loads import TableLoad

SMALL_ROWS = 500
SMALL_BYTES = 64 * 1024


class Gathered(Struct, frozen=True, kw_only=True):
    """A group of loads whose rows can be read once more; `small` says that all of them are in memory."""

    loads: tuple[TableLoad, ...]
    small: bool
    size: int


def gather(loads: Sequence[TableLoad]) -> Gathered:
    """Read the rows of a group until they are all, or too many for one statement."""
    budget = _Budget()
    held = tuple(replace(load, sources=tuple(_held(source, budget) for source in load.sources)) for load in loads)
    return Gathered(loads=held, small=budget.holds, size=budget.size)


class _Budget:
    """The rows and bytes of a group so far."""

    def __init__(self) -> None:
        self.rows = self.size = 0

    @property
    def holds(self) -> bool:
        return self.rows <= SMALL_ROWS and self.size <= SMALL_BYTES

    def add(self, block: AnyBlock) -> None:
        self.rows += block.rows
        self.size += _size(block)


def _size(block: AnyBlock) -> int:
    if isinstance(block, Block):
        return len(block.text)
    return sum(len(value) for values in block.values for value in values if isinstance(value, (str, bytes)))


def _held(source: RowSource, budget: _Budget) -> RowSource:
    """Read a source's first blocks, and offer the source with all of its blocks: once, unless all were read."""
    remaining = iter(source.blocks()) if budget.holds else None
    if remaining is None:
        return source
    first = list(_taken(remaining, budget))
    if budget.holds:
        return replace(source, blocks=lambda: iter(first))
    return replace(source, blocks=lambda: chain(first, remaining))


def _taken(blocks: Iterable[AnyBlock], budget: _Budget) -> Iterator[AnyBlock]:
    for block in blocks:
        budget.add(block)
        yield block
        if not budget.holds:
            return
