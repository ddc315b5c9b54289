"""Postcodes, whose digits are drawn into the pattern of their city."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from msgspec import Struct

from seedkit.core.generation.columns.blocks import placed, spread
from seedkit.core.generation.columns.choices import table_size
from seedkit.core.generation.streams import Stream

_LETTERS = "ABCDEFGHJKLMNPRSTUVWXY"
_VARIANTS = 16


class Patterned(Struct, frozen=True, dict=True):
    """A pattern for each row, chosen by `which`, its # a digit and its @ a letter: as many variants as fit a table."""

    patterns: tuple[str, ...]
    which: Stream
    filling: Stream

    def values(self, rows: range) -> Iterable[str]:
        """Give a filled pattern for each row; rows of the same place have its pattern."""
        size = table_size(len(self.patterns))
        drawn, variants = self.which.numbers(rows, 1 if size == 256 else 2), self.filling.octets(rows)
        found = placed(self._texts, size, drawn) or map(self._table.__getitem__, drawn)
        return [texts[variant % _VARIANTS] for texts, variant in zip(found, variants, strict=True)]

    @cached_property
    def _table(self) -> list[tuple[str, ...]]:
        return spread(self._texts, table_size(len(self.patterns)))

    @cached_property
    def _texts(self) -> tuple[tuple[str, ...], ...]:
        return tuple(tuple(self._filled(pattern, row) for row in range(_VARIANTS)) for pattern in self.patterns)

    def _filled(self, pattern: str, variant: int) -> str:
        drawn = iter(self.filling.apart(pattern).of_row(variant, 32))
        return "".join(_drawn(letter, next(drawn)) if letter in "#@" else letter for letter in pattern)


def _drawn(kind: str, octet: int) -> str:
    return str(octet % 10) if kind == "#" else _LETTERS[octet % len(_LETTERS)]
