"""Numbers, truths and bytes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from seedkit.core.generation.streams import BLOCK, Stream, Width


@dataclass(frozen=True, slots=True)
class Counter:
    """The rows' own numbers, each `step` past the one before: keys that nobody else has."""

    first: int = 1
    step: int = 1

    def block(self, number: int) -> Iterable[str]:
        """Give each row's number."""
        begin = self.first + number * BLOCK * self.step
        return map(str, range(begin, begin + BLOCK * self.step, self.step))


@dataclass(frozen=True, slots=True)
class Pointed:
    """The rows' own numbers as the last digits of fractions: keys that nobody else has."""

    first: int
    scale: int

    def block(self, number: int) -> Iterable[str]:
        """Give each row's number."""
        begin = self.first + number * BLOCK
        return [pointed(unit, self.scale) for unit in range(begin, begin + BLOCK)]


@dataclass(frozen=True, slots=True)
class Whole:
    """Whole numbers from `low` to `high`, both included."""

    low: int
    high: int
    stream: Stream

    def block(self, number: int) -> Iterable[str]:
        """Give a number for each row."""
        return map(str, numbers_between(self.low, self.high, self.stream, number))


def numbers_between(low: int, high: int, stream: Stream, block: int) -> list[int]:
    """Draw a whole number for each row of a block, by multiplication, which is even to one in a billion."""
    count = high - low + 1
    width: Width = 4 if count <= 1 << 24 else 8
    shift = width * 8
    return [low + (drawn * count >> shift) for drawn in stream.numbers(block, width)]


@dataclass(frozen=True, slots=True)
class Fixed:
    """Numbers with `scale` digits behind the point, from `low` to `high` in units of the last digit."""

    low: int
    high: int
    scale: int
    stream: Stream

    def block(self, number: int) -> Iterable[str]:
        """Give a number for each row."""
        return [pointed(unit, self.scale) for unit in numbers_between(self.low, self.high, self.stream, number)]


def pointed(units: int, scale: int) -> str:
    """Write a number of the last digit's units; a scale below 0 has zeros instead.

    >>> pointed(1250, 2), pointed(-5, 2), pointed(7, 0), pointed(12, -2)
    ('12.50', '-0.05', '7', '1200')
    """
    if scale <= 0:
        return str(units * 10**-scale)
    whole, part = divmod(abs(units), 10**scale)
    return f"{'-' if units < 0 else ''}{whole}.{part:0{scale}}"


@dataclass(frozen=True, slots=True)
class Bits:
    """Random bits, so many in each row."""

    count: int
    stream: Stream

    def block(self, number: int) -> Iterable[str]:
        """Give the bits of each row, as zeros and ones."""
        size = (self.count + 7) // 8
        octets = self.stream.block(number, size)
        pieces = (octets[place : place + size] for place in range(0, len(octets), size))
        return [f"{int.from_bytes(piece, 'little'):0{size * 8}b}"[: self.count] for piece in pieces]


@dataclass(frozen=True, slots=True)
class Address:
    """An address that is the row's alone: three octets behind a prefix, to the base of 10 or 16."""

    prefix: str
    base: int
    separator: str

    def block(self, number: int) -> Iterable[str]:
        """Give an address for each row."""
        digits = "02x" if self.base == 16 else "d"
        begin = 1 + number * BLOCK
        return [
            self.prefix + self.separator.join(format(octet, digits) for octet in row.to_bytes(8, "big")[-3:])
            for row in range(begin, begin + BLOCK)
        ]


_VERSION_4 = bytes(0x40 | octet & 0x0F for octet in range(256))
_VERSION_7 = bytes(0x70 | octet & 0x0F for octet in range(256))
_VARIANT = bytes(0x80 | octet & 0x3F for octet in range(256))


@dataclass(frozen=True, slots=True)
class Uuid:
    """Random UUIDs of version 4; their dashes are left to PostgreSQL, unless they are texts and need them."""

    stream: Stream
    dashes: bool = False

    def block(self, number: int) -> Iterable[str]:
        """Give a UUID for each row."""
        octets = bytearray(self.stream.block(number, 16))
        octets[6::16] = octets[6::16].translate(_VERSION_4)
        octets[8::16] = octets[8::16].translate(_VARIANT)
        texts = sliced(bytes(octets).hex(), 32)
        return map(_dashed, texts) if self.dashes else texts


def _dashed(text: str) -> str:
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


@dataclass(frozen=True, slots=True)
class TimedUuid:
    """UUIDs of version 7 (RFC 9562): a millisecond from `first` on for each row, and random bits."""

    first: int
    stream: Stream

    def block(self, number: int) -> Iterable[str]:
        """Give a UUID for each row, in order."""
        octets = bytearray(self.stream.block(number, 10))
        octets[0::10] = octets[0::10].translate(_VERSION_7)
        octets[2::10] = octets[2::10].translate(_VARIANT)
        begin = self.first + number * BLOCK
        tails = sliced(bytes(octets).hex(), 20)
        return [f"{begin + place:012x}{tail}" for place, tail in enumerate(tails)]


@dataclass(frozen=True, slots=True)
class Hex:
    """Random digits to the base of 16, behind a prefix: digests, tokens, bytea."""

    digits: int
    stream: Stream
    prefix: str = ""

    def block(self, number: int) -> Iterable[str]:
        """Give so many digits for each row."""
        size = (self.digits + 1) // 2
        texts = sliced(self.stream.block(number, size).hex(), size * 2)
        if self.prefix or size * 2 > self.digits:
            return [self.prefix + text[: self.digits] for text in texts]
        return texts


def sliced(text: str, length: int) -> list[str]:
    """Cut a text into pieces.

    >>> sliced("aabbcc", 2)
    ['aa', 'bb', 'cc']
    """
    return [text[place : place + length] for place in range(0, len(text), length)]
