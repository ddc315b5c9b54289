"""Rows of parents one after the other: so many for each, drawn between two bounds."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import accumulate, chain, islice, repeat

from msgspec import Struct

from seedkit.core.generation.columns.parents import Key
from seedkit.core.generation.streams import BLOCK, Stream


class PerParent(Struct, frozen=True, dict=True):
    """How many rows each parent has, and so which row belongs to which; the first row has the number `first`.

    Kept is where the rows of a block of parents begin, and nothing for a single one.
    """

    parents: int
    least: int
    most: int
    stream: Stream
    first: int = 0

    @property
    def total(self) -> int:
        """How many rows there are in all."""
        return self._starts[-1]

    @cached_property
    def _starts(self) -> array[int]:
        blocks = range(-(-self.parents // BLOCK))
        return array("Q", accumulate(map(sum, map(self._counts, blocks)), initial=0))

    def _counts(self, block: int) -> list[int]:
        """Draw the numbers of rows of a block of parents."""
        least, width = self.least, self.most - self.least + 1
        parents = min(BLOCK, self.parents - block * BLOCK)
        drawn = self.stream.numbers(range(block * BLOCK, block * BLOCK + parents), 4)
        return [least + (each * width >> 32) for each in drawn]

    def of(self, rows: range) -> Iterator[tuple[int, int]]:
        """Give the parent's place of each of some rows, and which of its rows it is, as long as there are."""
        begin = rows.start - self.first
        before = min(len(rows), max(0, -begin))
        yield from repeat((0, 0), before)
        yield from islice(self._from(max(0, begin)), len(rows) - before)

    def _from(self, row: int) -> Iterator[tuple[int, int]]:
        block = bisect_right(self._starts, row) - 1
        blocks = range(block, len(self._starts) - 1)
        places = chain.from_iterable(self._places(each) for each in blocks)
        return islice(places, row - self._starts[block], None)

    def _places(self, block: int) -> Iterator[tuple[int, int]]:
        for place, count in enumerate(self._counts(block), block * BLOCK):
            for which in range(count):
                yield place, which


class OfItsParent(Struct, frozen=True):
    """The key of each row's parent."""

    per: PerParent
    key: Key

    def values(self, rows: range) -> Iterable[str]:
        """Give a key for each row."""
        return map(self.key, [place for place, _ in self.per.of(rows)])


class Line(Struct, frozen=True):
    """The number of each row among those of its parent: behind those `there` by the parent's place, else from 1."""

    per: PerParent
    there: Sequence[int] = ()

    def values(self, rows: range) -> Iterable[str]:
        """Give a number for each row."""
        there = self.there
        return [str(which + 1 + (there[place] if there else 0)) for place, which in self.per.of(rows)]
