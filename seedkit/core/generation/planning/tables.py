"""Plans a table: a generator for each column, how many rows fit, and what is still to be looked at row by row."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cached_property, partial

from msgspec import Struct, field
from msgspec.structs import replace

from seedkit.core.catalog import Column
from seedkit.core.generation.columns.blocks import Generator
from seedkit.core.generation.planning.capacity import Capacity, looked_at, refused
from seedkit.core.generation.planning.choosing import as_inferred, chosen_for
from seedkit.core.generation.planning.chosen import Chosen, Facts, Run, Rung
from seedkit.core.generation.planning.counted import is_counted, numbers_left
from seedkit.core.generation.planning.facts import facts_of
from seedkit.core.generation.planning.foreign_keys.own_references import keys_held, own_reference
from seedkit.core.generation.planning.foreign_keys.pairs import TypedPairs
from seedkit.core.generation.planning.foreign_keys.per_parents import rules_of_lines
from seedkit.core.generation.planning.foreign_keys.references import References, parents_left
from seedkit.core.generation.planning.left_to_triggers import left_to_triggers
from seedkit.core.generation.planning.partitions import Partitions, in_partitions, missing_partition
from seedkit.core.generation.planning.refined import NO_OTHERS, derived, made_first, made_later, settled
from seedkit.core.generation.planning.situation import Situation, none_taken, notes_on
from seedkit.core.generation.planning.unique_keys.computed import ComputedKeys
from seedkit.core.generation.planning.unique_keys.constants import of_constants, without_constants
from seedkit.core.generation.planning.unique_keys.exclusions import excluded_keys
from seedkit.core.generation.planning.unique_keys.keys import Keys
from seedkit.core.generation.planning.unique_keys.named import watched
from seedkit.core.generation.planning.unique_keys.predicates import without_null_tests
from seedkit.core.generation.planning.unique_keys.slots import slot_columns, slots_left
from seedkit.core.generation.schema import Check, TableRules, UniqueRule


class PlannedTable(Struct, frozen=True, kw_only=True):
    """A table, what makes its columns, how many rows fit, and what has to be looked at row by row.

    `checks` speak of several columns, or of one in a way that was not built; `uniques` are not unique by construction.
    `fixed` are the columns that no repair may change: counted ones, those that others refer to before they are there.
    Those `together` change together, as they are a key's by construction; `carriers` differ in every row by theirs.
    Those `left` are sent as NULL, as triggers fill them.
    `notes` are for the report.
    """

    rules: TableRules
    run: Run
    columns: tuple[Chosen, ...]
    capacity: Capacity
    checks: tuple[Check, ...] = ()
    uniques: tuple[UniqueRule, ...] = ()
    fixed: frozenset[str] = frozenset()
    together: tuple[frozenset[str], ...] = ()
    carriers: frozenset[str] = frozenset()
    left: frozenset[str] = frozenset()
    notes: tuple[str, ...] = ()

    @property
    def column_names(self) -> tuple[str, ...]:
        """The columns that rows are sent with."""
        return tuple(chosen.column for chosen in self.columns)

    def chosen(self, column: str) -> Chosen:
        """Give what was chosen for a column."""
        return next(chosen for chosen in self.columns if chosen.column == column)


def planned_table(rules: TableRules, run: Run, situation: Situation, attempt: int = 0) -> PlannedTable:
    """Choose for every column of a table; at a further attempt other values of the same kinds."""
    return TablePlanner(rules, run, situation).planned(attempt)


class TablePlanner(Struct, dict=True):
    """Goes through a table's keys, once, then its foreign keys and all other columns, anew at each attempt."""

    rules: TableRules
    run: Run
    situation: Situation
    _facts: dict[str, Facts] = field(default_factory=dict)

    def __reduce__(self) -> tuple[type[TablePlanner], tuple[TableRules, Run, Situation]]:
        """Be sent to another process by what it is made of, where no keys of rows that are there have to be read."""
        if self.situation.there:
            raise TypeError("plans beside rows that are there")
        return TablePlanner, (self.rules, self.run, replace(self.situation, taken=none_taken))

    def planned(self, attempt: int = 0) -> PlannedTable:
        """Choose for every column of the table; at a further attempt other values of the same kinds."""
        return self._planned(attempt) if attempt else self.plan

    @cached_property
    def plan(self) -> PlannedTable:
        """The table as it is planned at first."""
        return self._planned(0)

    def _planned(self, attempt: int) -> PlannedTable:
        columns = self._columns(attempt)
        known = columns.keys() | self.rules.generated.keys()
        return PlannedTable(
            rules=self.rules,
            run=self.run,
            columns=tuple(columns[column.name] for column in self.rules.sent_columns if column.name in columns),
            capacity=refused(columns.values(), self.situation).least(self.capacity),
            checks=(*(check for check in self.rules.checks if check.partition is None), *self.partitions.check),
            uniques=tuple(rule for rule in self.uniques if rule.name not in self.built and rule.columns <= known),
            fixed=settled(columns).union(self.situation.fixed, self.keys.settled, self.slots),
            together=(*self.keys.together, *self.pairs.together),
            carriers=frozenset(self.keys.carriers) - watched(self.rules, self.keys.carriers),
            left=left_to_triggers(self.rules, columns) - self.situation.fixed,
            notes=tuple(dict.fromkeys(notes_on(self.rules, self.situation))),
        )

    @cached_property
    def references(self) -> References:
        """What the table's foreign keys refer to."""
        return References(self.rules, self.run, self.situation)

    @cached_property
    def pairs(self) -> TypedPairs:
        """The pairs of columns of which one names a table, and the other has a key of it."""
        return TypedPairs(self.references)

    @cached_property
    def partitions(self) -> Partitions:
        """What the table's partitions leave of a row."""
        return Partitions.of(self.rules)

    @cached_property
    def uniques(self) -> tuple[UniqueRule, ...]:
        """The table's keys, exclusions of equal values among them; those of a partition speak of its rows alone."""
        rules = (without_null_tests(without_constants(rule)) for rule in self.rules.uniques)
        return (*(in_partitions(rule, self.rules) for rule in rules), *excluded_keys(self.rules))

    @cached_property
    def slots(self) -> dict[str, Chosen]:
        """The columns of ranges that must not overlap, but for those of a foreign key, which has its parents'."""
        referring = {name for component in self.references.components for name in component.columns}
        return {name: slot for name, slot in slot_columns(self.rules, self.run).items() if name not in referring}

    @cached_property
    def keys(self) -> Keys:
        """The table's keys, but for those that have a counted column."""
        keys = Keys(self.references, lambda name: self.facts_of(self.rules.table.column(name)), set(self.slots))
        keys.plan(rule for rule in self.uniques if not is_counted(rule, self.situation.counted))
        return keys

    @cached_property
    def computed(self) -> ComputedKeys:
        """The keys that are not unique by construction."""
        return _computed(self)

    @cached_property
    def capacity(self) -> Capacity:
        """How many rows the table can hold."""
        return capacity_of(self)

    @cached_property
    def built(self) -> frozenset[str]:
        """The keys that are unique by construction."""
        return _built(self)

    def facts_of(self, column: Column) -> Facts:
        """Gather what is known of a column."""
        return self._facts.get(column.name) or self._facts.setdefault(column.name, facts_of(self.rules, column))

    def _columns(self, attempt: int) -> dict[str, Chosen]:
        """Give each column what makes it."""
        found = _counted(self.situation) | self.references.lines | self.slots | self.keys.at(attempt)
        before = {chosen.column: chosen for chosen in self.plan.columns} if attempt else {}
        kept = {name: chosen for name, chosen in before.items() if name in self.situation.promised}
        for name in sorted(made_first(self.situation.refined) - found.keys()):
            found[name] = chosen_column(self, attempt, self.rules.table.column(name))
        for component in self.references.components:
            if not found.keys() & set(component.columns) - component.said:
                found |= {chosen.column: chosen for chosen in component.chosen(attempt, before | found, kept)}
        return self._others(self.references.empty | found | kept, attempt)

    def _others(self, found: dict[str, Chosen], attempt: int) -> dict[str, Chosen]:
        found |= self.pairs.chosen(
            found, attempt, lambda name: chosen_column(self, attempt, self.rules.table.column(name))
        )
        waiting = {name for key in self.references.own for name in self.references.exclusive(key, found)}
        later = made_later(self.situation.refined)
        found |= self._all_but(found.keys() | waiting | later, attempt)
        for key in self.references.own:
            found |= own_reference(self.references, key, found, attempt)
        found |= self._all_but(found.keys() | later, attempt)
        return found | derived(self.rules.table, self.situation.refined, found, partial(chosen_column, self, attempt))

    def _all_but(self, names: Collection[str], attempt: int) -> dict[str, Chosen]:
        columns = (column for column in self.rules.sent_columns if column.name not in names)
        return {column.name: chosen_column(self, attempt, column) for column in columns}


def _counted(situation: Situation) -> dict[str, Chosen]:
    return {
        name: Chosen(column=name, generator=how.generator, spelling="!range", rung=Rung.KEY)
        for name, how in situation.counted.items()
    }


def _computed(planner: TablePlanner) -> ComputedKeys:
    looked = tuple(rule for rule in planner.uniques if rule.name not in planner.built)
    free, tied = planner.references.is_free, planner.partitions.columns()
    return ComputedKeys(planner.rules, planner.run, looked, lambda name: free(name) and name not in tied)


def _built(planner: TablePlanner) -> frozenset[str]:
    references, situation = planner.references, planner.situation
    counted = {rule.name for rule in planner.rules.uniques if is_counted(rule, situation.counted)}
    own = {rule.name for key in references.own for rule in keys_held(references, key)}
    lines, constant = rules_of_lines(planner.rules, situation), of_constants(planner.uniques).keys()
    return frozenset(counted | planner.keys.built | own | lines | constant)


def chosen_column(
    planner: TablePlanner, attempt: int, column: Column, others: Mapping[str, Generator] = NO_OTHERS
) -> Chosen:
    """Choose for a column by what people say of it, else by its facts; `others` are what it may be made of."""
    run, rules = planner.run, planner.rules
    unique = column.name in planner.keys.carriers or planner.computed.counts(column.name, attempt)
    facts = replace(planner.facts_of(column), unique=unique, wide=planner.computed.width(column.name, attempt))
    said = planner.situation.refined.get(column.name)
    if said is not None and said.parent is None and not said.counted:
        return as_inferred(said.chosen(facts, run, attempt, others), facts, run, attempt)
    chosen = planner.pairs.told(chosen_for(facts, run, attempt))
    if facts.unique:
        return chosen
    spread = planner.partitions.spread(
        column.name,
        [check.expression for check in rules.checks_of(column.name)],
        lambda narrowing: chosen_for(replace(facts, narrowing=narrowing), run, attempt).generator,
        run.stream(str(rules.table.name), "partition").at(attempt),
    )
    return chosen if spread is None else replace(chosen, generator=spread)


def capacity_of(planner: TablePlanner) -> Capacity:
    """Say how many rows a table can hold."""
    capacity = planner.keys.capacity
    if missing := missing_partition(planner.rules):
        capacity = capacity.least(Capacity(planner.situation.there, reason=missing))
    capacity = capacity.least(parents_left(planner.references))
    for constant in of_constants(planner.uniques).values():
        capacity = capacity.least(constant)
    capacity = capacity.least(slots_left(planner.slots, planner.situation))
    capacity = capacity.least(looked_at(rule.name for rule in planner.computed.keys)).least(planner.computed.capacity)
    return capacity.least(numbers_left(planner.rules, planner.situation))
