"""Which row has which values of a key: each combination once, in a mixed order, past those that are taken.

A position on the walk is a number written with a radix for each column, in the order of a Feistel permutation: no
repeats, nothing to remember, any row by itself. Where one column has far more values than are wanted at first, its
`window` is used up, with all values of the others, before the walk goes on to its next window.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import groupby
from math import prod
from typing import Protocol

from msgspec import Struct

from seedkit.core.generation.permutations import Permutation, digits, number_of
from seedkit.core.generation.streams import Stream


class Walk(Struct, frozen=True, dict=True):
    """All combinations of so many values each; `span` is the place of the column with a window, if one has.

    >>> walk = Walk(Stream.named(0, "key"), (2, 5), 1, 2)
    >>> walk.total, sorted(walk[position] for position in range(4)), walk.position_of(walk[7])
    (10, [(0, 0), (0, 1), (1, 0), (1, 1)], 7)
    """

    stream: Stream
    counts: tuple[int, ...]
    span: int | None = None
    window: int = 0

    @property
    def total(self) -> int:
        """How many combinations there are."""
        return prod(self.counts)

    def __getitem__(self, position: int) -> tuple[int, ...]:
        if not 0 <= position < self.total:
            raise IndexError(position)
        if self.span is None:
            return digits(self._order(0, self.total)[position], self.counts)
        chunk, rest = divmod(position, self._others * self.window)
        radices = self._radices(chunk)
        found = digits(self._order(chunk, prod(radices))[rest], radices)
        begin = chunk * self.window
        return tuple(place + begin if number == self.span else place for number, place in enumerate(found))

    def columns(self, positions: Sequence[int]) -> list[list[int]]:
        """Give the places at some positions, column by column.

        >>> Walk(Stream.named(0, "key"), (2, 5), 1, 2).columns(range(3, 7))
        [[1, 0, 1, 0], [0, 2, 3, 3]]
        """
        if self.span is None:
            return _columns(self._order(0, self.total).of(positions), self.counts)
        found: list[list[int]] = [[] for _ in self.counts]
        size = self._others * self.window
        for chunk, group in groupby(positions, lambda position: position // size):
            radices = self._radices(chunk)
            rests = [position - chunk * size for position in group]
            for number, places in enumerate(_columns(self._order(chunk, prod(radices)).of(rests), radices)):
                begin = chunk * self.window if number == self.span else 0
                found[number] += [begin + place for place in places] if begin else places
        return found

    def position_of(self, places: Sequence[int]) -> int:
        """Say at which position a combination comes."""
        chunk = 0 if self.span is None else places[self.span] // self.window
        radices = self.counts if self.span is None else self._radices(chunk)
        begin = chunk * self.window
        within = [place - begin if digit == self.span else place for digit, place in enumerate(places)]
        return begin * self._others + self._order(chunk, prod(radices)).place_of(number_of(within, radices))

    @property
    def _others(self) -> int:
        return prod(count for place, count in enumerate(self.counts) if place != self.span)

    def _radices(self, chunk: int) -> tuple[int, ...]:
        """Give the radices of a chunk; the last one's window may be smaller."""
        left = [min(self.window, count - chunk * self.window) for count in self.counts]
        return tuple(left[place] if place == self.span else count for place, count in enumerate(self.counts))

    def _order(self, chunk: int, count: int) -> Permutation:
        return _order(self.stream.apart("chunk", chunk) if chunk else self.stream, count)


def _columns(numbers: Iterable[int], radices: Sequence[int]) -> list[list[int]]:
    """Write numbers with a radix for each digit, digit by digit."""
    rest, found = list(numbers), []
    for radix in reversed(radices):
        found.append([number % radix for number in rest])
        rest = [number // radix for number in rest]
    return found[::-1]


@lru_cache(64)
def _order(stream: Stream, count: int) -> Permutation:
    return Permutation(stream, count)


_BEYOND = 1 << 63
"""No row is so far: which of the positions from here on are taken need not be known."""


class Free:
    """The positions that are not taken, in order.

    >>> free = Free([0, 1, 4])
    >>> [free[place] for place in range(4)]
    [2, 3, 5, 6]
    """

    def __init__(self, taken: Iterable[int]) -> None:
        positions = sorted(set(taken))
        self.taken = len(positions)
        reached = positions[: bisect_left(positions, _BEYOND)]
        self._before = array("Q", (position - place for place, position in enumerate(reached)))

    def __getitem__(self, place: int) -> int:
        return place + bisect_right(self._before, place)


class Positions(Protocol):
    """So many combinations of places, each at a position of its own."""

    @property
    def total(self) -> int:
        """How many there are."""
        ...

    def __getitem__(self, position: int) -> tuple[int, ...]: ...

    def columns(self, positions: Sequence[int]) -> list[list[int]]:
        """Give the places at some positions, column by column."""
        ...


_APART = 16
"""The attempts of a turn are numbered from its multiples on."""


class Placed(Struct, frozen=True):
    """The places of some rows, column by column: those of the first rows, which are there already, are left out.

    Rows behind them have none.
    """

    before: int
    count: int
    columns: Sequence[Sequence[int]]


@dataclass
class Places:
    """The places of each row's values, row `first` being the first of so many new ones that are `asked` for.

    At an `attempt` beyond 0 a row has another place, no other row's, behind those of all rows: as near as can be, since
    at the walk's end are the least usual values.
    """

    walk: Positions
    free: Free
    first: int = 0
    asked: int = 0
    attempt: int = 0
    _at: dict[int, Places] = field(default_factory=dict, repr=False)
    _last: tuple[range, Placed] | None = field(default=None, repr=False)

    @property
    def left(self) -> int:
        """How many rows there are places for."""
        return self.walk.total - self.free.taken

    def of(self, rows: range) -> Placed:
        """Give the places of some rows; columns of a key ask one after the other, so the last ones are kept."""
        if self._last is None or self._last[0] != rows:
            begin, end = rows.start - self.first, rows.stop - self.first
            turns = range(max(begin, 0), max(min(end, self.left), 0))
            positions = self._positions(turns)
            columns = self.walk.columns(positions) if positions else ()
            self._last = rows, Placed(min(max(0, -begin), len(rows)), len(positions), columns)
        return self._last[1]

    def _positions(self, turns: range) -> Sequence[int]:
        """Give the positions of rows; at a further attempt others than their own, as far as there are more."""
        places: Sequence[int] = turns
        if self.attempt and self.asked:
            rounds = max(1, self.left // self.asked - 1)
            further = (self._attempts % rounds + 1) * self.asked
            others = range(self.asked, self.left)
            places = [turn + further if turn < self.asked and turn + further in others else turn for turn in turns]
        return [self.free[place] for place in places] if self.free.taken else places

    @property
    def _attempts(self) -> int:
        """How many attempts there were before: one of each earlier turn, and those of this one."""
        turn, attempt = divmod(self.attempt, _APART)
        return turn + attempt - 1

    def at(self, attempt: int) -> Places:
        """Give the places of an attempt."""
        if attempt == self.attempt:
            return self
        if attempt not in self._at:
            self._at[attempt] = Places(self.walk, self.free, self.first, self.asked, attempt)
        return self._at[attempt]
