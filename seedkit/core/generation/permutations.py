"""Numbers in another order, without repeats: how keys are unique by construction, and not by memory."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from hashlib import shake_128
from typing import Protocol

from msgspec import Struct

from seedkit.core.generation.streams import Stream, integers

_TABLE_BITS = 16


class Permutation(Struct, frozen=True, dict=True):
    """All numbers below `count`, each once, in an order that a stream names; any of them by itself.

    A Feistel network over the next power of two, walked on until the number is below `count` (Black and Rogaway 2002).
    Its halves differ by a bit where the power is odd. What a round mixes in is a table, up to 2^32 numbers.

    >>> order = Permutation(Stream.named(0, "letters"), 6)
    >>> sorted(order[place] for place in range(6))
    [0, 1, 2, 3, 4, 5]
    """

    stream: Stream
    count: int

    def __getitem__(self, place: int) -> int:
        if not 0 <= place < self.count:
            raise IndexError(place)
        return next(self.of((place,)))

    def place_of(self, number: int) -> int:
        """Give the place at which a number stands.

        >>> order = Permutation(Stream.named(0, "letters"), 6)
        >>> [order.place_of(order[place]) for place in range(6)]
        [0, 1, 2, 3, 4, 5]
        """
        if not 0 <= number < self.count:
            raise ValueError(number)
        first, second, third, fourth = self._rounds
        while True:
            high, low = number >> self._low_bits, number & (1 << self._low_bits) - 1
            high ^= fourth[low]
            low ^= third[high]
            high ^= second[low]
            low ^= first[high]
            number = high << self._low_bits | low
            if number < self.count:
                return number

    def of(self, places: Iterable[int]) -> Iterator[int]:
        """Give the numbers at some places, none of them beyond `count`."""
        count, bits = self.count, self._low_bits
        mask = (1 << bits) - 1
        first, second, third, fourth = self._rounds
        for place in places:
            number = place
            while True:
                high, low = number >> bits, number & mask
                low ^= first[high]
                high ^= second[low]
                low ^= third[high]
                high ^= fourth[low]
                number = high << bits | low
                if number < count:
                    break
            yield number

    @cached_property
    def _low_bits(self) -> int:
        return ((self.count - 1).bit_length() + 1) // 2

    @cached_property
    def _rounds(self) -> list[_Round]:
        """What each round mixes into one half, by the other: into the low one first."""
        low = self._low_bits
        high = max((self.count - 1).bit_length() - low, 0)
        return [_mixed(self.stream.apart("round", turn), *((high, low), (low, high))[turn % 2]) for turn in range(4)]


class _Round(Protocol):
    def __getitem__(self, number: int, /) -> int: ...


def _mixed(stream: Stream, of_bits: int, to_bits: int) -> _Round:
    """Give random numbers of `to_bits` for all of `of_bits`: a table, or each when it is wanted."""
    if of_bits > _TABLE_BITS:
        return _Hashed(stream.name, (of_bits + 7) // 8, (1 << to_bits) - 1)
    octets, mask = shake_128(stream.name).digest(4 << of_bits), (1 << to_bits) - 1
    return array("I", (number & mask for number in integers(octets, 4)))


class _Hashed(Struct, frozen=True):
    """A table too long to be held: of numbers of so many bytes."""

    name: bytes
    size: int
    mask: int

    def __getitem__(self, number: int, /) -> int:
        octets = shake_128(self.name + number.to_bytes(self.size, "little")).digest(self.size + 1)
        return int.from_bytes(octets, "little") & self.mask


def digits(number: int, radices: Sequence[int]) -> tuple[int, ...]:
    """Write a number with a radix for each digit, the last one fastest: a combination of finite columns.

    >>> [digits(number, (2, 3)) for number in range(6)]
    [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2)]
    """
    found = []
    for radix in reversed(radices):
        number, digit = divmod(number, radix)
        found.append(digit)
    return tuple(reversed(found))


def number_of(places: Iterable[int], radices: Iterable[int]) -> int:
    """Read a number that is written with a radix for each digit.

    >>> [number_of(digits(number, (2, 3)), (2, 3)) for number in range(6)]
    [0, 1, 2, 3, 4, 5]
    """
    number = 0
    for place, radix in zip(places, radices, strict=True):
        number = number * radix + place
    return number
