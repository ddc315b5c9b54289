"""Plans a table: a generator for each column, how many rows fit, and what is still to be looked at row by row."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from seedkit.core.catalog import Column
from seedkit.core.foreign_keys import ForeignKey
from seedkit.core.generation.columns.blocks import NULL, Constant, Generator, Sometimes, in_256ths
from seedkit.core.generation.columns.numbers import Counter
from seedkit.core.generation.columns.parents import Earlier, Key, Parent
from seedkit.core.generation.narrowing import narrowed
from seedkit.core.generation.planning.choosing import chosen_for, few_values, never_repeats
from seedkit.core.generation.planning.chosen import Chosen, Facts, Run, Rung
from seedkit.core.generation.planning.keys import Capacity, Digit, capacity_of, combined
from seedkit.core.generation.planning.numbers import WHOLE
from seedkit.core.generation.planning.refined import Refined, derived, said_parent
from seedkit.core.generation.schema import Check, TableRules, UniqueRule


@dataclass(frozen=True, slots=True)
class Parents:
    """The rows that a foreign key may refer to: how many, and what each referenced column has, by the row's place.

    Those that are made in the same turn begin with the row of number `first`.
    """

    count: int
    keys: Mapping[str, Key]
    first: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What a table is when it is planned.

    `counted` are the columns that have the rows' own numbers, as a sequence or nothing else gives them values;
    `parents` the rows behind each foreign key, by its name; a key without an entry has none. In a table that is not
    `empty` keys of few values are drawn, and looked at beside those that are there. `refined` is what people have said
    of columns.
    """

    counted: Collection[str]
    parents: Mapping[str, Parents]
    empty: bool = True
    refined: Mapping[str, Refined] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedTable:
    """A table, what makes its columns, how many rows fit, and what has to be looked at row by row.

    `checks` speak of several columns, or of one in a way that was not built; `uniques` are not unique by construction.
    `fixed` are the columns that no repair may change: keys, and those of foreign keys.
    """

    rules: TableRules
    run: Run
    columns: tuple[Chosen, ...]
    capacity: Capacity
    checks: tuple[Check, ...] = ()
    uniques: tuple[UniqueRule, ...] = ()
    fixed: frozenset[str] = frozenset()


def planned_table(rules: TableRules, run: Run, situation: Situation, attempt: int = 0) -> PlannedTable:
    """Choose for every column of a table; at a further attempt other values of the same kinds."""
    planner = _Planner(rules, run, situation, attempt)
    columns = planner.columns()
    return PlannedTable(
        rules=rules,
        run=run,
        columns=tuple(columns[column.name] for column in rules.sent_columns if column.name in columns),
        capacity=planner.capacity,
        checks=tuple(check for check in rules.checks if check.partition is None),
        uniques=tuple(rule for rule in rules.uniques if rule.name not in planner.built and planner.sends(rule)),
        fixed=frozenset(planner.fixed),
    )


@dataclass(slots=True)
class _Planner:
    """Goes through a table's keys, then its foreign keys, then all other columns."""

    rules: TableRules
    run: Run
    situation: Situation
    attempt: int = 0
    capacity: Capacity = field(default_factory=Capacity)
    built: set[str] = field(default_factory=set)
    fixed: set[str] = field(default_factory=set)
    _found: dict[str, Chosen] = field(default_factory=dict)
    _facts: dict[str, Facts] = field(default_factory=dict)

    def columns(self) -> dict[str, Chosen]:
        """Give each column what makes it."""
        self._count()
        self._combine()
        self._refine()
        for key in sorted(self.rules.table.foreign_keys, key=lambda key: (-len(key.columns), key.name)):
            self._refer(key)
        for column in self.rules.sent_columns:
            if column.name not in self._found and column.name not in self.situation.refined:
                self._found[column.name] = chosen_for(self.facts(column), self.run, self.attempt)
        self._found |= derived(self.situation.refined, self._found, self._refined)
        self._unique_columns()
        return self._found

    def _refine(self) -> None:
        """Take what people have said of columns, but for what is made of others."""
        for name, refined in self.situation.refined.items():
            if name not in self._found and not (refined.left or refined.reads or refined.parent or refined.counted):
                self._found[name] = self._refined(name, {})

    def _refined(self, name: str, others: Mapping[str, Generator]) -> Chosen:
        facts = self.facts(self.rules.table.column(name))
        return self.situation.refined[name].chosen(facts, self.run, self.attempt, others)

    def sends(self, rule: UniqueRule) -> bool:
        """Whether all columns of a key have values of ours, or are computed from such."""
        return rule.columns <= self._found.keys() | self.rules.generated.keys()

    def facts(self, column: Column) -> Facts:
        """Gather what is known of a column, once."""
        if column.name not in self._facts:
            self._facts[column.name] = facts_of(self.rules, column)
        return self._facts[column.name]

    def _count(self) -> None:
        for name in self.situation.counted:
            self._keep(name, Chosen(column=name, generator=Counter(), spelling="!range", rung=Rung.KEY))

    def _keep(self, name: str, chosen: Chosen) -> None:
        self._found[name] = chosen
        self.fixed.add(name)

    def _combine(self) -> None:
        """Build the first key of few values; further ones are looked at row by row, and bound the rows as well."""
        digits = self._digits()
        for rule in self.rules.uniques:
            self.capacity = self.capacity.least(found := capacity_of(rule, digits))
            if found.rows is None or not self.situation.empty or self._found.keys() & set(rule.plain_columns or ()):
                continue
            stream = self.run.stream(str(self.rules.table.name), "key", rule.name)
            for name, generator in combined(rule, digits, stream).items():
                self._keep(name, Chosen(column=name, generator=generator, spelling="!per", rung=Rung.PARENT))
            self.built.add(rule.name)

    def _digits(self) -> dict[str, Digit]:
        """Say which columns have few values: parents that are known, and lists."""
        digits = {}
        for key in self.rules.table.foreign_keys:
            parents = self.situation.parents.get(key.name)
            if parents is not None and len(key.columns) == 1:
                digits[key.columns[0]] = Digit(parents.count, parents.keys[key.referenced_columns[0]])
        for column in self.rules.sent_columns:
            refined = self.situation.refined.get(column.name)
            few = few_values(self.facts(column)) if refined is None else refined.values
            listed = few if column.name not in digits else None
            if listed is not None:
                digits[column.name] = Digit(len(listed), listed.__getitem__)
        return digits

    def _refer(self, key: ForeignKey) -> None:
        """Choose a parent for all columns of a foreign key together; none of them may have been chosen before."""
        refined = self.situation.refined
        if any(name in self._found or (name in refined and refined[name].parent is None) for name in key.columns):
            return
        parents = self.situation.parents.get(key.name)
        for name, referenced in zip(key.columns, key.referenced_columns, strict=True):
            column = self.rules.table.column(name)
            self._found[name] = self._parent(key, column, parents, referenced)

    def _parent(self, key: ForeignKey, column: Column, parents: Parents | None, referenced: str) -> Chosen:
        stream = self.run.stream(str(self.rules.table.name), "parent", key.name).at(self.attempt)
        if parents is None or not parents.count:
            return Chosen(column=column.name, generator=Constant(NULL), spelling="null", rung=Rung.NONE)
        if key.leads_to(self.rules.table.lineage):
            earlier = Earlier(parents.keys[referenced], stream, parents.first, None if column.not_null else NULL)
            return Chosen(column=column.name, generator=earlier, spelling="!ref", rung=Rung.PARENT)
        parent = Parent(parents.count, parents.keys[referenced], stream)
        said = self.situation.refined.get(column.name)
        if said is not None and said.parent is not None:
            return said_parent(column.name, parent, said.parent, stream)
        if column.not_null or key.name in self.rules.match_full:
            return Chosen(column=column.name, generator=parent, spelling="!ref", rung=Rung.PARENT)
        some = Sometimes(parent, in_256ths(0.1), stream.apart("null"))
        return Chosen(column=column.name, generator=some, spelling="!maybe [90%, !ref]", rung=Rung.PARENT)

    def _unique_columns(self) -> None:
        """Note the keys that a single column holds by construction: it is counted, or has its row's number in it."""
        for rule in self.rules.uniques:
            names = rule.plain_columns or ()
            if len(names) == 1 and (names[0] in self.situation.counted or self._differs(names[0])):
                self.built.add(rule.name)

    def _differs(self, name: str) -> bool:
        facts = self.facts(self.rules.table.column(name))
        refers = any(name in key.columns for key in self.rules.table.foreign_keys)
        return name not in self.fixed and name not in self.situation.refined and not refers and never_repeats(facts)


def facts_of(rules: TableRules, column: Column) -> Facts:
    """Gather what is known of a column by its table's rules."""
    narrowing = narrowed(column.name, [check.expression for check in rules.checks_of(column.name)])
    unique = any(rule.plain_columns == (column.name,) for rule in rules.uniques)
    return Facts(rules=rules, column=column, narrowing=narrowing, unique=unique)


def counted_columns(rules: TableRules, fed: frozenset[str]) -> list[str]:
    """List the columns that are counted: fed by a sequence, or an integer key of one column that is no foreign key."""
    referring = {name for key in rules.table.foreign_keys for name in key.columns}
    key = rules.table.key_column
    return [
        column.name
        for column in rules.sent_columns
        if column.base_type in WHOLE | {"numeric"}
        and column.name not in referring
        and (column.name in fed or column.identity or column.name == key)
    ]
