"""Foreign keys: which of its parents a row belongs to."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from seedkit.core.generation.permutations import Permutation
from seedkit.core.generation.streams import BLOCK, Stream, picked

Key = Callable[[int], str]
"""Gives the key of a parent by its place."""


@dataclass(frozen=True, slots=True)
class Parent:
    """A parent for each row: any of them, and every other row one of the first quarter, as real tables have favourites.

    A parent more changes few rows' choice (`picked`).
    """

    count: int
    key: Key
    stream: Stream

    def places(self, number: int) -> list[int]:
        """Give the place of each row's parent."""
        count, hot = self.count, max(1, self.count // 4)
        return [picked(drawn >> 1, hot if drawn & 1 else count) for drawn in self.stream.numbers(number, 8)]

    def block(self, number: int) -> Iterable[str]:
        """Give the key of each row's parent."""
        return map(self.key, self.places(number))


@dataclass(frozen=True, slots=True)
class OnlyChild:
    """Another parent for each row, where the foreign key is unique: as many rows fit as there are parents."""

    key: Key
    order: Permutation

    def block(self, number: int) -> Iterable[str]:
        """Give the key of each row's parent, as long as there are parents."""
        rows = range(number * BLOCK, min((number + 1) * BLOCK, self.order.count))
        return (self.key(self.order[row]) for row in rows)


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier one of the new rows, which begin with number `first`; three of ten, and the first, are roots.

    A root has NULL, or where there is no `null` refers to itself.
    """

    key: Key
    stream: Stream
    first: int = 0
    null: str | None = None

    def block(self, number: int) -> Iterable[str]:
        """Give the key of a row before each row."""
        begin = number * BLOCK - self.first
        for row, drawn in enumerate(self.stream.numbers(number, 4), begin):
            if row < 0:
                yield ""  # there already: nobody asks for it
            elif row == 0 or drawn % 10 < 3:
                yield self.key(row) if self.null is None else self.null
            else:
                yield self.key((drawn >> 4) % row)


def numbered(first: int, step: int = 1) -> Key:
    """Give the keys of parents that are counted.

    >>> numbered(100)(3)
    '103'
    """
    return lambda place: str(first + place * step)
