"""Values that are made of other columns of the row, or of its number alone: one by one, and not by the block."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from msgspec import Struct

from seedkit.core.generation.columns.blocks import Generator

Make = Callable[[int, Sequence[str]], str]
"""Gives the COPY text of a row, by its number and the COPY texts of what it reads."""


class Derived(Struct, frozen=True):
    """Values made by a function of the row's number and what its columns `reads` have, which `parts` generate."""

    reads: tuple[str, ...]
    parts: tuple[Generator, ...]
    make: Make

    def values(self, rows: range) -> Iterable[str]:
        """Give each row's value."""
        if not self.parts:
            return (self.make(row, ()) for row in rows)
        read = zip(*(part.values(rows) for part in self.parts), strict=True)
        return (self.make(row, texts) for row, texts in zip(rows, read, strict=False))
