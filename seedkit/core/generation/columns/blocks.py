"""What a generator is, and what is made of several of them."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from functools import cached_property, lru_cache
from itertools import chain, repeat
from operator import add
from typing import Protocol, TypeVar, runtime_checkable

from msgspec import Struct

from seedkit.core.generation.streams import Stream
from seedkit.core.values.copy_text import field_text

NULL = field_text(None)
"""NULL, as COPY writes it."""


class Generator(Protocol):
    """Makes a column's values, as COPY texts: each by its row's number, whichever others are made with it."""

    def values(self, rows: range) -> Iterable[str]:
        """Give the values of some rows, one after the other, all of the same block (`streams.BLOCK`)."""
        ...


class Constant(Struct, frozen=True):
    """The same value in every row."""

    text: str

    def within(self, before: str, behind: str) -> Constant:
        """Give the value with texts around it."""
        return Constant(before + self.text + behind)

    def values(self, rows: range) -> Iterable[str]:
        """Give the value for each row."""
        return repeat(self.text, len(rows))


@runtime_checkable
class Table(Generator, Protocol):
    """A generator of finished texts, which can have others around them in its table: that costs no row anything."""

    def within(self, before: str, behind: str) -> Generator:
        """Give the same values with texts around each."""
        ...


class Joined(Struct, frozen=True, dict=True):
    """Values of several generators as one text."""

    parts: tuple[Generator, ...]

    def values(self, rows: range) -> Iterable[str]:
        """Give the parts of each row, joined."""
        columns = [part.values(rows) for part in self._fewer]
        return map(add, *columns) if len(columns) == 2 else map("".join, zip(*columns, strict=True))

    @cached_property
    def _fewer(self) -> list[Generator]:
        """The parts, texts that are the same in every row taken into the tables of their neighbours."""
        found: list[Generator] = []
        for part in self.parts:
            before = found[-1] if found else None
            if isinstance(part, Constant) and isinstance(before, Table):
                found[-1] = before.within("", part.text)
            elif isinstance(part, Table) and isinstance(before, Constant):
                found[-1] = part.within(before.text, "")
            else:
                found.append(part)
        return found


class Sometimes(Struct, frozen=True):
    """A generator's values, but for a share of rows that are NULL; the share is in 256ths."""

    inner: Generator
    nulls: int
    stream: Stream

    def values(self, rows: range) -> Iterable[str]:
        """Give the values, or NULL."""
        nulls = self.nulls
        chances = self.stream.octets(rows)
        return [NULL if chance < nulls else text for chance, text in zip(chances, self.inner.values(rows), strict=True)]


def without_nulls(generator: Generator) -> Generator:
    """Give what makes the values that are not NULL."""
    while isinstance(generator, Sometimes):
        generator = generator.inner
    return generator


@runtime_checkable
class SometimesKnown(Generator, Protocol):
    """A generator that gives NULL where another column or the row's number asks for it; `known` gives none."""

    @property
    def known(self) -> Generator:
        """What makes the values that are not NULL."""
        ...


def known_values(generator: Generator) -> Generator:
    """Give what makes the values that are not NULL, whatever the others hang on."""
    inner = without_nulls(generator)
    return known_values(inner.known) if isinstance(inner, SometimesKnown) else inner


def in_256ths(share: float) -> int:
    """Give a share as the number of bytes out of 256 that stand for it.

    >>> in_256ths(0.15), in_256ths(0.001), in_256ths(0)
    (38, 1, 0)
    """
    return 0 if share <= 0 else max(1, round(share * 256))


_Value = TypeVar("_Value", bound=Hashable)

_FEW_ROWS = 1024
"""For so many rows a table of 65,536 places is not made, which takes longer than they do, and half a megabyte."""


def placed(values: Sequence[_Value], size: int, numbers: Sequence[int]) -> list[_Value] | None:
    """Give what `spread` has at some places, without a table of it; None for so many that a table pays.

    >>> placed(("a", "b", "c"), 8, range(8)) == spread(("a", "b", "c"), 8)
    True
    """
    if len(numbers) > _FEW_ROWS:
        return None
    count = len(values)
    return [values[number * count // size] for number in numbers]


@lru_cache(maxsize=8)
def spread(values: tuple[_Value, ...], size: int) -> list[_Value]:
    """Repeat values so that a number below `size`, a power of two, finds each of them equally often, nearly.

    Texts are shared: a table of 65,536 different ones would make twice as many cache misses. So is the table, among
    columns of the same values; nobody may change it.

    >>> spread(("a", "b", "c"), 8)
    ['a', 'a', 'a', 'b', 'b', 'b', 'c', 'c']
    """
    count = len(values)
    ends = [(place * size + count - 1) // count for place in range(count + 1)]
    return list(chain.from_iterable(map(repeat, values, map(int.__sub__, ends[1:], ends))))
