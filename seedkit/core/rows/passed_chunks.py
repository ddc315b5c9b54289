"""Which rows stand above the chunks of a file that was read: so whoever looks for one of them reads it from there."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from seedkit.core.fixtures import Chunk
from seedkit.core.rows.shapes import RowShape

_EACH = 16
"""Of so many chunks one is kept in mind: half a megabyte."""


_MOST_SHAPES = 16
"""Of more shapes nothing is kept in mind."""


class Mark(NamedTuple):
    """A place to read from: its chunk, without the text, how many rows of the file stand above, and of each shape."""

    place: Chunk | None
    file_rows: int
    above: Counter[RowShape]


BEGINNING = Mark(None, 0, Counter())


class PassedChunks:
    """The chunks of one reading, some of them kept in mind; `rows` counts all that was read."""

    def __init__(self) -> None:
        self.rows: Counter[RowShape] = Counter()
        self._marks = [BEGINNING]
        self._seen = 0

    def note(self, chunk: Chunk, file_rows: int) -> None:
        """Take note that a chunk comes next."""
        self._seen += 1
        if self._seen % _EACH == 0 and len(self.rows) <= _MOST_SHAPES:
            self._marks.append(Mark(chunk._replace(text=""), file_rows, self.rows.copy()))

    def above_row(self, shape: RowShape, number: int) -> Mark:
        """Give the nearest place above the nth row (from 1) of a shape."""
        return next(mark for mark in reversed(self._marks) if mark.above[shape] < number)

    def above_line(self, line: int) -> Mark:
        """Give the nearest place above a line, the beginning where rows have several shapes: each is sent by itself."""
        marks = reversed(self._marks) if len(self.rows) == 1 else ()
        return next((mark for mark in marks if mark.place is None or mark.place.line <= line), BEGINNING)
