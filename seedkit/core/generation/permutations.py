"""Numbers in another order, without repeats: how keys are unique by construction, and not by memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b

from seedkit.core.generation.streams import Stream

_ROUNDS = 4


@dataclass(frozen=True)
class Permutation:
    """All numbers below `count`, each once, in an order that a stream names; any of them by itself.

    A Feistel network over the next power of four, walked on until the number is below `count` (Black and Rogaway 2002).

    >>> order = Permutation(Stream.named(0, "letters"), 6)
    >>> sorted(order[place] for place in range(6))
    [0, 1, 2, 3, 4, 5]
    """

    stream: Stream
    count: int

    @cached_property
    def _half(self) -> int:
        """The bits of one half."""
        return max(1, ((self.count - 1).bit_length() + 1) // 2)

    @cached_property
    def _key(self) -> bytes:
        return self.stream.key

    def __getitem__(self, place: int) -> int:
        if not 0 <= place < self.count:
            raise IndexError(place)
        number = self._mixed(place)
        while number >= self.count:
            number = self._mixed(number)
        return number

    def place_of(self, number: int) -> int:
        """Give the place at which a number stands.

        >>> order = Permutation(Stream.named(0, "letters"), 6)
        >>> [order.place_of(order[place]) for place in range(6)]
        [0, 1, 2, 3, 4, 5]
        """
        if not 0 <= number < self.count:
            raise ValueError(number)
        place = self._unmixed(number)
        while place >= self.count:
            place = self._unmixed(place)
        return place

    def _mixed(self, number: int) -> int:
        mask = (1 << self._half) - 1
        left, right = number >> self._half, number & mask
        for turn in range(_ROUNDS):
            left, right = right, left ^ (self._turned(turn, right) & mask)
        return left << self._half | right

    def _unmixed(self, number: int) -> int:
        mask = (1 << self._half) - 1
        left, right = number >> self._half, number & mask
        for turn in reversed(range(_ROUNDS)):
            left, right = right ^ (self._turned(turn, left) & mask), left
        return left << self._half | right

    def _turned(self, turn: int, number: int) -> int:
        octets = blake2b(number.to_bytes(8, "little") + bytes([turn]), digest_size=8, key=self._key).digest()
        return int.from_bytes(octets, "little")


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
