"""Plans a table: a generator for each column, how many rows fit, and what is still to be looked at row by row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from seedkit.core.catalog import Column
from seedkit.core.generation.columns.blocks import Generator
from seedkit.core.generation.columns.numbers import Counter
from seedkit.core.generation.expressions.type_names import modifiers
from seedkit.core.generation.narrowing import narrowed
from seedkit.core.generation.planning.capacity import Capacity
from seedkit.core.generation.planning.choosing import chosen_for
from seedkit.core.generation.planning.chosen import Chosen, Facts, Run, Rung
from seedkit.core.generation.planning.keys import Keys
from seedkit.core.generation.planning.numbers import WHOLE, ends
from seedkit.core.generation.planning.own_references import keys_held, own_reference
from seedkit.core.generation.planning.references import References
from seedkit.core.generation.planning.refined import NO_OTHERS, derived, settled
from seedkit.core.generation.planning.situation import Parents, Situation
from seedkit.core.generation.planning.subjects import subjects_of
from seedkit.core.generation.schema import Check, TableRules, UniqueRule

__all__ = ["Capacity", "Parents", "PlannedTable", "Situation", "TablePlanner", "counted_columns", "facts_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedTable:
    """A table, what makes its columns, how many rows fit, and what has to be looked at row by row.

    `checks` speak of several columns, or of one in a way that was not built; `uniques` are not unique by construction.
    `fixed` are the columns that no repair may change: keys, and those of foreign keys. `notes` are for the report.
    """

    rules: TableRules
    run: Run
    columns: tuple[Chosen, ...]
    capacity: Capacity
    checks: tuple[Check, ...] = ()
    uniques: tuple[UniqueRule, ...] = ()
    fixed: frozenset[str] = frozenset()
    notes: tuple[str, ...] = ()

    def chosen(self, column: str) -> Chosen:
        """Give what was chosen for a column."""
        return next(chosen for chosen in self.columns if chosen.column == column)


def planned_table(rules: TableRules, run: Run, situation: Situation, attempt: int = 0) -> PlannedTable:
    """Choose for every column of a table; at a further attempt other values of the same kinds."""
    return TablePlanner(rules, run, situation).planned(attempt)


@dataclass
class TablePlanner:
    """Goes through a table's keys, once, then its foreign keys and all other columns, anew at each attempt."""

    rules: TableRules
    run: Run
    situation: Situation
    _facts: dict[str, Facts] = field(default_factory=dict)

    def __reduce__(self) -> tuple[type[TablePlanner], tuple[TableRules, Run, Situation]]:
        """Be sent to another process by what it is made of."""
        return TablePlanner, (self.rules, self.run, self.situation)

    def planned(self, attempt: int = 0) -> PlannedTable:
        """Choose for every column of the table; at a further attempt other values of the same kinds."""
        columns = self._columns(attempt)
        refusals = [chosen.refused for chosen in columns.values() if chosen.refused is not None]
        refused = Capacity(self.situation.there, reason=refusals[0]) if refusals else Capacity()
        return PlannedTable(
            rules=self.rules,
            run=self.run,
            columns=tuple(columns[column.name] for column in self.rules.sent_columns if column.name in columns),
            capacity=refused.least(self.capacity),
            checks=tuple(check for check in self.rules.checks if check.partition is None),
            uniques=tuple(
                rule for rule in self._looked_at if rule.columns <= columns.keys() | self.rules.generated.keys()
            ),
            fixed=frozenset({*self.situation.counted, *self.keys.chosen, *self.situation.promised, *settled(columns)}),
            notes=tuple(dict.fromkeys(parents.note for parents in self.situation.parents.values() if parents.note)),
        )

    @cached_property
    def plan(self) -> PlannedTable:
        """The table as it is planned at first."""
        return self.planned()

    @cached_property
    def references(self) -> References:
        """What the table's foreign keys refer to."""
        return References(self.rules, self.run, self.situation)

    @cached_property
    def keys(self) -> Keys:
        """The table's keys, but for those that have a counted column."""
        keys = Keys(self.references, lambda name: self._facts_of(self.rules.table.column(name)))
        keys.plan(rule for rule in self.rules.uniques if not self._is_counted(rule))
        return keys

    @cached_property
    def capacity(self) -> Capacity:
        """How many rows the table can hold."""
        capacity = self.keys.capacity
        for key in self.references.without_parents():
            reason = f"has no row to refer to: {key.name} asks for one of {self.references.parents(key).table}"
            capacity = capacity.least(Capacity(self.situation.there, key.name, reason))
        for name in self.situation.counted:
            high = ends(self._facts_of(self.rules.table.column(name)), 0)[1]
            left = max(0, high - self.situation.first)
            capacity = capacity.least(Capacity(self.situation.there + left, name))
        return capacity

    @property
    def _looked_at(self) -> list[UniqueRule]:
        return [rule for rule in self.rules.uniques if rule.name not in self._built]

    @cached_property
    def _built(self) -> frozenset[str]:
        counted = {rule.name for rule in self.rules.uniques if self._is_counted(rule)}
        own = {rule.name for key in self.references.own for rule in keys_held(self.references, key)}
        return frozenset(counted | self.keys.built | own)

    def _is_counted(self, rule: UniqueRule) -> bool:
        names = {subject.column for subject in subjects_of(rule) if subject is not None}
        return bool(names & set(self.situation.counted))

    def _facts_of(self, column: Column) -> Facts:
        if column.name not in self._facts:
            self._facts[column.name] = facts_of(self.rules, column)
        return self._facts[column.name]

    def _columns(self, attempt: int) -> dict[str, Chosen]:
        """Give each column what makes it."""
        found = {
            name: Chosen(column=name, generator=Counter(), spelling="!range", rung=Rung.KEY)
            for name in self.situation.counted
        }
        found |= self.keys.chosen
        for name, refined in self.situation.refined.items():
            if name not in found and refined.parent is None and not (refined.left or refined.counted or refined.reads):
                found[name] = self._chosen(self.rules.table.column(name), attempt)
        for component in self.references.components:
            if not found.keys() & set(component.columns):
                found |= {chosen.column: chosen for chosen in component.chosen(attempt)}
        found = self.references.empty | found
        return self._others(found, attempt)

    def _others(self, found: dict[str, Chosen], attempt: int) -> dict[str, Chosen]:
        waiting = {name for key in self.references.own for name in self.references.exclusive(key, found)}
        refined = self.situation.refined
        made_later = {name for name, said in refined.items() if said.reads or said.left}
        for column in self.rules.sent_columns:
            if column.name not in found and column.name not in waiting | made_later:
                found[column.name] = self._chosen(column, attempt)
        for key in self.references.own:
            found |= own_reference(self.references, key, found, attempt)
        for column in self.rules.sent_columns:
            if column.name not in found and column.name not in made_later:
                found[column.name] = self._chosen(column, attempt)
        named = self.rules.table.column
        return found | derived(refined, found, lambda name, others: self._chosen(named(name), attempt, others))

    def _chosen(self, column: Column, attempt: int, others: Mapping[str, Generator] = NO_OTHERS) -> Chosen:
        facts, said = self._facts_of(column), self.situation.refined.get(column.name)
        unique = column.name in self.keys.carriers
        facts = facts if facts.unique == unique else _with(facts, unique=unique)
        if said is None or said.parent is not None or said.counted:
            return chosen_for(facts, self.run, attempt)
        return said.chosen(facts, self.run, attempt, others)


def _with(facts: Facts, *, unique: bool) -> Facts:
    return replace(facts, unique=unique)


def facts_of(rules: TableRules, column: Column) -> Facts:
    """Gather what is known of a column by its table's rules."""
    narrowing = narrowed(column.name, [check.expression for check in rules.checks_of(column.name)])
    unique = any(rule.plain_columns == (column.name,) for rule in rules.uniques)
    return Facts(rules=rules, column=column, narrowing=narrowing, unique=unique)


def counted_columns(rules: TableRules, fed: frozenset[str]) -> list[str]:
    """List the columns that are counted: fed by a sequence, or an integer key of one column that is no foreign key.

    A column of a foreign key is only where another one of it may be NULL, and so says nothing.
    """
    table = rules.table
    referring = {
        name
        for key in table.foreign_keys
        for name in key.columns
        if all(table.column(other).not_null for other in key.columns if other != name)
    }
    key = rules.table.key_column
    return [
        column.name
        for column in rules.sent_columns
        if (column.base_type in WHOLE or (column.base_type == "numeric" and not _has_fractions(column)))
        and column.name not in referring
        and (column.name in fed or column.identity or column.name == key)
    ]


def first_row(rules: TableRules, counted: Iterable[str], there: int, highest: Mapping[str, int]) -> int:
    """Give the number of the first new row: past those that are there, and past the highest counted key.

    Where CHECKs ask for higher numbers it begins with these.
    """
    lows = (ends(facts_of(rules, rules.table.column(name)), 0)[0] - 1 for name in counted)
    return max([there, *highest.values(), *lows])


def _has_fractions(column: Column) -> bool:
    limits = modifiers(column.type_name) or modifiers(column.base_type)
    return len(limits) > 1 and limits[1] > 0
