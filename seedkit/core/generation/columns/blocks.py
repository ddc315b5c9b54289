"""What a generator is, and what is made of several of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import Protocol

from seedkit.core.generation.streams import BLOCK, Stream
from seedkit.core.values.copy_text import field_text

NULL = field_text(None)
"""NULL, as COPY writes it."""


class Generator(Protocol):
    """Makes a column's values; block n holds those of the rows from n × BLOCK on, as COPY texts."""

    def block(self, number: int) -> Iterable[str]:
        """Give the values of a block's rows."""
        ...


@dataclass(frozen=True, slots=True)
class Constant:
    """The same value in every row."""

    text: str

    def block(self, number: int) -> Iterable[str]:
        """Give the value for each row."""
        del number
        return repeat(self.text, BLOCK)


@dataclass(frozen=True, slots=True)
class Joined:
    """Values of several generators as one text."""

    parts: tuple[Generator, ...]

    def block(self, number: int) -> Iterable[str]:
        """Give the parts of each row, joined."""
        return map("".join, zip(*(part.block(number) for part in self.parts), strict=True))


@dataclass(frozen=True, slots=True)
class Sometimes:
    """A generator's values, but for a share of rows that are NULL; the share is in 256ths."""

    inner: Generator
    nulls: int
    stream: Stream

    def block(self, number: int) -> Iterable[str]:
        """Give the values, or NULL."""
        nulls = self.nulls
        chances = self.stream.block(number)
        return [
            NULL if chance < nulls else text for chance, text in zip(chances, self.inner.block(number), strict=True)
        ]


def in_256ths(share: float) -> int:
    """Give a share as the number of bytes out of 256 that stand for it.

    >>> in_256ths(0.15), in_256ths(0.001), in_256ths(0)
    (38, 1, 0)
    """
    return 0 if share <= 0 else max(1, round(share * 256))


def spread(texts: Sequence[str], size: int) -> list[str]:
    """Repeat texts so that a number below `size`, a power of two, finds each of them equally often, nearly.

    The strings are shared: a table of 65,536 different ones would make twice as many cache misses.

    >>> spread(["a", "b", "c"], 8)
    ['a', 'a', 'a', 'b', 'b', 'b', 'c', 'c']
    """
    count = len(texts)
    return [texts[place * count // size] for place in range(size)]
