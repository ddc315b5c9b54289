"""Where it can be seen in which order rows went in, and how rows of several shapes keep that of their file there.

Rows of one shape are sent together. Where a trigger sees each row, or a row draws a value, what comes between two of
them in the file has to go in between them.
"""

from __future__ import annotations

from collections.abc import Callable

from seedkit.core.catalog import Table
from seedkit.core.rows.shapes import RowShape


def shows_order(table: Table, shape: RowShape) -> bool:
    """Whether rows of a shape show when they went in: by triggers, or by a value that they are given as they do."""
    given = {*shape.columns, *(name for name, _ in shape.computed)}
    draws = any(column.draws and column.name not in given for column in table.columns)
    return table.row_triggers or bool(shape.computed) or draws


def shape_rule(table: Table) -> Callable[[RowShape], bool]:
    """Return `shows_order` for a table, to be asked once for each shape.

    Rows of a table with rules go in block by block, and those that they refer to have to be in an earlier one.
    """
    if table.rules and table.refers_to_itself:
        return lambda _: True
    known: dict[RowShape, bool] = {}

    def shows(shape: RowShape) -> bool:
        if shape not in known:
            known[shape] = shows_order(table, shape)
        return known[shape]

    return shows


class Turns:
    """Tells whose rows must wait no longer when a row comes; `shows` says of which shapes the order can be seen."""

    def __init__(self, shows: Callable[[RowShape], bool]) -> None:
        self._shows = shows
        self._last: RowShape | None = None

    def ended_by(self, shape: RowShape) -> RowShape | None:
        """Return the shape whose rows have to go in before one of this shape, if there is one.

        >>> a, b, c = (RowShape(columns=(name,)) for name in "abc")
        >>> turns = Turns(lambda shape: shape != c)
        >>> [turns.ended_by(shape) for shape in (a, a, c, b)] == [None, None, None, a]
        True
        """
        if not self._shows(shape):
            return None
        last, self._last = self._last, shape
        return None if last == shape else last
