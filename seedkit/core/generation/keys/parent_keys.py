"""Keys of rows that are there, held in little room: numbers as runs of islands, all others one behind the other."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from functools import partial

from msgspec import Struct, field

from seedkit.core.generation.columns.parents import Key, Numbered
from seedkit.core.values.copy_text import field_value

ROOM = 32 * 1024 * 1024
"""How many bytes the keys of one table's rows may take; of more rows than go in there is a sample."""

ISLAND = 16
"""How many bytes an island takes."""


class Islands(Struct):
    """Whole numbers in order, as runs without a gap: a hundred million numbers without one are a single run.

    >>> islands = Islands.of([(1, 3), (10, 2)])
    >>> len(islands), [islands.text(place) for place in range(5)], islands.place(("10",)), islands.place(("4",))
    (5, ['1', '2', '3', '10', '11'], 3, None)
    """

    _first: array[int] = field(default_factory=lambda: array("q"))
    _before: array[int] = field(default_factory=lambda: array("q"))
    _count: int = 0

    @classmethod
    def of(cls, runs: Iterable[tuple[int, int]]) -> Islands:
        """Take runs, the first number and how many there are of each, in order."""
        islands = cls()
        for first, count in runs:
            islands._first.append(first)
            islands._before.append(islands._count)
            islands._count += count
        return islands

    def __len__(self) -> int:
        return self._count

    def text(self, place: int, column: int = 0) -> str:
        """Give a number by its place."""
        del column
        run = bisect_right(self._before, place) - 1
        return str(self._first[run] + place - self._before[run])

    def key(self, column: int) -> Key:
        """Give the numbers by their places; those without a gap need no look."""
        return Numbered(self._first[0]) if len(self._first) == 1 else partial(self.text, column=column)

    def place(self, values: Sequence[str]) -> int | None:
        """Say at which place a number is."""
        if not values[0].removeprefix("-").isdecimal():
            return None
        number = int(values[0])
        run = bisect_right(self._first, number) - 1
        place = number - self._first[run] + self._before[run] if run >= 0 else -1
        end = self._before[run + 1] if run + 1 < len(self._before) else self._count
        return place if run >= 0 and place < end else None


class Packed(Struct):
    r"""Rows of key columns as lines of COPY text, one behind the other, in the order of their bytes.

    >>> rows = Packed.of([b"a\t1", b"b\t2"])
    >>> len(rows), rows.text(1, 0), rows.place(("b", "2")), rows.place(("b", "3"))
    (2, 'b', 1, None)
    """

    _lines: bytearray = field(default_factory=bytearray)
    _ends: array[int] = field(default_factory=lambda: array("Q"))

    @classmethod
    def of(cls, lines: Iterable[bytes]) -> Packed:
        """Take lines, without their ends, in order."""
        packed = cls()
        for line in lines:
            packed._lines += line
            packed._ends.append(len(packed._lines))
        return packed

    def __len__(self) -> int:
        return len(self._ends)

    def _line(self, place: int) -> bytes:
        return bytes(self._lines[self._ends[place - 1] if place else 0 : self._ends[place]])

    def text(self, place: int, column: int = 0) -> str:
        """Give the COPY text of a column by its row's place."""
        return self._line(place).split(b"\t")[column].decode()

    def key(self, column: int) -> Key:
        """Give the texts of a column by their rows' places."""
        return partial(self.text, column=column)

    def place(self, values: Sequence[str]) -> int | None:
        """Say at which place a row with these values is."""
        wanted = [value.encode() for value in values]
        found = bisect_left(range(len(self)), wanted, key=self._values)
        return found if found < len(self) and self._values(found) == wanted else None

    def _values(self, place: int) -> list[bytes]:
        line = self._line(place)
        if b"\\" not in line:
            return line.split(b"\t")
        return [(field_value(text) or "").encode() for text in line.decode().split("\t")]


class KeysThere(Struct, frozen=True):
    """The keys of a table's rows in some columns; of `rows` of them, where these are not all, a sample."""

    columns: tuple[str, ...]
    held: Islands | Packed
    rows: int

    @property
    def sampled(self) -> bool:
        """Whether some rows were left out, as all would take too much room."""
        return len(self.held) < self.rows
