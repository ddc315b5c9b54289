"""What tables are when they are planned: rows that are there, parents that are there or promised, taken keys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from seedkit.core.catalog import Table
from seedkit.core.foreign_keys import ForeignKey
from seedkit.core.generation.columns.parents import Key
from seedkit.core.generation.columns.per_parent import PerParent
from seedkit.core.generation.planning.chosen import Run
from seedkit.core.generation.planning.counted import counted_columns, first_row
from seedkit.core.generation.planning.foreign_keys.soft_keys import soft_keys, with_keys, without
from seedkit.core.generation.planning.numbering import Numbering, numbers_left_to
from seedkit.core.generation.planning.promises import Promised
from seedkit.core.generation.planning.refined import Refined
from seedkit.core.generation.planning.situation import Parents, Situation
from seedkit.core.generation.planning.tables import TablePlanner
from seedkit.core.generation.refinements.meant import Per
from seedkit.core.generation.refinements.per import key_to
from seedkit.core.generation.schema import TableRules
from seedkit.core.planning.dependency_order import load_order
from seedkit.postgres.connection import Connection
from seedkit.postgres.generation.parents import key_rows, read_keys
from seedkit.postgres.generation.rows import RowsThere, rows_there
from seedkit.runner.generation.copying import Copying
from seedkit.runner.generation.ordering import needed_tables, without_overwritten

Sharing = Mapping[str, Sequence[tuple[int, str]]]
"""By a table's column: tables, by OID, and columns of theirs that the same sequence feeds."""

_ROUNDS = 5
"""How often the tables of a circle are planned again with fewer parents, as one had no room for all."""


@dataclass(slots=True, kw_only=True)
class Situations:
    """Reads what is to be known before tables are planned.

    `rules` are those of the tables that get rows, `counts` how many (in `total`, where those that are there count as
    well), `fed` their columns that sequences feed, and how, `sharing` those that share one, `refined` what people have
    said of columns, `per` how many rows each parent gets, `still` how many are missing of a table that was filled.
    """

    connection: Connection
    run: Run
    tables: Mapping[int, Table]
    rules: Mapping[int, TableRules]
    counts: Mapping[int, int]
    fed: Mapping[int, Mapping[str, Numbering]]
    sharing: Mapping[int, Sharing] = field(default_factory=dict)
    total: bool = False
    refined: Mapping[int, Mapping[str, Refined]] = field(default_factory=dict)
    per: Mapping[int, Per] = field(default_factory=dict)
    still: dict[int, int] = field(default_factory=dict)
    _per: dict[int, dict[str, PerParent]] = field(default_factory=dict)
    _copying: Copying | None = None

    def follow_names(self) -> Mapping[int, TableRules]:
        """Take columns that are called after a table for references to it, from now on; give the rules with them."""
        taken = {oid: {*self.refined.get(oid, ()), *self.counted(oid)} for oid in self.rules}
        soft = soft_keys(self.rules, self.tables, taken, load_order)
        self.rules = {oid: with_keys(rules, soft[oid]) for oid, rules in self.rules.items()}
        self.tables = {**self.tables, **{oid: rules.table for oid, rules in self.rules.items()}}
        return self.rules

    def there(self, oid: int) -> RowsThere:
        """Say which rows a table has; of one whose rows are counted by parents, look how many these are."""
        self.count_parents(oid)
        found = rows_there(self.connection, self.tables[oid], self.counted(oid))
        _pass_others(self, found, self.sharing.get(oid, {}))
        return found

    def asked(self, oid: int, there: int) -> int:
        """Say how many rows a table is to get that has so many."""
        if oid in self.still:
            return self.still[oid]
        if per := self._per.get(oid):
            total = next(iter(per.values())).total
            return max(0, total - there) if self.total else total
        return max(0, self.counts[oid] - there) if self.total else self.counts[oid]

    def count_parents(self, oid: int) -> None:
        """Find out how many rows a table gets by its parents, where it is said how many for each."""
        said = self.per.get(oid)
        if said is None:
            return
        table = self.tables[oid]
        key = key_to(table, said.parent, self.tables)
        stream = self.run.stream(str(table.name), "per", key.name)
        self._per[oid] = {key.name: PerParent(self.parents_there(key).count, said.least, said.most, stream)}

    def per_parent(self, oid: int, first: int) -> dict[str, PerParent]:
        """Give how many rows each parent gets, by the name of the foreign key; rows that are there were not counted.

        With totals they were: these are the first ones.
        """
        first = 0 if self.total else first
        return {name: replace(per, first=first) for name, per in self._per.get(oid, {}).items()}

    def planners(self, there: Mapping[int, RowsThere]) -> dict[int, TablePlanner]:
        """Plan a table, or all of a circle: each with no more parents in the others than these will have."""
        circle = _Circle(self, there, {oid: self.asked(oid, rows.count) for oid, rows in there.items()})
        planners = circle.planners()
        for _ in range(min(len(there), _ROUNDS) if len(there) > 1 else 0):
            fitting = {oid: self.fitting(planner, oid) for oid, planner in planners.items()}
            if fitting == circle.counts:
                break
            circle.counts = fitting
            planners = circle.planners()
        return planners

    def fitting(self, planner: TablePlanner, oid: int) -> int:
        """Say how many of the rows that are asked for a table has room for."""
        rows, there = planner.plan.capacity.rows, planner.situation.there
        asked = self.asked(oid, there)
        return asked if rows is None else max(0, min(asked, rows - there))

    def counted(self, oid: int) -> dict[str, Numbering]:
        """Give the columns that have the rows' own numbers, and how."""
        refined = self.refined.get(oid, {})
        found = numbers_left_to(counted_columns(self.rules[oid], self.fed.get(oid, {})), refined)
        return {name: how for name, how in found.items() if name not in refined or not refined[name].left}

    def groups(self) -> list[list[int]]:
        """Order the tables, those of a circle together: after what they need, and what writes into them.

        What is softer than a foreign key makes no circle.
        """
        ordered = sorted(self.counts, key=lambda oid: str(self.tables[oid].name))
        needed = partial(needed_tables, self.tables)
        wanted = load_order(ordered, lambda oid: [*needed(oid), *self.copying().writers(oid)])
        groups = [group for together in wanted for group in load_order(together, needed)]
        return [part for group in groups for part in without_overwritten(group, self.tables, self.rules)]

    def copying(self) -> Copying:
        """Say what triggers write into other tables."""
        if self._copying is None:
            self._copying = Copying(self.tables, self.rules)
        return self._copying

    def parents_there(self, key: ForeignKey) -> Parents:
        """Read the rows that a key may refer to."""
        table = self.tables[key.references]
        found = read_keys(self.connection, table, key.referenced_columns)
        keys: dict[str, Key] = {name: found.held.key(place) for place, name in enumerate(found.columns)}
        taken = f"{len(found.held):,} of {found.rows:,} rows were taken as parents"
        note = f"table {table.name}: {taken}, as the keys of all would take too much memory" if found.sampled else None
        return Parents(len(found.held), keys, place=found.held.place, table=str(table.name), note=note)


@dataclass(slots=True)
class _Circle:
    """Tables that are planned together, mostly one: rows that are `there`, and how many each is to get."""

    situations: Situations
    there: Mapping[int, RowsThere]
    counts: Mapping[int, int]
    _read: dict[tuple[int, tuple[str, ...]], Parents] = field(default_factory=dict)

    def planners(self) -> dict[int, TablePlanner]:
        planners: dict[int, TablePlanner] = {}
        for oid in self.there:
            situation = self._situation(oid, planners)
            soft = [key.name for key in self.situations.tables[oid].foreign_keys if key.soft]
            lacking = {name for name in soft if not situation.parents[name].count}
            rules = without(self.situations.copying().mirrored(oid), lacking)
            planners[oid] = TablePlanner(rules, self.situations.run, situation)
        return planners

    def _situation(self, oid: int, planners: Mapping[int, TablePlanner]) -> Situation:
        table = self.situations.tables[oid]
        parents = {key.name: self._parents(key, planners) for key in table.foreign_keys if key.references != oid}
        return Situation(
            counted=self.situations.counted(oid),
            parents=parents,
            there=self.there[oid].count,
            first=self._first(oid),
            taken=partial(key_rows, self.situations.connection, table),
            promised=frozenset(self._promised(oid)),
            refined=self.situations.refined.get(oid, {}),
            per=self.situations.per_parent(oid, self._first(oid)),
        )

    def _first(self, oid: int) -> int:
        there = self.there[oid]
        reached = (there.count, *there.reached.values())
        return first_row(self.situations.rules[oid], self.situations.counted(oid), reached)

    def _promised(self, oid: int) -> list[str]:
        """List the columns of a table that tables of the circle refer to, itself among them."""
        keys = (key for other in self.there for key in self.situations.tables[other].foreign_keys)
        return [name for key in keys if key.references == oid for name in key.referenced_columns]

    def _parents(self, key: ForeignKey, planners: Mapping[int, TablePlanner]) -> Parents:
        """Give the rows that a key may refer to: those of its own circle by their numbers, others as they are."""
        if key.references not in self.there:
            place = key.references, key.referenced_columns
            if place not in self._read:
                self._read[place] = self.situations.parents_there(key)
            return self._read[place]
        first, counted = self._first(key.references), self.situations.counted(key.references)
        keys: dict[str, Key] = {
            name: counted[name].key(first) if name in counted else Promised(planners, key.references, name, first)
            for name in key.referenced_columns
        }
        return Parents(self.counts[key.references], keys, first, table=str(self.situations.tables[key.references].name))


def _pass_others(situations: Situations, found: RowsThere, sharing: Sharing) -> None:
    """Take the ids of other tables for taken where the same sequence feeds them."""
    tables, connection = situations.tables, situations.connection
    for name, others in sharing.items():
        if name in found.reached:
            read = [
                rows_there(connection, tables[oid], {column: how}).reached[column]
                for oid, column in others
                if oid in tables and (how := situations.fed.get(oid, {}).get(column))
            ]
            found.reached[name] = max([found.reached[name], *read])
