"""A seeder's rows as they are drawn from its code: the first of them can be drawn once more."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from seedkit.core.rows.python_rows import BLOCK_ROWS, as_mapping
from seedkit.errors import UsageError

_LATE = f"The table was altered in this run: name its new columns within the first {BLOCK_ROWS:,} rows."


class DrawnRows:
    """Rows of which as many as make a block are kept; once there are more, or their code has failed, none is `kept`.

    The `hint` is for a table that was altered, where there are more.
    """

    def __init__(self, rows: Iterable[object]) -> None:
        if not isinstance(rows, Iterable):
            raise UsageError(
                f"rows must be a list, or another iterable of rows, not {rows!r}",
                hint="Write db.insert(TABLE, [row]) for one row.",
            )
        self._rows = rows
        self._drawn: Iterator[object] | None = None
        self._first: list[object] = []
        self.kept = True
        self.hint: str | None = None

    def number_of(self, value: object) -> int | None:
        """Find the row that holds a value, from 1; None where it is not kept."""
        rows = self._rows if isinstance(self._rows, (list, tuple)) else self._first
        holders = (number for number, row in enumerate(rows, start=1) if _holds(row, value))
        return next(holders, None)

    def __iter__(self) -> Iterator[object]:
        yield from tuple(self._first)
        self.kept = False
        drawn = self._drawn = self._drawn or iter(self._rows)
        for row in drawn:
            self._first.append(row)
            self.kept = True
            yield row
            self.kept = False
            if len(self._first) == BLOCK_ROWS:
                self._first = []
                self.hint = _LATE
                yield from drawn
                return
        self.kept = True


def _holds(row: object, value: object) -> bool:
    return any(each is value for each in as_mapping(row).values())
