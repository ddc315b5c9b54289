"""Foreign keys: which of its parents a row belongs to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice, repeat

from msgspec import Struct

from seedkit.core.generation.columns.blocks import NULL, Generator
from seedkit.core.generation.streams import BLOCK, Stream, Width

Key = Callable[[int], str]
"""Gives the key of a parent by its place."""

_ROOTS = 3
"""Out of ten rows that refer to earlier ones."""


class Numbered(Struct, frozen=True):
    """The keys of parents that are counted.

    >>> Numbered(100)(3)
    '103'
    """

    first: int
    step: int = 1

    def __call__(self, place: int) -> str:
        """Give the key of the parent at a place."""
        return str(self.first + place * self.step)

    def texts(self, places: Iterable[int]) -> Iterable[str]:
        """Give the keys of the parents at some places."""
        first, step = self.first, self.step
        if step == 1:
            return map(str, [first + place for place in places])
        return map(str, [first + place * step for place in places])


def texts_of(key: Key, places: Iterable[int]) -> Iterable[str]:
    """Give the keys of the parents at some places."""
    return key.texts(places) if isinstance(key, Numbered) else map(key, places)


class Parent(Struct, frozen=True):
    """A parent for each row: any of them, and every other row one of the first quarter, as real tables have favourites.

    A parent more changes few rows' choice (`picked`).
    """

    count: int
    key: Key
    stream: Stream

    def places(self, rows: range) -> list[int]:
        """Give the place of each row's parent."""
        count, hot = self.count, max(1, self.count // 4)
        width: Width = 4 if count <= 1 << 28 else 8
        drawn = self.stream.numbers(rows, width)
        # What `picked` does, without a call a row: the highest bit says whether it is one of the favourites.
        mask, hot_mask = (1 << (count - 1).bit_length()) - 1, (1 << (hot - 1).bit_length()) - 1
        half, hot_half, top = mask >> 1, hot_mask >> 1, 1 << (width * 8 - 1)
        return [
            (place if (place := one & mask) < count else one & half)
            if one < top
            else (place if (place := one & hot_mask) < hot else one & hot_half)
            for one in drawn
        ]

    def values(self, rows: range) -> Iterable[str]:
        """Give the key of each row's parent."""
        return texts_of(self.key, self.places(rows))


class OfType(Struct, frozen=True):
    """A key of the table that another column of the row names: a generator for each of its texts, or any other value.

    Where that column has NULL there is none either, if there may be.
    """

    types: Generator
    keys: tuple[tuple[str, Generator], ...]
    otherwise: Generator
    nullable: bool = False

    def values(self, rows: range) -> Iterable[str]:
        """Give each row's key."""
        keys = {text: list(generator.values(rows)) for text, generator in self.keys}
        null = NULL if self.nullable else None
        both = enumerate(zip(self.types.values(rows), self.otherwise.values(rows), strict=True))
        return [keys[text][row] if text in keys else (text == NULL and null) or other for row, (text, other) in both]


class Earlier(Struct, frozen=True):
    """An earlier one of the new rows, which begin with number `first`; three of ten, and the first, are roots.

    A root has NULL, or where there is no `null` refers to itself.
    """

    key: Key
    stream: Stream
    first: int = 0
    null: str | None = None

    def values(self, rows: range) -> Iterable[str]:
        """Give the key of a row before each row."""
        begin = rows.start - self.first
        drawn = self.stream.numbers(rows, 4)
        # Those before the first new row are there already: nobody asks for them.
        places = [(one >> 4) % row if row > 0 and one % 10 >= _ROOTS else -1 for row, one in enumerate(drawn, begin)]
        if self.null is None:
            own = (place if place >= 0 else max(row, 0) for row, place in enumerate(places, begin))
            return texts_of(self.key, own)
        null, keys = self.null, iter(texts_of(self.key, [place for place in places if place >= 0]))
        return [null if place < 0 else next(keys) for place in places]


class EarlierAgreeing(Struct, frozen=True):
    """An earlier one of the block's new rows that agrees in some columns; a root where there is none.

    The row has `mine` in these, and refers to one that has the same in `theirs`. With `next_to` it is always the one
    before, so that no row is referred to twice. `referred` has what is referred to.
    """

    mine: tuple[Generator, ...]
    theirs: tuple[Generator, ...]
    referred: Generator
    stream: Stream
    first: int = 0
    null: str | None = None
    next_to: bool = False

    def values(self, rows: range) -> Iterable[str]:
        """Give the key of a row before each row."""
        begin = rows.start // BLOCK * BLOCK
        return islice(self._from_the_first(range(begin, rows.stop)), rows.start - begin, None)

    def _from_the_first(self, rows: range) -> Iterator[str]:
        keys = list(self.referred.values(rows))
        drawn_ones = self.stream.numbers(rows, 4)
        agreeing = zip(_rows(self.mine, rows), _rows(self.theirs, rows), drawn_ones, strict=False)
        earlier: dict[tuple[str, ...], list[int]] = {}
        for place, (mine, theirs, drawn) in enumerate(agreeing):
            before = earlier.get(mine, ())
            if not before or (drawn % 10 < _ROOTS and not self.next_to) or (self.next_to and self.null is None):
                yield keys[place] if self.null is None else self.null
            else:
                yield keys[before[-1 if self.next_to else (drawn >> 4) % len(before)]]
            if rows.start + place >= self.first:
                earlier.setdefault(theirs, []).append(place)


def _rows(generators: Sequence[Generator], rows: range) -> Iterable[tuple[str, ...]]:
    """Give the values of some columns, row by row."""
    return (
        zip(*(generator.values(rows) for generator in generators), strict=True) if generators else repeat((), len(rows))
    )
