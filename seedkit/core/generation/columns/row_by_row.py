"""A column's values one at a time, as rows ask for them that are made again, or that others refer to."""

from __future__ import annotations

from msgspec import Struct, field

from seedkit.core.generation.columns.blocks import Generator

_ALONE = 8
_PART = 64
"""So many values are made by themselves, and of many rows one in so many, before all are made at once."""


class RowByRow(Struct):
    """A generator's values in `rows` of one block: the first that are asked for by themselves, then all at once."""

    generator: Generator
    rows: range
    _alone: dict[int, str | None] = field(default_factory=dict)
    _all: list[str] | None = None

    def __getitem__(self, row: int) -> str | None:
        """Give the value of a row of the block, None where the generator has no more."""
        if row in self._alone:
            return self._alone[row]
        if row in self.rows and (self._all is not None or len(self._alone) >= max(_ALONE, len(self.rows) // _PART)):
            return self._of_all(row - self.rows.start)
        text = self._alone[row] = next(iter(self.generator.values(range(row, row + 1))), None)
        return text

    def _of_all(self, place: int) -> str | None:
        if self._all is None:
            self._all = list(self.generator.values(self.rows))
        return self._all[place] if place < len(self._all) else None
