"""Numbers that have the same bytes on every machine: little-endian by decree, whatever the processor."""

from __future__ import annotations

from array import array
from typing import Literal

TypeCode = Literal["B", "H", "I", "Q"]

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
