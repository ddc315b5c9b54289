"""What a schema says of the rows of a table, beyond its columns and foreign keys: each rule, read or named."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cached_property

from msgspec import Struct, field
from msgspec.structs import replace

from seedkit.core.catalog import Column, Table
from seedkit.core.column_types import ColumnType, TypeKind
from seedkit.core.generation.expressions.evaluation import Surroundings
from seedkit.core.generation.expressions.substitution import SqlFunction
from seedkit.core.generation.expressions.tree import And, Expression, IsNotNull, columns_of
from seedkit.core.generation.expressions.tree import Column as ColumnNode
from seedkit.core.generation.expressions.type_names import unqualified, without_modifier
from seedkit.core.generation.shapes import Shape, shape_of
from seedkit.core.generation.statistics import Statistics

DATES = frozenset(("date", "timestamp without time zone", "timestamp with time zone"))
"""The types of times that have a day."""
_NOT_KEPT = re.compile(r"\breturn\s+null\b", re.IGNORECASE)
_REMOVED = re.compile(r"\bdelete\s+from\b", re.IGNORECASE)


class Check(Struct, frozen=True, dict=True):
    """A CHECK of a table, of a domain below a column, or of one `partition` (OID) alone; as PostgreSQL writes it."""

    name: str
    expression: Expression
    definition: str
    partition: int | None = None

    @cached_property
    def columns(self) -> frozenset[str]:
        """The columns that it speaks of."""
        return columns_of(self.expression)

    @cached_property
    def parts(self) -> tuple[Check, ...]:
        """What stands between its ANDs, which is the same to a row, and may speak of one column each."""
        if not isinstance(self.expression, And):
            return (self,)
        parts = (Check(self.name, part, self.definition, self.partition) for part in self.expression.operands)
        return tuple(found for part in parts for found in part.parts)


class UniqueRule(Struct, frozen=True):
    """A unique index: the expressions that no two rows may agree in, of those rows that the predicate holds for."""

    name: str
    keys: tuple[Expression, ...]
    primary: bool = False
    predicate: Expression | None = None
    nulls_not_distinct: bool = False
    partition: int | None = None

    @property
    def expressions(self) -> tuple[Expression, ...]:
        """What has to be evaluated of a row: its keys and its predicate."""
        return self.keys if self.predicate is None else (*self.keys, self.predicate)

    @property
    def columns(self) -> frozenset[str]:
        """The columns that its keys and its predicate speak of."""
        return frozenset[str]().union(*map(columns_of, self.expressions))

    @property
    def plain_columns(self) -> tuple[str, ...] | None:
        """Its columns, None where a key is more than a column."""
        names = tuple(key.name for key in self.keys if isinstance(key, ColumnNode))
        return names if len(names) == len(self.keys) else None


class Exclusion(Struct, frozen=True):
    """An exclusion constraint, as PostgreSQL writes it."""

    name: str
    definition: str


class Leaf(Struct, frozen=True):
    """A partition that holds rows; `bound` is what its rows have in common, None where all may go there.

    `above` are the OIDs of the tables that it is a partition of, the root last.
    """

    oid: int
    name: str
    bound: Expression | None
    above: tuple[int, ...] = ()


class Trigger(Struct, frozen=True):
    """A trigger on INSERT, with the source of its function."""

    name: str
    before: bool
    source: str

    @property
    def swallows(self) -> bool:
        """Whether its source speaks of leaving out a row: NULL in its place, or its removal."""
        return re.search(_NOT_KEPT if self.before else _REMOVED, self.source) is not None


class TableRules(Struct, frozen=True, kw_only=True, dict=True):
    """A table and all that its rows have to hold.

    `defaults` and `generated` are the expressions of columns that have one; `comments` those of columns. `match_full`
    names the foreign keys that are all NULL or not at all, `insteads` the rules that do something in place of INSERT.
    `partitioned` says how it is, as in `RANGE (day)`; `shapes` what columns' types ask for, `existing` what is known of
    the rows that are there, where new ones are to be like these.
    """

    table: Table
    checks: tuple[Check, ...] = ()
    uniques: tuple[UniqueRule, ...] = ()
    exclusions: tuple[Exclusion, ...] = ()
    leaves: tuple[Leaf, ...] = ()
    triggers: tuple[Trigger, ...] = ()
    insteads: tuple[str, ...] = ()
    defaults: Mapping[str, Expression] = field(default_factory=dict)
    generated: Mapping[str, Expression] = field(default_factory=dict)
    comments: Mapping[str, str] = field(default_factory=dict)
    match_full: frozenset[str] = frozenset()
    partitioned: str | None = None
    shapes: Mapping[str, Shape] = field(default_factory=dict)
    existing: Statistics | None = None

    @property
    def swallowing(self) -> list[str]:
        """Name what may leave out rows without a word: rules, and triggers, those that say so where any does."""
        triggers = [trigger for trigger in self.triggers if trigger.swallows] or self.triggers
        rules = [f"rule {name}" for name in self.insteads]
        return [*rules, *(trigger.name for trigger in triggers if trigger.swallows or not rules)]

    @cached_property
    def sent_columns(self) -> tuple[Column, ...]:
        """The columns that rows give values for: all but those that the server computes."""
        return tuple(column for column in self.table.columns if not column.generated)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The columns' names, as they stand."""
        return tuple(column.name for column in self.table.columns)

    @cached_property
    def dated(self) -> tuple[str, ...]:
        """Name the columns of times that have a day, as they stand."""
        return tuple(column.name for column in self.table.columns if without_modifier(column.base_type) in DATES)

    def checks_of(self, column: str) -> tuple[Check, ...]:
        """List the CHECKs, or parts of them, that speak of this column alone, in every partition."""
        return self._checks_of_one.get(column, ())

    @cached_property
    def _checks_of_one(self) -> Mapping[str, tuple[Check, ...]]:
        found: dict[str, tuple[Check, ...]] = {}
        for part in (part for check in self.checks if check.partition is None for part in check.parts):
            if len(part.columns) == 1:
                (name,) = part.columns
                found[name] = (*found.get(name, ()), part)
        return found

    @cached_property
    def unique_columns(self) -> frozenset[str]:
        """The columns that are a key by themselves."""
        plain = (rule.plain_columns for rule in self.uniques)
        return frozenset(columns[0] for columns in plain if columns is not None and len(columns) == 1)

    def shape(self, column: Column) -> Shape:
        """Say what a column's type asks of its values."""
        return self.shapes.get(column.name) or shape_of(column)

    def surroundings(self, functions: Mapping[str, SqlFunction]) -> Surroundings:
        """Say what its expressions depend on beside a row."""
        return Surroundings(types=self._types, enums=self._enums, functions=functions)

    @cached_property
    def _types(self) -> Mapping[str, str]:
        return {column.name: column.base_type for column in self.table.columns}

    @cached_property
    def _enums(self) -> frozenset[str]:
        innermost = (innermost_type(column) for column in self.table.columns)
        return frozenset(unqualified(type_.base_type) for type_ in innermost if type_ and type_.kind is TypeKind.ENUM)


def with_not_nulls(table: Table, checks: Iterable[Check]) -> Table:
    """Take columns for NOT NULL of which a CHECK asks just that: as parents of theirs end, so do the rows."""
    parts = [part.expression for check in checks if check.partition is None for part in check.parts]
    operands = [part.operand for part in parts if isinstance(part, IsNotNull)]
    asked = {operand.name for operand in operands if isinstance(operand, ColumnNode)}
    if not any(column.name in asked and not column.not_null for column in table.columns):
        return table
    columns = (replace(column, not_null=column.not_null or column.name in asked) for column in table.columns)
    return replace(table, columns=tuple(columns))


def is_enum(column: Column) -> bool:
    """Whether a column's values are those of an enum."""
    return column.structure is not None and column.structure.kind is TypeKind.ENUM


def innermost_type(column: Column) -> ColumnType | None:
    """Give the type of a column's values, of an array's elements; None where it was not read."""
    type_ = column.structure
    return type_.part if type_ is not None and type_.kind is TypeKind.ARRAY else type_
