"""What tables are when they are planned: rows that are there, parents that are there or promised, taken keys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from msgspec import Struct, field
from msgspec.structs import replace

from seedkit.core.catalog import Table
from seedkit.core.foreign_keys import ForeignKey
from seedkit.core.generation.columns.parents import Key
from seedkit.core.generation.columns.per_parent import PerParent
from seedkit.core.generation.planning.chosen import Run
from seedkit.core.generation.planning.counted import counted_columns, is_number
from seedkit.core.generation.planning.numbering import Numbering, numbers_left_to
from seedkit.core.generation.planning.refined import Refined
from seedkit.core.generation.planning.situation import Parents
from seedkit.core.generation.planning.tables import TablePlanner
from seedkit.core.generation.refinements.meant import Per
from seedkit.core.generation.refinements.per import key_to, only_one
from seedkit.core.generation.schema import TableRules
from seedkit.core.planning.dependency_order import load_order
from seedkit.postgres.connection import Connection
from seedkit.postgres.generation.parents import key_rows, read_keys
from seedkit.postgres.generation.rows import RowsThere, reached_there, rows_there
from seedkit.runner.generation.planning.copying import Copying
from seedkit.runner.generation.planning.followed_names import FollowedNames
from seedkit.runner.generation.planning.ordering import needed_tables, opened

Sharing = Mapping[str, Sequence[tuple[int, str]]]
"""By a table's column: tables, by OID, and columns of theirs that the same sequence feeds."""


class Situations(Struct, kw_only=True):
    """Reads what is to be known before tables are planned.

    `rules` are those of the tables that get rows, `counts` how many (in `total`, where those that are there count as
    well), `fed` their columns that sequences feed, and how, `sharing` those that share one, `refined` what people have
    said of columns, `per` how many rows each parent gets, `still` how many are missing of a table that was filled;
    tables `without_rows` were given up, and may be such as nobody can look at. It `looks` at rows where they say which
    tables columns mean.
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
    without_rows: set[int] = field(default_factory=set)
    looks: bool = False
    _per: dict[int, dict[str, PerParent]] = field(default_factory=dict)
    _copying: Copying | None = None

    def follow_names(self) -> Mapping[int, TableRules]:
        """Take columns that are called after a table for references to it, from now on; give the rules with them."""
        reads = self.connection if self.looks else None
        followed = FollowedNames(self.tables, self.refined, {oid: self.counted(oid) for oid in self.rules}, reads)
        self.rules = followed.added(self.rules)
        self.tables = {**self.tables, **{oid: rules.table for oid, rules in self.rules.items()}}
        return self.rules

    def there(self, oid: int) -> RowsThere:
        """Say which rows a table has; of one whose rows are counted by parents, look how many these are."""
        self.count_parents(oid)
        found = rows_there(self.connection, self.tables[oid], self.counted(oid))
        _pass_others(self, oid, found, self.sharing.get(oid, {}))
        _pass_others(self, oid, found, self.copying().copied_keys(oid))
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
        parents = free_ones(self, self.parents_there(key), oid, key)
        self._per[oid] = {key.name: PerParent(parents.count, said.least, said.most, stream)}

    def per_parent(self, oid: int, first: int) -> dict[str, PerParent]:
        """Give how many rows each parent gets, by the name of the foreign key; rows that are there were not counted.

        With totals they were: these are the first ones.
        """
        first = 0 if self.total else first
        return {name: replace(per, first=first) for name, per in self._per.get(oid, {}).items()}

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

    def numbering(self, oid: int, column: str) -> Numbering | None:
        """Say how a column of any table has numbers; None where it has none."""
        how = self.fed.get(oid, {}).get(column)
        return how or (Numbering() if is_number(self.tables[oid].column(column)) else None)

    def groups(self) -> list[list[int]]:
        """Order the tables, those of a circle together: after what they need, and what writes into them.

        What is softer than a foreign key makes no circle.
        """
        ordered = sorted(self.counts, key=lambda oid: (self.tables[oid].is_apart, str(self.tables[oid].name)))
        needed = partial(needed_tables, self.tables)
        wanted = load_order(ordered, lambda oid: [*needed(oid), *self.copying().writers(oid)])
        groups = [group for together in wanted for group in load_order(together, needed)]
        return [part for group in groups for part in opened(group, self.tables, self.rules, self.counted)]

    def copying(self) -> Copying:
        """Say what triggers write into other tables."""
        if self._copying is None:
            self._copying = Copying(self.tables, self.rules)
        return self._copying

    def parents_there(self, key: ForeignKey) -> Parents:
        """Read the rows that a key may refer to."""
        table = self.tables[key.references]
        if table.oid in self.without_rows:
            return Parents(0, {}, table=str(table.name))
        found = read_keys(self.connection, table, key.referenced_columns)
        keys: dict[str, Key] = {name: found.held.key(place) for place, name in enumerate(found.columns)}
        taken = f"{len(found.held):,} of {found.rows:,} rows were taken as parents"
        note = f"table {table.name}: {taken}, as the keys of all would take too much memory" if found.sampled else None
        return Parents(len(found.held), keys, place=found.held.place, table=str(table.name), note=note)


def free_ones(situations: Situations, parents: Parents, oid: int, key: ForeignKey) -> Parents:
    """Leave out the parents that have the one row that each can have, where the rows of a table are counted by them."""
    table, said = situations.tables[oid], situations.per.get(oid)
    counted = said is not None and not situations.total and key == key_to(table, said.parent, situations.tables)
    if not counted or only_one(table, key) is None:
        return parents
    return parents.without(key_rows(situations.connection, table, key.columns))


def _pass_others(situations: Situations, own: int, found: RowsThere, sharing: Sharing) -> None:
    """Take ids of other tables for taken that the same sequence feeds, or that triggers copy a table's into.

    A whole table has its partitions'.
    """
    tables, connection = situations.tables, situations.connection
    for name, alike in sharing.items():
        if name in found.reached:
            known = {oid for oid, _ in alike if oid in tables}
            whole = [
                (oid, other) for oid, other in alike if oid in known and known.isdisjoint(tables[oid].partition_of)
            ]
            here = situations.counted(own)[name]
            read = [
                reached_there(connection, tables[oid], other, replace(here, pattern=how.pattern))
                for oid, other in whole
                if (oid, other) != (own, name) and (how := situations.numbering(oid, other))
            ]
            found.reached[name] = max([found.reached[name], *read])
