"""Plans a table, or all that refer to each other: none with more parents in the others than these will have."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial

from seedkit.core.foreign_keys import ForeignKey
from seedkit.core.generation.columns.parents import Key
from seedkit.core.generation.planning.counted import first_row
from seedkit.core.generation.planning.foreign_keys.soft_keys import without
from seedkit.core.generation.planning.promises import Promised
from seedkit.core.generation.planning.situation import Parents, Situation
from seedkit.core.generation.planning.tables import TablePlanner
from seedkit.postgres.generation.parents import key_rows
from seedkit.postgres.generation.rows import RowsThere
from seedkit.runner.generation.planning.ordering import circular
from seedkit.runner.generation.planning.situations import Situations, free_ones

_ROUNDS = 5
"""How often tables of a circle are planned again with fewer parents, as one had no room for all."""


def planners(situations: Situations, there: Mapping[int, RowsThere]) -> dict[int, TablePlanner]:
    """Plan a table, or all of a circle: each with no more parents in the others than these will have."""
    circle = _Circle(situations, there, {oid: situations.asked(oid, rows.count) for oid, rows in there.items()})
    circle.plan(there)
    for _ in range(min(len(there), _ROUNDS) if len(there) > 1 else 0):
        fitting = {oid: situations.fitting(planner, oid) for oid, planner in circle.planners.items()}
        if fitting == circle.counts:
            break
        changed = [oid for oid in there if fitting[oid] != circle.counts[oid]]
        circle.counts = fitting
        circle.plan(circle.children(changed))
    return circle.planners


@dataclass(slots=True)
class _Circle:
    """Tables that are planned together, mostly one: rows that are `there`, and how many each is to get.

    Promised are the columns of a table that tables of the circle refer to, itself among them. A key with a column whose
    values would follow from themselves has no parents.
    """

    situations: Situations
    there: Mapping[int, RowsThere]
    counts: Mapping[int, int]
    planners: dict[int, TablePlanner] = field(default_factory=dict)
    _read: dict[tuple[int, tuple[str, ...]], Parents] = field(default_factory=dict)
    _promised: dict[int, set[str]] = field(init=False)
    _first: dict[int, int] = field(init=False)
    _circular: set[tuple[int, str]] = field(init=False)

    def __post_init__(self) -> None:
        self._circular = circular(self.there, self.situations.tables, self.situations.counted)
        self._promised = {oid: set() for oid in self.there}
        for key in self._keys():
            self._promised[key.references].update(key.referenced_columns)
        self._first = {oid: self._first_row(oid) for oid in self.there}

    def _keys(self) -> Iterator[ForeignKey]:
        """Give the foreign keys that lead to tables of the circle, those to the table itself among them."""
        keys = (key for oid in self.there for key in self.situations.tables[oid].foreign_keys)
        return (key for key in keys if key.references in self.there)

    def children(self, parents: Iterable[int]) -> list[int]:
        """List the tables that refer to some of the circle, and those that refer to these, in the circle's order."""
        above = {oid: [key.references for key in self.situations.tables[oid].foreign_keys] for oid in self.there}
        below: dict[int, list[int]] = {}
        for oid, others in above.items():
            for other in others:
                below.setdefault(other, []).append(oid)
        found, waiting = set[int](), list(parents)
        while waiting:
            new = set(below.get(waiting.pop(), ())) - found
            found |= new
            waiting += new
        return [oid for oid in self.there if oid in found]

    def plan(self, tables: Iterable[int]) -> None:
        """Plan some tables of the circle, again where they were planned with more parents."""
        for oid in tables:
            situation = self._situation(oid)
            soft = [key.name for key in self.situations.tables[oid].foreign_keys if key.soft]
            lacking = {name for name in soft if not situation.parents[name].count}
            rules = without(self.situations.copying().mirrored(oid), lacking)
            self.planners[oid] = TablePlanner(rules, self.situations.run, situation)

    def _situation(self, oid: int) -> Situation:
        table = self.situations.tables[oid]
        parents = {key.name: self._parents(key, oid) for key in table.foreign_keys if key.references != oid}
        return Situation(
            counted=self.situations.counted(oid),
            parents=parents,
            there=self.there[oid].count,
            first=self._first[oid],
            asked=self.counts[oid],
            taken=partial(key_rows, self.situations.connection, table),
            promised=frozenset(self._promised[oid]),
            refined=self.situations.refined.get(oid, {}),
            per=self.situations.per_parent(oid, self._first[oid]),
        )

    def _first_row(self, oid: int) -> int:
        there = self.there[oid]
        reached = (there.count, *there.reached.values())
        return first_row(self.situations.rules[oid], self.situations.counted(oid), reached)

    def _parents(self, key: ForeignKey, child: int) -> Parents:
        """Give the rows that a key may refer to: those of its own circle by their numbers, others as they are."""
        if any((child, name) in self._circular for name in key.columns):
            return Parents(
                0, {}, table=f"{self.situations.tables[key.references].name}, whose rows need one of its own"
            )
        if key.references not in self.there:
            place = key.references, key.referenced_columns
            if place not in self._read:
                self._read[place] = self.situations.parents_there(key)
            return free_ones(self.situations, self._read[place], child, key)
        first, count = self._first[key.references], self.counts[key.references]
        counted = self.situations.counted(key.references)
        keys: dict[str, Key] = {
            name: counted[name].key(first)
            if name in counted
            else Promised(self.planners, key.references, name, first, count)
            for name in key.referenced_columns
        }
        return Parents(count, keys, table=str(self.situations.tables[key.references].name))
