"""Numbers, truths and bytes."""

from __future__ import annotations

import struct
from collections.abc import Iterable
from functools import cached_property

from msgspec import Struct

from seedkit.core.generation.columns.blocks import Generator, Joined
from seedkit.core.generation.columns.choices import Choice, drawn_digits
from seedkit.core.generation.columns.counting import counted
from seedkit.core.generation.streams import Stream, Width
from seedkit.core.values.spellings import pointed


class Counter(Struct, frozen=True):
    """The rows' own numbers, each `step` past the one before: keys that nobody else has."""

    first: int = 1
    step: int = 1

    def values(self, rows: range) -> Iterable[str]:
        """Give each row's number."""
        begin = self.first + rows.start * self.step
        if self.step == 1 and begin >= 0:
            return counted(begin, begin + len(rows))
        return map(str, range(begin, begin + len(rows) * self.step, self.step))


class Padded(Struct, frozen=True):
    """The rows' own numbers with zeros in front of them, up to a width."""

    first: int
    step: int
    width: int

    def values(self, rows: range) -> Iterable[str]:
        """Give each row's number."""
        return [str(self.first + row * self.step).zfill(self.width) for row in rows]


class Pointed(Struct, frozen=True):
    """The rows' own numbers as the last digits of fractions: keys that nobody else has."""

    first: int
    scale: int

    def values(self, rows: range) -> Iterable[str]:
        """Give each row's number."""
        return [pointed(self.first + row, self.scale) for row in rows]


_FINISHED = 4096
"""Up to so many different numbers are a table of finished texts."""


class Whole(Struct, frozen=True, dict=True):
    """Whole numbers from `low` to `high`, both included."""

    low: int
    high: int
    stream: Stream

    def values(self, rows: range) -> Iterable[str]:
        """Give a number for each row."""
        if self.high - self.low < _FINISHED:
            return self._few.values(rows)
        return map(str, numbers_between(self.low, self.high, self.stream, rows))

    @cached_property
    def _few(self) -> Choice:
        return Choice(tuple(map(str, range(self.low, self.high + 1))), self.stream, even=True)


def numbers_between(low: int, high: int, stream: Stream, rows: range) -> list[int]:
    """Draw a whole number for each of some rows: a remainder, which is even to one in 256 at the very least."""
    count = high - low + 1
    width: Width = 4 if count <= 1 << 24 else 8
    return [low + drawn % count for drawn in stream.numbers(rows, width)]


class Fixed(Struct, frozen=True, dict=True):
    """Numbers with `scale` digits behind the point, from `low` to `high` in units of the last digit.

    Where there are many, the end is left out that is no whole one with all its fractions.
    """

    low: int
    high: int
    scale: int
    stream: Stream

    def values(self, rows: range) -> Iterable[str]:
        """Give a number for each row."""
        if self._parts is not None:
            return self._parts.values(rows)
        return [pointed(unit, self.scale) for unit in numbers_between(self.low, self.high, self.stream, rows)]

    @cached_property
    def _parts(self) -> Generator | None:
        """Finished texts: of all numbers, or of what stands before and behind the point; None where these are many."""
        if self.high - self.low < _FINISHED:
            return Choice(
                tuple(pointed(units, self.scale) for units in range(self.low, self.high + 1)), self.stream, even=True
            )
        one = 10 ** max(self.scale, 0)
        first, last = -(-self.low // one), (self.high + 1) // one - 1
        if first < 0 or not _LEAST_WHOLES <= last - first < _FINISHED or self.scale > _DIGITS_MOST:
            return None
        wholes = Choice(tuple(f"{pointed(whole, 0)}." for whole in range(first, last + 1)), self.stream, even=True)
        return Joined((wholes, *drawn_digits(self.scale, 3, self.stream)))


_LEAST_WHOLES = 8
_DIGITS_MOST = 9


class Bits(Struct, frozen=True):
    """Random bits, so many in each row."""

    count: int
    stream: Stream

    def values(self, rows: range) -> Iterable[str]:
        """Give the bits of each row, as zeros and ones."""
        size = (self.count + 7) // 8
        octets = self.stream.octets(rows, size)
        pieces = (octets[place : place + size] for place in range(0, len(octets), size))
        return [f"{int.from_bytes(piece, 'little'):0{size * 8}b}"[: self.count] for piece in pieces]


class Address(Struct, frozen=True):
    """An address that is the row's alone: three octets behind a prefix, to the base of 10 or 16."""

    prefix: str
    base: int
    separator: str

    def values(self, rows: range) -> Iterable[str]:
        """Give an address for each row."""
        digits = "02x" if self.base == 16 else "d"
        return [
            self.prefix + self.separator.join(format(octet, digits) for octet in number.to_bytes(8, "big")[-3:])
            for number in range(1 + rows.start, 1 + rows.stop)
        ]


_VERSION_4 = bytes(0x40 | octet & 0x0F for octet in range(256))
_VERSION_7 = bytes(0x70 | octet & 0x0F for octet in range(256))
_VARIANT = bytes(0x80 | octet & 0x3F for octet in range(256))


class Uuid(Struct, frozen=True):
    """Random UUIDs of version 4; their dashes are left to PostgreSQL, unless they are texts and need them."""

    stream: Stream
    dashes: bool = False

    def values(self, rows: range) -> Iterable[str]:
        """Give a UUID for each row."""
        octets = bytearray(self.stream.octets(rows, 16))
        octets[6::16] = octets[6::16].translate(_VERSION_4)
        octets[8::16] = octets[8::16].translate(_VARIANT)
        texts = in_hex(octets, 16)
        return map(_dashed, texts) if self.dashes else texts


def _dashed(text: str) -> str:
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


class TimedUuid(Struct, frozen=True):
    """UUIDs of version 7 (RFC 9562): a millisecond from `first` on for each row, and random bits."""

    first: int
    stream: Stream

    def values(self, rows: range) -> Iterable[str]:
        """Give a UUID for each row, in order."""
        octets = bytearray(self.stream.octets(rows, 16))
        moments = struct.pack(f">{len(rows)}Q", *range(self.first + rows.start, self.first + rows.stop))
        for place in range(6):
            octets[place::16] = moments[place + 2 :: 8]
        octets[6::16] = octets[6::16].translate(_VERSION_7)
        octets[8::16] = octets[8::16].translate(_VARIANT)
        return in_hex(octets, 16)


class Hex(Struct, frozen=True):
    """Random digits to the base of 16, behind a prefix: digests, tokens, bytea."""

    digits: int
    stream: Stream
    prefix: str = ""

    def values(self, rows: range) -> Iterable[str]:
        """Give so many digits for each row."""
        size, prefix = (self.digits + 1) // 2, self.prefix
        texts = in_hex(self.stream.octets(rows, size), size)
        if size * 2 > self.digits:
            return [prefix + text[:-1] for text in texts]
        return map(prefix.__add__, texts) if prefix else texts


_CROCKFORD = bytes(b"0123456789ABCDEFGHJKMNPQRSTVWXYZ"[octet % 32] for octet in range(256))


class Ulid(Struct, frozen=True):
    """Random ULIDs of the years from 2004 to 2039, in capital letters."""

    stream: Stream

    def values(self, rows: range) -> Iterable[str]:
        """Give a ULID for each row."""
        letters = self.stream.octets(rows, _DRAWN).translate(_CROCKFORD).decode()
        return ["01" + letters[place : place + _DRAWN] for place in range(0, len(letters), _DRAWN)]


_DRAWN = 24
"""Letters of a ULID that are drawn."""


def in_hex(octets: bytes | bytearray, size: int) -> list[str]:
    """Write bytes with the digits of base 16, so many to a text.

    >>> in_hex(bytes([1, 255, 2, 16]), 2)
    ['01ff', '0210']
    """
    return octets.hex("\n", size).split("\n")
