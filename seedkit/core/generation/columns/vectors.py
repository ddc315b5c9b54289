"""Vectors of so many numbers, as pgvector reads them."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import shake_128

from msgspec import Struct

from seedkit.core.generation.streams import Stream

_TEXTS = tuple(f"{'-' if number < 128 else ''}0.{abs(number - 128) * 7:03}" for number in range(256))


class Vector(Struct, frozen=True):
    """Numbers between -1 and 1, a byte for each."""

    dimensions: int
    stream: Stream

    def values(self, rows: range) -> Iterable[str]:
        """Give a vector for each row; a row's bytes are drawn alone, as there are many."""
        return (f"[{','.join(map(_TEXTS.__getitem__, self._octets(row)))}]" for row in rows)

    def _octets(self, row: int) -> bytes:
        return shake_128(self.stream.name + row.to_bytes(8, "little")).digest(self.dimensions)
