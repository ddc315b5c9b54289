"""Columns that have the rows' own numbers, and the first of these."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from seedkit.core.catalog import Column, Table
from seedkit.core.generation.expressions.type_names import modifiers
from seedkit.core.generation.planning.capacity import Capacity
from seedkit.core.generation.planning.facts import facts_of
from seedkit.core.generation.planning.numbering import Numbering
from seedkit.core.generation.planning.situation import Situation
from seedkit.core.generation.planning.types.numbers import WHOLE, ends
from seedkit.core.generation.planning.unique_keys.subjects import subjects_of
from seedkit.core.generation.schema import TableRules, UniqueRule

_FROM_ONE = Numbering()


def counted_columns(rules: TableRules, fed: Mapping[str, Numbering]) -> dict[str, Numbering]:
    """Give the columns that are counted: fed by a sequence, or an integer key of one column that is no foreign key.

    A column of a foreign key is only where another one of it may be NULL, and so says nothing; one of which a CHECK
    leaves every seventh number, say, is a key like others. A text is where a sequence's values are in it.
    """
    referring = _referring(rules.table)
    return {
        column.name: fed.get(column.name, _FROM_ONE)
        for column in rules.sent_columns
        if column.name not in referring
        and facts_of(rules, column).narrowing.residues is None
        and (column.name in fed or _numbers_rows(rules, column))
    }


def _referring(table: Table) -> set[str]:
    """Name the columns of foreign keys, but for those beside which another one may be NULL."""
    return {
        name
        for key in table.foreign_keys
        for name in key.columns
        if not any(table.column(other).may_be_null for other in key.columns if other != name)
    }


def _numbers_rows(rules: TableRules, column: Column) -> bool:
    """Whether a column that no sequence feeds is counted: an identity, or a number that is the key."""
    if not is_number(column):
        return False
    if column.identity:
        return True
    is_key = column.name == rules.table.key_column or _is_id(rules, column)
    return is_key and _leaves_numbers(rules, column)


def first_row(rules: TableRules, counted: Mapping[str, Numbering], reached: Iterable[int]) -> int:
    """Give the number of the first new row: past those that are there, and past all that counted keys have `reached`.

    Where CHECKs ask for higher numbers (lower ones, where they go down) it begins with these.
    """
    begins = (
        how.row_of(ends(facts_of(rules, rules.table.column(name)), 0)[0 if how.step > 0 else 1])
        for name, how in counted.items()
        if how.pattern is None
    )
    return max([0, *reached, *begins])


def is_number(column: Column) -> bool:
    """Whether a column holds whole numbers."""
    return column.base_type in WHOLE or (column.base_type == "numeric" and not _has_fractions(column))


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
    for name, how in situation.counted.items():
        for end, what in _ends_of(rules, name, how):
            left = how.row_of(end) + 1 - situation.first
            capacity = capacity.least(Capacity(situation.there + max(0, left), what))
    return capacity


def _ends_of(rules: TableRules, name: str, how: Numbering) -> Iterator[tuple[int, str]]:
    """Give the last values of a counted column, and what ends them: its type, or the sequence that feeds it."""
    column = rules.table.column(name)
    if how.pattern is None:
        yield ends(facts_of(rules, column), 0)[1 if how.step > 0 else 0], name
    elif limits := modifiers(column.type_name):
        digits = limits[0] - len(how.pattern.prefix) - len(how.pattern.suffix)
        yield how.step * (10 ** max(0, digits - (how.step < 0)) - 1), name
    if how.last is not None:
        yield how.last, how.source or name


def is_counted(rule: UniqueRule, counted: Collection[str]) -> bool:
    """Whether a key holds because a counted column is in it."""
    return any(subject is not None and subject.column in counted for subject in subjects_of(rule))
