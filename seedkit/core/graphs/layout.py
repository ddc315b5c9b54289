"""Where tables and lines are drawn: a column for each level, the lowest on the left; lines avoid what is between.

After Sugiyama, Tagawa and Toda (1981): a line over several levels gets a lane in each column between, lines to the same
table share theirs; what stands in a column is ordered by the mean place of its neighbours, back and forth.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from operator import itemgetter
from typing import TypeAlias

from msgspec import Struct

from seedkit.core.graphs.tables import GraphKey, GraphTable, TableGraph

HEIGHT = 26
"""Of a table's box, in pixels, as all that follows."""
LETTER = 7.3
"""The width of a letter of the monospaced font, at 12 pixels."""
MARGIN = 24
_GAP, _LANE, _BETWEEN, _PADDING = 10, 6, 90, 20
_TOP = MARGIN + 2.6 * HEIGHT
_SWEEPS = 8

Item: TypeAlias = "tuple[int, int]"
"""A column and the number of a table: the table itself in its own column, a lane to it in those right of that."""


class Box(Struct, frozen=True):
    """A table with its left edge, its middle's height and its width."""

    table: GraphTable
    x: float
    y: float
    width: float

    @property
    def right(self) -> float:
        """Its right edge."""
        return self.x + self.width


class Line(Struct, frozen=True):
    """All foreign keys from one table to another; `lanes` are left and right edge and height of what it passes."""

    child: Box
    parent: Box
    keys: tuple[GraphKey, ...]
    lanes: tuple[tuple[float, float, float], ...] = ()


class Drawing(Struct, frozen=True):
    """All that is drawn; `titles` are the levels with their left edges."""

    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]
    titles: tuple[tuple[str, float], ...]
    width: float
    height: float


def drawn(graph: TableGraph) -> Drawing:
    """Place the tables of a graph; those without a foreign key stand in rows below the others."""
    linked = {number for key in graph.keys for number in (key.child, key.parent)}
    columns = _Columns(graph.only(linked))
    boxes, lines = columns.boxes(), columns.lines()
    bottom = max((box.y + HEIGHT for box in boxes), default=MARGIN)
    width = max([box.right for box in boxes] + [900 - MARGIN]) + MARGIN
    alone = list(_rows([table for table in graph.tables if table.number not in linked], bottom + 2 * HEIGHT, width))
    height = max((box.y for box in alone), default=bottom) + HEIGHT + MARGIN
    return Drawing((*boxes, *alone), lines, columns.titles(), width, height)


def _width(table: GraphTable) -> float:
    return len(table.name) * LETTER + _PADDING


def _rows(tables: Sequence[GraphTable], y: float, width: float) -> Iterable[Box]:
    x = float(MARGIN)
    for table in tables:
        if x > MARGIN and x + _width(table) > width - MARGIN:
            x, y = float(MARGIN), y + HEIGHT + _GAP
        yield Box(table, x, y, _width(table))
        x += _width(table) + _GAP


class _Columns:
    """Tables and lanes by column, from left to right, each in its order; `_left` and `_right` are what they join."""

    def __init__(self, graph: TableGraph) -> None:
        self._graph = graph
        levels = sorted({table.level for table in graph.tables})
        self._levels = levels
        self._column = {table.number: levels.index(table.level) for table in graph.tables}
        self._pairs: dict[tuple[int, int], list[GraphKey]] = defaultdict(list)
        for key in graph.keys:
            self._pairs[key.child, key.parent].append(key)
        self._left: dict[Item, set[Item]] = defaultdict(set)
        self._right: dict[Item, set[Item]] = defaultdict(set)
        self._items: list[list[Item]] = [[] for _ in levels]
        self._join()
        self._heights = self._placed()
        self._edges = list(self._column_edges())

    def boxes(self) -> tuple[Box, ...]:
        """Give the tables in their places."""
        return tuple(self._box(table) for table in self._graph.tables)

    def lines(self) -> tuple[Line, ...]:
        """Give the lines, from each table to those that it refers to."""
        boxes = {table.number: self._box(table) for table in self._graph.tables}
        return tuple(
            Line(boxes[child], boxes[parent], tuple(keys), tuple(self._lanes(child, parent)))
            for (child, parent), keys in self._pairs.items()
        )

    def titles(self) -> tuple[tuple[str, float], ...]:
        """Name the columns."""
        return tuple((f"level {level}", left) for level, (left, _) in zip(self._levels, self._edges, strict=True))

    def _box(self, table: GraphTable) -> Box:
        column = self._column[table.number]
        return Box(table, self._edges[column][0], self._heights[column, table.number], _width(table))

    def _lanes(self, child: int, parent: int) -> Iterable[tuple[float, float, float]]:
        for column in range(self._column[child] - 1, self._column[parent], -1):
            left, right = self._edges[column]
            yield left, right, self._heights[column, parent]

    def _join(self) -> None:
        for table in self._graph.tables:
            self._items[self._column[table.number]].append((self._column[table.number], table.number))
        for child, parent in self._pairs:
            first, last = self._column[parent], self._column[child]
            way = [*((column, parent) for column in range(first, last)), (last, child)]
            for left, right in pairwise(way):
                self._left[right].add(left)
                self._right[left].add(right)
            for column, _ in way[1:-1]:
                if (column, parent) not in self._items[column]:
                    self._items[column].append((column, parent))

    def _is_lane(self, item: Item) -> bool:
        return self._column[item[1]] != item[0]

    def _placed(self) -> dict[Item, float]:
        """Order each column by its neighbours' places and give heights, from the left and from the right in turn."""
        heights: dict[Item, float] = {}
        for items in self._items:
            self._stack(items, {}, heights)
        for sweep in range(_SWEEPS):
            forth = sweep % 2 == 0
            for items in self._items if forth else reversed(self._items):
                self._stack(items, self._left if forth else self._right, heights)
        return _closed_up(heights)

    def _stack(self, items: list[Item], neighbours: Mapping[Item, set[Item]], heights: dict[Item, float]) -> None:
        """Bring a column's items as near to where their neighbours draw them as its other items let them."""
        wanted = {
            item: _mean([heights[other] for other in neighbours.get(item, ())], heights.get(item, 0.0))
            for item in items
        }
        items.sort(key=wanted.__getitem__)
        below, moved = 0.0, []
        for place, item in enumerate(items):
            room = (_LANE if self._is_lane(item) else HEIGHT + _GAP) / 2
            heights[item] = max(wanted[item], below + room) if place else wanted[item]
            moved.append(heights[item] - wanted[item])
            below = heights[item] + room
        shift = _mean(moved, 0.0)
        for item in items:
            heights[item] -= shift

    def _column_edges(self) -> Iterable[tuple[float, float]]:
        x = float(MARGIN)
        for column, items in enumerate(self._items):
            names = {number for _, number in items if self._column[number] == column}
            width = max(_width(table) for table in self._graph.tables if table.number in names)
            yield x, x + width
            x += width + _BETWEEN


def _closed_up(heights: Mapping[Item, float]) -> dict[Item, float]:
    """Take out what is empty across all columns: parts that nothing joins drift apart."""
    found: dict[Item, float] = {}
    last, shown = min(heights.values(), default=0.0), _TOP
    for item, height in sorted(heights.items(), key=itemgetter(1)):
        shown += min(height - last, HEIGHT + _GAP)
        last, found[item] = height, shown
    return found


def _mean(numbers: Sequence[float], otherwise: float) -> float:
    return sum(numbers) / len(numbers) if numbers else otherwise
