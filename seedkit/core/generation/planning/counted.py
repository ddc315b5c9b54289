"""Columns that have the rows' own numbers, and the first of these."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from seedkit.core.catalog import Column
from seedkit.core.generation.expressions.type_names import modifiers
from seedkit.core.generation.planning.capacity import Capacity
from seedkit.core.generation.planning.facts import facts_of
from seedkit.core.generation.planning.situation import Situation
from seedkit.core.generation.planning.types.numbers import WHOLE, ends
from seedkit.core.generation.planning.unique_keys.subjects import subjects_of
from seedkit.core.generation.schema import TableRules, UniqueRule


def counted_columns(rules: TableRules, fed: frozenset[str]) -> list[str]:
    """List the columns that are counted: fed by a sequence, or an integer key of one column that is no foreign key.

    A column of a foreign key is only where another one of it may be NULL, and so says nothing; one of which a CHECK
    leaves every seventh number, say, is a key like others.
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
        and facts_of(rules, column).narrowing.residues is None
        and (
            column.name in fed
            or column.identity
            or ((column.name == key or _is_id(rules, column)) and _leaves_numbers(rules, column))
        )
    ]


def first_row(rules: TableRules, counted: Iterable[str], there: int, highest: Mapping[str, int]) -> int:
    """Give the number of the first new row: past those that are there, and past the highest counted key.

    Where CHECKs ask for higher numbers it begins with these.
    """
    lows = (ends(facts_of(rules, rules.table.column(name)), 0)[0] - 1 for name in counted)
    return max([there, *highest.values(), *lows])


def _is_id(rules: TableRules, column: Column) -> bool:
    """Whether a column is called so in a key of several, as beside a tenant."""
    primary = rules.table.primary_key
    return column.name.lower() == "id" and primary is not None and column.name in primary.columns


def _leaves_numbers(rules: TableRules, column: Column) -> bool:
    """Whether CHECKs leave numbers to count: not those that are listed, and not only such as lie below 1."""
    facts = facts_of(rules, column)
    return facts.narrowing.wanted is None and ends(facts, 0)[1] > 0


def _has_fractions(column: Column) -> bool:
    """Whether a number of the type has digits behind the point, or zeros before it, where not each is one."""
    limits = modifiers(column.type_name) or modifiers(column.base_type)
    return len(limits) > 1 and limits[1] != 0


def numbers_left(rules: TableRules, situation: Situation) -> Capacity:
    """Say how many rows the counted columns leave, by their types and CHECKs."""
    capacity = Capacity()
    for name in situation.counted:
        high = ends(facts_of(rules, rules.table.column(name)), 0)[1]
        capacity = capacity.least(Capacity(situation.there + max(0, high - situation.first), name))
    return capacity


def is_counted(rule: UniqueRule, counted: Collection[str]) -> bool:
    """Whether a key holds because a counted column is in it."""
    return any(subject is not None and subject.column in counted for subject in subjects_of(rule))
