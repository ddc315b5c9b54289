"""Keys of rows that are not there yet: those of a circle's tables refer to each other before any of them is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from msgspec import Struct, field

from seedkit.core.generation.columns.blocks import NULL, Constant, Generator
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
        """Give the value that a row will have: NULL where that is for the server to say, as of a generated column."""
        row = self.first + place
        text = self._block(row // BLOCK)[row]
        if text is None:
            raise IndexError(place)
        return text

    def _block(self, number: int) -> RowByRow:
        if number not in self._blocks:
            if len(self._blocks) == _KEPT:
                del self._blocks[next(iter(self._blocks))]
            rows = rows_of_block(number)
            self._blocks[number] = RowByRow(self._generator, range(rows.start, min(rows.stop, self.first + self.count)))
        return self._blocks[number]

    @property
    def _generator(self) -> Generator:
        columns = self.planners[self.table].plan.columns
        return next((chosen.generator for chosen in columns if chosen.column == self.column), Constant(NULL))
