"""The order of rows that refer to each other in one table: parents before children, all else as it stands."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain
from typing import NamedTuple

from seedkit.core.planning.dependency_order import load_order


class MovedRow(NamedTuple):
    """A row that goes in behind another one, among those behind it `depth` generations after it; both by number."""

    number: int
    behind: int
    depth: int


def moved_rows(edges: Iterable[tuple[int, int]]) -> list[MovedRow]:
    """List the rows that have to move, given (child, parent) by the rows' numbers in their file.

    A row moves behind a parent that stands later, and no further. Rows that refer to each other in a circle stay.

    >>> moved_rows([(1, 4), (2, 1), (3, 3), (5, 4)])
    [MovedRow(number=1, behind=4, depth=1), MovedRow(number=2, behind=4, depth=2)]
    >>> moved_rows([(1, 2), (2, 1)])
    []
    """
    parents: dict[int, list[int]] = {}
    for child, parent in edges:
        parents.setdefault(child, []).append(parent)
    places: dict[int, tuple[int, int]] = {}
    rows = sorted({*parents, *chain.from_iterable(parents.values())})
    for group in load_order(rows, lambda row: parents.get(row, ())):
        for row in group:
            ahead = [] if len(group) > 1 else [places[parent] for parent in parents.get(row, ()) if parent != row]
            behind, depth = max(ahead, default=(0, 0))
            places[row] = (behind, depth + 1) if behind > row else (row, 0)
    return [MovedRow(row, *place) for row, place in places.items() if place != (row, 0)]


def has_circle(edges: Iterable[tuple[int, int]]) -> bool:
    """Whether rows refer to each other in a circle, given (child, parent); a row that is its own parent is none.

    >>> has_circle([(1, 2), (2, 1)]), has_circle([(1, 2), (2, 3), (3, 3)])
    (True, False)
    """
    parents: dict[int, list[int]] = {}
    for child, parent in edges:
        parents.setdefault(child, []).append(parent)
    rows = sorted({*parents, *chain.from_iterable(parents.values())})
    return any(len(group) > 1 for group in load_order(rows, lambda row: parents.get(row, ())))
