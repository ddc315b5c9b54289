"""Values out of a few that are known: from a CHECK, an enum, a list of words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

from msgspec import Struct

from seedkit.core.generation.columns.blocks import Generator, placed, spread
from seedkit.core.generation.streams import Stream

_FEW = 256
_FEW_AND_EVEN = 64


class Choice(Struct, frozen=True, dict=True):
    """One of some texts: a byte a row says which, or two where there are many.

    A byte finds some of 200 texts twice as often as others, as it is with names and nouns; those that are `even` are
    all as likely, nearly. Small tables stay in the processor's cache: with large ones a row of six took half as long
    again.
    """

    texts: tuple[str, ...]
    stream: Stream
    even: bool = False

    def values(self, rows: range) -> Iterable[str]:
        """Give each row's choice."""
        size = table_size(len(self.texts), even=self.even)
        drawn = self.stream.numbers(rows, 1 if size == 256 else 2)
        return placed(self.texts, size, drawn) or map(self._table.__getitem__, drawn)

    def within(self, before: str, behind: str) -> Choice:
        """Give the same choices with texts around each."""
        return Choice(tuple(before + text + behind for text in self.texts), self.stream, self.even)

    @cached_property
    def _table(self) -> list[str]:
        return spread(self.texts, table_size(len(self.texts), even=self.even))


def table_size(count: int, *, even: bool = False) -> int:
    """Say how long a table is out of which so many texts are chosen: a byte finds a place in it, or two do."""
    return 256 if count <= (_FEW_AND_EVEN if even else _FEW) else 65_536


def drawn_digits(count: int, at_once: int, stream: Stream, *need: str | int) -> Iterator[Choice]:
    """Draw so many digits, some at once."""
    for begin in range(0, count, at_once):
        size = min(at_once, count - begin)
        texts = tuple(f"{number:0{size}}" for number in range(10**size))
        yield Choice(texts, stream.apart("digits", begin, *need))


def weighted(weights: Mapping[str, int]) -> tuple[str, ...]:
    """Repeat texts by their weights, for a `Choice`.

    >>> weighted({"paid": 2, "open": 1})
    ('paid', 'paid', 'open')
    """
    return tuple(text for text, weight in weights.items() for _ in range(weight))


class Mixture(Struct, frozen=True):
    """One generator's values, or another's: the first's in so many of 256 rows."""

    first: Generator
    other: Generator
    share: int
    stream: Stream

    def values(self, rows: range) -> Iterable[str]:
        """Give the one's value or the other's for each row."""
        share, chances = self.share, self.stream.octets(rows)
        both = zip(chances, self.first.values(rows), self.other.values(rows), strict=True)
        return [first if chance < share else other for chance, first, other in both]


class Turned(Struct, frozen=True, dict=True):
    """The values of one of several generators, by weights: of which one, a stream says that other columns share."""

    generators: tuple[Generator, ...]
    weights: tuple[int, ...]
    stream: Stream

    def values(self, rows: range) -> Iterable[str]:
        """Give each row the value of its generator."""
        made = zip(*(generator.values(rows) for generator in self.generators), strict=True)
        turns = map(self._turns.__getitem__, self.stream.octets(rows))
        return [values[turn] for values, turn in zip(made, turns, strict=True)]

    @cached_property
    def _turns(self) -> list[int]:
        return spread(tuple(turn for turn, weight in enumerate(self.weights) for _ in range(weight)), 256)
