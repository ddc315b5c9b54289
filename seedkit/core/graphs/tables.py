"""The graph of tables: an edge for each foreign key, a level for each table, circles as one group."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cached_property
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from seedkit.core.catalog import Table
from seedkit.core.foreign_keys import ForeignKey
from seedkit.core.planning.dependency_order import load_order


class GraphTable(Struct, frozen=True, kw_only=True):
    """A table: all that its rows refer to is at lower levels, but for those of its `circle`, a number from 1, or 0.

    `number` is its place by level and name, `fixtures` and `seeders` name what fills it.
    """

    number: int
    name: str
    level: int = 0
    circle: int = 0
    fixtures: tuple[str, ...] = ()
    seeders: tuple[str, ...] = ()


class GraphKey(Struct, frozen=True, kw_only=True, order=True):
    """A foreign key from one table, by its number, to another or itself; an `optional` one may be NULL."""

    child: int
    parent: int
    columns: tuple[str, ...]
    optional: bool


class TableGraph(Struct, frozen=True, dict=True):
    """Tables by level and name, and the foreign keys between them.

    `numbers` tells where a table is drawn, by its OID or that of a partition.
    """

    tables: tuple[GraphTable, ...]
    keys: tuple[GraphKey, ...]
    numbers: Mapping[int, int]

    @cached_property
    def by_number(self) -> Mapping[int, GraphTable]:
        """The tables by their numbers."""
        return {table.number: table for table in self.tables}

    def around(self, numbers: Collection[int], distance: int) -> TableGraph:
        """Give the part within so many foreign keys of some tables, up or down."""
        neighbours: dict[int, set[int]] = {}
        for key in self.keys:
            neighbours.setdefault(key.child, set()).add(key.parent)
            neighbours.setdefault(key.parent, set()).add(key.child)
        found = set(numbers)
        for _ in range(distance):
            found |= {other for number in found for other in neighbours.get(number, ())}
        return self.only(found)

    def only(self, numbers: Collection[int]) -> TableGraph:
        """Give the part that some tables make, at the levels that they have in the whole."""
        keys = (key for key in self.keys if key.child in numbers and key.parent in numbers)
        tables = (table for table in self.tables if table.number in numbers)
        return replace(self, tables=tuple(tables), keys=tuple(keys))


def table_graph(tables: Mapping[int, Table]) -> TableGraph:
    """Make the graph of tables by OID; partitions are drawn as the table that they belong to."""
    drawn_as = {
        oid: next(above for above in reversed(table.lineage) if above in tables) for oid, table in tables.items()
    }
    names = {oid: str(tables[oid].name) for oid in dict.fromkeys(drawn_as.values())}
    found = [_key(table, key, drawn_as) for table in tables.values() for key in table.foreign_keys]
    keys = dict.fromkeys(key for key in found if key.parent in names)
    levels = sorted(_levels(names, keys), key=lambda level: (level.height, names[level.oid]))
    numbers = {level.oid: number for number, level in enumerate(levels)}
    return TableGraph(
        tables=tuple(
            GraphTable(number=numbers[each.oid], name=names[each.oid], level=each.height, circle=each.circle)
            for each in levels
        ),
        keys=tuple(sorted(replace(key, child=numbers[key.child], parent=numbers[key.parent]) for key in keys)),
        numbers={oid: numbers[shown] for oid, shown in drawn_as.items()},
    )


def _key(table: Table, key: ForeignKey, drawn_as: Mapping[int, int]) -> GraphKey:
    return GraphKey(
        child=drawn_as[table.oid],
        parent=drawn_as.get(key.references, key.references),
        columns=key.columns,
        optional=not all(table.column(name).not_null for name in key.columns),
    )


class _Level(NamedTuple):
    oid: int
    height: int
    circle: int


def _levels(names: Mapping[int, str], keys: Iterable[GraphKey]) -> Iterator[_Level]:
    parents: dict[int, dict[int, None]] = {oid: {} for oid in names}
    for key in keys:
        parents[key.child][key.parent] = None
    heights: dict[int, int] = {}
    circles = 0
    for group in load_order(sorted(names, key=names.__getitem__), parents.__getitem__):
        circles += len(group) > 1
        below = (heights[parent] + 1 for oid in group for parent in parents[oid] if parent not in group)
        heights |= dict.fromkeys(group, max(below, default=0))
        yield from (_Level(oid, heights[oid], circles if len(group) > 1 else 0) for oid in group)
