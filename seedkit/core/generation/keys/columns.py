"""Columns of a key: each has its digit of the row's place on the walk."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain, repeat
from math import prod

from msgspec import Struct

from seedkit.core.generation.keys.digits import Digit
from seedkit.core.generation.keys.walks import Places, Walk
from seedkit.core.generation.permutations import Permutation, digits


class KeyColumn(Struct, frozen=True):
    """A column that a digit gives values to; where no place is left `spent` stands for it, or any value."""

    places: Places
    digit: Digit
    which: int
    column: str
    spent: str | None = None

    def values(self, rows: range) -> Iterable[str]:
        """Give the value of each row."""
        placed = self.places.of(rows)
        begin = rows.start + placed.before
        places = placed.columns[self.which] if placed.count else ()
        behind = rows[placed.before + placed.count :]
        left_over: Iterable[str] = repeat(self.spent, len(behind)) if self.spent is not None else self._any(behind)
        made = self.digit.texts(places, self.column, begin)
        return chain(repeat("", placed.before), made, left_over)

    def _any(self, rows: range) -> Iterable[str]:
        """Give some value to rows that there is none left for: nobody asks for them, or the server will refuse them."""
        count = self.digit.count
        return self.digit.texts([row % count for row in rows] if count else (), self.column, rows.start)


class SharedWalk(Struct, frozen=True):
    """Combinations for several keys that have some digits in common, and the rest each for itself.

    For each combination of the common digits, each key's rest goes through its own order: no key repeats, and there
    are as many rows as its shortest rest leaves. The places are those of the common digits, then of each rest.
    """

    walk: Walk
    common: tuple[int, ...]
    rests: tuple[tuple[int, ...], ...]

    @classmethod
    def of(cls, walk: Walk, rests: Sequence[tuple[int, ...]]) -> SharedWalk:
        """Walk over the common digits of a walk with the rests of keys.

        >>> from seedkit.core.generation.streams import Stream
        >>> shared = SharedWalk.of(Walk(Stream.named(0, "keys"), (2,)), [(3,), (2,)])
        >>> rows = [shared[position] for position in range(shared.total)]
        >>> len(rows), len({(common, one) for common, one, _ in rows}), len({(common, two) for common, _, two in rows})
        (4, 4, 4)
        """
        shortest = min(map(prod, rests))
        return cls(Walk(walk.stream, (prod(walk.counts), shortest)), walk.counts, tuple(rests))

    @property
    def total(self) -> int:
        """How many rows there are."""
        return self.walk.total

    def __getitem__(self, position: int) -> tuple[int, ...]:
        common, turn = self.walk[position]
        found = digits(common, self.common)
        for number, radices in enumerate(self.rests):
            order = Permutation(self.walk.stream.apart("rest", number, common), prod(radices))
            found += digits(order[turn], radices)
        return found

    def columns(self, positions: Sequence[int]) -> list[list[int]]:
        """Give the places at some positions, column by column."""
        return [list(column) for column in zip(*map(self.__getitem__, positions), strict=True)]
