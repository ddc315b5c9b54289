"""Draws columns of a block again: what comes hangs on the row and the number of the attempt alone."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct, field

from seedkit.core.generation.columns.blocks import Generator, known_values
from seedkit.core.generation.columns.row_by_row import RowByRow
from seedkit.core.generation.planning.tables import PlannedTable
from seedkit.core.generation.streams import BLOCK, rows_of_block

Planned = Callable[[int], PlannedTable]
"""Plans the table for an attempt, from 0 on: each has other values of the same kinds."""


class Redraws(Struct):
    """The columns of one block at further attempts, each made when it is asked for."""

    planned: Planned
    plans: dict[int, PlannedTable]
    block: int = 0
    rows: int = BLOCK
    _drawn: dict[tuple[str, int, bool], RowByRow] = field(default_factory=dict)

    def turn_to(self, block: int, rows: int = BLOCK) -> None:
        """Go on with the first rows of another block, or more of this one."""
        if block != self.block or rows > self.rows:
            self._drawn.clear()
        self.block, self.rows = block, rows

    def plan(self, attempt: int) -> PlannedTable:
        """Plan the table for an attempt."""
        if attempt not in self.plans:
            self.plans[attempt] = self.planned(attempt)
        return self.plans[attempt]

    def text(self, column: str, place: int, attempt: int) -> str:
        """Give the column's value in a row of the block at an attempt, which may be NULL."""
        text = self._text(column, place, attempt, known=False)
        if text is None:
            raise IndexError(place)
        return text

    def known_text(self, column: str, place: int, attempt: int) -> str | None:
        """Give a value that is not NULL, where the column has some that are not; None beyond the last row."""
        return self._text(column, place, attempt, known=True)

    def _text(self, column: str, place: int, attempt: int, *, known: bool) -> str | None:
        found = self._drawn.get((column, attempt, known))
        if found is None:
            generator, rows = self._generator(column, attempt, known=known), rows_of_block(self.block)[: self.rows]
            found = self._drawn[column, attempt, known] = RowByRow(generator, rows)
        return found[self.block * BLOCK + place]

    def _generator(self, column: str, attempt: int, *, known: bool) -> Generator:
        generator = next(chosen.generator for chosen in self.plan(attempt).columns if chosen.column == column)
        return known_values(generator) if known else generator
