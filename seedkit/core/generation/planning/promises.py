"""Keys of rows that are not there yet: those of a circle's tables refer to each other before any of them is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import TYPE_CHECKING

from seedkit.core.generation.streams import BLOCK
from seedkit.late_dataclasses import dataclass

if TYPE_CHECKING:
    from seedkit.core.generation.planning.tables import TablePlanner

_KEPT = 16
"""So many blocks are kept: those that are asked for again and again."""


@dataclass
class Promised:
    """A column of a table that is planned, from its row of number `first` on."""

    planners: Mapping[int, TablePlanner]
    table: int
    column: str
    first: int
    _blocks: dict[int, list[str]] = field(default_factory=dict)

    def __call__(self, place: int) -> str:
        """Give the value that a row will have."""
        number, row = divmod(self.first + place, BLOCK)
        if number not in self._blocks:
            if len(self._blocks) == _KEPT:
                del self._blocks[next(iter(self._blocks))]
            plan = self.planners[self.table].plan
            self._blocks[number] = list(plan.chosen(self.column).generator.block(number))
        return self._blocks[number][row]
