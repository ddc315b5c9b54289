"""Postcodes, whose digits are drawn into the pattern of their city."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from seedkit.core.generation.columns.blocks import spread
from seedkit.core.generation.columns.choices import table_size
from seedkit.core.generation.streams import Stream
from seedkit.late_dataclasses import dataclass

_LETTERS = "ABCDEFGHJKLMNPRSTUVWXY"
_VARIANTS = 16


@dataclass(frozen=True)
class Patterned:
    """A pattern for each row, chosen by `which`, its # a digit and its @ a letter: as many variants as fit a table."""

    patterns: tuple[str, ...]
    which: Stream
    filling: Stream

    def block(self, number: int) -> Iterable[str]:
        """Give a filled pattern for each row; rows of the same place have its pattern."""
        table, variants = self._table, self.filling.block(number)
        places = self.which.numbers(number, 1 if len(table) == 256 else 2)
        return [table[place][variant % _VARIANTS] for place, variant in zip(places, variants, strict=True)]

    @cached_property
    def _table(self) -> list[tuple[str, ...]]:
        filled = (tuple(self._filled(pattern, row) for row in range(_VARIANTS)) for pattern in self.patterns)
        return spread(tuple(filled), table_size(len(self.patterns)))

    def _filled(self, pattern: str, variant: int) -> str:
        drawn = iter(self.filling.apart(pattern).of_row(variant, 32))
        return "".join(_drawn(letter, next(drawn)) if letter in "#@" else letter for letter in pattern)


def _drawn(kind: str, octet: int) -> str:
    return str(octet % 10) if kind == "#" else _LETTERS[octet % len(_LETTERS)]
