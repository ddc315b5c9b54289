"""Numbers the rows of a load whose order can be seen, so that those of several shapes go in as their files have them.

The first shape's rows come before all others, and mostly there is no other: numbers begin with the second. But equal
rows that are counted need to stand in one stage, with numbers or without.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeAlias

from seedkit.core.rows.blocks import BLOCK_BYTES, Block, RowSource, ValueBlock
from seedkit.core.rows.file_order import shape_rule
from seedkit.core.rows.python_rows import BLOCK_ROWS
from seedkit.core.rows.shapes import RowShape
from seedkit.postgres.loading.table_loads import TableLoad

AnyBlock: TypeAlias = "Block | ValueBlock"


class Numbering:
    """The numbers of one load's rows; rows that refer to each other all have one, as any of them may have to move."""

    def __init__(self, load: TableLoad, *, empty: bool) -> None:
        self._shows = shape_rule(load.table)
        self._begun = load.table.refers_to_itself or (not empty and any(map(load.counts, load.sources)))
        self._first: object = None
        self._count = 0

    def blocks(self, source: RowSource) -> Iterator[AnyBlock]:
        """Give the blocks of the load's next source; those with numbers are gathered anew, each shape's for itself."""
        waiting: dict[RowShape, _Gathered] = {}
        for block in source.blocks():
            if not self._shows(block.shape) or self._is_of_the_first(source, block.shape):
                yield block
                continue
            gathered = waiting.setdefault(block.shape, _Gathered())
            gathered.add(block, self._count)
            self._count += block.rows
            if gathered.full:
                yield waiting.pop(block.shape).block()
        yield from (gathered.block() for gathered in waiting.values())

    def _is_of_the_first(self, source: RowSource, shape: RowShape) -> bool:
        if not self._begun:
            kind = (shape, source.key, source.on_conflict)
            self._first = self._first or kind
            self._begun = self._first != kind
        return not self._begun


class _Gathered:
    """Blocks of one shape that wait to be sent as one, with their numbers."""

    def __init__(self) -> None:
        self._blocks: list[AnyBlock] = []
        self._numbers: list[int] = []
        self._size = 0

    @property
    def full(self) -> bool:
        return self._size >= BLOCK_BYTES or len(self._numbers) >= BLOCK_ROWS

    def add(self, block: AnyBlock, number: int) -> None:
        self._blocks.append(block)
        self._numbers.extend(range(number, number + block.rows))
        self._size += len(block.text) if isinstance(block, Block) else 0

    def block(self) -> AnyBlock:
        return joined(self._blocks)._replace(numbers=self._numbers)


def joined(blocks: Sequence[AnyBlock]) -> AnyBlock:
    """Make one block of some of the same shape and kind, without numbers."""
    shape, texts = blocks[0].shape, [block.text for block in blocks if isinstance(block, Block)]
    if texts:
        return Block(shape, b"".join(texts), sum(block.rows for block in blocks))
    return ValueBlock(shape, [row for block in blocks if isinstance(block, ValueBlock) for row in block.values])
