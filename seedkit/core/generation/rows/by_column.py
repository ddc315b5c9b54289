"""Rows that no rule needs a look at: the columns side by side."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

from msgspec import Struct, field

from seedkit.core.generation.columns.blocks import NULL, Generator
from seedkit.core.generation.rows.shortfalls import Shortfall
from seedkit.core.generation.streams import BLOCK


class MadeRows(Struct, frozen=True):
    """Rows as lines of COPY text, and the number of each."""

    text: str
    numbers: Sequence[int]

    @property
    def lines(self) -> list[str]:
        """The rows one by one."""
        return [line + "\n" for line in self.text.removesuffix("\n").split("\n")] if self.text else []


class ColumnRows(Struct, frozen=True):
    """Makes rows of generators alone: all that a worker is sent of a table in column mode."""

    generators: tuple[Generator, ...]
    short: dict[str, Shortfall] = field(default_factory=dict)

    def blocks(self, first: int, count: int) -> Iterator[MadeRows]:
        """Give the rows from number `first` (0-based) on, a block at a time; a row of no column is an empty line."""
        for begin, end in block_spans(first, count):
            made = columns(self.generators, begin, end)
            text = joined(zip(*made, strict=True)) if made else "\n" * (end - begin)
            yield MadeRows(text, range(begin, end))


def block_spans(first: int, count: int) -> Iterator[tuple[int, int]]:
    """Cut rows where blocks end.

    >>> list(block_spans(8190, 3)), list(block_spans(5, 0))
    ([(8190, 8192), (8192, 8193)], [])
    """
    begin, end = first, first + count
    while begin < end:
        cut = min(end, (begin // BLOCK + 1) * BLOCK)
        yield begin, cut
        begin = cut


def columns(generators: Iterable[Generator], begin: int, end: int) -> list[Iterator[str]]:
    """Give the values of each column in some rows of one block."""
    return [iter(generator.values(range(begin, end))) for generator in generators]


def without(row: Sequence[str], places: Collection[int]) -> list[str]:
    """Give a row with NULL at some places."""
    return [NULL if place in places else text for place, text in enumerate(row)]


def joined(rows: Iterable[Sequence[str]]) -> str:
    """Write rows as lines of COPY text."""
    text = "\n".join(map("\t".join, rows))
    return text + "\n" if text else ""
