"""Foreign keys that nobody has declared: `organization_id`, beside a table `organizations`.

Real schemas have them where triggers, other databases or a framework look after what is referred to. They bind nothing:
where following one would need a circle, or there are no parents, the column is as any other.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

from msgspec.structs import replace

from seedkit.core.catalog import Table
from seedkit.core.column_types import TypeKind
from seedkit.core.foreign_keys import ForeignKey
from seedkit.core.generation.expressions.tree import IsNotNull
from seedkit.core.generation.meanings import singular, words_of
from seedkit.core.generation.planning.types.numbers import WHOLE
from seedkit.core.generation.schema import DATES, TableRules, UniqueRule

Order = Callable[[Sequence[int], Callable[[int], Iterable[int]]], list[list[int]]]
"""Groups tables into circles by what each needs, as `load_order` does."""

Stem = tuple[str, tuple[str, ...]]
"""A schema, and what a table is called in the singular."""

_ENDLESS = WHOLE | DATES | {"text", "character varying", "citext", "numeric"}
"""Types of so many values that a key with one of them holds any number of rows."""

Named = Callable[[str, Sequence[str]], Table | None]
"""Finds the table of a schema that words mean, or the last ones of them; None where there is none, or several are."""


def soft_keys(
    rules: Mapping[int, TableRules], tables: Mapping[int, Table], taken: Mapping[int, Collection[str]], order: Order
) -> dict[int, tuple[ForeignKey, ...]]:
    """Give the soft keys of the tables that have rules, but for columns that are `taken`, and those in circles.

    A column that is unique is no soft key, as its parents would bound the rows; nor is one that is so with others,
    unless one of these has values without end.
    """
    named = _by_stem(tables.values())
    found = {oid: tuple(_soft_keys(table_rules, named, taken.get(oid, ()))) for oid, table_rules in rules.items()}
    circles = {oid: number for number, group in enumerate(_circles(found, tables, order)) for oid in group}
    return {
        oid: tuple(key for key in keys if circles.get(key.references) != circles[oid]) for oid, keys in found.items()
    }


def with_keys(rules: TableRules, keys: Iterable[ForeignKey]) -> TableRules:
    """Give a table's rules as if it had further foreign keys."""
    more = tuple(keys)
    if not more:
        return rules
    return replace(rules, table=replace(rules.table, foreign_keys=(*rules.table.foreign_keys, *more)))


def without(rules: TableRules, names: Collection[str]) -> TableRules:
    """Give a table's rules without some of its foreign keys."""
    kept = tuple(key for key in rules.table.foreign_keys if key.name not in names)
    return replace(rules, table=replace(rules.table, foreign_keys=kept)) if names else rules


def declared(rules: TableRules) -> TableRules:
    """Give a table's rules without the keys that only names say."""
    return without(rules, [key.name for key in rules.table.foreign_keys if key.soft])


def _circles(found: Mapping[int, tuple[ForeignKey, ...]], tables: Mapping[int, Table], order: Order) -> list[list[int]]:
    def needed(oid: int) -> list[int]:
        keys = [*tables[oid].foreign_keys, *found.get(oid, ())]
        return sorted({other for key in keys for other in (key.references, *key.above) if other in tables} - {oid})

    return order(sorted(tables), needed)


def _by_stem(tables: Iterable[Table]) -> dict[Stem, Table | None]:
    """List tables that have a key of one column by what they are called; None where several are called so."""
    named: dict[Stem, Table | None] = {}
    for table in tables:
        *before, last = words_of(table.name.name) or [""]
        if table.key_column is not None and not table.partition_of:
            stem = table.name.schema, (*before, singular([last]))
            named[stem] = None if stem in named else table
    return named


def _soft_keys(rules: TableRules, named: Mapping[Stem, Table | None], taken: Collection[str]) -> Iterator[ForeignKey]:
    bound = {*taken, *(name for key in rules.table.foreign_keys for name in key.columns)}
    bound.update(name for rule in rules.uniques if not _goes_on(rule, rules) for name in rule.columns)
    names = {column.name for column in rules.sent_columns}
    for column in rules.sent_columns:
        *stem, last = words_of(column.name) or [""]
        parent = _meant(rules.table.name.schema, stem, named) if last == "id" else None
        if parent is None or parent.oid == rules.table.oid or column.name in bound:
            continue
        key = parent.column(parent.key_column or "")
        alike = column.base_type == key.base_type or {column.base_type, key.base_type} <= WHOLE
        polymorphic = f"{column.name.removesuffix('_id')}_type" in names
        if alike and not polymorphic and not _is_checked(rules, column.name):
            name = f"{column.name} by its name"
            yield ForeignKey(
                name=name, columns=(column.name,), references=parent.oid, referenced_columns=(key.name,), soft=True
            )


def _goes_on(rule: UniqueRule, rules: TableRules) -> bool:
    """Whether a key of several columns has one of texts, numbers or times that nobody lists, and of no other table."""
    names = rule.plain_columns or ()
    referring = {name for key in rules.table.foreign_keys for name in key.columns}
    free = (rules.table.column(name) for name in names if name not in referring and words_of(name)[-1:] != ("id",))
    return len(names) > 1 and any(
        rules.shape(column).kind is TypeKind.SCALAR
        and column.base_type.partition("(")[0] in _ENDLESS
        and not _is_checked(rules, column.name)
        for column in free
    )


def named_by(tables: Iterable[Table]) -> Named:
    """Give what finds tables that have a key of one column by what one of their rows is called, or all of them."""
    named = _by_stem(tables)

    def found(schema: str, words: Sequence[str]) -> Table | None:
        return _meant(schema, (*words[:-1], singular(words[-1:])), named) if words else None

    return found


def _meant(schema: str, stem: Sequence[str], named: Mapping[Stem, Table | None]) -> Table | None:
    """Find the table that words mean, all of them or the last ones: `owner_user_id` is one of users."""
    found = (named.get((schema, tuple(stem[begin:]))) for begin in range(len(stem)))
    return next((table for table in found if table is not None), None)


def _is_checked(rules: TableRules, column: str) -> bool:
    """Whether a CHECK says more of a column than that it has a value."""
    return any(not isinstance(check.expression, IsNotNull) for check in rules.checks_of(column))
