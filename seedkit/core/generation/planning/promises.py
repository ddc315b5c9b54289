"""Keys of rows that are not there yet: those of a circle's tables refer to each other before any of them is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from msgspec import Struct, field

from seedkit.core.generation.columns.row_by_row import RowByRow
from seedkit.core.generation.streams import BLOCK, rows_of_block

if TYPE_CHECKING:
    from seedkit.core.generation.planning.tables import TablePlanner

_KEPT = 16
"""Values of so many blocks are kept: those that are asked for again and again."""


class Promised(Struct, dict=True):
    """A column of a table that is planned, which gets `count` rows from number `first` on."""

    planners: Mapping[int, TablePlanner]
    table: int
    column: str
    first: int
    count: int
    _blocks: dict[int, RowByRow] = field(default_factory=dict)

    def __call__(self, place: int) -> str:
        """Give the value that a row will have."""
        row = self.first + place
        text = self._block(row // BLOCK)[row]
        if text is None:
            raise IndexError(place)
        return text

    def _block(self, number: int) -> RowByRow:
        if number not in self._blocks:
            if len(self._blocks) == _KEPT:
                del self._blocks[next(iter(self._blocks))]
            generator = self.planners[self.table].plan.chosen(self.column).generator
            rows = rows_of_block(number)
            self._blocks[number] = RowByRow(generator, range(rows.start, min(rows.stop, self.first + self.count)))
        return self._blocks[number]
