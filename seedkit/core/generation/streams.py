"""The randomness of generated rows: a standard's bytes, by column and block, the same on every machine and for ever.

`shake_128` (FIPS 202) over what names the values — the generator's version, the random seed, the table, the column —
and the number of a block of rows gives the bytes of that block: any block by itself, whatever the number of rows, of
workers and of other columns. Nothing here asks `random`, `hash()` or a float.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b, shake_128
from typing import Literal

from msgspec import Struct

from seedkit.core.byte_order import TypeCode, little_endian

VERSION = 1
"""The generator's version: other bytes for the same seed are another version."""

BLOCK = 8192
"""Rows to a block."""


def rows_of_block(number: int) -> range:
    """Give the numbers of a block's rows.

    >>> rows_of_block(1)
    range(8192, 16384)
    """
    return range(number * BLOCK, (number + 1) * BLOCK)


Width = Literal[1, 2, 4, 8]
_CODES: dict[int, TypeCode] = {1: "B", 2: "H", 4: "I", 8: "Q"}


class Stream(Struct, frozen=True):
    """The random bytes of one column, or of what columns of a table share, such as a person."""

    name: bytes

    @classmethod
    def named(cls, random_seed: int, *parts: str) -> Stream:
        """Name a stream by the run's random seed, a table, a column, and whatever else tells it from others."""
        fields = [str(VERSION), str(random_seed), *parts]
        return cls(b"".join(_measured(field.encode()) for field in fields))

    def apart(self, *parts: str | int) -> Stream:
        """Give another stream that belongs to this one: of an attempt, of a second need."""
        return Stream(self.name + b"".join(_measured(str(part).encode()) for part in parts))

    def at(self, attempt: int) -> Stream:
        """Give the stream of an attempt: the first one, 0, has this."""
        return self.apart("attempt", attempt) if attempt else self

    def block(self, number: int, size: int = 1) -> bytes:
        """Give the bytes of a block of rows, `size` for each row."""
        return self._first(number, BLOCK * size)

    def octets(self, rows: range, size: int = 1) -> bytes:
        """Give the bytes of some rows of a block, `size` for each row; what comes behind them in the block is not made.

        >>> stream = Stream.named(0, "shop.users", "id")
        >>> stream.octets(range(BLOCK + 2, BLOCK + 5), 4) == stream.block(1, 4)[8:20]
        True
        """
        number, first = divmod(rows.start, BLOCK)
        made = self._first(number, (first + len(rows)) * size)
        return made[first * size :] if first else made

    def _first(self, number: int, count: int) -> bytes:
        return shake_128(self.name + number.to_bytes(8, "little")).digest(count)

    def numbers(self, rows: range, width: Width) -> Sequence[int]:
        """Give a number of so many bytes for each of some rows of a block, little-endian by decree.

        >>> list(Stream.named(0, "shop.users", "id").numbers(range(3), 2))
        [40187, 35089, 286]
        """
        return integers(self.octets(rows, width), width)

    def of_row(self, row: int, size: int = 8) -> bytes:
        """Give bytes that hang on the row alone, for a key that its children have to know: 1 µs, up to 64 bytes."""
        return blake2b(row.to_bytes(8, "little", signed=True), digest_size=size, key=self.key).digest()

    @property
    def key(self) -> bytes:
        """The name as a key of blake2b's."""
        return blake2b(self.name, digest_size=32).digest()


def integers(octets: bytes, width: Width) -> Sequence[int]:
    """Read numbers of so many bytes.

    >>> list(integers(bytes([1, 0, 0, 1]), 2))
    [1, 256]
    """
    return little_endian(_CODES[width], octets)


def _measured(field: bytes) -> bytes:
    """Write a field with its length, so that ("ab", "c") is not ("a", "bc")."""
    return len(field).to_bytes(4, "little") + field


def picked(number: int, count: int) -> int:
    """Pick one of `count` by a random number, so that one more changes few picks (linear hashing; Litwin 1980).

    Of 8,192 picks among 100,003 parents one parent more moves none, 1,000 more move 49.

    >>> [picked(number, 5) for number in range(8)]
    [0, 1, 2, 3, 4, 1, 2, 3]
    """
    mask = (1 << (count - 1).bit_length()) - 1
    place = number & mask
    return place if place < count else number & (mask >> 1)
