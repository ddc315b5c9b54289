"""Numbers that have the same bytes on every machine: little-endian by decree, whatever the processor."""

from __future__ import annotations

from array import array
from collections.abc import Callable
from typing import Literal

TypeCode = Literal["B", "H", "I", "Q"]

_EXPONENT = b"\x3f"
"""The highest byte of floats that are neither negative nor special, whatever the others."""
_IS_LITTLE_ENDIAN = array("H", [1]).tobytes() == b"\x01\x00"


def little_endian(code: TypeCode, octets: bytes) -> array[int]:
    """Read the numbers of a kind (`array.typecode`) from bytes.

    >>> list(little_endian("H", bytes([1, 0, 0, 1])))
    [1, 256]
    """
    numbers = array(code)
    numbers.frombytes(octets)
    if not _IS_LITTLE_ENDIAN:
        numbers.byteswap()
    return numbers


def big_endian(octets: bytes) -> array[int]:
    """Read numbers of 64 bits that have their highest byte first, as `int.from_bytes` does.

    >>> list(big_endian(bytes([0, 0, 0, 0, 0, 0, 1, 2])))
    [258]
    """
    numbers = array("Q")
    numbers.frombytes(octets)
    if _IS_LITTLE_ENDIAN:
        numbers.byteswap()
    return numbers


def highest_bytes(numbers: array[int]) -> bytes:
    """Return the highest byte of each number of 64 bits.

    >>> list(highest_bytes(array("Q", [7, 3 << 56, 2**64 - 1])))
    [0, 3, 255]
    """
    return numbers.tobytes()[7 if _IS_LITTLE_ENDIAN else 0 :: 8]


def in_order_of_bits(numbers: array[int]) -> Callable[[int], float]:
    """Return what sorts places of numbers of 64 bits whose highest bytes are the same.

    Numbers that are no small ones are compared slowly, so they are read as floats, whose order is that of their bits.

    >>> sorted(range(3), key=in_order_of_bits(array("Q", [7, 2**55, 6])))
    [2, 0, 1]
    """
    octets = bytearray(numbers)
    octets[7 if _IS_LITTLE_ENDIAN else 0 :: 8] = _EXPONENT * len(numbers)
    return array("d", octets).__getitem__
